#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <latch>
#include <thread>

#include "meta_store/meta_store.h"
#include "os/file_system.h"
#include "os/thread_pool.h"
#include "sim/crash_file_system.h"
#include "sim/recording_log.h"
#include "sim/seeded_executor.h"

namespace {

using base::ErrorKind;
using meta_store::Changes;
using meta_store::Key;
using meta_store::MetaStore;

struct Row {
    std::string name;
    std::int64_t count = 0;
    static constexpr auto members() {
        return std::tuple{shape::member("name", &Row::name), shape::member("count", &Row::count)};
    }
};

// A store in memory, stepped by the test.
class StoreTest : public testing::Test {
  protected:
    void SetUp() override { open(); }
    void open(std::uint64_t queued_bytes_max = 64 << 20) {
        store_.reset();
        auto opened =
            MetaStore::open({.directory = "/d/meta", .queued_bytes_max = queued_bytes_max}, files_,
                            executor_, log_);
        ASSERT_TRUE(opened.has_value()) << opened.error().describe();
        store_ = std::move(opened.value());
    }
    base::Result<void> put(const std::string& key, const std::string& value) {
        Changes changes;
        changes.put(key, value);
        return store_->commit(std::move(changes));
    }
    std::string get(const std::string& key, const meta_store::Snapshot* at = nullptr) {
        auto got = store_->get(key, at);
        if (!got) return got.error().describe();
        return got.value().value_or("-");
    }
    // A walk that leaps from "x/…" to the first key behind all of them.
    std::string walk_groups(const std::string& from, const std::string& until) {
        std::string found;
        auto done = store_->walk(from, until, [&](std::string_view key, std::string_view) {
            found.append(key).append(" ");
            const auto slash = key.find('/');
            std::optional<std::string> next(std::in_place);
            if (slash != std::string_view::npos) {
                *next = meta_store::after_prefix(key.substr(0, slash + 1));
            }
            if (key == "stop") next.reset();
            return next;
        });
        return done ? found : done.error().describe();
    }
    std::string scan(const std::string& from, const std::string& until,
                     const meta_store::Snapshot* at = nullptr) {
        std::string found;
        auto done = store_->scan(
            from, until,
            [&](std::string_view key, std::string_view value) {
                found.append(key).append("=").append(value).append(" ");
                return true;
            },
            at);
        return done ? found : done.error().describe();
    }

    sim::VirtualClock clock_;
    sim::SeededExecutor executor_{1, clock_};
    sim::RecordingLog log_;
    sim::CrashFileSystem files_{nullptr, false};
    // The last file in the store's directory whose name ends so.
    std::string file_ending(std::string_view ending) const {
        const auto names = files_.list("/d/meta").value();
        std::string found;
        for (const auto& name : names) {
            if (name.ends_with(ending) && name > found) found = name;
        }
        return "/d/meta/" + found;
    }

    std::unique_ptr<MetaStore> store_;
};

TEST_F(StoreTest, AWalkLeapsWhereItsVisitorSays) {
    for (const char* key : {"a/1", "a/2", "a/3", "b", "c/1", "c/2", "d", "stop", "z"}) {
        ASSERT_TRUE(put(key, "x"));
    }
    EXPECT_EQ(walk_groups("a", "zz"), "a/1 b c/1 d stop ");
    EXPECT_EQ(walk_groups("a/2", "c"), "a/2 b ");
    EXPECT_EQ(walk_groups("c/2", "c/3"), "c/2 ");
}

TEST_F(StoreTest, KeepsWhatWasCommittedAcrossReopening) {
    ASSERT_TRUE(put("a", "1").has_value());
    ASSERT_TRUE(put("b", std::string("\0x", 2)).has_value());
    Changes changes;
    changes.erase("a");
    changes.put("c", "");
    ASSERT_TRUE(store_->commit(std::move(changes)).has_value());
    open();
    EXPECT_EQ(get("a"), "-");
    EXPECT_EQ(get("b"), std::string("\0x", 2));
    EXPECT_EQ(get("c"), "");
    EXPECT_EQ(store_->verify().value(), 2U);
}

TEST_F(StoreTest, ScansAHalfOpenRangeInOrderUntilTold) {
    for (const char* key : {"d", "b", "a", "c"})
        ASSERT_TRUE(put(key, key).has_value());
    EXPECT_EQ(scan("b", "d"), "b=b c=c ");
    EXPECT_EQ(scan("b", ""), "b=b c=c d=d ");
    EXPECT_EQ(scan("x", "y"), "");
    int visits = 0;
    ASSERT_TRUE(store_->scan("", "", [&](auto, auto) { return ++visits < 2; }).has_value());
    EXPECT_EQ(visits, 2);
}

TEST_F(StoreTest, ASnapshotSeesNothingLater) {
    ASSERT_TRUE(put("a", "1").has_value());
    const auto before = store_->snapshot();
    ASSERT_TRUE(put("a", "2").has_value());
    ASSERT_TRUE(put("b", "2").has_value());
    EXPECT_EQ(get("a", before.get()), "1");
    EXPECT_EQ(get("b", before.get()), "-");
    EXPECT_EQ(scan("", "", before.get()), "a=1 ");
    EXPECT_EQ(scan("", ""), "a=2 b=2 ");
}

TEST_F(StoreTest, PreconditionsRefuseTheWholeSet) {
    ASSERT_TRUE(put("there", "v").has_value());
    const auto attempt = [&](auto&& require) {
        Changes changes;
        changes.put("new", "x");
        require(changes);
        auto result = store_->commit(std::move(changes));
        EXPECT_EQ(result.has_value(), get("new") == "x");
        return result ? std::string("ok") : base::to_string(result.error().kind);
    };
    EXPECT_EQ(attempt([](Changes& c) { c.require_absent("there"); }), "already_exists");
    EXPECT_EQ(attempt([](Changes& c) { c.require_present("gone"); }), "not_found");
    EXPECT_EQ(attempt([](Changes& c) { c.require_value("there", "w"); }), "unavailable");
    EXPECT_EQ(attempt([](Changes& c) { c.require_value("gone", ""); }), "unavailable");
    EXPECT_EQ(attempt([](Changes& c) {
                  c.require_absent("new");
                  c.require_present("there");
                  c.require_value("there", "v");
              }),
              "ok");
}

// Changes that wait together are written together, and each sees those before it.
TEST_F(StoreTest, PreconditionsSeeEarlierChangesOfTheSameGroup) {
    std::vector<std::string> outcomes(6, "?");
    const auto start = [&](std::size_t index, Changes changes) {
        store_->commit(std::move(changes), [&outcomes, index](base::Result<void> r) {
            outcomes[index] = r ? "ok" : base::to_string(r.error().kind);
        });
    };
    const auto create = [](const char* value) {
        Changes changes;
        changes.require_absent("k");
        changes.put("k", value);
        return changes;
    };
    start(0, create("first"));
    start(1, create("second"));
    Changes erase;
    erase.require_value("k", "first");
    erase.erase("k");
    start(2, std::move(erase));
    Changes missing;
    missing.require_present("k");
    missing.put("side", "effect");
    start(3, std::move(missing));
    start(4, create("third"));
    Changes refused_put;
    refused_put.require_present("side");
    start(5, std::move(refused_put));
    const auto syncs = files_.call_count(sim::Call::sync_data);
    EXPECT_EQ(outcomes[0], "?");
    executor_.run_until_idle();
    EXPECT_EQ(outcomes, (std::vector<std::string>{"ok", "already_exists", "ok", "not_found", "ok",
                                                  "not_found"}));
    EXPECT_EQ(get("k"), "third");
    EXPECT_EQ(get("side"), "-");
    EXPECT_EQ(files_.call_count(sim::Call::sync_data), syncs + 1);
}

TEST_F(StoreTest, NothingIsReadableBeforeItsCompletionMayRun) {
    Changes changes;
    changes.put("k", "v");
    store_->commit(std::move(changes), [](base::Result<void>) {});
    EXPECT_EQ(get("k"), "-");
    executor_.run_until_idle();
    EXPECT_EQ(get("k"), "v");
}

TEST_F(StoreTest, WhatACallbackOwnsMayCommitWhenItGoes) {
    std::shared_ptr<void> owned(nullptr, [this](void*) { EXPECT_TRUE(put("b", "2")); });
    Changes changes;
    changes.put("a", "1");
    store_->commit(std::move(changes),
                   [owned = std::move(owned)](base::Result<void> result) { EXPECT_TRUE(result); });
    executor_.run_until_idle();
    EXPECT_EQ(get("a"), "1");
    EXPECT_EQ(get("b"), "2");
}

TEST_F(StoreTest, TheQueueIsBounded) {
    open(100);
    const auto outcome_of = [&](std::size_t bytes) {
        auto outcome = std::make_shared<std::string>("?");
        Changes changes;
        changes.put("k", std::string(bytes - 1, 'x'));
        store_->commit(std::move(changes), [outcome](base::Result<void> r) {
            *outcome = r ? "ok" : base::to_string(r.error().kind);
        });
        return outcome;
    };
    const auto first = outcome_of(60);
    const auto second = outcome_of(40);
    const auto third = outcome_of(1);
    const auto giant = outcome_of(101);
    executor_.run_until_idle();
    EXPECT_EQ(*first, "ok");
    EXPECT_EQ(*second, "ok");
    EXPECT_EQ(*third, "unavailable");
    EXPECT_EQ(*giant, "limit");
    const auto later = outcome_of(100);
    executor_.run_until_idle();
    EXPECT_EQ(*later, "ok");
}

TEST_F(StoreTest, StopWritesWhatWaitsAndRefusesWhatComes) {
    std::string early = "?";
    std::string late = "?";
    Changes first;
    first.put("early", "1");
    store_->commit(std::move(first), [&](base::Result<void> r) { early = r ? "ok" : "refused"; });
    store_->stop();
    store_->stop();
    EXPECT_EQ(get("early"), "1");
    Changes second;
    second.put("late", "1");
    store_->commit(std::move(second), [&](base::Result<void> r) { late = r ? "ok" : "refused"; });
    EXPECT_EQ(put("x", "y").error().kind, ErrorKind::unavailable);
    executor_.run_until_idle();
    EXPECT_EQ(early, "ok");
    EXPECT_EQ(late, "refused");
    EXPECT_EQ(get("late"), "-");
}

TEST_F(StoreTest, OnlyOneStoreHoldsADirectory) {
    auto second = MetaStore::open({.directory = "/d/meta"}, files_, executor_, log_);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().kind, ErrorKind::unavailable);
}

TEST_F(StoreTest, TablesKeepTypedRowsApart) {
    const meta_store::Table<Row> one(*store_, "one");
    const meta_store::Table<Row> two(*store_, "one2");
    Changes changes;
    one.put(changes, {"a", "x"}, {"ax", 1});
    one.put(changes, {"a", "y"}, {"ay", 2});
    one.put(changes, {"ab", "x"}, {"abx", 3});
    two.put(changes, {"a", "x"}, {"other", 4});
    ASSERT_TRUE(store_->commit(std::move(changes)).has_value());
    EXPECT_EQ(one.get({"a", "y"}).value()->count, 2);
    EXPECT_FALSE(one.get({"a"}).value().has_value());
    std::string seen;
    const auto visit = [&](std::string_view key, const Row& row) {
        seen += Key::split(key).back() + "=" + row.name + " ";
        return true;
    };
    ASSERT_TRUE(one.scan({"a"}, visit).has_value());
    EXPECT_EQ(seen, "x=ax y=ay ");
    seen.clear();
    const Key from{"a", "y"};
    ASSERT_TRUE(one.scan({}, visit, &from).has_value());
    EXPECT_EQ(seen, "y=ay x=abx ");
}

TEST_F(StoreTest, ARowThatDoesNotDecodeIsCorrupt) {
    const meta_store::Table<Row> table(*store_, "t");
    ASSERT_TRUE(put(table.key({"a"}), "\xff").has_value());
    EXPECT_EQ(table.get({"a"}).error().kind, ErrorKind::corrupt);
    auto scanned = table.scan({}, [](auto, auto&) { return true; });
    EXPECT_EQ(scanned.error().kind, ErrorKind::corrupt);
}

TEST_F(StoreTest, AFullDiskRefusesCommitsAndHealsWithoutARestart) {
    ASSERT_TRUE(put("before", "1").has_value());
    files_.inject({.call = sim::Call::write,
                   .os_error = ENOSPC,
                   .times = 1'000'000,
                   .path_contains = ".log",
                   .written_bytes = 3});
    auto refused = put("lost", "1");
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
    EXPECT_EQ(refused.error().os_error, ENOSPC);
    EXPECT_EQ(get("before"), "1");
    EXPECT_FALSE(put("lost", "2").has_value());
    files_.clear_faults();
    auto healed = put("after", "1");
    if (!healed) healed = put("after", "1");
    ASSERT_TRUE(healed.has_value()) << healed.error().describe();
    EXPECT_EQ(get("lost"), "-");
    EXPECT_EQ(get("after"), "1");
    open();
    EXPECT_EQ(get("before"), "1");
    EXPECT_EQ(get("lost"), "-");
    EXPECT_EQ(get("after"), "1");
}

TEST_F(StoreTest, AFailedSyncIsNotTriedAgainAsIfNothingHappened) {
    ASSERT_TRUE(put("before", "1").has_value());
    const auto snapshot = store_->snapshot();
    files_.inject({.call = sim::Call::sync_data, .path_contains = ".log"});
    auto refused = put("unknown", "1");
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, ErrorKind::io);
    EXPECT_EQ(get("unknown"), "-");
    const auto logs = files_.list("/d/meta").value();
    auto healed = put("after", "1");
    ASSERT_TRUE(healed.has_value()) << healed.error().describe();
    EXPECT_TRUE(log_.contains("recovered from a failed write"));
    EXPECT_NE(files_.list("/d/meta").value(), logs);  // another log file, not the failed one
    EXPECT_EQ(get("before", snapshot.get()), "1");
    open();
    EXPECT_EQ(get("before"), "1");
    EXPECT_EQ(get("after"), "1");
}

TEST_F(StoreTest, ACorruptedTableIsReportedAndNeverHidden) {
    for (int i = 0; i < 200; ++i) {
        ASSERT_TRUE(put("key" + std::to_string(i), std::string(500, 'v')).has_value());
    }
    open();  // recovery writes a table file
    store_.reset();
    const std::string table = file_ending(".sst");
    files_.corrupt(table, 100, 1);
    open();
    int wrong = 0;
    for (int i = 0; i < 200; ++i) {
        auto got = store_->get("key" + std::to_string(i));
        if (got.has_value()) {
            EXPECT_EQ(got.value().value_or(""), std::string(500, 'v'));
        } else {
            EXPECT_EQ(got.error().kind, ErrorKind::corrupt);
            ++wrong;
        }
    }
    EXPECT_GT(wrong, 0);
    EXPECT_EQ(store_->verify().error().kind, ErrorKind::corrupt);
    EXPECT_NE(scan("", "").find("corrupt"), std::string::npos);
}

TEST_F(StoreTest, DamageBeforeTheEndOfTheLogIsReported) {
    for (int i = 0; i < 20; ++i)
        ASSERT_TRUE(put("k" + std::to_string(i), "v").has_value());
    store_.reset();
    const std::string log = file_ending(".log");
    const auto size = files_.status(log).value().size_bytes;
    for (const std::uint64_t at : {std::uint64_t{0}, std::uint64_t{4}, std::uint64_t{6}, size / 2,
                                   size / 2 + 4, size - 60}) {
        files_.corrupt(log, at, 0x10);
        auto refused = MetaStore::open({.directory = "/d/meta"}, files_, executor_, log_);
        ASSERT_FALSE(refused.has_value()) << at;
        EXPECT_EQ(refused.error().kind, ErrorKind::corrupt) << at;
        files_.corrupt(log, at, 0x10);
    }
    open();
    EXPECT_EQ(get("k19"), "v");
}

class RealFilesTest : public testing::Test {
  protected:
    RealFilesTest() {
        std::string path = testing::TempDir() + "meta_store_XXXXXX";
        directory_ = mkdtemp(path.data());
    }
    ~RealFilesTest() override { std::filesystem::remove_all(directory_); }
    std::unique_ptr<MetaStore> open(base::Executor& executor, const std::string& name = "m") {
        auto opened =
            MetaStore::open({.directory = directory_ + "/" + name}, files_, executor, log_);
        EXPECT_TRUE(opened.has_value()) << opened.error().describe();
        return opened ? std::move(opened.value()) : nullptr;
    }

    os::PosixFileSystem files_;
    sim::RecordingLog log_;
    std::string directory_;
};

// Waiting and parked committers from many threads on a pool of one.
TEST_F(RealFilesTest, ManyThreadsCommitInGroups) {
    constexpr int threads = 8;
    constexpr int each = 50;
    os::ThreadPool pool(1);
    auto store = open(pool);
    std::latch parked(threads * each);
    std::atomic<int> failures{0};
    std::vector<std::thread> workers;
    for (int t = 0; t < threads; ++t) {
        workers.emplace_back([&, t] {
            for (int i = 0; i < each; ++i) {
                const std::string key = std::to_string(t) + "/" + std::to_string(i);
                Changes one;
                one.require_absent(key);
                one.put(key, "1");
                store->commit(std::move(one), [&](base::Result<void> r) {
                    if (!r) ++failures;
                    parked.count_down();
                });
                Changes two;
                two.put(key + "w", "1");
                if (!store->commit(std::move(two))) ++failures;
            }
        });
    }
    for (auto& worker : workers)
        worker.join();
    parked.wait();
    EXPECT_EQ(failures.load(), 0);
    EXPECT_EQ(store->verify().value(), threads * each * 2U);
    store->stop();
    pool.stop();
}

// A handler on the pool's only thread may wait for a commit.
TEST_F(RealFilesTest, APoolOfOneMayWait) {
    os::ThreadPool pool(1);
    auto store = open(pool);
    std::latch finished(1);
    pool.post([&] {
        for (int i = 0; i < 3; ++i) {
            Changes changes;
            changes.put("k", std::to_string(i));
            EXPECT_TRUE(store->commit(std::move(changes)).has_value());
        }
        finished.count_down();
    });
    finished.wait();
    EXPECT_EQ(store->get("k").value(), "2");
    pool.stop();
}

TEST_F(RealFilesTest, ACheckpointIsAStoreOfItsOwn) {
    os::ThreadPool pool(1);
    auto store = open(pool);
    const auto put = [&](const char* key) {
        Changes changes;
        changes.put(key, "v");
        ASSERT_TRUE(store->commit(std::move(changes)).has_value());
    };
    put("before");
    ASSERT_TRUE(store->checkpoint(directory_ + "/copy").has_value());
    put("after");
    EXPECT_EQ(store->checkpoint(directory_ + "/copy").error().kind, ErrorKind::already_exists);
    auto copy = open(pool, "copy");
    EXPECT_TRUE(copy->get("before").value().has_value());
    EXPECT_FALSE(copy->get("after").value().has_value());
    copy.reset();
    store.reset();
    pool.stop();
}

// More than the write buffer holds: flushes and compactions happen under the commits.
TEST_F(RealFilesTest, MoreThanTheWriteBufferHolds) {
    os::ThreadPool pool(1);
    auto store = open(pool);
    const std::string value(8 * 1024, 'v');
    for (int i = 0; i < 40; ++i) {
        Changes changes;
        for (int j = 0; j < 100; ++j) {
            changes.put("k" + std::to_string(j) + "/" + std::to_string(i), value);
        }
        ASSERT_TRUE(store->commit(std::move(changes)).has_value());
    }
    store = nullptr;
    store = open(pool);
    EXPECT_EQ(store->verify().value(), 4000U);
    store.reset();
    pool.stop();
}

}  // namespace

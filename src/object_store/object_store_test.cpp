// Buckets, objects, conditions, versions held by readers, restarts and faults.
#include <gtest/gtest.h>

#include "base/units.h"
#include "object_store/rows.h"
#include "object_store/testing.h"

namespace {

using base::ErrorKind;
using object_store::Condition;
using object_store::testing::make_bytes;
using object_store::testing::Stage;

constexpr std::size_t large = 3 * base::mib + 17;

class ObjectStoreTest : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_EQ(stage_.error, "");
        stage_.make_bucket("b");
    }
    Stage stage_;
};

TEST_F(ObjectStoreTest, SizesAroundTheLimitOfSmallReadBackAlsoAfterARestart) {
    const std::size_t small_max = object_store::Options().small_object_bytes_max;
    const std::vector<std::size_t> sizes = {0,    1, 1000, small_max - 1, small_max, small_max + 1,
                                            large};
    for (const std::size_t size : sizes) {
        const auto put = stage_.put("b", std::to_string(size), make_bytes(size));
        ASSERT_TRUE(put.has_value()) << put.error().describe();
        EXPECT_EQ(put.value().size_bytes, size);
    }
    for (int round = 0; round < 2; ++round) {
        for (const std::size_t size : sizes) {
            EXPECT_EQ(stage_.read("b", std::to_string(size)), make_bytes(size)) << size;
        }
        EXPECT_EQ(stage_.store->verify().value(), sizes.size());
        ASSERT_TRUE(stage_.reopen()) << stage_.error;
    }
    EXPECT_EQ(stage_.object_files().size(), 2U);
}

TEST_F(ObjectStoreTest, InfoComesBackAsGiven) {
    object_store::ObjectProperties properties;
    properties.content_type = "text/plain";
    properties.headers = {{"cache-control", "no-cache"}, {"x-amz-meta-a", "1"}};
    properties.checksums = {{"CRC32", "NSRBwg=="}};
    properties.checksum_type = "FULL_OBJECT";
    ASSERT_TRUE(stage_.put("b", "k", "abc", properties));
    const auto info = stage_.store->head("b", "k").value();
    EXPECT_EQ(info.key, "k");
    EXPECT_EQ(info.etag, "900150983cd24fb0d6963f7d28e17f72");
    EXPECT_EQ(info.content_type, "text/plain");
    EXPECT_EQ(info.headers, properties.headers);
    EXPECT_EQ(info.checksums, properties.checksums);
    EXPECT_EQ(info.checksum_type, "FULL_OBJECT");
    EXPECT_EQ(info.modified, stage_.clock.now());
    EXPECT_TRUE(info.part_sizes.empty());
}

TEST_F(ObjectStoreTest, PutWaitingNeedsNoExecutor) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{10}, large}) {
        ASSERT_TRUE(stage_.store->put("b", "k", make_bytes(size)));  // nobody steps the executor
        EXPECT_EQ(stage_.read("b", "k"), make_bytes(size));
    }
    EXPECT_EQ(stage_.store->put("nope", "k", "x").error().kind, ErrorKind::not_found);
}

TEST_F(ObjectStoreTest, WhatIsNotThereIsNotFound) {
    EXPECT_EQ(stage_.read("b", "nope"), "<not_found>");
    EXPECT_EQ(stage_.read("nope", "k"), "<not_found>");
    EXPECT_EQ(stage_.store->head("b", "nope").error().context, "key");
    EXPECT_EQ(stage_.store->head("nope", "k").error().context, "bucket");
    EXPECT_EQ(stage_.put("nope", "k", "x").error().context, "bucket");
    EXPECT_EQ(stage_.remove("nope", {"k"}).error().context, "bucket");
    EXPECT_TRUE(stage_.remove("b", {"never", "was"}));
}

TEST_F(ObjectStoreTest, GetRefusesMoreThanAllowed) {
    ASSERT_TRUE(stage_.put("b", "k", "four"));
    EXPECT_EQ(stage_.store->get("b", "k", 3).error().kind, ErrorKind::limit);
    EXPECT_EQ(stage_.store->get("b", "k", 4).value(), "four");
}

TEST_F(ObjectStoreTest, ConditionsDecide) {
    const Condition absent{.if_none_exists = true};
    EXPECT_TRUE(stage_.put("b", "k", "abc", {}, absent));
    const auto refused = stage_.put("b", "k", "x", {}, absent);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    EXPECT_EQ(refused.error().context, "precondition");

    const Condition match{.if_etag = "900150983cd24fb0d6963f7d28e17f72"};
    EXPECT_TRUE(stage_.put("b", "k", "two", {}, match));
    EXPECT_EQ(stage_.put("b", "k", "three", {}, match).error().kind, ErrorKind::invalid);
    EXPECT_EQ(stage_.put("b", "other", "x", {}, match).error().context, "key");
    EXPECT_EQ(stage_.read("b", "k"), "two");
}

TEST_F(ObjectStoreTest, ChangesOfTheCallerShareTheBatch) {
    meta_store::Changes more;
    more.require_absent("checkpoint");
    more.put("checkpoint", "1");
    ASSERT_TRUE(stage_.put("b", "k", make_bytes(large), {}, {}, more));
    EXPECT_EQ(stage_.meta->get("checkpoint").value(), "1");
    // Refused whole: neither the object nor the change.
    more.put("other", "1");
    EXPECT_EQ(stage_.put("b", "k", "new", {}, {}, more).error().kind, ErrorKind::already_exists);
    EXPECT_EQ(stage_.read("b", "k"), make_bytes(large));
    EXPECT_FALSE(stage_.meta->get("other").value().has_value());
    // And the file of what was refused goes away.
    EXPECT_FALSE(stage_.put("b", "k", make_bytes(large, 2), {}, {}, more));
    stage_.executor.run_until_idle();
    EXPECT_EQ(stage_.object_files().size(), 1U);
}

TEST_F(ObjectStoreTest, OverwritingAndDeletingFreeTheBytes) {
    ASSERT_TRUE(stage_.put("b", "k", make_bytes(large, 1)));
    ASSERT_TRUE(stage_.put("b", "k", make_bytes(large, 2)));
    stage_.executor.run_until_idle();
    EXPECT_EQ(stage_.object_files().size(), 1U);
    EXPECT_EQ(stage_.read("b", "k"), make_bytes(large, 2));
    ASSERT_TRUE(stage_.remove("b", {"k", "k", "absent"}));
    stage_.executor.run_until_idle();
    EXPECT_TRUE(stage_.object_files().empty());
    EXPECT_EQ(stage_.read("b", "k"), "<not_found>");
}

TEST_F(ObjectStoreTest, AReaderKeepsItsVersion) {
    for (const std::size_t size : {std::size_t{1000}, large}) {
        ASSERT_TRUE(stage_.put("b", "k", make_bytes(size, 1)));
        auto reader = stage_.store->open_object("b", "k").value();
        auto body = reader->body(size / 2, size);
        ASSERT_TRUE(stage_.put("b", "k", "new"));
        ASSERT_TRUE(stage_.remove("b", {"k"}));
        stage_.executor.run_until_idle();

        std::string bytes(size, '\0');
        ASSERT_EQ(reader->read_at(0, bytes).value(), size);
        EXPECT_EQ(bytes, make_bytes(size, 1));
        reader.reset();
        stage_.executor.run_until_idle();
        // The body alone still holds it.
        EXPECT_EQ(body->length(), size - size / 2);
        std::string half;
        char buffer[100'000];
        while (true) {
            const auto count = body->read(buffer);
            ASSERT_TRUE(count.has_value()) << count.error().describe();
            if (count.value() == 0) break;
            half.append(buffer, count.value());
        }
        EXPECT_EQ(half, make_bytes(size, 1).substr(size / 2));
        body.reset();
        stage_.executor.run_until_idle();
        EXPECT_TRUE(stage_.object_files().empty());
    }
}

TEST_F(ObjectStoreTest, ABodyOfAPlainFileIsAFileRangeOnceItsBlocksWereChecked) {
    Stage stage({.seal_files = false});
    stage.make_bucket("b");
    ASSERT_TRUE(stage.put("b", "k", make_bytes(large)));
    const auto reader = stage.store->open_object("b", "k").value();
    ASSERT_TRUE(reader->file_range().has_value());
    EXPECT_EQ(reader->file_range()->length, large);
    EXPECT_FALSE(reader->body(0, large)->file_range().has_value());
    std::string bytes(large, '\0');
    ASSERT_TRUE(reader->read_at(0, bytes));
    const auto range = stage.store->open_object("b", "k").value()->body(5, 100)->file_range();
    ASSERT_TRUE(range.has_value());
    EXPECT_EQ(range->offset, 5U);
    EXPECT_EQ(range->length, 100U);

    ASSERT_TRUE(stage.put("b", "s", "small"));
    EXPECT_FALSE(stage.store->open_object("b", "s").value()->file_range().has_value());
}

// A directory from before files were sealed opens unchanged; what is written to it is sealed.
TEST_F(ObjectStoreTest, PlainFilesOfEarlierRunsStayReadableBesideSealedOnes) {
    auto old = std::make_unique<Stage>(object_store::Options{.seal_files = false});
    old->make_bucket("b");
    ASSERT_TRUE(old->put("b", "plain", make_bytes(large, 1)));
    EXPECT_FALSE(old->store->head("b", "plain").value().encrypted);
    old->store.reset();
    old->meta.reset();
    Stage stage({}, 2, std::move(old->files));
    ASSERT_EQ(stage.error, "");
    EXPECT_EQ(stage.read("b", "plain"), make_bytes(large, 1));
    ASSERT_TRUE(stage.put("b", "sealed", make_bytes(large, 2)));
    EXPECT_TRUE(stage.store->head("b", "sealed").value().encrypted);
    EXPECT_FALSE(stage.store->head("b", "plain").value().encrypted);
    EXPECT_EQ(stage.read("b", "sealed"), make_bytes(large, 2));
    EXPECT_EQ(stage.store->verify().value(), 2U);
    ASSERT_TRUE(stage.remove("b", {"plain"}));
    stage.executor.run_until_idle();
    EXPECT_EQ(stage.object_files().size(), 1U);
}

TEST_F(ObjectStoreTest, NoPlainBytesOfAnObjectReachTheDisk) {
    const std::string secret = "a text that must not be found on the disk";
    std::string body = make_bytes(large);
    body.replace(100'000, secret.size(), secret);
    ASSERT_TRUE(stage_.put("b", "large", body));
    ASSERT_TRUE(stage_.put("b", "small", secret));
    const auto holds_secret = [&](const std::string& directory) {
        const auto names = stage_.files->list(directory);
        for (const std::string& name : names.value()) {
            const auto bytes = base::read_file(*stage_.files, directory + "/" + name, 1U << 30);
            if (bytes && bytes.value().find(secret) != std::string::npos) return true;
        }
        return false;
    };
    EXPECT_FALSE(holds_secret("/data/objects/" + stage_.object_files()[0].substr(0, 16)));
    EXPECT_FALSE(holds_secret("/data/small"));
    EXPECT_EQ(stage_.read("b", "large"), body);
}

TEST_F(ObjectStoreTest, DamageOnDiskIsReportedNotServed) {
    ASSERT_TRUE(stage_.put("b", "large", make_bytes(large)));
    ASSERT_TRUE(stage_.put("b", "fine", make_bytes(large, 2)));
    ASSERT_TRUE(stage_.reopen());
    stage_.files->corrupt("/data/objects/" + stage_.object_files()[0], 100'000, 4);
    EXPECT_EQ(stage_.read("b", "large"), "<corrupt>");
    EXPECT_EQ(stage_.read("b", "fine"), make_bytes(large, 2));
    EXPECT_EQ(stage_.store->verify().error().kind, ErrorKind::corrupt);
    EXPECT_TRUE(stage_.log.contains("b/large"));
}

TEST_F(ObjectStoreTest, ATruncatedFileIsCorrupt) {
    ASSERT_TRUE(stage_.put("b", "k", make_bytes(large)));
    ASSERT_TRUE(stage_.reopen());
    auto file =
        stage_.files->open("/data/objects/" + stage_.object_files()[0], base::OpenMode::read_write);
    ASSERT_TRUE(file.value()->truncate(large / 2));
    EXPECT_EQ(stage_.read("b", "k"), "<corrupt>");
}

TEST_F(ObjectStoreTest, ADroppedWriterLeavesNothing) {
    auto writer = stage_.store->writer();
    ASSERT_TRUE(writer->write(make_bytes(large)));
    EXPECT_EQ(stage_.object_files().size(), 1U);
    writer.reset();
    stage_.executor.run_until_idle();
    EXPECT_TRUE(stage_.object_files().empty());
    ASSERT_TRUE(stage_.prepare(make_bytes(large)).has_value());  // dropped uncommitted
    stage_.executor.run_until_idle();
    EXPECT_TRUE(stage_.object_files().empty());
}

TEST_F(ObjectStoreTest, BucketsAreUniqueAndDeletedOnlyWhenEmpty) {
    EXPECT_EQ(stage_.store->create_bucket({"b", "111111111111", "us-west-2", {}, {}}).error().kind,
              ErrorKind::already_exists);
    stage_.make_bucket("a");
    const auto listed = stage_.store->list_buckets("000000000000").value();
    ASSERT_EQ(listed.size(), 2U);
    EXPECT_EQ(listed[0].name, "a");
    EXPECT_TRUE(stage_.store->list_buckets("111111111111").value().empty());

    ASSERT_TRUE(stage_.put("b", "k", "x"));
    EXPECT_EQ(stage_.store->delete_bucket("b").error().kind, ErrorKind::invalid);
    EXPECT_EQ(stage_.read("b", "k"), "x");
    ASSERT_TRUE(stage_.remove("b", {"k"}));
    EXPECT_TRUE(stage_.store->delete_bucket("b"));
    EXPECT_EQ(stage_.store->delete_bucket("b").error().kind, ErrorKind::not_found);
    EXPECT_EQ(stage_.store->find_bucket("b").error().kind, ErrorKind::not_found);
    stage_.make_bucket("b");
    EXPECT_EQ(stage_.read("b", "k"), "<not_found>");
}

TEST_F(ObjectStoreTest, APutThatRacesADeletionOfItsBucketLosesOrWinsWhole) {
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
        Stage stage({}, seed);
        stage.make_bucket("b");
        auto prepared = stage.prepare("x").value();
        std::optional<base::Result<object_store::ObjectInfo>> put;
        stage.store->commit("b", "k", std::move(prepared), {}, {}, {},
                            [&](auto result) { put.emplace(std::move(result)); });
        const bool deleted = stage.store->delete_bucket("b").has_value();
        stage.executor.run_until_idle();
        ASSERT_TRUE(put.has_value());
        EXPECT_NE(put->has_value(), deleted);
        if (deleted) stage.make_bucket("b");
        EXPECT_EQ(stage.read("b", "k"), deleted ? "<not_found>" : "x");
    }
}

TEST_F(ObjectStoreTest, WritersOfOneKeyAllSucceedOneWins) {
    constexpr int writers = 20;
    int succeeded = 0;
    for (int i = 0; i < writers; ++i) {
        auto prepared = stage_.prepare(make_bytes(large, static_cast<std::uint64_t>(i))).value();
        stage_.store->commit("b", "k", std::move(prepared), {}, {}, {},
                             [&](auto result) { succeeded += result ? 1 : 0; });
    }
    stage_.executor.run_until_idle();
    EXPECT_EQ(succeeded, writers);
    EXPECT_EQ(stage_.object_files().size(), 1U);
    EXPECT_EQ(stage_.store->verify().value(), 1U);
}

// A metadata store in which somebody takes a key right before a commit and gives it back right
// after, before the committer is answered.
class MeddledStore final : public meta_store::MetaStore {
  public:
    explicit MeddledStore(meta_store::MetaStore& store) : store_(store) {}
    std::string key;
    int times = 0;

    void commit(meta_store::Changes changes, meta_store::CommitDone done) override {
        if (times == 0) return store_.commit(std::move(changes), std::move(done));
        --times;
        change([&](auto& meddling) { meddling.put(key, "taken"); });
        const auto result = store_.commit(std::move(changes));
        change([&](auto& meddling) { meddling.erase(key); });
        done(result);
    }
    base::Result<void> commit(meta_store::Changes changes) override {
        return store_.commit(std::move(changes));
    }
    base::Result<std::optional<std::string>> get(
        std::string_view at, const meta_store::Snapshot* snapshot) const override {
        return store_.get(at, snapshot);
    }
    base::Result<void> scan(std::string_view from, std::string_view until,
                            const meta_store::Visit& visit,
                            const meta_store::Snapshot* snapshot) const override {
        return store_.scan(from, until, visit, snapshot);
    }
    base::Result<void> walk(std::string_view from, std::string_view until,
                            const meta_store::WalkVisit& visit,
                            const meta_store::Snapshot* snapshot) const override {
        return store_.walk(from, until, visit, snapshot);
    }
    std::shared_ptr<const meta_store::Snapshot> snapshot() const override {
        return store_.snapshot();
    }
    base::Result<void> checkpoint(const std::string& directory) override {
        return store_.checkpoint(directory);
    }
    base::Result<std::uint64_t> verify() const override { return store_.verify(); }
    void stop() override { store_.stop(); }

  private:
    template <class F>
    void change(F&& what) {
        meta_store::Changes meddling;
        what(meddling);
        EXPECT_TRUE(store_.commit(std::move(meddling)));
    }
    meta_store::MetaStore& store_;
};

// What a writer read was changed before its commit, and is as it was when the writer looks why it
// was refused. It starts over; it is not the client's fault.
TEST_F(ObjectStoreTest, AChangeThatIsUndoneMeanwhileIsARaceToo) {
    MeddledStore meddled(*stage_.meta);
    stage_.store =
        object_store::ObjectStore::open(
            {.directory = "/data"}, {*stage_.files, stage_.clock, stage_.random, stage_.executor,
                                     stage_.log, stage_.master_key, meddled})
            .value();
    meddled.key = object_store::object_key(stage_.store->find_bucket("b").value(), "k");
    meddled.times = 3;
    const auto put = stage_.put("b", "k", "bytes");
    ASSERT_TRUE(put.has_value()) << put.error().describe();
    EXPECT_EQ(meddled.times, 0);
    EXPECT_EQ(stage_.read("b", "k"), "bytes");
    stage_.store.reset();
}

TEST_F(ObjectStoreTest, AStoreThatIsStoppedIsNoRace) {
    auto prepared = stage_.prepare("x").value();
    stage_.meta->stop();
    const auto put = stage_.wait<object_store::ObjectInfo>([&](auto done) {
        stage_.store->commit("b", "k", std::move(prepared), {}, {}, {}, std::move(done));
    });
    EXPECT_EQ(put.error().message, "the store is stopped");
}

TEST_F(ObjectStoreTest, PreconditionsOfTheCallerAreReportedInARaceToo) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        Stage stage({}, seed);
        stage.make_bucket("b");
        int succeeded = 0;
        for (int i = 0; i < 5; ++i) {
            meta_store::Changes more;
            more.require_absent("checkpoint");
            more.put("checkpoint", std::to_string(i));
            stage.store->commit("b", "k", stage.prepare(std::to_string(i)).value(), {}, {},
                                std::move(more), [&](auto put) {
                                    succeeded += put ? 1 : 0;
                                    if (!put) {
                                        EXPECT_EQ(put.error().kind, ErrorKind::already_exists);
                                    }
                                });
        }
        stage.executor.run_until_idle();
        EXPECT_EQ(succeeded, 1);
        EXPECT_EQ(stage.read("b", "k"), stage.meta->get("checkpoint").value());
    }
}

TEST_F(ObjectStoreTest, OfManyCreatorsOnlyOneSucceeds) {
    int succeeded = 0;
    int refused = 0;
    for (int i = 0; i < 20; ++i) {
        auto prepared = stage_.prepare(std::to_string(i)).value();
        stage_.store->commit("b", "k", std::move(prepared), {}, Condition{.if_none_exists = true},
                             {}, [&](auto result) { ++(result ? succeeded : refused); });
    }
    stage_.executor.run_until_idle();
    EXPECT_EQ(succeeded, 1);
    EXPECT_EQ(refused, 19);
}

TEST_F(ObjectStoreTest, AFullDiskFailsThePutAndNothingElse) {
    ASSERT_TRUE(stage_.put("b", "before", "x"));
    stage_.files->inject({sim::Call::write, 28, 0, 1, "/objects/"});
    EXPECT_EQ(stage_.put("b", "k", make_bytes(large)).error().kind, ErrorKind::unavailable);
    stage_.files->inject({sim::Call::sync_data, 5, 0, 1, "/objects/"});
    EXPECT_EQ(stage_.put("b", "k", make_bytes(large)).error().kind, ErrorKind::io);
    stage_.files->inject({sim::Call::sync_directory, 5, 0, 1, "/objects/"});
    EXPECT_FALSE(stage_.put("b", "k", make_bytes(large)));
    stage_.files->inject({sim::Call::open, 24, 0, 1, "/objects/"});
    EXPECT_FALSE(stage_.put("b", "k", make_bytes(large)));
    stage_.files->inject({sim::Call::sync_data, 5, 0, 1, "/small/"});
    EXPECT_FALSE(stage_.put("b", "k", "small"));
    EXPECT_EQ(stage_.read("b", "k"), "<not_found>");
    ASSERT_TRUE(stage_.put("b", "k", make_bytes(large)));
    ASSERT_TRUE(stage_.put("b", "s", "small"));
    stage_.executor.run_until_idle();
    EXPECT_EQ(stage_.object_files().size(), 1U);
    ASSERT_TRUE(stage_.reopen()) << stage_.error;
    EXPECT_EQ(stage_.read("b", "before"), "x");
    EXPECT_EQ(stage_.read("b", "s"), "small");
    EXPECT_EQ(stage_.store->verify().value(), 3U);
}

TEST_F(ObjectStoreTest, AReadErrorIsAnErrorAndPasses) {
    ASSERT_TRUE(stage_.put("b", "k", make_bytes(large)));
    ASSERT_TRUE(stage_.reopen());
    stage_.files->inject({sim::Call::read, 5, 1, 1, "/objects/"});  // the first loads the footer
    EXPECT_EQ(stage_.read("b", "k"), "<io>");
    EXPECT_EQ(stage_.read("b", "k"), make_bytes(large));
}

TEST_F(ObjectStoreTest, FilesThatCannotBeFreedAreFreedByTheNextStart) {
    ASSERT_TRUE(stage_.put("b", "k", make_bytes(large)));
    stage_.files->inject({sim::Call::remove, 5, 0, 1, "/objects/"});
    ASSERT_TRUE(stage_.remove("b", {"k"}));
    stage_.executor.run_until_idle();
    EXPECT_EQ(stage_.object_files().size(), 1U);
    EXPECT_TRUE(stage_.log.contains("cannot free the bytes"));
    ASSERT_TRUE(stage_.reopen()) << stage_.error;
    stage_.executor.run_until_idle();
    EXPECT_TRUE(stage_.object_files().empty());
}

TEST_F(ObjectStoreTest, AStartLooksAtTheSameFewDirectoriesHoweverManyThereAre) {
    // Each start begins a new directory of files.
    const auto lists_of_a_start = [&] {
        EXPECT_TRUE(
            stage_.put("b", "k" + std::to_string(stage_.random.next_u64()), make_bytes(large)));
        const auto before = stage_.files->call_count(sim::Call::list);
        EXPECT_TRUE(stage_.reopen());
        return stage_.files->call_count(sim::Call::list) - before;
    };
    lists_of_a_start();
    const auto second = lists_of_a_start();
    for (int start = 0; start < 20; ++start)
        lists_of_a_start();
    EXPECT_LE(lists_of_a_start(), second + 5);  // RocksDB lists its own a little
    EXPECT_EQ(stage_.files->list("/data/objects").value().size(), 23U);
    EXPECT_EQ(stage_.object_files().size(), 23U);
}

}  // namespace

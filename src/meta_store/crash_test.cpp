// Crashes at every change to the disk, with torn writes and reordering: what was acknowledged is
// there, a commit over two tables is there whole or not at all, and in the order of commits. A file
// system that lies about syncs must make the same check fail.
#include <gtest/gtest.h>

#include "meta_store/meta_store.h"
#include "sim/crash_file_system.h"
#include "sim/recording_log.h"
#include "sim/seeded_executor.h"

namespace {

using meta_store::Changes;
using meta_store::Key;
using meta_store::MetaStore;

struct Row {
    std::int64_t number = 0;
    std::string filling;
    static constexpr auto members() {
        return std::tuple{shape::member("number", &Row::number),
                          shape::member("filling", &Row::filling)};
    }
};

struct Acknowledged {
    std::int64_t number = 0;
    std::size_t operations = 0;
};

constexpr int rounds = 8;
constexpr int commits_per_round = 3;
constexpr std::int64_t commits = 2 * rounds * commits_per_round;

// One process: opens the store and commits `rounds` groups, numbered on from `first`.
class Process {
  public:
    Process(sim::CrashFileSystem& files, std::uint64_t seed)
        : files_(files), executor_(seed, clock_) {
        auto opened = MetaStore::open({.directory = "/meta"}, files_, executor_, log_);
        if (opened) {
            store_ = std::move(opened.value());
        } else {
            error_ = opened.error().describe();
        }
    }
    const std::string& error() const { return error_; }
    MetaStore& store() { return *store_; }

    void commit_rounds(std::int64_t first, std::vector<Acknowledged>& acknowledged) {
        const meta_store::Table<Row> left(*store_, "left");
        const meta_store::Table<Row> right(*store_, "right");
        std::int64_t number = first;
        for (int round = 0; round < rounds; ++round) {
            for (int i = 0; i < commits_per_round; ++i, ++number) {
                Changes changes;
                // Every third commit spans several blocks of RocksDB's log.
                const Row row{number, std::string(number % 3 == 0 ? 40'000 : 20, 'f')};
                const Key key = Key().add_number(static_cast<std::uint64_t>(number));
                changes.require_absent(left.key(key));
                left.put(changes, key, row);
                right.put(changes, key, row);
                store_->commit(std::move(changes), [&, number](base::Result<void> r) {
                    if (r) acknowledged.push_back({number, files_.operation_count()});
                });
            }
            executor_.run_until_idle();
        }
    }

    // The numbers in a table, or an error.
    base::Result<std::vector<std::int64_t>> numbers(const char* table) {
        std::vector<std::int64_t> found;
        TRY_VOID(meta_store::Table<Row>(*store_, table).scan({}, [&](auto, const Row& row) {
            found.push_back(row.number);
            return true;
        }));
        return found;
    }

  private:
    sim::CrashFileSystem& files_;
    sim::VirtualClock clock_;
    sim::SeededExecutor executor_;
    sim::RecordingLog log_;
    std::unique_ptr<MetaStore> store_;
    std::string error_;
};

std::vector<Acknowledged> run_workload(sim::CrashFileSystem& files) {
    std::vector<Acknowledged> acknowledged;
    {
        Process first(files, 1);
        EXPECT_EQ(first.error(), "");
        first.commit_rounds(0, acknowledged);
    }
    Process second(files, 2);  // recovery turns the log into a table file
    EXPECT_EQ(second.error(), "");
    second.commit_rounds(commits / 2, acknowledged);
    return acknowledged;
}

// "" when a store recovered from `disk` keeps the contract.
std::string check(sim::CrashFileSystem& disk, const std::vector<Acknowledged>& acknowledged,
                  std::size_t operations) {
    Process recovered(disk, 3);
    if (!recovered.error().empty()) return "does not open: " + recovered.error();
    auto left = recovered.numbers("left");
    auto right = recovered.numbers("right");
    if (!left || !right) return "does not read";
    if (left.value() != right.value()) return "half of a commit";
    for (std::size_t i = 0; i < left.value().size(); ++i) {
        if (left.value()[i] != static_cast<std::int64_t>(i)) return "a commit before it is missing";
    }
    for (const auto& ack : acknowledged) {
        if (ack.operations > operations) continue;
        if (ack.number >= static_cast<std::int64_t>(left.value().size())) {
            return "acknowledged commit " + std::to_string(ack.number) + " is missing";
        }
    }
    return "";
}

std::string describe(const sim::CrashFileSystem& files, const sim::CrashPoint& point) {
    std::string text = "crash after " + std::to_string(point.operations) +
                       " operations, survival " + std::to_string(static_cast<int>(point.survival)) +
                       ", seed " + std::to_string(point.seed);
    if (point.torn_bytes) text += ", torn at " + std::to_string(*point.torn_bytes);
    if (point.operations > 0) text += ", last: " + files.describe(point.operations - 1);
    return text;
}

TEST(MetaStoreCrash, EveryCrashKeepsWhatWasAcknowledged) {
    sim::CrashFileSystem files;
    const auto acknowledged = run_workload(files);
    ASSERT_EQ(acknowledged.size(), static_cast<std::size_t>(commits));
    const auto points = files.crash_points({.torn_lengths_max = 6, .seeds = 3});
    ASSERT_GT(points.size(), 500U);
    int failures = 0;
    for (const auto& point : points) {
        const auto disk = files.after(point);
        const std::string wrong = check(*disk, acknowledged, point.operations);
        if (wrong.empty()) continue;
        ADD_FAILURE() << wrong << "; " << describe(files, point);
        if (++failures == 5) return;
    }
}

// The power goes again while the store recovers.
TEST(MetaStoreCrash, ACrashDuringRecoveryLosesNothingEither) {
    sim::CrashFileSystem files;
    const auto acknowledged = run_workload(files);
    const std::size_t end = files.operation_count();
    const auto disk = files.after({.operations = end, .survival = sim::Survival::nothing});
    {
        Process recovering(*disk, 4);
        ASSERT_EQ(recovering.error(), "");
    }
    for (const auto& point : disk->crash_points({.torn_lengths_max = 6, .seeds = 3})) {
        const auto again = disk->after(point);
        const std::string wrong = check(*again, acknowledged, end);
        ASSERT_EQ(wrong, "") << describe(*disk, point);
    }
}

bool some_crash_is_noticed(sim::Canaries canaries) {
    sim::CrashFileSystem files;
    files.set_canaries(canaries);
    const auto acknowledged = run_workload(files);
    for (const auto& point : files.crash_points({.torn_lengths_max = 0, .seeds = 1})) {
        const auto disk = files.after(point);
        if (!check(*disk, acknowledged, point.operations).empty()) return true;
    }
    return false;
}

TEST(MetaStoreCrash, TheCheckNoticesIgnoredSyncsOfData) {
    EXPECT_TRUE(some_crash_is_noticed({.ignore_sync_data = true}));
}

TEST(MetaStoreCrash, TheCheckNoticesIgnoredSyncsOfDirectories) {
    EXPECT_TRUE(some_crash_is_noticed({.ignore_sync_directory = true}));
}

}  // namespace

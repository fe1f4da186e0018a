// Many threads on real files.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <semaphore>
#include <thread>

#include "os/clock.h"
#include "os/file_system.h"
#include "os/random.h"
#include "os/thread_pool.h"
#include "segment_log/segment_log.h"
#include "segment_log/testing.h"
#include "sim/recording_log.h"

namespace segment_log {
namespace {

constexpr int writers = 6;
constexpr int batches_per_writer = 150;
constexpr int records_per_batch = 5;
constexpr int records_total = writers * batches_per_writer * records_per_batch;

class ThreadsTest : public ::testing::Test {
  protected:
    ThreadsTest() {
        std::string pattern = ::testing::TempDir() + "segment_log_XXXXXX";
        root_ = ::mkdtemp(pattern.data());
    }
    ~ThreadsTest() override { std::filesystem::remove_all(root_); }

    std::unique_ptr<SegmentLog> open(base::Executor& executor) {
        return std::move(
            SegmentLog::open({.directory = root_ + "/log", .segment_bytes_max = 16 * 1024},
                             {files_, clock_, random_, executor, log_, key_})
                .value());
    }
    // Batches of one writer, each when the one before was answered.
    static void write(SegmentLog& log, Lane lane) {
        Position last = 0;
        for (int batch = 0; batch < batches_per_writer; ++batch) {
            std::vector<Record> records;
            for (int i = 0; i < records_per_batch; ++i) {
                records.push_back(testing::make_record(
                    lane, batch, std::to_string(batch * records_per_batch + i) + " payload"));
            }
            std::binary_semaphore answered(0);
            log.append(std::move(records), [&](base::Result<Position> first) {
                EXPECT_TRUE(first);
                if (first) {
                    EXPECT_GT(first.value(), last);
                    last = first.value();
                }
                answered.release();
            });
            answered.acquire();
            // Read your own writes.
            const auto own = log.read_one(last);
            EXPECT_TRUE(own) << own.error().describe();
        }
    }
    // Follows one lane until all of it was seen, in order and without gaps.
    static void follow(const SegmentLog& log, Lane lane) {
        Position from = 0;
        int expected = 0;
        while (expected < batches_per_writer * records_per_batch) {
            const auto batch = log.read(from, {.lane = lane, .records_max = 50});
            ASSERT_TRUE(batch) << batch.error().describe();
            for (const StoredRecord& record : batch.value().records) {
                ASSERT_EQ(std::to_string(expected) + " payload", record.payload);
                ++expected;
            }
            from = batch.value().next;
            if (batch.value().at_end) std::this_thread::yield();
        }
    }

    std::string root_;
    os::PosixFileSystem files_;
    os::SystemClock clock_;
    os::SystemRandom random_;
    sim::RecordingLog log_;
    MasterKey key_ = testing::test_key();
};

TEST_F(ThreadsTest, writers_readers_watchers_and_retention_at_once) {
    os::ThreadPool pool(3);
    auto log = open(pool);
    log->hold("test", 1);  // expire runs, and must keep everything
    std::atomic<int> wakes = 0;
    std::atomic<bool> ended = false;
    const auto watch = log->watch([&] { ++wakes; });
    std::vector<std::thread> threads;
    for (Lane lane = 0; lane < writers; ++lane) {
        threads.emplace_back([&, lane] { write(*log, lane); });
        threads.emplace_back([&, lane] { follow(*log, lane); });
    }
    std::thread janitor([&] {
        while (!ended) {
            EXPECT_EQ(0U, log->expire({INT64_MAX}).value());
            const auto other = log->watch([] {});
            EXPECT_TRUE(log->find_time(0, {batches_per_writer / 2}));
            log->unwatch(other);
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    });
    for (std::thread& thread : threads)
        thread.join();
    ended = true;
    janitor.join();
    log->unwatch(watch);
    EXPECT_GT(wakes, 0);
    EXPECT_EQ(records_total, static_cast<int>(log->verify().value()));
    log->stop();
    log.reset();
    log = open(pool);
    EXPECT_EQ(records_total, static_cast<int>(log->verify().value()));
    for (Lane lane = 0; lane < writers; ++lane)
        follow(*log, lane);
    const std::size_t segments = log->segments().size();
    EXPECT_GT(segments, 5U);
    EXPECT_EQ(segments, log->expire({INT64_MAX}).value());
    log->stop();
    pool.stop();
    EXPECT_EQ(0U, log_.count(base::LogLevel::warn) + log_.count(base::LogLevel::error));
}

TEST_F(ThreadsTest, a_pool_of_one_thread_is_enough_and_stop_may_come_at_any_time) {
    os::ThreadPool pool(1);
    const auto log = open(pool);
    std::atomic<int> good = 0;
    std::atomic<int> refused = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int batch = 0; batch < 100; ++batch) {
                log->append({testing::make_record(0, 0, "x")},
                            [&](base::Result<Position> first) { first ? ++good : ++refused; });
            }
        });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    log->stop();
    for (std::thread& thread : threads)
        thread.join();
    pool.stop();
    EXPECT_EQ(400, good + refused);
    EXPECT_EQ(good, static_cast<int>(log->verify().value()));
}

}  // namespace
}  // namespace segment_log

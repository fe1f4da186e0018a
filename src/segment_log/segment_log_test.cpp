// The contract of segment_log.h, on a simulated disk.
#include "segment_log/segment_log.h"

#include <gtest/gtest.h>

#include "segment_log/committer.h"
#include "segment_log/durable_records.h"
#include "segment_log/segment_file.h"
#include "segment_log/testing.h"

namespace segment_log {
namespace {

using base::ErrorKind;
using testing::log_directory;
using testing::make_record;
using testing::Read;
using testing::read_all;
using testing::World;

std::vector<Record> batch_of(Lane lane, std::int64_t time_ms, int count, std::size_t bytes = 10) {
    std::vector<Record> records;
    for (int i = 0; i < count; ++i) {
        records.push_back(
            make_record(lane, time_ms + i, std::string(bytes, static_cast<char>('a' + i % 26))));
    }
    return records;
}

TEST(SegmentLogTest, an_empty_log_writes_nothing) {
    World world;
    const auto before = world.files->operation_count();
    const auto log = world.open();
    EXPECT_EQ(log->begin(), log->end());
    const auto batch = log->read(0, {}).value();
    EXPECT_TRUE(batch.records.empty());
    EXPECT_TRUE(batch.at_end);
    EXPECT_EQ(0U, log->verify().value());
    EXPECT_EQ(log->end(), log->find_time(0, {0}).value());
    EXPECT_EQ(ErrorKind::not_found, log->read_one(log->end()).error().kind);
    EXPECT_EQ(0U, log->expire({INT64_MAX}).value());
    log->stop();
    EXPECT_EQ(before, world.files->operation_count());
}

TEST(SegmentLogTest, reads_what_was_appended) {
    World world;
    const auto log = world.open();
    const auto first =
        world.append(*log, {make_record(1, 100, "one"), make_record(2, 101, "")}).value();
    const auto second = world.append(*log, {make_record(1, 102, "three")}).value();
    EXPECT_EQ(first, log->begin());
    EXPECT_LT(first + 1, second);
    EXPECT_EQ(second + 1, log->end());
    EXPECT_EQ((std::vector<Read>{
                  {first, 1, 100, "one"}, {first + 1, 2, 101, ""}, {second, 1, 102, "three"}}),
              read_all(*log).value());
    EXPECT_EQ((std::vector<Read>{{first, 1, 100, "one"}, {second, 1, 102, "three"}}),
              read_all(*log, 0, 1).value());
    EXPECT_EQ((std::vector<Read>{{second, 1, 102, "three"}}), read_all(*log, first + 1, 1).value());
    EXPECT_TRUE(read_all(*log, 0, 3).value().empty());
    EXPECT_EQ(3U, log->verify().value());
    const auto one = log->read_one(first + 1).value();
    ASSERT_EQ(1U, one.records.size());
    EXPECT_EQ(101, one.records[0].time.ms);
    EXPECT_EQ(ErrorKind::not_found, log->read_one(second + 1).error().kind);
    EXPECT_EQ(ErrorKind::not_found, log->read_one(0).error().kind);
    EXPECT_EQ(ErrorKind::not_found, log->read_one(UINT64_MAX).error().kind);
}

TEST(SegmentLogTest, packed_batches_are_the_same) {
    World world;
    const auto log = world.open();
    std::optional<base::Result<Position>> answer;
    const auto done = [&](base::Result<Position> first) { answer = std::move(first); };
    log->append_packed({{{7, 3, {5}}, {8, 2, {6}}}, "abcde"}, done);
    world.executor.run_until_idle();
    const auto first = answer->value();
    EXPECT_EQ((std::vector<Read>{{first, 7, 5, "abc"}, {first + 1, 8, 6, "de"}}),
              read_all(*log).value());
    log->append_packed({{{7, 3, {5}}}, "ab"}, done);
    world.executor.run_until_idle();
    EXPECT_EQ(ErrorKind::invalid, answer->error().kind);
    log->append_packed({{{7, 0xffffffff, {5}}, {7, 3, {5}}}, "ab"}, done);
    world.executor.run_until_idle();
    EXPECT_EQ(ErrorKind::limit, answer->error().kind);
}

TEST(SegmentLogTest, nothing_is_readable_before_it_is_durable) {
    World world;
    const auto log = world.open();
    bool answered = false;
    log->append(batch_of(0, 1, 3), [&](base::Result<Position> first) {
        ASSERT_TRUE(first);
        answered = true;
    });
    EXPECT_TRUE(log->read(0, {}).value().records.empty());
    world.executor.run_until_idle();
    EXPECT_TRUE(answered);
    EXPECT_EQ(3U, log->read(0, {}).value().records.size());
}

TEST(SegmentLogTest, a_group_is_one_write_and_one_sync) {
    World world;
    const auto log = world.open();
    ASSERT_TRUE(world.append(*log, batch_of(0, 1, 1)));
    const auto writes = world.files->call_count(sim::Call::write);
    const auto syncs = world.files->call_count(sim::Call::sync_data);
    std::vector<Position> firsts;
    for (int i = 0; i < 50; ++i) {
        log->append(batch_of(0, i, 3),
                    [&](base::Result<Position> first) { firsts.push_back(first.value()); });
    }
    world.executor.run_until_idle();
    EXPECT_EQ(50U, firsts.size());
    EXPECT_EQ(writes + 1, world.files->call_count(sim::Call::write));
    EXPECT_EQ(syncs + 1, world.files->call_count(sim::Call::sync_data));
    std::sort(firsts.begin(), firsts.end());
    EXPECT_TRUE(std::adjacent_find(firsts.begin(), firsts.end()) == firsts.end());
    EXPECT_EQ(151U, read_all(*log).value().size());
}

TEST(SegmentLogTest, limits_of_a_batch) {
    World world;
    const auto log = world.open();
    EXPECT_EQ(ErrorKind::invalid, world.append(*log, {}).error().kind);
    EXPECT_TRUE(world.append(*log, batch_of(0, 0, append_records_max, 1)));
    EXPECT_EQ(ErrorKind::limit,
              world.append(*log, batch_of(0, 0, append_records_max + 1, 1)).error().kind);
    EXPECT_TRUE(world.append(*log, batch_of(0, 0, 1, record_bytes_max)));
    EXPECT_EQ(ErrorKind::limit,
              world.append(*log, batch_of(0, 0, 1, record_bytes_max + 1)).error().kind);
    EXPECT_TRUE(world.append(*log, batch_of(0, 0, 16, append_bytes_max / 16)));
    auto over = batch_of(0, 0, 16, append_bytes_max / 16);
    over.push_back(make_record(0, 0, "x"));
    EXPECT_EQ(ErrorKind::limit, world.append(*log, std::move(over)).error().kind);
    EXPECT_EQ(append_records_max + 1 + 16, log->verify().value());
}

TEST(SegmentLogTest, the_queue_is_bounded) {
    World world;
    auto opened = SegmentLog::open({.directory = log_directory, .queued_bytes_max = 10'000},
                                   world.environment());
    const auto log = std::move(opened.value());
    int accepted = 0;
    int refused = 0;
    for (int i = 0; i < 20; ++i) {
        log->append(batch_of(0, 0, 1, 1000), [&](base::Result<Position> first) {
            first ? ++accepted : ++refused;
            if (!first) {
                EXPECT_EQ(ErrorKind::unavailable, first.error().kind);
            }
        });
    }
    world.executor.run_until_idle();
    EXPECT_EQ(8, accepted);
    EXPECT_EQ(12, refused);
    EXPECT_TRUE(world.append(*log, batch_of(0, 0, 1, 1000)));
}

TEST(SegmentLogTest, read_limits) {
    World world;
    const auto log = world.open();
    ASSERT_TRUE(world.append(*log, batch_of(0, 0, 20, 100)));
    EXPECT_EQ(5U, log->read(0, {.records_max = 5}).value().records.size());
    EXPECT_EQ(3U, log->read(0, {.bytes_max = 350}).value().records.size());
    EXPECT_EQ(1U, log->read(0, {.bytes_max = 1}).value().records.size());
    EXPECT_EQ(1U, log->read(0, {.records_max = 0}).value().records.size());
    const auto all = log->read(0, {.records_max = 20}).value();
    EXPECT_TRUE(all.at_end);
    EXPECT_EQ(log->end(), all.next);
    EXPECT_FALSE(log->read(0, {.records_max = 19}).value().at_end);
}

TEST(SegmentLogTest, survives_a_restart_and_never_reuses_a_position) {
    World world;
    std::vector<Read> expected;
    Position last = 0;
    for (int round = 0; round < 4; ++round) {
        const auto log = world.open();
        EXPECT_EQ(expected, read_all(*log).value());
        const auto first = world.append(*log, {make_record(0, round, std::to_string(round))});
        EXPECT_GT(first.value(), last);
        last = first.value();
        expected.push_back({last, 0, round, std::to_string(round)});
        EXPECT_EQ(expected, read_all(*log).value());
        log->stop();
        log->stop();
    }
    EXPECT_EQ(0U, world.log.count(base::LogLevel::warn));
}

TEST(SegmentLogTest, rolls_segments_and_reads_across_them) {
    World world;
    const auto log = world.open(8 * 1024);
    std::vector<Read> expected;
    for (int i = 0; i < 200; ++i) {
        const auto lane = static_cast<Lane>(i % 5);
        std::string payload = std::to_string(i) + std::string(300, '.');
        const auto first = world.append(*log, {make_record(lane, i, payload)});
        expected.push_back({first.value(), lane, i, std::move(payload)});
    }
    EXPECT_EQ(expected, read_all(*log).value());
    const auto segments = log->segments();
    EXPECT_GT(segments.size(), 8U);
    for (const SegmentInfo& segment : segments) {
        EXPECT_LE(segment.bytes, 8U * 1024);
        EXPECT_EQ(segment.id != segments.back().id, segment.sealed);
        if (!segment.sealed) continue;
        const auto path = segment_path(log_directory, segment.id);
        EXPECT_EQ(segment.bytes, world.files->status(path).value().size_bytes);
    }
    for (const Read& read : expected) {
        EXPECT_EQ(read.payload, log->read_one(read.position).value().records.at(0).payload);
        EXPECT_EQ(read.position, log->find_time(0, {read.time_ms}).value());
    }
    std::vector<Read> lane_three;
    for (const Read& read : expected) {
        if (read.lane == 3) lane_three.push_back(read);
    }
    EXPECT_EQ(lane_three, read_all(*log, 0, 3).value());
    EXPECT_EQ(200U, log->verify().value());
    log->stop();
    const auto again = world.open(8 * 1024);
    EXPECT_EQ(expected, read_all(*again).value());
    EXPECT_EQ(200U, again->verify().value());
}

TEST(SegmentLogTest, a_batch_larger_than_a_segment_has_one_of_its_own) {
    World world;
    const auto log = world.open(4 * 1024);
    ASSERT_TRUE(world.append(*log, batch_of(0, 0, 1)));
    ASSERT_TRUE(world.append(*log, batch_of(0, 0, 10, 1000)));
    ASSERT_TRUE(world.append(*log, batch_of(0, 0, 1)));
    EXPECT_EQ(3U, log->segments().size());
    EXPECT_EQ(12U, log->verify().value());
}

TEST(SegmentLogTest, time_may_step_back) {
    World world;
    const auto log = world.open(4 * 1024);
    std::vector<Position> at;
    for (const std::int64_t time : {50, 10, 70, 20, 60}) {
        at.push_back(world.append(*log, {make_record(0, time, std::string(1500, 'x'))}).value());
    }
    EXPECT_EQ(at[0], log->find_time(0, {-5}).value());
    EXPECT_EQ(at[0], log->find_time(0, {50}).value());
    EXPECT_EQ(at[2], log->find_time(0, {51}).value());
    EXPECT_EQ(at[4], log->find_time(at[3], {15 + 6}).value());
    EXPECT_EQ(at[3], log->find_time(at[3], {15}).value());
    EXPECT_EQ(log->end(), log->find_time(0, {71}).value());
    EXPECT_EQ(log->end(), log->find_time(log->end(), {0}).value());
}

TEST(SegmentLogTest, a_tail_reader_does_not_touch_the_disk) {
    World world;
    const auto log = world.open();
    ASSERT_TRUE(world.append(*log, batch_of(0, 0, 10)));
    Position from = log->end();
    const auto reads = world.files->call_count(sim::Call::read);
    for (int i = 0; i < 100; ++i) {
        ASSERT_TRUE(world.append(*log, batch_of(0, i, 10)));
        const auto batch = log->read(from, {}).value();
        EXPECT_EQ(10U, batch.records.size());
        from = batch.next;
    }
    EXPECT_EQ(reads, world.files->call_count(sim::Call::read));
}

TEST(SegmentLogTest, an_idle_log_gives_its_memory_back_and_reads_from_its_file) {
    World world;
    const auto log = world.open();
    ASSERT_TRUE(world.append(*log, batch_of(0, 0, 10)));
    world.executor.run_for_ms(idle_ms - 1);
    ASSERT_TRUE(world.append(*log, batch_of(0, 1, 10)));
    auto reads = world.files->call_count(sim::Call::read);
    world.executor.run_for_ms(idle_ms - 1);  // not idle since the last append
    EXPECT_EQ(20U, read_all(*log).value().size());
    EXPECT_EQ(reads, world.files->call_count(sim::Call::read));
    world.executor.run_for_ms(idle_ms + 1);
    EXPECT_EQ(0U, world.executor.timer_count());
    EXPECT_EQ(20U, read_all(*log).value().size());
    EXPECT_LT(reads, world.files->call_count(sim::Call::read));
    ASSERT_TRUE(world.append(*log, batch_of(0, 2, 10)));
    EXPECT_EQ(30U, read_all(*log).value().size());
    log->stop();
    EXPECT_EQ(0U, world.executor.timer_count());
}

TEST(SegmentLogTest, a_read_passes_over_a_bounded_number_of_bytes_of_other_lanes) {
    World world;
    const auto log = world.open();
    ASSERT_TRUE(world.append(*log, batch_of(1, 0, 1)));
    for (int i = 0; i < 10; ++i) {
        // The same bit in the set of lanes as lane 1: only reading tells them apart.
        ASSERT_TRUE(world.append(*log, batch_of(65, i, 8, 1 << 20)));
    }
    ASSERT_TRUE(world.append(*log, batch_of(1, 9, 1)));
    const auto first = log->read(log->begin() + 1, {.lane = 1}).value();
    EXPECT_TRUE(first.records.empty());
    EXPECT_FALSE(first.at_end);
    EXPECT_LT(log->begin() + 20, first.next);
    EXPECT_EQ(2U, read_all(*log, 0, 1).value().size());
}

TEST(SegmentLogTest, lane_readers_read_a_block_once_and_others_not_at_all) {
    World world;
    {
        const auto log = world.open();
        for (int i = 0; i < 40; ++i) {  // two lanes, 20 blocks each
            ASSERT_TRUE(world.append(*log, batch_of(static_cast<Lane>(i / 20), i, 60, 1000)));
        }
        log->stop();
    }
    const auto log = world.open();
    (void)log->read(0, {.records_max = 1}).value();  // opens header and index
    auto before = world.files->call_count(sim::Call::read);
    EXPECT_EQ(1200U, read_all(*log, 0, 1).value().size());
    EXPECT_EQ(20U, world.files->call_count(sim::Call::read) - before);
    before = world.files->call_count(sim::Call::read);
    EXPECT_EQ(1200U, read_all(*log, 0, 1).value().size());
    EXPECT_EQ(0U, world.files->call_count(sim::Call::read) - before);
}

TEST(SegmentLogTest, memory_of_a_batch_outlives_the_log) {
    World world;
    Batch batch;
    {
        const auto log = world.open();
        ASSERT_TRUE(world.append(*log, {make_record(0, 0, "still here")}));
        batch = log->read(0, {}).value();
        log->stop();
    }
    EXPECT_EQ("still here", batch.records.at(0).payload);
}

TEST(SegmentLogTest, watchers_are_called_after_commits) {
    World world;
    const auto log = world.open();
    int first_calls = 0;
    int second_calls = 0;
    const auto first = log->watch([&] {
        ++first_calls;
        EXPECT_LT(log->begin(), log->end());
    });
    SegmentLog::WatchId second = 0;
    second = log->watch([&] {
        ++second_calls;
        log->unwatch(second);  // from within: does not wait for itself
    });
    ASSERT_TRUE(world.append(*log, batch_of(0, 0, 1)));
    ASSERT_TRUE(world.append(*log, batch_of(0, 0, 1)));
    EXPECT_EQ(2, first_calls);
    EXPECT_EQ(1, second_calls);
    log->unwatch(first);
    log->unwatch(first);
    ASSERT_TRUE(world.append(*log, batch_of(0, 0, 1)));
    EXPECT_EQ(2, first_calls);
}

TEST(SegmentLogTest, stop_answers_what_was_queued_and_refuses_the_rest) {
    World world;
    const auto log = world.open();
    int good = 0;
    for (int i = 0; i < 10; ++i) {
        log->append(batch_of(0, i, 1),
                    [&](base::Result<Position> first) { good += first ? 1 : 0; });
    }
    log->stop();
    EXPECT_EQ(10, good);
    std::optional<base::Result<Position>> late;
    log->append(batch_of(0, 0, 1), [&](base::Result<Position> first) { late = std::move(first); });
    ASSERT_TRUE(late.has_value());
    EXPECT_EQ(ErrorKind::unavailable, late->error().kind);
    EXPECT_EQ(10U, read_all(*log).value().size());
    world.executor.run_until_idle();
}

TEST(SegmentLogTest, relaxed_durability_still_syncs_but_later) {
    World world;
    auto log = std::move(SegmentLog::open({.directory = log_directory, .relaxed_durability = true},
                                          world.environment())
                             .value());
    ASSERT_TRUE(world.append(*log, batch_of(0, 0, 1)));
    const auto syncs = world.files->call_count(sim::Call::sync_data);
    ASSERT_TRUE(world.append(*log, batch_of(0, 0, 1)));
    EXPECT_EQ(syncs + 1, world.files->call_count(sim::Call::sync_data));
    world.files->inject({.call = sim::Call::sync_data});
    EXPECT_TRUE(world.append(*log, batch_of(0, 0, 1)));
    EXPECT_EQ(1U, world.log.count(base::LogLevel::error));
    EXPECT_TRUE(world.append(*log, batch_of(0, 0, 1)));
    log->stop();
    log = world.open();
    EXPECT_EQ(4U, log->verify().value());
}

TEST(SegmentLogTest, refuses_options_that_cannot_work) {
    World world;
    EXPECT_EQ(ErrorKind::invalid, world.try_open(1024).error().kind);
    EXPECT_EQ(ErrorKind::invalid, world.try_open(UINT64_MAX).error().kind);
    world.key.bytes = "short";
    EXPECT_EQ(ErrorKind::invalid, world.try_open(64 * 1024).error().kind);
}

}  // namespace
}  // namespace segment_log

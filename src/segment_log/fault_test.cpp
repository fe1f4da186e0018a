// What a failing or full disk does to a log, and retention.
#include <gtest/gtest.h>

#include <cerrno>

#include "segment_log/segment_file.h"
#include "segment_log/segment_writer.h"
#include "segment_log/testing.h"

namespace segment_log {
namespace {

using base::ErrorKind;
using testing::log_directory;
using testing::make_record;
using testing::read_all;
using testing::World;

std::vector<Record> one(std::string payload, std::int64_t time_ms = 0) {
    return {make_record(0, time_ms, std::move(payload))};
}

std::vector<std::string> payloads(const SegmentLog& log) {
    std::vector<std::string> all;
    const auto records = read_all(log).value();
    for (const auto& read : records)
        all.push_back(read.payload);
    return all;
}

TEST(FaultTest, a_failed_sync_fails_its_group_and_gives_up_the_segment) {
    World world;
    auto log = world.open();
    const auto good = world.append(*log, one("good")).value();
    world.files->inject({.call = sim::Call::sync_data, .path_contains = ".segment"});
    const auto failed = world.append(*log, one("failed"));
    ASSERT_FALSE(failed);
    EXPECT_EQ(ErrorKind::io, failed.error().kind);
    EXPECT_EQ(EIO, failed.error().os_error);
    EXPECT_EQ(1U, world.log.count(base::LogLevel::error));
    const auto after = world.append(*log, one("after")).value();
    EXPECT_NE(good >> 32, after >> 32);
    EXPECT_EQ((std::vector<std::string>{"good", "after"}), payloads(*log));
    log->stop();
    log = world.open();
    EXPECT_EQ((std::vector<std::string>{"good", "after"}), payloads(*log));
    EXPECT_EQ(2U, log->verify().value());
}

TEST(FaultTest, a_first_group_that_fails_leaves_no_segment) {
    World world;
    auto log = world.open();
    // The first sync is the header's, the second the group's.
    world.files->inject({.call = sim::Call::sync_data, .after = 1, .path_contains = ".segment"});
    EXPECT_FALSE(world.append(*log, one("failed")));
    EXPECT_TRUE(log->segments().empty());
    EXPECT_TRUE(world.append(*log, one("after")));
    EXPECT_EQ(std::vector<std::string>{"after"}, payloads(*log));
    log->stop();
    EXPECT_EQ(std::vector<std::string>{"after"}, payloads(*world.open()));
}

TEST(FaultTest, nothing_is_appended_until_a_poisoned_segment_has_its_end_noted) {
    World world;
    auto log = world.open();
    ASSERT_TRUE(world.append(*log, one("good")));
    world.files->inject({.call = sim::Call::sync_data, .times = 3});
    EXPECT_FALSE(world.append(*log, one("1")));  // the group's sync, then the index's
    EXPECT_FALSE(world.append(*log, one("2")));  // the index's again
    EXPECT_TRUE(world.append(*log, one("3")));
    EXPECT_EQ((std::vector<std::string>{"good", "3"}), payloads(*log));
    log->stop();
    EXPECT_EQ((std::vector<std::string>{"good", "3"}), payloads(*world.open()));
}

TEST(FaultTest, a_segment_that_cannot_be_made_is_tried_again_under_another_number) {
    World world;
    auto log = world.open();
    world.files->inject({.call = sim::Call::sync_directory});
    EXPECT_EQ(ErrorKind::io, world.append(*log, one("1")).error().kind);
    EXPECT_EQ(2U, segment_of(world.append(*log, one("2")).value()));
    EXPECT_EQ(std::vector<std::string>{"2"}, payloads(*log));
}

TEST(FaultTest, a_full_disk_refuses_and_recovers_in_place) {
    World world;
    auto log = world.open(1024 * 1024);
    const auto first = world.append(*log, one("first")).value();
    world.files->set_capacity(300 * 1024);
    const std::string large(100 * 1024, 'x');
    EXPECT_TRUE(world.append(*log, one(large)));
    EXPECT_TRUE(world.append(*log, one(large)));
    const auto full = world.append(*log, one(large));
    ASSERT_FALSE(full);
    EXPECT_EQ(ErrorKind::unavailable, full.error().kind);
    EXPECT_EQ(ENOSPC, full.error().os_error);
    EXPECT_TRUE(world.append(*log, one("small still fits")));
    world.files->set_capacity(1ULL << 30);
    const auto again = world.append(*log, one(large)).value();
    EXPECT_EQ(segment_of(first), segment_of(again));  // the segment was never in doubt
    EXPECT_EQ(5U, log->verify().value());
    EXPECT_EQ(0U, world.log.count(base::LogLevel::error));
}

TEST(FaultTest, a_disk_too_full_for_a_segment) {
    World world;
    auto log = world.open();
    world.files->set_capacity(1000);
    EXPECT_EQ(ErrorKind::unavailable, world.append(*log, one("x")).error().kind);
    EXPECT_TRUE(world.files->list(log_directory).value().empty());
    world.files->set_capacity(1 << 20);
    EXPECT_TRUE(world.append(*log, one("x")));
}

TEST(FaultTest, reservation_grows_with_the_log) {
    World world;
    auto log = world.open();
    const auto size = [&] {
        return world.files->status(segment_path(log_directory, 1)).value().size_bytes;
    };
    ASSERT_TRUE(world.append(*log, one("x")));
    EXPECT_EQ(reserve_bytes_min, size());
    ASSERT_TRUE(world.append(*log, one(std::string(reserve_bytes_min, 'x'))));
    EXPECT_EQ(2 * reserve_bytes_min, size());
    log->stop();
    EXPECT_LT(size(), reserve_bytes_min + 2000);
}

TEST(FaultTest, a_seal_that_fails_is_made_up_for) {
    World world;
    auto log = world.open(4096);
    world.files->inject({.call = sim::Call::sync_data, .path_contains = ".index"});
    for (int i = 0; i < 12; ++i)
        ASSERT_TRUE(world.append(*log, one(std::string(1000, 'x'))));
    EXPECT_EQ(1U, world.log.count(base::LogLevel::warn));
    log->stop();
    for (const SegmentInfo& info : log->segments())
        EXPECT_TRUE(info.sealed);
    EXPECT_EQ(12U, world.open(4096)->verify().value());
}

TEST(FaultTest, a_read_error_is_an_error_and_not_an_end) {
    World world;
    {
        auto log = world.open();
        ASSERT_TRUE(world.append(*log, one("x")));
        log->stop();
    }
    auto log = world.open();
    world.files->inject({.call = sim::Call::read, .times = 2});
    EXPECT_EQ(ErrorKind::io, log->read(0, {}).error().kind);
    EXPECT_EQ(ErrorKind::io, log->find_time(0, {0}).error().kind);
    EXPECT_EQ(std::vector<std::string>{"x"}, payloads(*log));
}

TEST(FaultTest, open_reports_errors_of_the_disk) {
    World world;
    {
        auto log = world.open();
        ASSERT_TRUE(world.append(*log, one("x")));
        log->stop();
    }
    world.files->inject({.call = sim::Call::list});
    EXPECT_EQ(ErrorKind::io, world.try_open(4096).error().kind);
    world.files->inject({.call = sim::Call::read});
    EXPECT_EQ(ErrorKind::io, world.try_open(4096).error().kind);
}

// ---- retention ----

class RetentionTest : public ::testing::Test {
  protected:
    RetentionTest() : log_(world_.open(4096)) {
        for (int i = 0; i < 12; ++i) {
            at_.push_back(world_.append(*log_, one(std::string(1500, 'x'), i)).value());
        }
    }
    std::size_t left() const { return payloads(*log_).size(); }

    World world_;
    std::unique_ptr<SegmentLog> log_;
    std::vector<Position> at_;  // two records a segment; record i arrived at i ms
};

TEST_F(RetentionTest, deletes_what_is_older) {
    EXPECT_EQ(0U, log_->expire({1}).value());
    EXPECT_EQ(1U, log_->expire({2}).value());
    EXPECT_EQ(at_[2], log_->begin());
    EXPECT_EQ(10U, left());
    EXPECT_EQ(ErrorKind::not_found, log_->read_one(at_[0]).error().kind);
    EXPECT_EQ(at_[2], log_->read(0, {}).value().records.at(0).position);
    EXPECT_EQ(at_[2], log_->find_time(0, {0}).value());
    EXPECT_EQ(2U, log_->expire({6}).value());
    EXPECT_EQ(6U, left());
}

TEST_F(RetentionTest, waits_for_holds) {
    log_->hold("delivery", at_[3]);
    log_->hold("other", at_[8]);
    EXPECT_EQ(1U, log_->expire({100}).value());
    EXPECT_EQ(at_[2], log_->begin());
    EXPECT_EQ(ErrorKind::unavailable, log_->remove_segment(segment_of(at_[4])).error().kind);
    log_->hold("delivery", at_[6]);
    EXPECT_EQ(2U, log_->expire({100}).value());
    log_->release("delivery");
    EXPECT_EQ(1U, log_->expire({100}).value());
    EXPECT_EQ(at_[8], log_->begin());
    log_->release("other");
    log_->release("nobody");
    EXPECT_EQ(2U, log_->expire({100}).value());
    EXPECT_EQ(0U, left());
}

TEST_F(RetentionTest, seals_the_open_segment_when_all_of_it_is_older) {
    EXPECT_EQ(5U, log_->expire({11}).value());
    EXPECT_FALSE(log_->segments().back().sealed);
    EXPECT_EQ(1U, log_->expire({12}).value());
    EXPECT_EQ(0U, left());
    EXPECT_EQ(log_->begin(), log_->end());
    EXPECT_TRUE(log_->segments().empty());
}

TEST_F(RetentionTest, an_emptied_log_goes_on_behind_its_last_position) {
    EXPECT_EQ(6U, log_->expire({100}).value());
    log_->stop();
    const Position end = log_->end();
    log_ = world_.open(4096);
    EXPECT_GE(log_->end(), end);
    log_->stop();
    log_ = world_.open(4096);
    const auto next = world_.append(*log_, one("next")).value();
    EXPECT_GE(next, end);
    EXPECT_EQ(1U, left());
}

TEST_F(RetentionTest, removes_one_segment_of_the_middle) {
    const auto middle = segment_of(at_[4]);
    EXPECT_EQ(ErrorKind::unavailable, log_->remove_segment(segment_of(at_[11])).error().kind);
    EXPECT_EQ(ErrorKind::not_found, log_->remove_segment(77).error().kind);
    ASSERT_TRUE(log_->remove_segment(middle));
    EXPECT_EQ(ErrorKind::not_found, log_->remove_segment(middle).error().kind);
    EXPECT_EQ(10U, left());
    EXPECT_EQ(at_[6], log_->read(at_[4], {}).value().records.at(0).position);
    EXPECT_EQ(ErrorKind::not_found, log_->read_one(at_[5]).error().kind);
    EXPECT_EQ(10U, log_->verify().value());
    log_->stop();
    log_ = world_.open(4096);
    EXPECT_EQ(10U, left());
}

TEST_F(RetentionTest, destroy_leaves_nothing) {
    log_->stop();
    ASSERT_TRUE(destroy(*world_.files, log_directory));
    EXPECT_FALSE(base::exists(*world_.files, log_directory));
    EXPECT_TRUE(destroy(*world_.files, log_directory));
}

}  // namespace
}  // namespace segment_log

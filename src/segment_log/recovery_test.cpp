// What open makes of the files it finds, right and wrong ones.
#include "segment_log/recovery.h"

#include <gtest/gtest.h>

#include "segment_log/crc32c.h"
#include "segment_log/segment_file.h"
#include "segment_log/testing.h"

namespace segment_log {
namespace {

using base::ErrorKind;
using testing::log_directory;
using testing::make_record;
using testing::read_all;
using testing::World;

// A log of three segments with two records each, left as a crash after the last commit leaves it.
class RecoveryTest : public ::testing::Test {
  protected:
    RecoveryTest() {
        const auto log = before_.open(4096);
        for (int i = 0; i < 6; ++i) {
            EXPECT_TRUE(before_.append(*log, {make_record(0, i, std::string(1500, 'x'))}));
        }
        world_.files =
            before_.files->after({before_.files->operation_count(), sim::Survival::nothing, 0, {}});
        log->stop();
    }
    std::string segment(std::uint64_t id) const { return segment_path(log_directory, id); }
    std::string index(std::uint64_t id) const { return index_path(log_directory, id); }
    base::Error open_error() {
        const auto opened = world_.try_open(4096);
        EXPECT_FALSE(opened);
        return opened ? base::Error{} : opened.error();
    }
    std::size_t count() {
        const auto log = world_.open(4096);
        return log ? read_all(*log).value().size() : 0;
    }

    World before_;  // its clock gives the files of world_ their times
    World world_;
};

TEST_F(RecoveryTest, seals_the_last_segment_and_never_appends_to_it) {
    EXPECT_FALSE(base::exists(*world_.files, index(3)));
    const auto log = world_.open(4096);
    EXPECT_TRUE(base::exists(*world_.files, index(3)));
    EXPECT_EQ(3U, log->segments().size());
    EXPECT_TRUE(log->segments().back().sealed);
    EXPECT_LT(3U, segment_of(world_.append(*log, {make_record(0, 9, "new")}).value()));
    EXPECT_EQ(7U, log->verify().value());
    EXPECT_EQ(0U, world_.log.count(base::LogLevel::warn));
}

TEST_F(RecoveryTest, opens_sealed_segments_without_reading_them) {
    world_.open(4096)->stop();
    const auto before = world_.files->call_count(sim::Call::read);
    const auto operations = world_.files->operation_count();
    world_.open(4096)->stop();
    EXPECT_EQ(3U, world_.files->call_count(sim::Call::read) - before);  // the summaries
    EXPECT_EQ(operations, world_.files->operation_count());
}

TEST_F(RecoveryTest, damage_of_the_last_frame_is_a_torn_tail) {
    world_.files->corrupt(segment(3), 256 + 1500 + 200, 1);
    EXPECT_EQ(5U, count());
    EXPECT_TRUE(world_.log.contains("cut the torn end of a segment"));
}

TEST_F(RecoveryTest, damage_before_the_last_frame_is_corruption) {
    world_.files->corrupt(segment(3), 256 + 100, 1);
    EXPECT_EQ(ErrorKind::corrupt, open_error().kind);
}

TEST_F(RecoveryTest, damage_of_a_header_is_corruption) {
    world_.files->corrupt(segment(3), 70, 1);
    EXPECT_EQ(ErrorKind::corrupt, open_error().kind);
}

TEST_F(RecoveryTest, damage_of_a_sealed_segment_is_found_by_reading) {
    world_.files->corrupt(segment(1), 256 + 100, 1);
    const auto log = world_.open(4096);
    const auto read = log->read(0, {});
    ASSERT_FALSE(read);
    EXPECT_EQ(ErrorKind::corrupt, read.error().kind);
    EXPECT_EQ(segment(1) + " at 256", read.error().context);
    EXPECT_EQ(ErrorKind::corrupt, log->verify().error().kind);
    EXPECT_TRUE(log->read(make_position(2, 0), {}));
}

TEST_F(RecoveryTest, a_sealed_segment_that_is_too_short_is_corruption) {
    auto file = world_.files->open(segment(1), base::OpenMode::read_write).value();
    ASSERT_TRUE(file->truncate(1000));
    EXPECT_EQ(ErrorKind::corrupt, open_error().kind);
}

TEST_F(RecoveryTest, a_complete_segment_must_not_be_torn) {
    // Without its index it is scanned; what follows proves that it was complete.
    ASSERT_TRUE(world_.files->remove(index(2)));
    EXPECT_EQ(6U, count());
    ASSERT_TRUE(world_.files->remove(index(2)));
    world_.files->corrupt(segment(2), 256 + 1500 + 200, 1);
    EXPECT_EQ(ErrorKind::corrupt, open_error().kind);
}

TEST_F(RecoveryTest, a_damaged_index_is_made_again_and_reported) {
    world_.files->corrupt(index(1), 20, 1);
    EXPECT_EQ(6U, count());
    EXPECT_TRUE(world_.log.contains("a segment's index is damaged"));
    world_.log.clear();
    world_.files->corrupt(index(1), summary_bytes + 3, 1);  // seen when it is needed
    EXPECT_EQ(6U, count());
    EXPECT_TRUE(world_.log.contains("a segment's index is damaged"));
    EXPECT_EQ(ErrorKind::corrupt, world_.open(4096)->verify().error().kind);
}

TEST_F(RecoveryTest, leftovers_of_a_crash_go_away) {
    ASSERT_TRUE(world_.files->remove(segment(1)));  // deleted, its index not yet
    ASSERT_TRUE(world_.files->open(index(2) + ".tmp", base::OpenMode::create));
    auto unfinished = world_.files->open(segment(9), base::OpenMode::create).value();
    ASSERT_TRUE(unfinished->allocate(256 * 1024));
    ASSERT_TRUE(unfinished->write_at(0, "DSSEG"));
    const auto log = world_.open(4096);
    EXPECT_EQ(4U, read_all(*log).value().size());
    EXPECT_FALSE(base::exists(*world_.files, index(1)));
    EXPECT_FALSE(base::exists(*world_.files, index(2) + ".tmp"));
    EXPECT_FALSE(base::exists(*world_.files, segment(9)));
    EXPECT_EQ(10U, segment_of(world_.append(*log, {make_record(0, 0, "x")}).value()));
}

TEST_F(RecoveryTest, the_frames_of_another_opening_never_fit) {
    // The file of segment 2 under the name and header of segment 3.
    const auto header = base::read_file(*world_.files, segment(3), 1 << 20).value().substr(0, 256);
    auto bytes = base::read_file(*world_.files, segment(2), 1 << 20).value();
    bytes.replace(0, 256, header);
    auto file = world_.files->open(segment(3), base::OpenMode::create_empty).value();
    ASSERT_TRUE(file->write_at(0, bytes));
    EXPECT_EQ(4U, count());
}

TEST_F(RecoveryTest, another_master_key_is_told_apart_from_damage) {
    world_.key.id = "other";
    const auto error = open_error();
    EXPECT_EQ(ErrorKind::invalid, error.kind);
    EXPECT_EQ(segment(3) + ", key test-key", error.context);
    world_.key.id = "test-key";
    world_.key.bytes[3] = '?';
    EXPECT_EQ(ErrorKind::invalid, open_error().kind);
}

TEST_F(RecoveryTest, a_later_format_is_refused) {
    world_.open(4096)->stop();
    auto bytes = base::read_file(*world_.files, index(1), 1 << 20).value();
    bytes[8] = 2;
    const std::uint32_t crc = crc32c({bytes.data(), summary_bytes - 4});
    std::memcpy(bytes.data() + summary_bytes - 4, &crc, 4);
    ASSERT_TRUE(base::replace_file(*world_.files, index(1), bytes));
    EXPECT_EQ(ErrorKind::unsupported, open_error().kind);
}

TEST_F(RecoveryTest, a_damaged_floor_is_corruption) {
    {
        const auto log = world_.open(4096);
        ASSERT_EQ(3U, log->expire({100}).value());
        log->stop();
    }
    EXPECT_EQ(0U, count());
    world_.files->corrupt(floor_path(log_directory), 9, 1);
    EXPECT_EQ(ErrorKind::corrupt, open_error().kind);
}

TEST_F(RecoveryTest, foreign_files_are_left_alone) {
    ASSERT_TRUE(world_.files->open(std::string(log_directory) + "/NOTES", base::OpenMode::create));
    EXPECT_EQ(6U, count());
    EXPECT_TRUE(base::exists(*world_.files, std::string(log_directory) + "/NOTES"));
}

}  // namespace
}  // namespace segment_log

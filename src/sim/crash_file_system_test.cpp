#include "sim/crash_file_system.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <set>

#include "sim/virtual_clock.h"

namespace {

using base::ErrorKind;
using base::OpenMode;
using sim::Call;
using sim::CrashFileSystem;
using sim::CrashPoint;
using sim::Survival;

std::string contents(base::FileSystem& files, const std::string& path) {
    const auto read = base::read_file(files, path, 1 << 20);
    return read ? read.value() : "(" + std::string(base::to_string(read.error().kind)) + ")";
}

// All contents that any crash of `files` can leave at `path`.
std::set<std::string> possible(const CrashFileSystem& files, const std::string& path,
                               std::size_t from_operation) {
    std::set<std::string> seen;
    sim::CrashPlan plan;
    plan.seeds = 200;
    plan.first_operation = from_operation;
    for (const CrashPoint& point : files.crash_points(plan)) {
        seen.insert(contents(*files.after(point), path));
    }
    return seen;
}

// A synced file "a" with a synced name and these contents.
void make_safe(CrashFileSystem& files, const std::string& path, std::string_view bytes) {
    auto file = files.open(path, OpenMode::create).value();
    ASSERT_TRUE(file->write_at(0, bytes));
    ASSERT_TRUE(file->sync_data());
    ASSERT_TRUE(files.sync_directory(base::parent_directory(path)));
}

TEST(CrashFileSystemTest, is_a_file_system) {
    sim::VirtualClock clock;
    CrashFileSystem files(&clock);
    ASSERT_TRUE(base::make_directories(files, "/x/y"));
    EXPECT_EQ(ErrorKind::already_exists, files.make_directory("/x//y/").error().kind);
    auto file = files.open("x/y/a", OpenMode::create_new).value();
    const std::string_view parts[] = {"abc", "", "def"};
    ASSERT_TRUE(file->write_at(1, parts));
    EXPECT_EQ(7U, file->size().value());
    EXPECT_EQ(std::string("\0abcdef", 7), contents(files, "/x/y/a"));
    ASSERT_TRUE(file->allocate(1 << 30));
    EXPECT_EQ(1U << 30, file->size().value());
    std::string out(4, 'x');
    EXPECT_EQ(4U, file->read_at(5, out).value());
    EXPECT_EQ(std::string("ef\0\0", 4), out);
    ASSERT_TRUE(file->truncate(3));
    ASSERT_TRUE(file->truncate(5));
    EXPECT_EQ(std::string("\0ab\0\0", 5), contents(files, "/x/y/a"));
    EXPECT_EQ(clock.now().ms, files.status("/x/y/a").value().modified_ms);
    EXPECT_EQ(ErrorKind::io, files.remove_directory("/x/y").error().kind);
    ASSERT_TRUE(files.rename("/x/y/a", "/x/b"));
    ASSERT_TRUE(files.remove_directory("/x/y"));
    EXPECT_EQ(std::vector<std::string>{"b"}, files.list("/x").value());
    ASSERT_TRUE(files.remove("/x/b"));
    EXPECT_EQ(5U, file->size().value());  // an open file outlives its name
    EXPECT_EQ(ErrorKind::not_found, files.open("/x/b", OpenMode::read).error().kind);
    EXPECT_EQ(ErrorKind::not_found, files.open("/no/b", OpenMode::create).error().kind);
}

TEST(CrashFileSystemTest, rename_replaces) {
    CrashFileSystem files;
    make_safe(files, "/a", "one");
    make_safe(files, "/b", "two");
    ASSERT_TRUE(files.rename("/a", "/b"));
    EXPECT_EQ("one", contents(files, "/b"));
    EXPECT_EQ(std::vector<std::string>{"b"}, files.list("/").value());
}

TEST(CrashFileSystemTest, what_was_synced_survives_every_crash) {
    CrashFileSystem files;
    make_safe(files, "/a", "hello");
    EXPECT_EQ(std::set<std::string>{"hello"}, possible(files, "/a", files.operation_count()));
}

TEST(CrashFileSystemTest, unsynced_bytes_are_lost_torn_or_kept) {
    CrashFileSystem files;
    make_safe(files, "/a", "abc");
    const std::size_t before = files.operation_count();
    auto file = files.open("/a", OpenMode::read_write).value();
    ASSERT_TRUE(file->write_at(3, "xyz"));
    EXPECT_EQ((std::set<std::string>{"abc", "abcx", "abcxy", "abcxyz"}),
              possible(files, "/a", before));
}

TEST(CrashFileSystemTest, a_later_write_may_survive_an_earlier_one) {
    CrashFileSystem files;
    make_safe(files, "/a", "..");
    const std::size_t before = files.operation_count();
    auto file = files.open("/a", OpenMode::read_write).value();
    ASSERT_TRUE(file->write_at(0, "1"));
    ASSERT_TRUE(file->write_at(1, "2"));
    EXPECT_EQ((std::set<std::string>{"..", "1.", ".2", "12"}), possible(files, "/a", before));
}

TEST(CrashFileSystemTest, a_torn_write_may_have_holes) {
    CrashFileSystem files;
    make_safe(files, "/a", std::string(1536, '.'));
    const std::size_t before = files.operation_count();
    auto file = files.open("/a", OpenMode::read_write).value();
    ASSERT_TRUE(file->write_at(0, std::string(1536, 'x')));
    const auto seen = possible(files, "/a", before);
    const std::string hole = std::string(512, 'x') + std::string(512, '.') + std::string(512, 'x');
    EXPECT_TRUE(seen.contains(hole));
}

TEST(CrashFileSystemTest, a_name_is_safe_only_after_the_directory_is_synced) {
    CrashFileSystem files;
    auto file = files.open("/a", OpenMode::create).value();
    ASSERT_TRUE(file->write_at(0, "x"));
    ASSERT_TRUE(file->sync_data());
    EXPECT_EQ((std::set<std::string>{"(not_found)", "x"}),
              possible(files, "/a", files.operation_count()));
    ASSERT_TRUE(files.sync_directory("/"));
    EXPECT_EQ((std::set<std::string>{"x"}), possible(files, "/a", files.operation_count()));
    ASSERT_TRUE(files.remove("/a"));
    EXPECT_EQ((std::set<std::string>{"(not_found)", "x"}),
              possible(files, "/a", files.operation_count()));
    ASSERT_TRUE(files.sync_directory("/"));
    EXPECT_EQ((std::set<std::string>{"(not_found)"}),
              possible(files, "/a", files.operation_count()));
}

TEST(CrashFileSystemTest, a_rename_is_whole_or_not_at_all) {
    CrashFileSystem files;
    ASSERT_TRUE(files.make_directory("/d"));
    ASSERT_TRUE(files.sync_directory("/"));
    make_safe(files, "/a", "new");
    make_safe(files, "/d/b", "old");
    const std::size_t before = files.operation_count();
    ASSERT_TRUE(files.rename("/a", "/d/b"));
    ASSERT_TRUE(files.sync_directory("/d"));
    std::set<std::pair<std::string, std::string>> seen;
    sim::CrashPlan plan;
    plan.first_operation = before;
    for (const CrashPoint& point : files.crash_points(plan)) {
        const auto disk = files.after(point);
        seen.insert({contents(*disk, "/a"), contents(*disk, "/d/b")});
    }
    EXPECT_EQ(
        (std::set<std::pair<std::string, std::string>>{{"new", "old"}, {"(not_found)", "new"}}),
        seen);
    ASSERT_TRUE(files.sync_directory("/"));
    EXPECT_EQ(std::set<std::string>{"new"}, possible(files, "/d/b", files.operation_count()));
}

TEST(CrashFileSystemTest, a_failed_sync_promises_nothing_even_when_the_next_succeeds) {
    CrashFileSystem files;
    make_safe(files, "/a", "..");
    files.inject({.call = Call::sync_data});
    auto file = files.open("/a", OpenMode::read_write).value();
    ASSERT_TRUE(file->write_at(0, "1"));
    const auto failed = file->sync_data();
    ASSERT_FALSE(failed);
    EXPECT_EQ(ErrorKind::io, failed.error().kind);
    EXPECT_EQ(EIO, failed.error().os_error);
    ASSERT_TRUE(file->write_at(1, "2"));
    ASSERT_TRUE(file->sync_data());
    EXPECT_EQ((std::set<std::string>{".2", "12"}), possible(files, "/a", files.operation_count()));
}

TEST(CrashFileSystemTest, faults_pick_call_path_and_turn) {
    CrashFileSystem files;
    files.inject({.call = Call::write,
                  .os_error = ENOSPC,
                  .after = 1,
                  .times = 2,
                  .path_contains = "a",
                  .written_bytes = 2});
    auto a = files.open("/a", OpenMode::create).value();
    auto b = files.open("/b", OpenMode::create).value();
    ASSERT_TRUE(a->write_at(0, "...."));
    ASSERT_TRUE(b->write_at(0, "...."));
    const auto failed = a->write_at(0, "1234");
    ASSERT_FALSE(failed);
    EXPECT_EQ(ErrorKind::unavailable, failed.error().kind);
    EXPECT_EQ("12..", contents(files, "/a"));
    EXPECT_FALSE(a->write_at(0, "x"));
    EXPECT_TRUE(a->write_at(0, "y"));
    EXPECT_EQ(4U, files.call_count(Call::write) - 1);
}

TEST(CrashFileSystemTest, a_full_disk) {
    CrashFileSystem files;
    files.set_capacity(10);
    auto a = files.open("/a", OpenMode::create).value();
    ASSERT_TRUE(a->write_at(0, "12345678"));
    EXPECT_EQ(ENOSPC, a->write_at(8, "abc").error().os_error);
    EXPECT_EQ(ENOSPC, a->allocate(11).error().os_error);
    EXPECT_EQ(2U, files.space("/").value().free_bytes);
    EXPECT_TRUE(a->write_at(8, "ab"));
    ASSERT_TRUE(files.remove("/a"));
    EXPECT_EQ(10U, files.space("/").value().free_bytes);
}

TEST(CrashFileSystemTest, canaries_lie) {
    CrashFileSystem files;
    files.set_canaries({.ignore_sync_data = true});
    make_safe(files, "/a", "x");
    EXPECT_TRUE(possible(files, "/a", files.operation_count()).contains(""));
    CrashFileSystem names;
    names.set_canaries({.ignore_sync_directory = true});
    make_safe(names, "/a", "x");
    EXPECT_TRUE(possible(names, "/a", names.operation_count()).contains("(not_found)"));
}

TEST(CrashFileSystemTest, a_crash_of_a_recovered_disk) {
    CrashFileSystem files;
    make_safe(files, "/a", "one");
    const auto disk = files.after({files.operation_count(), Survival::nothing, 0, {}});
    EXPECT_EQ(0U, disk->operation_count());
    make_safe(*disk, "/b", "two");
    const auto again = disk->after({disk->operation_count(), Survival::nothing, 0, {}});
    EXPECT_EQ("one", contents(*again, "/a"));
    EXPECT_EQ("two", contents(*again, "/b"));
}

TEST(CrashFileSystemTest, locks_go_with_their_owner) {
    CrashFileSystem files;
    {
        const auto lock = files.lock("/lock").value();
        EXPECT_EQ(ErrorKind::unavailable, files.lock("lock").error().kind);
        const auto disk = files.after({files.operation_count(), Survival::everything, 0, {}});
        EXPECT_TRUE(disk->lock("/lock"));
    }
    EXPECT_TRUE(files.lock("/lock"));
}

TEST(CrashFileSystemTest, the_same_point_gives_the_same_disk) {
    CrashFileSystem files;
    auto file = files.open("/a", OpenMode::create).value();
    ASSERT_TRUE(files.sync_directory("/"));
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(file->write_at(static_cast<std::uint64_t>(i) * 10, "0123456789"));
    }
    const CrashPoint point{files.operation_count(), Survival::random, 7, {}};
    EXPECT_EQ(contents(*files.after(point), "/a"), contents(*files.after(point), "/a"));
    const CrashPoint other{files.operation_count(), Survival::random, 8, {}};
    EXPECT_NE(contents(*files.after(point), "/a"), contents(*files.after(other), "/a"));
}

TEST(CrashFileSystemTest, rot_is_seen) {
    CrashFileSystem files;
    make_safe(files, "/a", "abc");
    files.corrupt("/a", 1, 1);
    EXPECT_EQ("acc", contents(files, "/a"));
}

}  // namespace

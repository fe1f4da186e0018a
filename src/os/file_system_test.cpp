#include "os/file_system.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "os/errors.h"

namespace {

using base::ErrorKind;
using base::OpenMode;

class FileSystemTest : public testing::Test {
  protected:
    FileSystemTest() {
        std::string pattern = testing::TempDir() + "os_test_XXXXXX";
        root_ = ::mkdtemp(pattern.data());
    }
    ~FileSystemTest() override { std::filesystem::remove_all(root_); }

    std::string path(const std::string& name) const { return root_ + "/" + name; }
    static unsigned mode_of(const std::string& path) {
        struct stat info {};
        EXPECT_EQ(0, ::stat(path.c_str(), &info));
        return info.st_mode & 0777U;
    }

    os::PosixFileSystem files_;
    std::string root_;
};

TEST_F(FileSystemTest, writes_parts_and_reads_them_back) {
    auto file = files_.open(path("a"), OpenMode::create_new).value();
    const std::string_view parts[] = {"one", "", "two", "three"};
    ASSERT_TRUE(file->write_at(2, parts));
    ASSERT_TRUE(file->sync_data());
    EXPECT_EQ(13U, file->size().value());
    std::string out(20, 'x');
    EXPECT_EQ(13U, file->read_at(0, out).value());
    EXPECT_EQ(std::string_view("\0\0onetwothree", 13), out.substr(0, 13));
    EXPECT_EQ(0U, file->read_at(13, out).value());
    EXPECT_GE(file->descriptor(), 0);
}

TEST_F(FileSystemTest, writes_more_parts_than_one_call_takes) {
    std::vector<std::string> bytes;
    std::string expected;
    for (int i = 0; i < 5000; ++i) {
        bytes.push_back(std::to_string(i));
        expected += bytes.back();
    }
    const std::vector<std::string_view> parts(bytes.begin(), bytes.end());
    auto file = files_.open(path("a"), OpenMode::create).value();
    ASSERT_TRUE(file->write_at(0, parts));
    EXPECT_EQ(expected, base::read_file(files_, path("a"), 1 << 20).value());
}

TEST_F(FileSystemTest, open_modes) {
    EXPECT_EQ(ErrorKind::not_found, files_.open(path("a"), OpenMode::read).error().kind);
    EXPECT_EQ(ErrorKind::not_found, files_.open(path("a"), OpenMode::read_write).error().kind);
    ASSERT_TRUE(files_.open(path("a"), OpenMode::create_new).value()->write_at(0, "abc"));
    EXPECT_EQ(ErrorKind::already_exists, files_.open(path("a"), OpenMode::create_new).error().kind);
    EXPECT_EQ(3U, files_.open(path("a"), OpenMode::create).value()->size().value());
    EXPECT_FALSE(files_.open(path("a"), OpenMode::read).value()->write_at(0, "x"));
    EXPECT_EQ(0U, files_.open(path("a"), OpenMode::create_empty).value()->size().value());
    EXPECT_FALSE(files_.open(root_, OpenMode::read));
}

TEST_F(FileSystemTest, everything_belongs_to_one_user) {
    ASSERT_TRUE(files_.make_directory(path("d")));
    ASSERT_TRUE(files_.open(path("d/a"), OpenMode::create));
    ASSERT_TRUE(files_.lock(path("d/lock")));
    EXPECT_EQ(0700U, mode_of(path("d")));
    EXPECT_EQ(0600U, mode_of(path("d/a")));
    EXPECT_EQ(0600U, mode_of(path("d/lock")));
}

TEST_F(FileSystemTest, allocate_reserves_and_reads_as_zero) {
    auto file = files_.open(path("a"), OpenMode::create).value();
    ASSERT_TRUE(file->write_at(0, "abc"));
    ASSERT_TRUE(file->allocate(8192));
    EXPECT_EQ(8192U, file->size().value());
    ASSERT_TRUE(file->allocate(4096));
    EXPECT_EQ(8192U, file->size().value());
    std::string out(4, 'x');
    ASSERT_EQ(4U, file->read_at(2, out).value());
    EXPECT_EQ(std::string_view("c\0\0\0", 4), out);
    ASSERT_TRUE(file->truncate(1));
    EXPECT_EQ(1U, file->size().value());
}

TEST_F(FileSystemTest, directories) {
    ASSERT_TRUE(base::make_directories(files_, path("x/y/z")));
    ASSERT_TRUE(base::replace_file(files_, path("x/y/f"), "1"));
    EXPECT_EQ(ErrorKind::already_exists, files_.make_directory(path("x/y")).error().kind);
    EXPECT_EQ(ErrorKind::not_found, files_.make_directory(path("no/y")).error().kind);
    EXPECT_EQ(ErrorKind::not_found, files_.sync_directory(path("no")).error().kind);
    auto names = files_.list(path("x/y")).value();
    std::sort(names.begin(), names.end());
    EXPECT_EQ((std::vector<std::string>{"f", "z"}), names);
    EXPECT_EQ(ErrorKind::io, files_.remove_directory(path("x/y")).error().kind);
    EXPECT_TRUE(files_.status(path("x/y")).value().directory);
    const auto status = files_.status(path("x/y/f")).value();
    EXPECT_FALSE(status.directory);
    EXPECT_EQ(1U, status.size_bytes);
    EXPECT_GT(status.modified_ms, 1'600'000'000'000);
    ASSERT_TRUE(files_.rename(path("x/y/f"), path("x/g")));
    EXPECT_EQ(ErrorKind::not_found, files_.rename(path("x/y/f"), path("x/g")).error().kind);
    ASSERT_TRUE(files_.remove_directory(path("x/y/z")));
    ASSERT_TRUE(files_.remove_directory(path("x/y")));
    ASSERT_TRUE(files_.remove(path("x/g")));
    EXPECT_EQ(ErrorKind::not_found, files_.remove(path("x/g")).error().kind);
    EXPECT_EQ(ErrorKind::not_found, files_.list(path("no")).error().kind);
    EXPECT_EQ(ErrorKind::not_found, files_.status(path("no")).error().kind);
}

TEST_F(FileSystemTest, lock_is_exclusive_and_names_its_holder) {
    {
        const auto lock = files_.lock(path("lock"));
        ASSERT_TRUE(lock);
        const auto second = files_.lock(path("lock"));
        ASSERT_FALSE(second);
        EXPECT_EQ(ErrorKind::unavailable, second.error().kind);
        EXPECT_EQ("held by process " + std::to_string(::getpid()), second.error().message);
    }
    EXPECT_TRUE(files_.lock(path("lock")));
}

TEST_F(FileSystemTest, space_is_plausible) {
    const auto space = files_.space(root_).value();
    EXPECT_GT(space.total_bytes, 0U);
    EXPECT_LE(space.free_bytes, space.total_bytes);
    EXPECT_EQ(ErrorKind::not_found, files_.space(path("no")).error().kind);
}

TEST_F(FileSystemTest, out_of_descriptors_is_unavailable) {
    rlimit before{};
    ASSERT_EQ(0, ::getrlimit(RLIMIT_NOFILE, &before));
    rlimit none = before;
    none.rlim_cur = 3;
    // Named before the limit: the sanitizer's first look at an object needs descriptors of its own.
    const std::string name = path("a");
    ASSERT_EQ(0, ::setrlimit(RLIMIT_NOFILE, &none));
    const auto file = files_.open(name, OpenMode::create);
    ASSERT_EQ(0, ::setrlimit(RLIMIT_NOFILE, &before));
    ASSERT_FALSE(file);
    EXPECT_EQ(ErrorKind::unavailable, file.error().kind);
    EXPECT_EQ(EMFILE, file.error().os_error);
}

TEST_F(FileSystemTest, full_device_is_unavailable) {
    auto full = files_.open("/dev/full", OpenMode::read_write);
    if (!full) GTEST_SKIP() << "no /dev/full here";
    const auto written = full.value()->write_at(0, "x");
    ASSERT_FALSE(written);
    EXPECT_EQ(ErrorKind::unavailable, written.error().kind);
    EXPECT_EQ(ENOSPC, written.error().os_error);
}

TEST(ErrorsTest, kinds) {
    EXPECT_EQ(ErrorKind::unavailable, os::make_error(EDQUOT, "w", "c").kind);
    EXPECT_EQ(ErrorKind::not_found, os::make_error(ENOENT, "w", "c").kind);
    EXPECT_EQ(ErrorKind::already_exists, os::make_error(EEXIST, "w", "c").kind);
    const auto error = os::make_error(EIO, "cannot read", "/x");
    EXPECT_EQ(ErrorKind::io, error.kind);
    EXPECT_EQ(EIO, error.os_error);
    EXPECT_EQ("io: cannot read: Input/output error (/x)", error.describe());
}

}  // namespace

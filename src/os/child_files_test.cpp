#include "os/child_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace os {
namespace {

class ChildFilesTest : public testing::Test {
  protected:
    void SetUp() override {
        root_ = std::filesystem::temp_directory_path() /
                ("child_files_test." + std::to_string(::getpid()));
        std::filesystem::remove_all(root_);
        std::filesystem::create_directory(root_);
    }
    void TearDown() override { std::filesystem::remove_all(root_); }
    std::string at(const std::string& name) const { return root_ / name; }
    mode_t mode(const std::string& name) const {
        struct stat status {};
        EXPECT_EQ(::lstat(at(name).c_str(), &status), 0);
        return status.st_mode & 07777;
    }

    std::filesystem::path root_;
    ChildFiles files_;
};

TEST_F(ChildFilesTest, ModesAreExactWhateverTheUmask) {
    const mode_t before = ::umask(077);
    EXPECT_TRUE(files_.make_directory(at("d"), 0755, {}).has_value());
    EXPECT_TRUE(files_.write_file(at("d/f"), "text", 0751).has_value());
    ::umask(before);
    EXPECT_EQ(mode("d"), 0755U);
    EXPECT_EQ(mode("d/f"), 0751U);
    EXPECT_TRUE(files_.exists(at("d/f")));
    EXPECT_EQ(files_.list(at("d")).value(), std::vector<std::string>{"f"});
}

TEST_F(ChildFilesTest, NothingIsOverwrittenOrFollowed) {
    std::ofstream(at("target")) << "kept";
    std::filesystem::create_symlink(at("target"), at("link"));
    EXPECT_EQ(files_.write_file(at("target"), "x", 0644).error().kind,
              base::ErrorKind::already_exists);
    EXPECT_FALSE(files_.write_file(at("link"), "x", 0644).has_value());
    EXPECT_EQ(std::filesystem::file_size(at("target")), 4U);
    EXPECT_EQ(files_.list(at("absent")).error().kind, base::ErrorKind::not_found);
}

TEST_F(ChildFilesTest, ADirectoryIsClaimedOnlyWhenItIsOurs) {
    EXPECT_TRUE(files_.claim_directory(at("d"), 0711).has_value());
    EXPECT_TRUE(files_.claim_directory(at("d"), 0711).has_value());
    EXPECT_EQ(mode("d"), 0711U);
    ::chmod(at("d").c_str(), 0777);
    EXPECT_EQ(files_.claim_directory(at("d"), 0711).error().kind, base::ErrorKind::invalid);
    std::filesystem::create_directory_symlink(root_, at("link"));
    EXPECT_FALSE(files_.claim_directory(at("link"), 0711).has_value());
    if (::geteuid() == 0) {
        ASSERT_TRUE(files_.make_directory(at("other"), 0700, 59'000).has_value());
        EXPECT_FALSE(files_.claim_directory(at("other"), 0711).has_value());
    }
}

TEST_F(ChildFilesTest, OwnUserOwnsItsDirectory) {
    if (::geteuid() != 0) GTEST_SKIP() << "not root";
    ASSERT_TRUE(files_.make_directory(at("d"), 0700, 59'000).has_value());
    struct stat status {};
    ASSERT_EQ(::stat(at("d").c_str(), &status), 0);
    EXPECT_EQ(status.st_uid, 59'000U);
    EXPECT_EQ(status.st_gid, 59'000U);
}

TEST_F(ChildFilesTest, RemoveTreeTakesLinksNotTheirTargets) {
    std::filesystem::create_directories(root_ / "outside");
    std::ofstream(at("outside/keep")) << "x";
    std::filesystem::create_directories(root_ / "tree/a/b");
    std::ofstream(at("tree/a/b/f")) << "x";
    std::filesystem::create_directory_symlink(at("outside"), at("tree/a/link"));
    ::chmod(at("tree/a/b").c_str(), 0);
    ::chmod(at("tree/a").c_str(), 0);
    EXPECT_TRUE(files_.remove_tree(at("tree")).has_value());
    EXPECT_FALSE(files_.exists(at("tree")));
    EXPECT_TRUE(files_.exists(at("outside/keep")));
    EXPECT_TRUE(files_.remove_tree(at("tree")).has_value());
}

}  // namespace
}  // namespace os

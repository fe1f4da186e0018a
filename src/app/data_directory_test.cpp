#include "app/data_directory.h"

#include <gtest/gtest.h>

#include "sim/crash_file_system.h"
#include "sim/seeded_random.h"

namespace {

using app::DataDirectory;

class DataDirectoryTest : public ::testing::Test {
  protected:
    base::Result<std::unique_ptr<DataDirectory>> open() {
        return DataDirectory::open(files_, random_, "/data");
    }
    sim::CrashFileSystem files_;
    sim::SeededRandom random_{7};
};

TEST_F(DataDirectoryTest, KeysAreMadeOnceAndKept) {
    std::string master;
    std::string secret;
    {
        auto opened = open();
        ASSERT_TRUE(opened) << opened.error().describe();
        master = opened.value()->master_key().bytes;
        secret = opened.value()->root_keys().secret_access_key;
        EXPECT_EQ(master.size(), 32U);
        EXPECT_EQ(secret.size(), 40U);
        EXPECT_EQ(opened.value()->root_keys().access_key_id.size(), 20U);
    }
    auto again = open();
    ASSERT_TRUE(again);
    EXPECT_EQ(again.value()->master_key().bytes, master);
    EXPECT_EQ(again.value()->root_keys().secret_access_key, secret);
    EXPECT_EQ(app::read_root_keys(files_, "/data").value().secret_access_key, secret);
}

TEST_F(DataDirectoryTest, OneProcessAtATime) {
    auto first = open();
    ASSERT_TRUE(first);
    EXPECT_EQ(open().error().kind, base::ErrorKind::unavailable);
}

TEST_F(DataDirectoryTest, AForeignDirectoryIsNotTaken) {
    ASSERT_TRUE(files_.make_directory("/data"));
    ASSERT_TRUE(base::replace_file(files_, "/data/thesis.txt", "years of work"));
    EXPECT_EQ(open().error().kind, base::ErrorKind::invalid);
}

TEST_F(DataDirectoryTest, NewerFormatsAndDamageAreRefused) {
    ASSERT_TRUE(open());
    ASSERT_TRUE(base::replace_file(files_, "/data/FORMAT", "datastack-format 99\nfeatures \n"));
    auto newer = open();
    EXPECT_EQ(newer.error().kind, base::ErrorKind::unsupported);
    EXPECT_NE(newer.error().message.find("99"), std::string::npos);
    ASSERT_TRUE(base::replace_file(files_, "/data/FORMAT", "datastack-format 1\nfeatures x\n"));
    EXPECT_EQ(open().error().kind, base::ErrorKind::unsupported);
    ASSERT_TRUE(base::replace_file(files_, "/data/FORMAT", "?"));
    EXPECT_EQ(open().error().kind, base::ErrorKind::corrupt);
}

TEST_F(DataDirectoryTest, DamagedKeysAreReportedAndNeverReplaced) {
    ASSERT_TRUE(open());
    ASSERT_TRUE(base::replace_file(files_, "/data/keys/master", "short"));
    EXPECT_EQ(open().error().kind, base::ErrorKind::corrupt);
    EXPECT_EQ(base::read_file(files_, "/data/keys/master", 100).value(), "short");
}

}  // namespace

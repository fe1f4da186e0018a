// The last object of a delivery, against a backend that lists as S3 does.
#include "mcp/tools/newest_object.h"

#include <gtest/gtest.h>

#include "mcp/tools/testing.h"

namespace mcp::tools {
namespace {

class NewestObjectTest : public testing::ToolsTest {
  protected:
    void add(const std::string& folder, int count, double modified_s) {
        for (int i = 0; i < count; ++i)
            backend.listed[folder + std::to_string(i)] = {1, modified_s};
    }
    NewestObject find(const std::string& prefix) {
        std::optional<NewestObject> out;
        find_newest_object(context, "data", prefix, [&out](aws::Reply<NewestObject> found) {
            ASSERT_TRUE(found);
            out = found.value();
        });
        executor.run_for_ms(1'000);
        EXPECT_TRUE(out.has_value());
        return out.value_or(NewestObject());
    }
};

TEST_F(NewestObjectTest, OfFewIsTheYoungest) {
    backend.listed = {{"in/2026/b", {2, 50}}, {"in/2025/a", {3, 90}}};
    const NewestObject found = find("in/");
    EXPECT_TRUE(found.known);
    EXPECT_EQ(found.key, "in/2025/a");
    EXPECT_EQ(found.bytes, 3);
    EXPECT_EQ(find("none/").key, "");
    EXPECT_TRUE(find("none/").known);
}

TEST_F(NewestObjectTest, OfManyIsInTheLastFolder) {
    backend.listed.clear();
    add("in/2026/01/30/23/", 20'100, 100);
    add("in/2026/01/31/05/", 1'500, 200);
    add("in/errors/2026/", 5, 300);
    add("in/zz", 3, 300);
    backend.listed["in/2026/01/31/05/last"] = {7, 250};
    const NewestObject found = find("in/");
    EXPECT_EQ(found.key, "in/2026/01/31/05/last");
    EXPECT_EQ(found.bytes, 7);
    EXPECT_LE(backend.count("ListObjectsV2"), 8U);
}

TEST_F(NewestObjectTest, NamesOfKeysMayStandBeforeMoments) {
    add("in/year=2026/month=01/", 1'001, 100);
    add("in/year=2026/month=02/", 1, 200);
    const std::string prefix = "in/year=!{timestamp:yyyy}/month=!{timestamp:MM}/";
    EXPECT_EQ(find(prefix).key, "in/year=2026/month=02/0");
}

TEST_F(NewestObjectTest, WhatIsNotKnownIsNotGuessed) {
    // By customers: none of their folders is the last.
    add("in/a/", 19'999, 100);
    add("in/b/", 1, 200);
    const std::string prefix = "in/!{partitionKeyFromQuery:customer}/";
    EXPECT_EQ(find(prefix).key, "in/b/0");  // 20 pages hold them all
    add("in/b/", 2, 200);
    EXPECT_FALSE(find(prefix).known);
    EXPECT_EQ(find(prefix).key, "");
    // Folders that are no moments, though they should be.
    EXPECT_FALSE(find("in/").known);
}

TEST_F(NewestObjectTest, WhichPrefixesAscend) {
    for (const char* prefix :
         {"", "in/", "in/!{timestamp:yyyy}/", "!{timestamp:yyyy-MM-dd}/!{timestamp:HH}/",
          "y=!{timestamp:yyyy}/m=!{timestamp:MM}/d=!{timestamp:dd}/"}) {
        EXPECT_TRUE(is_chronological(prefix)) << prefix;
    }
    for (const char* prefix :
         {"!{timestamp:dd}/!{timestamp:MM}/", "!{timestamp:MM}/", "!{timestamp:yyyy-dd}/",
          "!{timestamp:yyyy-MMM}/", "!{timestamp:yy}/", "!{timestamp:yyyy}/!{timestamp:HH}/",
          "!{firehose:random-string}/", "!{timestamp:yyyy}/!{partitionKeyFromLambda:a}/",
          "!{timestamp:yyyy", "!{timestamp:EEE}/"})
        EXPECT_FALSE(is_chronological(prefix)) << prefix;
}

}  // namespace
}  // namespace mcp::tools

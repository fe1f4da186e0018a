#include "mcp/tools/support.h"

#include <gtest/gtest.h>

namespace mcp::tools {
namespace {

TEST(Texts, ACutNeverSplitsACharacter) {
    EXPECT_EQ(cut("ääää", 4), "ääää");
    EXPECT_EQ(cut("äääää", 4), "äää…");
    EXPECT_EQ(cut(std::string("a\xff"), 4), "a\xEF\xBF\xBD");
}

TEST(NearNames, ThoseThatAreNearComeFirstAndAreFew) {
    EXPECT_EQ(near_misses("evens", {"users", "event", "events"}),
              (std::vector<std::string>{"event", "events"}));
    const std::vector<std::string> all{"t1", "t2", "t3", "t4", "t5", "t6"};
    EXPECT_EQ(near_misses("t0", all).size(), near_misses_max);
    EXPECT_EQ(did_you_mean("t0", {}), "");
    EXPECT_EQ(did_you_mean("something", {"a", "b"}), " There are: `a`, `b`.");
}

TEST(NearNames, PatternsAreOfTheWholeName) {
    EXPECT_TRUE(matches("", "events"));
    EXPECT_TRUE(matches("VEN", "events"));
    EXPECT_TRUE(matches("e*s", "events"));
    EXPECT_TRUE(matches("?vents", "events"));
    EXPECT_FALSE(matches("vent*", "events"));
    EXPECT_FALSE(matches(std::string(200, '*') + "x", std::string(200, 'a')));
}

TEST(Order, DigitsAreNumbers) {
    const std::vector<std::string> sorted{"",
                                          "month=1",
                                          "month=01",
                                          "month=2",
                                          "month=10",
                                          "month=x",
                                          "x1y2",
                                          "x1y10",
                                          "x99999999999999999999",
                                          "x100000000000000000000"};
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        for (std::size_t j = 0; j < sorted.size(); ++j) {
            const bool swapped = sorted[i] == "month=1" && sorted[j] == "month=01";
            const bool back = sorted[i] == "month=01" && sorted[j] == "month=1";
            if (swapped || back) continue;
            EXPECT_EQ(natural_less(sorted[i], sorted[j]), i < j) << sorted[i] << " " << sorted[j];
        }
    }
    EXPECT_NE(natural_less("1", "01"), natural_less("01", "1"));
}

TEST(Cells, NoNameLeavesItsPlace) {
    EXPECT_EQ(markdown_cell("a|b\\c\n\x1b[2J"), "a\\|b\\\\c [2J");
    MarkdownTable table({"h"}, 40);
    EXPECT_TRUE(table.add({"12345"}));
    EXPECT_FALSE(table.add({std::string(40, 'x')}));
    EXPECT_FALSE(table.add({"1"}));  // nor anything after it
    EXPECT_TRUE(table.full());
    EXPECT_EQ(table.text(), "| h |\n| --- |\n| 12345 |\n");
}

TEST(Locations, AreBucketsAndFolders) {
    EXPECT_EQ(parse_location("s3://b/p")->prefix, "p/");
    EXPECT_EQ(parse_location("s3a://b")->prefix, "");
    EXPECT_FALSE(parse_location("s3:///p"));
    EXPECT_FALSE(parse_location("hdfs://b/p"));
}

}  // namespace
}  // namespace mcp::tools

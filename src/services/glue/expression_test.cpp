#include "services/glue/expression.h"

#include <gtest/gtest.h>

namespace {

using glue::Truth;

std::vector<glue::Column> keys() {
    const auto key = [](const char* name, const char* type) {
        glue::Column column;
        column.name = name;
        column.type = type;
        return column;
    };
    return {key("year", "string"), key("Month", "int"), key("price", "decimal(10,2)"),
            key("day", "date"), key("odd", "array<int>")};
}

// "yes", "no", "unknown", or the error, for a partition with these values.
std::string test(const std::string& expression, const std::vector<std::string>& values = {
                                                    "2026", "7", "12.50", "2026-07-01", ""}) {
    const auto columns = keys();
    auto parsed = glue::parse_expression(expression, columns);
    if (!parsed) return parsed.error().message;
    switch (parsed.value()->test(values)) {
        case Truth::yes:
            return "yes";
        case Truth::no:
            return "no";
        default:
            return "unknown";
    }
}

TEST(GlueExpression, ComparesByTheTypeOfTheKey) {
    EXPECT_EQ(test("year = '2026'"), "yes");
    EXPECT_EQ(test("year=2026"), "yes");
    EXPECT_EQ(test("YEAR <> '2026'"), "no");
    EXPECT_EQ(test("year != '2025'"), "yes");
    EXPECT_EQ(test("year > '203'"), "no");  // as text
    EXPECT_EQ(test("month < 10"), "yes");   // as a number
    EXPECT_EQ(test("month < '10'"), "yes");
    EXPECT_EQ(test("month = 007"), "yes");
    EXPECT_EQ(test("month > -7.5"), "yes");
    EXPECT_EQ(test("month >= 7.01"), "no");
    EXPECT_EQ(test("price = 12.5"), "yes");
    EXPECT_EQ(test("price <= 12.499"), "no");
    EXPECT_EQ(test("price < 112"), "yes");
    EXPECT_EQ(test("day >= date '2026-06-30'"), "yes");
    EXPECT_EQ(test("'2026' = year"), "yes");
    EXPECT_EQ(test("8 > month"), "yes");
    EXPECT_EQ(test("`year` = '2026' and \"month\" = 7"), "yes");
}

TEST(GlueExpression, NegativeNumbersCompareByValue) {
    const std::vector<std::string> values = {"", "-10", "-0.5", "", ""};
    EXPECT_EQ(test("month < -9", values), "yes");
    EXPECT_EQ(test("month > -9", values), "no");
    EXPECT_EQ(test("price < 0", values), "yes");
    EXPECT_EQ(test("price > -0.51", values), "yes");
    EXPECT_EQ(test("month = -0", {"", "0", "", "", ""}), "yes");
}

TEST(GlueExpression, AndBindsTighterThanOr) {
    EXPECT_EQ(test("year='x' AND month=7 OR month=7"), "yes");
    EXPECT_EQ(test("month=7 OR month=7 AND year='x'"), "yes");
    EXPECT_EQ(test("(month=7 OR month=7) AND year='x'"), "no");
    EXPECT_EQ(test("NOT year='x' AND month=7"), "yes");
    EXPECT_EQ(test("NOT (year='x' OR month=7)"), "no");
}

TEST(GlueExpression, InBetweenLikeNull) {
    EXPECT_EQ(test("month IN (1, 7)"), "yes");
    EXPECT_EQ(test("month NOT IN (1, 7)"), "no");
    EXPECT_EQ(test("month in ('07')"), "yes");
    EXPECT_EQ(test("month BETWEEN 1 AND 7 AND year = '2026'"), "yes");
    EXPECT_EQ(test("month NOT BETWEEN 1 AND 7"), "no");
    EXPECT_EQ(test("year LIKE '20%'"), "yes");
    EXPECT_EQ(test("year LIKE '2_2_'"), "yes");
    EXPECT_EQ(test("year LIKE '20'"), "no");
    EXPECT_EQ(test("year NOT LIKE '%6'"), "no");
    EXPECT_EQ(test("year LIKE '%%2%6%'"), "yes");
    EXPECT_EQ(test("year LIKE '20\\%'", {"20%", "", "", "", ""}), "yes");
    EXPECT_EQ(test("year LIKE '20\\%'", {"20x", "", "", "", ""}), "no");
    EXPECT_EQ(test("year IS NULL"), "no");
    EXPECT_EQ(test("year IS NOT NULL"), "yes");
}

TEST(GlueExpression, NullAndBadNumbersAreUnknown) {
    const std::vector<std::string> null = {std::string(glue::null_partition_value), "abc", "", "",
                                           ""};
    EXPECT_EQ(test("year = '2026'", null), "unknown");
    EXPECT_EQ(test("NOT year = '2026'", null), "unknown");
    EXPECT_EQ(test("year = '2026' OR month IS NULL OR day = ''", null), "yes");
    EXPECT_EQ(test("year = '2026' AND day = 'x'", null), "no");
    EXPECT_EQ(test("year IS NULL", null), "yes");
    EXPECT_EQ(test("month = 7", null), "unknown");
    EXPECT_EQ(test("month IN (7)", null), "unknown");
}

TEST(GlueExpression, QuotesAreDoubledInside) {
    EXPECT_EQ(test("year = 'it''s'", {"it's", "", "", "", ""}), "yes");
}

TEST(GlueExpression, WhatIsWrongIsSaidWithItsPosition) {
    for (const char* text : {"",
                             "year",
                             "year =",
                             "year = '",
                             "year = 'a' AND",
                             "(year = 'a'",
                             "year = 'a')",
                             "year = month",
                             "year ~ 'a'",
                             "year NOT = 'a'",
                             "month IN ()",
                             "month IN (1",
                             "= 1",
                             "month BETWEEN 1",
                             "year LIKE 5",
                             "year IS 5",
                             "month = 'x'",
                             "month = 1.2.3",
                             "color = 'red'",
                             "odd = 1",
                             "year = 'a' 'b'",
                             "-",
                             "date = 1"}) {
        EXPECT_NE(test(text).find("position"), std::string::npos) << text << ": " << test(text);
    }
    EXPECT_EQ(test("color = 'red'"),
              "Unsupported expression: 'color', which is no partition key, at position 1");
}

TEST(GlueExpression, NestingIsBounded) {
    const auto nested = [](std::size_t levels) {
        return std::string(levels, '(') + "month = 7" + std::string(levels, ')');
    };
    EXPECT_EQ(test(nested(glue::expression_depth_max)), "yes");
    EXPECT_NE(test(nested(glue::expression_depth_max + 1)), "yes");
    std::string nots;
    for (int i = 0; i < 500; ++i)
        nots += "NOT ";
    EXPECT_NE(test(nots + "month = 7").find("deep"), std::string::npos);
}

}  // namespace

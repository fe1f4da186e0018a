#include "services/firehose/java_time_format.h"

#include <gtest/gtest.h>

namespace firehose {
namespace {

// 2026-03-07T17:04:05.678 local, a Saturday, 66th day of the year.
constexpr std::int64_t moment_ms = 1'772'903'045'678;

std::string format(const std::string& pattern, std::int64_t ms = moment_ms,
                   std::int32_t offset_s = 0) {
    auto compiled = JavaTimeFormat::compile(pattern);
    if (!compiled) return "<" + compiled.error().message + ">";
    return compiled.value().format({{ms}, offset_s, "Europe/Test", "TST"});
}

TEST(JavaTimeFormat, Table) {
    const std::pair<const char*, const char*> table[] = {
        {"yyyy/MM/dd/HH/", "2026/03/07/17/"},
        {"'year='yyyy'/month='MM'/day='dd'/hour='HH", "year=2026/month=03/day=07/hour=17"},
        {"yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", "2026-03-07T17:04:05.678Z"},
        {"y yy yyy yyyy yyyyy", "2026 26 2026 2026 02026"},
        {"u uu uuuu", "2026 26 2026"},
        {"M MM MMM MMMM MMMMM", "3 03 Mar March M"},
        {"L LL LLL LLLL", "3 03 Mar March"},
        {"d dd D DD DDD", "7 07 66 66 066"},
        {"E EE EEE EEEE EEEEE", "Sat Sat Sat Saturday S"},
        {"e ee eee eeee", "7 07 Sat Saturday"},
        {"c ccc cccc", "7 Sat Saturday"},
        {"Q QQ QQQ QQQQ", "1 01 Q1 1st quarter"},
        {"w ww W Y YYYY F", "10 10 1 2026 2026 1"},
        {"H HH k kk K KK h hh a", "17 17 17 17 5 05 5 05 PM"},
        {"m mm s ss", "4 04 5 05"},
        {"S SS SSS SSSSSS SSSSSSSSS", "6 67 678 678000 678000000"},
        {"A", "61445678"},
        {"n N", "678000000 61445678000000"},
        {"G GGGG GGGGG", "AD Anno Domini A"},
        {"VV z", "Europe/Test TST"},
        {"''", "'"},
        {"'o''clock'", "o'clock"},
        {"'[]{}#'", "[]{}#"},
        {"yyyy[-MM[-dd]]", "2026-03-07"},
        {"ppppd", "   7"},
        {"pppHH!", " 17!"},
        {"yyyy.MM_dd,HH", "2026.03_07,17"},
        {"", ""},
    };
    for (const auto& [pattern, expected] : table)
        EXPECT_EQ(format(pattern), expected) << pattern;
}

TEST(JavaTimeFormat, Offsets) {
    struct Row {
        const char* pattern;
        const char* zero;
        const char* whole;    // +09:00
        const char* half;     // -03:30
        const char* seconds;  // +01:02:03
    };
    const Row rows[] = {
        {"X", "Z", "+09", "-0330", "+0102"},
        {"XX", "Z", "+0900", "-0330", "+0102"},
        {"XXX", "Z", "+09:00", "-03:30", "+01:02"},
        {"XXXX", "Z", "+0900", "-0330", "+010203"},
        {"XXXXX", "Z", "+09:00", "-03:30", "+01:02:03"},
        {"x", "+00", "+09", "-0330", "+0102"},
        {"xxx", "+00:00", "+09:00", "-03:30", "+01:02"},
        {"Z", "+0000", "+0900", "-0330", "+0102"},
        {"ZZZZ", "GMT", "GMT+09:00", "GMT-03:30", "GMT+01:02"},
        {"ZZZZZ", "Z", "+09:00", "-03:30", "+01:02:03"},
        {"O", "GMT", "GMT+9", "GMT-3:30", "GMT+1:02"},
        {"OOOO", "GMT", "GMT+09:00", "GMT-03:30", "GMT+01:02:03"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(format(row.pattern, moment_ms, 0), row.zero) << row.pattern;
        EXPECT_EQ(format(row.pattern, moment_ms, 9 * 3600), row.whole) << row.pattern;
        EXPECT_EQ(format(row.pattern, moment_ms, -12'600), row.half) << row.pattern;
        EXPECT_EQ(format(row.pattern, moment_ms, 3723), row.seconds) << row.pattern;
    }
}

TEST(JavaTimeFormat, CalendarEdges) {
    // 2024-02-29T23:59:59.999Z
    EXPECT_EQ(format("yyyy-MM-dd HH DDD", 1'709'251'199'999), "2024-02-29 23 060");
    // 2026-01-01 is a Thursday; its week 1 began on 2025-12-28, which is of the week year 2026.
    EXPECT_EQ(format("yyyy YYYY ww e", 1'766'880'000'000), "2025 2026 01 1");
    EXPECT_EQ(format("yyyy YYYY ww e", 1'767'225'600'000), "2026 2026 01 5");
    EXPECT_EQ(format("yyyy YYYY ww e", 1'766'793'600'000), "2025 2025 52 7");
    // Midnight and noon.
    EXPECT_EQ(format("H k K h a", 1'767'225'600'000), "0 24 0 12 AM");
    EXPECT_EQ(format("H k K h a", 1'767'268'800'000), "12 12 0 12 PM");
    // An offset moves the date.
    EXPECT_EQ(format("yyyy-MM-dd HH:mm", 1'767'225'600'000, -60), "2025-12-31 23:59");
    EXPECT_EQ(format("yyyy-MM-dd", 0), "1970-01-01");
    EXPECT_EQ(format("yyyy-MM-dd HH:mm:ss.SSS", -1), "1969-12-31 23:59:59.999");
}

TEST(JavaTimeFormat, RefusesWhatJavaRefuses) {
    for (const char* pattern :
         {"'open",   "yyyy'", "b",   "j",      "MMMMMM", "HHH",       "ddd", "aa",
          "VVV",     "V",     "OO",  "XXXXXX", "{",      "}",         "#",   "]",
          "[yyyy]]", "p",     "pp ", "ppp",    "T",      "SSSSSSSSSS"}) {
        EXPECT_FALSE(JavaTimeFormat::compile(pattern).has_value()) << pattern;
    }
}

}  // namespace
}  // namespace firehose

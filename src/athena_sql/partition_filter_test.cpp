#include "athena_sql/partition_filter.h"

#include <gtest/gtest.h>

#include "athena_sql/testing.h"

namespace athena_sql {
namespace {

// Does the filter of the query's first scan keep the partition?
bool keeps(const std::string& query, const std::vector<std::optional<std::string>>& values,
           std::size_t scan = 0) {
    const auto compiled = testing::compile_text(query);
    EXPECT_TRUE(compiled) << query << "\n" << compiled.error().describe();
    if (!compiled) return false;
    const TableScan& table = compiled.value().scans[scan];
    std::vector<Type> types;
    for (const TableColumn& column : table.table.columns) {
        if (column.partition_key) types.push_back(column.type);
    }
    return table.filter.may_match(types, values);
}

bool events(const std::string& condition, const std::vector<std::optional<std::string>>& values) {
    return keeps("SELECT count(*) FROM events WHERE " + condition, values);
}

bool types(const std::string& condition, const std::vector<std::optional<std::string>>& values) {
    return keeps("SELECT count(*) FROM types WHERE " + condition, values);
}

const std::vector<std::optional<std::string>> january = {"2024", "01", "15", "07"};

TEST(PartitionFilter, ComparesTextsAsTexts) {
    EXPECT_TRUE(events("year = '2024'", january));
    EXPECT_FALSE(events("year = '2025'", january));
    EXPECT_FALSE(events("year <> '2024'", january));
    EXPECT_TRUE(events("month < '02'", january));
    EXPECT_FALSE(events("month < '01'", january));
    EXPECT_TRUE(events("month <= '01'", january));
    EXPECT_TRUE(events("'00' < month", january));
    EXPECT_FALSE(events("month > '1'", january));  // "01" > "1" is false for texts
    EXPECT_TRUE(events("year || '-' || month || '-' || day >= '2024-01-15'", january));
    EXPECT_FALSE(events("concat(year, month) > '202401'", january));
    EXPECT_TRUE(events("CAST(year AS integer) = 2024", january));
    EXPECT_FALSE(events("CAST(month AS bigint) > 1", january));
    EXPECT_TRUE(events("CAST(month AS bigint) = 1", january));
}

TEST(PartitionFilter, KnowsInBetweenLikeAndNull) {
    EXPECT_TRUE(events("day IN ('14', '15')", january));
    EXPECT_FALSE(events("day IN ('14', '16')", january));
    EXPECT_FALSE(events("day NOT IN ('14', '15')", january));
    EXPECT_FALSE(events("day NOT IN ('14', NULL)", january));
    EXPECT_TRUE(events("day BETWEEN '10' AND '15'", january));
    EXPECT_FALSE(events("day NOT BETWEEN '10' AND '15'", january));
    EXPECT_TRUE(events("year LIKE '20%'", january));
    EXPECT_FALSE(events("year LIKE '_19%'", january));
    EXPECT_TRUE(events("year LIKE '%2_'", january));
    EXPECT_FALSE(events("year LIKE '20!%' ESCAPE '!'", january));
    EXPECT_FALSE(events("year IS NULL", january));
    EXPECT_TRUE(events("year IS NOT NULL", january));
    EXPECT_TRUE(events("hour IS NULL", {"2024", "01", "15", std::nullopt}));
    EXPECT_FALSE(events("hour = '07'", {"2024", "01", "15", std::nullopt}));
    EXPECT_FALSE(events("NOT (hour = '07')", {"2024", "01", "15", std::nullopt}));
}

TEST(PartitionFilter, CombinesWithThreeTruthValuesAndTheUnknown) {
    EXPECT_FALSE(events("event_type = 'start' AND year = '2025'", january));
    EXPECT_TRUE(events("event_type = 'start' OR year = '2025'", january));
    EXPECT_FALSE(events("(year = '2024' AND month = '02') OR year = '2023'", january));
    EXPECT_TRUE(events("NOT (event_type = 'start' AND year = '2024')", january));
    EXPECT_TRUE(events("NOT (event_type = 'start' OR year = '2025')", january));
    EXPECT_FALSE(events("NOT (event_type = 'start' OR year = '2024')", january));
    EXPECT_TRUE(events("upper(year) = '2025'", january));  // not understood: kept
    EXPECT_TRUE(events("(SELECT max(p) FROM types) = 1 OR year = '2025'", january));
    EXPECT_TRUE(events("year = event_type", january));
    EXPECT_FALSE(events("year = month", january));
}

TEST(PartitionFilter, KnowsNumbersAndDates) {
    EXPECT_TRUE(types("p = 7", {"7", "2024-02-29"}));
    EXPECT_TRUE(types("p = 7", {"007", "2024-02-29"}));
    EXPECT_FALSE(types("p > 10", {"9", "2024-02-29"}));
    EXPECT_FALSE(types("p + 1 = 7", {"7", "2024-02-29"}));
    EXPECT_TRUE(types("p = -3", {"-3", "2024-02-29"}));
    EXPECT_TRUE(types("p = 1", {"not a number", "2024-02-29"}));  // the engine will say so
    EXPECT_TRUE(types("dp = DATE '2024-02-29'", {"7", "2024-02-29"}));
    EXPECT_FALSE(types("dp >= DATE '2024-03-01'", {"7", "2024-02-29"}));
    EXPECT_TRUE(types("dp >= DATE '2024-03-01' - INTERVAL '1' DAY", {"7", "2024-02-29"}));
    EXPECT_FALSE(types("dp > current_date - INTERVAL '7' DAY", {"7", "2024-12-25"}));
    EXPECT_TRUE(types("dp > current_date - INTERVAL '7' DAY", {"7", "2024-12-26"}));
    EXPECT_FALSE(types("dp = CAST('2024-01-01' AS date)", {"7", "2024-02-29"}));
    EXPECT_FALSE(types("date_format(dp, '%Y-%m') = '2024-03'", {"7", "2024-02-29"}));
    EXPECT_TRUE(types("p = 7.0", {"8", "2024-02-29"}));  // decimals are not compared here
}

TEST(PartitionFilter, SeesThroughSubqueriesAndSingleUseWith) {
    EXPECT_FALSE(keeps("SELECT * FROM (SELECT * FROM events) AS t WHERE year = '2025'", january));
    EXPECT_FALSE(keeps("WITH t AS (SELECT year AS y FROM events) SELECT * FROM t WHERE y = '2025'",
                       january));
    EXPECT_TRUE(
        keeps("WITH t AS (SELECT * FROM events) SELECT * FROM t WHERE year = '2025' UNION "
              "ALL SELECT * FROM t",
              january));
    EXPECT_TRUE(
        keeps("SELECT * FROM (SELECT * FROM events LIMIT 5) AS t WHERE year = '2025'", january));
    EXPECT_TRUE(
        keeps("SELECT * FROM (SELECT year, max(day) AS d FROM events GROUP BY year) AS t "
              "WHERE year = '2025'",
              january));
}

TEST(PartitionFilter, OuterJoinsKeepWhatTheyMayFillUp) {
    const std::string both =
        "SELECT count(*) FROM events a LEFT JOIN events b ON a.event_id = "
        "b.event_id ";
    EXPECT_FALSE(keeps(both + "WHERE a.year = '2025'", january, 0));
    EXPECT_TRUE(keeps(both + "WHERE b.year = '2025'", january, 1));
    EXPECT_FALSE(keeps(both + "AND b.year = '2025'", january, 1));
    EXPECT_TRUE(keeps(both + "AND a.year = '2025'", january, 0));
    EXPECT_FALSE(keeps("SELECT 1 FROM events a JOIN events b ON a.year = '2025' AND b.day = '15'",
                       january, 0));
    EXPECT_TRUE(keeps("SELECT 1 FROM events a JOIN events b ON a.year = '2025' AND b.day = '15'",
                      january, 1));
}

TEST(Dates, RoundTripOverTheCalendar) {
    for (const std::int64_t days : {-719528LL, -1LL, 0LL, 59LL, 19782LL, 2932896LL}) {
        const std::string text = format_date(days);
        EXPECT_EQ(parse_date(text), days) << text;
    }
    EXPECT_EQ(format_date(19782), "2024-02-29");
    EXPECT_EQ(parse_date("2024-2-9"), 19762);
    for (const char* bad : {"", "2024", "2024-13-01", "2023-02-29", "2024-00-01", "a-b-c",
                            "2024-01-01 ", "12024-01-01"}) {
        EXPECT_EQ(parse_date(bad), std::nullopt) << bad;
    }
}

}  // namespace
}  // namespace athena_sql

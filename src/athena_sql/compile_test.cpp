// Translation, by the data files in testdata/ and tests/athena_sql/.
#include "athena_sql/compile.h"

#include <gtest/gtest.h>

#include "athena_sql/functions.h"
#include "athena_sql/lexer.h"
#include "athena_sql/parser.h"
#include "athena_sql/testing.h"

namespace athena_sql {
namespace {

using testing::compile_text;

TEST(Compile, SaysWhatIsWrong) {
    const auto cases = testing::read_cases("src/athena_sql/testdata/errors.txt");
    ASSERT_GT(cases.size(), 50U);
    for (const auto& [query, expected] : cases) {
        const auto compiled = compile_text(query);
        ASSERT_FALSE(compiled) << query << "\n" << compiled.value().sql;
        EXPECT_EQ(compiled.error().describe(), expected) << query;
    }
}

TEST(Compile, WritesDuckDbText) {
    const auto cases = testing::read_cases("src/athena_sql/testdata/translations.txt");
    ASSERT_GE(cases.size(), 10U);
    for (const auto& [query, expected] : cases) {
        const auto compiled = compile_text(query);
        ASSERT_TRUE(compiled) << query << "\n" << compiled.error().describe();
        EXPECT_EQ(compiled.value().sql, expected) << query;
    }
}

TEST(Compile, TakesEveryQueryOfTheSemanticsFile) {
    const auto cases = testing::read_cases("tests/athena_sql/semantics.txt");
    ASSERT_GT(cases.size(), 100U);
    for (const auto& [query, expected] : cases) {
        const auto compiled = compile_text(query);
        ASSERT_TRUE(compiled) << query << "\n" << compiled.error().describe();
        if (expected[0] == '!') continue;
        std::size_t cells = 1;
        for (std::size_t at = expected.find(" | "); at != std::string::npos;
             at = expected.find(" | ", at + 1)) {
            ++cells;
        }
        EXPECT_EQ(compiled.value().columns.size(), cells) << query;
    }
}

// No text of a user's but quoted literals: neither names nor comments reach the engine.
TEST(Compile, NoNameOfAUserReachesTheText) {
    const auto compiled = compile_text(
        "WITH \"evil\"\"; DROP\" AS (SELECT event_id AS \"a b\", r.*, r.quality AS quality2 FROM "
        "events "
        "AS r) SELECT \"evil\"\"; DROP\".\"a b\" AS \"x;y\" FROM \"evil\"\"; DROP\" -- tail");
    ASSERT_TRUE(compiled) << compiled.error().describe();
    const std::string& sql = compiled.value().sql;
    for (const char* name : {"evil", "DROP", "a b", "quality", "event_id", "tail", "\""}) {
        EXPECT_EQ(sql.find(name), std::string::npos) << name << " in " << sql;
    }
    EXPECT_EQ(compiled.value().columns[0].name, "x;y");
}

TEST(Compile, ReadsOnlyTheColumnsItNeeds) {
    const auto compiled = compile_text(
        "SELECT e.title_id FROM events e WHERE e.quality = 'HD' AND e.year = '2024' ORDER BY "
        "e.device_type");
    ASSERT_TRUE(compiled);
    ASSERT_EQ(compiled.value().scans.size(), 1U);
    std::vector<std::string> names;
    for (const UsedColumn& column : compiled.value().scans[0].columns) {
        names.push_back(compiled.value().scans[0].table.columns[column.index].name);
    }
    EXPECT_EQ(names, (std::vector<std::string>{"quality", "year", "title_id", "device_type"}));
}

TEST(Compile, NamesAndTypesOfResults) {
    const auto compiled = compile_text(
        "SELECT 1, event_id, COUNT(*) AS Total, e.event_id, avg(watch_duration_seconds), 1.50 "
        "FROM events e GROUP BY event_id");
    ASSERT_TRUE(compiled) << compiled.error().describe();
    std::vector<std::string> seen;
    for (const OutputColumn& column : compiled.value().columns) {
        seen.push_back(column.name + " " + trino_name(column.type));
    }
    EXPECT_EQ(seen,
              (std::vector<std::string>{"_col0 integer", "event_id varchar", "Total bigint",
                                        "event_id varchar", "_col4 double", "_col5 decimal(3,2)"}));
}

TEST(Compile, SelectStarIsTheTablesColumnsWithItsPartitionKeys) {
    const auto compiled = compile_text("SELECT * FROM events");
    ASSERT_TRUE(compiled);
    EXPECT_EQ(compiled.value().columns.size(), 14U);
    EXPECT_EQ(compiled.value().columns[13].name, "hour");
}

TEST(Compile, ParametersAreLiterals) {
    testing::SmallCatalog catalog;
    const std::string text = "SELECT ? + 1 FROM events WHERE year = ? LIMIT ?";
    const auto statement = parse(text, {"41", "'20''24'", "7"});
    ASSERT_TRUE(statement) << statement.error().describe();
    const auto options = testing::small_options();
    const auto compiled = compile(*std::get<QueryPtr>(statement.value()), text, catalog, options);
    ASSERT_TRUE(compiled) << compiled.error().describe();
    EXPECT_EQ(compiled.value().sql,
              "SELECT CAST((41 + 1) AS INTEGER) AS c0 FROM datastack_scan(0) AS r0 WHERE (r0.c0 = "
              "'20''24') LIMIT 7");
}

TEST(Compile, ParametersMustBeLiteralsAndAsManyAsNeeded) {
    EXPECT_EQ(parse("SELECT ?", {"1 + 1"}).error().describe(),
              "INVALID_PARAMETER_USAGE: line 1:8: The execution parameter at position 1 is not a "
              "literal");
    EXPECT_EQ(parse("SELECT ?", {"x"}).error().code, "INVALID_PARAMETER_USAGE");
    EXPECT_EQ(parse("SELECT ?", {"(SELECT 1)"}).error().code, "INVALID_PARAMETER_USAGE");
    EXPECT_EQ(parse("SELECT ?, ?", {"1"}).error().describe(),
              "INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected 2 but "
              "found 1");
    EXPECT_EQ(parse("SELECT 1", {"1"}).error().code, "INVALID_PARAMETER_USAGE");
}

TEST(Compile, PositionsCountLinesAndCodePoints) {
    const auto compiled = compile_text("-- comment\nSELECT 'äöü',\n       nope FROM events");
    ASSERT_FALSE(compiled);
    EXPECT_EQ(compiled.error().at, (Position{3, 8}));
    EXPECT_EQ(compile_text("SELECT 'äöü', nope FROM events").error().at, (Position{1, 15}));
}

TEST(Compile, LimitsHoldAtTheirEdges) {
    std::string nested = "1";
    for (int i = 0; i < 150; ++i)
        nested = "(" + nested + ")";
    EXPECT_TRUE(compile_text("SELECT " + nested));
    for (int i = 0; i < 100; ++i)
        nested = "(" + nested + ")";
    EXPECT_EQ(compile_text("SELECT " + nested).error().code, "STATEMENT_TOO_LARGE");
    std::string sum = "1";
    for (int i = 0; i < nesting_depth_max; ++i)
        sum += " + 1";
    EXPECT_EQ(compile_text("SELECT " + sum).error().code, "STATEMENT_TOO_LARGE");
    std::string many = "i = 0";
    for (int i = 1; i < 5000; ++i)
        many += " OR i = " + std::to_string(i);
    EXPECT_TRUE(compile_text("SELECT count(*) FROM types WHERE " + many));
    for (const char* opener : {"NOT ", "- ", "(SELECT ", "CASE WHEN ", "ARRAY[", "f("}) {
        std::string text = "SELECT ";
        for (int i = 0; i < 5000; ++i)
            text += opener;
        EXPECT_FALSE(compile_text(text)) << opener;
    }
    std::string relations = "SELECT * FROM ";
    for (int i = 0; i < 5000; ++i)
        relations += "(";
    EXPECT_FALSE(compile_text(relations + "SELECT 1"));
    EXPECT_TRUE(compile_text("SELECT '" + std::string(query_bytes_max - 9, 'x') + "'"));
    EXPECT_FALSE(compile_text("SELECT '" + std::string(query_bytes_max - 8, 'x') + "'"));
    // Each level would double the text and the work.
    std::string doubling = "i";
    for (int i = 0; i < 60; ++i)
        doubling = "1 / (" + doubling + ")";
    EXPECT_EQ(compile_text("SELECT " + doubling + " FROM types").error().code,
              "STATEMENT_TOO_LARGE");
    std::string with = "WITH t0 AS (SELECT 1 AS x)";
    std::string reduce = "1";
    for (int i = 0; i < 60; ++i) {
        reduce = "reduce(ARRAY[1], 0, (s, x) -> s + " + reduce + ", s -> s)";
    }
    EXPECT_EQ(compile_text("SELECT " + reduce).error().code, "STATEMENT_TOO_LARGE");
}

TEST(Functions, EveryRowOfTheTablesIsWellFormed) {
    for (const Function& row : scalar_functions()) {
        const std::size_t count = row.parameters.size();
        for (std::size_t at = row.sql.find('$'); at != std::string_view::npos;
             at = row.sql.find('$', at + 1)) {
            ASSERT_LT(at + 1, row.sql.size()) << row.name;
            const char next = row.sql[at + 1];
            const bool known = next == 'T' || next == '*' ||
                               (next >= '1' && static_cast<std::size_t>(next - '0') <= count);
            EXPECT_TRUE(known) << row.name << ": " << row.sql;
        }
        EXPECT_FALSE(is_aggregate(row.name)) << row.name;
    }
}

}  // namespace
}  // namespace athena_sql

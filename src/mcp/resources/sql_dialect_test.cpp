// The page must be true: its examples compile, its refusals do not, and it names what the reference
// page and athena_sql's lists have.
#include "mcp/resources/sql_dialect.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "athena_sql/compile.h"
#include "athena_sql/functions.h"
#include "mcp/tools/query.h"

namespace mcp::resources {
namespace {

class EventsCatalog final : public athena_sql::CatalogReader {
  public:
    base::Result<bool> database_exists(const std::string& database) override {
        return database == "acme";
    }
    base::Result<std::optional<athena_sql::TableInfo>> find_table(
        const std::string& database, const std::string& table) override {
        if (database != "acme" || table != "events") {
            return std::optional<athena_sql::TableInfo>();
        }
        athena_sql::TableInfo info{database, table, {}};
        for (const auto& [name, type] : {std::pair{"event_id", "string"},
                                         {"event_type", "string"},
                                         {"watch_seconds", "bigint"},
                                         {"tags", "array<string>"},
                                         {"event_time", "timestamp"}}) {
            info.columns.push_back({name, athena_sql::parse_hive_type(type).value()});
        }
        for (const char* key : {"year", "month", "day", "hour"})
            info.columns.push_back({key, athena_sql::parse_hive_type("string").value(), true});
        return std::optional(std::move(info));
    }
};

// "" when it runs here.
std::string problem_of(std::string_view sql) {
    const std::string text(sql);
    const auto readable = tools::read_only(text);
    if (!readable.statement) return readable.problem;
    if (!readable.is_query()) return "";
    EventsCatalog catalog;
    const auto compiled =
        athena_sql::compile(*std::get<athena_sql::QueryPtr>(*readable.statement), text, catalog,
                            {"acme", base::Timestamp{1'767'225'600'000}});
    return compiled ? "" : compiled.error().describe();
}

std::string one_line(std::string text) {
    std::string out;
    for (const char c : text) {
        const char shown = c == '\n' ? ' ' : c;
        if (shown != ' ' || out.empty() || out.back() != ' ') out += shown;
    }
    return out;
}

std::string reference_page() {
    const std::string here = __FILE__;  // …/src/mcp/resources/sql_dialect_test.cpp
    std::ifstream file(here.substr(0, here.rfind("/src/mcp/")) + "/docs/reference/athena.md");
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST(SqlDialect, WhatItShowsRuns) {
    for (const DialectExample& one : dialect_examples())
        EXPECT_EQ(problem_of(one.sql), "") << one.what;
}

TEST(SqlDialect, WhatItRefusesDoesNotRun) {
    for (const DialectExample& one : dialect_refusals())
        EXPECT_NE(problem_of(one.sql), "") << one.what;
}

TEST(SqlDialect, ItNamesEveryFunction) {
    const std::string page = dialect_page();
    for (const auto& function : athena_sql::scalar_functions())
        EXPECT_NE(page.find(std::string(function.name) + "("), std::string::npos) << function.name;
    for (const auto& function : athena_sql::aggregate_functions())
        EXPECT_NE(page.find(std::string(function.name) + "("), std::string::npos) << function.name;
    for (const auto& function : athena_sql::window_functions())
        EXPECT_NE(page.find(std::string(function.name) + "("), std::string::npos) << function.name;
    for (const auto name : athena_sql::special_functions())
        EXPECT_NE(page.find(name), std::string::npos) << name;
    // one message, and not too much of a model's attention
    EXPECT_LT(page.size(), 20'000U);
}

TEST(SqlDialect, ItSaysWhatTheReferenceSays) {
    const std::string reference = one_line(reference_page());
    ASSERT_FALSE(reference.empty());
    const auto refused = reference.find("Refused by name: INSERT");
    ASSERT_NE(refused, std::string::npos);
    const std::string list =
        reference.substr(refused, reference.find("functions are the rows") - refused);
    const std::string page = dialect_page();
    for (const char* word :
         {"INSERT", "CREATE TABLE AS", "UNLOAD", "EXPLAIN", "PREPARE", "DEALLOCATE",
          "WITH RECURSIVE", "NATURAL JOIN", "TABLESAMPLE", "EXCEPT ALL", "INTERSECT ALL"}) {
        EXPECT_NE(list.find(word), std::string::npos) << word;
        EXPECT_NE(page.find(word), std::string::npos) << word;
    }
    const auto from = reference.find("## Where it differs from AWS");
    ASSERT_NE(from, std::string::npos);
    std::string expected = "## Where it differs from AWS ";
    for (const auto one : dialect_differences())
        expected += "- " + std::string(one) + " ";
    EXPECT_EQ(reference.substr(from, expected.size()), one_line(expected));
}

}  // namespace
}  // namespace mcp::resources

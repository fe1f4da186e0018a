#include "mcp/completions/names.h"

#include <boost/json/serialize.hpp>

#include "mcp/testing.h"
#include "mcp/tools/catalog.h"
#include "mcp/tools/support.h"
#include "mcp/tools/testing.h"

namespace mcp::completions {
namespace {

namespace json = boost::json;
using mcp::testing::code_of;
using mcp::testing::result_of;
using tools::text_at;

class Names : public tools::testing::ToolsTest {
  protected:
    std::shared_ptr<mcp::testing::RecordingOutlet> ask(json::object reference, const char* argument,
                                                       const char* typed,
                                                       json::object settled = {}) {
        return bench.ask("completion/complete",
                         {{"ref", std::move(reference)},
                          {"argument", json::object{{"name", argument}, {"value", typed}}},
                          {"context", json::object{{"arguments", std::move(settled)}}}});
    }
    json::object proposed(const char* argument, const char* typed, json::object settled = {}) {
        return result_of(*ask({{"type", "ref/prompt"}, {"name", "investigate"}}, argument, typed,
                              std::move(settled)))
            .at("completion")
            .as_object();
    }
    std::string values(const char* argument, const char* typed, json::object settled = {}) {
        return json::serialize(proposed(argument, typed, std::move(settled)).at("values"));
    }

    mcp::testing::Bench bench{tools::standard_catalog(), {}, &backend};
};

TEST_F(Names, DatabasesTablesAndColumns) {
    EXPECT_EQ(values("database", ""), R"(["acme","other"])");
    EXPECT_EQ(values("database", "AC"), R"(["acme"])");
    EXPECT_EQ(values("database", "the"), R"(["other"])");
    EXPECT_EQ(values("table", "ev", {{"database", "acme"}}), R"(["events"])");
    EXPECT_EQ(values("table", "ev", {{"database", "other"}}), "[]");
    EXPECT_EQ(values("table", "ev"), R"(["events"])");
    const json::object table{{"database", "acme"}, {"table", "events"}};
    EXPECT_EQ(values("column", "", table), R"(["city","day","event_time","id"])");
    EXPECT_EQ(values("column", "d", table), R"(["day","id"])");  // beginnings first
    EXPECT_EQ(values("column", "", {{"database", "acme"}}), "[]");
    EXPECT_EQ(values("question", "wh"), "[]");
}

TEST_F(Names, VariablesOfTemplates) {
    const json::object reference{{"type", "ref/resource"}, {"uri", "catalog://{database}/{table}"}};
    const auto found = ask(reference, "table", "", {{"database", "acme"}});
    EXPECT_EQ(json::serialize(result_of(*found).at("completion").at("values")), R"(["events"])");
    const json::object results{{"type", "ref/resource"}, {"uri", "query://{id}/results.csv"}};
    EXPECT_EQ(result_of(*ask(results, "id", "")).at("completion").at("total"), 0);
}

TEST_F(Names, WhatIsNotAnArgumentIsRefused) {
    const json::object prompt{{"type", "ref/prompt"}, {"name", "investigate"}};
    EXPECT_EQ(code_of(*ask(prompt, "nothing", "")), error_code::invalid_params);
    EXPECT_EQ(code_of(*ask({{"type", "ref/prompt"}, {"name", "x"}}, "table", "")),
              error_code::invalid_params);
    EXPECT_EQ(
        code_of(*ask({{"type", "ref/resource"}, {"uri", "catalog://acme/events"}}, "table", "")),
        error_code::invalid_params);
    EXPECT_EQ(code_of(*ask({{"type", "ref/tool"}, {"name", "run_query"}}, "sql", "")),
              error_code::invalid_params);
}

TEST_F(Names, AHundredAreWholeAndOneMoreIsCut) {
    const auto tables = [this](std::size_t count) {
        backend.answers["GetTables"] = [count](const json::object&) -> aws::Reply<json::object> {
            json::array list;
            for (std::size_t i = 0; i < count; ++i)
                list.push_back(json::object{{"Name", "t" + std::to_string(1000 + i)}});
            return json::object{{"TableList", std::move(list)}};
        };
        return proposed("table", "t1", {{"database", "acme"}});
    };
    json::object found = tables(CompletionAnswer::values_max);
    EXPECT_EQ(found.at("values").as_array().size(), 100U);
    EXPECT_EQ(found.at("hasMore"), json::value(false));
    found = tables(CompletionAnswer::values_max + 1);
    EXPECT_EQ(found.at("values").as_array().size(), 100U);
    EXPECT_EQ(found.at("hasMore"), json::value(true));
    EXPECT_EQ(found.at("total"), 101);
}

TEST_F(Names, AListingThatIsNotWholeHasNoTotal) {
    backend.on("GetTables", R"({"TableList":[{"Name":"t"}],"NextToken":"again"})");
    const json::object found = proposed("table", "", {{"database", "acme"}});
    EXPECT_EQ(found.at("hasMore"), json::value(true));
    EXPECT_FALSE(found.contains("total"));
    EXPECT_EQ(backend.count("GetTables"), name_pages_max);
}

TEST_F(Names, NotAllDatabasesAreSearched) {
    json::array databases;
    for (std::size_t i = 0; i <= searched_databases_max; ++i)
        databases.push_back(json::object{{"Name", "d" + std::to_string(i)}});
    backend.answers["GetDatabases"] = [databases](const json::object&) -> aws::Reply<json::object> {
        return json::object{{"DatabaseList", databases}};
    };
    EXPECT_EQ(proposed("table", "").at("hasMore"), json::value(true));
    EXPECT_EQ(backend.count("GetTables"), searched_databases_max);
}

TEST_F(Names, ACatalogThatFailsProposesNothing) {
    backend.answers.clear();
    EXPECT_EQ(values("database", ""), "[]");
    EXPECT_EQ(values("table", ""), "[]");
    EXPECT_EQ(values("column", "", {{"database", "acme"}, {"table", "events"}}), "[]");
}

}  // namespace
}  // namespace mcp::completions

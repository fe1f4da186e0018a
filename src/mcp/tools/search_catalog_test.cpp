// search_catalog, against a backend that answers from a script.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "mcp/tools/catalog.h"
#include "mcp/tools/support.h"
#include "mcp/tools/testing.h"

namespace mcp::tools {
namespace {

namespace json = boost::json;

class SearchCatalog : public testing::ToolsTest {};

TEST_F(SearchCatalog, SearchFindsColumnsByComment) {
    const json::object out = data(search_catalog, R"({"query":"where"})");
    EXPECT_EQ(array_at(out, "matches").at(0).at("column"), "city");
    EXPECT_TRUE(
        array_at(data(search_catalog, R"({"query":"nothing-like-it"})"), "matches").empty());
}

TEST_F(SearchCatalog, TheLikeliestComesFirstAndTheLimitIsSaid) {
    const json::object all = data(search_catalog, R"({"query":"event"})");
    EXPECT_EQ(array_at(all, "matches").size(), 2U);  // the table and event_time
    EXPECT_FALSE(all.at("truncated").as_bool());
    const json::object one = data(search_catalog, R"({"query":"events, city!","limit":1})");
    EXPECT_EQ(array_at(one, "matches").size(), 1U);
    EXPECT_TRUE(array_at(one, "matches").at(0).at("column").is_null());
    EXPECT_TRUE(one.at("truncated").as_bool());
}

TEST_F(SearchCatalog, ThousandDatabasesAreGoneThrough) {
    json::array databases;
    for (int i = 0; i < 1'000; ++i)
        databases.push_back(json::object{{"Name", "d" + std::to_string(i)}});
    backend.answers["GetDatabases"] = [databases](const json::object&) -> aws::Reply<json::object> {
        return json::object{{"DatabaseList", databases}};
    };
    EXPECT_TRUE(array_at(data(search_catalog, R"({"query":"x"})"), "matches").empty());
    EXPECT_EQ(backend.count("GetTables"), 1'000U);
}

}  // namespace
}  // namespace mcp::tools

// list_databases, against a backend that answers from a script.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "mcp/tools/catalog.h"
#include "mcp/tools/support.h"
#include "mcp/tools/testing.h"

namespace mcp::tools {
namespace {

namespace json = boost::json;

class ListDatabases : public testing::ToolsTest {};

TEST_F(ListDatabases, DatabasesArePagedAndCounted) {
    json::object out = data(list_databases, R"({"limit":1})");
    EXPECT_EQ(json::serialize(out.at("databases")),
              R"([{"name":"acme","description":"Telemetry","tables":1}])");
    out = data(list_databases,
               json::serialize(json::object{{"limit", 1}, {"cursor", out.at("next_cursor")}}));
    EXPECT_EQ(array_at(out, "databases").at(0).at("name"), "other");
    EXPECT_TRUE(out.at("next_cursor").is_null());
    EXPECT_TRUE(array_at(data(list_databases, R"({"pattern":"zz*"})"), "databases").empty());
}

// `count` databases, as Glue gives them: a page of 100 each.
void fill(testing::FakeBackend& backend, std::size_t count) {
    backend.answers["GetDatabases"] =
        [count](const json::object& input) -> aws::Reply<json::object> {
        const std::string token = text_at(input, "NextToken");
        std::size_t at = token.empty() ? 0 : std::stoul(token);
        json::array list;
        for (; at < count && list.size() < 100; ++at)
            list.push_back(json::object{{"Name", "d" + std::to_string(at)}});
        json::object answer{{"DatabaseList", std::move(list)}};
        if (at < count) answer["NextToken"] = std::to_string(at);
        return answer;
    };
}

TEST_F(ListDatabases, APageHasAtMostTwoHundred) {
    fill(backend, 201);
    json::object out = data(list_databases, R"({"limit":200})");
    EXPECT_EQ(array_at(out, "databases").size(), 200U);
    out = data(list_databases,
               json::serialize(json::object{{"limit", 200}, {"cursor", out.at("next_cursor")}}));
    EXPECT_EQ(array_at(out, "databases").size(), 1U);
    fill(backend, 200);
    EXPECT_TRUE(data(list_databases, R"({"limit":200})").at("next_cursor").is_null());
    failure(list_databases, R"({"limit":201})");
    failure(list_databases, R"({"limit":0})");
}

TEST_F(ListDatabases, MoreThanCanBeListedIsSaid) {
    fill(backend, 2'000);
    EXPECT_TRUE(array_at(data(list_databases, R"({"pattern":"none"})"), "notices").empty());
    fill(backend, 2'001);
    EXPECT_FALSE(array_at(data(list_databases, R"({"pattern":"none"})"), "notices").empty());
}

TEST_F(ListDatabases, ACountThatFailsIsANotice) {
    backend.answers.erase("GetTables");
    const json::object out = data(list_databases, "{}");
    EXPECT_TRUE(array_at(out, "databases").at(0).at("tables").is_null());
    EXPECT_EQ(array_at(out, "notices").size(), 2U);
}

}  // namespace
}  // namespace mcp::tools

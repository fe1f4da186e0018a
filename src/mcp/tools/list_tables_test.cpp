// list_tables, against a backend that answers from a script.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "mcp/tools/catalog.h"
#include "mcp/tools/support.h"
#include "mcp/tools/testing.h"

namespace mcp::tools {
namespace {

namespace json = boost::json;
using testing::parse_object;

class ListTables : public testing::ToolsTest {};

TEST_F(ListTables, TablesSayWhereTheNewestDataIs) {
    backend.answers["ListObjectsV2"] = [](const json::object& input) -> aws::Reply<json::object> {
        EXPECT_EQ(text_at(input, "Delimiter"), "/");
        return parse_object(R"({"CommonPrefixes":[{"Prefix":"events/day=2026-01-01/"},
                                                  {"Prefix":"events/day=2026-01-02/"}]})");
    };
    const json::object out = data(list_tables, R"({"database":"acme"})");
    const json::object& table = array_at(out, "tables").at(0).as_object();
    EXPECT_EQ(table.at("name"), "events");
    EXPECT_EQ(table.at("format"), "json");
    EXPECT_EQ(table.at("time_column"), "event_time");
    EXPECT_EQ(table.at("newest_partition"), "day=2026-01-02");
}

TEST_F(ListTables, APageHasAtMostTwoHundred) {
    const auto fill = [this](std::size_t count) {
        backend.answers["GetTables"] = [count](const json::object&) -> aws::Reply<json::object> {
            json::array list;
            for (std::size_t i = 0; i < count; ++i) {
                json::object one = ToolsTest::table();
                one["Name"] = "t" + std::to_string(i);
                one["Description"] = std::string(400, 'x');
                list.push_back(std::move(one));
            }
            return json::object{{"TableList", std::move(list)}};
        };
    };
    fill(201);
    json::object out = data(list_tables, R"({"database":"acme","limit":200})");
    ASSERT_EQ(array_at(out, "tables").size(), 200U);
    EXPECT_LE(characters(text_at(array_at(out, "tables").at(0).as_object(), "description")), 200U);
    out = data(list_tables,
               json::serialize(json::object{
                   {"database", "acme"}, {"limit", 200}, {"cursor", out.at("next_cursor")}}));
    EXPECT_EQ(array_at(out, "tables").size(), 1U);
    EXPECT_TRUE(out.at("next_cursor").is_null());
    failure(list_tables, R"({"database":"acme","limit":201})");
}

TEST_F(ListTables, ADatabaseThatIsNotThereNamesOthers) {
    backend.answers["GetTables"] = [](const json::object&) -> aws::Reply<json::object> {
        return aws::Fault("EntityNotFoundException", "none");
    };
    EXPECT_NE(failure(list_tables, R"({"database":"acm"})").find("`acme`"), std::string::npos);
}

}  // namespace
}  // namespace mcp::tools

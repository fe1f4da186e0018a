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

TEST_F(ListTables, FoldersThatAreHiddenAreNotTheNewest) {
    backend.answers["ListObjectsV2"] = [](const json::object&) -> aws::Reply<json::object> {
        return testing::parse_object(R"({"CommonPrefixes":[{"Prefix":"events/day=10/"},
            {"Prefix":"events/day=9/"},{"Prefix":"events/_tmp/"},{"Prefix":"elsewhere/"}]})");
    };
    const json::object out = data(list_tables, R"({"database":"acme"})");
    EXPECT_EQ(array_at(out, "tables").at(0).at("newest_partition"), "day=10");
}

TEST_F(ListTables, APageHasAtMostTwoHundred) {
    const auto fill = [this](std::size_t count, std::size_t characters) {
        backend.answers["GetTables"] =
            [count, characters](const json::object&) -> aws::Reply<json::object> {
            json::array list;
            for (std::size_t i = 0; i < count; ++i) {
                json::object one = ToolsTest::table();
                one["Name"] = "t" + std::to_string(i);
                one["Description"] = std::string(characters, 'x');
                list.push_back(std::move(one));
            }
            return json::object{{"TableList", std::move(list)}};
        };
    };
    fill(201, 1);
    json::object out = data(list_tables, R"({"database":"acme","limit":200})");
    ASSERT_EQ(array_at(out, "tables").size(), 200U);
    out = data(list_tables,
               json::serialize(json::object{
                   {"database", "acme"}, {"limit", 200}, {"cursor", out.at("next_cursor")}}));
    EXPECT_EQ(array_at(out, "tables").size(), 1U);
    EXPECT_TRUE(out.at("next_cursor").is_null());
    failure(list_tables, R"({"database":"acme","limit":201})");
    // long descriptions end a page earlier, and the pages meet
    fill(201, 400);
    std::size_t next = 0;
    std::size_t pages = 0;
    std::string cursor;
    do {
        out = data(list_tables, json::serialize(json::object{
                                    {"database", "acme"}, {"limit", 200}, {"cursor", cursor}}));
        EXPECT_LE(json::serialize(out).size(), text_characters_max);
        for (const json::value& table : array_at(out, "tables")) {
            ASSERT_EQ(table.at("name").as_string(), "t" + std::to_string(next++));
            EXPECT_EQ(table.at("description").as_string().size(), line_characters_max + 2);
        }
        cursor = text_at(out, "next_cursor");
        ++pages;
    } while (!cursor.empty());
    EXPECT_EQ(next, 201U);
    EXPECT_GT(pages, 1U);
}

TEST_F(ListTables, ADatabaseThatIsNotThereNamesOthers) {
    backend.answers["GetTables"] = [](const json::object&) -> aws::Reply<json::object> {
        return aws::Fault("EntityNotFoundException", "none");
    };
    EXPECT_NE(failure(list_tables, R"({"database":"acm"})").find("`acme`"), std::string::npos);
}

}  // namespace
}  // namespace mcp::tools

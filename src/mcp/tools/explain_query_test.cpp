// explain_query, against a backend that answers from a script.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "mcp/tools/catalog.h"
#include "mcp/tools/partitions.h"
#include "mcp/tools/testing.h"

namespace mcp::tools {
namespace {

namespace json = boost::json;
using testing::query_of;

class ExplainQuery : public testing::ToolsTest {};

TEST_F(ExplainQuery, ExplainKnowsThePartitionsLeft) {
    const json::object out =
        data(explain_query, query_of("SELECT id FROM events WHERE day > '2026-01-01'"));
    EXPECT_TRUE(out.at("valid").as_bool());
    EXPECT_EQ(out.at("estimated_bytes"), 20000);
    const json::object& scan = array_at(out, "tables").at(0).as_object();
    EXPECT_EQ(scan.at("partitions"), 2);
    EXPECT_EQ(scan.at("partitions_read"), 1);
    EXPECT_TRUE(scan.at("partition_filter").as_bool());
    EXPECT_TRUE(array_at(out, "warnings").empty());
    EXPECT_EQ(backend.count("StartQueryExecution"), 0U);
}

TEST_F(ExplainQuery, ExplainNamesWhatWasMeant) {
    json::object out = data(explain_query, query_of("SELECT id FROM event"));
    EXPECT_FALSE(out.at("valid").as_bool());
    EXPECT_NE(text_at(out, "problem").find("Did you mean `events`"), std::string::npos);
    out = data(explain_query, query_of("SELECT citi FROM events"));
    EXPECT_NE(text_at(out, "problem").find(". Did you mean `city`"), std::string::npos)
        << text_at(out, "problem");
    EXPECT_NE(text_at(out, "problem").find("line 1:8"), std::string::npos);
}

TEST_F(ExplainQuery, MoreObjectsThanAreListedIsALowerBound) {
    std::size_t pages = 0;
    const auto list = [this, &pages](std::size_t count) {
        pages = 0;
        backend.answers["ListObjectsV2"] =
            [&pages, count](const json::object&) -> aws::Reply<json::object> {
            json::object answer = testing::parse_object(
                R"({"Contents":[{"Key":"events/day=2026-01-01/a","Size":10}]})");
            if (++pages < count) answer["NextContinuationToken"] = "more";
            return answer;
        };
        return data(explain_query, query_of("SELECT id FROM events"));
    };
    json::object out = list(object_pages_max);
    EXPECT_EQ(out.at("estimated_bytes"), 10 * static_cast<std::int64_t>(object_pages_max));
    out = list(object_pages_max + 1);
    EXPECT_EQ(pages, object_pages_max);
    EXPECT_TRUE(out.at("estimated_bytes").is_null());
    EXPECT_NE(json::serialize(out.at("warnings")).find("lower bound"), std::string::npos);
}

TEST_F(ExplainQuery, SaysWhatToDoAboutFrequentErrors) {
    const auto problem = [this](const std::string& arguments) {
        return text_at(data(explain_query, arguments), "problem");
    };
    std::string said = problem(query_of("SELECT datediff('day', event_time, now()) FROM events"));
    EXPECT_NE(said.find("not registered. Did you mean `date_diff`"), std::string::npos) << said;
    said = problem(query_of("SELECT nothing_like_any_of_these()"));
    EXPECT_NE(said.find("not registered. docs://sql-dialect"), std::string::npos) << said;
    said = problem(query_of("SELECT id FROM events WHERE day = 1"));
    EXPECT_NE(said.find("line 1:"), std::string::npos) << said;
    EXPECT_NE(said.find("in single quotes"), std::string::npos) << said;
    said = problem(R"({"sql":"SELECT id FROM events"})");
    EXPECT_NE(said.find("Give the argument database"), std::string::npos) << said;
}

TEST_F(ExplainQuery, WithoutAPartitionFilterItWarns) {
    const json::object out = data(explain_query, query_of("SELECT id FROM events"));
    EXPECT_NE(json::serialize(out.at("warnings")).find("No partition filter on acme.events"),
              std::string::npos);
}

TEST_F(ExplainQuery, ATableThatIsReadOftenIsMeasuredOnce) {
    std::string sql = "SELECT (SELECT count(*) FROM events)";
    for (int i = 1; i < 250; ++i)
        sql += ", (SELECT count(*) FROM events)";
    const json::object out = data(explain_query, query_of(sql));
    EXPECT_TRUE(out.at("valid").as_bool()) << json::serialize(out.at("problem"));
    EXPECT_EQ(backend.count("ListObjectsV2"), 1U);
    EXPECT_EQ(out.at("estimated_bytes"), 250 * 21'000);
    EXPECT_EQ(array_at(out, "tables").size(), 200U);
    EXPECT_NE(json::serialize(out.at("warnings")).find("50 read tables more"), std::string::npos);
}

TEST_F(ExplainQuery, ManyResultColumnsAreNotAllNamed) {
    const auto columns = [this](int count) {
        std::string sql = "SELECT 1";
        for (int i = 1; i < count; ++i)
            sql += ", " + std::to_string(i);
        return data(explain_query, query_of(sql));
    };
    EXPECT_TRUE(array_at(columns(200), "warnings").empty());
    const json::object out = columns(201);
    EXPECT_EQ(array_at(out, "columns").size(), 200U);
    EXPECT_EQ(array_at(out, "warnings").size(), 1U);
}

}  // namespace
}  // namespace mcp::tools

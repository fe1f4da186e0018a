// column_values, against a backend that answers from a script.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "mcp/tools/catalog.h"
#include "mcp/tools/support.h"
#include "mcp/tools/testing.h"

namespace mcp::tools {
namespace {

namespace json = boost::json;

class ColumnValues : public testing::ToolsTest {};

TEST_F(ColumnValues, ColumnValuesReadTheNewestPartitionAlone) {
    std::vector<std::string> started;
    backend.answers["StartQueryExecution"] =
        [this, &started](const json::object& input) -> aws::Reply<json::object> {
        started.push_back(text_at(input, "QueryString"));
        if (started.size() == 1) {
            rows(R"([["city","varchar"],["_col1","bigint"]])", {R"(["Oslo","7"])"});
        } else {
            rows(R"([["a","bigint"],["b","bigint"],["c","bigint"],["d","varchar"],
                     ["e","varchar"]])",
                 {R"(["9","8","2","Bonn","Oslo"])"});
        }
        return json::object{{"QueryExecutionId", "q-1"}};
    };
    const json::object out =
        data(column_values, R"({"database":"acme","table":"events","column":"city"})");
    EXPECT_EQ(json::serialize(out.at("values")), R"([{"value":"Oslo","rows":7}])");
    EXPECT_EQ(out.at("nulls"), 1);
    EXPECT_EQ(out.at("distinct_estimate"), 2);
    EXPECT_EQ(out.at("min"), "Bonn");
    ASSERT_EQ(started.size(), 2U);
    EXPECT_EQ(started[0],
              R"(SELECT "city", count(*) FROM "acme"."events" WHERE "day" = '2026-01-02')"
              R"( GROUP BY "city" ORDER BY 2 DESC LIMIT 20)");
    EXPECT_NE(failure(column_values, R"({"database":"acme","table":"events","column":"citi"})")
                  .find("`city`"),
              std::string::npos);
}

// The statement that counts the values, when the keys are year, month, day and hour.
TEST_F(ColumnValues, ARangeOfMomentsIsOfAllTheKeys) {
    backend.answers["GetTable"] = [](const json::object&) -> aws::Reply<json::object> {
        json::object table = ToolsTest::table();
        json::array keys;
        for (const char* name : {"year", "month", "day", "hour"})
            keys.push_back(json::object{{"Name", name}, {"Type", "string"}});
        table["PartitionKeys"] = std::move(keys);
        return json::object{{"Table", std::move(table)}};
    };
    backend.on("ListObjectsV2", R"({"Contents":[
        {"Key":"events/year=2026/month=01/day=30/hour=05/a","Size":1000},
        {"Key":"events/year=2026/month=02/day=01/hour=00/b","Size":1000}]})");
    const auto where = [this](const std::string& from, const std::string& to) {
        backend.asked.clear();
        data(column_values, R"({"database":"acme","table":"events","column":"city","time_range":)"
                            R"({"from":")" +
                                from + R"(","to":")" + to + "\"}}");
        for (const auto& one : backend.asked) {
            if (one.operation != "StartQueryExecution") continue;
            const std::string sql(one.input.at("QueryString").as_string());
            const auto begin = sql.find(" WHERE ") + 7;
            return sql.substr(begin, sql.find(" GROUP BY") - begin);
        }
        return std::string();
    };
    EXPECT_EQ(where("2026-01-30T05", "2026-02"),
              R"("year" || '-' || "month" || '-' || "day" || 'T' || "hour" >= '2026-01-30T05' AND )"
              R"("year" || '-' || "month" <= '2026-02')");
    EXPECT_EQ(where("2026", "2026-01-30"),
              R"("year" >= '2026' AND "year" || '-' || "month" || '-' || "day" <= '2026-01-30')");
    for (const char* wrong :
         {"x' OR 1=1 --", "2026-1", "2026-01-30T05:00", "26", "2026-01-30 05"}) {
        const json::object range{{"from", wrong}, {"to", "2026"}};
        failure(column_values, json::serialize(json::object{{"database", "acme"},
                                                            {"table", "events"},
                                                            {"column", "city"},
                                                            {"time_range", range}}));
    }
}

TEST_F(ColumnValues, ARangeOfAnotherKeyIsTextInItsPlace) {
    const json::object out =
        data(column_values, R"({"database":"acme","table":"events","column":"city",)"
                            R"("time_range":{"from":"x' OR 1=1 --","to":"2026-01-02"}})");
    EXPECT_EQ(out.at("scope"), "day from x' OR 1=1 -- to 2026-01-02");
    for (const auto& one : backend.asked) {
        if (one.operation != "StartQueryExecution") continue;
        EXPECT_NE(text_at(one.input, "QueryString")
                      .find(R"("day" BETWEEN 'x'' OR 1=1 --' AND '2026-01-02')"),
                  std::string::npos);
    }
}

TEST_F(ColumnValues, AQueryThatTakesTooLongIsStopped) {
    state("RUNNING");
    const std::string problem =
        failure(column_values, R"({"database":"acme","table":"events","column":"city"})");
    EXPECT_NE(problem.find("was stopped"), std::string::npos) << problem;
    EXPECT_EQ(backend.count("StopQueryExecution"), 1U);
    EXPECT_EQ(backend.asked.back().input.at("QueryExecutionId"), "q-1");
    // That it cannot be stopped is no reason to wait.
    backend.answers.erase("StopQueryExecution");
    failure(column_values, R"({"database":"acme","table":"events","column":"city"})");
}

TEST_F(ColumnValues, NoRowsIsANotice) {
    rows(R"([["a","bigint"],["b","bigint"],["c","bigint"],["d","varchar"],["e","varchar"]])",
         {R"(["0","0","0",null,null])"});
    const json::object out =
        data(column_values, R"({"database":"acme","table":"events","column":"city"})");
    EXPECT_EQ(out.at("rows"), 0);
    EXPECT_NE(json::serialize(out.at("notices")).find("no rows"), std::string::npos);
}

}  // namespace
}  // namespace mcp::tools

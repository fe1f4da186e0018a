// describe_table, against a backend that answers from a script.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "mcp/tools/catalog.h"
#include "mcp/tools/support.h"
#include "mcp/tools/testing.h"

namespace mcp::tools {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& out, const char* name) {
    return std::string(out.at(name).as_string());
}

class DescribeTable : public testing::ToolsTest {};

TEST_F(DescribeTable, DescribeHasRangesSizesASampleAndAnExample) {
    const json::object out = data(describe_table, R"({"database":"acme","table":"events"})");
    const json::object& key = array_at(out, "partition_keys").at(0).as_object();
    EXPECT_EQ(key.at("min"), "2026-01-01");
    EXPECT_EQ(key.at("max"), "2026-01-02");
    EXPECT_EQ(out.at("bytes"), 21000);
    EXPECT_EQ(json::serialize(out.at("sample_rows")), "[[1]]");
    EXPECT_EQ(out.at("example_query"),
              R"(SELECT * FROM "acme"."events" WHERE "day" = '2026-01-02' LIMIT 10)");
    const std::string missing = failure(describe_table, R"({"database":"acme","table":"evens"})");
    EXPECT_NE(missing.find("`events`"), std::string::npos) << missing;
}

TEST_F(DescribeTable, SaysHowManyRowsAndHowItKnows) {
    backend.objects["data/events/day=2026-01-02/b"] = "{\"id\":1}\n{\"id\":2}\n";
    json::object out = data(describe_table, R"({"database":"acme","table":"events"})");
    EXPECT_EQ(out.at("newest_partition"), "day=2026-01-02");
    EXPECT_EQ(out.at("row_estimate"), 2'333);  // 18 bytes of 21,000 hold two
    EXPECT_NE(text_of(out, "row_estimate_basis").find("2 rows in the 18 B"), std::string::npos)
        << text_of(out, "row_estimate_basis");
    backend.objects.clear();
    out = data(describe_table, R"({"database":"acme","table":"events"})");
    EXPECT_TRUE(out.at("row_estimate").is_null());
    EXPECT_NE(text_of(out, "row_estimate_basis").find("NoSuchKey"), std::string::npos);
}

TEST_F(DescribeTable, ObjectsThatAreNotTheTablesDoNotCount) {
    backend.on("ListObjectsV2", R"({"Contents":[
        {"Key":"events/day=2026-01-01/","Size":0},
        {"Key":"events/day=2026-01-01/_SUCCESS","Size":7},
        {"Key":"events/_tmp/day=2026-01-09/a","Size":7},
        {"Key":"events/day=2026-01-01/a","Size":1000}]})");
    const json::object out = data(describe_table, R"({"database":"acme","table":"events"})");
    EXPECT_EQ(out.at("objects"), 1);
    EXPECT_EQ(out.at("bytes"), 1000);
    EXPECT_EQ(out.at("newest_partition"), "day=2026-01-01");
}

TEST_F(DescribeTable, KeysThatAreNotPaddedAreNumbersToo) {
    backend.on("ListObjectsV2", R"({"Contents":[
        {"Key":"events/day=10/a","Size":1},{"Key":"events/day=9/a","Size":1}]})");
    const json::object out = data(describe_table, R"({"database":"acme","table":"events"})");
    EXPECT_EQ(out.at("newest_partition"), "day=10");
    EXPECT_EQ(out.at("partition_keys").at(0).at("min"), "9");
    EXPECT_EQ(out.at("partition_keys").at(0).at("max"), "10");
}

TEST_F(DescribeTable, WithoutKnownPartitionsNothingIsSampled) {
    backend.on("ListObjectsV2", R"({"Contents":[{"Key":"events/stray","Size":9}]})");
    const json::object out = data(describe_table, R"({"database":"acme","table":"events"})");
    EXPECT_TRUE(out.at("sample_rows").as_array().empty());
    EXPECT_EQ(backend.count("StartQueryExecution"), 0U);
}

TEST_F(DescribeTable, AVeryWideTableIsCutAndSaysSo) {
    backend.answers["GetTable"] = [](const json::object&) -> aws::Reply<json::object> {
        json::object wide = ToolsTest::table();
        json::array columns;
        for (int i = 0; i < 1'000; ++i)
            columns.push_back(json::object{{"Name", "c" + std::to_string(i)},
                                           {"Type", "string"},
                                           {"Comment", std::string(100, 'x')}});
        wide["StorageDescriptor"].as_object()["Columns"] = std::move(columns);
        return json::object{{"Table", std::move(wide)}};
    };
    const json::object result = call(describe_table, R"({"database":"acme","table":"events"})");
    const json::object& out = result.at("structuredContent").as_object();
    const std::size_t shown = out.at("columns").as_array().size();
    EXPECT_GT(shown, 100U);
    EXPECT_LE(json::serialize(out.at("columns")).size(), 25'000U);
    EXPECT_NE(text(result).find(std::to_string(1'000 - shown) + " columns more"),
              std::string::npos);
    EXPECT_LE(text(result).size(), 40'000U);
}

TEST_F(DescribeTable, AServiceThatIsNotThereIsANoticeNotAFailure) {
    backend.answers.erase("ListObjectsV2");
    const json::object out = data(describe_table, R"({"database":"acme","table":"events"})");
    EXPECT_TRUE(out.at("bytes").is_null());
    EXPECT_FALSE(array_at(out, "notices").empty());
}

TEST_F(DescribeTable, ASampleThatTakesTooLongIsStopped) {
    state("RUNNING");
    const json::object out = data(describe_table, R"({"database":"acme","table":"events"})");
    EXPECT_EQ(backend.count("StopQueryExecution"), 1U);
    EXPECT_NE(json::serialize(out.at("notices")).find("was stopped"), std::string::npos);
}

TEST_F(DescribeTable, LongRowsOfTheSampleAreLeftOut) {
    const auto sampled = [this](std::size_t length, int count) {
        rows(R"([["a","varchar"]])",
             std::vector<std::string>(20, "[\"" + std::string(length, 'x') + "\"]"));
        const json::object out =
            data(describe_table, R"({"database":"acme","table":"events","sample_rows":)" +
                                     std::to_string(count) + "}");
        return out.at("sample_rows").as_array().size();
    };
    EXPECT_EQ(sampled(100, 20), 20U);
    EXPECT_EQ(sampled(500, 20), 20U);
    rows(R"([["a","varchar"],["b","varchar"]])",
         std::vector<std::string>(
             20, "[\"" + std::string(500, 'x') + "\",\"" + std::string(500, 'x') + "\"]"));
    const json::object out =
        data(describe_table, R"({"database":"acme","table":"events","sample_rows":20})");
    EXPECT_EQ(out.at("sample_rows").as_array().size(), 11U);
    EXPECT_NE(json::serialize(out.at("notices")).find("sample is cut"), std::string::npos);
}

}  // namespace
}  // namespace mcp::tools

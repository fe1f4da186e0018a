// What a query reads of a large table, against a backend that lists as S3 does.
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "mcp/tools/catalog.h"
#include "mcp/tools/partitions.h"
#include "mcp/tools/testing.h"

namespace mcp::tools {
namespace {

namespace json = boost::json;
using testing::query_of;

std::string warnings_of(const json::object& out) {
    return json::serialize(out.at("warnings"));
}

class LargeTable : public testing::ToolsTest {
  protected:
    // More objects in the first day than one listing shows, one of 800,000 bytes in the last.
    void SetUp() override {
        ToolsTest::SetUp();
        backend.listed.clear();
        add("events/day=2026-01-01/", 20'010);
        backend.listed["events/day=2026-01-02/b"] = {800'000};
    }
    void add(const std::string& folder, std::size_t count, std::int64_t bytes = 1) {
        for (std::size_t i = 0; i < count; ++i)
            backend.listed[folder + std::to_string(i)] = {bytes};
    }
    void parameters(const json::object& parameters) {
        backend.answers["GetTable"] = [parameters](const json::object&) {
            json::object table = ToolsTest::table();
            table["Parameters"] = parameters;
            return json::object{{"Table", std::move(table)}};
        };
    }
    void partitions(const std::vector<std::pair<std::string, std::string>>& places) {
        json::array rows;
        for (const auto& [value, place] : places)
            rows.push_back(json::object{{"Values", json::array{value}},
                                        {"StorageDescriptor", json::object{{"Location", place}}}});
        backend.answers["GetPartitions"] = [rows](const json::object&) {
            return json::object{{"Partitions", rows}};
        };
    }
    std::size_t listings() { return backend.count("ListObjectsV2"); }
    static std::string of_day(int day) {
        return "SELECT count(*) FROM events WHERE day = '2026-01-0" + std::to_string(day) + "'";
    }
};

TEST_F(LargeTable, TheCapHoldsForThePartitionThatSortsLast) {
    const std::string problem =
        failure(run_query, query_of(of_day(2), R"(,"max_scan_bytes":799999)"));
    EXPECT_NE(problem.find("would scan 781.3 KiB, above"), std::string::npos) << problem;
    EXPECT_EQ(problem.find("leaves nothing"), std::string::npos) << problem;
    EXPECT_EQ(backend.count("StartQueryExecution"), 0U);
    const json::object out = data(run_query, query_of(of_day(2), R"(,"max_scan_bytes":800000)"));
    EXPECT_TRUE(array_at(out, "notices").empty()) << json::serialize(out);
    // Twice a page to see that it is large, and the partition.
    EXPECT_EQ(listings(), 4U);
}

TEST_F(LargeTable, PartitionsThatAreLeftOutCostNothing) {
    json::object out = data(explain_query, query_of(of_day(3)));
    EXPECT_EQ(listings(), 0U);
    EXPECT_EQ(out.at("estimated_bytes"), 0);
    EXPECT_NE(warnings_of(out).find("leaves nothing of acme.events"), std::string::npos);
    out = data(explain_query, query_of(of_day(2)));
    EXPECT_EQ(out.at("estimated_bytes"), 800'000);
    EXPECT_EQ(array_at(out, "tables").at(0).at("partitions"), 2);
    EXPECT_EQ(array_at(out, "tables").at(0).at("partitions_read"), 1);
}

TEST_F(LargeTable, WhatCannotBeToldIsRefusedUnlessThereIsNoLimit) {
    parameters({{"projection.enabled", "true"}});
    const std::string all = "SELECT count(*) FROM events";
    const std::string problem = failure(run_query, query_of(all));
    EXPECT_NE(problem.find("cannot be told"), std::string::npos) << problem;
    EXPECT_NE(problem.find("lower bound"), std::string::npos) << problem;
    EXPECT_NE(problem.find("max_scan_bytes 0"), std::string::npos) << problem;
    EXPECT_EQ(listings(), object_pages_max);
    EXPECT_EQ(backend.count("StartQueryExecution"), 0U);
    const json::object out = data(run_query, query_of(all, R"(,"max_scan_bytes":0)"));
    EXPECT_NE(json::serialize(out.at("notices")).find("lower bound"), std::string::npos);
    failure(run_query, query_of(all, R"(,"max_scan_bytes":-1)"));
}

TEST_F(LargeTable, ProjectedPartitionsAreFoundByTheirFolders) {
    parameters({{"projection.enabled", "true"}});
    json::object out = data(explain_query, query_of(of_day(2)));
    EXPECT_EQ(out.at("estimated_bytes"), 800'000);
    EXPECT_EQ(listings(), 3U);  // a page of all, the folders, the one
    EXPECT_TRUE(array_at(out, "tables").at(0).at("partitions").is_null());
    EXPECT_TRUE(array_at(out, "warnings").empty()) << warnings_of(out);
    EXPECT_EQ(backend.count("GetPartitions"), 0U);
    out = data(explain_query, query_of(of_day(3)));
    EXPECT_NE(warnings_of(out).find("leaves nothing"), std::string::npos);
    // Of a large partition all pages count.
    EXPECT_EQ(data(explain_query, query_of(of_day(1))).at("estimated_bytes"), 20'010);
}

TEST_F(LargeTable, ATemplatesFoldersAreFoundBelowItsOwnRoot) {
    parameters(
        {{"projection.enabled", "true"}, {"storage.location.template", "s3://data/lake/${day}/x"}});
    add("lake/2026-01-01/x/", 1'500);
    backend.listed["lake/2026-01-02/x/b"] = {77};
    EXPECT_EQ(data(explain_query, query_of(of_day(2))).at("estimated_bytes"), 77);
}

TEST_F(LargeTable, APartitionInAPlaceOfItsOwnIsMeasuredThere) {
    partitions({{"2026-01-01", "s3://data/events/day=2026-01-01"},
                {"2026-01-02", "s3://other/elsewhere"}});
    backend.listed["elsewhere/a"] = {5'000};
    const json::object out = data(explain_query, query_of(of_day(2)));
    EXPECT_EQ(out.at("estimated_bytes"), 5'000);
    EXPECT_EQ(backend.asked.back().input.at("Bucket"), "other");
    // Hidden from the table's own listing, not from the partition's.
    partitions({{"2026-01-02", "s3://data/events/_v2/day=2026-01-02/"}});
    backend.listed["events/_v2/day=2026-01-02/a"] = {6'000};
    EXPECT_EQ(data(explain_query, query_of(of_day(2))).at("estimated_bytes"), 6'000);
    // No place at all: nobody knows.
    partitions({{"2026-01-02", "file:///x"}});
    EXPECT_TRUE(data(explain_query, query_of(of_day(2))).at("estimated_bytes").is_null());
}

TEST_F(LargeTable, FoldersAreListedUpToTheirMaximum) {
    const auto days = [this](std::size_t count) {
        backend.listed.clear();
        backend.asked.clear();
        add("events/day=a/", 30'000);
        std::vector<std::pair<std::string, std::string>> places{{"a", "s3://data/events/day=a/"}};
        for (std::size_t i = 0; i < count; ++i) {
            const std::string value = "b" + std::to_string(i);
            places.emplace_back(value, "s3://data/events/day=" + value);
            backend.listed["events/day=" + value + "/x"] = {1};
        }
        partitions(places);
        return data(explain_query, query_of("SELECT id FROM events WHERE day > 'b'"));
    };
    EXPECT_EQ(days(folder_listings_max).at("estimated_bytes"),
              static_cast<std::int64_t>(folder_listings_max));
    EXPECT_EQ(listings(), 1 + folder_listings_max);
    // Then the whole listing is the last try.
    const json::object out = days(folder_listings_max + 1);
    EXPECT_TRUE(out.at("estimated_bytes").is_null());
    EXPECT_EQ(listings(), object_pages_max);
    EXPECT_EQ(warnings_of(out).find("leaves nothing"), std::string::npos) << warnings_of(out);
}

TEST_F(LargeTable, PartitionsOfTheCatalogAreReadUpToTheirMaximum) {
    backend.listed = {{"events/day=2026-01-02/b", {1}}};
    std::size_t pages = 0;
    const auto estimated = [this, &pages](std::size_t count) {
        pages = 0;
        backend.answers["GetPartitions"] = [&pages, count](const json::object&) {
            json::object answer = testing::parse_object(R"({"Partitions":[{"Values":["2026-01-02"],
                "StorageDescriptor":{"Location":"s3://data/events/day=2026-01-02/"}}]})");
            if (++pages < count) answer["NextToken"] = "more";
            return answer;
        };
        return data(explain_query, query_of(of_day(2))).at("estimated_bytes");
    };
    EXPECT_TRUE(estimated(registered_pages_max).is_int64());
    EXPECT_TRUE(estimated(registered_pages_max + 1).is_null());
    EXPECT_EQ(pages, registered_pages_max);
}

TEST_F(LargeTable, WhenTheCatalogOrS3DoesNotAnswerNothingRuns) {
    backend.answers.erase("GetPartitions");
    EXPECT_NE(failure(run_query, query_of(of_day(2))).find("size of acme.events is not known"),
              std::string::npos);
    parameters({{"projection.enabled", "true"}});
    backend.answers.erase("ListObjectsV2");
    failure(run_query, query_of(of_day(2)));
    EXPECT_EQ(backend.count("StartQueryExecution"), 0U);
}

TEST_F(LargeTable, TooManyTablesToEstimateAreRefused) {
    backend.answers["GetTable"] = [](const json::object& input) {
        json::object table = ToolsTest::table();
        table["Name"] = input.at("Name");
        return json::object{{"Table", std::move(table)}};
    };
    std::string sql = "SELECT 1 FROM t0";
    for (int i = 1; i < 70; ++i)
        sql += ", t" + std::to_string(i);
    EXPECT_NE(failure(run_query, query_of(sql)).find("too many tables"), std::string::npos);
    EXPECT_EQ(backend.count("StartQueryExecution"), 0U);
    data(run_query, query_of(sql, R"(,"max_scan_bytes":0)"));
}

// ---- the other tools ----

TEST_F(LargeTable, ColumnValuesAreOfTheNewestPartition) {
    const std::string city = R"({"database":"acme","table":"events","column":"city")";
    EXPECT_EQ(data(column_values, city + "}").at("scope"), "day=2026-01-02");
    EXPECT_LE(listings(), 6U);
    backend.listed["events/day=__HIVE_DEFAULT_PARTITION__/a"] = {1};
    EXPECT_EQ(data(column_values, city + "}").at("scope"), "day=2026-01-02");
    parameters({{"projection.enabled", "true"}});
    add("events/day=2026-01-01/a", 210'000);
    const std::size_t started = backend.count("StartQueryExecution");
    const std::string problem =
        failure(column_values, city + R"(,"time_range":{"from":"2026-01-01","to":"2026-01-02"}})");
    EXPECT_NE(problem.find("cannot be told"), std::string::npos) << problem;
    EXPECT_EQ(backend.count("StartQueryExecution"), started);
}

TEST_F(LargeTable, DescribeTableHasTheNewestPartitionAndItsSample) {
    const json::object out = data(describe_table, R"({"database":"acme","table":"events"})");
    EXPECT_EQ(out.at("newest_partition"), "day=2026-01-02");
    EXPECT_EQ(array_at(out, "partition_keys").at(0).at("max"), "2026-01-02");
    EXPECT_EQ(array_at(out, "partition_keys").at(0).at("min"), "2026-01-01");
    EXPECT_EQ(array_at(out, "sample_rows").size(), 1U);
    EXPECT_NE(json::serialize(out.at("notices")).find("lower bounds"), std::string::npos);
}

TEST_F(LargeTable, MoreFoldersThanAreLookedAtHaveNoNewest) {
    for (int i = 0; i <= 20'000; ++i)
        backend.listed["events/day=" + std::to_string(100'000 + i) + "/a"] = {1};
    failure(column_values, R"({"database":"acme","table":"events","column":"city"})");
    EXPECT_EQ(backend.count("StartQueryExecution"), 0U);
}

}  // namespace
}  // namespace mcp::tools

#include "services/glue/testing.h"

namespace glue {
namespace {

class GluePartition : public GlueTest {
  protected:
    static std::string in_table(const std::string& members) {
        return R"({"DatabaseName":"d","TableName":"t",)" + members + "}";
    }
    // Values of the partitions that an expression takes: "2026/1 2026/2".
    std::string find(const std::string& more = "") {
        std::string found;
        std::string token;
        do {
            const auto page =
                call("GetPartitions",
                     in_table(R"("MaxResults":2)" + (more.empty() ? "" : "," + more) +
                              (token.empty() ? "" : R"(,"NextToken":")" + token + "\"")));
            if (page.status != 200) return text(page);
            for (int i = 0; i < 2; ++i) {
                const std::string at = "Partitions." + std::to_string(i) + ".Values.";
                if (page.at(at + "0").empty()) continue;
                found += (found.empty() ? "" : " ") + page.at(at + "0") + "/" + page.at(at + "1");
            }
            token = page.at("NextToken");
        } while (!token.empty());
        return found;
    }
};

TEST_F(GluePartition, LivesFromCreateToDelete) {
    EXPECT_EQ(create_partition("2026", "1"), "EntityNotFoundException: Database d not found.");
    make_table();
    EXPECT_EQ(create_partition("2026", "1"), "");
    EXPECT_EQ(create_partition("2026", "1"), "AlreadyExistsException: Partition already exists.");
    restart();
    const std::string key = in_table(R"("PartitionValues":["2026","1"])");
    auto got = call("GetPartition", key);
    EXPECT_EQ(got.at("Partition.Values"), R"(["2026","1"])");
    EXPECT_EQ(got.at("Partition.StorageDescriptor.Location"), "s3://b/t/2026/1/");
    EXPECT_EQ(got.at("Partition.DatabaseName") + got.at("Partition.TableName"), "dt");
    EXPECT_EQ(got.at("Partition.CreationTime"), "1767225600");
    EXPECT_EQ(
        outcome("UpdatePartition", in_table(R"("PartitionValueList":["2026","1"],"PartitionInput":
                          {"Values":["2026","2"],"Parameters":{"k":"v"}})")),
        "");
    EXPECT_EQ(outcome("GetPartition", key), "EntityNotFoundException: Cannot find partition.");
    const std::string moved = in_table(R"("PartitionValues":["2026","2"])");
    EXPECT_EQ(call("GetPartition", moved).at("Partition.Parameters.k"), "v");
    EXPECT_EQ(outcome("DeletePartition", moved), "");
    EXPECT_EQ(outcome("DeletePartition", moved), "EntityNotFoundException: Cannot find partition.");
    EXPECT_EQ(find(), "");
}

TEST_F(GluePartition, ValuesMustBeAsManyAsKeys) {
    make_table();
    const std::string wrong =
        "InvalidInputException: The number of partition keys do not match the number of partition "
        "values";
    EXPECT_EQ(outcome("CreatePartition", in_table(R"("PartitionInput":{"Values":["2026"]})")),
              wrong);
    EXPECT_EQ(outcome("CreatePartition", in_table(R"("PartitionInput":{})")), wrong);
    EXPECT_EQ(outcome("GetPartition", in_table(R"("PartitionValues":["1","2","3"])")), wrong);
    EXPECT_NE(outcome("CreatePartition", in_table(R"("PartitionInput":{"Values":["2026",""]})")),
              "");
}

TEST_F(GluePartition, BatchesAreOneCommitAndReportEachFailure) {
    make_table();
    EXPECT_EQ(create_partition("2026", "1"), "");
    const auto syncs = files_.call_count(sim::Call::sync_data);
    const auto answer = call("BatchCreatePartition", in_table(R"("PartitionInputList":[
        {"Values":["2026","1"]},{"Values":["2026","2"]},{"Values":["2026","2"]},
        {"Values":["2026"]},{"Values":["2026","3"]}])"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(files_.call_count(sim::Call::sync_data), syncs + 1);
    EXPECT_EQ(answer.at("Errors.0.PartitionValues"), R"(["2026","1"])");
    EXPECT_EQ(answer.at("Errors.0.ErrorDetail.ErrorCode"), "AlreadyExistsException");
    EXPECT_EQ(answer.at("Errors.0.ErrorDetail.ErrorMessage"), "Partition already exists.");
    EXPECT_EQ(answer.at("Errors.1.PartitionValues"), R"(["2026","2"])");
    EXPECT_EQ(answer.at("Errors.2.ErrorDetail.ErrorCode"), "InvalidInputException");
    EXPECT_EQ(answer.at("Errors.3"), "");
    EXPECT_EQ(find(), "2026/1 2026/2 2026/3");

    const auto got = call("BatchGetPartition", in_table(R"("PartitionsToGet":[
        {"Values":["2026","3"]},{"Values":["2027","3"]},{"Values":["2026","1"]}])"));
    EXPECT_EQ(got.at("Partitions.0.Values.1") + got.at("Partitions.1.Values.1"), "31");
    EXPECT_EQ(got.at("UnprocessedKeys"), "[]");

    const auto removed = call("BatchDeletePartition", in_table(R"("PartitionsToDelete":[
        {"Values":["2026","3"]},{"Values":["2027","3"]}])"));
    EXPECT_EQ(removed.at("Errors.0.PartitionValues"), R"(["2027","3"])");
    EXPECT_EQ(removed.at("Errors.0.ErrorDetail.ErrorCode"), "EntityNotFoundException");
    EXPECT_EQ(removed.at("Errors.1"), "");
    EXPECT_EQ(find(), "2026/1 2026/2");
}

TEST_F(GluePartition, BatchUpdatesSeeEachOther) {
    make_table();
    EXPECT_EQ(create_partition("2026", "1"), "");
    EXPECT_EQ(create_partition("2026", "2"), "");
    const auto answer = call("BatchUpdatePartition", in_table(R"("Entries":[
        {"PartitionValueList":["2026","1"],"PartitionInput":{"Values":["2026","2"]}},
        {"PartitionValueList":["2026","1"],"PartitionInput":{"Values":["2026","3"]}},
        {"PartitionValueList":["2026","1"],"PartitionInput":{"Values":["2026","4"]}},
        {"PartitionValueList":["2026","2"],"PartitionInput":{"Values":["2026","1"]}},
        {"PartitionValueList":["2026","3"],"PartitionInput":{"Parameters":{"k":"v"}}}])"));
    EXPECT_EQ(answer.at("Errors.0.ErrorDetail.ErrorCode"), "AlreadyExistsException");
    EXPECT_EQ(answer.at("Errors.1.ErrorDetail.ErrorCode"), "EntityNotFoundException");
    EXPECT_EQ(answer.at("Errors.2"), "");
    EXPECT_EQ(find(), "2026/1 2026/3");
}

TEST_F(GluePartition, AreFoundByExpression) {
    make_table();
    for (const char* hour : {"1", "2", "10"}) {
        EXPECT_EQ(create_partition("2025", hour), "");
        EXPECT_EQ(create_partition("2026", hour), "");
    }
    EXPECT_EQ(find(), "2025/1 2025/10 2025/2 2026/1 2026/10 2026/2");
    EXPECT_EQ(find(R"("Expression":"year = '2026' AND hour > 1")"), "2026/10 2026/2");
    EXPECT_EQ(find(R"("Expression":"hour BETWEEN 2 AND 9 OR year like '%5' and hour = 10")"),
              "2025/10 2025/2 2026/2");
    EXPECT_EQ(find(R"("Expression":"year = '2030'")"), "");
    EXPECT_EQ(find(R"("Expression":"")"), find());
    EXPECT_NE(find(R"("Expression":"nope = 1")").find("InvalidInputException"), std::string::npos);
}

TEST_F(GluePartition, SegmentsTogetherAreEverything) {
    make_table();
    for (int hour = 10; hour < 34; ++hour)
        create_partition("2026", std::to_string(hour));
    std::size_t together = 0;
    for (int segment = 0; segment < 3; ++segment) {
        const std::string found = find(R"("Segment":{"SegmentNumber":)" + std::to_string(segment) +
                                       R"(,"TotalSegments":3})");
        together += found.size() + 1;
    }
    EXPECT_EQ(together, find().size() + 1);
    EXPECT_NE(
        find(R"("Segment":{"SegmentNumber":3,"TotalSegments":3})").find("InvalidInputException"),
        std::string::npos);
}

TEST_F(GluePartition, ColumnSchemaCanBeLeftOut) {
    make_table();
    EXPECT_EQ(create_partition("2026", "1"), "");
    const auto with = call("GetPartitions", in_table(R"("MaxResults":5)"));
    EXPECT_EQ(with.at("Partitions.0.StorageDescriptor.Columns.0.Name"), "a");
    const auto without = call("GetPartitions", in_table(R"("ExcludeColumnSchema":true)"));
    EXPECT_EQ(without.at("Partitions.0.StorageDescriptor.Columns"), "[]");
    EXPECT_EQ(without.at("Partitions.0.StorageDescriptor.Location"), "s3://b/t/2026/1/");
}

TEST_F(GluePartition, AFullDiskIsARetryableFaultAndLosesNothing) {
    make_table();
    files_.inject({.call = sim::Call::write, .os_error = 28, .times = 1'000'000});
    EXPECT_NE(create_partition("2026", "1").find("InternalServiceException"), std::string::npos);
    files_.clear_faults();
    create_partition("2026", "2");
    EXPECT_EQ(outcome("GetTable", R"({"DatabaseName":"d","Name":"t"})"), "");
    EXPECT_EQ(find(), "2026/2");
}

}  // namespace
}  // namespace glue

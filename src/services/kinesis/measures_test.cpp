// What a stream measures of itself.
#include "services/kinesis/measures.h"

#include <gtest/gtest.h>

#include "services/kinesis/testing.h"

namespace kinesis {
namespace {

class Measures : public ::testing::Test {
  protected:
    double sum(const std::string& name) { return stage_.publisher.sum("AWS/Kinesis s " + name); }
    std::vector<double> values(const std::string& name) {
        return stage_.publisher.values("AWS/Kinesis s " + name);
    }
    testing::Stage stage_;
};

TEST_F(Measures, WhatIsPut) {
    stage_.create_stream("s", 1);
    stage_.put("s", "key", "12345");
    EXPECT_EQ(values("IncomingBytes"), std::vector<double>{8});
    EXPECT_EQ(values("IncomingRecords"), std::vector<double>{1});
    EXPECT_EQ(values("PutRecord.Bytes"), std::vector<double>{8});
    EXPECT_EQ(values("PutRecord.Success"), std::vector<double>{1});
    EXPECT_EQ(values("PutRecord.Latency").size(), 1U);
    const auto answer = stage_.call("PutRecords", R"({"StreamName":"s","Records":[
        {"PartitionKey":"a","Data":"YWE="},{"PartitionKey":"b","Data":"YmI="}]})");
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(sum("PutRecords.Bytes"), 6);
    EXPECT_EQ(sum("PutRecords.TotalRecords"), 2);
    EXPECT_EQ(sum("PutRecords.SuccessfulRecords"), 2);
    EXPECT_EQ(sum("PutRecords.ThrottledRecords"), 0);
    EXPECT_EQ(sum("PutRecords.FailedRecords"), 0);
    EXPECT_EQ(sum("PutRecords.Success"), 1);
    EXPECT_EQ(sum("IncomingRecords"), 3);
    EXPECT_EQ(sum("IncomingBytes"), 14);
    // Also after a restart, from the row.
    ASSERT_TRUE(stage_.reopen()) << stage_.error;
    stage_.put("s", "key", "1");
    EXPECT_EQ(sum("IncomingRecords"), 4);
}

TEST_F(Measures, WhatIsRead) {
    stage_.create_stream("s", 1);
    stage_.put("s", "key", "12345");
    stage_.clock.advance_ms(700);
    std::string iterator = stage_.iterator("s", 0, "TRIM_HORIZON");
    stage_.read(&iterator);
    EXPECT_EQ(sum("GetRecords.Records"), 1);
    EXPECT_EQ(sum("GetRecords.Bytes"), 8);
    ASSERT_FALSE(values("GetRecords.IteratorAgeMilliseconds").empty());
    EXPECT_EQ(values("GetRecords.IteratorAgeMilliseconds").front(), 700);
    EXPECT_EQ(values("GetRecords.IteratorAgeMilliseconds").back(), 0);
    EXPECT_EQ(sum("GetRecords.Success"), static_cast<double>(values("GetRecords.Success").size()));
    EXPECT_EQ(sum("ReadProvisionedThroughputExceeded"), 0);
}

class LimitedMeasures : public ::testing::Test {
  protected:
    double sum(const std::string& name) { return stage_.publisher.sum("AWS/Kinesis s " + name); }
    testing::Stage stage_{true};
};

TEST_F(LimitedMeasures, WhatIsThrottled) {
    stage_.create_stream("s", 1);
    std::string records;
    for (int i = 0; i < 400; ++i)
        records += std::string(i == 0 ? "" : ",") + R"({"PartitionKey":"a","Data":"YWE="})";
    for (int i = 0; i < 3; ++i)
        stage_.call("PutRecords", R"({"StreamName":"s","Records":[)" + records + "]}");
    EXPECT_EQ(sum("PutRecords.TotalRecords"), 1'200);
    EXPECT_EQ(sum("PutRecords.ThrottledRecords"), 200);
    EXPECT_EQ(sum("WriteProvisionedThroughputExceeded"), 200);
    EXPECT_EQ(sum("IncomingRecords"), 1'000);
    EXPECT_EQ(sum("IncomingBytes"), 3'000);
    EXPECT_EQ(sum("PutRecords.Success"), 3);
}

}  // namespace
}  // namespace kinesis

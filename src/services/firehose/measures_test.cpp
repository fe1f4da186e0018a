// What a delivery stream measures of itself.
#include "services/firehose/measures.h"

#include <gtest/gtest.h>

#include "services/firehose/testing.h"

namespace firehose {
namespace {

class FirehoseMeasures : public ::testing::Test {
  protected:
    double sum(const std::string& name) { return stage_.publisher.sum("AWS/Firehose d " + name); }
    std::vector<double> values(const std::string& name) {
        return stage_.publisher.values("AWS/Firehose d " + name);
    }
    testing::Stage stage_;
};

TEST_F(FirehoseMeasures, ADeliveryFromAStream) {
    stage_.make_bucket("b");
    stage_.create("d");
    stage_.put_source({"one", "three"});
    stage_.run_for_ms(5'000);
    ASSERT_TRUE(stage_.flush("d").has_value());
    EXPECT_EQ(sum("DataReadFromKinesisStream.Records"), 2);
    EXPECT_EQ(sum("DataReadFromKinesisStream.Bytes"), 8);
    ASSERT_FALSE(values("KinesisMillisBehindLatest").empty());
    EXPECT_EQ(values("KinesisMillisBehindLatest").back(), 0);
    EXPECT_EQ(values("DeliveryToS3.Records"), std::vector<double>{2});
    EXPECT_EQ(values("DeliveryToS3.ObjectCount"), std::vector<double>{1});
    EXPECT_EQ(values("DeliveryToS3.Success"), std::vector<double>{1});
    EXPECT_EQ(values("DeliveryToS3.Bytes"), std::vector<double>{8});
    ASSERT_EQ(values("DeliveryToS3.DataFreshness").size(), 1U);
    EXPECT_NEAR(values("DeliveryToS3.DataFreshness")[0], 5, 0.5);
    EXPECT_TRUE(values("IncomingRecords").empty());
}

TEST_F(FirehoseMeasures, RecordsPutDirectly) {
    stage_.make_bucket("b");
    stage_.create("d", "", true);
    stage_.put_direct("d", {"ab", "cde"});
    const auto answer =
        stage_.call("PutRecord", R"({"DeliveryStreamName":"d","Record":{"Data":"YWE="}})");
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(sum("IncomingRecords"), 3);
    EXPECT_EQ(sum("IncomingBytes"), 7);
    EXPECT_EQ(sum("PutRecord.Requests"), 1);
    EXPECT_EQ(sum("PutRecord.Bytes"), 2);
    EXPECT_EQ(sum("PutRecordBatch.Requests"), 1);
    EXPECT_EQ(sum("PutRecordBatch.Records"), 2);
    ASSERT_TRUE(stage_.flush("d").has_value());
    EXPECT_EQ(sum("DeliveryToS3.Records"), 3);
    EXPECT_TRUE(values("DataReadFromKinesisStream.Records").empty());
}

TEST_F(FirehoseMeasures, ADeliveryThatFailsIsNotASuccess) {
    stage_.create("d");
    stage_.put_source({"one"});
    EXPECT_FALSE(stage_.flush("d").has_value());  // there is no bucket
    ASSERT_FALSE(values("DeliveryToS3.Success").empty());
    EXPECT_EQ(sum("DeliveryToS3.Success"), 0);
    EXPECT_TRUE(values("DeliveryToS3.Records").empty());
    // What waits grows older with each attempt.
    stage_.run_for_ms(400'000);
    ASSERT_GT(values("DeliveryToS3.DataFreshness").size(), 3U);
    EXPECT_GT(values("DeliveryToS3.DataFreshness").back(), 320);
}

}  // namespace
}  // namespace firehose

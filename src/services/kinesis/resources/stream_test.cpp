// AWS::Kinesis::Stream against the service: what a stack's stream is made of, and every change.
#include <gtest/gtest.h>

#include "aws/resource_testing.h"
#include "services/kinesis/testing.h"

namespace kinesis {
namespace {

using testing::Stage;

struct StreamResourceTest : ::testing::Test {
    Stage stage;
    aws::testing::ResourceDriver driver{model, stage.kinesis.get()};
    StreamResourceTest() {
        driver.set_pump([this] { stage.executor.run_until_idle(); });
    }
    std::string summary(const std::string& name, const std::string& member) {
        return stage.call("DescribeStreamSummary", R"({"StreamName":")" + name + "\"}")
            .at("StreamDescriptionSummary." + member);
    }
};

constexpr const char* target_stream = R"({
    "Name": "acme-telemetry-stream", "RetentionPeriodHours": "24",
    "StreamModeDetails": {"StreamMode": "ON_DEMAND"},
    "StreamEncryption": {"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"}})";

TEST_F(StreamResourceTest, IsMadeAsTheTemplateSays) {
    const auto made = driver.create("AWS::Kinesis::Stream", target_stream);
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(made.context.physical_id, "acme-telemetry-stream");
    EXPECT_EQ(made.attributes.at("Arn"),
              "arn:aws:kinesis:us-west-2:000000000000:stream/acme-telemetry-stream");
    EXPECT_EQ(summary("acme-telemetry-stream", "EncryptionType"), "KMS");
    EXPECT_EQ(summary("acme-telemetry-stream", "RetentionPeriodHours"), "24");
    EXPECT_EQ(summary("acme-telemetry-stream", "StreamModeDetails.StreamMode"), "ON_DEMAND");
}

TEST_F(StreamResourceTest, ResumedCreationEndsTheSame) {
    ASSERT_EQ(driver.create("AWS::Kinesis::Stream", target_stream).problem, "");
    EXPECT_EQ(driver.create("AWS::Kinesis::Stream", target_stream).problem,
              "acme-telemetry-stream already exists");
    EXPECT_EQ(driver.create("AWS::Kinesis::Stream", target_stream, "Thing", true).problem, "");
}

TEST_F(StreamResourceTest, ChangesInPlace) {
    driver.stack_tags = {{"team", "lake"}};
    auto stream = driver.create("AWS::Kinesis::Stream", R"({"Tags":[{"Key":"a","Value":"1"}]})");
    ASSERT_EQ(stream.problem, "");
    const std::string name = stream.context.physical_id;
    EXPECT_TRUE(name.starts_with("TestStack-Thing-")) << name;
    driver.stack_tags = {{"team", "river"}};
    driver.update(stream, R"({"RetentionPeriodHours": 48, "Tags":[{"Key":"b","Value":"2"}],
        "StreamEncryption": {"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"}})");
    ASSERT_EQ(stream.problem, "");
    EXPECT_EQ(summary(name, "RetentionPeriodHours"), "48");
    EXPECT_EQ(summary(name, "EncryptionType"), "KMS");
    const auto tags = stage.call("ListTagsForStream", R"({"StreamName":")" + name + "\"}");
    EXPECT_EQ(tags.at("Tags"), R"([{"Key":"b","Value":"2"},{"Key":"team","Value":"river"}])");
    driver.update(stream, "{}");
    ASSERT_EQ(stream.problem, "");
    EXPECT_EQ(summary(name, "RetentionPeriodHours"), "24");
    EXPECT_EQ(summary(name, "EncryptionType"), "NONE");
    driver.update(stream, R"({"Name": "other"})");
    EXPECT_EQ(stream.problem, "replaces");
}

TEST_F(StreamResourceTest, GoesAndMayGoAgain) {
    auto stream = driver.create("AWS::Kinesis::Stream", target_stream);
    ASSERT_EQ(stream.problem, "");
    EXPECT_EQ(driver.remove(stream), "");
    stage.clock.advance_ms(60'000);
    stage.executor.run_until_idle();
    EXPECT_FALSE(driver.exists(stream));
    EXPECT_EQ(driver.remove(stream), "");
}

TEST_F(StreamResourceTest, RefusesWhatItDoesNotKnowByName) {
    EXPECT_EQ(driver.create("AWS::Kinesis::Stream", R"({"Foo": 1})").problem,
              "ValidationError: Properties validation failed for resource Thing with message:\n"
              "#: extraneous key [Foo] is not permitted");
    EXPECT_EQ(driver
                  .create("AWS::Kinesis::Stream",
                          R"({"StreamModeDetails": {}, "RetentionPeriodHours": "long"})")
                  .problem,
              "ValidationError: Properties validation failed for resource Thing with message:\n"
              "#/StreamModeDetails: required key [StreamMode] not found\n"
              "#/RetentionPeriodHours: expected type: Integer, found: String");
    auto stream = driver.create("AWS::Kinesis::Stream", R"({"ShardCount": 2})");
    ASSERT_EQ(stream.problem, "");
    driver.update(stream, R"({"ShardCount": 3})");
    EXPECT_EQ(stream.problem,
              "InvalidRequest: ShardCount cannot be changed: this server has no "
              "UpdateShardCount");
}

}  // namespace
}  // namespace kinesis

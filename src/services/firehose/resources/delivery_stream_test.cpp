// AWS::KinesisFirehose::DeliveryStream, as values and against the service.
#include <gtest/gtest.h>

#include "aws/resource_testing.h"
#include "services/firehose/testing.h"

namespace firehose {
namespace {

constexpr const char* type = "AWS::KinesisFirehose::DeliveryStream";

struct DeliveryStreamResourceTest : ::testing::Test {
    DeliveryStreamResourceTest() {
        stage.make_bucket("b");
        driver.set_pump([this] { stage.run_for_ms(10); });
    }
    static std::string from_stream(const std::string& destination, const std::string& more = "") {
        return R"({"DeliveryStreamName":"to-s3","DeliveryStreamType":"KinesisStreamAsSource",
            "KinesisStreamSourceConfiguration":{
                "KinesisStreamARN":"arn:aws:kinesis:us-west-2:000000000000:stream/s",
                "RoleARN":"arn:aws:iam::000000000000:role/delivery"},
            "ExtendedS3DestinationConfiguration":{"BucketARN":"arn:aws:s3:::b",
                "RoleARN":"arn:aws:iam::000000000000:role/delivery")" +
               destination + "}" + more + "}";
    }
    std::string shown(const std::string& path) {
        return stage.call("DescribeDeliveryStream", R"({"DeliveryStreamName":"to-s3"})")
            .at("DeliveryStreamDescription." + path);
    }
    std::string destination(const std::string& path) {
        return shown("Destinations.0.ExtendedS3DestinationDescription." + path);
    }
    std::string tags() {
        return stage.call("ListTagsForDeliveryStream", R"({"DeliveryStreamName":"to-s3"})")
            .at("Tags");
    }

    testing::Stage stage;
    aws::testing::ResourceDriver driver{model, stage.firehose.get()};
};

const std::string whole = R"(,
    "Prefix":"telemetry/year=!{timestamp:yyyy}/","ErrorOutputPrefix":"errors/",
    "BufferingHints":{"IntervalInSeconds":"60","SizeInMBs":5},"CompressionFormat":"GZIP",
    "CloudWatchLoggingOptions":{"Enabled":"true","LogGroupName":"/aws/firehose/x",
                                "LogStreamName":"DestinationDelivery"})";

TEST_F(DeliveryStreamResourceTest, IsMadeAsTheTemplateSays) {
    driver.stack_tags = {{"stack", "s"}};
    const std::string properties = from_stream(whole, R"(,"Tags":[{"Key":"a","Value":"1"}])");
    const auto made = driver.create(type, properties);
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(made.context.physical_id, "to-s3");
    EXPECT_EQ(made.attributes.at("Arn"),
              "arn:aws:firehose:us-west-2:000000000000:deliverystream/to-s3");
    EXPECT_EQ(shown("DeliveryStreamType"), "KinesisStreamAsSource");
    EXPECT_EQ(destination("Prefix"), "telemetry/year=!{timestamp:yyyy}/");
    EXPECT_EQ(destination("BufferingHints.IntervalInSeconds"), "60");
    EXPECT_EQ(destination("CompressionFormat"), "GZIP");
    EXPECT_EQ(destination("CloudWatchLoggingOptions.LogGroupName"), "/aws/firehose/x");
    EXPECT_EQ(tags(), R"([{"Key":"a","Value":"1"},{"Key":"stack","Value":"s"}])");
    EXPECT_EQ(driver.create(type, properties).problem, "to-s3 already exists");
    EXPECT_EQ(driver.create(type, properties, "Thing", true).problem, "");
}

TEST_F(DeliveryStreamResourceTest, ChangesItsDestinationAndTagsInPlace) {
    auto made = driver.create(type, from_stream(whole, R"(,"Tags":[{"Key":"a","Value":"1"}])"));
    ASSERT_EQ(made.problem, "");
    driver.update(made,
                  from_stream(R"(,"Prefix":"other/")", R"(,"Tags":[{"Key":"b","Value":"2"}])"));
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(destination("Prefix"), "other/");
    EXPECT_EQ(destination("ErrorOutputPrefix"), "");
    EXPECT_EQ(destination("BufferingHints.IntervalInSeconds"), "300");
    EXPECT_EQ(destination("CompressionFormat"), "UNCOMPRESSED");
    EXPECT_EQ(destination("CloudWatchLoggingOptions.Enabled"), "false");
    EXPECT_EQ(tags(), R"([{"Key":"b","Value":"2"}])");
    EXPECT_EQ(shown("VersionId"), "2");
    driver.update(made, from_stream(whole));
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(destination("CloudWatchLoggingOptions.Enabled"), "true");
    EXPECT_EQ(shown("VersionId"), "3");
    driver.update(made, R"({"DeliveryStreamName":"to-s3"})");
    EXPECT_EQ(made.problem, "replaces");
}

TEST_F(DeliveryStreamResourceTest, TakesDirectPutAndAMadeName) {
    const auto made =
        driver.create(type, R"({"S3DestinationConfiguration":{"BucketARN":"arn:aws:s3:::b",
                  "RoleARN":"arn:aws:iam::000000000000:role/delivery"}})");
    ASSERT_EQ(made.problem, "");
    EXPECT_TRUE(made.context.physical_id.starts_with("TestStack-Thing-"));
    EXPECT_LE(made.context.physical_id.size(), 64U);
}

TEST_F(DeliveryStreamResourceTest, GoesAndMayGoAgain) {
    auto made = driver.create(type, from_stream(whole));
    ASSERT_EQ(made.problem, "");
    stage.put_source({"left over\n"});
    EXPECT_EQ(driver.remove(made), "");
    EXPECT_FALSE(driver.exists(made));
    EXPECT_EQ(driver.remove(made), "");
    EXPECT_EQ(stage.delivered(), "left over\n");
    EXPECT_EQ(driver.create(type, from_stream(whole)).problem, "");
}

TEST_F(DeliveryStreamResourceTest, RefusesWhatTheServiceHasNot) {
    EXPECT_EQ(driver.create(type, R"({"SplunkDestinationConfiguration":{}})").problem,
              "ValidationError: Properties validation failed for resource Thing with message:\n"
              "#: extraneous key [SplunkDestinationConfiguration] is not permitted");
    EXPECT_EQ(driver.create(type, R"({"DeliveryStreamType":"DirectPut"})").problem,
              "InvalidArgumentException: Exactly one destination configuration is supported for a "
              "Firehose");
    EXPECT_EQ(driver.create(type, from_stream(R"(,"Prefix":"!{timestamp:yyyy}/")")).problem,
              "InvalidArgumentException: ErrorOutputPrefix cannot be null or empty when Prefix "
              "contains expressions");
    EXPECT_EQ(driver
                  .create(type, from_stream(R"(,"DataFormatConversionConfiguration":
                      {"Enabled":true})"))
                  .problem,
              "InvalidArgumentException: DataFormatConversionConfiguration is not supported here.");
}

}  // namespace
}  // namespace firehose

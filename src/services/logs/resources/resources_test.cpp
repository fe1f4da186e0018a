// The resource types of Logs, as values and against the service.
#include <gtest/gtest.h>

#include "aws/resource_testing.h"
#include "services/logs/testing.h"

namespace logs {
namespace {

constexpr const char* group_type = "AWS::Logs::LogGroup";
constexpr const char* stream_type = "AWS::Logs::LogStream";

class LogsResources : public LogsTest {
  protected:
    LogsResources() {
        driver_.set_pump([this] { executor_.run_until_idle(); });
    }
    std::string group(const std::string& name, const std::string& member) {
        return call("DescribeLogGroups", R"({"logGroupNamePrefix":")" + name + R"("})")
            .at("logGroups.0." + member);
    }
    std::string tags(const std::string& name) {
        return call("ListTagsForResource",
                    R"({"resourceArn":"arn:aws:logs:us-west-2:000000000000:log-group:)" + name +
                        R"("})")
            .at("tags");
    }
    aws::testing::ResourceDriver driver_{model, logs_.get()};
};

TEST_F(LogsResources, AGroupIsMadeChangedAndGone) {
    driver_.stack_tags = {{"stack", "s"}};
    auto made = driver_.create(group_type, R"({"LogGroupName":"/aws/lambda/f",
        "RetentionInDays":"7","LogGroupClass":"STANDARD","Tags":[{"Key":"a","Value":"1"}]})");
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(made.context.physical_id, "/aws/lambda/f");
    EXPECT_EQ(made.attributes.at("Arn"),
              "arn:aws:logs:us-west-2:000000000000:log-group:/aws/lambda/f:*");
    EXPECT_EQ(group("/aws/lambda/f", "retentionInDays"), "7");
    EXPECT_EQ(tags("/aws/lambda/f"), R"({"a":"1","stack":"s"})");
    EXPECT_EQ(driver_.create(group_type, R"({"LogGroupName":"/aws/lambda/f"})").problem,
              "/aws/lambda/f already exists");
    EXPECT_EQ(driver_
                  .create(group_type, R"({"LogGroupName":"/aws/lambda/f",
        "RetentionInDays":7})",
                          "Thing", true)
                  .problem,
              "");

    driver_.update(made, R"({"LogGroupName":"/aws/lambda/f","RetentionInDays":14,
        "Tags":[{"Key":"b","Value":"2"}]})");
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(group("/aws/lambda/f", "retentionInDays"), "14");
    EXPECT_EQ(tags("/aws/lambda/f"), R"({"b":"2","stack":"s"})");
    driver_.update(made, R"({"LogGroupName":"/aws/lambda/f"})");
    EXPECT_EQ(group("/aws/lambda/f", "retentionInDays"), "");
    auto other = made;
    driver_.update(other, R"({"LogGroupName":"g"})");
    EXPECT_EQ(other.problem, "replaces");
    driver_.update(other, R"({"LogGroupName":"/aws/lambda/f","LogGroupClass":"DELIVERY"})");
    EXPECT_NE(other.problem.find("LogGroupClass"), std::string::npos);

    EXPECT_EQ(driver_.remove(made), "");
    EXPECT_FALSE(driver_.exists(made));
    EXPECT_EQ(driver_.remove(made), "");
}

TEST_F(LogsResources, AGroupIsNotTakenForOneThatBeginsLikeIt) {
    ASSERT_EQ(driver_.create(group_type, R"({"LogGroupName":"group-2"})").problem, "");
    EXPECT_EQ(driver_.create(group_type, R"({"LogGroupName":"group"})", "Other").problem, "");
    const auto made = driver_.create(group_type, "{}", "Third");
    EXPECT_EQ(made.problem, "");
    EXPECT_TRUE(made.context.physical_id.starts_with("TestStack-Third-"));
    EXPECT_EQ(driver_.create(group_type, R"({"KmsKeyId":"k"})").problem,
              "ValidationError: Properties validation failed for resource Thing with message:\n"
              "#: extraneous key [KmsKeyId] is not permitted");
    EXPECT_NE(driver_.create(group_type, R"({"RetentionInDays":2})", "Fourth")
                  .problem.find("enum value set"),
              std::string::npos);
}

TEST_F(LogsResources, AStreamLivesInItsGroup) {
    const char* delivery = R"({"LogGroupName":"g","LogStreamName":"DestinationDelivery"})";
    EXPECT_EQ(driver_.create(stream_type, delivery).problem.substr(0, 26),
              "ResourceNotFoundException:");
    ASSERT_EQ(driver_.create(group_type, R"({"LogGroupName":"g"})", "Group").problem, "");
    auto made = driver_.create(stream_type, delivery);
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(made.context.physical_id, "DestinationDelivery");
    EXPECT_EQ(driver_.create(stream_type, delivery).problem, "DestinationDelivery already exists");
    EXPECT_EQ(driver_.create(stream_type, delivery, "Thing", true).problem, "");
    EXPECT_EQ(driver_.create(stream_type, R"({"LogGroupName":"g","LogStreamName":"Dest"})", "Short")
                  .problem,
              "");
    driver_.update(made, R"({"LogGroupName":"g","LogStreamName":"x"})");
    EXPECT_EQ(made.problem, "replaces");
    EXPECT_EQ(driver_.remove(made), "");
    EXPECT_FALSE(driver_.exists(made));
    EXPECT_EQ(driver_.remove(made), "");
}

}  // namespace
}  // namespace logs

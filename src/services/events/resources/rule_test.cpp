// AWS::Events::Rule, as values and against the service.
#include <gtest/gtest.h>

#include "aws/resource_testing.h"
#include "services/events/testing.h"

namespace events {
namespace {

constexpr const char* type = "AWS::Events::Rule";
constexpr const char* function_f = "arn:aws:lambda:us-west-2:000000000000:function:f";

class RuleResourceTest : public EventsTest {
  protected:
    RuleResourceTest() {
        driver_.set_pump([this] { executor_.run_until_idle(); });
    }
    static std::string target(const std::string& id, const std::string& more = "") {
        return R"({"Id":")" + id + R"(","Arn":")" + function_f + "\"" + more + "}";
    }
    static std::string rule(const std::string& targets, const std::string& more = "") {
        return R"~({"Name":"schedule","ScheduleExpression":"rate(5 minutes)","Targets":[)~" +
               targets + R"(],"State":"ENABLED")" + more + "}";
    }
    std::string shown(const std::string& member) {
        return call("DescribeRule", R"({"Name":"schedule"})").at(member);
    }
    std::string targets() {
        return call("ListTargetsByRule", R"({"Rule":"schedule"})").at("Targets");
    }
    std::string tags() {
        return call("ListTagsForResource",
                    R"({"ResourceARN":"arn:aws:events:us-west-2:000000000000:rule/schedule"})")
            .at("Tags");
    }
    aws::testing::ResourceDriver driver_{model, events_.get()};
};

TEST_F(RuleResourceTest, IsMadeAsTheTemplateSaysAndTicks) {
    driver_.stack_tags = {{"stack", "s"}};
    const std::string properties =
        rule(target("Target0", R"(,"Input":"{}","RetryPolicy":{"MaximumRetryAttempts":"2"})"),
             R"(,"Description":"d","Tags":[{"Key":"a","Value":"1"}])");
    const auto made = driver_.create(type, properties);
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(made.context.physical_id, "schedule");
    EXPECT_EQ(made.attributes.at("Arn"), "arn:aws:events:us-west-2:000000000000:rule/schedule");
    EXPECT_EQ(shown("Description"), "d");
    EXPECT_EQ(targets(), std::string(R"([{"Id":"Target0","Arn":")") + function_f +
                             R"(","Input":"{}","RetryPolicy":{"MaximumRetryAttempts":2}}])");
    EXPECT_EQ(tags(), R"([{"Key":"a","Value":"1"},{"Key":"stack","Value":"s"}])");
    EXPECT_EQ(driver_.create(type, properties).problem, "schedule already exists");
    EXPECT_EQ(driver_.create(type, properties, "Thing", true).problem, "");
    executor_.run_for_ms(300'000);
    EXPECT_EQ(ticks(), "300");
}

TEST_F(RuleResourceTest, ChangesInPlace) {
    auto made = driver_.create(
        type, rule(target("a") + "," + target("b"), R"(,"Tags":[{"Key":"a","Value":"1"}])"));
    ASSERT_EQ(made.problem, "");
    driver_.update(made, R"~({"Name":"schedule","ScheduleExpression":"rate(1 hour)",
        "State":"DISABLED","Tags":[{"Key":"b","Value":"2"}],"Targets":[)~" +
                             target("b", R"(,"InputPath":"$.time")") + "," + target("c") + "]}");
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(shown("ScheduleExpression"), "rate(1 hour)");
    EXPECT_EQ(shown("State"), "DISABLED");
    EXPECT_EQ(tags(), R"([{"Key":"b","Value":"2"}])");
    const std::string arn = std::string(R"(","Arn":")") + function_f + "\"";
    EXPECT_EQ(targets(), R"([{"Id":"b)" + arn + R"(,"InputPath":"$.time"},{"Id":"c)" + arn + "}]");
    driver_.update(made, R"~({"Name":"schedule","ScheduleExpression":"rate(1 hour)"})~");
    EXPECT_EQ(targets(), "[]");
    driver_.update(made, R"~({"Name":"other","ScheduleExpression":"rate(1 hour)"})~");
    EXPECT_EQ(made.problem, "replaces");
}

TEST_F(RuleResourceTest, GoesWithTargetsThatOthersAdded) {
    auto made = driver_.create(type, rule(target("a")));
    ASSERT_EQ(made.problem, "");
    ASSERT_EQ(put_target("schedule", "beside"), "");
    EXPECT_EQ(driver_.remove(made), "");
    EXPECT_FALSE(driver_.exists(made));
    EXPECT_EQ(driver_.remove(made), "");
    auto bare = driver_.create(type, R"~({"ScheduleExpression":"rate(1 day)"})~");
    ASSERT_EQ(bare.problem, "");
    EXPECT_TRUE(bare.context.physical_id.starts_with("TestStack-Thing-"));
    EXPECT_EQ(driver_.remove(bare), "");
    EXPECT_FALSE(driver_.exists(bare));
}

TEST_F(RuleResourceTest, RefusesWhatTheServiceHasNot) {
    EXPECT_EQ(driver_.create(type, R"({"EventPattern":{"source":["a"]}})").problem,
              "ValidationError: Properties validation failed for resource Thing with message:\n"
              "#: extraneous key [EventPattern] is not permitted");
    EXPECT_EQ(driver_.create(type, R"~({"ScheduleExpression":"rate(1 day)","EventBusName":"b"})~")
                  .problem,
              "ResourceNotFoundException: Event bus b does not exist.");
    EXPECT_EQ(driver_.create(type, rule(target("t", R"(,"DeadLetterConfig":{"Arn":"q"})"))).problem,
              "ValidationError: Properties validation failed for resource Thing with message:\n"
              "#/Targets/0: extraneous key [DeadLetterConfig] is not permitted");
}

}  // namespace
}  // namespace events

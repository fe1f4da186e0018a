#include "services/events/testing.h"

namespace events {
namespace {

class EventsRules : public EventsTest {};

TEST_F(EventsRules, LiveFromPutToDelete) {
    const auto made = call("PutRule", R"json({"Name":"r","ScheduleExpression":"rate(5 minutes)",
        "Description":"d","State":"DISABLED","Tags":[{"Key":"k","Value":"v"}],
        "EventBusName":"default"})json");
    EXPECT_EQ(made.at("RuleArn"), "arn:aws:events:us-west-2:000000000000:rule/r");
    stop();
    start();
    auto rule = call("DescribeRule", R"({"Name":"r"})");
    EXPECT_EQ(rule.at("Name"), "r");
    EXPECT_EQ(rule.at("ScheduleExpression"), "rate(5 minutes)");
    EXPECT_EQ(rule.at("State"), "DISABLED");
    EXPECT_EQ(rule.at("Description"), "d");
    EXPECT_EQ(rule.at("EventBusName"), "default");
    EXPECT_EQ(rule.at("CreatedBy"), "000000000000");
    EXPECT_EQ(outcome("EnableRule", R"({"Name":"r"})"), "");
    EXPECT_EQ(call("DescribeRule", R"({"Name":"r"})").at("State"), "ENABLED");
    EXPECT_EQ(put_target("r"), "");
    EXPECT_EQ(put_rule("r", "rate(1 hour)"), "");
    rule = call("DescribeRule", R"({"Name":"r"})");
    EXPECT_EQ(rule.at("Description"), "");
    EXPECT_EQ(rule.at("ScheduleExpression"), "rate(1 hour)");
    EXPECT_EQ(call("ListTargetsByRule", R"({"Rule":"r"})").at("Targets.0.Id"), "t");
    EXPECT_EQ(outcome("DeleteRule", R"({"Name":"r"})"),
              "ValidationException: Rule can't be deleted since it has targets.");
    EXPECT_EQ(outcome("RemoveTargets", R"({"Rule":"r","Ids":["t"]})"), "");
    EXPECT_EQ(outcome("DeleteRule", R"({"Name":"r"})"), "");
    EXPECT_EQ(outcome("DeleteRule", R"({"Name":"r"})"), "");
    stop();
    start();
    EXPECT_EQ(outcome("DescribeRule", R"({"Name":"r"})"),
              "ResourceNotFoundException: Rule r does not exist on EventBus default.");
}

TEST_F(EventsRules, AreRefusedWhenTheyCannotRun) {
    EXPECT_EQ(put_rule("r", "rate(5 minute)"),
              "ValidationException: Parameter ScheduleExpression is not valid.");
    EXPECT_EQ(outcome("PutRule", R"({"Name":"r"})"),
              "ValidationException: Parameter(s) EventPattern or ScheduleExpression must be "
              "specified.");
    EXPECT_EQ(outcome("PutRule", R"({"Name":"r","EventPattern":"{}"})"),
              "ValidationException: EventPattern is not supported by this server: its rules run on "
              "a schedule.");
    EXPECT_EQ(put_rule("r", "rate(1 day)", R"(,"EventBusName":"other")"),
              "ResourceNotFoundException: Event bus other does not exist.");
    EXPECT_NE(put_rule("a b", "rate(1 day)"), "");
    EXPECT_NE(put_rule("r", "rate(1 day)", R"(,"State":"ON")"), "");
    EXPECT_EQ(outcome("EnableRule", R"({"Name":"r"})"),
              "ResourceNotFoundException: Rule r does not exist on EventBus default.");
}

TEST_F(EventsRules, AreListedByPrefixPageAndTarget) {
    for (const char* name : {"b2", "a", "b1"})
        put_rule(name, "rate(1 day)");
    put_target("a");
    put_target("b1");
    auto page = call("ListRules", R"({"Limit":2})");
    EXPECT_EQ(page.at("Rules.0.Name") + page.at("Rules.1.Name"), "ab1");
    page = call("ListRules", R"({"Limit":2,"NextToken":")" + page.at("NextToken") + "\"}");
    EXPECT_EQ(page.at("Rules.0.Name") + page.at("Rules.1.Name"), "b2");
    EXPECT_EQ(page.at("NextToken"), "");
    page = call("ListRules", R"({"NamePrefix":"b"})");
    EXPECT_EQ(page.at("Rules.0.Name") + page.at("Rules.1.Name"), "b1b2");
    EXPECT_EQ(call("ListRuleNamesByTarget",
                   R"({"TargetArn":"arn:aws:lambda:us-west-2:000000000000:function:f"})")
                  .at("RuleNames"),
              R"(["a","b1"])");
    harness_->set_region("eu-west-1");
    EXPECT_EQ(call("ListRules", "{}").at("Rules"), "[]");
}

TEST_F(EventsRules, TargetsAreReplacedById) {
    put_rule("r", "rate(1 day)");
    EXPECT_EQ(put_target("r", "a", R"(,"Input":"1")"), "");
    EXPECT_EQ(put_target("r", "a", R"(,"Input":"2")"), "");
    EXPECT_EQ(put_target("r", "b"), "");
    const auto targets = call("ListTargetsByRule", R"({"Rule":"r"})");
    EXPECT_EQ(targets.at("Targets.0.Input"), "2");
    EXPECT_EQ(targets.at("Targets.1.Id"), "b");
    EXPECT_EQ(targets.at("Targets.2"), "");
    const auto removed = call("RemoveTargets", R"({"Rule":"r","Ids":["a","x"]})");
    EXPECT_EQ(removed.at("FailedEntryCount"), "1");
    EXPECT_EQ(removed.at("FailedEntries.0.TargetId"), "x");
    EXPECT_EQ(call("ListTargetsByRule", R"({"Rule":"r"})").at("Targets.0.Id"), "b");
}

TEST_F(EventsRules, TargetsAreChecked) {
    EXPECT_EQ(put_target("r"),
              "ResourceNotFoundException: Rule r does not exist on EventBus default.");
    put_rule("r", "rate(1 day)");
    for (const char* member : {"DeadLetterConfig", "SqsParameters"}) {
        EXPECT_EQ(put_target("r", "t", R"(,")" + std::string(member) + R"(":{})"),
                  "ValidationException: " + std::string(member) +
                      " of target t is not supported by this server.");
    }
    EXPECT_EQ(put_target("r", "t", R"(,"InputPath":"detail")"),
              "ValidationException: Invalid JSONPath in the InputPath of target t.");
    EXPECT_EQ(put_target("r", "t", R"(,"InputTransformer":{"InputTemplate":"<x>"})"),
              "ValidationException: InputTemplate for target t contains invalid placeholder x.");
    EXPECT_NE(put_target("r", "t", R"(,"RetryPolicy":{"MaximumRetryAttempts":186})"), "");
    EXPECT_NE(put_target("r", "t", R"(,"RetryPolicy":{"MaximumEventAgeInSeconds":59})"), "");
    EXPECT_EQ(put_target("r", "t", R"(,"Input":"{")"),
              "ValidationException: Invalid JSON syntax in the Input of target t.");
    const auto with_arn = [&](const std::string& arn) {
        return outcome("PutTargets", R"({"Rule":"r","Targets":[{"Id":"t","Arn":")" + arn + "\"}]}");
    };
    EXPECT_NE(with_arn("f").find("not in correct format"), std::string::npos);
    EXPECT_NE(with_arn("arn:aws:sqs:us-west-2:000000000000:q").find("Only Lambda"),
              std::string::npos);
    EXPECT_NE(with_arn("arn:aws:lambda:us-west-2:111111111111:function:f").find("Only Lambda"),
              std::string::npos);
    for (std::size_t i = 0; i < rule_targets_max; ++i) {
        EXPECT_EQ(put_target("r", "t" + std::to_string(i)), "");
    }
    EXPECT_NE(put_target("r", "one_more").find("LimitExceededException"), std::string::npos);
}

TEST_F(EventsRules, TargetsKeepHowTheirInputIsMadeAndRetried) {
    put_rule("r", "rate(1 day)");
    EXPECT_EQ(put_target("r", "t", R"(,"InputTransformer":{"InputPathsMap":{"a":"$.time"},
        "InputTemplate":"{\"a\":<a>}"},"RetryPolicy":{"MaximumRetryAttempts":0})"),
              "");
    EXPECT_EQ(put_target("r", "u", R"(,"InputPath":"$.detail",
        "RetryPolicy":{"MaximumEventAgeInSeconds":60})"),
              "");
    stop();
    start();
    const auto listed = call("ListTargetsByRule", R"({"Rule":"r"})");
    EXPECT_EQ(listed.at("Targets.0.InputTransformer"),
              R"({"InputPathsMap":{"a":"$.time"},"InputTemplate":"{\"a\":<a>}"})");
    EXPECT_EQ(listed.at("Targets.0.RetryPolicy"), R"({"MaximumRetryAttempts":0})");
    EXPECT_EQ(listed.at("Targets.1.InputPath"), "$.detail");
    EXPECT_EQ(listed.at("Targets.1.RetryPolicy"), R"({"MaximumEventAgeInSeconds":60})");
}

TEST_F(EventsRules, AreBounded) {
    for (std::size_t i = 0; i < rules_max; ++i) {
        ASSERT_EQ(put_rule("r" + std::to_string(i), "rate(1 day)"), "");
    }
    EXPECT_NE(put_rule("one_more", "rate(1 day)").find("LimitExceededException"),
              std::string::npos);
    EXPECT_EQ(put_rule("r0", "rate(2 days)"), "");
}

TEST_F(EventsRules, HaveTags) {
    put_rule("r", "rate(1 day)", R"(,"Tags":[{"Key":"k","Value":"v"}])");
    const std::string arn = R"("ResourceARN":"arn:aws:events:us-west-2:000000000000:rule/r")";
    EXPECT_EQ(outcome("TagResource", "{" + arn + R"(,"Tags":[{"Key":"l","Value":"w"}]})"), "");
    EXPECT_EQ(outcome("UntagResource", "{" + arn + R"(,"TagKeys":["k"]})"), "");
    EXPECT_EQ(call("ListTagsForResource", "{" + arn + "}").at("Tags"),
              R"([{"Key":"l","Value":"w"}])");
    EXPECT_NE(outcome("ListTagsForResource", R"({"ResourceARN":"arn:aws:events:x"})"), "");
}

TEST_F(EventsRules, AFullDiskChangesNothing) {
    put_rule("r", "rate(1 day)");
    files_.inject({.call = sim::Call::write, .os_error = 28, .times = 100'000});
    EXPECT_NE(put_rule("r", "rate(1 hour)").find("InternalException"), std::string::npos);
    EXPECT_EQ(call("DescribeRule", R"({"Name":"r"})").at("ScheduleExpression"), "rate(1 day)");
    files_.clear_faults();
}

}  // namespace
}  // namespace events

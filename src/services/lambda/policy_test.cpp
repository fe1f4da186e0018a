#include "services/lambda/policy.h"

#include <gtest/gtest.h>

namespace lambda {
namespace {

constexpr const char* rule = "arn:aws:events:us-west-2:000000000000:rule/every-five";

aws::Caller events(const std::string& source_arn = rule) {
    aws::Caller caller;
    caller.account = "000000000000";
    caller.service_principal = "events.amazonaws.com";
    caller.source_arn = source_arn;
    return caller;
}

StatementRow statement(const std::string& source_arn = {}, const std::string& account = {}) {
    return {"s", "lambda:InvokeFunction", "events.amazonaws.com", source_arn, account, {}};
}

TEST(Policy, Documents) {
    EXPECT_EQ(policy_json({statement(rule, "000000000000")}, "arn:f"),
              R"({"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"s","Effect":"Allow",)"
              R"("Principal":{"Service":"events.amazonaws.com"},"Action":"lambda:InvokeFunction",)"
              R"("Resource":"arn:f","Condition":{"StringEquals":{"AWS:SourceAccount":)"
              R"("000000000000"},"ArnLike":{"AWS:SourceArn":)"
              R"("arn:aws:events:us-west-2:000000000000:rule/every-five"}}}]})");
    EXPECT_EQ(statement_json({"a", "lambda:*", "123456789012", {}, {}, {}}, "f"),
              R"({"Sid":"a","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},)"
              R"("Action":"lambda:*","Resource":"f"})");
    EXPECT_NE(statement_json({"a", "*", "*", {}, {}, {}}, "f").find(R"("Principal":"*")"),
              std::string::npos);
}

TEST(Policy, ArnLike) {
    EXPECT_TRUE(arn_like(rule, rule));
    EXPECT_TRUE(arn_like("arn:aws:events:*:000000000000:rule/*", rule));
    EXPECT_TRUE(arn_like("arn:aws:events:us-west-?:*:rule/every*", rule));
    EXPECT_FALSE(arn_like("arn:aws:events:us-west-2:000000000000:rule/other", rule));
    // A star does not reach over a colon of the first five.
    EXPECT_FALSE(arn_like("arn:aws:*:rule/every-five", rule));
    EXPECT_FALSE(arn_like("arn:aws:events:*", rule));
    EXPECT_TRUE(arn_like("arn:aws:s3:::bucket*", "arn:aws:s3:::bucket:with:colons"));
    EXPECT_FALSE(arn_like("*", "not an arn"));
    // Many stars against a long text that nearly matches: no explosion.
    EXPECT_FALSE(arn_like("arn:a:b:c:d:" + std::string(50, '*') + "a*a*a*a*a*a*b",
                          "arn:a:b:c:d:" + std::string(2000, 'a')));
}

TEST(Policy, OnlyWhatAStatementNamesIsAllowed) {
    EXPECT_FALSE(policy_allows({}, events()));
    EXPECT_TRUE(policy_allows({statement()}, events()));
    EXPECT_TRUE(policy_allows({statement(rule)}, events()));
    EXPECT_FALSE(
        policy_allows({statement(rule)}, events("arn:aws:events:us-west-2:000000000000:rule/x")));
    EXPECT_TRUE(policy_allows({statement({}, "000000000000")}, events()));
    EXPECT_FALSE(policy_allows({statement({}, "111111111111")}, events()));
    auto other = statement();
    other.principal = "s3.amazonaws.com";
    EXPECT_FALSE(policy_allows({other}, events()));
    EXPECT_TRUE(policy_allows({other, statement()}, events()));
    auto action = statement();
    action.action = "lambda:GetFunction";
    EXPECT_FALSE(policy_allows({action}, events()));
    auto token = statement();
    token.event_source_token = "t";
    EXPECT_FALSE(policy_allows({token}, events()));
    // S3 names no account in its arn: the caller's counts.
    auto s3 = statement("arn:aws:s3:::bucket", "000000000000");
    s3.principal = "s3.amazonaws.com";
    auto caller = events("arn:aws:s3:::bucket");
    caller.service_principal = "s3.amazonaws.com";
    EXPECT_TRUE(policy_allows({s3}, caller));
    caller.account = "111111111111";
    EXPECT_FALSE(policy_allows({s3}, caller));
}

}  // namespace
}  // namespace lambda

#include "services/s3/policy.h"

#include <gtest/gtest.h>

namespace {

using s3::check_policy;
using s3::is_public_policy;

std::string refusal(const std::string& text) {
    const auto checked = check_policy(text, "b");
    return checked ? "" : checked.error().message;
}

std::string statement(const std::string& more) {
    return R"({"Version":"2012-10-17","Statement":[{)" + more + "}]}";
}

constexpr const char* fine =
    R"("Sid":"1","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},)"
    R"("Action":["s3:GetObject","s3:List*"],"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"])";

TEST(S3Policy, WhatSdksAndTheCdkSendIsTaken) {
    EXPECT_EQ(refusal(statement(fine)), "");
    EXPECT_EQ(refusal(statement(R"("Effect":"Deny","Principal":"*","NotAction":"s3:PutObject",)"
                                R"("Resource":"arn:aws:s3:::b/x/${aws:username}/*",)"
                                R"("Condition":{"Bool":{"aws:SecureTransport":"false"}})")),
              "");
    EXPECT_EQ(
        refusal(R"({"Statement":{"Effect":"Allow","Principal":{"Service":["x.amazonaws.com"]},)"
                R"("Action":"*","NotResource":"arn:aws:s3:::b/*"}})"),
        "");
}

TEST(S3Policy, EverythingElseIsRefusedInS3sWords) {
    const char* syntax = "Policies must be valid JSON and the first byte must be '{'";
    EXPECT_EQ(refusal(""), syntax);
    EXPECT_EQ(refusal("[]"), syntax);
    EXPECT_EQ(refusal("{"), syntax);
    EXPECT_EQ(refusal("{\"Statement\":" + std::string(10'000, '[') + "}"), syntax);
    EXPECT_EQ(refusal("{}"), "Missing required field Statement");
    EXPECT_EQ(refusal(R"({"Statement":[]})"), "Could not parse the policy: Statement is empty!");
    EXPECT_EQ(refusal(R"({"Statement":[1]})"), "Invalid policy syntax.");
    EXPECT_EQ(refusal(R"({"Version":"2020-01-01","Statement":[]})"),
              "The policy must contain a valid version string");
    EXPECT_EQ(refusal(R"({"Statements":[]})"), "Unknown field Statements");
    EXPECT_EQ(refusal(statement(fine + std::string(R"(,"Foo":1)"))), "Unknown field Foo");
    EXPECT_EQ(refusal(statement(fine + std::string(R"(,"NotAction":"s3:x")"))),
              "Invalid policy syntax.");
    EXPECT_EQ(refusal(statement(fine + std::string(R"(,"Condition":{"Bool":1})"))),
              "Policy has an invalid condition key");
    for (const char* field : {"Effect", "Principal", "Action", "Resource"}) {
        std::string text = statement(fine);
        text.replace(text.find("\"" + std::string(field) + "\""), 2, "\"Sid\":\"\",\"X");
        EXPECT_NE(refusal(text), "") << text;
    }
    const auto with = [&](const std::string& effect, const std::string& principal,
                          const std::string& action, const std::string& resource) {
        return refusal(statement("\"Effect\":" + effect + ",\"Principal\":" + principal +
                                 ",\"Action\":" + action + ",\"Resource\":" + resource));
    };
    const std::string all = "\"arn:aws:s3:::b/*\"";
    EXPECT_EQ(with("\"Maybe\"", "\"*\"", "\"s3:*\"", all), "Invalid effect : \"Maybe\"");
    EXPECT_EQ(with("\"Deny\"", "\"me\"", "\"s3:*\"", all), "Invalid principal in policy");
    EXPECT_EQ(with("\"Deny\"", "{\"Who\":\"*\"}", "\"s3:*\"", all), "Invalid principal in policy");
    EXPECT_EQ(with("\"Deny\"", "\"*\"", "\"ec2:Run\"", all), "Policy has invalid action");
    EXPECT_EQ(with("\"Deny\"", "\"*\"", "[]", all), "Policy has invalid action");
    for (const char* resource : {"\"arn:aws:s3:::other/*\"", "\"arn:aws:s3:::bb\"", "\"b\"", "1"}) {
        EXPECT_EQ(with("\"Deny\"", "\"*\"", "\"s3:*\"", resource), "Policy has invalid resource");
    }
    EXPECT_EQ(refusal(statement(fine + std::string(R"(,"Condition":{)") +
                                std::string(s3::policy_bytes_max, ' ') + "}")),
              "Policies cannot exceed 20 KB in size");
}

TEST(S3Policy, PublicIsWhatEveryoneMayDo) {
    const auto is_public = [](const std::string& principal, const std::string& condition,
                              const std::string& effect = "Allow") {
        return is_public_policy(
            statement("\"Effect\":\"" + effect + "\",\"Principal\":" + principal +
                      R"(,"Action":"s3:*","Resource":"*")" +
                      (condition.empty() ? "" : ",\"Condition\":" + condition)));
    };
    EXPECT_TRUE(is_public("\"*\"", ""));
    EXPECT_TRUE(is_public("{\"AWS\":\"*\"}", ""));
    EXPECT_TRUE(is_public("{\"AWS\":[\"111122223333\",\"*\"]}", ""));
    EXPECT_FALSE(is_public("\"*\"", "", "Deny"));
    EXPECT_FALSE(is_public("{\"AWS\":\"111122223333\"}", ""));
    EXPECT_FALSE(is_public("{\"Service\":\"logs.amazonaws.com\"}", ""));
    EXPECT_TRUE(is_public("\"*\"", R"({"Bool":{"aws:SecureTransport":"true"}})"));
    EXPECT_FALSE(is_public("\"*\"", R"({"StringEquals":{"aws:PrincipalOrgID":"o-1"}})"));
    EXPECT_TRUE(is_public("\"*\"", R"({"StringNotEquals":{"aws:PrincipalOrgID":"o-1"}})"));
    EXPECT_FALSE(is_public("\"*\"", R"({"IpAddress":{"aws:SourceIp":["10.0.0.0/8"]}})"));
    EXPECT_TRUE(is_public("\"*\"", R"({"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}})"));
    EXPECT_TRUE(is_public("\"*\"", R"({"StringLike":{"aws:PrincipalArn":"*"}})"));
}

}  // namespace

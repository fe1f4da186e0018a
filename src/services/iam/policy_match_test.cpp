#include "services/iam/policy_match.h"

#include <gtest/gtest.h>

namespace iam {
namespace {

bool fits(std::string_view pattern, std::string_view text) {
    return matches_pattern(pattern, text, Case::exact);
}

TEST(Pattern, StarsAndQuestionMarks) {
    for (const auto& [pattern, text] :
         std::vector<std::pair<const char*, const char*>>{{"", ""},
                                                          {"*", ""},
                                                          {"*", "abc"},
                                                          {"a*c", "abbbc"},
                                                          {"a*b*c", "a_b_b_c"},
                                                          {"?bc", "abc"},
                                                          {"s3:Get*", "s3:GetObject"},
                                                          {"*a", "aaaa"},
                                                          {"**", "x"},
                                                          {"a*", "a"}}) {
        EXPECT_TRUE(fits(pattern, text)) << pattern << " " << text;
    }
    for (const auto& [pattern, text] :
         std::vector<std::pair<const char*, const char*>>{{"", "a"},
                                                          {"?", ""},
                                                          {"a*c", "abcd"},
                                                          {"abc", "abd"},
                                                          {"S3:*", "s3:x"},
                                                          {"a", "aa"}}) {
        EXPECT_FALSE(fits(pattern, text)) << pattern << " " << text;
    }
    EXPECT_TRUE(matches_pattern("S3:get*", "s3:GetObject", Case::ignored));
    EXPECT_TRUE(matches({{"s3:*", "sqs:*"}, false}, "sqs:SendMessage", Case::ignored));
    EXPECT_FALSE(matches({{"s3:*", "sqs:*"}, true}, "sqs:SendMessage", Case::ignored));
    EXPECT_TRUE(matches({{"s3:*"}, true}, "sqs:SendMessage", Case::ignored));
}

TEST(Pattern, ManyStarsTakeNoTimeToSpeakOf) {
    std::string pattern;
    for (int i = 0; i < 1000; ++i)
        pattern += "*a";
    EXPECT_FALSE(fits(pattern + "b", std::string(20'000, 'a')));
}

Holds ask(const std::string& name, std::vector<std::string> values, const ConditionContext& context,
          const std::string& quantifier = "", bool if_exists = false) {
    return holds({name, quantifier, if_exists, "a:Key", std::move(values)}, context);
}

TEST(Condition, Operators) {
    const ConditionContext text{{"a:key", {"Value"}}};
    EXPECT_EQ(ask("StringEquals", {"other", "Value"}, text), Holds::yes);
    EXPECT_EQ(ask("StringEquals", {"value"}, text), Holds::no);
    EXPECT_EQ(ask("StringEqualsIgnoreCase", {"value"}, text), Holds::yes);
    EXPECT_EQ(ask("StringNotEquals", {"other"}, text), Holds::yes);
    EXPECT_EQ(ask("StringNotEquals", {"other", "Value"}, text), Holds::no);
    EXPECT_EQ(ask("StringNotEqualsIgnoreCase", {"VALUE"}, text), Holds::no);
    EXPECT_EQ(ask("StringLike", {"V?l*"}, text), Holds::yes);
    EXPECT_EQ(ask("StringNotLike", {"V*"}, text), Holds::no);
    const ConditionContext arn{{"a:key", {"arn:aws:events:us-west-2:1:rule/r"}}};
    EXPECT_EQ(ask("ArnLike", {"arn:aws:events:*:1:rule/*"}, arn), Holds::yes);
    EXPECT_EQ(ask("ArnEquals", {"arn:*:rule/r"}, arn), Holds::no) << "'*' ends at a colon";
    EXPECT_EQ(ask("ArnNotLike", {"arn:aws:s3:*:*:*"}, arn), Holds::yes);
    const ConditionContext number{{"a:key", {"3600"}}};
    EXPECT_EQ(ask("NumericLessThanEquals", {"3600"}, number), Holds::yes);
    EXPECT_EQ(ask("NumericLessThan", {"3600"}, number), Holds::no);
    EXPECT_EQ(ask("NumericGreaterThan", {"10"}, number), Holds::yes) << "not as texts";
    EXPECT_EQ(ask("NumericNotEquals", {"10"}, number), Holds::yes);
    EXPECT_EQ(ask("NumericEquals", {"many"}, number), Holds::no);
    const ConditionContext time{{"a:key", {"2026-03-01T12:00:00Z"}}};
    EXPECT_EQ(ask("DateLessThan", {"2026-03-01T12:00:01Z"}, time), Holds::yes);
    EXPECT_EQ(ask("DateGreaterThanEquals", {"1772366400"}, time), Holds::yes);
    EXPECT_EQ(ask("DateGreaterThan", {"2027-01-01T00:00:00Z"}, time), Holds::no);
    EXPECT_EQ(ask("Bool", {"TRUE"}, {{"a:key", {"true"}}}), Holds::yes);
    EXPECT_EQ(ask("Bool", {"false"}, {{"a:key", {"true"}}}), Holds::no);
}

TEST(Condition, AbsentKeys) {
    const ConditionContext none;
    EXPECT_EQ(ask("Null", {"true"}, none), Holds::yes);
    EXPECT_EQ(ask("Null", {"false"}, none), Holds::no);
    EXPECT_EQ(ask("Null", {"true"}, {{"a:key", {"x"}}}), Holds::no);
    EXPECT_EQ(ask("StringEquals", {"x"}, none), Holds::no);
    EXPECT_EQ(ask("StringEquals", {"x"}, none, "", true), Holds::yes);
    EXPECT_EQ(ask("StringNotEquals", {"x"}, none), Holds::yes);
    EXPECT_EQ(ask("StringEquals", {"x"}, none, "ForAllValues"), Holds::yes);
    EXPECT_EQ(ask("StringEquals", {"x"}, none, "ForAnyValue"), Holds::no);
}

TEST(Condition, SeveralValues) {
    const ConditionContext both{{"a:key", {"x", "y"}}};
    EXPECT_EQ(ask("StringEquals", {"x"}, both, "ForAnyValue"), Holds::yes);
    EXPECT_EQ(ask("StringEquals", {"z"}, both, "ForAnyValue"), Holds::no);
    EXPECT_EQ(ask("StringEquals", {"x"}, both, "ForAllValues"), Holds::no);
    EXPECT_EQ(ask("StringEquals", {"x", "y"}, both, "ForAllValues"), Holds::yes);
}

TEST(Condition, WhatIsNotEvaluatedIsUnknown) {
    const ConditionContext context{{"a:key", {"10.0.0.1"}}};
    EXPECT_EQ(ask("IpAddress", {"10.0.0.0/8"}, context), Holds::unknown);
    EXPECT_EQ(ask("BinaryEquals", {"AAAA"}, context), Holds::unknown);
    EXPECT_EQ(ask("StringEquals", {"${aws:username}"}, context), Holds::unknown);
}

class Trust : public testing::Test {
  protected:
    Trust() {
        request_.role_arn = "arn:aws:iam::123456789012:role/builder";
        request_.caller = {"123456789012", "AKIA", "arn:aws:iam::123456789012:root",
                           "123456789012"};
        request_.session_name = "session";
    }
    bool trusts(const std::string& statements, const std::string& caller_role = "") const {
        const auto document = parse_policy(
            R"({"Version":"2012-10-17","Statement":[)" + statements + "]}", PolicyKind::trust);
        EXPECT_TRUE(document.has_value()) << document.error().message;
        return document && iam::trusts(document.value(), "sts:AssumeRole", request_, caller_role);
    }
    static std::string allow(const std::string& principal, const std::string& more = "") {
        return R"({"Effect":"Allow","Action":"sts:AssumeRole","Principal":)" + principal + more +
               "}";
    }
    void call_as_role() {
        request_.caller = {"123456789012", "ASIA",
                           "arn:aws:sts::123456789012:assumed-role/caller/one",
                           "AROAJQABLZS4A3QDU576Q:one"};
    }
    ports::RoleRequest request_;
};

TEST_F(Trust, Principals) {
    for (const char* one : {"\"123456789012\"", "\"arn:aws:iam::123456789012:root\"", "\"*\"",
                            "[\"999999999999\",\"123456789012\"]"}) {
        EXPECT_TRUE(trusts(allow(R"({"AWS":)" + std::string(one) + "}"))) << one;
    }
    for (const char* one :
         {"\"999999999999\"", "\"arn:aws:iam::999999999999:root\"",
          "\"arn:aws:iam::123456789012:role/other\"", "\"AROAJQABLZS4A3QDU576Q\""}) {
        EXPECT_FALSE(trusts(allow(R"({"AWS":)" + std::string(one) + "}"))) << one;
    }
    EXPECT_FALSE(trusts(allow(R"({"Service":"lambda.amazonaws.com"})")));
    EXPECT_FALSE(trusts(allow(R"({"Federated":"accounts.google.com"})")));
}

TEST_F(Trust, SessionsAreTheirRole) {
    call_as_role();
    const std::string role = "arn:aws:iam::123456789012:role/team/caller";
    for (const std::string one :
         {"123456789012", "arn:aws:iam::123456789012:role/team/caller", "AROAJQABLZS4A3QDU576Q",
          "arn:aws:sts::123456789012:assumed-role/caller/one"}) {
        EXPECT_TRUE(trusts(allow(R"({"AWS":")" + one + "\"}"), role)) << one;
    }
    for (const std::string one : {"arn:aws:iam::123456789012:role/caller", "AROAJQABLZS4A3QDU5760",
                                  "arn:aws:sts::123456789012:assumed-role/caller/two"}) {
        EXPECT_FALSE(trusts(allow(R"({"AWS":")" + one + "\"}"), role)) << one;
    }
}

TEST_F(Trust, Services) {
    request_.caller.service_principal = "events.amazonaws.com";
    request_.caller.source_arn = "arn:aws:events:us-west-2:123456789012:rule/r";
    EXPECT_TRUE(trusts(allow(R"({"Service":["lambda.amazonaws.com","events.amazonaws.com"]})")));
    EXPECT_FALSE(trusts(allow(R"({"Service":"lambda.amazonaws.com"})")));
    EXPECT_FALSE(trusts(allow(R"({"AWS":"*"})"))) << "a service is no account";
    const std::string events = R"({"Service":"events.amazonaws.com"})";
    EXPECT_TRUE(
        trusts(allow(events, R"(,"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"},)"
                             R"("ArnLike":{"aws:SourceArn":"arn:aws:events:*:*:rule/*"}})")));
    EXPECT_FALSE(trusts(
        allow(events, R"(,"Condition":{"StringEquals":{"aws:SourceAccount":"999999999999"}})")));
}

TEST_F(Trust, Conditions) {
    const std::string account = R"({"AWS":"123456789012"})";
    const std::string with_id =
        allow(account, R"(,"Condition":{"StringEquals":{"sts:ExternalId":"ticket"}})");
    const std::string without_id =
        allow(account, R"(,"Condition":{"Null":{"sts:ExternalId":true}})");
    EXPECT_FALSE(trusts(with_id));
    EXPECT_TRUE(trusts(without_id));
    request_.external_id = "ticket";
    EXPECT_TRUE(trusts(with_id));
    EXPECT_FALSE(trusts(without_id));
    request_.external_id = "other";
    EXPECT_FALSE(trusts(with_id));
    EXPECT_TRUE(
        trusts(allow(account, R"(,"Condition":{"StringLike":{"sts:RoleSessionName":"ses*"}})")));
    request_.time = {1'772'366'400'000};  // 2026-03-01T12:00:00Z
    EXPECT_TRUE(trusts(allow(
        account, R"(,"Condition":{"DateLessThan":{"aws:CurrentTime":"2026-03-01T12:00:01Z"}})")));
    EXPECT_FALSE(trusts(allow(
        account, R"(,"Condition":{"DateLessThan":{"aws:CurrentTime":"2026-03-01T11:59:59Z"}})")));
}

TEST_F(Trust, DenialWinsAndDoubtCountsAgainstTheCaller) {
    const std::string account = R"({"AWS":"123456789012"})";
    const std::string deny =
        R"({"Effect":"Deny","Action":"sts:*","Principal":{"AWS":"123456789012"})";
    EXPECT_TRUE(trusts(allow(account)));
    EXPECT_FALSE(trusts(allow(account) + "," + deny + "}"));
    EXPECT_FALSE(trusts(deny + "}," + allow(account)));
    const std::string address = R"(,"Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}})";
    EXPECT_FALSE(trusts(allow(account, address)));
    EXPECT_FALSE(trusts(allow(account) + "," + deny + address + "}"));
    // A key that the request surely lacks is no doubt.
    const std::string factor = R"(,"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}})";
    EXPECT_TRUE(trusts(allow(account) + "," + deny + factor + "}"));
    EXPECT_FALSE(trusts(allow(account, factor)));
    const std::string variable =
        R"(,"Condition":{"StringEquals":{"aws:PrincipalAccount":"${aws:x}"}})";
    EXPECT_FALSE(trusts(allow(account) + "," + deny + variable + "}"));
    // Other actions say nothing.
    EXPECT_FALSE(trusts(
        R"({"Effect":"Allow","Action":"sts:TagSession","Principal":{"AWS":"123456789012"}})"));
    EXPECT_TRUE(trusts(
        R"({"Effect":"Allow","NotAction":"sts:TagSession","Principal":{"AWS":"123456789012"}})"));
}

}  // namespace
}  // namespace iam

#include "services/iam/policy_document.h"

#include <gtest/gtest.h>

namespace iam {
namespace {

std::string problem(const std::string& json, PolicyKind kind) {
    const auto parsed = parse_policy(json, kind);
    return parsed ? "" : parsed.error().message;
}
std::string identity(const std::string& statement) {
    return problem(R"({"Version":"2012-10-17","Statement":)" + statement + "}",
                   PolicyKind::identity);
}
std::string trust(const std::string& statement) {
    return problem(R"({"Version":"2012-10-17","Statement":)" + statement + "}", PolicyKind::trust);
}

TEST(PolicyDocument, IsReadWhole) {
    const auto parsed = parse_policy(
        R"({"Version": "2012-10-17", "Id": "id", "Statement": [
            {"Sid": "One", "Effect": "Allow", "Action": ["s3:Get*", "s3:List*"],
             "Resource": "arn:aws:s3:::bucket/*",
             "Condition": {"ForAnyValue:StringLikeIfExists": {"aws:TagKeys": ["a*", "b"]},
                           "Bool": {"aws:SecureTransport": true},
                           "NumericLessThan": {"s3:max-keys": 10}}},
            {"Effect": "Deny", "NotAction": "iam:*", "NotResource": ["*"]}]})",
        PolicyKind::identity);
    ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
    const PolicyDocument& policy = parsed.value();
    EXPECT_EQ(policy.version, "2012-10-17");
    EXPECT_EQ(policy.id, "id");
    ASSERT_EQ(policy.statements.size(), 2U);
    const Statement& one = policy.statements[0];
    EXPECT_EQ(one.sid, "One");
    EXPECT_EQ(one.effect, Effect::allow);
    EXPECT_EQ(one.actions.patterns, (std::vector<std::string>{"s3:Get*", "s3:List*"}));
    EXPECT_FALSE(one.actions.negated);
    EXPECT_EQ(one.resources.patterns, (std::vector<std::string>{"arn:aws:s3:::bucket/*"}));
    ASSERT_EQ(one.conditions.size(), 3U);
    EXPECT_EQ(one.conditions[0].base, "StringLike");
    EXPECT_EQ(one.conditions[0].quantifier, "ForAnyValue");
    EXPECT_TRUE(one.conditions[0].if_exists);
    EXPECT_EQ(one.conditions[0].key, "aws:TagKeys");
    EXPECT_EQ(one.conditions[0].values, (std::vector<std::string>{"a*", "b"}));
    EXPECT_EQ(one.conditions[1].values, (std::vector<std::string>{"true"}));
    EXPECT_EQ(one.conditions[2].values, (std::vector<std::string>{"10"}));
    EXPECT_EQ(policy.statements[1].effect, Effect::deny);
    EXPECT_TRUE(policy.statements[1].actions.negated);
    EXPECT_TRUE(policy.statements[1].resources.negated);
}

TEST(PolicyDocument, TrustPoliciesNamePrincipals) {
    const auto parsed = parse_policy(
        R"({"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {
            "AWS": ["123456789012", "arn:aws:iam::123456789012:root", "*",
                    "arn:aws:iam::123456789012:role/a/b", "AROAJQABLZS4A3QDU576Q"],
            "Service": "lambda.amazonaws.com", "Federated": "accounts.google.com"}}})",
        PolicyKind::trust);
    ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
    EXPECT_EQ(parsed.value().version, "2008-10-17");
    const Principals& principals = parsed.value().statements[0].principals;
    EXPECT_TRUE(principals.anyone);
    EXPECT_EQ(principals.aws.size(), 4U);
    EXPECT_EQ(principals.services, (std::vector<std::string>{"lambda.amazonaws.com"}));
    EXPECT_EQ(principals.federated, (std::vector<std::string>{"accounts.google.com"}));
}

TEST(PolicyDocument, IdentityPoliciesAreRefusedInAwsWords) {
    const std::string syntax = "Syntax errors in policy.";
    const auto whole = [](const std::string& json) { return problem(json, PolicyKind::identity); };
    for (const char* json : {"", "{", "[]", "\"text\"", "{}", R"({"Version":"2012-10-17"})",
                             R"({"Version":"2012-10-17","Statement":[]})",
                             R"({"Version":"2012-10-17","Statement":[1]})",
                             R"({"Version":"2012-10-17","Statement":"x"})",
                             R"({"Version":"2012-10-17","Other":1,"Statement":[]})",
                             R"({"Version":"2016-10-17","Statement":{}})",
                             R"({"Version":"2012-10-17","Id":1,"Statement":{}})"}) {
        EXPECT_EQ(whole(json), syntax) << json;
    }
    const std::string rest = R"("Action":"s3:*","Resource":"*"})";
    EXPECT_EQ(whole(R"({"Version":"2008-10-17","Statement":{"Effect":"Allow",)" + rest + "}"),
              "Policy document must be version 2012-10-17 or greater.");
    EXPECT_EQ(whole(R"({"Statement":{"Effect":"Allow",)" + rest + "}"),
              "Policy document must be version 2012-10-17 or greater.");
    EXPECT_EQ(identity("{" + rest), syntax);
    EXPECT_EQ(identity(R"({"Effect":"allow",)" + rest), "The policy failed legacy parsing");
    EXPECT_EQ(identity(R"({"Effect":"Allow","Principal":"*",)" + rest),
              "Policy document should not specify a principal.");
    EXPECT_EQ(identity(R"({"Effect":"Allow","NotPrincipal":{"AWS":"*"},)" + rest),
              "Policy document should not specify a principal.");
    EXPECT_EQ(identity(R"({"Effect":"Allow","Resource":"*"})"),
              "Policy statement must contain actions.");
    EXPECT_EQ(identity(R"({"Effect":"Allow","Action":[],"Resource":"*"})"),
              "Policy statement must contain actions.");
    EXPECT_EQ(identity(R"({"Effect":"Allow","Action":"s3:*"})"),
              "Policy statement must contain resources.");
    EXPECT_EQ(identity(R"({"Effect":"Allow","NotAction":"s3:*",)" + rest), syntax);
    EXPECT_EQ(identity(R"({"Effect":"Allow","Foo":1,)" + rest), syntax);
    EXPECT_EQ(identity(R"({"Effect":"Allow","Sid":"a b",)" + rest),
              "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the "
              "regular expression [0-9A-Za-z]*");
    EXPECT_EQ(identity(R"([{"Effect":"Allow","Sid":"a",)" + rest +
                       R"(,{"Effect":"Allow","Sid":"a",)" + rest + "]"),
              "Statement IDs (SID) in a single policy must be unique.");
}

TEST(PolicyDocument, ActionsAndResourcesHaveAForm) {
    const auto action = [](const std::string& text) {
        return identity(R"({"Effect":"Allow","Resource":"*","Action":")" + text + "\"}");
    };
    for (const char* good : {"*", "s3:*", "*:*", "s3:Get?bject", "states.sync:Run"}) {
        EXPECT_EQ(action(good), "") << good;
    }
    EXPECT_EQ(action("PutObject"),
              "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
    EXPECT_EQ(action("s3:a:b"), "Actions/Condition can contain only one colon.");
    EXPECT_EQ(action("s 3:a"), "Vendor s 3 is not valid");
    EXPECT_EQ(action(":a"), "Vendor  is not valid");
    const auto resource = [](const std::string& text) {
        return identity(R"({"Effect":"Allow","Action":"*","Resource":")" + text + "\"}");
    };
    for (const char* good :
         {"*", "arn:aws:s3:::*", "arn:aws-cn:s3:::b", "arn:aws:logs:*:*:log-group:/aws/*:*",
          "arn:aws:iam::123456789012:role/${aws:username}"}) {
        EXPECT_EQ(resource(good), "") << good;
    }
    EXPECT_EQ(resource("bucket"), "Resource bucket must be in ARN format or \"*\".");
    EXPECT_EQ(resource("arn:aws:s3"), "The policy failed legacy parsing");
    EXPECT_EQ(resource("arn:gcp:s3:::b"),
              "Partition \"gcp\" is not valid for resource \"arn:gcp:s3:::b\".");
    EXPECT_EQ(resource("arn:aws:*:::b"),
              "Resource vendor must be fully qualified and cannot contain regexes.");
    EXPECT_EQ(resource("arn:aws:iam:us-west-2:1:role/x"),
              "IAM resource arn:aws:iam:us-west-2:1:role/x cannot contain region information.");
    EXPECT_EQ(resource("arn:aws:s3:us-west-2::b"),
              "Resource arn:aws:s3:us-west-2::b can not contain region information.");
}

TEST(PolicyDocument, ConditionsHaveKnownOperators) {
    const auto condition = [](const std::string& json) {
        return identity(R"({"Effect":"Allow","Action":"*","Resource":"*","Condition":)" + json +
                        "}");
    };
    const std::string syntax = "Syntax errors in policy.";
    EXPECT_EQ(condition(R"({"StringEquals":{"a:b":"c"}})"), "");
    EXPECT_EQ(condition(R"({"Null":{"a:b":true}})"), "");
    EXPECT_EQ(condition(R"({"ForAllValues:ArnNotLikeIfExists":{"a:b":["c"]}})"), "");
    for (const char* bad : {"[]", R"({"StringIs":{"a":"b"}})", R"({"NullIfExists":{"a":"b"}})",
                            R"({"StringEquals":"a"})", R"({"StringEquals":{"a":{"b":"c"}}})",
                            R"({"StringEquals":{"a":[["b"]]}})", R"({"StringEquals":{"a":null}})",
                            R"({"StringEquals":{"":"b"}})", R"({"ForAnyValue:":{"a":"b"}})"}) {
        EXPECT_EQ(condition(bad), syntax) << bad;
    }
}

TEST(PolicyDocument, TrustPoliciesAreRefusedInAwsWords) {
    const std::string allow = R"("Effect":"Allow","Action":"sts:AssumeRole")";
    const std::string lambda = R"("Principal":{"Service":"lambda.amazonaws.com"})";
    EXPECT_EQ(trust("{" + allow + "," + lambda + "}"), "");
    EXPECT_EQ(problem("{", PolicyKind::trust), "This policy contains invalid Json");
    EXPECT_EQ(problem(R"({"Version":"2012","Statement":{}})", PolicyKind::trust),
              "The policy must contain a valid version string");
    EXPECT_EQ(problem("{}", PolicyKind::trust), "Could not parse the policy: Statement is empty!");
    EXPECT_EQ(trust("[]"), "Could not parse the policy: Statement is empty!");
    EXPECT_EQ(trust("{" + lambda + R"(,"Action":"sts:AssumeRole"})"),
              "Missing required field Effect");
    EXPECT_EQ(trust(R"({"Effect":"Maybe","Action":"sts:AssumeRole",)" + lambda + "}"),
              "Invalid effect: Maybe");
    EXPECT_EQ(trust("{" + allow + "}"), "Missing required field Principal");
    EXPECT_EQ(trust("{" + allow + R"(,"Principal":{}})"),
              "Missing required field Principal cannot be empty!");
    EXPECT_EQ(trust("{" + allow + R"(,"Principal":{"AWS":[]}})"),
              "Missing required field Principal cannot be empty!");
    EXPECT_EQ(trust("{" + allow + R"(,"Principal":"*"})"), "Principal must be a JSON object.");
    EXPECT_EQ(trust("{" + allow + R"(,"Principal":{"AWS":"bob"}})"),
              "Invalid principal in policy: \"AWS\":\"bob\"");
    EXPECT_EQ(trust("{" + allow + R"(,"Principal":{"AWS":"arn:aws:s3:::bucket"}})"),
              "Invalid principal in policy: \"AWS\":\"arn:aws:s3:::bucket\"");
    EXPECT_EQ(trust("{" + allow + R"(,"Principal":{"Service":"lambda"}})"),
              "Invalid principal in policy: \"SERVICE\":\"lambda\"");
    EXPECT_EQ(trust("{" + allow + R"(,"Principal":{"User":"bob"}})"),
              "Invalid principal in policy: \"User\"");
    EXPECT_EQ(trust("{" + allow + R"(,"NotPrincipal":{"AWS":"*"}})"),
              "Allow with NotPrincipal is not allowed.");
    EXPECT_EQ(trust(R"({"Effect":"Deny","Action":"sts:AssumeRole","NotPrincipal":{"AWS":"*"}})"),
              "AssumeRole policy must not contain NotPrincipal field.");
    EXPECT_EQ(trust(R"({"Effect":"Allow",)" + lambda + "}"), "Missing required field Action");
    EXPECT_EQ(trust(R"({"Effect":"Allow","Action":"s3:GetObject",)" + lambda + "}"),
              "AssumeRole policy may only specify STS AssumeRole actions.");
    EXPECT_EQ(trust("{" + allow + "," + lambda + R"(,"Resource":"*"})"),
              "Has prohibited field Resource");
    EXPECT_EQ(trust("{" + allow + "," + lambda + R"(,"NotResource":"*"})"),
              "AssumeRole policy must not contain resources.");
    EXPECT_EQ(trust("{" + allow + "," + lambda + R"(,"Condition":{"Is":{"a":"b"}}})"),
              "Syntax error in policy.");
    const std::string twice = R"({"Sid":"a",)" + allow + "," + lambda + "}";
    EXPECT_EQ(trust("[" + twice + "," + twice + "]"),
              "The Statement Ids in the policy are not unique");
}

// Two readers of a document must agree on what it says.
TEST(PolicyDocument, AMemberTwiceIsNotJson) {
    const std::string syntax = "Syntax errors in policy.";
    EXPECT_EQ(identity(R"({"Effect":"Allow","Effect":"Deny","Action":"*","Resource":"*"})"),
              syntax);
    EXPECT_EQ(identity(R"({"Effect":"Allow","Action":"s3:*","\u0041ction":"*","Resource":"*"})"),
              syntax);
    EXPECT_EQ(identity(R"({"Effect":"Allow","Action":"*","Resource":"*",)"
                       R"("Condition":{"Bool":{"a:b":"true","a:b":"false"}}})"),
              syntax);
}

TEST(PolicyDocument, DepthAndSizeHaveLimits) {
    std::string deep = R"({"Version":"2012-10-17","Statement":)";
    for (std::size_t i = 0; i < 1000; ++i)
        deep += "[";
    EXPECT_EQ(problem(deep, PolicyKind::identity), "Syntax errors in policy.");
    const std::string fits = R"({"Effect":"Allow","Action":"*","Resource":"*"})";
    const std::string frame = R"({"Version":"2012-10-17","Statement":})";
    const std::string blanks(policy_bytes_max - fits.size() - frame.size(), ' ');
    EXPECT_EQ(identity(blanks + fits), "");
    EXPECT_EQ(identity(blanks + " " + fits), "Syntax errors in policy.");
    EXPECT_EQ(policy_size("{ \"a\" :\n\t\"b\xC3\xA9\" }\r\n"), 10U);
}

}  // namespace
}  // namespace iam

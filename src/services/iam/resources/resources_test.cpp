// IAM's resource types, run against the service as a stack does.
#include "aws/resource_testing.h"
#include "services/iam/testing.h"

namespace iam {
namespace {

constexpr const char* role_type = "AWS::IAM::Role";
constexpr const char* policy_type = "AWS::IAM::Policy";
constexpr const char* managed_type = "AWS::IAM::ManagedPolicy";
const std::string basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";

class Resources : public IamTest {
  protected:
    std::string shown(const std::string& role, const std::string& element_name) {
        return element(call("GetRole", {{"RoleName", role}}), element_name);
    }
    std::vector<std::string> attached(const std::string& role) {
        return elements(call("ListAttachedRolePolicies", {{"RoleName", role}}), "PolicyArn");
    }
    std::vector<std::string> inline_names(const std::string& role) {
        return elements(call("ListRolePolicies", {{"RoleName", role}}), "member");
    }
    std::string inline_document(const std::string& role, const std::string& policy) {
        const auto answer = call("GetRolePolicy", {{"RoleName", role}, {"PolicyName", policy}});
        return wire::percent_decode(element(answer, "PolicyDocument")).value_or("?");
    }
    static std::string role_json(const std::string& more = "") {
        return std::string(R"({"AssumeRolePolicyDocument":)") + trust_lambda + more + "}";
    }
    static std::string named_policy(const std::string& name, const std::string& action) {
        return R"({"PolicyName":")" + name + R"(","PolicyDocument":{"Version":"2012-10-17",)" +
               R"("Statement":[{"Effect":"Allow","Action":")" + action + R"(","Resource":"*"}]}})";
    }
    using Names = std::vector<std::string>;
    aws::testing::ResourceDriver driver_{model, iam_.get()};
};

TEST_F(Resources, ARoleIsMadeAsTheTemplateSays) {
    driver_.stack_tags = {{"stack", "lake"}};
    const std::string whole = role_json(
        R"(,"RoleName":"producer","Path":"/acme/","Description":"d","MaxSessionDuration":"7200",)"
        R"("ManagedPolicyArns":[")" +
        basic + R"("],"Policies":[)" + named_policy("one", "s3:*") +
        R"(],"Tags":[{"Key":"team","Value":"data"}])");
    auto made = driver_.create(role_type, whole);
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(made.context.physical_id, "producer");
    EXPECT_EQ(made.attributes.at("Arn"), "arn:aws:iam::000000000000:role/acme/producer");
    EXPECT_EQ(made.attributes.at("RoleId"), shown("producer", "RoleId").c_str());
    EXPECT_EQ(wire::percent_decode(shown("producer", "AssumeRolePolicyDocument")), trust_lambda);
    EXPECT_EQ(shown("producer", "Description"), "d");
    EXPECT_EQ(shown("producer", "MaxSessionDuration"), "7200");
    EXPECT_EQ(attached("producer"), (Names{basic}));
    EXPECT_EQ(inline_names("producer"), (Names{"one"}));
    EXPECT_EQ(elements(call("ListRoleTags", {{"RoleName", "producer"}}), "Key"),
              (Names{"stack", "team"}));
    EXPECT_EQ(driver_.create(role_type, whole).problem, "producer already exists");
    EXPECT_EQ(driver_.create(role_type, whole, "Thing", true).problem, "") << "after a crash";
    EXPECT_EQ(driver_.remove(made), "");
    EXPECT_FALSE(driver_.exists(made));
    EXPECT_EQ(driver_.remove(made), "") << "again";
}

TEST_F(Resources, ARoleHasANameOfItsStack) {
    const auto made = driver_.create(role_type, role_json(), "ServiceRoleDefault");
    ASSERT_EQ(made.problem, "");
    EXPECT_TRUE(made.context.physical_id.starts_with("TestStack-ServiceRoleDefault-"));
    EXPECT_LE(made.context.physical_id.size(), 64U);
}

TEST_F(Resources, ARoleChangesInPlace) {
    driver_.stack_tags = {{"stack", "lake"}};
    ASSERT_EQ(make_policy("bound"), "");
    auto made = driver_.create(
        role_type, role_json(R"(,"RoleName":"r","Description":"d","MaxSessionDuration":7200,)"
                             R"("PermissionsBoundary":")" +
                             arn("bound") + R"(","ManagedPolicyArns":[")" + basic +
                             R"("],"Policies":[)" + named_policy("keep", "s3:*") + "," +
                             named_policy("change", "s3:*") + "," + named_policy("drop", "s3:*") +
                             R"(],"Tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}])"));
    ASSERT_EQ(made.problem, "");
    const std::string id = shown("r", "RoleId");
    driver_.stack_tags = {{"stack", "house"}};
    const std::string trust =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":)"
        R"({"Service":"firehose.amazonaws.com"},"Action":"sts:AssumeRole"}]})";
    driver_.update(made, R"({"RoleName":"r","AssumeRolePolicyDocument":)" + trust +
                             R"(,"ManagedPolicyArns":["arn:aws:iam::aws:policy/ReadOnlyAccess"],)"
                             R"("Policies":[)" +
                             named_policy("keep", "s3:*") + "," + named_policy("change", "sqs:*") +
                             "," + named_policy("new", "s3:*") +
                             R"(],"Tags":[{"Key":"B","Value":"3"}]})");
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(shown("r", "RoleId"), id);
    EXPECT_EQ(wire::percent_decode(shown("r", "AssumeRolePolicyDocument")), trust);
    EXPECT_EQ(shown("r", "Description"), "");
    EXPECT_EQ(shown("r", "MaxSessionDuration"), "3600");
    EXPECT_EQ(shown("r", "PermissionsBoundaryArn"), "");
    EXPECT_EQ(attached("r"), (Names{"arn:aws:iam::aws:policy/ReadOnlyAccess"}));
    EXPECT_EQ(inline_names("r"), (Names{"change", "keep", "new"}));
    EXPECT_NE(inline_document("r", "change").find("sqs:*"), std::string::npos);
    const auto tags = call("ListRoleTags", {{"RoleName", "r"}});
    EXPECT_EQ(elements(tags, "Key"), (Names{"B", "stack"}));
    EXPECT_EQ(elements(tags, "Value"), (Names{"3", "house"}));
    driver_.update(made, role_json(R"(,"RoleName":"other")"));
    EXPECT_EQ(made.problem, "replaces");
    driver_.update(made, role_json(R"(,"RoleName":"r","Path":"/x/")"));
    EXPECT_EQ(made.problem, "replaces");
}

TEST_F(Resources, DocumentsMayBeTexts) {
    std::string text = trust_lambda;
    for (std::size_t at = 0; (at = text.find('"', at)) != std::string::npos; at += 2)
        text.insert(at, "\\");
    const auto made =
        driver_.create(role_type, R"({"RoleName":"r","AssumeRolePolicyDocument":")" + text + "\"}");
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(wire::percent_decode(shown("r", "AssumeRolePolicyDocument")), trust_lambda);
}

TEST_F(Resources, AFailedRoleLeavesNothing) {
    auto made = driver_.create(
        role_type,
        role_json(R"(,"RoleName":"r","ManagedPolicyArns":["arn:aws:iam::aws:policy/MadeUp",)"
                  R"("arn:not-a-policy-at-all"],"Policies":[)" +
                  named_policy("one", "s3:*") + "," + named_policy("two words", "s3:*") + "]"));
    EXPECT_EQ(made.problem.substr(0, 16), "ValidationError:");
    EXPECT_TRUE(driver_.exists(made));
    EXPECT_EQ(driver_.remove(made), "");
    EXPECT_FALSE(driver_.exists(made));
    made = driver_.create(
        role_type,
        role_json(R"(,"RoleName":"r","ManagedPolicyArns":["arn:aws:iam::aws:policy/MadeUp"])"));
    EXPECT_EQ(made.problem,
              "NoSuchEntity: Policy arn:aws:iam::aws:policy/MadeUp does not exist or is not "
              "attachable.");
    EXPECT_EQ(driver_.remove(made), "");
    // What somebody else gave the role keeps it.
    made = driver_.create(role_type, role_json(R"(,"RoleName":"r")"));
    ASSERT_EQ(outcome("AttachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", basic}}), "");
    EXPECT_EQ(driver_.remove(made).substr(0, 15), "DeleteConflict:");
}

TEST_F(Resources, UnknownPropertiesAreNamed) {
    EXPECT_NE(driver_.create(role_type, role_json(R"(,"Foo":1)")).problem.find("Foo"),
              std::string::npos);
    EXPECT_NE(driver_.create(policy_type, R"({"PolicyName":"p","PolicyDocument":{},"Users":["u"]})")
                  .problem.find("Users"),
              std::string::npos);
    EXPECT_NE(driver_.create(role_type, "{}").problem.find("ssumeRolePolicyDocument"),
              std::string::npos);
    EXPECT_NE(driver_.create("AWS::IAM::InstanceProfile", "{}").problem, "");
}

TEST_F(Resources, APolicyIsPutOnItsRoles) {
    ASSERT_EQ(make_role("a"), "");
    ASSERT_EQ(make_role("b"), "");
    ASSERT_EQ(make_role("c"), "");
    const auto json = [](const std::string& name, const std::string& action,
                         const std::string& roles) {
        return R"({"PolicyName":")" + name +
               R"(","PolicyDocument":{"Version":"2012-10-17","Statement":)" +
               R"([{"Effect":"Allow","Action":")" + action + R"(","Resource":"*"}]},"Roles":)" +
               roles + "}";
    };
    auto made = driver_.create(policy_type, json("p", "s3:*", R"(["a","b"])"));
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(made.attributes.at("Id"), made.context.physical_id.c_str());
    EXPECT_EQ(inline_names("a"), (Names{"p"}));
    EXPECT_EQ(inline_names("b"), (Names{"p"}));
    driver_.update(made, json("p", "sqs:*", R"(["b","c"])"));
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(inline_names("a"), (Names{}));
    EXPECT_NE(inline_document("b", "p").find("sqs:*"), std::string::npos);
    EXPECT_NE(inline_document("c", "p").find("sqs:*"), std::string::npos);
    driver_.update(made, json("q", "sqs:*", R"(["b","c"])"));
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(inline_names("b"), (Names{"q"}));
    EXPECT_EQ(driver_.remove(made), "");
    EXPECT_EQ(inline_names("c"), (Names{}));
    EXPECT_EQ(driver_.remove(made), "");
    made = driver_.create(policy_type, json("p", "s3:*", "[]"));
    EXPECT_EQ(made.problem,
              "ValidationError: At least one of [Groups,Roles,Users] must be non-empty.");
    EXPECT_EQ(driver_.create(policy_type, json("p", "s3:*", R"(["none"])")).problem,
              "NoSuchEntity: The role with name none cannot be found.");
}

TEST_F(Resources, AManagedPolicy) {
    ASSERT_EQ(make_role("a"), "");
    ASSERT_EQ(make_role("b"), "");
    const auto json = [](const std::string& action, const std::string& role) {
        return R"({"ManagedPolicyName":"m","Path":"/acme/","Description":"d","PolicyDocument":)"
               R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":")" +
               action + R"(","Resource":"*"}]},"Roles":[")" + role + "\"]}";
    };
    auto made = driver_.create(managed_type, json("s3:*", "a"));
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(made.context.physical_id, arn("acme/m"));
    EXPECT_EQ(made.attributes.at("PolicyArn"), arn("acme/m").c_str());
    EXPECT_EQ(made.attributes.at("AttachmentCount"), 1);
    EXPECT_EQ(made.attributes.at("CreateDate").as_string().size(), 20U);
    EXPECT_EQ(attached("a"), (Names{arn("acme/m")}));
    // More changes than there may be versions.
    for (const char* action : {"sqs:*", "sns:*", "logs:*", "events:*", "glue:*", "athena:*"}) {
        driver_.update(made, json(action, "b"));
        ASSERT_EQ(made.problem, "") << action;
    }
    EXPECT_EQ(made.attributes.at("DefaultVersionId"), "v7");
    EXPECT_EQ(elements(call("ListPolicyVersions", {{"PolicyArn", arn("acme/m")}}), "VersionId"),
              (Names{"v7"}));
    EXPECT_EQ(attached("a"), (Names{}));
    EXPECT_EQ(attached("b"), (Names{arn("acme/m")}));
    // Versions that somebody else added go with it.
    for (int i = 0; i < 4; ++i) {
        ASSERT_EQ(outcome("CreatePolicyVersion", {{"PolicyArn", arn("acme/m")},
                                                  {"PolicyDocument", allow_puts},
                                                  {"SetAsDefault", i == 1 ? "true" : "false"}}),
                  "");
    }
    EXPECT_EQ(driver_.remove(made), "");
    EXPECT_FALSE(driver_.exists(made));
    EXPECT_EQ(driver_.remove(made), "");
    const auto generated = driver_.create(
        managed_type, std::string(R"({"PolicyDocument":)") + allow_puts + "}", "Bound");
    ASSERT_EQ(generated.problem, "");
    EXPECT_TRUE(generated.context.physical_id.starts_with(arn("TestStack-Bound-")));
}

}  // namespace
}  // namespace iam

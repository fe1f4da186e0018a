// Managed policies and their versions, inline policies, attachments and boundaries.
#include "services/iam/testing.h"

namespace iam {
namespace {

using Policies = IamTest;

const std::string basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";

TEST_F(Policies, AreShownAsTheyWereMade) {
    const auto made = call("CreatePolicy", {{"PolicyName", "puts"},
                                            {"Path", "/acme/"},
                                            {"PolicyDocument", allow_puts},
                                            {"Description", "may put"}});
    ASSERT_EQ(made.status, 200) << made.body;
    EXPECT_EQ(element(made, "Arn"), arn("acme/puts"));
    EXPECT_TRUE(element(made, "PolicyId").starts_with("ANPA"));
    EXPECT_EQ(element(made, "DefaultVersionId"), "v1");
    EXPECT_EQ(element(made, "IsAttachable"), "true");
    restart();
    const auto got = call("GetPolicy", {{"PolicyArn", arn("acme/puts")}});
    EXPECT_EQ(element(got, "Description"), "may put");
    EXPECT_EQ(element(got, "AttachmentCount"), "0");
    EXPECT_EQ(element(got, "PolicyId"), element(made, "PolicyId"));
    const auto version =
        call("GetPolicyVersion", {{"PolicyArn", arn("acme/puts")}, {"VersionId", "v1"}});
    EXPECT_EQ(wire::percent_decode(element(version, "Document")), allow_puts);
    EXPECT_EQ(element(version, "IsDefaultVersion"), "true");
    EXPECT_EQ(make_policy("PUTS"),
              "EntityAlreadyExists: A policy called PUTS already exists. Duplicate names are not "
              "allowed.");
    for (const std::string& other : {arn("puts"), arn("acme/Puts"), arn("acme/none"),
                                     std::string("arn:aws:iam::123456789012:policy/acme/puts")}) {
        EXPECT_EQ(outcome("GetPolicy", {{"PolicyArn", other}}),
                  "NoSuchEntity: Policy " + other + " was not found.");
    }
    EXPECT_EQ(outcome("GetPolicy", {{"PolicyArn", "arn:aws:iam::000000000000:role/puts"}}),
              "InvalidInput: ARN arn:aws:iam::000000000000:role/puts is not valid.");
    EXPECT_EQ(outcome("CreatePolicy", {{"PolicyName", "p"}, {"PolicyDocument", trust_lambda}}),
              "MalformedPolicyDocument: Policy document should not specify a principal.");
}

std::string sized_policy(std::size_t size) {
    const std::string head = R"({"Version":"2012-10-17","Id":")";
    const std::string rest = R"(","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})";
    return head + std::string(size - head.size() - rest.size(), 'i') + rest;
}

TEST_F(Policies, DocumentsHaveASize) {
    EXPECT_EQ(outcome("CreatePolicy", {{"PolicyName", "p"},
                                       {"PolicyDocument", sized_policy(policy_size_max) + "  "}}),
              "");
    const std::string large = sized_policy(policy_size_max + 1);
    EXPECT_EQ(outcome("CreatePolicy", {{"PolicyName", "q"}, {"PolicyDocument", large}}),
              "LimitExceeded: Cannot exceed quota for PolicySize: 6144");
    EXPECT_EQ(outcome("CreatePolicyVersion", {{"PolicyArn", arn("p")}, {"PolicyDocument", large}}),
              "LimitExceeded: Cannot exceed quota for PolicySize: 6144");
}

TEST_F(Policies, HaveFiveVersions) {
    ASSERT_EQ(make_policy("p"), "");
    const auto add = [&](const char* as_default) {
        return call("CreatePolicyVersion", {{"PolicyArn", arn("p")},
                                            {"PolicyDocument", sized_policy(200)},
                                            {"SetAsDefault", as_default}});
    };
    EXPECT_EQ(element(add("false"), "VersionId"), "v2");
    const auto third = add("true");
    EXPECT_EQ(element(third, "IsDefaultVersion"), "true");
    EXPECT_EQ(third.body.find("<Document>"), std::string::npos);
    add("false");
    EXPECT_EQ(element(add("false"), "VersionId"), "v5");
    EXPECT_EQ(add("false").status, 409);
    auto list = call("ListPolicyVersions", {{"PolicyArn", arn("p")}, {"MaxItems", "3"}});
    EXPECT_EQ(elements(list, "VersionId"), (std::vector<std::string>{"v5", "v4", "v3"}));
    list =
        call("ListPolicyVersions", {{"PolicyArn", arn("p")}, {"Marker", element(list, "Marker")}});
    EXPECT_EQ(elements(list, "VersionId"), (std::vector<std::string>{"v2", "v1"}));
    EXPECT_EQ(elements(list, "IsDefaultVersion"), (std::vector<std::string>{"false", "false"}));
    const auto version = [&](const char* action, const char* id) {
        return outcome(action, {{"PolicyArn", arn("p")}, {"VersionId", id}});
    };
    EXPECT_EQ(version("DeletePolicyVersion", "v3"),
              "DeleteConflict: Cannot delete the default version of a policy.");
    EXPECT_EQ(version("DeletePolicyVersion", "v1"), "");
    EXPECT_EQ(
        version("DeletePolicyVersion", "v1"),
        "NoSuchEntity: Policy " + arn("p") + " version v1 does not exist or is not attachable.");
    EXPECT_EQ(version("SetDefaultPolicyVersion", "v1").substr(0, 13), "NoSuchEntity:");
    EXPECT_EQ(version("GetPolicyVersion", "v99999999999999999999").substr(0, 13), "NoSuchEntity:");
    EXPECT_EQ(version("GetPolicyVersion", "3").substr(0, 16), "ValidationError:");
    EXPECT_EQ(element(add("false"), "VersionId"), "v6") << "numbers are not given twice";
    EXPECT_EQ(version("SetDefaultPolicyVersion", "v6"), "");
    EXPECT_EQ(element(call("GetPolicy", {{"PolicyArn", arn("p")}}), "DefaultVersionId"), "v6");
    EXPECT_EQ(outcome("DeletePolicy", {{"PolicyArn", arn("p")}}).substr(0, 15), "DeleteConflict:");
    for (const char* id : {"v2", "v3", "v4", "v5"})
        EXPECT_EQ(version("DeletePolicyVersion", id), "");
    EXPECT_EQ(outcome("DeletePolicy", {{"PolicyArn", arn("p")}}), "");
    EXPECT_EQ(call("GetPolicy", {{"PolicyArn", arn("p")}}).status, 404);
}

TEST_F(Policies, OfAwsAreThereAndStay) {
    const auto got = call("GetPolicy", {{"PolicyArn", basic}});
    EXPECT_EQ(element(got, "PolicyName"), "AWSLambdaBasicExecutionRole");
    EXPECT_EQ(element(got, "Path"), "/service-role/");
    EXPECT_EQ(element(got, "DefaultVersionId"), "v1");
    EXPECT_EQ(element(got, "CreateDate"), "2015-04-09T15:03:43Z");
    const auto version = call("GetPolicyVersion", {{"PolicyArn", basic}, {"VersionId", "v1"}});
    EXPECT_NE(wire::percent_decode(element(version, "Document"))->find("logs:PutLogEvents"),
              std::string::npos);
    const std::string read_only = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    EXPECT_EQ(call("GetPolicy", {{"PolicyArn", read_only}}).status, 200);
    EXPECT_EQ(call("GetPolicyVersion", {{"PolicyArn", read_only}, {"VersionId", "v190"}}).status,
              404)
        << "its document is not carried";
    EXPECT_EQ(call("GetPolicy", {{"PolicyArn", "arn:aws:iam::aws:policy/MadeUpAccess"}}).status,
              404);
    const auto refused =
        call("CreatePolicyVersion", {{"PolicyArn", basic}, {"PolicyDocument", allow_puts}});
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(element(refused, "Message"),
              "User: arn:aws:iam::000000000000:root is not authorized to perform: "
              "iam:CreatePolicyVersion on resource: policy " +
                  basic);
    EXPECT_EQ(call("DeletePolicy", {{"PolicyArn", basic}}).status, 403);
    EXPECT_EQ(call("TagPolicy",
                   {{"PolicyArn", basic}, {"Tags.member.1.Key", "k"}, {"Tags.member.1.Value", "v"}})
                  .status,
              403);
}

TEST_F(Policies, AreListed) {
    ASSERT_EQ(make_policy("zulu"), "");
    ASSERT_EQ(make_policy("alpha", {{"Path", "/acme/"}}), "");
    ASSERT_EQ(make_role("r"), "");
    ASSERT_EQ(outcome("AttachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", arn("zulu")}}), "");
    ASSERT_EQ(outcome("AttachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", basic}}), "");
    const auto names = [&](const Parameters& parameters) {
        return elements(call("ListPolicies", parameters), "PolicyName");
    };
    using Names = std::vector<std::string>;
    EXPECT_EQ(names({{"Scope", "Local"}}), (Names{"alpha", "zulu"}));
    EXPECT_EQ(names({{"Scope", "Local"}, {"PathPrefix", "/acme/"}}), (Names{"alpha"}));
    EXPECT_EQ(names({{"OnlyAttached", "true"}}), (Names{"AWSLambdaBasicExecutionRole", "zulu"}));
    EXPECT_EQ(names({{"Scope", "AWS"}, {"PolicyUsageFilter", "PermissionsPolicy"}}),
              (Names{"AWSLambdaBasicExecutionRole"}));
    EXPECT_EQ(names({{"PolicyUsageFilter", "PermissionsBoundary"}}), (Names{}));
    // All of them, in pages, each once.
    Names seen;
    std::string marker;
    do {
        Parameters parameters = {{"MaxItems", "7"}};
        if (!marker.empty()) parameters.emplace_back("Marker", marker);
        const auto page = call("ListPolicies", parameters);
        for (const auto& name : elements(page, "PolicyName"))
            seen.push_back(name);
        marker = element(page, "Marker");
    } while (!marker.empty());
    EXPECT_EQ(seen, names({{"MaxItems", "1000"}}));
    EXPECT_GT(seen.size(), 40U);
    EXPECT_EQ(call("ListPolicies", {{"Scope", "Mine"}}).error_code(), "ValidationError");
}

TEST_F(Policies, AreAttachedAndDetached) {
    ASSERT_EQ(make_role("r"), "");
    ASSERT_EQ(make_policy("p"), "");
    const auto change = [&](const char* action, const std::string& policy) {
        return outcome(action, {{"RoleName", "r"}, {"PolicyArn", policy}});
    };
    EXPECT_EQ(change("AttachRolePolicy", arn("p")), "");
    EXPECT_EQ(change("AttachRolePolicy", arn("p")), "") << "again is nothing new";
    EXPECT_EQ(change("AttachRolePolicy", basic), "");
    EXPECT_EQ(change("AttachRolePolicy", arn("none")),
              "NoSuchEntity: Policy " + arn("none") + " does not exist or is not attachable.");
    EXPECT_EQ(change("AttachRolePolicy", "arn:aws:s3:::not-a-policy"),
              "InvalidInput: ARN arn:aws:s3:::not-a-policy is not valid.");
    restart();
    const auto list = call("ListAttachedRolePolicies", {{"RoleName", "r"}});
    EXPECT_EQ(elements(list, "PolicyArn"), (std::vector<std::string>{arn("p"), basic}));
    EXPECT_EQ(elements(list, "PolicyName"),
              (std::vector<std::string>{"p", "AWSLambdaBasicExecutionRole"}));
    EXPECT_EQ(elements(call("ListAttachedRolePolicies",
                            {{"RoleName", "r"}, {"PathPrefix", "/service-role/"}}),
                       "PolicyArn"),
              (std::vector<std::string>{basic}));
    EXPECT_EQ(element(call("GetPolicy", {{"PolicyArn", arn("p")}}), "AttachmentCount"), "1");
    EXPECT_EQ(outcome("DeletePolicy", {{"PolicyArn", arn("p")}}),
              "DeleteConflict: Cannot delete a policy attached to entities.");
    const auto entities = call("ListEntitiesForPolicy", {{"PolicyArn", arn("p")}});
    EXPECT_EQ(elements(entities, "RoleName"), (std::vector<std::string>{"r"}));
    EXPECT_TRUE(element(entities, "RoleId").starts_with("AROA"));
    EXPECT_EQ(
        elements(call("ListEntitiesForPolicy", {{"PolicyArn", arn("p")}, {"EntityFilter", "User"}}),
                 "RoleName")
            .size(),
        0U);
    EXPECT_EQ(change("DetachRolePolicy", arn("p")), "");
    EXPECT_EQ(change("DetachRolePolicy", arn("p")),
              "NoSuchEntity: Policy " + arn("p") + " was not found.");
    EXPECT_EQ(outcome("DeletePolicy", {{"PolicyArn", arn("p")}}), "");
}

TEST_F(Policies, TenAreAttachedAtMost) {
    ASSERT_EQ(make_role("r"), "");
    for (std::size_t i = 0; i <= attached_policies_max; ++i) {
        ASSERT_EQ(make_policy("p" + std::to_string(i)), "");
        const std::string expected =
            i < attached_policies_max
                ? ""
                : "LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10";
        EXPECT_EQ(outcome("AttachRolePolicy",
                          {{"RoleName", "r"}, {"PolicyArn", arn("p" + std::to_string(i))}}),
                  expected);
    }
}

TEST_F(Policies, InlineOnesShareASize) {
    ASSERT_EQ(make_role("r"), "");
    const auto put = [&](const std::string& name, const std::string& document) {
        return outcome("PutRolePolicy",
                       {{"RoleName", "r"}, {"PolicyName", name}, {"PolicyDocument", document}});
    };
    EXPECT_EQ(put("one", sized_policy(10'000)), "");
    EXPECT_EQ(put("two", sized_policy(241)),
              "LimitExceeded: Maximum policy size of 10240 bytes exceeded for role r");
    EXPECT_EQ(put("two", sized_policy(240)), "");
    EXPECT_EQ(put("one", allow_puts), "") << "replaces";
    EXPECT_EQ(put("three", "{}"), "MalformedPolicyDocument: Syntax errors in policy.");
    restart();
    const auto got = call("GetRolePolicy", {{"RoleName", "r"}, {"PolicyName", "one"}});
    EXPECT_EQ(wire::percent_decode(element(got, "PolicyDocument")), allow_puts);
    auto names = call("ListRolePolicies", {{"RoleName", "r"}, {"MaxItems", "1"}});
    EXPECT_EQ(names.body.find("two"), std::string::npos);
    names = call("ListRolePolicies", {{"RoleName", "r"}, {"Marker", element(names, "Marker")}});
    EXPECT_EQ(element(names, "member"), "two");
    EXPECT_EQ(outcome("DeleteRolePolicy", {{"RoleName", "r"}, {"PolicyName", "two"}}), "");
    for (const char* action : {"GetRolePolicy", "DeleteRolePolicy"}) {
        EXPECT_EQ(outcome(action, {{"RoleName", "r"}, {"PolicyName", "two"}}),
                  "NoSuchEntity: The role policy with name two cannot be found.");
    }
    EXPECT_EQ(outcome("PutRolePolicy",
                      {{"RoleName", "none"}, {"PolicyName", "p"}, {"PolicyDocument", allow_puts}}),
              "NoSuchEntity: The role with name none cannot be found.");
}

TEST_F(Policies, Boundaries) {
    ASSERT_EQ(make_policy("bound"), "");
    EXPECT_EQ(make_role("r", {{"PermissionsBoundary", arn("none")}}),
              "NoSuchEntity: Scope ARN: " + arn("none") + " does not exist or is not attachable.");
    ASSERT_EQ(make_role("r", {{"PermissionsBoundary", arn("bound")}}), "");
    auto role = call("GetRole", {{"RoleName", "r"}});
    EXPECT_EQ(element(role, "PermissionsBoundaryArn"), arn("bound"));
    EXPECT_EQ(element(role, "PermissionsBoundaryType"), "Policy");
    const auto policy = call("GetPolicy", {{"PolicyArn", arn("bound")}});
    EXPECT_EQ(element(policy, "PermissionsBoundaryUsageCount"), "1");
    EXPECT_EQ(element(policy, "AttachmentCount"), "0");
    EXPECT_EQ(outcome("DeletePolicy", {{"PolicyArn", arn("bound")}}).substr(0, 15),
              "DeleteConflict:");
    const auto entities = [&](const char* usage) {
        return elements(call("ListEntitiesForPolicy",
                             {{"PolicyArn", arn("bound")}, {"PolicyUsageFilter", usage}}),
                        "RoleName");
    };
    EXPECT_EQ(entities("PermissionsBoundary"), (std::vector<std::string>{"r"}));
    EXPECT_EQ(entities("PermissionsPolicy"), (std::vector<std::string>{}));
    // Attached as well, then taken away as a boundary: one use is left.
    ASSERT_EQ(outcome("AttachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", arn("bound")}}), "");
    EXPECT_EQ(outcome("DeleteRolePermissionsBoundary", {{"RoleName", "r"}}), "");
    EXPECT_EQ(outcome("DeleteRolePermissionsBoundary", {{"RoleName", "r"}}), "");
    EXPECT_EQ(entities("PermissionsPolicy"), (std::vector<std::string>{"r"}));
    ASSERT_EQ(outcome("DetachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", arn("bound")}}), "");
    EXPECT_EQ(outcome("PutRolePermissionsBoundary",
                      {{"RoleName", "r"}, {"PermissionsBoundary", arn("none")}})
                  .substr(0, 13),
              "NoSuchEntity:");
    EXPECT_EQ(outcome("PutRolePermissionsBoundary",
                      {{"RoleName", "r"}, {"PermissionsBoundary", arn("bound")}}),
              "");
    // A role that goes takes its boundary's use with it.
    EXPECT_EQ(outcome("DeleteRole", {{"RoleName", "r"}}), "");
    EXPECT_EQ(outcome("DeletePolicy", {{"PolicyArn", arn("bound")}}), "");
}

TEST_F(Policies, HaveTags) {
    ASSERT_EQ(make_policy("p", {{"Tags.member.1.Key", "a"}, {"Tags.member.1.Value", "1"}}), "");
    EXPECT_EQ(outcome("TagPolicy", {{"PolicyArn", arn("p")},
                                    {"Tags.member.1.Key", "b"},
                                    {"Tags.member.1.Value", "2"}}),
              "");
    EXPECT_EQ(elements(call("ListPolicyTags", {{"PolicyArn", arn("p")}}), "Key"),
              (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(outcome("UntagPolicy", {{"PolicyArn", arn("p")}, {"TagKeys.member.1", "a"}}), "");
    EXPECT_EQ(elements(call("GetPolicy", {{"PolicyArn", arn("p")}}), "Key"),
              (std::vector<std::string>{"b"}));
}

TEST_F(Policies, OtherOperationsAreNamed) {
    const auto answer = call("CreateUser", {{"UserName", "bob"}});
    EXPECT_EQ(answer.status, 501);
    EXPECT_NE(answer.body.find("CreateUser of iam"), std::string::npos) << answer.body;
}

}  // namespace
}  // namespace iam

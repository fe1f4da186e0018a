// Roles: made, read, changed, listed, deleted.
#include "services/iam/testing.h"

namespace iam {
namespace {

using Roles = IamTest;

TEST_F(Roles, AreShownAsTheyWereMade) {
    const auto made = call("CreateRole", {{"RoleName", "producer"},
                                          {"Path", "/acme/"},
                                          {"AssumeRolePolicyDocument", trust_lambda},
                                          {"Description", "writes"},
                                          {"MaxSessionDuration", "7200"},
                                          {"Tags.member.1.Key", "team"},
                                          {"Tags.member.1.Value", "data"}});
    ASSERT_EQ(made.status, 200) << made.body;
    EXPECT_TRUE(made.body.starts_with(
        "<CreateRoleResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">"
        "<CreateRoleResult><Role><Path>/acme/</Path><RoleName>producer</RoleName><RoleId>AROA"))
        << made.body;
    EXPECT_EQ(element(made, "Arn"), "arn:aws:iam::000000000000:role/acme/producer");
    EXPECT_EQ(element(made, "RoleId").size(), 21U);
    EXPECT_EQ(element(made, "CreateDate").size(), 20U) << "whole seconds";
    EXPECT_EQ(element(made, "AssumeRolePolicyDocument"), wire::percent_encode(trust_lambda));
    EXPECT_TRUE(element(made, "AssumeRolePolicyDocument").starts_with("%7B%22Version%22%3A%22"));
    restart();
    const auto got = call("GetRole", {{"RoleName", "producer"}});
    for (const char* name :
         {"Path", "RoleName", "RoleId", "Arn", "CreateDate", "AssumeRolePolicyDocument",
          "Description", "MaxSessionDuration", "Tags"}) {
        EXPECT_EQ(element(got, name), element(made, name)) << name;
        EXPECT_NE(element(got, name), "") << name;
    }
    EXPECT_NE(got.body.find("<RoleLastUsed></RoleLastUsed>"), std::string::npos) << got.body;
}

TEST_F(Roles, NamesDifferByMoreThanCase) {
    EXPECT_EQ(make_role("Producer"), "");
    EXPECT_EQ(make_role("Producer"),
              "EntityAlreadyExists: Role with name Producer already exists.");
    EXPECT_EQ(make_role("producer"),
              "EntityAlreadyExists: Role with name producer already exists.");
    EXPECT_EQ(
        call("CreateRole", {{"RoleName", "Producer"}, {"AssumeRolePolicyDocument", trust_lambda}})
            .status,
        409);
    EXPECT_EQ(outcome("GetRole", {{"RoleName", "producer"}}),
              "NoSuchEntity: The role with name producer cannot be found.");
    EXPECT_EQ(call("GetRole", {{"RoleName", "other"}}).status, 404);
    // Each account has its own.
    harness_->set_caller({"123456789012", "", "arn:aws:iam::123456789012:root", "123456789012"});
    EXPECT_EQ(call("GetRole", {{"RoleName", "Producer"}}).status, 404);
    EXPECT_EQ(make_role("Producer"), "");
    harness_->set_region("eu-central-1");
    EXPECT_EQ(call("GetRole", {{"RoleName", "Producer"}}).status, 200) << "IAM has no regions";
}

TEST_F(Roles, InputsAreValidated) {
    for (const Parameters& wrong :
         std::vector<Parameters>{{{"RoleName", std::string(65, 'a')}},
                                 {{"RoleName", "a b"}},
                                 {{"RoleName", ""}},
                                 {{"RoleName", "r"}, {"Path", "no/slash"}},
                                 {{"RoleName", "r"}, {"Path", "//" + std::string(512, 'a')}},
                                 {{"RoleName", "r"}, {"MaxSessionDuration", "3599"}},
                                 {{"RoleName", "r"}, {"MaxSessionDuration", "43201"}},
                                 {{"RoleName", "r"}, {"Description", std::string(1001, 'a')}}}) {
        Parameters parameters = wrong;
        parameters.emplace_back("AssumeRolePolicyDocument", trust_lambda);
        EXPECT_EQ(call("CreateRole", parameters).error_code(), "ValidationError");
    }
    EXPECT_EQ(outcome("CreateRole", {{"RoleName", "r"}}).substr(0, 16), "ValidationError:");
    EXPECT_EQ(make_role(std::string(64, 'a'), {{"Path", "/" + std::string(510, 'p') + "/"}}), "");
    EXPECT_EQ(outcome("CreateRole", {{"RoleName", "r"}, {"AssumeRolePolicyDocument", "{"}}),
              "MalformedPolicyDocument: This policy contains invalid Json");
    EXPECT_EQ(outcome("CreateRole", {{"RoleName", "r"}, {"AssumeRolePolicyDocument", allow_puts}}),
              "MalformedPolicyDocument: Missing required field Principal");
}

TEST_F(Roles, TrustPoliciesHaveASize) {
    const auto trust = [](std::size_t size) {
        std::string document = R"({"Version":"2012-10-17","Id":")";
        const std::string rest =
            R"(","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"*"}}})";
        return document + std::string(size - document.size() - rest.size(), 'i') + rest;
    };
    const std::string spaced = trust(trust_policy_size_max) + std::string(500, '\n');
    EXPECT_EQ(outcome("CreateRole", {{"RoleName", "a"}, {"AssumeRolePolicyDocument", spaced}}), "");
    const std::string large = trust(trust_policy_size_max + 1);
    EXPECT_EQ(outcome("CreateRole", {{"RoleName", "b"}, {"AssumeRolePolicyDocument", large}}),
              "LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048");
    EXPECT_EQ(outcome("UpdateAssumeRolePolicy", {{"RoleName", "a"}, {"PolicyDocument", large}}),
              "LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048");
}

TEST_F(Roles, Change) {
    ASSERT_EQ(make_role("r", {{"Description", "before"}, {"MaxSessionDuration", "7200"}}), "");
    const auto updated = call("UpdateRole", {{"RoleName", "r"}, {"MaxSessionDuration", "3600"}});
    EXPECT_NE(updated.body.find("<UpdateRoleResult></UpdateRoleResult>"), std::string::npos)
        << "clients look for it: " << updated.body;
    auto role = call("GetRole", {{"RoleName", "r"}});
    EXPECT_EQ(element(role, "Description"), "before");
    EXPECT_EQ(element(role, "MaxSessionDuration"), "3600");
    EXPECT_EQ(outcome("UpdateRole", {{"RoleName", "r"}, {"Description", "after"}}), "");
    EXPECT_EQ(element(call("UpdateRoleDescription", {{"RoleName", "r"}, {"Description", ""}}),
                      "Description"),
              "");
    const std::string other =
        R"({"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"*"}}})";
    EXPECT_EQ(outcome("UpdateAssumeRolePolicy", {{"RoleName", "r"}, {"PolicyDocument", other}}),
              "");
    role = call("GetRole", {{"RoleName", "r"}});
    EXPECT_EQ(element(role, "AssumeRolePolicyDocument"), wire::percent_encode(other));
    for (const char* action :
         {"UpdateRole", "GetRole", "DeleteRole", "ListRolePolicies", "ListAttachedRolePolicies",
          "ListRoleTags", "DeleteRolePermissionsBoundary"}) {
        EXPECT_EQ(outcome(action, {{"RoleName", "none"}}),
                  "NoSuchEntity: The role with name none cannot be found.")
            << action;
    }
}

TEST_F(Roles, AreListedInPages) {
    for (const char* name : {"delta", "Alpha", "charlie", "bravo"})
        ASSERT_EQ(make_role(name, {{"Tags.member.1.Key", "k"}, {"Tags.member.1.Value", "v"}}), "");
    ASSERT_EQ(make_role("service", {{"Path", "/service-role/"}}), "");
    auto page = call("ListRoles", {{"MaxItems", "2"}});
    EXPECT_EQ(elements(page, "RoleName"), (std::vector<std::string>{"Alpha", "bravo"}));
    EXPECT_EQ(element(page, "IsTruncated"), "true");
    EXPECT_EQ(page.body.find("<Tags>"), std::string::npos);
    // What comes and goes meanwhile moves nothing.
    ASSERT_EQ(outcome("DeleteRole", {{"RoleName", "bravo"}}), "");
    ASSERT_EQ(make_role("aaa"), "");
    page = call("ListRoles", {{"MaxItems", "2"}, {"Marker", element(page, "Marker")}});
    EXPECT_EQ(elements(page, "RoleName"), (std::vector<std::string>{"charlie", "delta"}));
    page = call("ListRoles", {{"MaxItems", "2"}, {"Marker", element(page, "Marker")}});
    EXPECT_EQ(elements(page, "RoleName"), (std::vector<std::string>{"service"}));
    EXPECT_EQ(element(page, "IsTruncated"), "false");
    EXPECT_EQ(element(page, "Marker"), "");
    EXPECT_EQ(elements(call("ListRoles", {{"PathPrefix", "/service"}}), "RoleName"),
              (std::vector<std::string>{"service"}));
    EXPECT_EQ(outcome("ListRoles", {{"Marker", "!"}}), "ValidationError: Invalid Marker.");
    EXPECT_EQ(call("ListRoles", {{"MaxItems", "1001"}}).error_code(), "ValidationError");
}

TEST_F(Roles, AreDeletedWithoutPoliciesOnly) {
    ASSERT_EQ(make_role("r"), "");
    const std::string managed = "arn:aws:iam::aws:policy/AdministratorAccess";
    ASSERT_EQ(outcome("AttachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", managed}}), "");
    ASSERT_EQ(
        outcome("PutRolePolicy",
                {{"RoleName", "r"}, {"PolicyName", "inline"}, {"PolicyDocument", allow_puts}}),
        "");
    EXPECT_EQ(outcome("DeleteRole", {{"RoleName", "r"}}),
              "DeleteConflict: Cannot delete entity, must detach all policies first.");
    ASSERT_EQ(outcome("DetachRolePolicy", {{"RoleName", "r"}, {"PolicyArn", managed}}), "");
    EXPECT_EQ(outcome("DeleteRole", {{"RoleName", "r"}}),
              "DeleteConflict: Cannot delete entity, must delete policies first.");
    ASSERT_EQ(outcome("DeleteRolePolicy", {{"RoleName", "r"}, {"PolicyName", "inline"}}), "");
    const std::string before = element(call("GetRole", {{"RoleName", "r"}}), "RoleId");
    EXPECT_EQ(outcome("DeleteRole", {{"RoleName", "r"}}), "");
    EXPECT_EQ(call("GetRole", {{"RoleName", "r"}}).status, 404);
    ASSERT_EQ(make_role("r"), "");
    EXPECT_NE(element(call("GetRole", {{"RoleName", "r"}}), "RoleId"), before);
}

TEST_F(Roles, AnAccountHasAThousand) {
    for (std::size_t i = 0; i < roles_max; ++i) {
        RoleRow row;
        row.name = "role" + std::to_string(i);
        row.path = "/";
        ASSERT_TRUE(iam_->create_role("000000000000", row).has_value());
    }
    const std::string full = "LimitExceeded: Cannot exceed quota for RolesPerAccount: 1000";
    EXPECT_EQ(make_role("one-more"), full);
    restart();
    EXPECT_EQ(make_role("one-more"), full) << "counted again after a restart";
    ASSERT_EQ(outcome("DeleteRole", {{"RoleName", "role7"}}), "");
    EXPECT_EQ(make_role("one-more"), "");
    EXPECT_EQ(make_role("and-another"), full);
    EXPECT_EQ(elements(call("ListRoles", {}), "RoleName").size(), 100U);
    EXPECT_EQ(elements(call("ListRoles", {{"MaxItems", "1000"}}), "RoleName").size(), 1000U);
    const auto summary = call("GetAccountSummary", {});
    EXPECT_NE(summary.body.find("<entry><key>Roles</key><value>1000</value></entry>"),
              std::string::npos)
        << summary.body;
}

TEST_F(Roles, TagsIgnoreTheCaseOfKeys) {
    ASSERT_EQ(make_role("r"), "");
    const auto tag = [&](const std::string& key, const std::string& value) {
        return outcome(
            "TagRole",
            {{"RoleName", "r"}, {"Tags.member.1.Key", key}, {"Tags.member.1.Value", value}});
    };
    EXPECT_EQ(tag("Team", "data"), "");
    EXPECT_EQ(tag("owner", "ops"), "");
    EXPECT_EQ(tag("TEAM", "infra"), "");
    auto tags = call("ListRoleTags", {{"RoleName", "r"}});
    EXPECT_EQ(elements(tags, "Key"), (std::vector<std::string>{"TEAM", "owner"}));
    EXPECT_EQ(elements(tags, "Value"), (std::vector<std::string>{"infra", "ops"}));
    tags = call("ListRoleTags", {{"RoleName", "r"}, {"MaxItems", "1"}});
    EXPECT_EQ(element(tags, "IsTruncated"), "true");
    EXPECT_EQ(outcome("UntagRole", {{"RoleName", "r"},
                                    {"TagKeys.member.1", "team"},
                                    {"TagKeys.member.2", "not-there"}}),
              "");
    EXPECT_EQ(elements(call("ListRoleTags", {{"RoleName", "r"}}), "Key"),
              (std::vector<std::string>{"owner"}));
    EXPECT_EQ(outcome("TagRole", {{"RoleName", "r"},
                                  {"Tags.member.1.Key", "a"},
                                  {"Tags.member.1.Value", ""},
                                  {"Tags.member.2.Key", "A"},
                                  {"Tags.member.2.Value", ""}}),
              "InvalidInput: Duplicate tag keys found. Please note that Tag keys are case "
              "insensitive.");
    EXPECT_EQ(tag("aws:mine", "x").substr(0, 13), "InvalidInput:");
    EXPECT_EQ(tag("bad#key", "x").substr(0, 16), "ValidationError:");
    for (std::size_t i = 1; i < tags_max; ++i)
        ASSERT_EQ(tag("key" + std::to_string(i), ""), "");
    EXPECT_EQ(tag("one-more", ""),
              "LimitExceeded: The number of tags has reached the maximum limit.");
    EXPECT_EQ(tag("OWNER", "again"), "") << "replacing is no addition";
}

}  // namespace
}  // namespace iam

// Limits at their edges, pages, many resources, bad input.
#include <chrono>

#include "services/cloudformation/answers.h"
#include "services/cloudformation/testing.h"

namespace cloudformation {
namespace {

using namespace testing;  // NOLINT: the fixture's words

class Limits : public StacksTest {
  protected:
    static std::string many(int count, const std::string& value = "v") {
        std::string list;
        for (int i = 0; i < count; ++i) {
            const std::string id = "R" + std::to_string(1000 + i);
            const std::string before = "R" + std::to_string(1000 + i - 10);
            list += (i == 0 ? "" : ",") +
                    thing(id, R"("Name":")" + id + R"(","Value":)" +
                                  (i < 10 ? "\"" + value + "\""
                                          : R"({"Fn::GetAtt":[")" + before + R"(","Value"]})"));
        }
        return R"({"Resources":{)" + list + "}}";
    }
    // Through the object store: too large for a request.
    Fields large(const std::string& name, const std::string& text) {
        EXPECT_TRUE(stage_.put("templates", "large.json", text).has_value());
        return {{"StackName", name}, {"TemplateURL", "s3://templates/large.json"}};
    }
};

TEST_F(Limits, FiveHundredResourcesAreDeployed) {
    EXPECT_EQ(outcome("CreateStack", large("s", many(500))), "");
    settle();
    EXPECT_EQ(status("s"), "CREATE_COMPLETE");
    EXPECT_EQ(world_.things.size(), 500u);
    EXPECT_EQ(world_.things["R1499"].value, "v");
    // Pages of a hundred; DescribeStackResources shows the first hundred only.
    std::size_t found = 0;
    int pages = 0;
    Fields fields{{"StackName", "s"}};
    while (true) {
        const auto page = call("ListStackResources", fields);
        found += elements(page.body, "member").size();
        ++pages;
        const std::string next = element(page.body, "NextToken");
        if (next.empty()) break;
        fields = {{"StackName", "s"}, {"NextToken", next}};
    }
    EXPECT_EQ(found, 500u);
    EXPECT_EQ(pages, 5);
    EXPECT_EQ(elements(call("DescribeStackResources", {{"StackName", "s"}}).body, "member").size(),
              100u);
    EXPECT_EQ(outcome("UpdateStack", large("s", many(500, "w"))), "");
    settle();
    EXPECT_EQ(status("s"), "UPDATE_COMPLETE");
    EXPECT_EQ(world_.things["R1499"].value, "w");
    EXPECT_EQ(outcome("ValidateTemplate", {{"TemplateURL", "s3://templates/large.json"}}), "");
    static_cast<void>(large("s", many(501)));
    EXPECT_NE(outcome("ValidateTemplate", {{"TemplateURL", "s3://templates/large.json"}}), "");
}

TEST_F(Limits, ABodyInTheRequestIsSmall) {
    std::string text = body({thing("A", R"("Name":"a")")});
    text += std::string(template_body_bytes_max - text.size(), ' ');
    EXPECT_EQ(outcome("ValidateTemplate", {{"TemplateBody", text}}), "");
    EXPECT_EQ(outcome("ValidateTemplate", {{"TemplateBody", text + " "}}),
              "ValidationError: 1 validation error detected: Value at 'templateBody' failed to "
              "satisfy constraint: Member must have length less than or equal to 51200");
}

TEST_F(Limits, EventsAreBoundedAndPaged) {
    EXPECT_EQ(deploy("s", body({thing("A", R"("Name":"a","Value":"0")")})), "CREATE_COMPLETE");
    const std::size_t per_update = 5;
    for (std::size_t i = 1; i < events_max / per_update + 5; ++i) {
        ASSERT_EQ(
            deploy("s", body({thing("A", R"("Name":"a","Value":")" + std::to_string(i) + "\"")})),
            "UPDATE_COMPLETE");
    }
    const std::string all = events("s");
    EXPECT_EQ(static_cast<std::size_t>(std::count(all.begin(), all.end(), '\n')), events_max);
    EXPECT_TRUE(all.ends_with("* UPDATE_COMPLETE\n"));
}

TEST_F(Limits, ChangeSetsOfAStackAreBounded) {
    const std::string text = body({thing("A", R"("Name":"a")")});
    const auto create = [&](std::size_t number) {
        return outcome("CreateChangeSet", {{"StackName", "s"},
                                           {"ChangeSetName", "c" + std::to_string(number)},
                                           {"ChangeSetType", "CREATE"},
                                           {"TemplateBody", text}});
    };
    for (std::size_t i = 0; i < change_sets_max; ++i)
        ASSERT_EQ(create(i), "") << i;
    EXPECT_EQ(create(change_sets_max),
              "LimitExceededException: Limit for change sets has been exceeded");
}

TEST_F(Limits, DeletedStacksAreForgottenInTheEnd) {
    const std::string text = body({thing("A", R"("Name":"a")")});
    std::vector<std::string> ids;
    for (std::size_t i = 0; i <= deleted_stacks_max; ++i) {
        EXPECT_EQ(outcome("CreateStack", {{"StackName", "s"}, {"TemplateBody", text}}), "");
        stage_.executor.run_until_idle();
        ids.push_back(element(call("DescribeStacks", {{"StackName", "s"}}).body, "StackId"));
        EXPECT_EQ(outcome("DeleteStack", {{"StackName", "s"}}), "");
        stage_.executor.run_until_idle();
        stage_.clock.advance_ms(1);
    }
    EXPECT_EQ(status(ids.front()), "Stack with id " + ids.front() + " does not exist");
    EXPECT_EQ(status(ids[1]), "DELETE_COMPLETE");
    EXPECT_EQ(status(ids.back()), "DELETE_COMPLETE");
    EXPECT_EQ(outcome("ListStacks", {{"NextToken", "x"}}), "ValidationError: Invalid NextToken");
    EXPECT_EQ(elements(call("ListStacks", {}).body, "StackId").size(), page_max);
    EXPECT_EQ(elements(call("ListStacks", {{"StackStatusFilter.member.1", "CREATE_COMPLETE"}}).body,
                       "StackId")
                  .size(),
              0u);
}

TEST_F(Limits, BadTemplatesAreRefusedWithTheirReason) {
    const auto refused = [&](const std::string& text) {
        return outcome("CreateStack", {{"StackName", "s"}, {"TemplateBody", text}});
    };
    for (
        const std::string text :
        {"{", "a: [", "null", "5", "{}", R"({"Resources":{}})", R"({"Resources":5})",
         R"({"Resources":{"A":{"Type":"Test::Thing","Properties":{"Value":{"Fn::None":1}}}}})",
         R"({"Resources":{"A":{"Type":"Test::Thing","Properties":{"Value":{"Ref":"None"}}}}})",
         R"({"Resources":{"A":{"Type":"Test::Thing","Properties":{"Value":{"Fn::GetAtt":["A","X"]}}}}})",
         R"({"Resources":{"A":{"Type":"Test::Thing","Properties":{"Value":{"Ref":"B"}}},)"
         R"("B":{"Type":"Test::Thing","Properties":{"Value":{"Ref":"A"}}}}})"}) {
        const std::string reason = refused(text);
        EXPECT_TRUE(reason.starts_with("ValidationError: ")) << text << reason;
        EXPECT_GT(reason.size(), 25u) << text << reason;
    }
    EXPECT_EQ(refused(R"({"Parameters":{"P":{"Type":"String"}},"Resources":{"A":{"Type":)"
                      R"("Test::Thing"}}})"),
              "ValidationError: Parameters: [P] must have values");
    EXPECT_EQ(world_.calls, std::vector<std::string>{});
    EXPECT_EQ(call("ListStacks", {}).body.find("<member>"), std::string::npos);
}

TEST_F(Limits, OptionsThatAreNotThereAreRefused) {
    const std::string text = body({thing("A", R"("Name":"a")")});
    for (const auto& [name, value] :
         Fields{{"NotificationARNs.member.1", "arn:aws:sns:us-west-2:000000000000:t"},
                {"StackPolicyBody", "{}"},
                {"RollbackConfiguration.MonitoringTimeInMinutes", "5"}}) {
        const std::string refused =
            outcome("CreateStack", {{"StackName", "s"}, {"TemplateBody", text}, {name, value}});
        EXPECT_NE(refused.find("is not supported by this server"), std::string::npos) << name;
    }
    EXPECT_NE(outcome("CreateStack", {{"StackName", "9s"}, {"TemplateBody", text}}), "");
    EXPECT_EQ(
        outcome("CreateStack",
                {{"StackName", "s"}, {"TemplateBody", text}, {"ResourceTypes.member.1", "AWS::*"}}),
        "ValidationError: Resource type Test::Thing is not allowed by parameter "
        "ResourceTypes");
}

TEST_F(Limits, WhatIsNotThereIsSaidInEachOperationsWords) {
    const std::string arn = "arn:aws:cloudformation:us-west-2:000000000000:stack/s/u";
    for (const std::string& name : {std::string("s"), arn}) {
        EXPECT_EQ(outcome("DescribeStacks", {{"StackName", name}}),
                  "ValidationError: Stack with id " + name + " does not exist");
        EXPECT_EQ(outcome("GetTemplate", {{"StackName", name}}),
                  "ValidationError: Stack with id " + name + " does not exist");
        EXPECT_EQ(outcome("DescribeStackEvents", {{"StackName", name}}),
                  "ValidationError: Stack [" + name + "] does not exist");
        EXPECT_EQ(
            outcome("DescribeStackResource", {{"StackName", name}, {"LogicalResourceId", "A"}}),
            "ValidationError: Stack '" + name + "' does not exist");
        EXPECT_EQ(outcome("UpdateStack", {{"StackName", name}, {"TemplateBody", "{}"}}),
                  "ValidationError: Stack [" + name + "] does not exist");
    }
    EXPECT_EQ(deploy("s", body({thing("A", R"("Name":"a")")})), "CREATE_COMPLETE");
    EXPECT_EQ(outcome("DescribeStackResource", {{"StackName", "s"}, {"LogicalResourceId", "Z"}}),
              "ValidationError: Resource Z does not exist for stack s");
    EXPECT_EQ(element(call("DescribeStackResources", {{"PhysicalResourceId", "a"}}).body,
                      "LogicalResourceId"),
              "A");
    EXPECT_EQ(outcome("DescribeStackResources", {{"PhysicalResourceId", "z"}}),
              "ValidationError: Stack for z does not exist");
    // Other regions and accounts have stacks of their own.
    harness_->set_region("eu-west-1");
    EXPECT_EQ(status("s"), "Stack with id s does not exist");
}

TEST_F(Limits, SummariesTellWhatATemplateAsksFor) {
    const std::string text =
        R"({"Description":"d","Parameters":{"P":{"Type":"String","Default":"x","AllowedValues":)"
        R"(["x","y"],"Description":"p","NoEcho":true}},"Resources":{)" +
        thing("A") + "," + thing("B", "", "", "AWS::None::Such") + "}}";
    EXPECT_EQ(outcome("GetTemplateSummary", {{"TemplateBody", text}}),
              "ValidationError: Template format error: Unrecognized resource types: "
              "[AWS::None::Such]");
    const auto summary =
        call("GetTemplateSummary",
             {{"TemplateBody", text},
              {"TemplateSummaryConfig.TreatUnrecognizedResourceTypesAsWarnings", "true"}});
    EXPECT_EQ(element(summary.body, "Description"), "p");
    EXPECT_EQ(element(summary.body, "ParameterType"), "String");
    EXPECT_EQ(element(summary.body, "DefaultValue"), "x");
    EXPECT_EQ(elements(element(summary.body, "AllowedValues"), "member"),
              (std::vector<std::string>{"x", "y"}));
    EXPECT_EQ(elements(element(summary.body, "ResourceTypes"), "member"),
              (std::vector<std::string>{"Test::Thing", "AWS::None::Such"}));
    EXPECT_NE(element(summary.body, "Warnings").find("AWS::None::Such"), std::string::npos);
    EXPECT_EQ(outcome("ValidateTemplate", {{"TemplateBody", body({thing("A")})}}), "");
    EXPECT_EQ(outcome("ValidateTemplate", {{"TemplateBody", "{}"}}).substr(0, 16),
              "ValidationError:");
}

}  // namespace
}  // namespace cloudformation

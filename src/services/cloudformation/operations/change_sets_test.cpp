// Change sets: what the CDK relies on, to the letter.
#include "services/cloudformation/testing.h"

namespace cloudformation {
namespace {

using namespace testing;  // NOLINT: the fixture's words

class ChangeSets : public StacksTest {
  protected:
    std::string describe(bool values = false) {
        return call("DescribeChangeSet", {{"StackName", "s"},
                                          {"ChangeSetName", "c"},
                                          {"IncludePropertyValues", values ? "true" : "false"}})
            .body;
    }
    // "Add A, Modify B True"
    std::string changes() {
        std::string text;
        for (const std::string& change : elements(describe(), "ResourceChange")) {
            const std::string replacement = element(change, "Replacement");
            text += (text.empty() ? "" : ", ") + element(change, "Action") + " " +
                    element(change, "LogicalResourceId") +
                    (replacement.empty() ? "" : " " + replacement);
        }
        return text;
    }
    std::string execute() {
        const std::string refused =
            outcome("ExecuteChangeSet", {{"StackName", "s"}, {"ChangeSetName", "c"}});
        if (!refused.empty()) return refused;
        settle();
        return status("s");
    }
};

TEST_F(ChangeSets, AreWholeAtTheFirstLook) {
    EXPECT_EQ(status("s"), "Stack with id s does not exist");
    const std::string text = body({thing("A", R"("Name":"a")")});
    const auto created = call("CreateChangeSet", {{"StackName", "s"},
                                                  {"ChangeSetName", "c"},
                                                  {"ChangeSetType", "CREATE"},
                                                  {"TemplateBody", text},
                                                  {"Parameters", ""},
                                                  {"Tags", ""},
                                                  {"DeploymentConfig.Mode", "STANDARD"},
                                                  {"IncludeNestedStacks", "true"}});
    ASSERT_EQ(created.status, 200) << created.body;
    const std::string id = element(created.body, "Id");
    const std::string stack_id = element(created.body, "StackId");
    EXPECT_EQ(status("s"), "REVIEW_IN_PROGRESS");
    EXPECT_EQ(status(stack_id), "REVIEW_IN_PROGRESS");
    const auto described = call("DescribeChangeSet", {{"ChangeSetName", id}});
    EXPECT_EQ(element(described.body, "Status"), "CREATE_COMPLETE");
    EXPECT_EQ(element(described.body, "ExecutionStatus"), "AVAILABLE");
    EXPECT_EQ(element(described.body, "ChangeSetId"), id);
    EXPECT_EQ(element(described.body, "ChangeSetName"), "c");
    EXPECT_EQ(element(described.body, "StackId"), stack_id);
    EXPECT_EQ(element(described.body, "StackName"), "s");
    EXPECT_EQ(changes(), "Add A");
    // GetTemplate of a stack in review: 200 without a template.
    const auto got = call("GetTemplate", {{"StackName", "s"}, {"TemplateStage", "Original"}});
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.body.find("<TemplateBody>"), std::string::npos);
    EXPECT_EQ(outcome("ExecuteChangeSet", {{"StackName", stack_id}, {"ChangeSetName", id}}), "");
    settle();
    EXPECT_EQ(status(stack_id), "CREATE_COMPLETE");
    EXPECT_EQ(element(call("DescribeStacks", {{"StackName", "s"}}).body, "ChangeSetId"), id);
    EXPECT_EQ(outcome("ExecuteChangeSet", {{"StackName", "s"}, {"ChangeSetName", "c"}}),
              "InvalidChangeSetStatus: ChangeSet [" + id +
                  "] cannot be executed in its current status of [EXECUTE_COMPLETE]");
}

TEST_F(ChangeSets, ThatChangeNothingFail) {
    const std::string text = body({thing("A", R"("Name":"a")")});
    EXPECT_EQ(deploy("s", text), "CREATE_COMPLETE");
    EXPECT_EQ(change_set("s", text, "UPDATE"), "");
    EXPECT_EQ(element(describe(), "Status"), "FAILED");
    EXPECT_EQ(element(describe(), "StatusReason"),
              "The submitted information didn't contain changes. Submit different information to "
              "create a change set.");
    EXPECT_EQ(element(describe(), "ExecutionStatus"), "UNAVAILABLE");
    EXPECT_EQ(execute().substr(0, 23), "InvalidChangeSetStatus:");
    EXPECT_EQ(outcome("DeleteChangeSet", {{"StackName", "s"}, {"ChangeSetName", "c"}}), "");
    const auto gone = call("DescribeChangeSet", {{"StackName", "s"}, {"ChangeSetName", "c"}});
    EXPECT_EQ(gone.status, 404);
    EXPECT_EQ(gone.error_code(), "ChangeSetNotFound");
    // Deleting what is not there succeeds.
    EXPECT_EQ(outcome("DeleteChangeSet", {{"StackName", "s"}, {"ChangeSetName", "c"}}), "");
}

TEST_F(ChangeSets, TellWhatChangesAndWhy) {
    const std::string parameters = R"("Parameters":{"P":{"Type":"String","Default":"1"}})";
    EXPECT_EQ(
        deploy("s", body({thing("A", R"("Name":"a","Value":{"Ref":"P"})"),
                          thing("B", R"("Value":"x")", "", "Test::Rigid"),
                          thing("C", R"("Name":"c","Value":{"Ref":"B"})"),
                          thing("D", R"("Name":{"Fn::Sub":"d-${B}"})"),
                          thing("Same", R"("Name":"same")"), thing("Gone", R"("Name":"gone")")},
                         parameters)),
        "CREATE_COMPLETE");
    EXPECT_EQ(change_set("s",
                         body({thing("A", R"("Name":"a","Value":{"Ref":"P"})"),
                               thing("B", R"("Value":"y")", "", "Test::Rigid"),
                               thing("C", R"("Name":"c","Value":{"Ref":"B"})"),
                               thing("D", R"("Name":{"Fn::Sub":"d-${B}"})"),
                               thing("Same", R"("Name":"same")"), thing("New", R"("Name":"new")")},
                              parameters),
                         "UPDATE",
                         {{"Parameters.member.1.ParameterKey", "P"},
                          {"Parameters.member.1.ParameterValue", "2"}}),
              "");
    EXPECT_EQ(changes(),
              "Modify A False, Modify B True, Add New, Modify C False, Modify D Conditional, "
              "Remove Gone");
    const auto found = elements(describe(true), "ResourceChange");
    ASSERT_EQ(found.size(), 6u);
    EXPECT_EQ(element(found[0], "ChangeSource"), "ParameterReference");
    EXPECT_EQ(element(found[0], "CausingEntity"), "P");
    EXPECT_EQ(element(found[0], "BeforeValue"), "1");
    EXPECT_EQ(element(found[0], "AfterValue"), "2");
    EXPECT_EQ(element(found[0], "Evaluation"), "Static");
    EXPECT_NE(element(found[0], "AfterContext").find(R"("Value":"2")"), std::string::npos);
    EXPECT_EQ(element(found[1], "RequiresRecreation"), "Always");
    EXPECT_EQ(element(found[1], "ChangeSource"), "DirectModification");
    EXPECT_EQ(element(found[1], "PolicyAction"), "ReplaceAndDelete");
    EXPECT_EQ(element(found[3], "ChangeSource"), "ResourceReference");
    EXPECT_EQ(element(found[3], "CausingEntity"), "B");
    EXPECT_EQ(element(found[3], "Evaluation"), "Dynamic");
    EXPECT_EQ(element(found[3], "AfterValue"), "{{changeSet:KNOWN_AFTER_APPLY}}");
    EXPECT_EQ(element(found[4], "RequiresRecreation"), "Conditionally");
    EXPECT_EQ(element(found[5], "PolicyAction"), "Delete");
    // Values only when asked for.
    EXPECT_EQ(describe().find("BeforeValue"), std::string::npos);
    EXPECT_EQ(describe().find("AfterContext"), std::string::npos);
    EXPECT_EQ(execute(), "UPDATE_COMPLETE");
    EXPECT_EQ(world_.things["a"].value, "2");
}

TEST_F(ChangeSets, SecretsAreNotShown) {
    const std::string parameters = R"("Parameters":{"P":{"Type":"String","NoEcho":true}})";
    const std::string text = body({thing("A", R"("Name":"a","Value":{"Ref":"P"})")}, parameters);
    EXPECT_EQ(deploy("s", text,
                     {{"Parameters.member.1.ParameterKey", "P"},
                      {"Parameters.member.1.ParameterValue", "first-secret"}}),
              "CREATE_COMPLETE");
    EXPECT_EQ(world_.things["a"].value, "first-secret");
    EXPECT_EQ(change_set("s", text, "UPDATE",
                         {{"Parameters.member.1.ParameterKey", "P"},
                          {"Parameters.member.1.ParameterValue", "other-secret"}}),
              "");
    EXPECT_EQ(changes(), "Modify A False");
    EXPECT_EQ(execute(), "UPDATE_COMPLETE");
    EXPECT_EQ(world_.things["a"].value, "other-secret");
    for (const auto& answer : {describe(true), call("DescribeStacks", {{"StackName", "s"}}).body,
                               call("DescribeStackEvents", {{"StackName", "s"}}).body}) {
        EXPECT_EQ(answer.find("-secret"), std::string::npos) << answer;
    }
}

TEST_F(ChangeSets, PropertiesAreCheckedBeforeAnythingIsMade) {
    EXPECT_EQ(
        change_set("s", body({thing("A", R"("Name":"a")"), thing("B", R"("Nme":"b")")}), "CREATE"),
        "");
    EXPECT_EQ(element(describe(), "Status"), "FAILED");
    EXPECT_EQ(element(describe(), "StatusReason"),
              "Properties validation failed for resource B with message:\n#: extraneous key [Nme] "
              "is not permitted");
    const auto events = call("DescribeEvents", {{"StackName", "s"}, {"ChangeSetName", "c"}});
    EXPECT_EQ(element(events.body, "EventType"), "VALIDATION_ERROR");
    EXPECT_EQ(element(events.body, "ValidationStatusReason"), element(describe(), "StatusReason"));
    EXPECT_EQ(call("ListHookResults", {{"TargetType", "CHANGE_SET"}, {"TargetId", "c"}}).status,
              200);
    // Also behind a value that is not known yet, and what the type itself refuses.
    EXPECT_EQ(outcome("CreateStack",
                      {{"StackName", "t"},
                       {"TemplateBody",
                        body({thing("A"), thing("B", R"("Nme":"b","Value":{"Ref":"A"})")})}})
                  .substr(0, 61),
              "ValidationError: Properties validation failed for resource B ");
    EXPECT_NE(outcome("CreateStack",
                      {{"StackName", "t"}, {"TemplateBody", body({thing("A", R"("Size":1001)")})}})
                  .find("Size is too large"),
              std::string::npos);
    EXPECT_EQ(
        outcome("CreateStack", {{"StackName", "t"},
                                {"TemplateBody", body({thing("A", "", "", "Test::Unknown"),
                                                       thing("B", "", "", "AWS::EC2::VPC")})}}),
        "ValidationError: Template format error: Unrecognized resource types: "
        "[Test::Unknown, AWS::EC2::VPC]");
    EXPECT_EQ(world_.calls, std::vector<std::string>{});
}

TEST_F(ChangeSets, AdoptWhatIsThereWhenToldSo) {
    world_.things["a"] = {"mine"};
    const std::string text = body({thing("A", R"("Name":"a")"), thing("B", R"("Name":"b")")});
    EXPECT_EQ(change_set("s", text, "CREATE", {{"ImportExistingResources", "true"}}), "");
    EXPECT_EQ(changes(), "Import A, Add B");
    EXPECT_EQ(execute(), "CREATE_COMPLETE");
    EXPECT_EQ(resources("s"), "A=IMPORT_COMPLETE B=CREATE_COMPLETE");
    EXPECT_EQ(world_.count_calls("Make a"), 0u);
    EXPECT_EQ(world_.things["a"].value, "mine");
    EXPECT_EQ(remove("s"), "DELETE_COMPLETE");
    EXPECT_EQ(world_.names(), "");
}

TEST_F(ChangeSets, AnAdoptionThatFailsLetsGo) {
    world_.things["a"] = {"mine"};
    EXPECT_EQ(
        change_set("s",
                   body({thing("A", R"("Name":"a")"),
                         thing("B", R"("Name":"b","FailOn":"create")", R"("DependsOn":"A")")}),
                   "CREATE", {{"ImportExistingResources", "true"}}),
        "");
    EXPECT_EQ(execute(), "ROLLBACK_COMPLETE");
    EXPECT_EQ(world_.names(), "a");
    EXPECT_EQ(world_.things["a"].value, "mine");
}

TEST_F(ChangeSets, ImportByIdentifier) {
    world_.things["a"] = {"mine"};
    const Fields import{{"ResourcesToImport.member.1.ResourceType", "Test::Thing"},
                        {"ResourcesToImport.member.1.LogicalResourceId", "A"},
                        {"ResourcesToImport.member.1.ResourceIdentifier.entry.1.key", "Name"},
                        {"ResourcesToImport.member.1.ResourceIdentifier.entry.1.value", "a"}};
    EXPECT_EQ(change_set("s", body({thing("A", R"("Name":"a")")}), "IMPORT", import), "");
    EXPECT_EQ(changes(), "Import A");
    EXPECT_EQ(execute(), "IMPORT_COMPLETE");
    EXPECT_EQ(resources("s"), "A=IMPORT_COMPLETE");
}

TEST_F(ChangeSets, AskForCapabilities) {
    const std::string macro = R"({"Transform":"AWS::LanguageExtensions","Resources":{)" +
                              thing("A", R"("Name":"a")") + "}}";
    const std::string refused = change_set("s", macro, "CREATE");
    if (!refused.empty()) {
        EXPECT_EQ(refused,
                  "InsufficientCapabilitiesException: Requires capabilities : "
                  "[CAPABILITY_AUTO_EXPAND]");
        EXPECT_EQ(
            change_set("s", macro, "CREATE", {{"Capabilities.member.1", "CAPABILITY_AUTO_EXPAND"}}),
            "");
    }
}

TEST_F(ChangeSets, AreRefusedWhereTheStackIsNot) {
    const std::string text = body({thing("A", R"("Name":"a")")});
    EXPECT_EQ(change_set("s", text, "UPDATE"), "ValidationError: Stack [s] does not exist");
    EXPECT_EQ(change_set("s", text, "CREATE"), "");
    EXPECT_EQ(change_set("s", text, "CREATE"),
              "AlreadyExistsException: ChangeSet c already exists");
    EXPECT_EQ(execute(), "CREATE_COMPLETE");
    EXPECT_EQ(change_set("s", text, "CREATE"),
              "ValidationError: Stack [s] already exists and cannot be created again with the "
              "changeSet [c].");
    EXPECT_EQ(outcome("DescribeChangeSet", {{"ChangeSetName", "c"}}),
              "ValidationError: StackName must be specified if ChangeSetName is not specified as "
              "an ARN.");
    EXPECT_EQ(outcome("CreateChangeSet", {{"StackName", "s"}, {"ChangeSetName", "d"}}),
              "ValidationError: Either Template URL or Template Body must be specified.");
}

TEST_F(ChangeSets, TheOthersGoWhenOneIsExecuted) {
    EXPECT_EQ(deploy("s", body({thing("A", R"("Name":"a","Value":"1")")})), "CREATE_COMPLETE");
    EXPECT_EQ(change_set("s", body({thing("A", R"("Name":"a","Value":"2")")}), "UPDATE"), "");
    EXPECT_EQ(outcome("CreateChangeSet",
                      {{"StackName", "s"},
                       {"ChangeSetName", "other"},
                       {"TemplateBody", body({thing("A", R"("Name":"a","Value":"3")")})}}),
              "");
    EXPECT_EQ(elements(call("ListChangeSets", {{"StackName", "s"}}).body, "ChangeSetName"),
              (std::vector<std::string>{"c", "other"}));
    EXPECT_EQ(execute(), "UPDATE_COMPLETE");
    EXPECT_EQ(elements(call("ListChangeSets", {{"StackName", "s"}}).body, "ChangeSetName"),
              (std::vector<std::string>{"c"}));
}

TEST_F(ChangeSets, ParametersOfSsmAreResolved) {
    const std::string parameters =
        R"("Parameters":{"Version":{"Type":"AWS::SSM::Parameter::Value<String>",)"
        R"("Default":"/cdk-bootstrap/hnb659fds/version"}})";
    const std::string text =
        body({thing("A", R"("Name":"a","Value":{"Ref":"Version"})")}, parameters);
    EXPECT_NE(change_set("s", text, "CREATE"), "");  // there is no such parameter
    world_.parameters["/cdk-bootstrap/hnb659fds/version"] = "33";
    EXPECT_EQ(change_set("s", text, "CREATE"), "");
    EXPECT_EQ(execute(), "CREATE_COMPLETE");
    EXPECT_EQ(world_.things["a"].value, "33");
    const auto described = call("DescribeStacks", {{"StackName", "s"}});
    EXPECT_EQ(element(described.body, "ParameterKey"), "Version");
    EXPECT_EQ(element(described.body, "ParameterValue"), "/cdk-bootstrap/hnb659fds/version");
    EXPECT_EQ(element(described.body, "ResolvedValue"), "33");
    EXPECT_EQ(change_set("s", text, "UPDATE",
                         {{"Parameters.member.1.ParameterKey", "Version"},
                          {"Parameters.member.1.UsePreviousValue", "true"}}),
              "AlreadyExistsException: ChangeSet c already exists");
    EXPECT_EQ(outcome("DeleteChangeSet", {{"StackName", "s"}, {"ChangeSetName", "c"}}), "");
    world_.parameters["/cdk-bootstrap/hnb659fds/version"] = "34";
    EXPECT_EQ(change_set("s", text, "UPDATE",
                         {{"Parameters.member.1.ParameterKey", "Version"},
                          {"Parameters.member.1.UsePreviousValue", "true"}}),
              "");
    EXPECT_EQ(changes(), "Modify A False");
    EXPECT_EQ(execute(), "UPDATE_COMPLETE");
    EXPECT_EQ(world_.things["a"].value, "34");
}

TEST_F(ChangeSets, DynamicReferencesAreResolved) {
    world_.parameters["/p"] = "here";
    EXPECT_EQ(deploy("s", body({thing("A", R"("Name":"a","Value":"{{resolve:ssm:/p}}")")})),
              "CREATE_COMPLETE");
    EXPECT_EQ(world_.things["a"].value, "here");
    EXPECT_NE(outcome("CreateStack",
                      {{"StackName", "t"},
                       {"TemplateBody",
                        body({thing("A", R"("Name":"b","Value":"{{resolve:ssm:/q}}")")})}}),
              "");
}

TEST_F(ChangeSets, TemplatesComeFromTheObjectStore) {
    const std::string text = body({thing("A", R"("Name":"a")")});
    ASSERT_TRUE(stage_.put("templates", "x/t.json", text));
    for (const char* url :
         {"http://127.0.0.1:4566/templates/x/t.json", "http://localhost:4566/templates/x/t.json",
          "s3://templates/x/t.json", "https://s3.us-west-2.amazonaws.com/templates/x/t.json",
          "https://templates.s3.us-west-2.amazonaws.com/x/t.json",
          "http://templates.localhost:4566/x%2Ft.json",
          "http://templates.s3.localhost:4566/x/t.json"}) {
        EXPECT_EQ(outcome("ValidateTemplate", {{"TemplateURL", url}}), "") << url;
    }
    EXPECT_EQ(outcome("ValidateTemplate", {{"TemplateURL", "s3://templates/none"}}),
              "ValidationError: S3 error: The specified key does not exist.");
    EXPECT_EQ(outcome("ValidateTemplate", {{"TemplateURL", "s3://none/none"}}),
              "ValidationError: S3 error: The specified bucket does not exist");
    EXPECT_EQ(outcome("ValidateTemplate", {{"TemplateURL", "https://example.com/t.json"}}),
              "ValidationError: TemplateURL must be a supported URL: https://example.com/t.json is "
              "not an object of this server.");
    const auto got =
        call("CreateStack", {{"StackName", "s"}, {"TemplateURL", "s3://templates/x/t.json"}});
    EXPECT_EQ(got.status, 200);
    settle();
    EXPECT_EQ(status("s"), "CREATE_COMPLETE");
    EXPECT_EQ(element(call("GetTemplate", {{"StackName", "s"}}).body, "TemplateBody"), text);
}

}  // namespace
}  // namespace cloudformation

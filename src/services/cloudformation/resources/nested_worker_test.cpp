// Stacks within stacks.
#include "services/cloudformation/testing.h"

namespace cloudformation {
namespace {

using namespace testing;  // NOLINT: the fixture's words

class NestedStacks : public StacksTest {
  protected:
    void put_child(const std::string& text) {
        ASSERT_TRUE(stage_.put("templates", "child.json", text));
    }
    static std::string child(const std::string& value) {
        return body({thing("A", R"("Name":"a","Value":{"Fn::Sub":"${P}-)" + value + "\"}")},
                    R"("Parameters":{"P":{"Type":"String"}},)"
                    R"("Outputs":{"Out":{"Value":{"Fn::GetAtt":["A","Value"]}}})");
    }
    static std::string parent(const std::string& parameter, const std::string& more = "") {
        return body(
            {R"("N":{"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":)"
             R"("https://s3.us-west-2.amazonaws.com/templates/child.json","Parameters":{"P":)" +
                 parameter + "}}}",
             thing("B", R"("Name":"b","Value":{"Fn::GetAtt":["N","Outputs.Out"]})" + more)});
    }
    std::string child_id() {
        return element(
            call("DescribeStackResource", {{"StackName", "s"}, {"LogicalResourceId", "N"}}).body,
            "PhysicalResourceId");
    }
};

TEST_F(NestedStacks, AreCreatedUpdatedAndRemovedWithTheirParent) {
    put_child(child("1"));
    EXPECT_EQ(deploy("s", parent(R"("x")")), "CREATE_COMPLETE") << events("s");
    EXPECT_EQ(world_.things["a"].value, "x-1");
    EXPECT_EQ(world_.things["b"].value, "x-1");
    const std::string id = child_id();
    const auto described = call("DescribeStacks", {{"StackName", id}});
    EXPECT_EQ(element(described.body, "StackStatus"), "CREATE_COMPLETE");
    const std::string parent_id =
        element(call("DescribeStacks", {{"StackName", "s"}}).body, "StackId");
    EXPECT_EQ(element(described.body, "ParentId"), parent_id);
    EXPECT_EQ(element(described.body, "RootId"), parent_id);
    EXPECT_TRUE(element(described.body, "StackName").starts_with("s-N-"));
    EXPECT_EQ(deploy("s", parent("5")), "UPDATE_COMPLETE") << events("s");
    EXPECT_EQ(world_.things["a"].value, "5-1");
    EXPECT_EQ(world_.things["b"].value, "5-1");
    EXPECT_EQ(child_id(), id);
    EXPECT_EQ(remove("s"), "DELETE_COMPLETE");
    EXPECT_EQ(world_.names(), "");
    EXPECT_EQ(status(id), "DELETE_COMPLETE");
}

TEST_F(NestedStacks, FailWithTheirParent) {
    put_child(body({thing("A", R"("Name":"a","FailOn":"create","Value":{"Ref":"P"})")},
                   R"("Parameters":{"P":{"Type":"String"}},"Outputs":{"Out":{"Value":"o"}})"));
    EXPECT_EQ(deploy("s", parent(R"("x")")), "ROLLBACK_COMPLETE");
    EXPECT_NE(events("s").find("N CREATE_FAILED Embedded stack arn:aws:cloudformation:us-west-2:"),
              std::string::npos)
        << events("s");
    EXPECT_NE(events("s").find("was not successfully created: The following resource(s) failed to "
                               "create: [A]. Rollback requested by user. A: "),
              std::string::npos)
        << events("s");
    EXPECT_EQ(world_.names(), "");
    remove("s");
    // And the child is taken back when its parent fails after it.
    put_child(child("1"));
    EXPECT_EQ(deploy("s", parent(R"("x")", R"(,"FailOn":"late")")), "ROLLBACK_COMPLETE");
    EXPECT_EQ(world_.names(), "");
    remove("s");
    EXPECT_EQ(deploy("s", parent(R"("x")")), "CREATE_COMPLETE");
    EXPECT_EQ(deploy("s", parent(R"("y")", R"(,"FailOn":"update")")), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(world_.things["a"].value, "x-1");
    EXPECT_EQ(world_.things["b"].value, "x-1");
}

TEST_F(NestedStacks, AreWaitedForAfterACrash) {
    put_child(child("1"));
    for (std::size_t steps = 5; steps < 120; steps += 7) {
        const std::string name = "s" + std::to_string(steps);
        EXPECT_EQ(outcome("CreateStack", {{"StackName", name}, {"TemplateBody", parent(R"("x")")}}),
                  "");
        for (std::size_t i = 0; i < steps; ++i)
            stage_.executor.run_one();
        crash();
        settle();
        ASSERT_EQ(status(name), "CREATE_COMPLETE") << steps << events(name);
        EXPECT_EQ(world_.names(), "a b");
        ASSERT_EQ(remove(name), "DELETE_COMPLETE");
        ASSERT_EQ(world_.names(), "");
    }
}

TEST_F(NestedStacks, PropertiesAreChecked) {
    put_child(child("1"));
    const std::string text =
        body({R"("N":{"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":"s3://x/y",)"
              R"("Tmplate":"z"}})"});
    EXPECT_EQ(outcome("CreateStack", {{"StackName", "s"}, {"TemplateBody", text}}),
              "ValidationError: Properties validation failed for resource N with message:\n#: "
              "extraneous key [Tmplate] is not permitted");
}

TEST_F(NestedStacks, AreNotNestedWithoutEnd) {
    // A template that holds itself.
    put_child(body({R"("N":{"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":)"
                    R"("s3://templates/child.json"}})"}));
    EXPECT_EQ(deploy("s", body({R"("N":{"Type":"AWS::CloudFormation::Stack","Properties":)"
                                R"({"TemplateURL":"s3://templates/child.json"}})"})),
              "ROLLBACK_COMPLETE");
    const auto answer = call("ListStacks", {});
    EXPECT_EQ(elements(answer.body, "StackId").size(), static_cast<std::size_t>(nesting_max) + 1);
}

}  // namespace
}  // namespace cloudformation

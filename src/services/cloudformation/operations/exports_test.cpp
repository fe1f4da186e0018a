// Exports, imports, ListExports, ListImports.
#include "services/cloudformation/testing.h"

namespace cloudformation {
namespace {

using namespace testing;  // NOLINT: the fixture's words

class ExportsOfStacks : public StacksTest {
  protected:
    static std::string exporting(const std::string& name, const std::string& value,
                                 const std::string& export_name) {
        return body({thing("A", R"("Name":")" + name + R"(","Value":")" + value + "\"")},
                    R"("Outputs":{"O":{"Value":{"Fn::GetAtt":["A","Value"]},"Export":{"Name":")" +
                        export_name + "\"}}}");
    }
    static std::string importing(const std::string& name, const std::string& export_name) {
        return body({thing("I", R"("Name":")" + name + R"(","Value":{"Fn::ImportValue":")" +
                                    export_name + "\"}")});
    }
};

TEST_F(ExportsOfStacks, AreUsedAndKept) {
    EXPECT_EQ(deploy("p", exporting("a", "1", "X")), "CREATE_COMPLETE");
    EXPECT_EQ(deploy("c", importing("i", "X")), "CREATE_COMPLETE");
    EXPECT_EQ(world_.things["i"].value, "1");
    EXPECT_EQ(element(call("ListExports", {}).body, "Name"), "X");
    EXPECT_EQ(element(call("ListExports", {}).body, "Value"), "1");
    EXPECT_EQ(element(call("ListImports", {{"ExportName", "X"}}).body, "member"), "c");
    EXPECT_EQ(outcome("DeleteStack", {{"StackName", "p"}}),
              "ValidationError: Export X cannot be deleted as it is in use by c");
    EXPECT_EQ(deploy("p", exporting("a", "2", "X")), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_NE(events("p").find("Export X cannot be updated as it is in use by c"),
              std::string::npos);
    EXPECT_EQ(world_.things["a"].value, "1");
    EXPECT_EQ(deploy("p", exporting("a", "1", "Y")), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_NE(events("p").find("Export X cannot be deleted as it is in use by c"),
              std::string::npos);
    EXPECT_EQ(remove("c"), "DELETE_COMPLETE");
    EXPECT_EQ(outcome("ListImports", {{"ExportName", "X"}}),
              "ValidationError: Export 'X' is not imported by any stack.");
    EXPECT_EQ(deploy("p", exporting("a", "1", "Y")), "UPDATE_COMPLETE");
    EXPECT_EQ(element(call("ListExports", {}).body, "Name"), "Y");
    EXPECT_EQ(remove("p"), "DELETE_COMPLETE");
    EXPECT_EQ(element(call("ListExports", {}).body, "Name"), "");
}

TEST_F(ExportsOfStacks, HaveOneOwner) {
    EXPECT_EQ(deploy("p", exporting("a", "1", "X")), "CREATE_COMPLETE");
    EXPECT_EQ(deploy("q", exporting("b", "1", "X")), "ROLLBACK_COMPLETE");
    EXPECT_NE(events("q").find("Export with name X is already exported by stack p"),
              std::string::npos);
    EXPECT_EQ(world_.names(), "a");
}

TEST_F(ExportsOfStacks, MustBeThere) {
    EXPECT_EQ(outcome("CreateStack", {{"StackName", "c"}, {"TemplateBody", importing("i", "X")}}),
              "ValidationError: No export named X found");
    EXPECT_EQ(change_set("c", importing("i", "X"), "CREATE"), "");
    const auto described = call("DescribeChangeSet", {{"StackName", "c"}, {"ChangeSetName", "c"}});
    EXPECT_EQ(element(described.body, "Status"), "FAILED");
    EXPECT_EQ(element(described.body, "StatusReason"), "No export named X found");
}

TEST_F(ExportsOfStacks, AFailedUserLetsGo) {
    EXPECT_EQ(deploy("p", exporting("a", "1", "X")), "CREATE_COMPLETE");
    world_.faults.emplace("Make i", aws::Fault("Denied", "no"));
    EXPECT_EQ(deploy("c", importing("i", "X")), "ROLLBACK_COMPLETE");
    EXPECT_EQ(remove("p"), "DELETE_COMPLETE");
}

}  // namespace
}  // namespace cloudformation

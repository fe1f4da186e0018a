// CreateStack, UpdateStack, DeleteStack and what describes their outcome.
#include "services/cloudformation/testing.h"

namespace cloudformation {
namespace {

using namespace testing;  // NOLINT: the fixture's words

class Stacks : public StacksTest {};

TEST_F(Stacks, IsCreatedAlongItsReferences) {
    const std::string text = body({thing("B", R"("Name":"b","Value":{"Fn::GetAtt":["A","Arn"]})"),
                                   thing("A", R"("Name":"a","Value":"1")")},
                                  R"("Outputs":{"Out":{"Value":{"Fn::GetAtt":["B","Value"]}}})");
    EXPECT_EQ(deploy("s", text), "CREATE_COMPLETE");
    EXPECT_EQ(world_.names(), "a b");
    EXPECT_EQ(world_.things["b"].value, "arn:thing:a");
    EXPECT_EQ(output("s", "Out"), "arn:thing:a");
    EXPECT_EQ(resources("s"), "A=CREATE_COMPLETE B=CREATE_COMPLETE");
    EXPECT_EQ(events("s"),
              "* CREATE_IN_PROGRESS User Initiated\n"
              "A CREATE_IN_PROGRESS\n"
              "A CREATE_IN_PROGRESS Resource creation Initiated\n"
              "A CREATE_COMPLETE\n"
              "B CREATE_IN_PROGRESS\n"
              "B CREATE_IN_PROGRESS Resource creation Initiated\n"
              "B CREATE_COMPLETE\n"
              "* CREATE_COMPLETE\n");
    EXPECT_EQ(outcome("CreateStack", {{"StackName", "s"}, {"TemplateBody", text}}),
              "AlreadyExistsException: Stack [s] already exists");
    EXPECT_EQ(element(call("GetTemplate", {{"StackName", "s"}}).body, "TemplateBody"), text);
}

TEST_F(Stacks, WaitsUntilAResourceHasSettled) {
    EXPECT_EQ(outcome("CreateStack",
                      {{"StackName", "s"}, {"TemplateBody", body({thing("A", R"("Polls":3)")})}}),
              "");
    stage_.executor.run_until_idle();
    EXPECT_EQ(status("s"), "CREATE_IN_PROGRESS");
    settle();
    EXPECT_EQ(status("s"), "CREATE_COMPLETE");
}

TEST_F(Stacks, AnswersWaitForWhatIsOverSoon) {
    patience_ms_ = 2'000;
    restart();
    const std::string text = body({thing("A", R"("Name":"a")")});
    EXPECT_EQ(change_set("s", text, "CREATE"), "");
    EXPECT_EQ(outcome("ExecuteChangeSet", {{"StackName", "s"}, {"ChangeSetName", "c"}}), "");
    EXPECT_EQ(status("s"), "CREATE_COMPLETE");
    EXPECT_EQ(outcome("UpdateStack",
                      {{"StackName", "s"}, {"TemplateBody", body({thing("B", R"("Name":"b")")})}}),
              "");
    EXPECT_EQ(status("s"), "UPDATE_COMPLETE");
    EXPECT_EQ(outcome("DeleteStack", {{"StackName", "s"}}), "");
    EXPECT_EQ(world_.names(), "");
    // Not for ever: what takes longer is answered while it goes on.
    world_.held_name = "a";
    const std::int64_t before_ms = stage_.clock.now().ms;
    EXPECT_EQ(outcome("CreateStack", {{"StackName", "s"}, {"TemplateBody", text}}), "");
    EXPECT_GE(stage_.clock.now().ms - before_ms, 2'000);
    EXPECT_LT(stage_.clock.now().ms - before_ms, 2'200);
    EXPECT_EQ(status("s"), "CREATE_IN_PROGRESS");
    world_.held[0]();
    settle();
    EXPECT_EQ(status("s"), "CREATE_COMPLETE");
}

TEST_F(Stacks, IsUpdatedInPlaceAndByReplacement) {
    EXPECT_EQ(deploy("s", body({thing("A", R"("Name":"a","Value":"1")"),
                                thing("B", R"("Value":"x")", "", "Test::Rigid"),
                                thing("C", R"("Name":"c","Value":{"Ref":"B"})"),
                                thing("Gone", R"("Name":"gone")")})),
              "CREATE_COMPLETE");
    const std::string rigid = world_.things["c"].value;
    EXPECT_EQ(deploy("s", body({thing("A", R"("Name":"a","Value":"2")"),
                                thing("B", R"("Value":"y")", "", "Test::Rigid"),
                                thing("C", R"("Name":"c","Value":{"Ref":"B"})"),
                                thing("New", R"("Name":"new")")})),
              "UPDATE_COMPLETE");
    EXPECT_EQ(world_.things["a"].value, "2");
    EXPECT_EQ(world_.count_calls("Make a"), 1u);
    const std::string replaced = world_.things["c"].value;
    EXPECT_NE(replaced, rigid);
    EXPECT_EQ(world_.names(), "a c new " + replaced);
    EXPECT_EQ(resources("s"),
              "A=UPDATE_COMPLETE B=UPDATE_COMPLETE C=UPDATE_COMPLETE New=CREATE_COMPLETE");
    EXPECT_NE(events("s").find("* UPDATE_COMPLETE_CLEANUP_IN_PROGRESS\n"), std::string::npos);
    EXPECT_NE(events("s").find("Gone DELETE_COMPLETE\n"), std::string::npos);
}

TEST_F(Stacks, ThatDoNotChangeAreNotUpdated) {
    const std::string text = body({thing("A", R"("Name":"a","Size":5)")});
    EXPECT_EQ(deploy("s", text), "CREATE_COMPLETE");
    EXPECT_EQ(deploy("s", text), "ValidationError: No updates are to be performed.");
    EXPECT_EQ(deploy("s", body({thing("A", R"("Name":"a","Size":"5")")})),
              "ValidationError: No updates are to be performed.");
}

TEST_F(Stacks, AreRemovedInReverse) {
    EXPECT_EQ(deploy("s", body({thing("A", R"("Name":"a")"),
                                thing("B", R"("Name":"b")", R"("DependsOn":"A")"),
                                thing("C", R"("Name":"c","Value":{"Ref":"B"})")})),
              "CREATE_COMPLETE");
    world_.calls.clear();
    EXPECT_EQ(remove("s"), "DELETE_COMPLETE");
    EXPECT_EQ(world_.calls, (std::vector<std::string>{"Drop c", "Drop b", "Drop a"}));
    EXPECT_EQ(status("s"), "Stack with id s does not exist");
    EXPECT_EQ(outcome("DeleteStack", {{"StackName", "s"}}), "");
    EXPECT_EQ(deploy("s", body({thing("A")})), "CREATE_COMPLETE");
}

TEST_F(Stacks, KeepWhatShallBeRetained) {
    EXPECT_EQ(
        deploy("s", body({thing("A", R"("Name":"a")", R"("DeletionPolicy":"Retain")"),
                          thing("B", R"("Name":"b")", R"("DeletionPolicy":"RetainExceptOnCreate")"),
                          thing("C", R"("Name":"c")")})),
        "CREATE_COMPLETE");
    const std::string id = element(call("DescribeStacks", {{"StackName", "s"}}).body, "StackId");
    EXPECT_EQ(remove("s"), "DELETE_COMPLETE");
    EXPECT_EQ(world_.names(), "a b");
    EXPECT_EQ(resources(id), "A=DELETE_SKIPPED B=DELETE_SKIPPED C=DELETE_COMPLETE");
}

TEST_F(Stacks, WhoseCreationFailsAreTakenBack) {
    const std::string text =
        body({thing("A", R"("Name":"a")"),
              thing("B", R"("Name":"b","FailOn":"create")", R"("DependsOn":"A")"),
              thing("C", R"("Name":"c")", R"("DependsOn":"B")")});
    EXPECT_EQ(deploy("s", text), "ROLLBACK_COMPLETE");
    EXPECT_EQ(world_.names(), "");
    EXPECT_EQ(world_.count_calls("Make c"), 0u);
    EXPECT_NE(events("s").find("* ROLLBACK_IN_PROGRESS The following resource(s) failed to create: "
                               "[B]. Rollback requested by user.\n"),
              std::string::npos)
        << events("s");
    EXPECT_NE(events("s").find("B CREATE_FAILED Resource handler returned message: \"It must not "
                               "be made\" (RequestToken: "),
              std::string::npos);
    const auto failed =
        call("DescribeEvents", {{"StackName", "s"}, {"Filters.FailedEvents", "true"}});
    EXPECT_EQ(elements(failed.body, "EventType"), std::vector<std::string>{"PROVISIONING_ERROR"});
    EXPECT_EQ(element(failed.body, "LogicalResourceId"), "B");
    EXPECT_EQ(deploy("s", text),
              "ValidationError: Stack:" +
                  element(call("DescribeStacks", {{"StackName", "s"}}).body, "StackId") +
                  " is in ROLLBACK_COMPLETE state and can not be updated.");
    EXPECT_EQ(remove("s"), "DELETE_COMPLETE");
}

TEST_F(Stacks, RemoveWhatBrokeAfterItWasMade) {
    EXPECT_EQ(deploy("s", body({thing("A", R"("Name":"a","FailOn":"late","Polls":2)",
                                      R"("DeletionPolicy":"Retain")")})),
              "ROLLBACK_COMPLETE");
    EXPECT_EQ(world_.names(), "");
}

TEST_F(Stacks, DoNotTouchWhatTheyDidNotMake) {
    world_.things["a"] = {"mine"};
    EXPECT_EQ(deploy("s", body({thing("A", R"("Name":"a","Value":"theirs")")})),
              "ROLLBACK_COMPLETE");
    EXPECT_EQ(world_.things["a"].value, "mine");
    EXPECT_NE(events("s").find("A CREATE_FAILED a already exists\n"), std::string::npos);
    // Also when it comes in between.
    world_.things.clear();
    world_.faults.emplace("Make a", aws::Fault("ThingExists", "just made"));
    EXPECT_EQ(deploy("t", body({thing("A", R"("Name":"a")")})), "ROLLBACK_COMPLETE");
    EXPECT_EQ(world_.count_calls("Drop a"), 0u);
}

TEST_F(Stacks, NameTheStackThatHasAResource) {
    EXPECT_EQ(deploy("one", body({thing("A", R"("Name":"a")")})), "CREATE_COMPLETE");
    const std::string id = element(call("DescribeStacks", {{"StackName", "one"}}).body, "StackId");
    EXPECT_EQ(deploy("two", body({thing("A", R"("Name":"a")")})), "ROLLBACK_COMPLETE");
    EXPECT_NE(events("two").find("A CREATE_FAILED a already exists in stack " + id),
              std::string::npos);
    EXPECT_EQ(world_.names(), "a");
}

TEST_F(Stacks, AreLeftAsTheyAreWhenToldSo) {
    const std::string bad =
        body({thing("A", R"("Name":"a")"),
              thing("B", R"("Name":"b","FailOn":"create")", R"("DependsOn":"A")")});
    EXPECT_EQ(deploy("s", bad, {{"OnFailure", "DO_NOTHING"}}), "CREATE_FAILED");
    EXPECT_EQ(world_.names(), "a");
    // And go on from there.
    EXPECT_EQ(deploy("s", body({thing("A", R"("Name":"a")"), thing("B", R"("Name":"b")")})),
              "CREATE_COMPLETE");
    EXPECT_EQ(world_.names(), "a b");
    EXPECT_EQ(world_.count_calls("Make a"), 1u);

    EXPECT_EQ(deploy("t", body({thing("C", R"("Name":"c","FailOn":"late")")}),
                     {{"DisableRollback", "true"}}),
              "CREATE_FAILED");
    EXPECT_EQ(world_.names(), "a b c");
    EXPECT_EQ(outcome("RollbackStack", {{"StackName", "t"}}), "");
    settle();
    EXPECT_EQ(status("t"), "ROLLBACK_COMPLETE");
    EXPECT_EQ(world_.names(), "a b");

    EXPECT_EQ(deploy("u", body({thing("D", R"("Name":"d","FailOn":"create")")}),
                     {{"OnFailure", "DELETE"}}),
              "Stack with id u does not exist");
}

TEST_F(Stacks, WhoseUpdateFailsBecomeWhatTheyWere) {
    const std::string good = body(
        {thing("A", R"("Name":"a","Value":"1")"), thing("B", R"("Value":"x")", "", "Test::Rigid"),
         thing("C", R"("Name":"c","Value":{"Ref":"B"})"), thing("D", R"("Name":"d","Value":"1")"),
         thing("Gone", R"("Name":"gone")")});
    EXPECT_EQ(deploy("s", good), "CREATE_COMPLETE");
    const std::string names = world_.names();
    const std::string value = world_.things["c"].value;
    EXPECT_EQ(deploy("s", body({thing("A", R"("Name":"a","Value":"2")"),
                                thing("B", R"("Value":"y")", "", "Test::Rigid"),
                                thing("C", R"("Name":"c","Value":{"Ref":"B"})"),
                                thing("New", R"("Name":"new")"),
                                thing("D", R"("Name":"d","Value":"2","FailOn":"update")",
                                      R"("DependsOn":["A","C","New"])")})),
              "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(world_.names(), names);
    EXPECT_EQ(world_.things["a"].value, "1");
    EXPECT_EQ(world_.things["c"].value, value);
    EXPECT_EQ(world_.things["d"].value, "1");
    EXPECT_NE(events("s").find("* UPDATE_ROLLBACK_IN_PROGRESS The following resource(s) failed to "
                               "update: [D]."),
              std::string::npos)
        << events("s");
    // The old template is the stack's again.
    EXPECT_EQ(element(call("GetTemplate", {{"StackName", "s"}}).body, "TemplateBody"), good);
    EXPECT_EQ(deploy("s", good), "ValidationError: No updates are to be performed.");
    EXPECT_EQ(remove("s"), "DELETE_COMPLETE");
    EXPECT_EQ(world_.names(), "");
}

TEST_F(Stacks, WhoseRollbackFailsCanBeHelped) {
    EXPECT_EQ(deploy("s", body({thing("A", R"("Name":"a","Value":"1")"),
                                thing("B", R"("Name":"b","Value":"1")")})),
              "CREATE_COMPLETE");
    // Changed once forward; the way back fails.
    const std::string bad =
        body({thing("A", R"("Name":"a","Value":"2")"),
              thing("B", R"("Name":"b","Value":"2","FailOn":"update")", R"("DependsOn":"A")")});
    EXPECT_EQ(outcome("UpdateStack", {{"StackName", "s"}, {"TemplateBody", bad}}), "");
    while (world_.count_calls("Change a") == 0)
        ASSERT_TRUE(stage_.executor.run_one());
    world_.faults.emplace("Change a", aws::Fault("Denied", "not now"));
    settle();
    EXPECT_EQ(status("s"), "UPDATE_ROLLBACK_FAILED") << events("s");
    EXPECT_EQ(outcome("UpdateStack", {{"StackName", "s"}, {"TemplateBody", bad}}).substr(0, 22),
              "ValidationError: Stack");
    EXPECT_EQ(
        outcome("ContinueUpdateRollback", {{"StackName", "s"}, {"ResourcesToSkip.member.1", "B"}}),
        "ValidationError: ResourcesToSkip must be resources whose rollback has failed: [B]");
    EXPECT_EQ(outcome("ContinueUpdateRollback", {{"StackName", "s"}}), "");
    settle();
    EXPECT_EQ(status("s"), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(world_.things["a"].value, "1");
}

TEST_F(Stacks, WhoseDeletionFailsSayWhy) {
    EXPECT_EQ(deploy("s", body({thing("A", R"("Name":"a","FailOn":"delete")"),
                                thing("B", R"("Name":"b")", R"("DependsOn":"A")"),
                                thing("C", R"("Name":"c")")})),
              "CREATE_COMPLETE");
    EXPECT_EQ(outcome("DeleteStack", {{"StackName", "s"}, {"RetainResources.member.1", "A"}})
                  .substr(0, 40),
              "ValidationError: Invalid operation on st");
    EXPECT_EQ(remove("s"), "DELETE_FAILED");
    EXPECT_EQ(status_reason("s"), "The following resource(s) failed to delete: [A]. ");
    EXPECT_EQ(resources("s"), "A=DELETE_FAILED B=DELETE_COMPLETE C=DELETE_COMPLETE");
    EXPECT_EQ(outcome("DeleteStack", {{"StackName", "s"}, {"RetainResources.member.1", "A"}}), "");
    settle();
    EXPECT_EQ(status("s"), "Stack with id s does not exist");
    EXPECT_EQ(world_.names(), "a");
}

TEST_F(Stacks, UnderProtectionStay) {
    EXPECT_EQ(
        deploy("s", body({thing("A", R"("Name":"a")")}), {{"EnableTerminationProtection", "true"}}),
        "CREATE_COMPLETE");
    EXPECT_EQ(
        outcome("DeleteStack", {{"StackName", "s"}}),
        "ValidationError: Stack [s] cannot be deleted while TerminationProtection is enabled");
    EXPECT_EQ(outcome("UpdateTerminationProtection",
                      {{"StackName", "s"}, {"EnableTerminationProtection", "false"}}),
              "");
    EXPECT_EQ(remove("s"), "DELETE_COMPLETE");
}

TEST_F(Stacks, MayBeDeletedWhileTheyAreCreated) {
    world_.held_name = "b";
    EXPECT_EQ(outcome("CreateStack", {{"StackName", "s"},
                                      {"TemplateBody",
                                       body({thing("A", R"("Name":"a")"),
                                             thing("B", R"("Name":"b")", R"("DependsOn":"A")"),
                                             thing("C", R"("Name":"c")", R"("DependsOn":"B")")})}}),
              "");
    settle();
    const std::string id = element(call("DescribeStacks", {{"StackName", "s"}}).body, "StackId");
    EXPECT_EQ(status("s"), "CREATE_IN_PROGRESS");
    EXPECT_EQ(outcome("DeleteStack", {{"StackName", "s"}}), "");
    ASSERT_EQ(world_.held.size(), 1u);
    world_.held[0]();
    settle();
    EXPECT_EQ(status(id), "DELETE_COMPLETE");
    EXPECT_EQ(world_.names(), "");
    EXPECT_EQ(world_.count_calls("Make c"), 0u);
}

TEST_F(Stacks, AnUpdateCanBeCancelled) {
    EXPECT_EQ(deploy("s", body({thing("A", R"("Name":"a","Value":"1")")})), "CREATE_COMPLETE");
    EXPECT_EQ(outcome("CancelUpdateStack", {{"StackName", "s"}}),
              "ValidationError: CancelUpdateStack cannot be called from current stack status");
    world_.held_name = "b";
    EXPECT_EQ(outcome("UpdateStack", {{"StackName", "s"},
                                      {"TemplateBody",
                                       body({thing("A", R"("Name":"a","Value":"2")"),
                                             thing("B", R"("Name":"b")", R"("DependsOn":"A")")})}}),
              "");
    settle();
    EXPECT_EQ(status("s"), "UPDATE_IN_PROGRESS");
    EXPECT_EQ(outcome("CancelUpdateStack", {{"StackName", "s"}}), "");
    world_.held[0]();
    settle();
    EXPECT_EQ(status("s"), "UPDATE_ROLLBACK_COMPLETE");
    EXPECT_EQ(world_.things["a"].value, "1");
    EXPECT_EQ(world_.names(), "a");
}

TEST_F(Stacks, ATimeLimitEndsACreation) {
    world_.held_name = "a";
    EXPECT_EQ(outcome("CreateStack", {{"StackName", "s"},
                                      {"TimeoutInMinutes", "1"},
                                      {"TemplateBody",
                                       body({thing("A", R"("Name":"a")"),
                                             thing("B", R"("Name":"b")", R"("DependsOn":"A")")})}}),
              "");
    stage_.executor.run_for_ms(61'000);
    world_.held[0]();
    settle();
    EXPECT_EQ(status("s"), "ROLLBACK_COMPLETE");
    EXPECT_EQ(world_.names(), "");
}

TEST_F(Stacks, TheirTagsGoToTheirResources) {
    const std::string text = body({thing("A", R"("Name":"a","Tags":[{"Key":"own","Value":"1"}])")});
    EXPECT_EQ(deploy("s", text, {{"Tags.member.1.Key", "team"}, {"Tags.member.1.Value", "x"}}),
              "CREATE_COMPLETE");
    EXPECT_EQ(world_.things["a"].tags,
              (std::map<std::string, std::string>{{"own", "1"}, {"team", "x"}}));
    EXPECT_EQ(deploy("s", text, {{"Tags.member.1.Key", "team"}, {"Tags.member.1.Value", "y"}}),
              "UPDATE_COMPLETE");
    EXPECT_EQ(world_.things["a"].tags["team"], "y");
    // "Tags=" is an empty list: no tags.
    EXPECT_EQ(deploy("s", text, {{"Tags", ""}}), "UPDATE_COMPLETE");
    EXPECT_EQ(world_.things["a"].tags, (std::map<std::string, std::string>{{"own", "1"}}));
}

TEST_F(Stacks, CustomNamesCannotBeReplacedByThemselves) {
    EXPECT_EQ(deploy("s", body({thing("A", R"("Name":"a")")})), "CREATE_COMPLETE");
    // Two stacks' worth of trouble: the same name in another case of the same resource.
    EXPECT_EQ(deploy("s", body({thing("A", R"("Name":"b")")})), "UPDATE_COMPLETE");
    EXPECT_EQ(world_.names(), "b");
}

TEST_F(Stacks, AClientsTokenMakesAnOperationOnce) {
    const Fields create{{"StackName", "s"},
                        {"TemplateBody", body({thing("A", R"("Name":"a")")})},
                        {"ClientRequestToken", "t1"}};
    EXPECT_EQ(outcome("CreateStack", create), "");
    settle();
    EXPECT_EQ(outcome("CreateStack", create), "");
    EXPECT_EQ(outcome("UpdateStack", create).substr(0, 27), "TokenAlreadyExistsException");
}

TEST_F(Stacks, AServiceThatIsBusyIsAskedAgain) {
    world_.faults.emplace("Make a", aws::Fault("ServiceUnavailable", "later", 503));
    EXPECT_EQ(deploy("s", body({thing("A", R"("Name":"a")")})), "CREATE_COMPLETE");
    EXPECT_EQ(world_.count_calls("Make a"), 2u);
}

}  // namespace
}  // namespace cloudformation

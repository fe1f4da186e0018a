// kill -9 at every moment of a deployment: after a restart the stack comes to its end, nothing is
// left half made, nothing is made twice, and nothing is there that no stack knows of. And each
// power loss that the disk of the stores may have suffered at those moments.
#include "services/cloudformation/testing.h"

namespace cloudformation {
namespace {

using namespace testing;  // NOLINT: the fixture's words

const std::string first = body(
    {thing("A", R"("Name":"a","Value":"1")"), thing("B", R"("Value":"x")", "", "Test::Rigid"),
     thing("C", R"("Name":"c","Polls":2,"Value":{"Ref":"B"})"), thing("Gone", R"("Name":"gone")")},
    R"("Outputs":{"O":{"Value":{"Ref":"C"},"Export":{"Name":"X"}}})");
const std::string second =
    body({thing("A", R"("Name":"a","Value":"2")"), thing("B", R"("Value":"y")", "", "Test::Rigid"),
          thing("C", R"("Name":"c","Polls":2,"Value":{"Ref":"B"})"),
          thing("New", R"("Name":"new")", R"("DependsOn":"C")")},
         R"("Outputs":{"O":{"Value":{"Ref":"C"},"Export":{"Name":"X"}}})");
// The last resource fails when all others are done.
const std::string bad =
    body({thing("A", R"("Name":"a","Value":"2")"), thing("B", R"("Value":"y")", "", "Test::Rigid"),
          thing("C", R"("Name":"c","Polls":2,"Value":{"Ref":"B"})"),
          thing("Bad", R"("Name":"bad","FailOn":"late")", R"("DependsOn":["A","C"])")});

enum class What { create, update, failed_create, failed_update, removal };

// A world of its own for each moment.
class Scene final : public StacksTest {
  public:
    Scene(What what, std::uint64_t seed) : StacksTest(seed), what_(what) { prepare(); }
    void TestBody() override {}

    // Steps that are taken from the operation's beginning to its end.
    std::size_t begin_and_count() {
        begin();
        std::size_t steps = 0;
        while (true) {
            if (stage_.executor.run_one()) {
                ++steps;
            } else if (stage_.executor.timer_count() > 0 && steps < 10'000) {
                stage_.clock.advance_ms(10);
            } else {
                return steps;
            }
        }
    }

    void begin_and_kill(std::size_t steps) {
        begin();
        for (std::size_t done = 0; done < steps;) {
            if (stage_.executor.run_one()) {
                ++done;
            } else if (stage_.executor.timer_count() > 0) {
                stage_.clock.advance_ms(10);
            } else {
                break;
            }
        }
        crash();
        settle();
    }

    void expect_the_end() {
        const std::string id = stack_id_;
        const bool is_new = what_ == What::create || what_ == What::failed_create;
        if (id.empty() || status(id) == "Stack with id " + id + " does not exist") {
            // Killed before the answer.
            EXPECT_TRUE(is_new);
            EXPECT_EQ(world_.names(), "");
            return;
        }
        const std::string now = status(id);
        switch (what_) {
            case What::create:
                EXPECT_EQ(now, "CREATE_COMPLETE");
                return expect(first, "1");
            case What::update:
                EXPECT_EQ(now, "UPDATE_COMPLETE");
                return expect(second, "2");
            case What::failed_create:
                EXPECT_EQ(now, "ROLLBACK_COMPLETE");
                EXPECT_EQ(world_.names(), "");
                return;
            case What::failed_update:
                EXPECT_EQ(now, "UPDATE_ROLLBACK_COMPLETE");
                return expect(first, "1");
            case What::removal:
                EXPECT_EQ(now, "DELETE_COMPLETE");
                EXPECT_EQ(world_.names(), "");
                EXPECT_EQ(element(call("ListExports", {}).body, "Name"), "");
        }
    }

    // And whoever comes next finds a stack that can be worked with.
    void expect_to_go_on() {
        if (what_ == What::failed_create && status("s") == "ROLLBACK_COMPLETE") remove("s");
        const std::string now = deploy("s", second);
        EXPECT_TRUE(now == "CREATE_COMPLETE" || now == "UPDATE_COMPLETE" ||
                    now == "ValidationError: No updates are to be performed.")
            << now << events("s");
        expect(second, "2");
        EXPECT_EQ(remove("s"), "DELETE_COMPLETE");
        EXPECT_EQ(world_.names(), "");
    }

  private:
    void prepare() {
        if (what_ == What::create || what_ == What::failed_create) return;
        EXPECT_EQ(deploy("s", first), "CREATE_COMPLETE");
    }

    void begin() {
        const bool create = what_ == What::create || what_ == What::failed_create;
        const bool fails = what_ == What::failed_create || what_ == What::failed_update;
        if (what_ == What::removal) {
            stack_id_ = element(call("DescribeStacks", {{"StackName", "s"}}).body, "StackId");
            EXPECT_EQ(outcome("DeleteStack", {{"StackName", "s"}}), "");
            return;
        }
        const auto answer =
            call(create ? "CreateStack" : "UpdateStack", {{"StackName", "s"},
                                                          {"TemplateBody", fails    ? bad
                                                                           : create ? first
                                                                                    : second}});
        EXPECT_EQ(answer.status, 200) << answer.body;
        stack_id_ = element(answer.body, "StackId");
    }

    void expect(const std::string& text, const std::string& value) {
        EXPECT_EQ(world_.things["a"].value, value);
        const std::string rigid = world_.things["c"].value;
        EXPECT_TRUE(world_.things.contains(rigid)) << rigid;
        EXPECT_EQ(world_.names(),
                  "a c " + std::string(text == second ? "new" : "gone") + " " + rigid);
        EXPECT_EQ(element(call("ListExports", {}).body, "Value"), "c");
        for (const auto& [name, one] : world_.things)
            EXPECT_LE(one.times_made, 1) << name;
    }

    const What what_;
    std::string stack_id_;
};

class Crashes : public ::testing::TestWithParam<What> {};

TEST_P(Crashes, AreSurvivedAtEveryStep) {
    const std::size_t steps = Scene(GetParam(), 1).begin_and_count();
    EXPECT_GT(steps, 20u);
    for (std::size_t step = 0; step <= steps; ++step) {
        SCOPED_TRACE("killed after step " + std::to_string(step) + " of " + std::to_string(steps));
        Scene scene(GetParam(), 1);
        scene.begin_and_kill(step);
        scene.expect_the_end();
        if (step % 5 == 0) scene.expect_to_go_on();
        if (::testing::Test::HasFailure()) return;
    }
}

TEST_P(Crashes, AreSurvivedInOtherOrdersToo) {
    for (std::uint64_t seed = 2; seed < 14; ++seed) {
        const std::size_t steps = Scene(GetParam(), seed).begin_and_count();
        const std::size_t step = steps * (seed - 2) / 12;
        SCOPED_TRACE("seed " + std::to_string(seed) + ", step " + std::to_string(step));
        Scene scene(GetParam(), seed);
        scene.begin_and_kill(step);
        scene.expect_the_end();
        if (::testing::Test::HasFailure()) return;
    }
}

std::string name_of(const ::testing::TestParamInfo<What>& info) {
    constexpr const char* names[] = {"Create", "Update", "FailedCreate", "FailedUpdate", "Removal"};
    return names[static_cast<int>(info.param)];
}

INSTANTIATE_TEST_SUITE_P(Of, Crashes,
                         ::testing::Values(What::create, What::update, What::failed_create,
                                           What::failed_update, What::removal),
                         name_of);

class Disk : public StacksTest {};

TEST_F(Disk, ThatIsFullMakesADeploymentWait) {
    EXPECT_EQ(outcome("CreateStack", {{"StackName", "s"}, {"TemplateBody", first}}), "");
    stage_.files->inject({.call = sim::Call::write, .os_error = 28, .times = 1'000'000});
    stage_.executor.run_for_ms(5'000);
    EXPECT_EQ(status("s"), "CREATE_IN_PROGRESS");
    stage_.files->clear_faults();
    settle();
    const std::string now = status("s");
    if (now != "CREATE_COMPLETE") {
        // The store does not write again before it is opened again: then it goes on.
        crash();
        settle();
    }
    EXPECT_EQ(status("s"), "CREATE_COMPLETE");
}

TEST_F(Disk, AStopInTheMiddleIsGoneOnWith) {
    EXPECT_EQ(outcome("CreateStack", {{"StackName", "s"}, {"TemplateBody", first}}), "");
    for (int i = 0; i < 25; ++i)
        stage_.executor.run_one();
    restart();
    settle();
    EXPECT_EQ(status("s"), "CREATE_COMPLETE");
    EXPECT_EQ(world_.things["a"].times_made, 1);
}

}  // namespace
}  // namespace cloudformation

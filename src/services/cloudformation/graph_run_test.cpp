#include "services/cloudformation/graph_run.h"

#include <gtest/gtest.h>

#include "sim/seeded_executor.h"

namespace cloudformation {
namespace {

class GraphRuns : public ::testing::Test {
  protected:
    // Runs all; the order in which nodes began.
    std::string run(GraphRun::Plan plan, const std::set<std::string>& failing = {}) {
        std::string begun;
        GraphRun::start(
            executor_, std::move(plan),
            [&](const std::string& node, GraphRun::Done done) {
                begun += node;
                most_ = std::max(most_, ++running_);
                executor_.post(
                    [this, fails = failing.contains(node), done = std::move(done)]() mutable {
                        --running_;
                        done(!fails);
                    });
            },
            [&](GraphRun::Outcome outcome) { outcome_ = std::move(outcome); });
        executor_.run_until_idle();
        EXPECT_TRUE(outcome_.has_value());
        return begun;
    }

    sim::VirtualClock clock_;
    sim::SeededExecutor executor_{7, clock_};
    std::optional<GraphRun::Outcome> outcome_;
    int running_ = 0;
    int most_ = 0;
};

TEST_F(GraphRuns, FollowTheEdges) {
    EXPECT_EQ(run({{{"a", {}}, {"b", {"a"}}, {"c", {"b", "elsewhere"}}}, {"a", "b", "c"}}), "abc");
    EXPECT_TRUE(outcome_->failed.empty());
}

TEST_F(GraphRuns, AreBounded) {
    GraphRun::Plan plan;
    for (char c = 'a'; c <= 'z'; ++c)
        plan.order.emplace_back(1, c);
    plan.parallel_max = 4;
    EXPECT_EQ(run(std::move(plan)).size(), 26u);
    EXPECT_EQ(most_, 4);
}

TEST_F(GraphRuns, StopOrGoOnAfterAFailure) {
    const GraphRun::Plan plan{
        {{"b", {"a"}}, {"d", {"c"}}, {"e", {"d"}}}, {"a", "b", "c", "d", "e"}, 1, false};
    EXPECT_EQ(run(plan, {"a"}), "acde");
    EXPECT_EQ(outcome_->failed, std::vector<std::string>{"a"});
    EXPECT_EQ(outcome_->left_out, std::vector<std::string>{"b"});
    GraphRun::Plan stopping = plan;
    stopping.stop_on_failure = true;
    EXPECT_EQ(run(stopping, {"a"}), "a");
    EXPECT_EQ(outcome_->left_out, (std::vector<std::string>{"b", "c", "d", "e"}));
}

TEST_F(GraphRuns, EndWhereEdgesGoRound) {
    EXPECT_EQ(run({{{"a", {"b"}}, {"b", {"a"}}, {"c", {"c"}}}, {"a", "b", "c"}}), "c");
    EXPECT_EQ(outcome_->left_out, (std::vector<std::string>{"a", "b"}));
}

TEST_F(GraphRuns, AreDoneWhenThereIsNothing) {
    EXPECT_EQ(run({}), "");
}

}  // namespace
}  // namespace cloudformation

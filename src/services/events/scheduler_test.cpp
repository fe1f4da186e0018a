#include "services/events/testing.h"

namespace events {
namespace {

class EventsScheduler : public EventsTest {
  protected:
    void run_for_s(std::int64_t seconds) { executor_.run_for_ms(seconds * 1000); }
};

TEST_F(EventsScheduler, InvokesTheTargetWithAwsEvent) {
    EXPECT_EQ(put_rule("r", "rate(5 minutes)"), "");
    EXPECT_EQ(put_target("r"), "");
    run_for_s(299);
    EXPECT_EQ(ticks(), "");
    run_for_s(1);
    ASSERT_EQ(ticks(), "300");
    const auto& one = functions_.calls[0];
    EXPECT_EQ(one.arn, "arn:aws:lambda:us-west-2:000000000000:function:f");
    EXPECT_EQ(one.caller.service_principal, "events.amazonaws.com");
    EXPECT_EQ(one.caller.source_arn, "arn:aws:events:us-west-2:000000000000:rule/r");
    EXPECT_EQ(one.caller.account, "000000000000");
    const auto id = one.payload.find("\"id\":\"") + 6;
    std::string payload = one.payload;
    payload.replace(id, 36, "ID");
    EXPECT_EQ(payload,
              R"({"version":"0","id":"ID","detail-type":"Scheduled Event","source":"aws.events",)"
              R"("account":"000000000000","time":"2026-01-01T00:05:00Z","region":"us-west-2",)"
              R"("resources":["arn:aws:events:us-west-2:000000000000:rule/r"],"detail":{}})");
    run_for_s(600);
    EXPECT_EQ(ticks(), "300 600 900");
    EXPECT_NE(metrics_.render().find("datastack_rule_invocations_total 3"), std::string::npos);
}

TEST_F(EventsScheduler, AConstantInputIsSentAsItIs) {
    put_rule("r", "rate(1 minute)");
    EXPECT_EQ(put_target("r", "t", R"(,"Input":"{\"a\": 1}")"), "");
    run_for_s(60);
    ASSERT_EQ(functions_.calls.size(), 1U);
    EXPECT_EQ(functions_.calls[0].payload, R"({"a": 1})");
}

TEST_F(EventsScheduler, CronTicksOnTheMinuteAndEachTargetIsInvoked) {
    clock_.advance_ms(90'500);
    put_rule("r", "cron(0/2 * * * ? *)");
    put_target("r", "a");
    put_target("r", "b");
    run_for_s(200);
    EXPECT_EQ(ticks(), "120 120 240 240");
}

TEST_F(EventsScheduler, ARateCountsFromItsMakingAcrossARestart) {
    clock_.advance_ms(7'000);
    put_rule("r", "rate(5 minutes)");
    put_target("r");
    run_for_s(100);
    stop();
    start();
    run_for_s(300);
    EXPECT_EQ(ticks(), "307");
}

TEST_F(EventsScheduler, TicksThatWereMissedWhileDownAreNotMadeUp) {
    put_rule("r", "rate(5 minutes)");
    put_target("r");
    stop();
    clock_.advance_ms(17 * 60'000);
    start();
    run_for_s(4 * 60);
    EXPECT_EQ(ticks(), "1200");
}

TEST_F(EventsScheduler, AMachineThatSleptGoesOnWithTheNextTick) {
    put_rule("r", "rate(5 minutes)");
    put_target("r");
    clock_.set_wall_ms(start_ms + 17 * 60'000);  // the monotonic clock stood still
    run_for_s(31);
    EXPECT_EQ(ticks(), "");
    EXPECT_TRUE(log_.contains("a tick of a rule was missed"));
    run_for_s(4 * 60);
    EXPECT_EQ(ticks(), "1200");
}

TEST_F(EventsScheduler, AClockThatIsSetBackDoesNotStopTheRules) {
    clock_.advance_ms(24 * 3600'000);
    put_rule("c", "cron(* * * * ? *)");
    put_target("c");
    clock_.set_wall_ms(start_ms);
    run_for_s(31);
    run_for_s(60);
    EXPECT_EQ(ticks(), "60");
}

TEST_F(EventsScheduler, DisabledRulesAndChangedSchedules) {
    put_rule("r", "rate(1 minute)");
    put_target("r");
    run_for_s(60);
    outcome("DisableRule", R"({"Name":"r"})");
    run_for_s(120);
    EXPECT_EQ(ticks(), "60");
    outcome("EnableRule", R"({"Name":"r"})");
    run_for_s(60);
    EXPECT_EQ(ticks(), "60 240");
    put_rule("r", "rate(2 minutes)");
    run_for_s(120);
    EXPECT_EQ(ticks(), "60 240 360");
    put_rule("r", "rate(2 minutes)", R"(,"Description":"same schedule")");
    run_for_s(120);
    EXPECT_EQ(ticks(), "60 240 360 480");
    outcome("RemoveTargets", R"({"Rule":"r","Ids":["t"]})");
    outcome("DeleteRule", R"({"Name":"r"})");
    run_for_s(600);
    EXPECT_EQ(ticks(), "60 240 360 480");
}

TEST_F(EventsScheduler, AFailingTargetIsToldAndNeverStopsTheOthers) {
    put_rule("a", "rate(1 minute)");
    put_rule("b", "rate(1 minute)");
    put_target("a");
    put_target("b");
    functions_.fault = aws::Fault("AccessDeniedException", "no permission", 403);
    run_for_s(60);
    EXPECT_TRUE(log_.contains("a rule's target was not invoked"));
    EXPECT_TRUE(log_.contains("AccessDeniedException"));
    functions_.fault = std::nullopt;
    run_for_s(60);
    EXPECT_EQ(ticks(), "60 60 120 120");
    EXPECT_NE(metrics_.render().find("datastack_rule_invocations_failed_total 2"),
              std::string::npos);
}

TEST_F(EventsScheduler, ATargetGetsWhatItsTransformerMakes) {
    put_rule("r", "rate(1 minute)");
    EXPECT_EQ(put_target("r", "t", R"(,"InputTransformer":{"InputPathsMap":{"at":"$.time"},
        "InputTemplate":"{\"at\":<at>,\"rule\":\"<aws.events.rule-name>\"}"})"),
              "");
    EXPECT_EQ(put_target("r", "u", R"(,"InputPath":"$.source")"), "");
    run_for_s(60);
    ASSERT_EQ(functions_.calls.size(), 2U);
    EXPECT_EQ(functions_.calls[0].payload, R"({"at":"2026-01-01T00:01:00Z","rule":"r"})");
    EXPECT_EQ(functions_.calls[1].payload, "\"aws.events\"");
}

TEST_F(EventsScheduler, WhatFailsInPassingIsTriedAgain) {
    put_rule("r", "cron(1 0 1 1 ? 2026)");
    put_target("r");
    functions_.fault = aws::Fault("TooManyRequestsException", "Rate Exceeded.", 429);
    run_for_s(63);
    EXPECT_GT(functions_.calls.size(), 1U);
    functions_.fault = std::nullopt;
    run_for_s(60);
    const std::size_t calls = functions_.calls.size();
    run_for_s(3600);
    EXPECT_EQ(functions_.calls.size(), calls);
    EXPECT_EQ(functions_.calls.front().payload, functions_.calls.back().payload);
    EXPECT_NE(metrics_.render().find("datastack_rule_invocations_total 1\n"), std::string::npos);
    EXPECT_NE(metrics_.render().find("datastack_rule_invocations_failed_total 0"),
              std::string::npos);
}

TEST_F(EventsScheduler, RetriesEndByAttemptsOrByAge) {
    put_rule("r", "cron(1 0 1 1 ? 2026)");
    put_target("r", "two", R"(,"RetryPolicy":{"MaximumRetryAttempts":2})");
    functions_.fault = aws::Fault("ServiceException", "no disk", 500);
    run_for_s(86'400);
    EXPECT_EQ(functions_.calls.size(), 3U);
    EXPECT_TRUE(log_.contains("no disk"));
    put_rule("s", "cron(1 0 3 1 ? 2026)");
    put_target("s", "aged", R"(,"RetryPolicy":{"MaximumEventAgeInSeconds":60})");
    functions_.calls.clear();
    run_for_s(2 * 86'400);
    ASSERT_GT(functions_.calls.size(), 3U);
    EXPECT_LT(functions_.calls.size(), 10U);
    EXPECT_LE(functions_.calls.back().time_ms - functions_.calls.front().time_ms, 60'000);
    put_rule("u", "cron(1 0 6 1 ? 2026)");
    put_target("u", "all");
    functions_.calls.clear();
    run_for_s(4 * 86'400);
    EXPECT_GT(functions_.calls.size(), 100U);
    EXPECT_LE(functions_.calls.size(), 186U);
    EXPECT_LE(functions_.calls.back().time_ms - functions_.calls.front().time_ms, 86'400'000);
}

TEST_F(EventsScheduler, NoRetryBeginsAfterTheEnd) {
    put_rule("r", "cron(1 0 1 1 ? 2026)");
    put_target("r");
    functions_.fault = aws::Fault("ServiceException", "no disk", 500);
    run_for_s(61);
    const std::size_t calls = functions_.calls.size();
    ASSERT_GE(calls, 1U);
    events_->stop();
    run_for_s(3600);
    EXPECT_EQ(functions_.calls.size(), calls);
}

TEST_F(EventsScheduler, RetriesThatWaitAreBounded) {
    functions_.fault = aws::Fault("ServiceException", "no disk", 500);
    for (int rule = 0; rule < 201; ++rule) {
        put_rule("r" + std::to_string(rule), "cron(1 0 1 1 ? 2026)");
        for (int target = 0; target < 5; ++target) {
            put_target("r" + std::to_string(rule), "t" + std::to_string(target));
        }
    }
    executor_.run_for_ms(60'100);
    EXPECT_EQ(functions_.calls.size(), 1005U);
    EXPECT_NE(metrics_.render().find("datastack_rule_invocations_failed_total 5\n"),
              std::string::npos);
}

TEST_F(EventsScheduler, InvocationsUnderWayAreBounded) {
    functions_.hold = true;
    for (int rule = 0; rule < 201; ++rule) {
        put_rule("r" + std::to_string(rule), "rate(1 minute)");
        for (int target = 0; target < 5; ++target) {
            put_target("r" + std::to_string(rule), "t" + std::to_string(target));
        }
    }
    run_for_s(60);
    EXPECT_EQ(functions_.calls.size(), invocations_under_way_max);
    EXPECT_TRUE(log_.contains("too many are under way"));
    for (auto& done : functions_.held)
        done(base::ok());
    run_for_s(60);
    EXPECT_EQ(functions_.calls.size(), 2 * invocations_under_way_max);
}

TEST_F(EventsScheduler, ACompletionMayComeAfterTheEnd) {
    functions_.hold = true;
    put_rule("r", "rate(1 minute)");
    put_target("r");
    run_for_s(60);
    ASSERT_EQ(functions_.held.size(), 1U);
    stop();
    functions_.held[0](aws::Fault("ResourceNotFoundException", "gone", 404));
    EXPECT_TRUE(log_.contains("gone"));
}

TEST_F(EventsScheduler, ARuleThatNeverTicksAgainIsHarmless) {
    EXPECT_EQ(put_rule("r", "cron(0 0 1 1 ? 2020)"), "");
    put_target("r");
    run_for_s(3600);
    EXPECT_EQ(ticks(), "");
}

}  // namespace
}  // namespace events

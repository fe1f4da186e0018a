// What rules measure of themselves.
#include "services/events/testing.h"

namespace events {
namespace {

class EventsMeasures : public EventsTest {
  protected:
    double sum(const std::string& name) { return publisher_.sum("AWS/Events r " + name); }
};

TEST_F(EventsMeasures, TicksAndInvocations) {
    put_rule("r", "rate(5 minutes)");
    put_target("r", "a");
    put_target("r", "b");
    executor_.run_for_ms(600'000);
    EXPECT_EQ(sum("TriggeredRules"), 2);
    EXPECT_EQ(sum("Invocations"), 4);
    EXPECT_EQ(sum("FailedInvocations"), 0);
}

TEST_F(EventsMeasures, WhatIsRefusedForGoodIsAFailure) {
    put_rule("r", "rate(5 minutes)");
    put_target("r");
    functions_.fault = aws::Fault("AccessDeniedException", "no", 403);
    executor_.run_for_ms(300'000);
    EXPECT_EQ(sum("TriggeredRules"), 1);
    EXPECT_EQ(sum("Invocations"), 1);
    EXPECT_EQ(sum("FailedInvocations"), 1);
}

}  // namespace
}  // namespace events

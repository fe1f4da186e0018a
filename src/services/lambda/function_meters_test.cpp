// What functions measure of themselves.
#include "services/lambda/function_meters.h"

#include <gtest/gtest.h>

#include "services/ports/testing.h"
#include "sim/virtual_clock.h"

namespace lambda {
namespace {

class FunctionMetersTest : public ::testing::Test {
  protected:
    FunctionMetersTest() {
        function_.account = "000000000000";
        function_.region = "us-west-2";
        function_.name = "f";
    }
    Invocation begin() {
        Invocation invocation;
        invocation.done = [this](aws::Reply<Outcome> outcome) { ended_ += outcome ? 1 : 100; };
        meters_.watch(function_, invocation);
        return invocation;
    }
    std::vector<double> values(const std::string& name) {
        return publisher_.values("AWS/Lambda f " + name);
    }
    using Values = std::vector<double>;

    sim::VirtualClock clock_;
    ports::testing::RecordingPublisher publisher_;
    FunctionMeters meters_{&publisher_, clock_};
    FunctionRow function_;
    int ended_ = 0;
};

TEST_F(FunctionMetersTest, RunsErrorsAndThrottles) {
    Invocation first = begin();
    Invocation second = begin();
    first.done(Outcome{"{}", "", "", 12.5});
    second.done(Outcome{"{}", "Unhandled", "", 3.0});
    Invocation third = begin();
    third.done(aws::Fault("TooManyRequestsException", "Rate Exceeded.", 429));
    Invocation fourth = begin();
    fourth.done(aws::Fault("ServiceException", "no", 500));
    Invocation fifth = begin();
    fifth.done(Outcome{"{}", "Unhandled", ""});  // no process came up
    EXPECT_EQ(ended_, 203);
    EXPECT_EQ(values("Invocations"), (Values{1, 1, 1}));
    EXPECT_EQ(values("Errors"), (Values{0, 1, 1}));
    EXPECT_EQ(values("Throttles"), (Values{0, 0, 1, 0}));
    EXPECT_EQ(values("Duration"), (Values{12.5, 3}));
    EXPECT_EQ(values("ConcurrentExecutions"), (Values{1, 2, 1}));
}

TEST_F(FunctionMetersTest, AsynchronousInvocations) {
    QueuedRow row;
    row.account = function_.account;
    row.region = function_.region;
    row.name = function_.name;
    row.queued = clock_.now();
    meters_.received(function_);
    clock_.advance_ms(250);
    meters_.waited(row);
    meters_.dropped(row);
    EXPECT_EQ(values("AsyncEventsReceived"), Values{1});
    EXPECT_EQ(values("AsyncEventAge"), Values{250});
    EXPECT_EQ(values("AsyncEventsDropped"), Values{1});
}

TEST_F(FunctionMetersTest, WithoutAPublisherNothingIsWrapped) {
    FunctionMeters none(nullptr, clock_);
    Invocation invocation;
    invocation.done = [this](aws::Reply<Outcome>) { ++ended_; };
    none.watch(function_, invocation);
    none.received(function_);
    none.forget(function_);
    invocation.done(Outcome{});
    EXPECT_EQ(ended_, 1);
}

}  // namespace
}  // namespace lambda

// The queue alone: a store on a crash file system, virtual time, and runs that the test answers.
#include "services/lambda/async_queue.h"

#include <gtest/gtest.h>

#include "services/lambda/faults.h"
#include "sim/crash_file_system.h"
#include "sim/recording_log.h"
#include "sim/seeded_executor.h"

namespace lambda {
namespace {

struct Asked {
    QueuedRow row;
    std::string payload;
    OutcomeDone done;
};

class AsyncQueueTest : public ::testing::Test {
  protected:
    void SetUp() override { open(); }
    void TearDown() override { close(); }

    void open(AsyncOptions options = {}) {
        auto store = meta_store::MetaStore::open({"/meta"}, *files_, executor_, log_);
        ASSERT_TRUE(store.has_value()) << store.error().describe();
        store_ = std::move(store.value());
        queue_ = std::make_unique<AsyncQueue>(
            options, AsyncQueue::Environment{*store_, clock_, executor_, log_, metrics_},
            [this](const QueuedRow& row, std::string payload, OutcomeDone done) {
                runs_.push_back({row, std::move(payload), std::move(done)});
            });
        ASSERT_TRUE(queue_->start().has_value());
        executor_.run_until_idle();
    }
    void close() {
        if (queue_ == nullptr) return;
        queue_->stop();
        store_->stop();
        executor_.run_until_idle();
        queue_.reset();
        store_.reset();
        runs_.clear();
    }
    aws::Reply<void> add(const std::string& payload, const std::string& function_id = "f1") {
        FunctionRow function;
        function.id = function_id;
        function.account = "000000000000";
        function.region = "r";
        function.name = "n";
        std::optional<aws::Reply<void>> answer;
        queue_->add(function, "request-" + payload, payload,
                    [&answer](aws::Reply<void> reply) { answer = std::move(reply); });
        for (int i = 0; i < 10'000 && !answer; ++i) {
            executor_.run_until_idle();
            if (!answer) std::this_thread::sleep_for(std::chrono::microseconds(100));
        }
        EXPECT_TRUE(answer.has_value());
        executor_.run_until_idle();
        return answer.value_or(aws::Reply<void>(base::ok()));
    }
    void answer(std::size_t run, aws::Reply<Outcome> reply) {
        OutcomeDone done = std::move(runs_.at(run).done);
        done(std::move(reply));
        executor_.run_until_idle();
    }
    static Outcome success() { return {"1", "", ""}; }
    static Outcome failure() { return {"{}", "Unhandled", ""}; }

    sim::VirtualClock clock_;
    sim::SeededExecutor executor_{1, clock_};
    std::unique_ptr<sim::CrashFileSystem> files_ = std::make_unique<sim::CrashFileSystem>(&clock_);
    sim::RecordingLog log_;
    base::Metrics metrics_;
    std::unique_ptr<meta_store::MetaStore> store_;
    std::unique_ptr<AsyncQueue> queue_;
    std::vector<Asked> runs_;
};

TEST_F(AsyncQueueTest, RunsOnceAndForgets) {
    ASSERT_TRUE(add("a").has_value());
    ASSERT_EQ(runs_.size(), 1U);
    EXPECT_EQ(runs_[0].payload, "a");
    EXPECT_EQ(runs_[0].row.request_id, "request-a");
    answer(0, success());
    EXPECT_EQ(queue_->size(), 0U);
    executor_.run_for_ms(3'600'000);
    EXPECT_EQ(runs_.size(), 1U);
    close();
    open();
    EXPECT_EQ(runs_.size(), 0U);
}

TEST_F(AsyncQueueTest, TwoRetriesAfterOneAndTwoMinutes) {
    ASSERT_TRUE(add("a").has_value());
    answer(0, failure());
    executor_.run_for_ms(59'000);
    EXPECT_EQ(runs_.size(), 1U);
    executor_.run_for_ms(1'000);
    ASSERT_EQ(runs_.size(), 2U);
    EXPECT_EQ(runs_[1].row.request_id, "request-a");
    EXPECT_EQ(runs_[1].payload, "a");
    answer(1, failure());
    executor_.run_for_ms(119'000);
    EXPECT_EQ(runs_.size(), 2U);
    executor_.run_for_ms(1'000);
    ASSERT_EQ(runs_.size(), 3U);
    answer(2, failure());
    EXPECT_EQ(queue_->size(), 0U);
    executor_.run_for_ms(3'600'000);
    EXPECT_EQ(runs_.size(), 3U);
}

TEST_F(AsyncQueueTest, AttemptsAndDelaysSurviveARestart) {
    ASSERT_TRUE(add("waits").has_value());
    answer(0, failure());
    ASSERT_TRUE(add("runs").has_value());
    ASSERT_EQ(runs_.size(), 2U);
    close();
    open();
    ASSERT_EQ(runs_.size(), 1U);  // what ran runs again, what waits waits on
    EXPECT_EQ(runs_[0].payload, "runs");
    executor_.run_for_ms(60'000);
    ASSERT_EQ(runs_.size(), 2U);
    EXPECT_EQ(runs_[1].payload, "waits");
    EXPECT_EQ(runs_[1].row.attempts, 1);
}

TEST_F(AsyncQueueTest, WhatWasAcknowledgedSurvivesEveryCrash) {
    constexpr std::size_t count = 6;
    std::vector<std::size_t> acknowledged_at;
    for (std::size_t i = 0; i < count; ++i) {
        ASSERT_TRUE(add(std::to_string(i)).has_value());
        acknowledged_at.push_back(files_->operation_count());
    }
    close();
    const auto disk = std::move(files_);
    std::size_t tried = 0;
    for (const auto& point : disk->crash_points(
             {.torn_lengths_max = 2, .seeds = 2, .first_operation = acknowledged_at.front()})) {
        files_ = disk->after(point);
        open({.running_per_function_max = 100});
        std::set<std::string> payloads;
        for (const auto& run : runs_)
            payloads.insert(run.payload);
        for (std::size_t i = 0; i < count; ++i) {
            if (acknowledged_at[i] <= point.operations) {
                EXPECT_TRUE(payloads.contains(std::to_string(i))) << point.operations;
            }
        }
        close();
        ++tried;
    }
    EXPECT_GT(tried, count);
}

TEST_F(AsyncQueueTest, ThrottledRunsDoNotCountAsAttempts) {
    ASSERT_TRUE(add("a").has_value());
    for (int i = 0; i < 10; ++i) {
        const std::size_t count = runs_.size();
        answer(count - 1, faults::throttled("x"));
        executor_.run_for_ms(throttle_delay_ms_max);
        ASSERT_GT(runs_.size(), count);
    }
    EXPECT_EQ(runs_.back().row.attempts, 0);
    // ... but not for ever.
    executor_.run_for_ms(AsyncOptions{}.age_ms_max);
    answer(runs_.size() - 1, faults::throttled("x"));
    EXPECT_EQ(queue_->size(), 0U);
}

TEST_F(AsyncQueueTest, AtMostSoManyOfAFunctionAtOnceInOrder) {
    close();
    open({.running_per_function_max = 2});
    for (const char* payload : {"1", "2", "3", "4"})
        ASSERT_TRUE(add(payload).has_value());
    ASSERT_TRUE(add("other", "f2").has_value());
    ASSERT_EQ(runs_.size(), 3U);
    EXPECT_EQ(runs_[0].payload, "1");
    EXPECT_EQ(runs_[1].payload, "2");
    EXPECT_EQ(runs_[2].payload, "other");
    answer(1, success());
    ASSERT_EQ(runs_.size(), 4U);
    EXPECT_EQ(runs_[3].payload, "3");
}

TEST_F(AsyncQueueTest, FullQueuesRefuse) {
    close();
    open({.queued_max = 3, .queued_per_function_max = 2, .queued_bytes_max = 100});
    ASSERT_TRUE(add("1").has_value());
    ASSERT_TRUE(add("2").has_value());
    EXPECT_EQ(add("3").error().code, "TooManyRequestsException");
    EXPECT_EQ(add(std::string(99, 'x'), "f2").error().code, "TooManyRequestsException");
    ASSERT_TRUE(add(std::string(98, 'x'), "f2").has_value());
    EXPECT_EQ(add("", "f3").error().code, "TooManyRequestsException");
    answer(0, success());
    EXPECT_TRUE(add("", "f3").has_value());
}

TEST_F(AsyncQueueTest, ADeletedFunctionsInvocationsGo) {
    close();
    open({.running_per_function_max = 1});
    for (const char* payload : {"1", "2", "3"})
        ASSERT_TRUE(add(payload).has_value());
    queue_->drop_function("f1");
    executor_.run_until_idle();
    EXPECT_EQ(queue_->size(), 1U);  // the one that runs
    answer(0, faults::function_not_found("f"));
    EXPECT_EQ(queue_->size(), 0U);
    EXPECT_EQ(runs_.size(), 1U);
}

}  // namespace
}  // namespace lambda

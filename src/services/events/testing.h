// Events over a store in memory, a stepped clock and functions that only remember.
#pragma once

#include <gtest/gtest.h>

#include "aws/testing.h"
#include "services/events/events.h"
#include "services/ports/testing.h"
#include "sim/crash_file_system.h"
#include "sim/recording_log.h"
#include "sim/seeded_executor.h"

namespace events {

struct FakeFunctions final : ports::FunctionInvoker {
    struct Call {
        std::string arn;
        std::string payload;
        aws::Caller caller;
        std::int64_t time_ms = 0;
    };
    explicit FakeFunctions(base::Clock& clock) : clock_(clock) {}

    void invoke_async(const std::string& arn, std::string payload, const aws::Caller& caller,
                      base::UniqueFunction<void(aws::Reply<void>)> done) override {
        calls.push_back({arn, std::move(payload), caller, clock_.now().ms});
        if (hold) return held.push_back(std::move(done));
        if (fault) return done(*fault);
        done(base::ok());
    }
    void invoke(const std::string&, std::string, const aws::Caller&,
                base::UniqueFunction<void(aws::Reply<ports::InvokeResult>)>) override {
        ADD_FAILURE() << "rules invoke asynchronously";
    }

    std::vector<Call> calls;
    std::optional<aws::Fault> fault;
    bool hold = false;
    std::vector<base::UniqueFunction<void(aws::Reply<void>)>> held;

  private:
    base::Clock& clock_;
};

class EventsTest : public testing::Test {
  protected:
    static constexpr std::int64_t start_ms = sim::VirtualClock::default_start_ms;

    EventsTest() { start(); }
    ~EventsTest() override { stop(); }

    void start() {
        auto opened = meta_store::MetaStore::open({.directory = "/meta"}, files_, executor_, log_);
        ASSERT_TRUE(opened.has_value());
        store_ = std::move(opened.value());
        events_ = std::make_unique<Events>(Environment{clock_, random_, executor_, log_, metrics_,
                                                       *store_, functions_, &publisher_});
        ASSERT_TRUE(events_->start().has_value());
        harness_ = std::make_unique<aws::testing::Harness>(model, events_.get());
    }
    void stop() {
        if (events_) events_->stop();
        executor_.drop_all();
        harness_.reset();
        events_.reset();
        store_.reset();
    }

    aws::testing::Answer call(std::string_view operation, std::string_view body) {
        return harness_->json(operation, body);
    }
    // "" for a 200, otherwise "Code: message".
    std::string outcome(std::string_view operation, std::string_view body) {
        const auto answer = call(operation, body);
        if (answer.status == 200) return "";
        const std::string upper = answer.at("Message");
        return answer.error_code() + ": " + (upper.empty() ? answer.at("message") : upper);
    }
    std::string put_rule(const std::string& name, const std::string& schedule,
                         const std::string& more = "") {
        return outcome("PutRule", R"({"Name":")" + name + R"(","ScheduleExpression":")" + schedule +
                                      "\"" + more + "}");
    }
    std::string put_target(const std::string& rule, const std::string& id = "t",
                           const std::string& more = "") {
        return outcome("PutTargets",
                       R"({"Rule":")" + rule + R"(","Targets":[{"Id":")" + id +
                           R"(","Arn":"arn:aws:lambda:us-west-2:000000000000:function:f")" + more +
                           "}]}");
    }
    // Seconds from the start at which functions were invoked: "300 600".
    std::string ticks() const {
        std::string found;
        for (const auto& one : functions_.calls) {
            found += (found.empty() ? "" : " ") + std::to_string((one.time_ms - start_ms) / 1000);
        }
        return found;
    }

    sim::VirtualClock clock_;
    sim::SeededExecutor executor_{1, clock_};
    sim::SeededRandom random_{1};
    sim::RecordingLog log_;
    base::Metrics metrics_;
    ports::testing::RecordingPublisher publisher_;
    FakeFunctions functions_{clock_};
    sim::CrashFileSystem files_{nullptr, false};
    std::unique_ptr<meta_store::MetaStore> store_;
    std::unique_ptr<Events> events_;
    std::unique_ptr<aws::testing::Harness> harness_;
};

}  // namespace events

// Logs over a store and logs in memory, asked through the real wire decoder.
#pragma once

#include <gtest/gtest.h>

#include "aws/testing.h"
#include "services/logs/logs.h"
#include "sim/crash_file_system.h"
#include "sim/recording_log.h"
#include "sim/seeded_executor.h"

namespace logs {

class LogsTest : public testing::Test {
  protected:
    static constexpr std::int64_t start_ms = sim::VirtualClock::default_start_ms;

    LogsTest() { start(); }
    ~LogsTest() override { stop(); }

    void start() {
        auto opened = meta_store::MetaStore::open({.directory = "/meta"}, *files_, executor_, log_);
        ASSERT_TRUE(opened.has_value()) << opened.error().describe();
        store_ = std::move(opened.value());
        logs_ = std::make_unique<Logs>(
            Options{.directory = "/logs", .segment_bytes_max = 64 * 1024},
            Environment{*files_, clock_, random_, executor_, log_, metrics_, key_, *store_});
        ASSERT_TRUE(logs_->start().has_value());
        harness_ = std::make_unique<aws::testing::Harness>(model, logs_.get());
        harness_->set_pump([this] { executor_.run_until_idle(); });
    }
    void stop() {
        if (logs_) logs_->stop();
        executor_.run_until_idle();
        executor_.drop_all();
        harness_.reset();
        logs_.reset();
        store_.reset();
    }
    void restart() {
        stop();
        start();
    }
    // The process is killed: nothing more is written.
    void crash() {
        auto left = files_->after(
            {.operations = files_->operation_count(), .survival = sim::Survival::nothing});
        executor_.drop_all();
        harness_.reset();
        logs_.reset();
        executor_.drop_all();
        store_.reset();
        files_ = std::move(left);
        start();
    }

    aws::testing::Answer call(std::string_view operation, std::string_view body) {
        return harness_->json(operation, body);
    }
    // "" for a 200, otherwise "Code: message".
    std::string outcome(std::string_view operation, std::string_view body) {
        return text(call(operation, body));
    }
    static std::string text(const aws::testing::Answer& answer) {
        if (answer.status == 200) return "";
        const std::string upper = answer.at("Message");
        return answer.error_code() + ": " + (upper.empty() ? answer.at("message") : upper);
    }
    void make_stream(const std::string& stream = "s", const std::string& group = "g") {
        outcome("CreateLogGroup", R"({"logGroupName":")" + group + "\"}");
        EXPECT_EQ(outcome("CreateLogStream", R"({"logGroupName":")" + group +
                                                 R"(","logStreamName":")" + stream + "\"}"),
                  "");
    }
    // Events {offset from the start, message}.
    using Events = std::vector<std::pair<std::int64_t, std::string>>;
    aws::testing::Answer put(const Events& events, const std::string& stream = "s",
                             const std::string& group = "g") {
        std::string body = R"({"logGroupName":")" + group + R"(","logStreamName":")" + stream +
                           R"(","logEvents":[)";
        for (const auto& [offset, message] : events) {
            if (body.back() != '[') body += ",";
            body += R"({"timestamp":)" + std::to_string(start_ms + offset) + R"(,"message":")" +
                    message + "\"}";
        }
        return call("PutLogEvents", body + "]}");
    }
    // Messages of a page: "a b c", and its answer.
    static std::string messages(const aws::testing::Answer& answer) {
        if (answer.status != 200) return text(answer);
        std::string found;
        for (int i = 0;; ++i) {
            const std::string at = "events." + std::to_string(i);
            if (answer.at(at + ".timestamp").empty()) return found;
            found += (i == 0 ? "" : " ") + answer.at(at + ".message");
        }
    }
    // Everything that FilterLogEvents finds, page after page.
    std::string filter(const std::string& more = "", int* pages = nullptr) {
        std::string found;
        std::string token;
        do {
            const auto page =
                call("FilterLogEvents",
                     R"({"logGroupName":"g")" + (more.empty() ? "" : "," + more) +
                         (token.empty() ? "" : R"(,"nextToken":")" + token + "\"") + "}");
            if (page.status != 200) return text(page);
            const std::string here = messages(page);
            if (!here.empty()) found += (found.empty() ? "" : " ") + here;
            token = page.at("nextToken");
            if (pages != nullptr) ++*pages;
        } while (!token.empty());
        return found;
    }

    sim::VirtualClock clock_;
    sim::SeededExecutor executor_{1, clock_};
    sim::SeededRandom random_{1};
    sim::RecordingLog log_;
    base::Metrics metrics_;
    segment_log::MasterKey key_{"test", std::string(32, 'k')};
    std::unique_ptr<sim::CrashFileSystem> files_ = std::make_unique<sim::CrashFileSystem>();
    std::unique_ptr<meta_store::MetaStore> store_;
    std::unique_ptr<Logs> logs_;
    std::unique_ptr<aws::testing::Harness> harness_;
};

}  // namespace logs

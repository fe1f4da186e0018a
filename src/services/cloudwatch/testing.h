// CloudWatch over a store in memory and a stepped clock.
#pragma once

#include <gtest/gtest.h>

#include "aws/testing.h"
#include "services/cloudwatch/cloudwatch.h"
#include "sim/crash_file_system.h"
#include "sim/recording_log.h"
#include "sim/seeded_executor.h"

namespace cloudwatch {

class CloudWatchTest : public testing::Test {
  protected:
    CloudWatchTest() { open(); }
    ~CloudWatchTest() override { close(); }

    void open() {
        auto opened = meta_store::MetaStore::open({.directory = "/meta"}, files_, executor_, log_);
        ASSERT_TRUE(opened.has_value());
        store_ = std::move(opened.value());
        cloudwatch_ = std::make_unique<CloudWatch>(
            Environment{clock_, random_, executor_, log_, *store_, master_key_}, options_);
        ASSERT_TRUE(cloudwatch_->start().has_value());
        harness_ = std::make_unique<aws::testing::Harness>(model, cloudwatch_.get());
        harness_->set_pump([this] { executor_.run_until_idle(); });
    }
    void close() {
        if (cloudwatch_) cloudwatch_->stop();
        executor_.drop_all();
        harness_.reset();
        cloudwatch_.reset();
        store_.reset();
    }
    void restart() {
        close();
        open();
    }

    std::int64_t now_s() const { return clock_.now().ms / 1000; }
    aws::testing::Answer call(std::string_view operation, std::string_view body) {
        return harness_->json(operation, body);
    }
    // "" for a 200, otherwise "Code: message".
    std::string outcome(std::string_view operation, std::string_view body) {
        const auto answer = call(operation, body);
        if (answer.status == 200) return "";
        return answer.error_code() + ": " + answer.at("message");
    }
    // One datum of metric Custom/m; `datum` are its members but the name.
    std::string put(const std::string& datum, const std::string& name = "m") {
        return outcome("PutMetricData", R"({"Namespace":"Custom","MetricData":[{"MetricName":")" +
                                            name + "\"," + datum + "}]}");
    }
    static std::string at(std::int64_t time_s) {
        return R"("Timestamp":)" + std::to_string(time_s) + ",";
    }
    // A query of Custom/<name>.
    static std::string query(const std::string& id, const std::string& stat, int period = 60,
                             const std::string& name = "m", const std::string& more = "") {
        return R"({"Id":")" + id +
               R"(","MetricStat":{"Metric":{"Namespace":"Custom","MetricName":")" + name +
               R"("},"Period":)" + std::to_string(period) + R"(,"Stat":")" + stat + R"("})" + more +
               "}";
    }
    static std::string math(const std::string& id, const std::string& expression,
                            const std::string& more = "") {
        return R"({"Id":")" + id + R"(","Expression":")" + expression + "\"" + more + "}";
    }
    std::string data_body(const std::string& queries, std::int64_t start_s, std::int64_t end_s,
                          const std::string& more = "") const {
        return R"({"MetricDataQueries":[)" + queries +
               R"(],"ScanBy":"TimestampAscending","StartTime":)" + std::to_string(start_s) +
               R"(,"EndTime":)" + std::to_string(end_s) + more + "}";
    }
    // "id: time=value …" of each result, times from `start_s`, or "Code: message".
    std::string data(const std::string& queries, std::int64_t start_s, std::int64_t end_s,
                     const std::string& more = "") {
        const auto answer = call("GetMetricData", data_body(queries, start_s, end_s, more));
        if (answer.status != 200) return answer.error_code() + ": " + answer.at("message");
        return text_of(answer, start_s);
    }
    static std::string text_of(const aws::testing::Answer& answer, std::int64_t start_s) {
        std::string out;
        for (int i = 0;; ++i) {
            const std::string result = "MetricDataResults." + std::to_string(i);
            if (answer.at(result).empty()) return out;
            out += (i == 0 ? "" : "; ") + answer.at(result + ".Id") + ":";
            for (int k = 0;; ++k) {
                const std::string place = "." + std::to_string(k);
                const std::string time = answer.at(result + ".Timestamps" + place);
                if (time.empty()) break;
                const auto passed = static_cast<std::int64_t>(std::stod(time)) - start_s;
                const double value = std::stod(answer.at(result + ".Values" + place));
                char text[64];
                std::snprintf(text, sizeof text, " %lld=%g", static_cast<long long>(passed), value);
                out += text;
            }
            if (answer.at(result + ".StatusCode") != "Complete") out += " …";
        }
    }
    void flush() {
        cloudwatch_->points().flush([](base::Result<void> done) { EXPECT_TRUE(done.has_value()); });
        executor_.run_until_idle();
    }
    void sweep() {
        bool swept = false;
        cloudwatch_->points().sweep([&](base::Result<void> done) { swept = done.has_value(); });
        executor_.run_until_idle();
        EXPECT_TRUE(swept);
    }
    // Encoded keys of blocks in the store, by tier.
    std::map<std::uint64_t, int> blocks() {
        std::map<std::uint64_t, int> count;
        const meta_store::Table<BlockRow> table(*store_, "cloudwatch.points");
        EXPECT_TRUE(table
                        .scan({},
                              [&](std::string_view key, const BlockRow&) {
                                  meta_store::KeyReader reader(key);
                                  reader.text();
                                  ++count[reader.number()];
                                  return true;
                              })
                        .has_value());
        return count;
    }

    Options options_;
    sim::VirtualClock clock_;
    sim::SeededExecutor executor_{1, clock_};
    sim::SeededRandom random_{7};
    sim::RecordingLog log_;
    const std::string master_key_ = std::string(32, 'm');
    sim::CrashFileSystem files_{nullptr, false};
    std::unique_ptr<meta_store::MetaStore> store_;
    std::unique_ptr<CloudWatch> cloudwatch_;
    std::unique_ptr<aws::testing::Harness> harness_;
};

}  // namespace cloudwatch

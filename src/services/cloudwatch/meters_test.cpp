// What services measure of themselves: seen at once, stored by the minute, kept by a stop.
#include "services/cloudwatch/meters.h"

#include <thread>

#include "services/cloudwatch/testing.h"

namespace cloudwatch {
namespace {

constexpr std::array<ports::MetricDefinition, 2> definitions{
    {{"IncomingRecords", "Count"}, {"Latency", "Milliseconds", true}}};

class MetersTest : public CloudWatchTest {
  protected:
    std::shared_ptr<ports::Meter> meter(const std::string& stream = "s") {
        return cloudwatch_->publisher().meter(
            {"000000000000", "us-west-2", "AWS/Kinesis", "StreamName", stream}, definitions);
    }
    void observe(ports::Meter& meter, double records, double latency_ms) {
        const ports::Observation both[] = {{0, records}, {1, latency_ms}};
        meter.observe(clock_.now(), both);
    }
    std::string ask(const std::string& name, const std::string& stat, int period = 60) {
        return data(R"({"Id":"x","MetricStat":{"Period":)" + std::to_string(period) +
                        R"(,"Stat":")" + stat +
                        R"(","Metric":{"Namespace":"AWS/Kinesis","MetricName":")" + name +
                        R"(","Dimensions":[{"Name":"StreamName","Value":"s"}]}}})",
                    start_s, start_s + 600);
    }
    std::size_t listed() {
        std::size_t count = 0;
        const auto answer = call("ListMetrics", "{}");
        while (!answer.at("Metrics." + std::to_string(count)).empty())
            ++count;
        return count;
    }
    double stored_samples() {
        double count = 0;
        const meta_store::Table<BlockRow> table(*store_, "cloudwatch.points");
        const auto scanned = table.scan({}, [&](std::string_view key, const BlockRow& row) {
            meta_store::KeyReader reader(key);
            reader.text();
            const std::size_t tier = reader.number();
            const auto block =
                Block::decode(tier, static_cast<std::int64_t>(reader.number()), row.block.bytes);
            EXPECT_TRUE(block.has_value());
            for (const Bucket& bucket : block.value().buckets())
                count += bucket.numbers.count;
            return true;
        });
        EXPECT_TRUE(scanned.has_value());
        return count;
    }
    const std::int64_t start_s = now_s();
};

TEST_F(MetersTest, WhatWaitsIsSeenAndStoredOnce) {
    auto of_stream = meter();
    EXPECT_EQ(meter(), of_stream);
    observe(*of_stream, 500, 2);
    observe(*of_stream, 100, 4);
    EXPECT_EQ(ask("IncomingRecords", "Sum"), "x: 0=600");
    EXPECT_EQ(ask("IncomingRecords", "SampleCount"), "x: 0=2");
    EXPECT_EQ(ask("Latency", "p50"), "x: 0=2");
    flush();
    EXPECT_EQ(ask("IncomingRecords", "Sum"), "x: 0=600");
    observe(*of_stream, 1, 8);
    EXPECT_EQ(ask("IncomingRecords", "Sum"), "x: 0=601");
    EXPECT_EQ(ask("Latency", "p100"), "x: 0=8");
    EXPECT_EQ(listed(), 2U);
    clock_.advance_ms(60'000);
    observe(*of_stream, 2, 1);
    flush();
    flush();
    EXPECT_EQ(ask("IncomingRecords", "Sum"), "x: 0=601 60=2");
    EXPECT_EQ(ask("IncomingRecords", "Maximum", 300), "x: 0=500");
    restart();
    EXPECT_EQ(ask("IncomingRecords", "Sum"), "x: 0=601 60=2");
}

TEST_F(MetersTest, SumsWithoutValuesHaveNoPercentiles) {
    auto of_stream = meter();
    observe(*of_stream, 7, 1);
    observe(*of_stream, 7, 1);
    flush();
    EXPECT_EQ(ask("IncomingRecords", "p90"), "x: 0=7");  // all the same
    observe(*of_stream, 8, 1);
    observe(*of_stream, 9, 1);
    EXPECT_EQ(ask("IncomingRecords", "p90"), "x:");
    flush();
    EXPECT_EQ(ask("IncomingRecords", "p90"), "x:");
    EXPECT_EQ(ask("IncomingRecords", "Maximum"), "x: 0=9");
}

TEST_F(MetersTest, TheTimerFlushesFirstValuesSoonAndOthersEachMinute) {
    auto of_stream = meter();
    observe(*of_stream, 1, 1);
    executor_.run_for_ms(tick_ms);
    EXPECT_EQ(blocks(), (std::map<std::uint64_t, int>{{standard_tier, 2}}));
    EXPECT_EQ(listed(), 2U);
    EXPECT_EQ(stored_samples(), 2);
    observe(*of_stream, 1, 1);
    executor_.run_for_ms(tick_ms);
    EXPECT_EQ(stored_samples(), 2);
    executor_.run_for_ms(flush_interval_ms);
    EXPECT_EQ(stored_samples(), 4);
}

TEST_F(MetersTest, FirstValuesAreListedAtOnce) {
    auto of_stream = meter();
    EXPECT_EQ(listed(), 0U);
    const ports::Observation records{0, 5};
    of_stream->observe(clock_.now(), {&records, 1});
    EXPECT_EQ(listed(), 1U);
    // The other metric of the same meter too; later values are no reason to write.
    observe(*of_stream, 1, 2);
    EXPECT_EQ(listed(), 2U);
    EXPECT_EQ(stored_samples(), 3);
    observe(*of_stream, 1, 2);
    EXPECT_EQ(listed(), 2U);
    EXPECT_EQ(stored_samples(), 3);
    EXPECT_EQ(ask("IncomingRecords", "Sum"), "x: 0=7");
}

TEST_F(MetersTest, AFullDiskListsWhatIsStored) {
    auto of_stream = meter();
    observe(*of_stream, 5, 1);
    files_.inject({.call = sim::Call::write,
                   .os_error = ENOSPC,
                   .times = 1'000'000,
                   .path_contains = ".log",
                   .written_bytes = 3});
    EXPECT_EQ(listed(), 0U);
    files_.clear_faults();
    flush();
    EXPECT_EQ(listed(), 2U);
}

TEST_F(MetersTest, ListingAnswersWhileTheServiceStops) {
    auto of_stream = meter();
    cloudwatch_->stop();
    observe(*of_stream, 5, 1);
    EXPECT_EQ(call("ListMetrics", "{}").status, 200);
}

TEST_F(MetersTest, AStopLosesNothing) {
    auto of_stream = meter();
    observe(*of_stream, 5, 1);
    clock_.advance_ms(60'000);
    observe(*of_stream, 6, 1);
    restart();
    EXPECT_EQ(ask("IncomingRecords", "Sum"), "x: 0=5 60=6");
}

TEST_F(MetersTest, WhatEndsLaterCountsWhereItBegan) {
    auto of_stream = meter();
    const base::Timestamp begun = clock_.now();
    clock_.advance_ms(120'000);
    observe(*of_stream, 6, 1);
    const ports::Observation late{0, 5};
    of_stream->observe(begun, {&late, 1});
    of_stream->observe(begun, {&late, 1});
    EXPECT_EQ(ask("IncomingRecords", "Sum"), "x: 0=10 120=6");
    flush();
    EXPECT_EQ(ask("IncomingRecords", "Sum"), "x: 0=10 120=6");
}

TEST_F(MetersTest, MetersOfWhatIsGoneAreForgottenWhenTheyAreEmpty) {
    Meters meters;
    auto one = meters.meter({"0", "r", "N", "D", "a"}, definitions);
    const ports::Observation five{0, 5};
    one->observe(clock_.now(), {&five, 1});
    const std::weak_ptr<ports::Meter> watched = one;
    one.reset();
    EXPECT_TRUE(meters.has_fresh());
    EXPECT_EQ(meters.take().size(), 1U);
    EXPECT_TRUE(watched.expired());
    EXPECT_FALSE(meters.has_fresh());
}

TEST_F(MetersTest, WhatCouldNotBeStoredWaitsWithinItsBounds) {
    Meters meters;
    auto one = meters.meter({"0", "r", "N", "D", "a"}, definitions);
    const ports::Observation five{0, 5};
    const Metric metric{"0", "r", "N", "IncomingRecords", {{"D", "a"}}};
    for (std::size_t i = 0; i < minutes_waiting_max + 10; ++i) {
        one->observe(clock_.now(), {&five, 1});
        clock_.advance_ms(60'000);
    }
    EXPECT_EQ(meters.peek(metric).size(), minutes_waiting_max + 1);  // and the one under way
    meters.give_back(meters.take());
    EXPECT_EQ(meters.peek(metric).size(), minutes_waiting_max);
    meters.give_back(std::vector<Sample>(samples_returned_max + 1));
    EXPECT_EQ(meters.take().size(), samples_returned_max);
}

TEST_F(MetersTest, AFullDiskLosesNothingAndCountsNothingTwice) {
    auto of_stream = meter();
    observe(*of_stream, 5, 1);
    flush();
    observe(*of_stream, 6, 1);
    files_.inject({.call = sim::Call::write,
                   .os_error = ENOSPC,
                   .times = 1'000'000,
                   .path_contains = ".log",
                   .written_bytes = 3});
    for (int i = 0; i < 3; ++i) {
        bool failed = false;
        cloudwatch_->points().flush([&](base::Result<void> done) { failed = !done.has_value(); });
        executor_.run_until_idle();
        EXPECT_TRUE(failed);
        EXPECT_EQ(ask("IncomingRecords", "Sum"), "x: 0=11");
        observe(*of_stream, 0, 1);
    }
    EXPECT_EQ(put(R"("Value":1)"),
              "InternalServiceFault: The request processing has failed due to some unknown error.");
    files_.clear_faults();
    flush();
    EXPECT_EQ(ask("IncomingRecords", "Sum"), "x: 0=11");
    EXPECT_EQ(ask("IncomingRecords", "SampleCount"), "x: 0=5");
    restart();
    EXPECT_EQ(ask("IncomingRecords", "Sum"), "x: 0=11");
    EXPECT_EQ(data(query("m", "Sum"), start_s, start_s + 60), "m:");
}

TEST_F(MetersTest, ManyThreadsLoseNothing) {
    Meters meters;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&meters, this] {
            for (int k = 0; k < 10'000; ++k) {
                const ports::Observation one{0, 1};
                meters.meter({"0", "r", "N", "D", "a"}, definitions)
                    ->observe(clock_.now(), {&one, 1});
            }
        });
    }
    double sum = 0;
    for (int i = 0; i < 100; ++i)
        for (const Sample& sample : meters.take())
            sum += sample.numbers.sum;
    for (auto& thread : threads)
        thread.join();
    for (const Sample& sample : meters.take())
        sum += sample.numbers.sum;
    EXPECT_EQ(sum, 40'000);
}

}  // namespace
}  // namespace cloudwatch

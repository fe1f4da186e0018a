// The writer of points: who reads does not wait for its disk, and what is corrupt stays alone.
#include <future>

#include "services/cloudwatch/batch.h"
#include "services/cloudwatch/testing.h"

namespace cloudwatch {
namespace {

constexpr std::array<ports::MetricDefinition, 1> definitions{{{"n", "Count"}}};

// Another store, with something to do around each commit that waits.
class WatchedStore final : public meta_store::MetaStore {
  public:
    explicit WatchedStore(meta_store::MetaStore& inner) : inner_(inner) {}
    std::function<void()> before_commit = [] {};
    std::function<void()> after_commit = [] {};

    void commit(meta_store::Changes changes, meta_store::CommitDone done) override {
        inner_.commit(std::move(changes), std::move(done));
    }
    base::Result<void> commit(meta_store::Changes changes) override {
        before_commit();
        auto committed = inner_.commit(std::move(changes));
        after_commit();
        return committed;
    }
    base::Result<std::optional<std::string>> get(
        std::string_view key, const meta_store::Snapshot* snapshot) const override {
        return inner_.get(key, snapshot);
    }
    base::Result<void> scan(std::string_view from, std::string_view until,
                            const meta_store::Visit& visit,
                            const meta_store::Snapshot* snapshot) const override {
        return inner_.scan(from, until, visit, snapshot);
    }
    base::Result<void> walk(std::string_view from, std::string_view until,
                            const meta_store::WalkVisit& visit,
                            const meta_store::Snapshot* snapshot) const override {
        return inner_.walk(from, until, visit, snapshot);
    }
    std::shared_ptr<const meta_store::Snapshot> snapshot() const override {
        return inner_.snapshot();
    }
    base::Result<void> checkpoint(const std::string& directory) override {
        return inner_.checkpoint(directory);
    }
    base::Result<std::uint64_t> verify() const override { return inner_.verify(); }
    void stop() override { inner_.stop(); }

  private:
    meta_store::MetaStore& inner_;
};

class PointsTest : public CloudWatchTest {
  protected:
    ~PointsTest() override { points_.stop(); }

    void measure(double value) {
        const ports::Observation one{0, value};
        meter_->observe(clock_.now(), {&one, 1});
    }
    double sum() const {
        std::size_t budget = read_points_max;
        const auto read =
            points_.read(metric_, {start_s_, start_s_ + 3600, 3600, {}, false}, budget);
        EXPECT_TRUE(read.has_value());
        double total = 0;
        for (const Bucket& bucket : read.value())
            total += bucket.numbers.sum;
        return total;
    }
    bool flush_points() {
        bool flushed = false;
        points_.flush([&](base::Result<void> done) { flushed = done.has_value(); });
        executor_.run_until_idle();
        return flushed;
    }

    const std::int64_t start_s_ = now_s();
    const Metric metric_{"0", "r", "AWS/Kinesis", "n", {{"StreamName", "s"}}};
    Meters meters_;
    const std::shared_ptr<ports::Meter> meter_ =
        meters_.meter({"0", "r", "AWS/Kinesis", "StreamName", "s"}, definitions);
    WatchedStore watched_{*store_};
    Points points_{{clock_, executor_, log_, watched_, meters_}, metrics_max};
};

TEST_F(PointsTest, ReadersDoNotWaitForAFlushAndSeeEachSampleOnce) {
    measure(100);
    ASSERT_TRUE(flush_points());
    measure(20);
    std::vector<std::future<double>> reads;
    const auto read_now = [&] {
        reads.push_back(std::async(std::launch::async, [this] { return sum(); }));
        // Far more than a read takes: one that waits for this commit is not done by then.
        EXPECT_EQ(reads.back().wait_for(std::chrono::seconds(5)), std::future_status::ready);
    };
    watched_.before_commit = [&] {
        read_now();
        measure(3);
        read_now();
    };
    watched_.after_commit = read_now;
    EXPECT_TRUE(flush_points());
    watched_.before_commit = watched_.after_commit = [] {};
    ASSERT_EQ(reads.size(), 3U);
    EXPECT_EQ(reads[0].get(), 120);
    EXPECT_EQ(reads[1].get(), 123);
    EXPECT_EQ(reads[2].get(), 123);  // durable, but the flush has not ended
    EXPECT_EQ(sum(), 123);
    EXPECT_TRUE(flush_points());
    EXPECT_EQ(sum(), 123);
}

TEST_F(PointsTest, AFlushThatFailsKeepsItsSamplesInView) {
    measure(100);
    files_.inject({.call = sim::Call::write,
                   .os_error = ENOSPC,
                   .times = 1'000'000,
                   .path_contains = ".log",
                   .written_bytes = 3});
    watched_.before_commit = [&] { EXPECT_EQ(sum(), 100); };
    watched_.after_commit = [&] { EXPECT_EQ(sum(), 100); };
    EXPECT_FALSE(flush_points());
    EXPECT_EQ(sum(), 100);
    files_.clear_faults();
    EXPECT_TRUE(flush_points());
    EXPECT_EQ(sum(), 100);
}

TEST_F(PointsTest, ACorruptBlockKeepsNoOtherMeasurementFromTheDisk) {
    Metric other = metric_;
    other.dimensions.front().value = "other";
    const meta_store::Table<BlockRow> table(*store_, "cloudwatch.points");
    meta_store::Changes changes;
    const std::int64_t start_s = floor_to(start_s_, tiers[standard_tier].block_s);
    table.put(changes, block_key(other.id(), standard_tier, start_s), {{"no block"}});
    ASSERT_TRUE(store_->commit(std::move(changes)).has_value());
    const auto damaged =
        meters_.meter({"0", "r", "AWS/Kinesis", "StreamName", "other"}, definitions);
    const ports::Observation one{0, 1};
    damaged->observe(clock_.now(), {&one, 1});
    measure(7);
    EXPECT_TRUE(flush_points());
    EXPECT_TRUE(meters_.peek(metric_).empty());
    EXPECT_EQ(sum(), 7);
    EXPECT_TRUE(log_.contains("measurements were dropped"));
}

class Sweep : public CloudWatchTest {
  protected:
    // Over the block of a Custom metric in the tier, as it would be after damage of the disk.
    void damage(const std::string& name, std::size_t tier, std::int64_t time_s) {
        const Metric metric{"000000000000", "us-west-2", "Custom", name, {}};
        const meta_store::Table<BlockRow> table(*store_, "cloudwatch.points");
        meta_store::Changes changes;
        table.put(changes, block_key(metric.id(), tier, floor_to(time_s, tiers[tier].block_s)),
                  {{"no block"}});
        ASSERT_TRUE(store_->commit(std::move(changes)).has_value());
    }
    bool logged_errors() {
        return log_.contains("old data points of some metrics stay, will retry");
    }
    const std::int64_t start_s_ = now_s();
};

TEST_F(Sweep, ACorruptBlockKeepsNoOtherMetric) {
    for (const char* name : {"a", "b", "c"})
        EXPECT_EQ(put(R"("Value":1)", name), "");
    damage("b", standard_tier, start_s_);
    clock_.advance_ms(20 * base::day_ms);
    sweep();
    EXPECT_EQ(blocks(), (std::map<std::uint64_t, int>{{1, 1}, {2, 2}}));
    EXPECT_TRUE(logged_errors());
    EXPECT_EQ(data(query("q", "Sum", 300, "a"), start_s_, start_s_ + 600), "q: 0=1");
    EXPECT_EQ(data(query("q", "Sum", 300, "c"), start_s_, start_s_ + 600), "q: 0=1");
    // They are forgotten in their time too, and it is not.
    clock_.advance_ms(500 * base::day_ms);
    for (int i = 0; i < 3; ++i)
        sweep();
    EXPECT_EQ(blocks(), (std::map<std::uint64_t, int>{{1, 1}}));
}

TEST_F(Sweep, WhatCannotBeFoldedStays) {
    for (const char* name : {"a", "b"})
        EXPECT_EQ(put(R"("Value":1)", name), "");
    // It is not read before points are added to it.
    damage("a", 2, start_s_);
    clock_.advance_ms(20 * base::day_ms);
    sweep();
    EXPECT_EQ(blocks(), (std::map<std::uint64_t, int>{{1, 1}, {2, 2}}));
    EXPECT_EQ(data(query("q", "Sum", 300, "b"), start_s_, start_s_ + 600), "q: 0=1");
}

TEST_F(Sweep, ACorruptMetricKeepsNoOther) {
    for (const char* name : {"a", "b"})
        EXPECT_EQ(put(R"("Value":1)", name), "");
    const meta_store::Table<MetricRow> table(*store_, "cloudwatch.metrics");
    meta_store::Changes changes;
    const Metric metric{"000000000000", "us-west-2", "Custom", "a", {}};
    changes.put(table.key(metric.key()), "no row");
    ASSERT_TRUE(store_->commit(std::move(changes)).has_value());
    clock_.advance_ms(20 * base::day_ms);
    sweep();
    EXPECT_EQ(blocks(), (std::map<std::uint64_t, int>{{1, 1}, {2, 1}}));
    EXPECT_TRUE(logged_errors());
}

}  // namespace
}  // namespace cloudwatch

// Writers, readers, measuring, flushes and sweeps at once, over real threads: nothing is lost or
// counted twice, and no reader sees less than the one before it.
#include <atomic>
#include <thread>

#include "os/clock.h"
#include "os/thread_pool.h"
#include "services/cloudwatch/testing.h"

namespace cloudwatch {
namespace {

constexpr std::array<ports::MetricDefinition, 1> definitions{{{"n", "Count"}}};

class CloudWatchThreads : public testing::Test {
  protected:
    CloudWatchThreads() {
        auto opened = meta_store::MetaStore::open({.directory = "/meta"}, files_, pool_, log_);
        EXPECT_TRUE(opened.has_value());
        store_ = std::move(opened.value());
        service_ = std::make_unique<CloudWatch>(
            Environment{clock_, random_, pool_, log_, *store_, master_key_});
        EXPECT_TRUE(service_->start().has_value());
    }
    ~CloudWatchThreads() override {
        service_->stop();
        store_->stop();
        pool_.stop();
    }
    double sum(const Metric& metric) {
        std::size_t budget = read_points_max;
        const auto read =
            service_->points().read(metric, {start_s_, start_s_ + 3600, 3600, {}, false}, budget);
        EXPECT_TRUE(read.has_value());
        double total = 0;
        for (const Bucket& bucket : read.value())
            total += bucket.numbers.sum;
        return total;
    }

    os::SystemClock clock_;
    os::ThreadPool pool_{4};
    sim::SeededRandom random_{7};
    sim::RecordingLog log_;
    const std::string master_key_ = std::string(32, 'm');
    const std::int64_t start_s_ = floor_to(clock_.now().ms / 1000, 60);
    sim::CrashFileSystem files_{nullptr, false};
    std::unique_ptr<meta_store::MetaStore> store_;
    std::unique_ptr<CloudWatch> service_;
};

TEST_F(CloudWatchThreads, NothingIsLostOrCountedTwice) {
    constexpr int writers = 3;
    constexpr int rounds = 200;
    const Metric put{"0", "r", "Custom", "put", {}};
    const Metric measured{"0", "r", "AWS/Kinesis", "n", {{"StreamName", "s"}}};
    const auto meter =
        service_->publisher().meter({"0", "r", "AWS/Kinesis", "StreamName", "s"}, definitions);
    std::atomic<int> answered{0};
    std::atomic<bool> stop{false};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < writers; ++i) {
            threads.emplace_back([&] {
                for (int round = 0; round < rounds; ++round) {
                    Sample sample;
                    sample.metric = put;
                    sample.time_s = start_s_;
                    sample.numbers.add(1);
                    sample.values.add(1, 1);
                    service_->points().put({sample}, [&](base::Result<void> done) {
                        EXPECT_TRUE(done.has_value());
                        ++answered;
                    });
                    const ports::Observation one{0, 1};
                    meter->observe(clock_.now(), {&one, 1});
                    if (round % 20 == 0) service_->points().flush([](base::Result<void>) {});
                    if (round % 50 == 0) service_->points().sweep([](base::Result<void>) {});
                }
            });
        }
        std::jthread reader([&] {
            double seen = 0;
            double acknowledged = 0;
            while (!stop) {
                const int least = answered;
                const double now = sum(measured);
                EXPECT_GE(now, seen);
                seen = now;
                acknowledged = sum(put);
                EXPECT_GE(acknowledged, least);
            }
        });
        threads.clear();
        while (answered < writers * rounds)
            std::this_thread::yield();
        stop = true;
    }
    EXPECT_EQ(sum(put), writers * rounds);
    EXPECT_EQ(sum(measured), writers * rounds);
}

}  // namespace
}  // namespace cloudwatch

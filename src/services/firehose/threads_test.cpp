// Real threads: producers, deliveries, flushes and a restart at once; every record comes out once.
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "os/clock.h"
#include "os/thread_pool.h"
#include "services/firehose/testing.h"

namespace firehose {
namespace {

constexpr int producers = 3;
constexpr int batches = 60;
constexpr int records = 20;

// Waits for what is answered on another thread.
template <class T>
class Answer {
  public:
    void set(T value) {
        std::lock_guard lock(mutex_);
        value_.emplace(std::move(value));
        given_.notify_all();
    }
    T wait() {
        std::unique_lock lock(mutex_);
        given_.wait(lock, [&] { return value_.has_value(); });
        return std::move(*value_);
    }

  private:
    std::mutex mutex_;
    std::condition_variable given_;
    std::optional<T> value_;
};

struct Machine {
    os::SystemClock clock;
    sim::SeededRandom random{1};
    sim::RecordingLog log;
    base::Metrics metrics;
    testing::RecordingLogWriter logs;
    segment_log::MasterKey master_key{"test", std::string(32, 'k')};
    sim::CrashFileSystem files{&clock, false};
};

// One life of the program on the machine.
struct Program {
    explicit Program(Machine& machine) : m(machine) {
        store = std::move(
            meta_store::MetaStore::open({.directory = "/data/meta"}, m.files, pool, m.log).value());
        object_store::Options object_options;
        object_options.directory = "/data";
        objects = std::move(
            object_store::ObjectStore::open(
                object_options, {m.files, m.clock, m.random, pool, m.log, m.master_key, *store})
                .value());
        segment_log::Options log_options;
        log_options.directory = "/data/source";
        source = std::make_unique<testing::OneStream>(
            std::move(segment_log::SegmentLog::open(
                          log_options, {m.files, m.clock, m.random, pool, m.log, m.master_key})
                          .value()));
        firehose = std::make_unique<Firehose>(
            Options{.directory = "/data/delivery"},
            Environment{m.files, m.clock, m.random, pool, m.log, m.metrics, m.master_key, *store,
                        *objects, *source, m.logs});
        EXPECT_TRUE(firehose->start().has_value());
        harness = std::make_unique<aws::testing::Harness>(model, firehose.get());
    }
    ~Program() {
        harness.reset();
        firehose->stop();
        source->log().stop();
        objects->stop();
        store->stop();
        pool.stop();
    }

    base::Result<FlushReport> flush() {
        Answer<base::Result<FlushReport>> answer;
        firehose->flush("d",
                        [&](base::Result<FlushReport> report) { answer.set(std::move(report)); });
        return answer.wait();
    }
    void produce(int producer) {
        for (int batch = 0; batch < batches; ++batch) {
            std::vector<segment_log::Record> rows;
            for (int i = 0; i < records; ++i) {
                rows.push_back(
                    {0, m.clock.now(),
                     std::to_string(producer) + "-" + std::to_string(batch * records + i) + "\n"});
            }
            Answer<bool> durable;
            source->log().append(std::move(rows), [&](base::Result<segment_log::Position> first) {
                durable.set(first.has_value());
            });
            EXPECT_TRUE(durable.wait());
        }
    }
    void produce_with_flushes(int first_producer) {
        std::vector<std::thread> threads;
        for (int p = 0; p < producers; ++p) {
            threads.emplace_back([this, p, first_producer] { produce(first_producer + p); });
        }
        for (int i = 0; i < 5; ++i)
            EXPECT_TRUE(flush().has_value());
        for (auto& thread : threads)
            thread.join();
    }

    Machine& m;
    os::ThreadPool pool{2};
    std::unique_ptr<meta_store::MetaStore> store;
    std::unique_ptr<object_store::ObjectStore> objects;
    std::unique_ptr<testing::OneStream> source;
    std::unique_ptr<Firehose> firehose;
    std::unique_ptr<aws::testing::Harness> harness;
};

TEST(FirehoseThreads, EveryRecordComesOutOnce) {
    Machine machine;
    {
        Program program(machine);
        ASSERT_TRUE(
            program.objects->create_bucket({"b", "000000000000", "us-west-2", {}, ""}).has_value());
        const auto made = program.harness->json(
            "CreateDeliveryStream",
            R"({"DeliveryStreamName":"d","DeliveryStreamType":"KinesisStreamAsSource",)"
            R"("KinesisStreamSourceConfiguration":{"KinesisStreamARN":)"
            R"("arn:aws:kinesis:us-west-2:000000000000:stream/s",)"
            R"("RoleARN":"arn:aws:iam::000000000000:role/r"},)"
            R"("ExtendedS3DestinationConfiguration":{"RoleARN":"arn:aws:iam::000000000000:role/r",)"
            R"("BucketARN":"arn:aws:s3:::b","BufferingHints":{"SizeInMBs":1,"IntervalInSeconds":0}}})");
        ASSERT_EQ(made.status, 200) << made.body;
        program.produce_with_flushes(0);
    }  // stopped with records not delivered yet, and a delivery perhaps half done
    Program program(machine);
    program.produce_with_flushes(producers);
    ASSERT_TRUE(program.flush().has_value());
    std::multiset<std::string> found;
    const auto list = program.objects->list("b", {.keys_max = 100'000});
    ASSERT_TRUE(list.has_value());
    for (const auto& info : list.value().objects) {
        const auto bytes = program.objects->get("b", info.key, 1 << 30);
        ASSERT_TRUE(bytes.has_value());
        std::string_view rest = bytes.value();
        while (!rest.empty()) {
            const std::size_t end = rest.find('\n');
            ASSERT_NE(end, std::string_view::npos);
            found.emplace(rest.substr(0, end));
            rest.remove_prefix(end + 1);
        }
    }
    EXPECT_EQ(found.size(), static_cast<std::size_t>(2 * producers * batches * records));
    for (int producer = 0; producer < 2 * producers; ++producer) {
        for (int i = 0; i < batches * records; ++i) {
            const std::string record = std::to_string(producer) + "-" + std::to_string(i);
            ASSERT_EQ(found.count(record), 1U) << record;
        }
    }
}

}  // namespace
}  // namespace firehose

// What PutRecords costs without sockets and signatures: first each step alone on one core, then
// whole calls through the dispatcher, 16 in flight, encrypted and synced to a real disk.
//
//   kinesis_put_bench [DIRECTORY] [SECONDS] [unmeasured]      prints one JSON line a measurement
//
// unmeasured: the stream measures nothing for CloudWatch, to see what that costs.
#include <stdlib.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "aws/dispatcher.h"
#include "base/check.h"
#include "base/mutex.h"
#include "os/clock.h"
#include "os/file_system.h"
#include "os/random.h"
#include "os/thread_pool.h"
#include "services/cloudwatch/meters.h"
#include "services/kinesis/describe.h"
#include "services/kinesis/hot_codecs.h"
#include "services/kinesis/kinesis.h"
#include "services/kinesis/stored_record.h"
#include "wire/base64.h"
#include "wire/json.h"

namespace {

constexpr std::size_t callers = 16;
constexpr std::size_t records_per_call = 500;
constexpr std::size_t record_bytes = 330;

struct QuietLog final : base::Log {
    void write(base::LogLevel level, std::string_view message,
               std::initializer_list<base::LogField> fields) override {
        if (level < base::LogLevel::warn) return;
        std::fprintf(stderr, "%s\n", base::format_log_line(message, fields).c_str());
    }
};

std::string make_body(base::Random& random) {
    std::string body = R"({"StreamName":"s","Records":[)";
    for (std::size_t i = 0; i < records_per_call; ++i) {
        // JSON-like text of the size of an event, keyed by an event id.
        const std::string key = base::to_hex(random.bytes(16));
        std::string data = R"({"event_id":")" + key + R"(","filling":")";
        data += base::to_hex(random.bytes((record_bytes - data.size() - 3) / 2)) + "\"}\n";
        body += i == 0 ? "" : ",";
        body += R"({"Data":")" + wire::encode_base64(data) + R"(","PartitionKey":")" + key + "\"}";
    }
    return body + "]}";
}

// The best of many short stretches: what the step costs when nothing else runs.
template <class F>
void measure(const char* step, const base::Clock& clock, F&& run) {
    constexpr int stretches = 40;
    constexpr int rounds = 10;
    double best_ns = 1e18;
    for (int stretch = 0; stretch < stretches; ++stretch) {
        const std::int64_t begin = clock.monotonic_ns();
        for (int i = 0; i < rounds; ++i)
            run();
        best_ns = std::min(best_ns, static_cast<double>(clock.monotonic_ns() - begin));
    }
    std::printf("{\"step\":\"%s\",\"ns_per_record\":%.1f}\n", step,
                best_ns / (rounds * static_cast<double>(records_per_call)));
}

void measure_steps(const base::Clock& clock, const std::string& body) {
    kinesis::PutRecordsInput input;
    measure("decode", clock, [&] {
        kinesis::PutRecordsInput fresh;
        CHECK(kinesis::decode_put_records(body, &fresh).has_value());
        input = std::move(fresh);
    });
    measure("decode_generic", clock, [&] {
        kinesis::PutRecordsInput fresh;
        CHECK(wire::decode_json(body, shape::type_of<kinesis::PutRecordsInput>(), &fresh)
                  .has_value());
    });
    const aws::Validator validator;
    measure("validate", clock, [&] {
        CHECK(!validator.check(shape::type_of<kinesis::PutRecordsInput>(), &input, {}).has_value());
    });
    kinesis::StreamRow row;
    row.shards = kinesis::make_shards(4, {});
    const kinesis::StreamState state(row, kinesis::StreamStatus::active);
    std::size_t sum = 0;
    measure("route", clock, [&] {
        for (const auto& record : input.records) {
            sum += state.route(kinesis::hash_partition_key(record.partition_key));
        }
    });
    measure("pack", clock, [&] {
        std::string payloads;
        payloads.reserve(records_per_call * (record_bytes + 64));
        for (const auto& record : input.records) {
            sum +=
                kinesis::append_record(payloads, record.data.bytes, record.partition_key, {}, true);
        }
    });
    const kinesis::SequenceCodec codec("0123456789abcdef01234567", 1'767'225'600'000);
    kinesis::PutRecordsOutput output;
    measure("answer", clock, [&] {
        output = {};
        output.records.resize(records_per_call);
        std::uint64_t position = std::uint64_t{7} << 40;
        for (auto& record : output.records) {
            auto& number = record.sequence_number.emplace(kinesis::SequenceCodec::digits, '0');
            codec.format({1, ++position}, number.data());
            record.shard_id = "shardId-000000000001";
        }
    });
    measure("encode", clock, [&] {
        std::string text;
        kinesis::encode_put_records(&output, text);
        sum += text.size();
    });
    CHECK(sum != 0);
}

// What one call adds to the stream's metrics, for CloudWatch.
void measure_metrics(const base::Clock& clock) {
    std::size_t sum = 0;
    cloudwatch::Meters meters;
    const auto meter =
        meters.meter({"0", "r", "AWS/Kinesis", "StreamName", "s"}, kinesis::measures);
    using kinesis::Measure;
    measure("measure", clock, [&] {
        const ports::Observation ten[] = {
            kinesis::measured(Measure::put_records_bytes, sum),
            kinesis::measured(Measure::put_records_failed, std::size_t{0}),
            kinesis::measured(Measure::put_records_latency, static_cast<double>(sum % 97)),
            kinesis::measured(Measure::put_records_success, std::size_t{1}),
            kinesis::measured(Measure::put_records_successful, records_per_call),
            kinesis::measured(Measure::put_records_throttled, std::size_t{0}),
            kinesis::measured(Measure::put_records_total, records_per_call),
            kinesis::measured(Measure::incoming_bytes, sum),
            kinesis::measured(Measure::incoming_records, records_per_call),
            kinesis::measured(Measure::write_exceeded, std::size_t{0})};
        ++sum;
        meter->observe(clock.now(), ten);
    });
}

// Keeps `callers` calls in flight until told to stop.
class Load {
  public:
    Load(aws::Dispatcher& dispatcher, base::Executor& executor, const base::Clock& clock,
         std::vector<std::string> bodies)
        : dispatcher_(dispatcher), executor_(executor), clock_(clock), bodies_(std::move(bodies)) {}

    void run(std::int64_t seconds) {
        const std::int64_t begin = clock_.monotonic_ns();
        end_ns_ = begin + seconds * 1'000'000'000;
        running_ = callers;
        for (std::size_t i = 0; i < callers; ++i) {
            executor_.post([this, i] { call(i); });
        }
        base::MutexLock lock(mutex_);
        while (running_ != 0)
            ended_.wait(lock);
        const double elapsed_s = static_cast<double>(clock_.monotonic_ns() - begin) / 1e9;
        std::sort(times_ns_.begin(), times_ns_.end());
        const auto at = [&](double part) {
            const auto index =
                static_cast<std::size_t>(static_cast<double>(times_ns_.size() - 1) * part);
            return static_cast<double>(times_ns_[index]) / 1e6;
        };
        std::printf("{\"calls\":%zu,\"records_per_s\":%.0f,\"p50_ms\":%.2f,\"p99_ms\":%.2f}\n",
                    times_ns_.size(),
                    static_cast<double>(times_ns_.size() * records_per_call) / elapsed_s, at(0.5),
                    at(0.99));
    }

  private:
    void call(std::size_t caller) {
        const std::int64_t begin = clock_.monotonic_ns();
        if (begin >= end_ns_) {
            base::MutexLock lock(mutex_);
            if (--running_ == 0) ended_.notify_all();
            return;
        }
        auto head = std::make_unique<wire::RequestHead>();
        head->method = "POST";
        head->target = head->path = "/";
        head->headers.add("X-Amz-Target", "Kinesis_20131202.PutRecords");
        head->headers.add("Content-Type", "application/x-amz-json-1.1");
        auto route = dispatcher_.route(*head);
        aws::Request request;
        request.head = std::move(head);
        request.caller.account = "000000000000";
        request.region = "us-west-2";
        request.request_id = "bench";
        request.received = clock_.now();
        dispatcher_.run(std::move(route), std::move(request), bodies_[caller],
                        [this, caller, begin](wire::Response response) {
                            CHECK(response.status == 200);
                            {
                                base::MutexLock lock(mutex_);
                                times_ns_.push_back(clock_.monotonic_ns() - begin);
                            }
                            executor_.post([this, caller] { call(caller); });
                        });
    }

    aws::Dispatcher& dispatcher_;
    base::Executor& executor_;
    const base::Clock& clock_;
    const std::vector<std::string> bodies_;
    std::int64_t end_ns_ = 0;
    base::Mutex mutex_;
    base::ConditionVariable ended_;
    std::size_t running_ = 0;
    std::vector<std::int64_t> times_ns_;
};

}  // namespace

int main(int argc, char** argv) {
    const std::string directory = argc > 1 ? argv[1] : "/tmp/kinesis_put_bench";
    const std::int64_t seconds = argc > 2 ? std::atoll(argv[2]) : 5;
    std::filesystem::remove_all(directory);
    os::PosixFileSystem files;
    CHECK(base::make_directories(files, directory).has_value());
    os::SystemClock clock;
    os::SystemRandom random;
    os::ThreadPool executor(2);
    QuietLog log;
    base::Metrics metrics;
    std::vector<std::string> bodies;
    for (std::size_t i = 0; i < callers; ++i)
        bodies.push_back(make_body(random));
    measure_steps(clock, bodies[0]);
    measure_metrics(clock);

    const segment_log::MasterKey master_key{"bench", random.bytes(32)};
    auto store = std::move(
        meta_store::MetaStore::open({.directory = directory + "/meta"}, files, executor, log)
            .value());
    const bool measured = argc <= 3 || std::string(argv[3]) != "unmeasured";
    cloudwatch::Meters meters;
    kinesis::Kinesis service({.directory = directory + "/streams"},
                             {files, clock, random, executor, log, metrics, master_key, *store,
                              measured ? &meters : nullptr});
    CHECK(service.start().has_value());
    base::Mutex mutex;
    base::ConditionVariable made;
    bool ready = false;
    kinesis::StreamRow row;
    row.account = "000000000000";
    row.region = "us-west-2";
    row.name = "s";
    row.created = clock.now();
    service.create(std::move(row), 4, [&](aws::Reply<void> created) {
        CHECK(created.has_value());
        base::MutexLock lock(mutex);
        ready = true;
        made.notify_all();
    });
    {
        base::MutexLock lock(mutex);
        while (!ready)
            made.wait(lock);
    }
    aws::Dispatcher dispatcher(clock, log, metrics);
    dispatcher.add(kinesis::model, &service);
    Load load(dispatcher, executor, clock, bodies);
    load.run(seconds);
    service.stop();
    store->stop();
    executor.stop();
    std::filesystem::remove_all(directory);
    return 0;
}

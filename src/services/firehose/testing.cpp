#include "services/firehose/testing.h"

#include <gtest/gtest.h>

#include "wire/base64.h"

namespace firehose::testing {
namespace {

constexpr const char* source_id = "source-id";

base::Error gone() {
    return {base::ErrorKind::not_found, "no such stream", ""};
}

}  // namespace

base::Result<ports::StreamInfo> OneStream::find_stream(const std::string& arn) const {
    if (removed_ || arn != source_arn) return gone();
    return ports::StreamInfo{arn, source_id, "s", log_->end()};
}

base::Result<ports::StreamBatch> OneStream::read_stream(const std::string& id, std::uint64_t from,
                                                        std::size_t records_max,
                                                        std::size_t bytes_max) const {
    if (removed_ || id != source_id) return gone();
    TRY(batch, log_->read(from, {.records_max = records_max, .bytes_max = bytes_max}));
    ports::StreamBatch answer;
    for (const auto& record : batch.records) {
        answer.records.push_back({record.position, "", "", "", record.time, record.payload});
    }
    answer.next = batch.next;
    answer.at_end = batch.at_end;
    answer.memory = std::make_shared<const std::vector<std::shared_ptr<const std::string>>>(
        std::move(batch.memory));
    return answer;
}

std::uint64_t OneStream::watch_stream(const std::string&, base::UniqueFunction<void()> wake) {
    return log_->watch(std::move(wake));
}
void OneStream::unwatch_stream(const std::string&, std::uint64_t watch) {
    log_->unwatch(watch);
}

void OneStream::hold_stream(const std::string&, const std::string& name, std::uint64_t position) {
    holder = name;
    held_at = position;
    ++holds;
    log_->hold(name, position);
}
void OneStream::release_stream(const std::string&, const std::string& name) {
    if (holder == name) holder.clear();
    log_->release(name);
}

void RecordingLogWriter::write(const std::string& account, const std::string& region,
                               const std::string& group, const std::string& stream,
                               std::vector<ports::LogLine> new_lines) {
    for (auto& line : new_lines) {
        lines.push_back(
            {account + "/" + region + "/" + group + "/" + stream, std::move(line.message)});
    }
}

Stage::Stage(std::uint64_t seed, std::unique_ptr<sim::CrashFileSystem> disk)
    : executor(seed, clock), random(seed), files(std::move(disk)) {
    if (!files) files = std::make_unique<sim::CrashFileSystem>(&clock, false);
    reopen();
}

Stage::~Stage() {
    close();
}

void Stage::close() {
    harness.reset();
    if (firehose) firehose->stop();
    if (source) source->log().stop();
    if (object_store) object_store->stop();
    if (store) store->stop();
    executor.drop_all();
    firehose.reset();
    source.reset();
    object_store.reset();
    store.reset();
}

bool Stage::failed(const base::Error& why) {
    error = why.describe();
    return false;
}

bool Stage::reopen() {
    close();
    error.clear();
    auto meta = meta_store::MetaStore::open({.directory = "/data/meta"}, *files, executor, log);
    if (!meta) return failed(meta.error());
    store = std::move(meta.value());
    object_store::Options object_options;
    object_options.directory = "/data";
    object_options.compaction_check_ms = 0;
    auto opened = object_store::ObjectStore::open(
        object_options, {*files, clock, random, executor, log, master_key, *store});
    if (!opened) return failed(opened.error());
    object_store = std::move(opened.value());
    segment_log::Options log_options;
    log_options.directory = "/data/source";
    auto source_log = segment_log::SegmentLog::open(
        log_options, {*files, clock, random, executor, log, master_key});
    if (!source_log) return failed(source_log.error());
    source = std::make_unique<OneStream>(std::move(source_log.value()));
    firehose = std::make_unique<Firehose>(
        Options{.directory = "/data/delivery"},
        Environment{*files, clock, random, executor, log, metrics, master_key, *store,
                    *object_store, *source, logs, &publisher});
    auto started = firehose->start();
    if (!started) return failed(started.error());
    harness = std::make_unique<aws::testing::Harness>(model, firehose.get());
    harness->set_pump([this] { executor.run_one(); });
    return true;
}

aws::testing::Answer Stage::call(std::string_view operation, std::string_view body) {
    return harness->json(operation, body);
}

std::string Stage::refusal(std::string_view operation, std::string_view body) {
    const auto answer = call(operation, body);
    if (answer.status == 200) return "accepted";
    return answer.error_code() + ": " + answer.at("message");
}

void Stage::make_bucket(const std::string& name, const std::string& account) {
    const auto made =
        object_store->create_bucket({name, account, "us-west-2", clock.now(), std::string()});
    EXPECT_TRUE(made.has_value()) << made.error().describe();
}

void Stage::create(const std::string& name, const std::string& more, bool direct) {
    std::string body = "{\"DeliveryStreamName\":\"" + name + "\",";
    if (!direct) {
        body += R"("DeliveryStreamType":"KinesisStreamAsSource",)"
                R"("KinesisStreamSourceConfiguration":{"KinesisStreamARN":")" +
                std::string(source_arn) + R"(","RoleARN":"arn:aws:iam::000000000000:role/r"},)";
    }
    body += R"("ExtendedS3DestinationConfiguration":{"RoleARN":"arn:aws:iam::000000000000:role/r",)"
            R"("BucketARN":"arn:aws:s3:::b")" +
            more + "}}";
    const auto answer = call("CreateDeliveryStream", body);
    EXPECT_EQ(answer.status, 200) << answer.body;
}

void Stage::put_source(const std::vector<std::string>& records) {
    std::vector<segment_log::Record> rows;
    for (const auto& record : records) {
        rows.push_back({static_cast<segment_log::Lane>(rows.size() % 3), clock.now(), record});
    }
    bool durable = false;
    source->log().append(std::move(rows), [&](base::Result<segment_log::Position> first) {
        EXPECT_TRUE(first.has_value());
        durable = true;
    });
    while (!durable && executor.run_one()) {
    }
    EXPECT_TRUE(durable);
}

void Stage::put_direct(const std::string& name, const std::vector<std::string>& records) {
    std::string body = "{\"DeliveryStreamName\":\"" + name + "\",\"Records\":[";
    for (std::size_t i = 0; i < records.size(); ++i) {
        body +=
            (i == 0 ? "{\"Data\":\"" : ",{\"Data\":\"") + wire::encode_base64(records[i]) + "\"}";
    }
    const auto answer = call("PutRecordBatch", body + "]}");
    EXPECT_EQ(answer.status, 200) << answer.body;
}

base::Result<FlushReport> Stage::flush(const std::string& name) {
    auto answer = std::make_shared<std::optional<base::Result<FlushReport>>>();
    firehose->flush(
        name, [answer](base::Result<FlushReport> report) { answer->emplace(std::move(report)); });
    for (int i = 0; i < 10'000 && !*answer; ++i) {
        if (!executor.run_one()) executor.run_for_ms(1);
    }
    if (!*answer) return base::Error{base::ErrorKind::internal, "never answered", ""};
    return std::move(**answer);
}

std::vector<Stage::Object> Stage::objects(const std::string& bucket) {
    std::vector<Object> found;
    const auto list = object_store->list(bucket, {.keys_max = 100'000});
    EXPECT_TRUE(list.has_value());
    if (!list) return found;
    for (const auto& info : list.value().objects) {
        auto bytes = object_store->get(bucket, info.key, 1 << 30);
        EXPECT_TRUE(bytes.has_value()) << info.key;
        if (info.key.ends_with(".gz")) {
            bytes = wire::gzip_decompress(bytes.value(), 1 << 30);
            EXPECT_TRUE(bytes.has_value()) << info.key;
        }
        found.push_back({info.key, bytes.value()});
    }
    return found;
}

std::string Stage::delivered(const std::string& bucket) {
    std::string all;
    for (const auto& object : objects(bucket))
        all += object.bytes;
    return all;
}

}  // namespace firehose::testing

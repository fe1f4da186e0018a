#include "services/kinesis/testing.h"

#include <gtest/gtest.h>

#include "wire/base64.h"

namespace kinesis::testing {

Stage::Stage(bool aws_limits, std::uint64_t seed, std::unique_ptr<sim::CrashFileSystem> disk)
    : executor(seed, clock), random(seed), files(std::move(disk)), aws_limits_(aws_limits) {
    if (!files) files = std::make_unique<sim::CrashFileSystem>(&clock, false);
    reopen();
}

Stage::~Stage() {
    close();
}

void Stage::close() {
    harness.reset();
    if (kinesis) kinesis->stop();
    if (store) store->stop();
    executor.drop_all();
    kinesis.reset();
    store.reset();
}

bool Stage::reopen() {
    close();
    error.clear();
    auto opened = meta_store::MetaStore::open({.directory = "/data/meta"}, *files, executor, log);
    if (!opened) {
        error = opened.error().describe();
        return false;
    }
    store = std::move(opened.value());
    kinesis = std::make_unique<Kinesis>(
        Options{.directory = "/data/streams", .aws_limits = aws_limits_},
        Environment{*files, clock, random, executor, log, metrics, master_key, *store, &publisher});
    auto started = kinesis->start();
    if (!started) {
        error = started.error().describe();
        return false;
    }
    harness = std::make_unique<aws::testing::Harness>(model, kinesis.get());
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

void Stage::create_stream(const std::string& name, int shards) {
    const std::string count = shards == 0 ? "" : ",\"ShardCount\":" + std::to_string(shards);
    const auto answer = call("CreateStream", "{\"StreamName\":\"" + name + "\"" + count + "}");
    EXPECT_EQ(answer.status, 200) << answer.body;
}

std::string Stage::put(const std::string& stream, const std::string& key, const std::string& data) {
    const auto answer =
        call("PutRecord", "{\"StreamName\":\"" + stream + "\",\"PartitionKey\":\"" + key +
                              "\",\"Data\":\"" + wire::encode_base64(data) + "\"}");
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.at("SequenceNumber");
}

std::string Stage::iterator(const std::string& stream, int shard, const std::string& type,
                            const std::string& more) {
    const auto answer =
        call("GetShardIterator", "{\"StreamName\":\"" + stream + "\",\"ShardId\":\"" +
                                     format_shard_id(static_cast<segment_log::Lane>(shard)) +
                                     "\",\"ShardIteratorType\":\"" + type + "\"" + more + "}");
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.at("ShardIterator");
}

std::vector<Got> Stage::read(std::string* iterator, int limit) {
    std::vector<Got> all;
    while (true) {
        const auto answer = call("GetRecords", "{\"ShardIterator\":\"" + *iterator +
                                                   "\",\"Limit\":" + std::to_string(limit) + "}");
        EXPECT_EQ(answer.status, 200) << answer.body;
        if (answer.status != 200) return all;
        *iterator = answer.at("NextShardIterator");
        std::size_t count = 0;
        for (;; ++count) {
            const std::string at = "Records." + std::to_string(count) + ".";
            if (answer.at(at + "SequenceNumber").empty()) break;
            auto data = wire::decode_base64(answer.at(at + "Data"));
            EXPECT_TRUE(data.has_value());
            all.push_back({answer.at(at + "SequenceNumber"), answer.at(at + "PartitionKey"),
                           data ? data.value() : "", answer.at(at + "EncryptionType")});
        }
        if (count == 0 && answer.at("MillisBehindLatest") == "0") return all;
    }
}

std::vector<Got> Stage::read_shard(const std::string& stream, int shard) {
    std::string at = iterator(stream, shard, "TRIM_HORIZON");
    return read(&at);
}

}  // namespace kinesis::testing

// The power goes at every change to the disk: what PutRecords acknowledged is readable after it,
// under the same sequence number, once, in order. A disk that lies about syncs must make the same
// check fail.
#include <gtest/gtest.h>

#include <set>

#include "services/kinesis/testing.h"
#include "wire/base64.h"

namespace kinesis {
namespace {

using testing::Stage;

struct Acknowledged {
    std::string sequence_number;
    std::string data;
    std::size_t operations = 0;
};

struct Workload {
    std::unique_ptr<Stage> stage;
    std::vector<Acknowledged> records;
    std::size_t begin = 0;
};

Workload run_workload(sim::Canaries canaries) {
    Workload work;
    work.stage =
        std::make_unique<Stage>(false, 3, std::make_unique<sim::CrashFileSystem>(nullptr, true));
    Stage& stage = *work.stage;
    stage.files->set_canaries(canaries);
    work.begin = stage.files->operation_count();
    stage.create_stream("s", 2);
    int next = 0;
    for (int round = 0; round < 3; ++round) {
        for (int call = 0; call < 3; ++call) {
            std::string body = R"({"StreamName":"s","Records":[)";
            std::vector<std::string> data;
            for (int i = 0; i < 3; ++i) {
                data.push_back("record-" + std::to_string(next++));
                body += (i == 0 ? "" : ",") + std::string(R"({"PartitionKey":")") + data.back() +
                        R"(","Data":")" + wire::encode_base64(data.back()) + "\"}";
            }
            const auto answer = stage.call("PutRecords", body + "]}");
            EXPECT_EQ(answer.status, 200) << answer.body;
            for (std::size_t i = 0; i < data.size(); ++i) {
                work.records.push_back(
                    {answer.at("Records." + std::to_string(i) + ".SequenceNumber"), data[i],
                     stage.files->operation_count()});
            }
        }
        EXPECT_TRUE(stage.reopen()) << stage.error;
    }
    return work;
}

// "" when what a start finds keeps the promises.
std::string check(std::unique_ptr<sim::CrashFileSystem> disk, const Workload& work,
                  std::size_t operations) {
    Stage stage(false, 9, std::move(disk));
    if (!stage.error.empty()) return "does not start: " + stage.error;
    const bool exists = stage.call("DescribeStreamSummary", R"({"StreamName":"s"})").status == 200;
    std::map<std::string, std::string> found;  // data by sequence number
    for (int shard = 0; exists && shard < 2; ++shard) {
        std::string last;
        for (const auto& got : stage.read_shard("s", shard)) {
            if (got.sequence_number <= last) return "out of order: " + got.data;
            last = got.sequence_number;
            if (!found.emplace(got.sequence_number, got.data).second) return "twice: " + got.data;
        }
    }
    std::set<std::string> known;
    for (const auto& record : work.records) {
        known.insert(record.data);
        const auto at = found.find(record.sequence_number);
        if (at == found.end()) {
            if (record.operations <= operations) return "lost: " + record.data;
        } else if (at->second != record.data) {
            return "another record: " + at->second;
        }
    }
    for (const auto& [number, data] : found) {
        if (!known.contains(data)) return "never sent: " + data;
    }
    // And it goes on: numbers are not used again.
    if (exists) {
        const std::string number = stage.put("s", "record-0", "after");
        if (found.contains(number)) return "number used again: " + number;
    }
    return "";
}

int failures_of(const Workload& work, std::size_t seeds, std::string* first) {
    const auto points = work.stage->files->crash_points(
        {.torn_lengths_max = 2, .seeds = seeds, .first_operation = work.begin});
    EXPECT_GT(points.size(), 100U);
    int failures = 0;
    for (const auto& point : points) {
        const std::string wrong = check(work.stage->files->after(point), work, point.operations);
        if (wrong.empty()) continue;
        if (++failures == 1) {
            *first = wrong + "; crash after " + std::to_string(point.operations) +
                     ", last: " + work.stage->files->describe(point.operations - 1);
        }
        if (failures == 3) break;
    }
    return failures;
}

TEST(KinesisCrash, WhatWasAcknowledgedIsReadable) {
    const Workload work = run_workload({});
    std::string first;
    EXPECT_EQ(failures_of(work, 1, &first), 0) << first;
}

TEST(KinesisCrash, ADiskThatIgnoresSyncsIsNoticed) {
    const Workload work = run_workload({.ignore_sync_data = true});
    std::string first;
    EXPECT_GT(failures_of(work, 1, &first), 0);
}

}  // namespace
}  // namespace kinesis

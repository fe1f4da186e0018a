#include "segment_log/testing.h"

#include <gtest/gtest.h>

#include "segment_log/log.h"

namespace segment_log::testing {

MasterKey test_key() {
    return {"test-key", std::string(32, 'k')};
}

Record make_record(Lane lane, std::int64_t time_ms, std::string payload) {
    return {lane, {time_ms}, std::move(payload)};
}

World::World(std::uint64_t seed)
    : files(std::make_unique<sim::CrashFileSystem>(&clock)), random(seed), executor(seed, clock) {
    EXPECT_TRUE(files->make_directory("/data"));
    EXPECT_TRUE(files->sync_directory("/"));
}

World::World(std::unique_ptr<sim::CrashFileSystem> disk, std::uint64_t seed)
    : files(std::move(disk)), random(seed), executor(seed, clock) {}

Environment World::environment() {
    return {*files, clock, random, executor, log, key};
}

base::Result<std::unique_ptr<SegmentLog>> World::try_open(std::uint64_t segment_bytes_max,
                                                          const Checks& checks) {
    return open_log({.directory = log_directory, .segment_bytes_max = segment_bytes_max},
                    environment(), checks);
}

std::unique_ptr<SegmentLog> World::open(std::uint64_t segment_bytes_max) {
    auto opened = try_open(segment_bytes_max);
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().describe());
    return opened ? std::move(opened.value()) : nullptr;
}

base::Result<Position> World::append(SegmentLog& segment_log, std::vector<Record> records) {
    std::optional<base::Result<Position>> answer;
    segment_log.append(std::move(records),
                       [&](base::Result<Position> first) { answer = std::move(first); });
    executor.run_until_idle();
    EXPECT_TRUE(answer.has_value());
    return answer ? *answer : base::Error{base::ErrorKind::internal, "no answer", ""};
}

base::Result<std::vector<Read>> read_all(const SegmentLog& log, Position from,
                                         std::optional<Lane> lane, std::size_t records_max) {
    std::vector<Read> all;
    while (true) {
        TRY(batch, log.read(from, {.lane = lane, .records_max = records_max}));
        for (const StoredRecord& record : batch.records) {
            all.push_back(
                {record.position, record.lane, record.time.ms, std::string(record.payload)});
        }
        if (batch.at_end) return all;
        if (batch.next <= from) {
            return base::Error{base::ErrorKind::internal, "reading does not move on", ""};
        }
        from = batch.next;
    }
}

}  // namespace segment_log::testing

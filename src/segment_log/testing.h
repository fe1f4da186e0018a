// A log on the simulated disk, stepped by hand: for the tests of this folder and of those above.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "segment_log/format.h"
#include "segment_log/segment_log.h"
#include "sim/crash_file_system.h"
#include "sim/recording_log.h"
#include "sim/seeded_executor.h"
#include "sim/seeded_random.h"
#include "sim/virtual_clock.h"

namespace segment_log::testing {

inline constexpr const char* log_directory = "/data/log";

MasterKey test_key();
Record make_record(Lane lane, std::int64_t time_ms, std::string payload);

// What a log is given, all of it simulated. One thread.
struct World {
    explicit World(std::uint64_t seed = 1);
    World(std::unique_ptr<sim::CrashFileSystem> disk, std::uint64_t seed);

    Environment environment();
    // Opens the log in log_directory; the test fails when it cannot.
    std::unique_ptr<SegmentLog> open(std::uint64_t segment_bytes_max = 64 * 1024 * 1024);
    base::Result<std::unique_ptr<SegmentLog>> try_open(std::uint64_t segment_bytes_max,
                                                       const Checks& checks = {});
    // Appends and runs the executor until the answer is there.
    base::Result<Position> append(SegmentLog& log, std::vector<Record> records);

    sim::VirtualClock clock;
    std::unique_ptr<sim::CrashFileSystem> files;
    sim::SeededRandom random;
    sim::SeededExecutor executor;
    sim::RecordingLog log;
    MasterKey key = test_key();
};

struct Read {
    Position position = 0;
    Lane lane = 0;
    std::int64_t time_ms = 0;
    std::string payload;
    bool operator==(const Read&) const = default;
};
// Everything at or after `from`, read in small steps.
base::Result<std::vector<Read>> read_all(const SegmentLog& log, Position from = 0,
                                         std::optional<Lane> lane = {},
                                         std::size_t records_max = 7);

}  // namespace segment_log::testing

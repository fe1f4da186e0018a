// A log opened over files with hostile contents: the segment, its index and the floor are cut from
// the input. Whatever they hold, open, read, find and verify answer; with checksums and tags
// unchecked too, so that what lies behind them is reached.
//
// The first byte picks the switches; seeds come from a real log when the first byte says so, with
// the input written over it.
#include <algorithm>
#include <cstdint>
#include <string>

#include "segment_log/crc32c.h"
#include "segment_log/log.h"
#include "segment_log/segment_file.h"
#include "sim/crash_file_system.h"
#include "sim/recording_log.h"
#include "sim/seeded_executor.h"
#include "sim/seeded_random.h"
#include "sim/virtual_clock.h"

namespace {

using segment_log::SegmentLog;

struct World {
    sim::VirtualClock clock;
    sim::CrashFileSystem files{&clock, false};
    sim::SeededRandom random{1};
    sim::SeededExecutor executor{1, clock};
    sim::RecordingLog log;
    segment_log::MasterKey key{"fuzz", std::string(32, 'f')};

    segment_log::Environment environment() { return {files, clock, random, executor, log, key}; }
    base::Result<std::unique_ptr<SegmentLog>> open(const segment_log::Checks& checks) {
        return segment_log::open_log({.directory = "/log", .segment_bytes_max = 4096},
                                     environment(), checks);
    }
    void put(const std::string& path, std::uint64_t offset, std::string_view bytes) {
        auto file = files.open(path, base::OpenMode::create);
        if (file) (void)file.value()->write_at(offset, bytes);
    }
};

// The files of a log of a few records, made once.
struct Image {
    std::string segment;
    std::string index;
};
Image make_image() {
    World world;
    auto log = world.open({});
    for (int i = 0; i < 5; ++i) {
        log.value()->append({{static_cast<segment_log::Lane>(i), {i}, std::string(30, 'x')}},
                            [](base::Result<segment_log::Position>) {});
        world.executor.run_until_idle();
    }
    log.value()->stop();
    const auto read = [&](const std::string& path) {
        return base::read_file(world.files, path, 1 << 20).value();
    };
    return {read(segment_log::segment_path("/log", 1)), read(segment_log::index_path("/log", 1))};
}

// The log sealed, or as a crash leaves it.
void write_log(World& world, bool sealed) {
    static const Image image = make_image();
    world.put(segment_log::segment_path("/log", 1), 0, image.segment);
    if (sealed) world.put(segment_log::index_path("/log", 1), 0, image.index);
}

void use(World& world, const segment_log::Checks& checks) {
    auto opened = world.open(checks);
    if (!opened) return;
    SegmentLog& log = *opened.value();
    segment_log::Position from = 0;
    for (int step = 0; step < 50; ++step) {
        const auto batch = log.read(from, {.records_max = 3});
        if (!batch || batch.value().at_end) break;
        from = batch.value().next;
    }
    (void)log.read(0, {.lane = 3});
    (void)log.find_time(0, {3});
    (void)log.read_one(log.begin() + 2);
    (void)log.verify();
    (void)log.expire({INT64_MAX});
    log.append({{0, {0}, "x"}}, [](base::Result<segment_log::Position>) {});
    world.executor.run_until_idle();
    log.stop();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 4) return 0;
    const std::uint8_t switches = data[0];
    const std::uint64_t offset = data[1] + data[2] * 256U;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 3, size - 3);
    World world;
    (void)world.files.make_directory("/log");
    if ((switches & 1) != 0) write_log(world, (switches & 2) != 0);
    std::string path = segment_log::segment_path("/log", 1);
    if ((switches & 4) != 0) path = segment_log::index_path("/log", 1);
    if ((switches & 8) != 0) path = segment_log::floor_path("/log");
    world.put(path, offset % 1024, bytes);
    use(world, {.checksums = (switches & 16) == 0});

    (void)segment_log::decode_summary(bytes.size() >= segment_log::summary_bytes ? bytes : "", 1);
    (void)segment_log::decode_index(bytes, 1);
    // With checksums that fit, the checks behind them decide.
    if (bytes.size() > segment_log::summary_bytes + 4) {
        std::string index(bytes);
        const auto fix = [&](std::size_t at) {
            const std::uint32_t crc = segment_log::crc32c({index.data(), at});
            std::copy_n(reinterpret_cast<const char*>(&crc), 4,
                        index.begin() + static_cast<std::ptrdiff_t>(at));
        };
        fix(segment_log::summary_bytes - 4);
        fix(index.size() - 4);
        (void)segment_log::decode_index(index, 1);
    }
    return 0;
}

// The power goes at every change to the disk: after it, and after the program went on, every record
// that was durable in the source is in exactly one object, in order. Each of the canaries breaks
// one promise below and must make the same check fail.
#include <gtest/gtest.h>

#include "services/firehose/testing.h"

namespace firehose {
namespace {

using testing::Stage;

struct Workload {
    std::unique_ptr<Stage> stage;
    // Durable records: the disk operation after which they must not be lost, in order.
    std::vector<std::pair<std::string, std::size_t>> from_stream;
    std::vector<std::pair<std::string, std::size_t>> direct;
    std::size_t begin = 0;
};

constexpr const char* hints = R"(,"BufferingHints":{"SizeInMBs":1,"IntervalInSeconds":1})";

Workload run_workload(sim::Canaries canaries) {
    Workload work;
    work.stage = std::make_unique<Stage>(5, std::make_unique<sim::CrashFileSystem>(nullptr, true));
    Stage& stage = *work.stage;
    stage.make_bucket("b");
    stage.create("k", std::string(hints) + R"(,"Prefix":"k/","CompressionFormat":"GZIP")");
    stage.create("d", std::string(hints) + R"(,"Prefix":"d/")", true);
    stage.executor.run_until_idle();
    // From here on the disk may lie.
    stage.files->set_canaries(canaries);
    work.begin = stage.files->operation_count();
    int next = 100;
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 2; ++i) {
            const std::string record = std::to_string(next++) + ";";
            stage.put_source({record, record + "x;"});
            work.from_stream.push_back({record, stage.files->operation_count()});
            work.from_stream.push_back({record + "x;", stage.files->operation_count()});
            stage.put_direct("d", {record});
            work.direct.push_back({record, stage.files->operation_count()});
            stage.run_for_ms(400);
        }
        stage.run_for_ms(700);
        if (round == 1) {
            EXPECT_TRUE(stage.reopen()) << stage.error;
        }
    }
    stage.run_for_ms(2'000);
    return work;
}

// Objects' names carry the time of their oldest record, so they sort by delivery.
std::string all_below(Stage& stage, const std::string& prefix) {
    std::string all;
    for (const auto& object : stage.objects()) {
        if (object.key.starts_with(prefix)) all += object.bytes;
    }
    return all;
}

// "" when `found` is the records in order, all that were durable, each once.
std::string compare(const std::vector<std::pair<std::string, std::size_t>>& sent,
                    const std::string& found, std::size_t operations) {
    std::string expected;
    for (const auto& [record, durable_at] : sent) {
        if (durable_at <= operations) {
            expected += record;
        } else if (found.size() > expected.size()) {
            expected += record;  // may be there, whole
        }
    }
    return found == expected ? "" : "found " + found + " expected " + expected;
}

std::string check(std::unique_ptr<sim::CrashFileSystem> disk, const Workload& work,
                  std::size_t operations) {
    Stage stage(77, std::move(disk));
    if (!stage.error.empty()) return "does not start: " + stage.error;
    const auto flushed = stage.flush("");
    if (!flushed) return "does not deliver: " + flushed.error().describe();
    const std::string stream = compare(work.from_stream, all_below(stage, "k/"), operations);
    if (!stream.empty()) return "stream: " + stream;
    const std::string direct = compare(work.direct, all_below(stage, "d/"), operations);
    if (!direct.empty()) return "direct: " + direct;
    return "";
}

int failures_of(const Workload& work, std::size_t torn, std::string* first) {
    const auto points = work.stage->files->crash_points(
        {.torn_lengths_max = torn, .seeds = 1, .first_operation = work.begin});
    EXPECT_GT(points.size(), 200U);
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

TEST(FirehoseCrash, EveryDurableRecordIsInExactlyOneObject) {
    const Workload work = run_workload({});
    std::string first;
    EXPECT_EQ(failures_of(work, 1, &first), 0) << first;
}

TEST(FirehoseCrash, ADiskThatIgnoresSyncsIsNoticed) {
    const Workload work = run_workload({.ignore_sync_data = true});
    std::string first;
    EXPECT_GT(failures_of(work, 1, &first), 0);
}

}  // namespace
}  // namespace firehose

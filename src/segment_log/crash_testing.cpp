#include "segment_log/crash_testing.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace segment_log::testing {

namespace {

constexpr std::size_t recovery_points_max = 6;  // crashes during the recovery from a crash

std::string payload_of(std::size_t batch, std::size_t record, std::size_t bytes) {
    std::string payload = std::to_string(batch) + ":" + std::to_string(record) + ":";
    while (payload.size() < bytes) {
        payload.push_back(static_cast<char>('a' + (payload.size() * 7 + batch + record) % 26));
    }
    return payload;
}

}  // namespace

Workload::Workload(const WorkloadOptions& options) : options_(options), world_(options.seed) {
    world_.files->set_canaries(options.canaries);
    for (const sim::Fault& fault : options.faults)
        world_.files->inject(fault);
    run(options);
}

std::size_t Workload::acknowledged_count() const {
    return static_cast<std::size_t>(
        std::count_if(batches_.begin(), batches_.end(),
                      [](const Batch& batch) { return batch.answer == Batch::Answer::good; }));
}

std::size_t Workload::failed_count() const {
    return static_cast<std::size_t>(
        std::count_if(batches_.begin(), batches_.end(),
                      [](const Batch& batch) { return batch.answer == Batch::Answer::failed; }));
}

void Workload::run(const WorkloadOptions& options) {
    auto log = world_.open(options.segment_bytes_max);
    for (int round = 0; round < options.rounds && log; ++round) {
        world_.clock.advance_ms(10);
        const auto batches = 1 + world_.random.below(4);
        for (std::size_t i = 0; i < batches; ++i) {
            append(*log);
            if (world_.random.below(2) == 0) (void)world_.executor.run_one();
        }
        world_.executor.run_until_idle();
        if (options.removes && round % 4 == 3) remove(*log);
        if (options.restarts && round % 5 == 4) {
            log->stop();
            world_.executor.run_until_idle();
            log = world_.open(options.segment_bytes_max);
        }
    }
    if (log) log->stop();
    world_.executor.run_until_idle();
}

void Workload::append(SegmentLog& log) {
    const std::size_t number = batches_.size();
    Batch batch;
    batch.lane = static_cast<Lane>(world_.random.below(3));
    const std::size_t count = 1 + world_.random.below(3);
    std::vector<Record> records;
    for (std::size_t i = 0; i < count; ++i) {
        batch.payloads.push_back(
            payload_of(number, i, world_.random.below(options_.payload_bytes_max)));
        records.push_back({batch.lane, world_.clock.now(), batch.payloads.back()});
    }
    batches_.push_back(std::move(batch));
    log.append(std::move(records), [this, number](base::Result<Position> first) {
        Batch& answered = batches_[number];
        answered.answered_at = world_.files->operation_count();
        answered.answer = first ? Batch::Answer::good : Batch::Answer::failed;
        if (first) answered.first = first.value();
    });
}

void Workload::remove(SegmentLog& log) {
    const auto before = log.segments();
    const std::size_t from = world_.files->operation_count();
    if (world_.random.below(3) == 0) {
        (void)log.expire({INT64_MAX});  // everything, the open segment too
    } else {
        for (const SegmentInfo& info : before) {
            if (info.sealed && world_.random.below(2) == 0) (void)log.remove_segment(info.id);
        }
    }
    forget_segments(before, log.segments(), from);
}

void Workload::forget_segments(const std::vector<SegmentInfo>& before,
                               const std::vector<SegmentInfo>& after, std::size_t from) {
    for (const SegmentInfo& info : before) {
        if (std::any_of(after.begin(), after.end(),
                        [&](const SegmentInfo& left) { return left.id == info.id; })) {
            continue;
        }
        for (Batch& batch : batches_) {
            if (batch.answer != Batch::Answer::good) continue;
            if (batch.first < info.first || batch.first > info.last) continue;
            batch.removing_from = from;
            batch.removed_at = world_.files->operation_count();
        }
    }
}

// Sorts the records that were read by batch; a problem when one is nobody's.
std::string Workload::find(const std::vector<Read>& records, Found& found) const {
    Position last = 0;
    for (const Read& read : records) {
        if (read.position <= last) return "positions do not grow";
        last = read.position;
        const std::size_t number = std::strtoul(read.payload.c_str(), nullptr, 10);
        if (number >= batches_.size()) return "a record that nobody appended";
        auto& of_batch = found[number];
        const auto& payloads = batches_[number].payloads;
        if (of_batch.size() >= payloads.size()) return "a record is there twice";
        if (read.payload != payloads[of_batch.size()] || read.lane != batches_[number].lane) {
            return "a record is not what was appended";
        }
        if (!of_batch.empty() && read.position != of_batch.back().position + 1) {
            return "a batch is not in one piece";
        }
        of_batch.push_back(read);
    }
    return "";
}

std::string Workload::check_records(const std::vector<Read>& records,
                                    std::size_t operations) const {
    Found found;
    if (auto problem = find(records, found); !problem.empty()) return problem;
    for (std::size_t number = 0; number < batches_.size(); ++number) {
        const Batch& batch = batches_[number];
        const auto at = found.find(number);
        const std::string name = "batch " + std::to_string(number);
        const bool there = at != found.end();
        if (there && at->second.size() != batch.payloads.size()) return name + " is not whole";
        const bool answered = batch.answered_at <= operations;
        const bool failed = answered && batch.answer == Batch::Answer::failed;
        if (failed && there && !options_.failed_may_return) {
            return name + " failed and is there";
        }
        if (!answered || batch.answer != Batch::Answer::good) continue;
        if (there && at->second.front().position != batch.first) return name + " moved";
        if (there && batch.removed_at <= operations) return name + " was removed and is there";
        if (!there && batch.removing_from > operations) {
            return name + " was acknowledged and is lost";
        }
    }
    return "";
}

std::string Workload::check_open(SegmentLog& log, World& world, std::size_t operations) const {
    const auto records = read_all(log);
    if (!records) return "read: " + records.error().describe();
    if (auto problem = check_records(records.value(), operations); !problem.empty()) {
        return problem;
    }
    std::size_t in_lanes = 0;
    for (const Lane lane : {0U, 1U, 2U}) {
        const auto of_lane = read_all(log, 0, lane);
        if (!of_lane) return "read lane: " + of_lane.error().describe();
        in_lanes += of_lane.value().size();
    }
    if (in_lanes != records.value().size()) return "the lanes do not add up";
    const auto verified = log.verify();
    if (!verified) return "verify: " + verified.error().describe();
    if (verified.value() != records.value().size()) return "verify counts otherwise";

    Position highest = 0;
    if (!records.value().empty()) highest = records.value().back().position;
    for (const Batch& batch : batches_) {
        if (batch.answer != Batch::Answer::good || batch.answered_at > operations) continue;
        highest = std::max(highest, batch.first + batch.payloads.size() - 1);
    }
    const auto next = world.append(log, {make_record(0, 0, "new")});
    if (!next) return "append: " + next.error().describe();
    if (next.value() <= highest) return "a position was used again";
    if (log.read_one(next.value()).value().records.at(0).payload != "new") return "new is lost";
    return "";
}

std::string Workload::check(const sim::CrashPoint& point, const Checks& checks) const {
    World world(files().after(point), point.seed);
    {
        const auto opened = world.try_open(options_.segment_bytes_max, checks);
        if (!opened) return "open: " + opened.error().describe();
        const std::size_t recovered = world.files->operation_count();
        auto problem = check_open(*opened.value(), world, point.operations);
        opened.value()->stop();
        if (!problem.empty() || recovered == 0) return problem;
        // The power goes again, while recovery writes.
        for (std::size_t i = 0; i < recovery_points_max; ++i) {
            const sim::CrashPoint again{
                i * recovered / recovery_points_max + 1, sim::Survival::random, point.seed + i, {}};
            World second(world.files->after(again), i);
            const auto reopened = second.try_open(options_.segment_bytes_max, checks);
            if (!reopened) return "open again: " + reopened.error().describe();
            problem = check_open(*reopened.value(), second, point.operations);
            if (!problem.empty()) return "second crash: " + problem;
        }
    }
    return "";
}

Workload::Report Workload::check_all(const sim::CrashPlan& plan, const Checks& checks) const {
    Report report;
    for (const sim::CrashPoint& point : files().crash_points(plan)) {
        ++report.points;
        const std::string problem = check(point, checks);
        if (problem.empty()) continue;
        ++report.problems;
        if (!report.first.empty()) continue;
        report.first = problem + " after " + std::to_string(point.operations) +
                       " operations (next: " + files().describe(point.operations) + "), survival " +
                       std::to_string(static_cast<int>(point.survival)) + ", seed " +
                       std::to_string(point.seed) + ", torn " +
                       (point.torn_bytes ? std::to_string(*point.torn_bytes) : "no");
    }
    return report;
}

}  // namespace segment_log::testing

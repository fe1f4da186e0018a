// Every crash: after each file operation, with each torn length, with unsynced operations lost,
// kept or reordered. And the canaries, which prove that the check would notice.
#include <gtest/gtest.h>

#include <cerrno>

#include "segment_log/crash_testing.h"

namespace segment_log::testing {
namespace {

// Without optimization, with sanitizers, one seed of each has to do.
#ifdef __OPTIMIZE__
constexpr std::uint64_t workloads_max = 3;
#else
constexpr std::uint64_t workloads_max = 1;
#endif

void expect_no_problem(const Workload& workload, const sim::CrashPlan& plan) {
    const auto report = workload.check_all(plan);
    EXPECT_EQ(0U, report.problems) << report.first;
    EXPECT_GT(report.points, 100U);
}

TEST(CrashTest, every_operation_and_reordering_keeps_the_promises) {
    for (std::uint64_t seed = 1; seed <= std::min<std::uint64_t>(4, workloads_max); ++seed) {
        const Workload workload({.seed = seed});
        EXPECT_GT(workload.acknowledged_count(), 15U);
        EXPECT_EQ(0U, workload.failed_count());
        SCOPED_TRACE("workload " + std::to_string(seed));
        expect_no_problem(workload, {.torn_lengths_max = 8, .seeds = 5});
    }
}

TEST(CrashTest, every_torn_length) {
    const Workload workload(
        {.seed = 3, .rounds = 3, .payload_bytes_max = 40, .restarts = false, .removes = false});
    expect_no_problem(workload, {.seeds = 0});
}

TEST(CrashTest, large_segments_end_in_reserved_space) {
    const Workload workload({.seed = 4, .segment_bytes_max = 1024 * 1024, .rounds = 6});
    expect_no_problem(workload, {.torn_lengths_max = 12, .seeds = 8});
}

TEST(CrashTest, failing_syncs_and_writes) {
    for (std::uint64_t seed = 1; seed <= std::min<std::uint64_t>(5, workloads_max); ++seed) {
        const Workload workload(
            {.seed = seed,
             .rounds = 8,
             .faults = {
                 {.call = sim::Call::sync_data, .after = 3 + seed, .path_contains = ".segment"},
                 {.call = sim::Call::write,
                  .after = 8 + seed,
                  .path_contains = ".segment",
                  .written_bytes = 100 * seed},
                 {.call = sim::Call::sync_data, .after = 4 + seed, .path_contains = ".segment"}}});
        EXPECT_GT(workload.failed_count(), 0U);
        EXPECT_GT(workload.acknowledged_count(), 5U);
        SCOPED_TRACE("workload " + std::to_string(seed));
        expect_no_problem(workload, {.torn_lengths_max = 4, .seeds = 6});
    }
}

TEST(CrashTest, a_disk_that_refuses_everything_for_a_while) {
    for (std::uint64_t seed = 1; seed <= std::min<std::uint64_t>(4, workloads_max); ++seed) {
        const Workload workload(
            {.seed = seed,
             .rounds = 8,
             .failed_may_return = true,
             .faults = {{.call = sim::Call::sync_data, .after = 12 + seed, .times = 5}}});
        EXPECT_GT(workload.failed_count(), 1U);
        EXPECT_GT(workload.acknowledged_count(), 5U);
        SCOPED_TRACE("workload " + std::to_string(seed));
        expect_no_problem(workload, {.torn_lengths_max = 4, .seeds = 6});
    }
}

TEST(CrashTest, a_disk_that_is_full_now_and_then) {
    std::size_t failed = 0;
    for (std::uint64_t seed = 1; seed <= std::min<std::uint64_t>(4, workloads_max); ++seed) {
        const Workload workload(
            {.seed = seed,
             .rounds = 8,
             .faults = {
                 {.call = sim::Call::allocate, .os_error = ENOSPC, .after = seed, .times = 3},
                 {.call = sim::Call::write,
                  .os_error = ENOSPC,
                  .after = 5 + seed,
                  .times = 2,
                  .written_bytes = 77}}});
        failed += workload.failed_count();
        SCOPED_TRACE("workload " + std::to_string(seed));
        expect_no_problem(workload, {.torn_lengths_max = 4, .seeds = 4});
    }
    EXPECT_GT(failed, 0U);
}

TEST(CrashCanaryTest, a_missing_fdatasync_is_noticed) {
    const Workload workload({.rounds = 5, .canaries = {.ignore_sync_data = true}});
    EXPECT_GT(workload.check_all({.torn_lengths_max = 2, .seeds = 2}).problems, 0U);
}

TEST(CrashCanaryTest, a_missing_directory_sync_is_noticed) {
    const Workload workload({.rounds = 5, .canaries = {.ignore_sync_directory = true}});
    EXPECT_GT(workload.check_all({.torn_lengths_max = 2, .seeds = 2}).problems, 0U);
}

TEST(CrashCanaryTest, missing_checksums_are_noticed) {
    const Workload workload({.rounds = 5});
    const sim::CrashPlan plan{.torn_lengths_max = 8, .seeds = 2};
    EXPECT_EQ(0U, workload.check_all(plan).problems);
    EXPECT_GT(workload.check_all(plan, {.checksums = false}).problems, 0U);
}

}  // namespace
}  // namespace segment_log::testing

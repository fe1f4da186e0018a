#include <gtest/gtest.h>

#include "sim/recording_log.h"
#include "sim/seeded_executor.h"
#include "sim/seeded_random.h"
#include "sim/virtual_clock.h"

namespace {

TEST(VirtualClockTest, moves_only_when_told) {
    sim::VirtualClock clock(1000);
    EXPECT_EQ(1000, clock.now().ms);
    clock.advance_ms(5);
    EXPECT_EQ(1005, clock.now().ms);
    EXPECT_EQ(5'000'000, clock.monotonic_ns());
    clock.set_wall_ms(10);
    EXPECT_EQ(10, clock.now().ms);
    EXPECT_EQ(5'000'000, clock.monotonic_ns());
}

TEST(SeededRandomTest, a_seed_replays) {
    sim::SeededRandom a(1), b(1), c(2);
    const auto first = a.bytes(21);
    EXPECT_EQ(first, b.bytes(21));
    EXPECT_NE(first, c.bytes(21));
    EXPECT_NE(first, a.bytes(21));
}

std::vector<int> order_of(std::uint64_t seed) {
    sim::VirtualClock clock;
    sim::SeededExecutor executor(seed, clock);
    std::vector<int> order;
    for (int i = 0; i < 10; ++i)
        executor.post([&order, i] { order.push_back(i); });
    EXPECT_EQ(10U, executor.run_until_idle());
    return order;
}

TEST(SeededExecutorTest, a_seed_replays_an_interleaving) {
    EXPECT_EQ(order_of(1), order_of(1));
    EXPECT_NE(order_of(1), order_of(2));
}

TEST(SeededExecutorTest, timers_wait_for_the_clock) {
    sim::VirtualClock clock;
    sim::SeededExecutor executor(1, clock);
    std::vector<std::int64_t> ran_at_ms;
    const auto note = [&] { ran_at_ms.push_back(clock.monotonic_ns() / 1'000'000); };
    executor.after(10, note);
    executor.after(30, note);
    const auto cancelled = executor.after(20, note);
    EXPECT_FALSE(executor.run_one());
    EXPECT_TRUE(executor.cancel(cancelled));
    EXPECT_FALSE(executor.cancel(cancelled));
    executor.run_for_ms(25);
    EXPECT_EQ((std::vector<std::int64_t>{10}), ran_at_ms);
    EXPECT_EQ(25'000'000, clock.monotonic_ns());
    executor.run_for_ms(25);
    EXPECT_EQ((std::vector<std::int64_t>{10, 30}), ran_at_ms);
    EXPECT_EQ(0U, executor.timer_count());
}

TEST(SeededExecutorTest, a_killed_process_runs_nothing_more) {
    sim::VirtualClock clock;
    sim::SeededExecutor executor(1, clock);
    auto owned = std::make_shared<int>(1);
    const std::weak_ptr<int> watched = owned;
    executor.post([owned] { FAIL(); });
    executor.after(0, [owned = std::move(owned)] { FAIL(); });
    executor.drop_all();
    EXPECT_TRUE(watched.expired());
    EXPECT_EQ(0U, executor.run_until_idle());
}

TEST(RecordingLogTest, keeps_what_was_said) {
    sim::RecordingLog log;
    log.warn("went wrong", {{"path", "/a"}});
    EXPECT_TRUE(log.contains("went wrong path=/a"));
    EXPECT_EQ(1U, log.count(base::LogLevel::warn));
    EXPECT_EQ(0U, log.count(base::LogLevel::error));
    log.clear();
    EXPECT_FALSE(log.contains("went"));
}

}  // namespace

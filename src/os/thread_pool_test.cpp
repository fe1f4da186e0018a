#include "os/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "os/clock.h"
#include "os/random.h"

namespace {

TEST(ThreadPoolTest, runs_what_is_posted_even_by_tasks_before_stop_returns) {
    std::atomic<int> ran = 0;
    os::ThreadPool pool(3);
    for (int i = 0; i < 100; ++i) {
        pool.post([&] {
            pool.post([&] { ++ran; });
            ++ran;
        });
    }
    pool.stop();
    EXPECT_EQ(200, ran);
    EXPECT_EQ(0U, pool.queued_count());
    pool.stop();
}

TEST(ThreadPoolTest, one_thread_keeps_the_order) {
    std::vector<int> order;
    os::ThreadPool pool(1);
    for (int i = 0; i < 50; ++i)
        pool.post([&, i] { order.push_back(i); });
    pool.stop();
    ASSERT_EQ(50U, order.size());
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(ThreadPoolTest, thread_count_is_bounded) {
    EXPECT_EQ(1U, os::ThreadPool(0).thread_count());
    EXPECT_EQ(os::ThreadPool::threads_max, os::ThreadPool(100'000).thread_count());
}

TEST(ThreadPoolTest, timers_run_in_order_of_their_time) {
    os::ThreadPool pool(1);
    std::vector<int> order;
    std::promise<void> done;
    pool.after(40, [&] {
        order.push_back(40);
        done.set_value();
    });
    pool.after(1, [&] { order.push_back(1); });
    pool.after(20, [&] { order.push_back(20); });
    done.get_future().wait();
    EXPECT_EQ((std::vector<int>{1, 20, 40}), order);
}

TEST(ThreadPoolTest, a_cancelled_timer_does_not_run_and_gives_up_what_it_owns) {
    os::ThreadPool pool(1);
    auto owned = std::make_shared<int>(1);
    const std::weak_ptr<int> watched = owned;
    const auto id = pool.after(3'600'000, [owned = std::move(owned)] { FAIL(); });
    EXPECT_NE(0U, id);
    EXPECT_TRUE(pool.cancel(id));
    EXPECT_TRUE(watched.expired());
    EXPECT_FALSE(pool.cancel(id));
    EXPECT_FALSE(pool.cancel(0));
    std::promise<void> ran;
    const auto fired = pool.after(0, [&] { ran.set_value(); });
    ran.get_future().wait();
    EXPECT_FALSE(pool.cancel(fired));
}

TEST(ThreadPoolTest, stop_forgets_timers_and_later_tasks_but_destroys_them) {
    os::ThreadPool pool(2);
    auto owned = std::make_shared<int>(1);
    const std::weak_ptr<int> watched = owned;
    pool.after(3'600'000, [owned = std::move(owned)] { FAIL(); });
    pool.stop();
    EXPECT_TRUE(watched.expired());
    auto late = std::make_shared<int>(1);
    const std::weak_ptr<int> late_watched = late;
    pool.post([late] { FAIL(); });
    pool.after(0, [late = std::move(late)] { FAIL(); });
    EXPECT_TRUE(late_watched.expired());
}

TEST(ThreadPoolTest, stop_waits_for_the_running_task) {
    std::atomic<bool> ended = false;
    std::promise<void> started;
    os::ThreadPool pool(2);
    pool.post([&] {
        started.set_value();
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
        ended = true;
    });
    started.get_future().wait();
    pool.stop();
    EXPECT_TRUE(ended);
}

TEST(ClockTest, moves_on) {
    const os::SystemClock clock;
    EXPECT_GT(clock.now().ms, 1'600'000'000'000);
    const auto before = clock.monotonic_ns();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    EXPECT_GE(clock.monotonic_ns() - before, 2'000'000);
}

TEST(RandomTest, differs) {
    os::SystemRandom random;
    EXPECT_NE(random.bytes(32), random.bytes(32));
    EXPECT_EQ(100'000U, random.bytes(100'000).size());
}

}  // namespace

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

// Tasks that meet here show that they ran at once.
class Meeting {
  public:
    explicit Meeting(int expected) : expected_(expected) {}
    // Whether everybody came within `wait_ms`.
    bool meet(std::int64_t wait_ms) {
        base::MutexLock lock(mutex_);
        ++here_;
        changed_.notify_all();
        return changed_.wait_for(lock, std::chrono::milliseconds(wait_ms),
                                 [this] { return here_ >= expected_; });
    }

  private:
    const int expected_;
    base::Mutex mutex_;
    base::ConditionVariable changed_;
    int here_ = 0;
};

TEST(ThreadPoolTest, a_task_that_waits_for_the_disk_gives_its_place_away) {
    os::ThreadPool pool(2, 1);
    Meeting meeting(2);
    std::atomic<int> met = 0;
    for (int i = 0; i < 2; ++i) {
        pool.post([&] {
            const os::DiskWait waiting;
            met += meeting.meet(20'000) ? 1 : 0;
        });
    }
    pool.stop();
    EXPECT_EQ(2, met);
}

TEST(ThreadPoolTest, tasks_that_are_stuck_do_not_hold_up_the_others) {
    // One may compute at a time, but all eight wait for each other and say nothing.
    os::ThreadPool pool(8, 1);
    Meeting meeting(8);
    std::atomic<int> met = 0;
    for (int i = 0; i < 8; ++i) {
        pool.post([&] { met += meeting.meet(20'000) ? 1 : 0; });
    }
    pool.stop();
    EXPECT_EQ(8, met);
}

TEST(ThreadPoolTest, what_comes_next_runs_whoever_posts_it) {
    os::ThreadPool pool(4);
    std::promise<void> from_a_task;
    pool.post([&] { pool.post_next([&] { from_a_task.set_value(); }); });
    from_a_task.get_future().get();
    std::promise<void> from_outside;
    pool.post_next([&] { from_outside.set_value(); });
    from_outside.get_future().get();
}

TEST(ThreadPoolTest, what_comes_next_runs_elsewhere_when_its_poster_does_not_end) {
    os::ThreadPool pool(4);
    Meeting by_the_watch(2);
    pool.post([&] {
        pool.post_next([&] { by_the_watch.meet(10'000); });
        EXPECT_TRUE(by_the_watch.meet(10'000));
    });
    Meeting by_the_disk(2);
    pool.post([&] {
        pool.post_next([&] { by_the_disk.meet(10'000); });
        const os::DiskWait wait;
        EXPECT_TRUE(by_the_disk.meet(10'000));
    });
    Meeting at_the_end(2);
    pool.post([&] {
        pool.post_next([&] { at_the_end.meet(10'000); });
        EXPECT_TRUE(at_the_end.meet(10'000));
    });
    pool.stop();
}

TEST(ThreadPoolTest, every_task_runs_whoever_posts_sleeps_and_waits) {
    os::ThreadPool pool(4, 2);
    std::atomic<int> ran = 0;
    std::vector<std::thread> posters;
    for (int poster = 0; poster < 4; ++poster) {
        posters.emplace_back([&] {
            for (int i = 0; i < 2000; ++i) {
                pool.post([&pool, &ran, i] {
                    if (i % 7 == 0) {
                        const os::DiskWait waiting;
                        std::this_thread::yield();
                    }
                    if (i % 3 == 0) pool.post([&ran] { ++ran; });
                    if (i % 11 == 0) pool.after(0, [&ran] { ++ran; });
                    ++ran;
                });
            }
        });
    }
    for (auto& poster : posters)
        poster.join();
    const int tasks = 4 * (2000 + 667 + 182);
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (ran < tasks && std::chrono::steady_clock::now() < give_up)
        std::this_thread::yield();
    EXPECT_EQ(tasks, ran);
    pool.stop();
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

// A response body that is written while it is sent: Server-Sent Events. Its writer and the server
// share it. Any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/executor.h"
#include "base/mutex.h"
#include "base/unique_function.h"

namespace wire {

class LiveBody {
  public:
    // What is written and not sent yet; a client that reads more slowly than that is cut off.
    static constexpr std::size_t queued_bytes_max_default = 1024 * 1024;

    explicit LiveBody(std::size_t queued_bytes_max = queued_bytes_max_default)
        : queued_bytes_max_(queued_bytes_max) {}

    // ---- the writer's side ----

    // Queue bytes for sending. False: nobody will read them, because the client is gone, the body
    // is finished, or the queue was full, which breaks the body off: the client sees that it is not
    // whole.
    bool write(std::string_view bytes);
    // The body is whole. Idempotent.
    void finish();
    // Run `task`, on the server's executor, when the client goes away before the end; at once
    // (here) when it is gone.
    void when_gone(base::Task task);
    bool is_gone() const;

    // ---- the server's side ----

    // `wake` runs, from any thread, once for each time that there is something to take() again.
    void attach(base::UniqueFunction<void()> wake);
    struct Taken {
        std::string bytes;
        bool finished = false;
        bool broken = false;  // end the connection without the end of the body
    };
    Taken take();
    // The client is gone, or the server stops. What waits for that is given back, to be run.
    std::vector<base::Task> set_gone();

  private:
    void wake(base::MutexLock& lock) REQUIRES(mutex_);

    const std::size_t queued_bytes_max_;
    mutable base::Mutex mutex_;
    std::string queued_ GUARDED_BY(mutex_);
    bool finished_ GUARDED_BY(mutex_) = false;
    bool broken_ GUARDED_BY(mutex_) = false;
    bool gone_ GUARDED_BY(mutex_) = false;
    bool woken_ GUARDED_BY(mutex_) = false;  // and nothing taken since
    base::UniqueFunction<void()> wake_ GUARDED_BY(mutex_);
    std::vector<base::Task> when_gone_ GUARDED_BY(mutex_);
};

}  // namespace wire

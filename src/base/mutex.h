// std::mutex with clang's thread-safety attributes, so that `clang -Wthread-safety` proves which
// members are read under which lock.
//
//   base::Mutex mutex_;
//   int count_ GUARDED_BY(mutex_) = 0;
//   ...
//   base::MutexLock lock(mutex_);
#pragma once

#include <condition_variable>
#include <mutex>
#include <utility>

#if defined(__clang__)
#define BASE_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define BASE_THREAD_ATTRIBUTE(x)
#endif

#define CAPABILITY(x) BASE_THREAD_ATTRIBUTE(capability(x))
#define SCOPED_CAPABILITY BASE_THREAD_ATTRIBUTE(scoped_lockable)
#define GUARDED_BY(x) BASE_THREAD_ATTRIBUTE(guarded_by(x))
#define REQUIRES(...) BASE_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define EXCLUDES(...) BASE_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))
#define ACQUIRE(...) BASE_THREAD_ATTRIBUTE(acquire_capability(__VA_ARGS__))
#define RELEASE(...) BASE_THREAD_ATTRIBUTE(release_capability(__VA_ARGS__))
#define NO_THREAD_SAFETY_ANALYSIS BASE_THREAD_ATTRIBUTE(no_thread_safety_analysis)

namespace base {

class CAPABILITY("mutex") Mutex {
  public:
    void lock() ACQUIRE() { mutex_.lock(); }
    void unlock() RELEASE() { mutex_.unlock(); }

  private:
    friend class ConditionVariable;
    std::mutex mutex_;
};

class SCOPED_CAPABILITY MutexLock {
  public:
    explicit MutexLock(Mutex& mutex) ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
    ~MutexLock() RELEASE() {
        if (held_) mutex_.unlock();
    }
    MutexLock(const MutexLock&) = delete;
    MutexLock& operator=(const MutexLock&) = delete;
    void unlock() RELEASE() {
        mutex_.unlock();
        held_ = false;
    }
    void lock() ACQUIRE() {
        mutex_.lock();
        held_ = true;
    }

  private:
    friend class ConditionVariable;
    Mutex& mutex_;
    bool held_ = true;
};

// std::condition_variable for the two above. (The _any kind of the library takes a second mutex for
// every wait and every notification.) Waits return spuriously, too.
class ConditionVariable {
  public:
    void notify_one() { waiting_.notify_one(); }
    void notify_all() { waiting_.notify_all(); }

    void wait(Mutex& mutex) REQUIRES(mutex) {
        std::unique_lock<std::mutex> native(mutex.mutex_, std::adopt_lock);
        waiting_.wait(native);
        native.release();
    }
    void wait(MutexLock& lock) NO_THREAD_SAFETY_ANALYSIS { wait(lock.mutex_); }
    template <class Predicate>
    void wait(MutexLock& lock, Predicate predicate) {
        while (!predicate())
            wait(lock);
    }
    // True when notified (or woken for no reason), false when `timeout` had passed.
    template <class Duration>
    bool wait_for(MutexLock& lock, Duration timeout) NO_THREAD_SAFETY_ANALYSIS {
        std::unique_lock<std::mutex> native(lock.mutex_.mutex_, std::adopt_lock);
        const auto status = waiting_.wait_for(native, timeout);
        native.release();
        return status == std::cv_status::no_timeout;
    }
    // Whether `predicate` became true before `timeout` had passed.
    template <class Duration, class Predicate>
    bool wait_for(MutexLock& lock, Duration timeout,
                  Predicate predicate) NO_THREAD_SAFETY_ANALYSIS {
        std::unique_lock<std::mutex> native(lock.mutex_.mutex_, std::adopt_lock);
        const bool met = waiting_.wait_for(native, timeout, std::move(predicate));
        native.release();
        return met;
    }

  private:
    std::condition_variable waiting_;
};

}  // namespace base

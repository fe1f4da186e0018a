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
    Mutex& mutex_;
    bool held_ = true;
};

using ConditionVariable = std::condition_variable_any;

}  // namespace base

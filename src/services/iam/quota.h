// How many entities an account has, so that a limit holds also when several are made at once. What
// is there is counted once, when an account is first asked for.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "base/mutex.h"
#include "base/result.h"

namespace iam {

// Any thread.
class Quota {
  public:
    // `count` says how many the store has of an account.
    using Count = std::function<base::Result<std::size_t>(const std::string& account)>;
    Quota(std::size_t max, Count count) : max_(max), count_(std::move(count)) {}

    // One more, before it is stored. False: there are as many as there may be.
    base::Result<bool> take(const std::string& account) {
        base::MutexLock lock(mutex_);
        TRY(held, find(account));
        if (*held >= max_) return false;
        ++*held;
        return true;
    }
    // One less: it could not be stored, or was deleted.
    void give_back(const std::string& account) {
        base::MutexLock lock(mutex_);
        const auto at = held_.find(account);
        if (at != held_.end() && at->second > 0) --at->second;
    }
    // Before a deletion: count while what will be given back is still there.
    base::Result<std::size_t> used(const std::string& account) {
        base::MutexLock lock(mutex_);
        TRY(held, find(account));
        return *held;
    }
    std::size_t max() const { return max_; }

  private:
    base::Result<std::size_t*> find(const std::string& account) REQUIRES(mutex_) {
        const auto at = held_.find(account);
        if (at != held_.end()) return &at->second;
        TRY(count, count_(account));
        return &held_.emplace(account, count).first->second;
    }

    const std::size_t max_;
    const Count count_;
    base::Mutex mutex_;
    std::map<std::string, std::size_t> held_ GUARDED_BY(mutex_);
};

}  // namespace iam

// Locks over single roles and policies, so that changes of one wait for each other and changes of
// others share the store's commits. A fixed number of locks stands for all names.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <string>

#include "base/mutex.h"

namespace iam {

// Any thread.
class EntityLocks {
  public:
    // Held until it goes out of scope; a role and a policy together are locked in an order that all
    // keep. `policy` may be "": only the role then, and the other way round.
    class Held {
      public:
        Held(EntityLocks& locks, const std::string& role,
             const std::string& policy) NO_THREAD_SAFETY_ANALYSIS {
            std::size_t indexes[2] = {index("r/" + role), index("p/" + policy)};
            if (role.empty()) indexes[0] = indexes[1];
            if (policy.empty()) indexes[1] = indexes[0];
            first_ = &locks.mutexes_[std::min(indexes[0], indexes[1])];
            if (indexes[0] != indexes[1]) {
                second_ = &locks.mutexes_[std::max(indexes[0], indexes[1])];
            }
            first_->lock();
            if (second_ != nullptr) second_->lock();
        }
        ~Held() NO_THREAD_SAFETY_ANALYSIS {
            if (second_ != nullptr) second_->unlock();
            first_->unlock();
        }
        Held(const Held&) = delete;
        Held& operator=(const Held&) = delete;

      private:
        base::Mutex* first_ = nullptr;
        base::Mutex* second_ = nullptr;
    };

  private:
    static constexpr std::size_t count = 64;
    static std::size_t index(const std::string& key) {
        return std::hash<std::string>{}(key) % count;
    }
    std::array<base::Mutex, count> mutexes_;
};

}  // namespace iam

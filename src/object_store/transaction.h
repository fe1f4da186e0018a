// A change of the index that depends on what the index holds: read, decide, commit under the
// condition that what was read is still so, and start over when it is not.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "object_store/core.h"

namespace object_store {

// Lost races with other writers of the same key before giving up with `unavailable`.
inline constexpr int conflicts_max = 1000;

// One attempt: what was read, what is to be changed, and what follows when it is durable.
struct Plan {
    meta_store::Changes changes;
    struct Seen {
        std::string key;
        std::optional<std::string> value;
    };
    std::vector<Seen> seen;
    std::vector<Garbage> garbage;
    std::uint64_t dead_bytes = 0;
    std::vector<std::uint64_t> settled;  // ids that the commit settles

    // Read a raw row and make the commit depend on it.
    base::Result<std::optional<std::string>> read(const meta_store::MetaStore& store,
                                                  std::string key);
    // Make the commit depend on nothing being there, without looking.
    void require_absent(std::string key);
};

// Fills in the plan; called again for each attempt. Any thread.
using Planner = base::UniqueFunction<base::Result<void>(Plan&)>;

// Run until committed or refused. `more` goes into the same batch; its own preconditions are
// reported, not retried.
//   errors  the planner's; of the preconditions of `more`; unavailable (conflicts_max, queue full)
void run_transaction(const std::shared_ptr<Core>& core, Planner planner, meta_store::Changes more,
                     base::UniqueFunction<void(base::Result<void>)> done);
// The same, waiting for the disk but not for the executor.
base::Result<void> run_transaction_waiting(Core& core, Planner& planner);

}  // namespace object_store

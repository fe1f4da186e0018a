// Adding tags to a group, by either of the two operations.
#pragma once

#include "services/logs/faults.h"
#include "services/logs/logs.h"

namespace logs {

inline aws::Reply<void> add_tags(Group& group, const Tags& tags) {
    bool too_many = false;
    TRY_VOID(faults::reply(group.update([&](GroupRow& row) {
        Tags all = row.tags;
        for (const auto& [key, value] : tags)
            all[key] = value;
        too_many = all.size() > tags_max;
        if (!too_many) row.tags = std::move(all);
    })));
    if (too_many) return faults::too_many_tags();
    return base::ok();
}

}  // namespace logs

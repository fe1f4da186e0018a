// Lists of keys in the order of their bytes, rolled up at a delimiter. Rolled-up keys are passed
// over by a seek, so that the cost is of what is answered, not of what is skipped.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "object_store/core.h"

namespace object_store {

base::Result<ListAnswer> list_objects(const Core& core, const std::string& bucket,
                                      const ListRequest& request);

// The walk under it, for rows whose raw key is `base` + text, ordered.
//   item    a row whose text has the prefix and is not rolled up
//   group   a common prefix, once
// Both return false to stop. `from` is the first text to look at (inclusive).
struct Walk {
    std::string base;
    std::string prefix;
    std::string delimiter;
    std::string from;
    // Where in a row's text the part that counts for roll-up ends (a list of uploads has the
    // upload's id behind the key).
    std::size_t suffix_bytes = 0;
    std::function<base::Result<bool>(std::string_view text, std::string_view value)> item;
    std::function<bool(std::string_view common_prefix)> group;
};
base::Result<void> walk(const meta_store::MetaStore& store, const meta_store::Snapshot* snapshot,
                        Walk walk);

}  // namespace object_store

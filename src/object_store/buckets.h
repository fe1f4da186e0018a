// Buckets: names are unique over all accounts.
#pragma once

#include <string>
#include <vector>

#include "object_store/core.h"

namespace object_store {

base::Result<void> create_bucket(Core& core, const Bucket& bucket);
// In steps that a crash may interrupt: mark the row, so that nothing can be put; look whether the
// bucket is empty; end its uploads and erase the row, or take the mark away.
base::Result<void> delete_bucket(Core& core, const std::string& name);
// Go on with deletions that a crash interrupted. At start.
base::Result<void> finish_bucket_deletions(Core& core);
base::Result<std::vector<Bucket>> list_buckets(const Core& core, const std::string& account);

}  // namespace object_store

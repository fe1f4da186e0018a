// Buckets: names are unique over all accounts.
#pragma once

#include <functional>
#include <optional>
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
// Those of one account, or all.
base::Result<std::vector<Bucket>> list_buckets(const Core& core,
                                               const std::optional<std::string>& account);
base::Result<void> update_bucket(Core& core, const std::string& name,
                                 const std::function<void(Bucket&)>& change);
base::Result<void> put_document(Core& core, const std::string& bucket, const std::string& name,
                                const std::optional<std::string>& bytes);
base::Result<std::optional<std::string>> find_document(const Core& core, const std::string& bucket,
                                                       const std::string& name);

}  // namespace object_store

// Changes of the object index as plans: an entry is put or taken away together with everything
// that hangs on it.
#pragma once

#include <string>
#include <vector>

#include "object_store/transaction.h"

namespace object_store {

// Make the plan depend on the bucket existing and not being deleted; its row.
base::Result<Bucket> require_bucket(Core& core, Plan& plan, const std::string& bucket);

// Put `row` at the key if the condition holds, freeing what was there.
//   errors  as ObjectStore::commit
base::Result<void> replace_object(Core& core, Plan& plan, const Bucket& bucket,
                                  const std::string& key, const Condition& condition,
                                  const ObjectRow& row);

// Take the entries away that exist.
base::Result<void> remove_objects(Core& core, Plan& plan, const std::string& bucket,
                                  const std::vector<std::string>& keys);

// What to do with the bytes of an extent that nothing refers to any more.
void free_extent(Plan& plan, const ExtentRow& extent);

}  // namespace object_store

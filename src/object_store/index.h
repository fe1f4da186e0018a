// Changes of the object index as plans: an entry is put or taken away together with everything
// that hangs on it.
#pragma once

#include <string>
#include <vector>

#include "object_store/transaction.h"

namespace object_store {

// Make the plan depend on the bucket existing and not being deleted; its row.
base::Result<Bucket> require_bucket(Core& core, Plan& plan, const std::string& bucket);

// Put `row` at the key if the condition holds, freeing what was there or keeping it as an older
// version. Gives the row its version.
//   errors  as ObjectStore::commit
base::Result<void> replace_object(Core& core, Plan& plan, const Bucket& bucket,
                                  const std::string& key, const Condition& condition,
                                  ObjectRow& row);

// What to do with the bytes of an extent that nothing refers to any more.
void free_extent(Plan& plan, const ExtentRow& extent);
// The same for all bytes of a row.
void free_object(Plan& plan, const ObjectRow& old);

}  // namespace object_store

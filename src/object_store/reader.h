// One version of an object, as readers hold it: it stays readable when the object is overwritten
// or deleted, until the last of its readers and bodies is gone.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "object_store/core.h"

namespace object_store {

//   errors  not_found (context "bucket" or "key"), corrupt, io
base::Result<std::unique_ptr<ObjectReader>> open_object(const std::shared_ptr<Core>& core,
                                                        const std::string& bucket,
                                                        const std::string& key);
// The index entry with its part sizes, without opening the bytes.
base::Result<ObjectInfo> head_object(const Core& core, const std::string& bucket,
                                     const std::string& key);

}  // namespace object_store

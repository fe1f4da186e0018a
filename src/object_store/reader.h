// One version of an object, as readers hold it: it stays readable when the object is overwritten
// or deleted, until the last of its readers and bodies is gone.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "object_store/core.h"

namespace object_store {

//   version_id  "": what a plain read finds
//   errors      not_found (context "bucket", "key" or "version"), invalid (context "marker"),
//               corrupt, io
base::Result<std::unique_ptr<ObjectReader>> open_object(const std::shared_ptr<Core>& core,
                                                        const std::string& bucket,
                                                        const std::string& key,
                                                        const std::string& version_id = {});
// The index entry with its part sizes, without opening the bytes.
base::Result<ObjectInfo> head_object(const Core& core, const std::string& bucket,
                                     const std::string& key, const std::string& version_id = {});

}  // namespace object_store

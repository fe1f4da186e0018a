// Lists of versions: `objects` and `versions` merged, since the newest version of a key that is
// there is in the one and all others in the other.
#pragma once

#include "object_store/core.h"

namespace object_store {

base::Result<VersionsAnswer> list_versions(const Core& core, const std::string& bucket,
                                           const VersionsRequest& request);

}  // namespace object_store

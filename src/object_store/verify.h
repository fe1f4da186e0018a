// Reading everything back: every object and every part against its checksums and its index entry.
#pragma once

#include <cstdint>

#include "object_store/core.h"

namespace object_store {

base::Result<std::uint64_t> verify_all(const std::shared_ptr<Core>& core);

}  // namespace object_store

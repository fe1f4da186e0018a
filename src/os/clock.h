// The kernel's clocks.
#pragma once

#include "base/clock.h"

namespace os {

class SystemClock final : public base::Clock {
  public:
    base::Timestamp now() const override;
    std::int64_t monotonic_ns() const override;
};

}  // namespace os

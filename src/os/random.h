// The kernel's randomness: fit for keys.
#pragma once

#include "base/random.h"

namespace os {

class SystemRandom final : public base::Random {
  public:
    void fill(std::span<char> out) override;
};

}  // namespace os

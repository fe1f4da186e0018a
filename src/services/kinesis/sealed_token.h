// Opaque tokens that clients hand back: shard iterators and paging tokens. Sealed with AES-256-GCM
// under a key derived from the master key, so that they survive a restart, cannot be read, and
// cannot be made by anyone else.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"

namespace kinesis {

class TokenSealer {
  public:
    // `master_key` 32 bytes. `random` gives the nonces.
    TokenSealer(std::string_view master_key, base::Random& random);

    // `purpose` is bound to the token: what was sealed for one is nothing for another. Base64 text.
    std::string seal(std::string_view purpose, std::string_view plain) const;
    // Absent for anything that seal() did not return for this purpose.
    std::optional<std::string> open(std::string_view purpose, std::string_view token) const;

  private:
    std::array<unsigned char, 32> key_{};
    base::Random* random_;
};

inline constexpr std::size_t token_chars_max = 4096;

}  // namespace kinesis

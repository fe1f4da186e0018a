// Opaque tokens that clients hand back (session tokens, paging tokens): sealed with AES-256-GCM
// under a key derived from the master key, so that they survive a restart without storage, cannot
// be read, and cannot be made by anyone else.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"

namespace aws {

// Longer tokens are refused before they are decoded.
inline constexpr std::size_t sealed_token_chars_max = 8192;

class TokenSealer {
  public:
    // `master_key` 32 bytes; `label` separates the keys of different users of this class; tokens
    // begin with the bytes of `head`, which tell their format. `random` gives the nonces and
    // outlives the sealer.
    TokenSealer(std::string_view master_key, std::string_view label, base::Random& random,
                std::string_view head = "\1");
    ~TokenSealer();

    // `purpose` is bound to the token: sealed for one, it is nothing for another. Base64 text. Any
    // thread.
    std::string seal(std::string_view purpose, std::string_view plain) const;
    // Absent for anything that seal() did not return for this purpose. Any thread.
    std::optional<std::string> open(std::string_view purpose, std::string_view token) const;

  private:
    std::array<unsigned char, 32> key_{};
    const std::string head_;
    base::Random& random_;
};

}  // namespace aws

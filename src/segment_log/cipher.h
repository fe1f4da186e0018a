// AES-256-GCM for frames: one data key for each opening of a segment, wrapped by the master key.
// The nonce of a frame is its number, which never repeats under one data key.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "segment_log/segment_log.h"

struct evp_cipher_ctx_st;

namespace segment_log {

inline constexpr std::size_t key_bytes = 32;
inline constexpr std::size_t nonce_bytes = 12;
inline constexpr std::size_t tag_bytes = 16;
inline constexpr std::size_t wrapped_key_bytes = nonce_bytes + key_bytes + tag_bytes;

// 32 secret bytes, wiped when it goes.
class DataKey {
  public:
    DataKey() = default;
    explicit DataKey(base::Random& random);
    ~DataKey();
    DataKey(const DataKey&) = default;
    DataKey& operator=(const DataKey&) = default;

    std::span<char, key_bytes> bytes() { return bytes_; }
    std::span<const char, key_bytes> bytes() const { return bytes_; }

  private:
    std::array<char, key_bytes> bytes_{};
};

using Nonce = std::array<char, nonce_bytes>;
Nonce frame_nonce(std::uint64_t frame_number);

// One thread at a time; the key schedule is made once.
class Cipher {
  public:
    explicit Cipher(std::span<const char, key_bytes> key);
    ~Cipher();
    Cipher(const Cipher&) = delete;
    Cipher& operator=(const Cipher&) = delete;

    // Writes the sealed bytes of `parts`, one after another, and the tag to `out`, which has room
    // for exactly that. `associated` is bound to them but not stored.
    void seal(const Nonce& nonce, std::string_view associated,
              std::span<const std::string_view> parts, char* out);
    // The reverse, into parts of the sizes that seal() was given. False when anything differs;
    // `parts` then hold nothing to be trusted. `check` false (tests only) takes any tag.
    bool open(const Nonce& nonce, std::string_view associated, std::string_view sealed,
              std::span<const std::span<char>> parts, bool check = true);

  private:
    evp_cipher_ctx_st* seal_context_;
    evp_cipher_ctx_st* open_context_;
};

// nonce, sealed key, tag.
std::string wrap_key(const DataKey& key, const MasterKey& master_key, std::string_view associated,
                     base::Random& random);
// errors  corrupt (the master key is another one, or the bytes were changed)
base::Result<DataKey> unwrap_key(std::string_view wrapped, const MasterKey& master_key,
                                 std::string_view associated);

}  // namespace segment_log

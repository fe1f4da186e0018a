// What Encrypt returns: bytes that name the key and the version of its material, so that Decrypt
// needs nothing else. Each message has a key of its own, derived from the material and 16 random
// bytes, so that no number of messages wears a key out.
//
//   offset  bytes
//   0       1    format, 1
//   1       16   key id
//   17      4    index of the material, little-endian
//   21      16   salt
//   37      n    plaintext, AES-256-GCM under HMAC-SHA-256(material, label, salt), nonce zero
//   37 + n  16   tag, over bytes 0 to 36 and the encryption context too
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "segment_log/cipher.h"

namespace kms {

using Context = std::map<std::string, std::string>;

struct CiphertextHead {
    std::string key_id;  // a UUID
    std::uint32_t material = 0;
};

// Absent for bytes that seal_message() cannot have returned.
std::optional<CiphertextHead> read_head(std::string_view blob);
std::string seal_message(const CiphertextHead& head, const segment_log::DataKey& material,
                         std::string_view plain, const Context& context, base::Random& random);
// Absent when a bit of the blob, the material or the context is another one.
std::optional<std::string> open_message(const segment_log::DataKey& material, std::string_view blob,
                                        const Context& context);

}  // namespace kms

// What GenerateDataKey and GenerateDataKeyWithoutPlaintext share.
#pragma once

#include "services/kms/shapes.h"

namespace kms {

inline constexpr shape::Constraints number_of_bytes_rule{.min = 1, .max = 1024};
inline constexpr shape::Constraints data_key_spec_rule{.values = "AES_256, AES_128"};

inline aws::Reply<std::size_t> data_key_bytes(const std::optional<std::string>& spec,
                                              std::optional<std::int32_t> bytes) {
    if (spec.has_value() == bytes.has_value()) {
        return faults::validation("Please specify either number of bytes or key spec.");
    }
    if (bytes) return static_cast<std::size_t>(*bytes);
    return std::size_t{*spec == "AES_128" ? 16U : 32U};
}

struct DataKeyMade {
    KeyRow key;
    std::string plain;
    std::string blob;
};

inline aws::Reply<DataKeyMade> make_data_key(Kms& kms, const aws::Call& call,
                                             const std::string& key_id, std::size_t bytes,
                                             const Context& context) {
    TRY(key, kms.resolve(call, key_id));
    std::string plain = kms.random().bytes(bytes);
    TRY(blob, kms.seal(key, plain, context));
    return DataKeyMade{std::move(key), std::move(plain), std::move(blob)};
}

}  // namespace kms

#include "services/kinesis/puts.h"

#include "services/kinesis/faults.h"

namespace kinesis {

aws::Reply<void> check_record_size(const StreamRow& row, std::size_t data_bytes,
                                   std::size_t key_bytes, const std::string& at) {
    const auto bytes_max = static_cast<std::size_t>(row.record_kib_max) * 1024;
    if (data_bytes + key_bytes <= bytes_max) return base::ok();
    return faults::validation("1 validation error detected: Value at '" + at +
                              "' failed to satisfy constraint: Member must have length less than "
                              "or equal to " +
                              std::to_string(bytes_max));
}

aws::Reply<std::optional<HashKey>> parse_explicit_hash_key(
    const std::optional<std::string>& explicit_hash_key) {
    std::optional<HashKey> key;
    if (!explicit_hash_key) return key;
    key = parse_hash_key(*explicit_hash_key);
    if (!key) {
        return faults::invalid_argument(
            "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. "
            "Specified value was " +
            *explicit_hash_key);
    }
    return key;
}

}  // namespace kinesis

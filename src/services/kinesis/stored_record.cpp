#include "services/kinesis/stored_record.h"

#include "base/bytes.h"

namespace kinesis {
namespace {

constexpr std::uint8_t format_version = 1;
constexpr std::uint8_t flag_explicit_hash_key = 1;
constexpr std::uint8_t flag_encrypted = 2;
constexpr std::size_t fixed_bytes = 4;

}  // namespace

std::size_t append_record(std::string& payloads, std::string_view data,
                          std::string_view partition_key,
                          const std::optional<HashKey>& explicit_hash_key, bool encrypted) {
    const std::size_t before = payloads.size();
    payloads.append(data);
    if (explicit_hash_key) {
        base::append_ordered(payloads, static_cast<std::uint64_t>(*explicit_hash_key >> 64));
        base::append_ordered(payloads, static_cast<std::uint64_t>(*explicit_hash_key));
    }
    payloads.append(partition_key);
    base::append_fixed(payloads, static_cast<std::uint16_t>(partition_key.size()));
    payloads.push_back(static_cast<char>((explicit_hash_key ? flag_explicit_hash_key : 0) |
                                         (encrypted ? flag_encrypted : 0)));
    payloads.push_back(static_cast<char>(format_version));
    return payloads.size() - before;
}

base::Result<StoredRecordView> read_record(std::string_view payload) {
    const auto corrupt = [] {
        return base::Error{base::ErrorKind::corrupt, "a stream record's trailer is not ours", ""};
    };
    if (payload.size() < fixed_bytes) return corrupt();
    const auto format = static_cast<std::uint8_t>(payload[payload.size() - 1]);
    const auto flags = static_cast<std::uint8_t>(payload[payload.size() - 2]);
    if (format != format_version || (flags & ~(flag_explicit_hash_key | flag_encrypted)) != 0) {
        return corrupt();
    }
    const std::size_t key_size =
        base::load_fixed<std::uint16_t>(payload.data() + payload.size() - fixed_bytes);
    const std::size_t hash_size = (flags & flag_explicit_hash_key) != 0 ? 16 : 0;
    if (payload.size() < fixed_bytes + key_size + hash_size) return corrupt();
    StoredRecordView view;
    const std::size_t key_at = payload.size() - fixed_bytes - key_size;
    view.partition_key = payload.substr(key_at, key_size);
    view.data = payload.substr(0, key_at - hash_size);
    view.encrypted = (flags & flag_encrypted) != 0;
    if (hash_size != 0) {
        const char* raw = payload.data() + view.data.size();
        view.explicit_hash_key = HashKey{base::load_ordered<std::uint64_t>(raw)} << 64 |
                                 base::load_ordered<std::uint64_t>(raw + 8);
    }
    return view;
}

}  // namespace kinesis

// The payload of one stream record in its segment_log: docs/formats/stream_record.md.
//
//     data | explicit hash key, 16 bytes big-endian, if flag 1 | partition key | u16 its length |
//     u8 flags | u8 format (1)
//
// What describes the data stands behind it, so that data can be appended before it is known whole.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "services/kinesis/hash_key.h"

namespace kinesis {

struct StoredRecordView {  // borrows from the payload
    std::string_view data;
    std::string_view partition_key;
    std::optional<HashKey> explicit_hash_key;
    bool encrypted = false;  // server-side encryption was on when it was put
};

// What a record takes beside its data and partition key.
inline constexpr std::size_t record_trailer_fixed_bytes_max = 16 + 4;

// Appends one record to `payloads`. `partition_key` <= 65,535 bytes. Returns how many bytes it
// took.
std::size_t append_record(std::string& payloads, std::string_view data,
                          std::string_view partition_key,
                          const std::optional<HashKey>& explicit_hash_key, bool encrypted);

// errors corrupt
base::Result<StoredRecordView> read_record(std::string_view payload);

}  // namespace kinesis

// RocksDB's log format (db/log_format.h): blocks of 32 KiB; records of a 7-byte header (masked
// CRC-32C of type and payload, 2-byte length, type) that never cross a block; a batch is one FULL
// record or FIRST, MIDDLE…, LAST. A batch opens with its 8-byte sequence number.
#include "meta_store/wal_check.h"

#include <nmmintrin.h>

#include <optional>

#include "base/bytes.h"

namespace meta_store {
namespace {

constexpr std::size_t block_bytes = 32 * 1024;
constexpr std::size_t header_bytes = 7;
constexpr std::uint8_t type_full = 1;
constexpr std::uint8_t type_first = 2;
constexpr std::uint8_t type_last = 4;
// Bounds what one log can be: larger files are not ours.
constexpr std::uint64_t log_bytes_max = 1024ULL * 1024 * 1024;
// A batch found behind damage must have a sequence number in reach of the last good one.
constexpr std::uint64_t sequence_reach = std::uint64_t{1} << 32;

std::uint32_t crc32c(std::string_view bytes) {
    std::uint64_t crc = 0xffff'ffff;
    std::size_t i = 0;
    for (; i + 8 <= bytes.size(); i += 8) {
        crc = _mm_crc32_u64(crc, base::load_fixed<std::uint64_t>(bytes.data() + i));
    }
    auto low = static_cast<std::uint32_t>(crc);
    for (; i < bytes.size(); ++i)
        low = _mm_crc32_u8(low, static_cast<unsigned char>(bytes[i]));
    return ~low;
}

std::uint32_t unmask(std::uint32_t masked) {
    const std::uint32_t rotated = masked - 0xa282ead8U;
    return rotated >> 17U | rotated << 15U;
}

struct LogRecord {
    std::uint8_t type = 0;
    std::string_view payload;

    bool begins_batch() const { return type == type_full || type == type_first; }
    std::optional<std::uint64_t> sequence() const {
        if (!begins_batch() || payload.size() < sizeof(std::uint64_t)) return std::nullopt;
        return base::load_fixed<std::uint64_t>(payload.data());
    }
};

// The whole record at `at`, absent when there is none that is right.
std::optional<LogRecord> record_at(std::string_view log, std::size_t at) {
    const std::size_t room = std::min(block_bytes - at % block_bytes, log.size() - at);
    if (room < header_bytes) return std::nullopt;
    const std::size_t length = base::load_fixed<std::uint16_t>(log.data() + at + 4);
    const auto type = static_cast<std::uint8_t>(log[at + 6]);
    if (type < type_full || type > type_last || header_bytes + length > room) return std::nullopt;
    const auto stored = base::load_fixed<std::uint32_t>(log.data() + at);
    if (crc32c(log.substr(at + 6, 1 + length)) != unmask(stored)) return std::nullopt;
    return LogRecord{type, log.substr(at + header_bytes, length)};
}

// Whether a batch that can follow sequence number `last` begins anywhere after `at`.
bool batch_begins_behind(std::string_view log, std::size_t at, std::uint64_t last) {
    for (++at; at + header_bytes <= log.size(); ++at) {
        const auto type = static_cast<std::uint8_t>(log[at + 6]);
        if (type != type_full && type != type_first) continue;
        const auto record = record_at(log, at);
        if (!record) continue;
        const auto sequence = record->sequence();
        if (sequence && *sequence >= last && *sequence - last < sequence_reach) return true;
    }
    return false;
}

base::Result<void> check_log(std::string_view log, const std::string& path) {
    std::uint64_t last = 0;
    for (std::size_t at = 0; at < log.size();) {
        const std::size_t left_in_block = block_bytes - at % block_bytes;
        if (left_in_block < header_bytes) {
            at += left_in_block;
            continue;
        }
        const auto record = record_at(log, at);
        if (!record) {
            if (!batch_begins_behind(log, at, last)) return base::ok();  // a torn tail
            return base::Error{base::ErrorKind::corrupt,
                               "a bad record stands before good ones in the write-ahead log",
                               path + " at byte " + std::to_string(at)};
        }
        last = record->sequence().value_or(last);
        at += header_bytes + record->payload.size();
    }
    return base::ok();
}

}  // namespace

base::Result<void> check_logs(base::FileSystem& files, const std::string& directory) {
    TRY(names, files.list(directory));
    for (const std::string& name : names) {
        if (!name.ends_with(".log")) continue;
        const std::string path = directory + "/" + name;
        TRY(log, base::read_file(files, path, log_bytes_max));
        TRY_VOID(check_log(log, path));
    }
    return base::ok();
}

}  // namespace meta_store

// CRC-32C (Castagnoli), as iSCSI and ext4 use it.
#pragma once

#include <cstdint>
#include <string_view>

namespace segment_log {

// The checksum of `bytes`, or of what `before` is the checksum of followed by `bytes`.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

}  // namespace segment_log

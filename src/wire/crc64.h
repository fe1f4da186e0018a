// CRC-64/NVME (width 64, reflected, initial value and final xor all ones), which S3 puts on every
// upload that brings no checksum. ISA-L of Debian 12 does not have this polynomial.
#pragma once

#include <cstdint>
#include <string_view>

namespace wire {

// 0xAD93D23594C93659 with its bits reversed.
inline constexpr std::uint64_t crc64nvme_polynomial = 0x9A6C9329AC4BC9B5ULL;

// Table-driven, one CPU like another; crc64nvme() of checksums.h takes the fast way when it can.
std::uint64_t crc64nvme_portable(std::string_view bytes, std::uint64_t before = 0);

}  // namespace wire

#include "wire/checksums.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "wire/crc64.h"

namespace {

std::string hex(wire::ChecksumKind kind, std::string_view bytes) {
    return base::to_hex(wire::checksum(kind, bytes));
}

std::string bytes_of(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<char>(i * 131 + (i >> 5) * 7);
    return bytes;
}

TEST(Checksums, KnownAnswers) {
    // The check values of the CRC catalogue; RFC 1321, FIPS 180.
    EXPECT_EQ(hex(wire::ChecksumKind::crc32, "123456789"), "cbf43926");
    EXPECT_EQ(hex(wire::ChecksumKind::crc32c, "123456789"), "e3069283");
    EXPECT_EQ(hex(wire::ChecksumKind::crc64nvme, "123456789"), "ae8b14860a799888");
    EXPECT_EQ(hex(wire::ChecksumKind::md5, "abc"), "900150983cd24fb0d6963f7d28e17f72");
    EXPECT_EQ(hex(wire::ChecksumKind::sha1, "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
    EXPECT_EQ(hex(wire::ChecksumKind::sha256, "abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hex(wire::ChecksumKind::crc64nvme, ""), "0000000000000000");
    EXPECT_EQ(wire::Checksum::make("crc32c")->finish_base64(), "AAAAAA==");
}

TEST(Checksums, Names) {
    EXPECT_EQ(wire::checksum_kind("crc64NVME"), wire::ChecksumKind::crc64nvme);
    EXPECT_EQ(wire::checksum_kind("CRC"), std::nullopt);
    EXPECT_EQ(wire::Checksum::make("SHA512"), nullptr);
    EXPECT_EQ(wire::checksum_name(wire::ChecksumKind::crc32c), "CRC32C");
}

TEST(Checksums, FoldingAgreesWithTablesAtEveryLengthAndAlignment) {
    const std::string bytes = bytes_of(700);
    for (std::size_t start = 0; start < 20; ++start) {
        for (std::size_t size = 0; size + start <= bytes.size(); size += size < 300 ? 1 : 13) {
            const std::string_view part(bytes.data() + start, size);
            ASSERT_EQ(wire::crc64nvme(part, 0x1234), wire::crc64nvme_portable(part, 0x1234))
                << start << ' ' << size;
        }
    }
}

TEST(Checksums, PiecesGiveWhatTheWholeGives) {
    const std::string bytes = bytes_of(1000);
    for (int i = 0; i < 6; ++i) {
        const auto kind = static_cast<wire::ChecksumKind>(i);
        for (const std::size_t cut : {0U, 1U, 7U, 128U, 500U, 999U, 1000U}) {
            auto sum = wire::Checksum::make(kind);
            sum->update(std::string_view(bytes).substr(0, cut));
            sum->update(std::string_view(bytes).substr(cut));
            EXPECT_EQ(sum->finish(), wire::checksum(kind, bytes)) << i << ' ' << cut;
        }
    }
}

TEST(Checksums, Combine) {
    const std::string bytes = bytes_of(1000);
    for (const auto kind :
         {wire::ChecksumKind::crc32, wire::ChecksumKind::crc32c, wire::ChecksumKind::crc64nvme}) {
        for (const std::size_t cut : {0U, 1U, 333U, 999U, 1000U}) {
            const auto a = wire::checksum(kind, std::string_view(bytes).substr(0, cut));
            const auto b = wire::checksum(kind, std::string_view(bytes).substr(cut));
            EXPECT_EQ(wire::combine_crc(kind, a, b, bytes.size() - cut),
                      wire::checksum(kind, bytes));
        }
    }
    EXPECT_EQ(wire::combine_crc(wire::ChecksumKind::crc32, "123", "1234", 1), std::nullopt);
    EXPECT_EQ(wire::combine_crc(wire::ChecksumKind::md5, "1234", "1234", 1), std::nullopt);
}

}  // namespace

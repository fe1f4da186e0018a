#include "services/kinesis/stored_record.h"

#include <gtest/gtest.h>

#include "sim/seeded_random.h"

namespace kinesis {
namespace {

TEST(StoredRecord, KeepsItsParts) {
    for (const auto& key : {std::string("k"), std::string(1024, 'x'), std::string("\0\xff", 2)}) {
        for (const auto& hash : {std::optional<HashKey>{}, std::optional<HashKey>{0},
                                 std::optional<HashKey>{hash_key_max - 5}}) {
            for (const auto& data :
                 {std::string(), std::string("data\n"), std::string(70'000, 'd')}) {
                std::string payload = "before";
                const std::size_t length = append_record(payload, data, key, hash, true);
                ASSERT_EQ(length, payload.size() - 6);
                ASSERT_LE(length, data.size() + key.size() + record_trailer_fixed_bytes_max);
                const auto read = read_record(std::string_view(payload).substr(6));
                ASSERT_TRUE(read.has_value());
                EXPECT_EQ(read.value().data, data);
                EXPECT_EQ(read.value().partition_key, key);
                EXPECT_TRUE(read.value().explicit_hash_key == hash);
                EXPECT_TRUE(read.value().encrypted);
            }
        }
    }
}

TEST(StoredRecord, DamageIsAnErrorNeverAWildRead) {
    std::string good;
    append_record(good, "data", "key", HashKey{9}, false);
    for (std::size_t size = 0; size < good.size(); ++size) {
        // A cut front may still be a whole record with less data; a cut back is not.
        (void)read_record(std::string_view(good).substr(good.size() - size));
        if (size < 4) {
            EXPECT_FALSE(read_record(std::string_view(good).substr(0, size)).has_value());
        }
    }
    std::string future = good;
    future.back() = 2;
    EXPECT_EQ(read_record(future).error().kind, base::ErrorKind::corrupt);
    std::string flags = good;
    flags[flags.size() - 2] = static_cast<char>(0x80);
    EXPECT_EQ(read_record(flags).error().kind, base::ErrorKind::corrupt);
    std::string length = good;
    length[length.size() - 3] = static_cast<char>(0xff);
    EXPECT_EQ(read_record(length).error().kind, base::ErrorKind::corrupt);
    sim::SeededRandom random(3);
    for (int i = 0; i < 2000; ++i)
        (void)read_record(random.bytes(random.below(40)));
}

}  // namespace
}  // namespace kinesis

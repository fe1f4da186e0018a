#include "services/kinesis/sequence_number.h"

#include <gtest/gtest.h>

#include "sim/seeded_random.h"

namespace kinesis {
namespace {

constexpr std::int64_t created_ms = 1'767'225'600'000;  // 2026-01-01
const SequenceCodec codec{"0123456789abcdef01234567", created_ms};

TEST(SequenceNumber, LooksLikeAwss) {
    const std::string first = codec.format({0, 0});
    EXPECT_EQ(first.size(), 56U);
    EXPECT_TRUE(first.starts_with("49")) << first;
    // Still in the year 2050.
    const SequenceCodec late{"x", 2'524'608'000'000};
    EXPECT_TRUE(late.format({0, ~std::uint64_t{0}}).starts_with("49"));
}

TEST(SequenceNumber, GoesThereAndBack) {
    sim::SeededRandom random(1);
    for (int i = 0; i < 2000; ++i) {
        // All magnitudes.
        const SequenceNumber number{
            static_cast<segment_log::Lane>(random.next_u64() >> random.below(64)),
            random.next_u64() >> random.below(64)};
        SequenceNumber back;
        ASSERT_EQ(codec.parse(codec.format(number), &back), SequenceVerdict::valid);
        ASSERT_EQ(back, number);
    }
}

TEST(SequenceNumber, GrowsStrictlyWithThePosition) {
    sim::SeededRandom random(2);
    for (int i = 0; i < 500; ++i) {
        const std::uint64_t position = random.next_u64() >> random.below(64) >> 1;
        const auto shard = static_cast<segment_log::Lane>(random.below(1000));
        EXPECT_LT(codec.format({shard, position}), codec.format({shard, position + 1}));
    }
}

TEST(SequenceNumber, RefusesWhatWeDidNotGive) {
    SequenceNumber number;
    for (const char* bad :
         {"", "0", "1", "49", "-9590338271490256608559692538361571095921575989136588898",
          "99999999999999999999999999999999999999999999999999999999",
          "4959033827149025660855969253836157109592157598913658889x",
          "495903382714902566085596925383615710959215759891365888981"}) {
        EXPECT_EQ(codec.parse(bad, &number), SequenceVerdict::malformed) << bad;
    }
    // Another stream's: the same name made again, or one of the same second.
    const SequenceCodec later{"0123456789abcdef01234567", created_ms + 5000};
    const SequenceCodec twin{"76543210fedcba9876543210", created_ms};
    EXPECT_EQ(codec.parse(later.format({1, 7}), &number), SequenceVerdict::other_stream);
    EXPECT_EQ(number.shard, 1U);
    EXPECT_EQ(codec.parse(twin.format({1, 7}), &number), SequenceVerdict::other_stream);
}

TEST(SequenceNumber, RefusesEveryEditedDigit) {
    const std::string text = codec.format({3, 0x1234'5678'9abc});
    for (std::size_t i = 0; i < text.size(); ++i) {
        for (char digit = '0'; digit <= '9'; ++digit) {
            if (digit == text[i]) continue;
            std::string edited = text;
            edited[i] = digit;
            SequenceNumber number;
            EXPECT_NE(codec.parse(edited, &number), SequenceVerdict::valid) << edited;
        }
    }
}

}  // namespace
}  // namespace kinesis

// Numbers, distributions and blocks, in memory and as bytes.
#include <gtest/gtest.h>

#include <cmath>

#include "services/cloudwatch/block.h"
#include "services/cloudwatch/statistic.h"
#include "sim/seeded_random.h"

namespace cloudwatch {
namespace {

Distribution distribution(int values) {
    Distribution made;
    for (int i = 1; i <= values; ++i)
        made.add(i, 1);
    return made;
}

TEST(Statistics, AddUp) {
    Statistics all;
    EXPECT_TRUE(all.empty());
    all.add(3);
    all.add(-1, 2);
    all.merge({});
    all.merge({2, 10, 4, 6});
    EXPECT_EQ(all, (Statistics{5, 11, -1, 6}));
    EXPECT_EQ(all.average(), 2.2);
}

TEST(Distribution, PercentilesAreValuesThatCame) {
    const Distribution hundred = distribution(100);
    EXPECT_EQ(hundred.percentile(0), 1);
    EXPECT_EQ(hundred.percentile(50), 50);
    EXPECT_EQ(hundred.percentile(99), 99);
    EXPECT_EQ(hundred.percentile(99.1), 100);
    EXPECT_EQ(hundred.percentile(100), 100);
    EXPECT_EQ(Distribution().percentile(50), std::nullopt);
    Distribution weighed;
    weighed.add(5, 1);
    weighed.add(1, 99);
    EXPECT_EQ(weighed.percentile(99), 1);
    EXPECT_EQ(weighed.percentile(99.5), 5);
}

TEST(Distribution, BeyondAHundredValuesItRounds) {
    EXPECT_FALSE(distribution(Distribution::exact_values_max).rounded());
    const Distribution many = distribution(Distribution::exact_values_max + 1);
    EXPECT_TRUE(many.rounded());
    Distribution wide;
    for (int i = -500; i <= 500; ++i)
        wide.add(i, 1);
    ASSERT_TRUE(wide.known());
    for (const double percent : {1.0, 10.0, 60.0, 90.0, 99.0}) {
        const double exact = -501 + std::ceil(1001 * percent / 100);
        EXPECT_NEAR(*wide.percentile(percent), exact, std::fabs(exact) * 0.012) << percent;
    }
}

TEST(Distribution, ForgetsWhenItSpansTooMuch) {
    Distribution wide;
    std::size_t added = 0;
    for (double value = 1; wide.known() && added < 10'000; value *= 1.05, ++added)
        wide.add(value, 1);
    EXPECT_FALSE(wide.known());
    EXPECT_EQ(added, Distribution::rounded_values_max + 1);
    EXPECT_EQ(wide.percentile(50), std::nullopt);
    // For good: what is added to it, or it to, is not known either.
    Distribution other = distribution(3);
    other.add(wide);
    EXPECT_FALSE(other.known());
    wide.add(1, 1);
    EXPECT_FALSE(wide.known());
}

TEST(Distribution, MergingRoundedAndExact) {
    Distribution exact = distribution(10);
    exact.add(distribution(200));
    EXPECT_TRUE(exact.rounded());
    Distribution rounded = distribution(200);
    rounded.add(distribution(10));
    EXPECT_EQ(exact.points(), rounded.points());
}

Block sample_block() {
    Block block(standard_tier, 7'200);
    Distribution one;
    one.add(3, 2);
    block.add(7'261, unit_of("Count"), {2, 6, 3, 3}, one);
    block.add(7'200, unit_none, {150, 500.5, -1, 99}, distribution(150));
    Distribution unknown;
    unknown.forget();
    block.add(7'320, unit_of("Bytes"), {2.5, 9, 1, 5}, unknown);
    block.add(7'201, unit_of("Seconds"), {3, 6, 1, 3}, distribution(3));
    block.add(10'799, unit_of("Seconds"), {1, 0, 0, 0}, one);
    return block;
}

TEST(Block, ReadsBackWhatItWrote) {
    const Block block = sample_block();
    ASSERT_EQ(block.buckets().size(), 5U);
    EXPECT_EQ(block.buckets()[0].unit, unit_of("Seconds"));
    const auto back = Block::decode(standard_tier, 7'200, block.encode());
    ASSERT_TRUE(back.has_value());
    ASSERT_EQ(back.value().buckets().size(), block.buckets().size());
    for (std::size_t i = 0; i < block.buckets().size(); ++i) {
        const Bucket& a = block.buckets()[i];
        const Bucket& b = back.value().buckets()[i];
        EXPECT_EQ(a.start_s, b.start_s);
        EXPECT_EQ(a.unit, b.unit);
        EXPECT_EQ(a.numbers, b.numbers);
        EXPECT_EQ(a.values.known(), b.values.known());
        EXPECT_EQ(a.values.points(), b.values.points());
    }
    EXPECT_EQ(back.value().encode(), block.encode());
}

TEST(Block, IsSmall) {
    Block block(standard_tier, 0);
    for (int minute = 0; minute < 60; ++minute) {
        Distribution one;
        one.add(7, 1);
        block.add(minute * 60, unit_none, {1, 7, 7, 7}, one);
    }
    EXPECT_LT(block.encode().size(), 60U * 13);
}

TEST(Block, AnythingElseIsCorrupt) {
    const std::string bytes = sample_block().encode();
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        EXPECT_FALSE(Block::decode(standard_tier, 7'200, bytes.substr(0, length)).has_value());
    }
    EXPECT_FALSE(Block::decode(standard_tier, 7'200, bytes + "x").has_value());
    EXPECT_FALSE(Block::decode(tiers.size(), 7'200, bytes).has_value());
    // Bytes that changed are refused, or read as a block that writes itself the same way.
    sim::SeededRandom random(3);
    for (int i = 0; i < 20'000; ++i) {
        std::string broken = bytes;
        broken[random.next_u64() % broken.size()] = static_cast<char>(random.next_u64());
        const auto read = Block::decode(standard_tier, 7'200, broken);
        if (read) {
            EXPECT_LE(read.value().buckets().size(), 5U);
        }
    }
}

TEST(Units, AreThePlacesInTheList) {
    for (Unit unit = 0; unit <= unit_none; ++unit)
        EXPECT_EQ(unit_of(name_of(unit)), unit);
    EXPECT_EQ(name_of(0), "Seconds");
    EXPECT_EQ(name_of(14), "Count");
    EXPECT_EQ(name_of(unit_none), "None");
}

TEST(StatisticNames, AreThoseOfAws) {
    EXPECT_EQ(parse_statistic("Sum"), (Statistic{Statistic::Kind::sum}));
    EXPECT_EQ(parse_statistic("p99.9"), (Statistic{Statistic::Kind::percentile, 99.9}));
    EXPECT_EQ(parse_statistic("p0"), (Statistic{Statistic::Kind::percentile, 0}));
    EXPECT_EQ(parse_statistic("p100"), (Statistic{Statistic::Kind::percentile, 100}));
    EXPECT_TRUE(parse_statistic("p99.0123456789").has_value());
    for (const char* wrong : {"", "sum", "p", "p101", "p-1", "p1e1", "p99.", "p.5", "p0x1", "p 5",
                              "pinf", "p99.01234567890", "p1000"}) {
        EXPECT_FALSE(parse_statistic(wrong).has_value()) << wrong;
        EXPECT_FALSE(is_other_statistic(wrong)) << wrong;
    }
    for (const char* other : {"tm90", "TM(10%:90%)", "wm99.9", "ts80", "tc80", "IQM", "PR(:300)"}) {
        EXPECT_FALSE(parse_statistic(other).has_value()) << other;
        EXPECT_TRUE(is_other_statistic(other)) << other;
    }
}

}  // namespace
}  // namespace cloudwatch

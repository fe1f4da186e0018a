#include "services/kinesis/hash_key.h"

#include <gtest/gtest.h>

#include "services/kinesis/describe.h"

namespace kinesis {
namespace {

StreamState make_state(std::int64_t shards) {
    StreamRow row;
    row.name = "s";
    row.account = "000000000000";
    row.region = "us-west-2";
    row.shards = make_shards(shards, {});
    return {row, StreamStatus::active};
}

// Numbers from Python: int.from_bytes(hashlib.md5(key.encode()).digest(), "big"); the shard of four
// is its upper two bits.
TEST(HashKey, IsTheMd5OfThePartitionKey) {
    struct Vector {
        std::string key;
        const char* hash;
        segment_log::Lane shard_of_four;
    };
    std::string snowmen;
    for (int i = 0; i < 100; ++i)
        snowmen += "\u2603";
    const Vector vectors[] = {
        {"a", "16955237001963240173058271559858726497", 0},
        {"partitionKey", "193318062818912349798954611745638949166", 2},
        {"event-0001", "25183112758302621475808286761484299877", 0},
        {"caf\u00e9", "9395458997242411472544951782067420578", 0},
        {"f47ac10b-58cc-4372-a567-0e02b2c3d479", "174312817817206096416001680341744584133", 2},
        {std::string(256, 'x'), "265353499944959180620795534685136097465", 3},
        {snowmen, "317261638993388182971342230436737856763", 3},
    };
    const StreamState four = make_state(4);
    for (const auto& vector : vectors) {
        const HashKey hash = hash_partition_key(vector.key);
        EXPECT_EQ(format_hash_key(hash), vector.hash) << vector.key;
        EXPECT_EQ(four.route(hash), vector.shard_of_four) << vector.key;
    }
}

// Counts of Python for the keys key-0 … key-999.
TEST(HashKey, SpreadsOverShardsAsComputedElsewhere) {
    const auto count = [](std::int64_t shards) {
        const StreamState state = make_state(shards);
        std::vector<int> counts(static_cast<std::size_t>(shards));
        for (int i = 0; i < 1000; ++i) {
            ++counts[state.route(hash_partition_key("key-" + std::to_string(i)))];
        }
        return counts;
    };
    EXPECT_EQ(count(4), (std::vector<int>{259, 258, 227, 256}));
    EXPECT_EQ(count(3), (std::vector<int>{341, 327, 332}));
    EXPECT_EQ(count(1), (std::vector<int>{1000}));
}

TEST(HashKey, RangesAreCutAsAwsCutsThem) {
    const auto four = split_evenly(4);
    EXPECT_EQ(format_hash_key(four[0].last), "85070591730234615865843651857942052863");
    EXPECT_EQ(format_hash_key(four[1].first), "85070591730234615865843651857942052864");
    EXPECT_EQ(format_hash_key(four[3].last), "340282366920938463463374607431768211455");
    const auto three = split_evenly(3);
    EXPECT_EQ(format_hash_key(three[0].last), "113427455640312821154458202477256070484");
    EXPECT_EQ(format_hash_key(three[1].first), "113427455640312821154458202477256070485");
    EXPECT_EQ(format_hash_key(three[2].first), "226854911280625642308916404954512140970");
    EXPECT_EQ(format_hash_key(three[2].last), "340282366920938463463374607431768211455");
}

TEST(HashKey, RangesCoverTheSpaceWithoutHoles) {
    for (const std::uint32_t count : {1U, 2U, 3U, 5U, 7U, 64U, 100U, 1000U}) {
        const auto ranges = split_evenly(count);
        ASSERT_EQ(ranges.size(), count);
        EXPECT_TRUE(ranges.front().first == 0);
        EXPECT_TRUE(ranges.back().last == hash_key_max);
        for (std::size_t i = 1; i < ranges.size(); ++i) {
            EXPECT_TRUE(ranges[i].first == ranges[i - 1].last + 1) << count << " " << i;
        }
        const StreamState state = make_state(count);
        for (std::size_t i = 0; i < ranges.size(); ++i) {
            EXPECT_EQ(state.route(ranges[i].first), i);
            EXPECT_EQ(state.route(ranges[i].last), i);
        }
    }
}

TEST(HashKey, ParsesDecimalsInsideTheSpaceOnly) {
    EXPECT_TRUE(parse_hash_key("0") == HashKey{0});
    EXPECT_TRUE(parse_hash_key("340282366920938463463374607431768211455") == hash_key_max);
    for (const char* bad : {"", "340282366920938463463374607431768211456", "00", "01", "-1", "1 ",
                            "999999999999999999999999999999999999999", "1e5",
                            "1000000000000000000000000000000000000000"}) {
        EXPECT_FALSE(parse_hash_key(bad).has_value()) << bad;
    }
}

TEST(ShardId, IsTakenInAwsForms) {
    const StreamState state = make_state(4);
    EXPECT_EQ(state.find_shard("shardId-000000000003").value(), 3U);
    EXPECT_EQ(state.find_shard("shardId-3").value(), 3U);
    EXPECT_EQ(state.find_shard("2").value(), 2U);
    const auto absent = state.find_shard("shardId-000000000004");
    ASSERT_FALSE(absent.has_value());
    EXPECT_EQ(absent.error().message,
              "Shard shardId-000000000004 in stream s under account 000000000000 does not exist");
    for (const char* bad : {"shardId-", "x", "shardId-a", "other-000000000001",
                            "shardId-99999999999999999999", "shardId-2147483648"}) {
        const auto unknown = state.find_shard(bad);
        ASSERT_FALSE(unknown.has_value()) << bad;
        EXPECT_EQ(unknown.error().message, std::string("Could not find shard ") + bad +
                                               " in stream s under account 000000000000.");
    }
}

}  // namespace
}  // namespace kinesis

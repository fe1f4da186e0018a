#include "services/kinesis/shard_iterator.h"

#include <gtest/gtest.h>

#include "sim/seeded_random.h"

namespace kinesis {
namespace {

const std::string master_key(32, 'k');

TEST(ShardIterator, SurvivesARestartButNotAnotherKey) {
    sim::SeededRandom random(1);
    const ShardIterator iterator{"0123456789abcdef01234567", 3, 77, {1'000'000}};
    const std::string token = seal_iterator(TokenSealer(master_key, random), iterator);
    EXPECT_LE(token.size(), 512U);
    EXPECT_TRUE(token.starts_with("AAAAAAAAAA")) << token;
    const auto back = open_iterator(TokenSealer(master_key, random), token, {1'000'001});
    ASSERT_TRUE(back.has_value());
    EXPECT_EQ(back.value(), iterator);
    const auto other = open_iterator(TokenSealer(std::string(32, 'o'), random), token, {1'000'001});
    ASSERT_FALSE(other.has_value());
    EXPECT_EQ(other.error().code, "InvalidArgumentException");
    EXPECT_EQ(other.error().message, "Invalid ShardIterator.");
}

// What a release gave out stays good: this token was made by another program.
TEST(ShardIterator, AnOldTokenIsStillRead) {
    sim::SeededRandom random(1);
    const auto back = open_iterator(
        TokenSealer(master_key, random),
        "AAAAAAAAAAFnb2xkZW4tbm9uY2VqT0HS7wxxU9aKY3CwURdnZqYsZqSMMWnGfypDFhdRlxiZTE9/e1vNS03GoDb7"
        "dX/682jSx7HHtpjy9MI=",
        {1'000'001});
    ASSERT_TRUE(back.has_value()) << back.error().message;
    EXPECT_EQ(back.value(), (ShardIterator{"0123456789abcdef01234567", 3, 77, {1'000'000}}));
}

TEST(ShardIterator, LivesFiveMinutes) {
    sim::SeededRandom random(1);
    const TokenSealer tokens(master_key, random);
    const std::int64_t issued = 1'421'889'722'000;  // 2015-01-22T01:22:02Z
    const std::string token = seal_iterator(tokens, {"id", 0, 1, {issued}});
    EXPECT_TRUE(open_iterator(tokens, token, {issued + 300'000}).has_value());
    const auto expired = open_iterator(tokens, token, {issued + 300'001});
    ASSERT_FALSE(expired.has_value());
    EXPECT_EQ(expired.error().code, "ExpiredIteratorException");
    EXPECT_EQ(expired.error().message,
              "Iterator expired. The iterator was created at time Thu Jan 22 01:22:02 UTC 2015 "
              "while right now it is Thu Jan 22 01:27:02 UTC 2015 which is further in the future "
              "than the tolerated delay of 300000 milliseconds.");
}

TEST(ShardIterator, IsNothingWhenAnyCharacterIsChanged) {
    sim::SeededRandom random(1);
    const TokenSealer tokens(master_key, random);
    const std::string token = seal_iterator(tokens, {"id", 0, 1, {5}});
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string edited = token;
        edited[i] = edited[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(open_iterator(tokens, edited, {5}).has_value()) << i;
        EXPECT_FALSE(open_iterator(tokens, token.substr(0, i), {5}).has_value()) << i;
    }
    for (const char* bad : {"", "AAAAAAAAAAE=", "not base64 at all!", "AAAA"}) {
        EXPECT_FALSE(open_iterator(tokens, bad, {5}).has_value()) << bad;
    }
    EXPECT_FALSE(
        open_iterator(tokens, std::string(aws::sealed_token_chars_max + 4, 'A'), {5}).has_value());
}

TEST(PageToken, BelongsToItsOperation) {
    sim::SeededRandom random(1);
    const TokenSealer tokens(master_key, random);
    const std::string token = seal_page(tokens, "ListShards", {"scope", "after"}, {1000});
    const auto page = open_page(tokens, "ListShards", token, {1000});
    ASSERT_TRUE(page.has_value());
    EXPECT_EQ(page.value().scope, "scope");
    EXPECT_EQ(page.value().after, "after");
    EXPECT_FALSE(open_page(tokens, "ListStreams", token, {1000}).has_value());
    EXPECT_FALSE(open_iterator(tokens, token, {1000}).has_value());
    EXPECT_EQ(open_page(tokens, "ListShards", token, {301'001}).error().code,
              "ExpiredNextTokenException");
}

}  // namespace
}  // namespace kinesis

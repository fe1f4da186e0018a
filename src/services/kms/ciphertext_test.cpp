#include "services/kms/ciphertext.h"

#include <gtest/gtest.h>

#include "sim/seeded_random.h"

namespace kms {
namespace {

class Ciphertext : public ::testing::Test {
  protected:
    std::string seal(std::string_view plain, const Context& context = {}) {
        return seal_message({id_, 3}, material_, plain, context, random_);
    }
    sim::SeededRandom random_{1};
    segment_log::DataKey material_{random_};
    const std::string id_ = "0f1e2d3c-4b5a-4678-9abc-def012345678";
};

TEST_F(Ciphertext, NamesItsKeyAndOpens) {
    for (const std::size_t bytes : {0UL, 1UL, 15UL, 16UL, 4096UL}) {
        const std::string plain(bytes, 'p');
        const std::string blob = seal(plain, {{"a", "1"}});
        const auto head = read_head(blob);
        ASSERT_TRUE(head.has_value());
        EXPECT_EQ(head->key_id, id_);
        EXPECT_EQ(head->material, 3U);
        EXPECT_EQ(open_message(material_, blob, {{"a", "1"}}), plain);
        EXPECT_EQ(blob.size(), bytes + 53);
    }
}

TEST_F(Ciphertext, ShowsNoPlaintextAndIsNeverTheSame) {
    const std::string plain = "a secret that must not be seen";
    const std::string first = seal(plain);
    EXPECT_EQ(first.find("secret"), std::string::npos);
    EXPECT_NE(first, seal(plain));
}

TEST_F(Ciphertext, EveryBitCounts) {
    const std::string blob = seal("plain", {{"k", "v"}});
    for (std::size_t i = 0; i < blob.size(); ++i) {
        std::string changed = blob;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(open_message(material_, changed, {{"k", "v"}}).has_value()) << i;
    }
    for (std::size_t length = 0; length < blob.size(); ++length) {
        EXPECT_FALSE(open_message(material_, blob.substr(0, length), {{"k", "v"}}).has_value());
    }
    EXPECT_FALSE(open_message(material_, blob + "x", {{"k", "v"}}).has_value());
    EXPECT_FALSE(open_message(segment_log::DataKey(random_), blob, {{"k", "v"}}).has_value());
}

TEST_F(Ciphertext, TheContextIsPartOfIt) {
    const std::string blob = seal("plain", {{"ab", "c"}, {"d", ""}});
    EXPECT_EQ(open_message(material_, blob, {{"d", ""}, {"ab", "c"}}), "plain");
    for (const Context& other :
         {Context{}, Context{{"a", "bc"}, {"d", ""}}, Context{{"ab", "c"}},
          Context{{"ab", "cd"}, {"", ""}}, Context{{"AB", "c"}, {"d", ""}}}) {
        EXPECT_FALSE(open_message(material_, blob, other).has_value());
    }
}

TEST_F(Ciphertext, HeadsOfOtherBytesAreNone) {
    EXPECT_FALSE(read_head("").has_value());
    EXPECT_FALSE(read_head(std::string(52, '\1')).has_value());
    EXPECT_TRUE(read_head(std::string(53, '\1')).has_value());
    EXPECT_FALSE(read_head(std::string(100, '\2')).has_value());
}

}  // namespace
}  // namespace kms

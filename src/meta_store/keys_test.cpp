#include <gtest/gtest.h>

#include <algorithm>

#include "base/bytes.h"
#include "meta_store/meta_store.h"
#include "sim/seeded_random.h"

namespace {

using meta_store::Key;
using Parts = std::vector<std::string>;

std::string encode(const Parts& parts) {
    Key key;
    for (const auto& part : parts)
        key.add(part);
    return key.encoded();
}

TEST(Key, SortsAsItsPartsSort) {
    sim::SeededRandom random(7);
    const std::string alphabet(
        "\0\1\xff"
        "ab",
        5);
    std::vector<Parts> keys;
    for (int i = 0; i < 400; ++i) {
        Parts parts(1 + random.next_u64() % 3);
        for (auto& part : parts) {
            for (auto length = random.next_u64() % 4; length > 0; --length) {
                part.push_back(alphabet[random.next_u64() % alphabet.size()]);
            }
        }
        keys.push_back(parts);
    }
    for (const auto& a : keys) {
        EXPECT_EQ(Key::split(encode(a)), a);
        for (const auto& b : keys)
            EXPECT_EQ(a < b, encode(a) < encode(b));
    }
}

TEST(Key, NumbersSortByValueAndReadBack) {
    const std::vector<std::uint64_t> numbers = {0, 1, 255, 256, 1ULL << 40, UINT64_MAX};
    for (std::size_t i = 0; i + 1 < numbers.size(); ++i) {
        EXPECT_LT(Key({"t"}).add_number(numbers[i]).encoded(),
                  Key({"t"}).add_number(numbers[i + 1]).encoded());
    }
    const Key key = Key({std::string_view("a\0b", 3)}).add_number(77).add("z");
    meta_store::KeyReader reader(key.encoded());
    EXPECT_EQ(reader.text(), std::string("a\0b", 3));
    EXPECT_EQ(reader.number(), 77U);
    EXPECT_EQ(reader.text(), "z");
    EXPECT_TRUE(reader.at_end());
    EXPECT_EQ(reader.text(), "");
    EXPECT_EQ(reader.number(), 0U);
}

TEST(Key, APrefixPartCoversTheTextsThatBeginWithIt) {
    const std::string low = Key({"t"}).add_prefix("ab").encoded();
    const std::string high = meta_store::after_prefix(low);
    const auto inside = [&](const char* text) {
        const std::string key = Key({"t", text}).encoded();
        return key >= low && key < high;
    };
    EXPECT_TRUE(inside("ab"));
    EXPECT_TRUE(inside("abc"));
    EXPECT_FALSE(inside("aa"));
    EXPECT_FALSE(inside("ac"));
    EXPECT_FALSE(inside("a"));
}

TEST(Key, AfterPrefixIsTheNextStringThatLacksIt) {
    EXPECT_EQ(meta_store::after_prefix("ab"), "ac");
    EXPECT_EQ(meta_store::after_prefix("a\xff\xff"), "b");
    EXPECT_EQ(meta_store::after_prefix("\xff"), "");
    EXPECT_EQ(meta_store::after_prefix(""), "");
}

TEST(Changes, CountBytesAndAppend) {
    meta_store::Changes a;
    EXPECT_TRUE(a.empty());
    a.put("k", "vv");
    meta_store::Changes b;
    b.require_value("x", "y");
    b.erase("z");
    a.append(std::move(b));
    EXPECT_EQ(a.entries().size(), 3U);
    EXPECT_EQ(a.bytes(), 6U);
}

struct OldRow {
    std::string name;
    std::int64_t count = 0;
    static constexpr auto members() {
        return std::tuple{shape::member("name", &OldRow::name),
                          shape::member("count", &OldRow::count)};
    }
};
struct NewRow {
    std::string name;
    std::string added = "default";
    static constexpr auto members() {
        return std::tuple{shape::member("name", &NewRow::name),
                          shape::member("added", &NewRow::added)};
    }
};

TEST(Row, AddedMembersTakeTheirDefaultAndRemovedOnesAreIgnored) {
    const OldRow old{"n\xff", 3};
    const std::string bytes = meta_store::encode_row(shape::type_of<OldRow>(), &old);
    NewRow row;
    ASSERT_TRUE(meta_store::decode_row(shape::type_of<NewRow>(), bytes, &row).has_value());
    EXPECT_EQ(row.name, "n\xff");
    EXPECT_EQ(row.added, "default");
    auto cut = meta_store::decode_row(shape::type_of<NewRow>(), bytes.substr(1), &row);
    ASSERT_FALSE(cut.has_value());
    EXPECT_EQ(cut.error().kind, base::ErrorKind::corrupt);
}

}  // namespace

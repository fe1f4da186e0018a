#include "wire/cbor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/bytes.h"

namespace {

struct Leaf {
    std::string name;
    std::optional<std::int32_t> small;
    static constexpr auto members() {
        return std::tuple{shape::member("name", &Leaf::name), shape::member("small", &Leaf::small)};
    }
    bool operator==(const Leaf&) const = default;
};

struct Tree {
    std::string text;
    std::int64_t number = 0;
    double real = 0;
    bool flag = false;
    base::Blob blob;
    base::Timestamp time;
    shape::Document document;
    std::vector<Leaf> leaves;
    std::map<std::string, std::int64_t> counts;
    std::vector<std::optional<std::string>> sparse;
    std::unique_ptr<Tree> child;
    static constexpr auto members() {
        return std::tuple{
            shape::member("text", &Tree::text),         shape::member("number", &Tree::number),
            shape::member("real", &Tree::real),         shape::member("flag", &Tree::flag),
            shape::member("blob", &Tree::blob),         shape::member("time", &Tree::time),
            shape::member("document", &Tree::document), shape::member("leaves", &Tree::leaves),
            shape::member("counts", &Tree::counts),     shape::member("sparse", &Tree::sparse),
            shape::member("child", &Tree::child)};
    }
};

struct Time {
    base::Timestamp at;
    static constexpr auto members() { return std::tuple{shape::member("at", &Time::at)}; }
};
struct Number {
    std::int64_t n = 0;
    static constexpr auto members() { return std::tuple{shape::member("n", &Number::n)}; }
};
struct Real {
    double n = 0;
    static constexpr auto members() { return std::tuple{shape::member("n", &Real::n)}; }
};

template <class T>
std::string encode(const T& value) {
    return wire::encode_cbor(shape::type_of<T>(), &value);
}
template <class T>
base::Result<T> decode(std::string_view bytes, const wire::CborLimits& limits = {}) {
    T value;
    TRY_VOID(wire::decode_cbor(shape::type_of<T>(), bytes, &value, limits));
    return value;
}
std::string from_hex(std::string_view hex) {
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        out.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    }
    return out;
}
template <class T>
base::ErrorKind error_of(std::string_view hex) {
    auto decoded = decode<T>(from_hex(hex));
    EXPECT_FALSE(decoded.has_value()) << hex;
    return decoded ? base::ErrorKind::internal : decoded.error().kind;
}

TEST(Cbor, EveryKindRoundTrips) {
    Tree tree;
    tree.text = std::string("a\0b", 3);
    tree.number = std::numeric_limits<std::int64_t>::min();
    tree.real = -0.1;
    tree.flag = true;
    tree.blob.bytes = std::string("\xff\x00", 2);
    tree.time = {1'700'000'000'123};
    tree.document.json = R"({"a":1})";
    tree.leaves = {{"x", 7}, {"y", std::nullopt}};
    tree.counts = {{"", 0}, {"k", -1}};
    tree.sparse = {"v", std::nullopt};
    tree.child = std::make_unique<Tree>();
    tree.child->text = "inner";
    auto back = decode<Tree>(encode(tree));
    ASSERT_TRUE(back.has_value()) << back.error().describe();
    const Tree& got = back.value();
    EXPECT_EQ(got.text, tree.text);
    EXPECT_EQ(got.number, tree.number);
    EXPECT_EQ(got.real, tree.real);
    EXPECT_EQ(got.flag, true);
    EXPECT_EQ(got.blob, tree.blob);
    EXPECT_EQ(got.time, tree.time);
    EXPECT_EQ(got.document, tree.document);
    EXPECT_EQ(got.leaves, tree.leaves);
    EXPECT_EQ(got.counts, tree.counts);
    EXPECT_EQ(got.sparse, tree.sparse);
    ASSERT_NE(got.child, nullptr);
    EXPECT_EQ(got.child->text, "inner");
    EXPECT_EQ(got.child->child, nullptr);
}

TEST(Cbor, BytesAreThoseOfTheStandard) {
    EXPECT_EQ(base::to_hex(encode(Number{10})), "a1616e0a");
    EXPECT_EQ(base::to_hex(encode(Number{24})), "a1616e1818");
    EXPECT_EQ(base::to_hex(encode(Number{1000})), "a1616e1903e8");
    EXPECT_EQ(base::to_hex(encode(Number{1'000'000'000'000})), "a1616e1b000000e8d4a51000");
    EXPECT_EQ(base::to_hex(encode(Number{-1000})), "a1616e3903e7");
    EXPECT_EQ(base::to_hex(encode(Real{1.1})), "a1616efb3ff199999999999a");
    EXPECT_EQ(base::to_hex(encode(Time{{1'363'896'240'000}})), "a1626174c11a514b67b0");
    EXPECT_EQ(base::to_hex(encode(Time{{1'363'896'240'500}})), "a1626174c1fb41d452d9ec200000");
    EXPECT_EQ(base::to_hex(encode(Leaf{"n", std::nullopt})), "a1646e616d65616e");
}

TEST(Cbor, TimestampsKeepTheirMillisecond) {
    const std::int64_t most = std::numeric_limits<std::int64_t>::max();
    for (const std::int64_t ms :
         {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1}, std::int64_t{1'699'999'999'999},
          (std::int64_t{1} << 51) - 1, (std::int64_t{1} << 51) + 1, most, most - 807, -most,
          std::numeric_limits<std::int64_t>::min()}) {
        auto back = decode<Time>(encode(Time{{ms}}));
        ASSERT_TRUE(back.has_value()) << ms;
        EXPECT_EQ(back.value().at.ms, ms);
    }
    for (std::int64_t ms = 1'700'000'000'000; ms < 1'700'000'002'000; ++ms) {
        EXPECT_EQ(decode<Time>(encode(Time{{ms}})).value().at.ms, ms);
    }
    EXPECT_EQ(decode<Time>(from_hex("a1626174c1f93e00")).value().at.ms, 1500);  // half float
    EXPECT_EQ(error_of<Time>("a162617400"), base::ErrorKind::invalid);          // without tag
    EXPECT_EQ(error_of<Time>("a1626174c200"), base::ErrorKind::invalid);        // another tag
    EXPECT_EQ(error_of<Time>("a1626174c1fb7ff8000000000000"), base::ErrorKind::invalid);  // NaN
    EXPECT_EQ(error_of<Time>("a1626174c1fb7ff0000000000000"), base::ErrorKind::invalid);  // inf
    EXPECT_EQ(error_of<Time>("a1626174c11b7fffffffffffffff"), base::ErrorKind::invalid);
}

TEST(Cbor, FloatsOfAllWidthsAndIntegersAreReals) {
    EXPECT_EQ(decode<Real>(from_hex("a1616ef93c00")).value().n, 1.0);
    EXPECT_EQ(decode<Real>(from_hex("a1616ef97bff")).value().n, 65504.0);
    EXPECT_EQ(decode<Real>(from_hex("a1616ef90001")).value().n, std::ldexp(1, -24));
    EXPECT_EQ(decode<Real>(from_hex("a1616ef9fc00")).value().n,
              -std::numeric_limits<double>::infinity());
    EXPECT_TRUE(std::isnan(decode<Real>(from_hex("a1616ef97e00")).value().n));
    EXPECT_EQ(decode<Real>(from_hex("a1616efa47c35000")).value().n, 100000.0);
    EXPECT_EQ(decode<Real>(from_hex("a1616e20")).value().n, -1.0);
    EXPECT_EQ(decode<Real>(from_hex("a1616e1903e8")).value().n, 1000.0);
}

TEST(Cbor, IndefiniteLengthsAreTaken) {
    // {_ "name": (_ "ab", "c"), "small": 5}
    auto leaf = decode<Leaf>(from_hex("bf646e616d657f6261626163ff65736d616c6c05ff"));
    ASSERT_TRUE(leaf.has_value()) << leaf.error().describe();
    EXPECT_EQ(leaf.value(), (Leaf{"abc", 5}));
    // {"leaves": [_ {}, {}], "blob": (_ h'01', h'02')}
    auto tree = decode<Tree>(from_hex("a2666c65617665739fa0a0ff64626c6f625f41014102ff"));
    ASSERT_TRUE(tree.has_value()) << tree.error().describe();
    EXPECT_EQ(tree.value().leaves.size(), 2U);
    EXPECT_EQ(tree.value().blob.bytes, "\x01\x02");
    // a text chunk in a byte string, a chunk that is itself indefinite
    EXPECT_EQ(error_of<Tree>("a164626c6f625f6161ff"), base::ErrorKind::invalid);
    EXPECT_EQ(error_of<Tree>("a164626c6f625f5f4101ffff"), base::ErrorKind::invalid);
}

TEST(Cbor, UnknownMembersAreSkippedAndNullIsAbsent) {
    // {"zz": [1, {"a": h'00'}, 1(1.5), null, simple(255)], "name": "n", "small": null}
    auto leaf = decode<Leaf>(
        from_hex("a3627a7a8501a161614100c1fb3ff8000000000000f6f8ff646e616d65616e65736d616c6cf6"));
    ASSERT_TRUE(leaf.has_value()) << leaf.error().describe();
    EXPECT_EQ(leaf.value(), (Leaf{"n", std::nullopt}));
    EXPECT_EQ(decode<Leaf>(from_hex("a1646e616d65f6")).value().name, "");
}

TEST(Cbor, MalformedInputIsRefused) {
    for (const char* hex : {"",                          // nothing
                            "a1",                        // no key
                            "a1616e",                    // no value
                            "a1616e0000",                // trailing byte
                            "a2616e01616e02",            // twice the same member
                            "a1616e1c",                  // reserved length
                            "a1616e3f",                  // an indefinite integer
                            "a1616e6131",                // text for a number
                            "a1616e1bffffffffffffffff",  // beyond int64
                            "a1616e19ff",                // a cut argument
                            "a10101",                    // a key that is no text
                            "80",                        // a list for a structure
                            "ff", "bf616e01"}) {         // break, no break
        EXPECT_EQ(error_of<Number>(hex), base::ErrorKind::invalid) << hex;
    }
    EXPECT_EQ(error_of<Leaf>("a165736d616c6c1a80000000"), base::ErrorKind::invalid);  // > int32
    EXPECT_EQ(error_of<Leaf>("a1646e616d6562c328"), base::ErrorKind::invalid);        // not UTF-8
    EXPECT_EQ(error_of<Leaf>("a1646e616d6563eda080"), base::ErrorKind::invalid);      // a surrogate
    EXPECT_TRUE(decode<Leaf>(from_hex("a1646e616d6562c328"), {.check_text = false}).has_value());
}

TEST(Cbor, HostileLengthsCostNothing) {
    EXPECT_EQ(error_of<Leaf>("a1646e616d657bffffffffffffffff"), base::ErrorKind::invalid);
    EXPECT_EQ(error_of<Tree>("a1666c65617665739bffffffffffffffff"), base::ErrorKind::invalid);
    EXPECT_EQ(error_of<Tree>("bbffffffffffffffff"), base::ErrorKind::invalid);
}

TEST(Cbor, EntriesAreCountedUpToTheirMaximum) {
    std::string bytes = "\xa1\x66leaves\x84\xa0\xa0\xa0\xa0";  // 1 member + 4 elements
    EXPECT_TRUE(decode<Tree>(bytes, {.entries_max = 5}).has_value());
    auto refused = decode<Tree>(bytes, {.entries_max = 4});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, base::ErrorKind::limit);
}

TEST(Cbor, DepthIsBoundedInKnownAndUnknownMembers) {
    const auto nested = [](std::string_view name, std::size_t levels) {
        std::string bytes;
        for (std::size_t i = 0; i < levels; ++i) {
            bytes += '\xa1';
            bytes += static_cast<char>(0x60 + name.size());
            bytes += name;
        }
        return bytes + "\xa0";
    };
    EXPECT_TRUE(decode<Tree>(nested("child", wire::cbor_depth_max - 1)).has_value());
    EXPECT_EQ(decode<Tree>(nested("child", wire::cbor_depth_max)).error().kind,
              base::ErrorKind::limit);
    EXPECT_TRUE(decode<Tree>(nested("zz", wire::cbor_depth_max - 1)).has_value());
    EXPECT_EQ(decode<Tree>(nested("zz", wire::cbor_depth_max)).error().kind,
              base::ErrorKind::limit);
    const std::string tags = "\xa1\x62zz" + std::string(100'000, '\xc1') + "\x01";
    EXPECT_EQ(decode<Tree>(tags).error().kind, base::ErrorKind::limit);
}

struct Entry {
    std::string key;
    std::optional<double> number;
    static constexpr auto members() {
        return std::tuple{shape::member("Key", &Entry::key, {.required = true}),
                          shape::member("Number", &Entry::number)};
    }
};
struct Order {
    std::string name;
    std::vector<Entry> entries;
    std::map<std::string, Entry> named;
    static constexpr auto members() {
        return std::tuple{shape::member("Name", &Order::name, {.required = true}),
                          shape::member("Entries", &Order::entries, {.required = true}),
                          shape::member("Named", &Order::named)};
    }
};

TEST(Cbor, MissingRequiredMembersAreNamedByTheirPaths) {
    // {Entries: [{Key: "a"}, {}, {Key: null}], Named: {"x": {}}}
    const std::string bytes =
        "\xa2\x67"
        "Entries\x83\xa1\x63Key\x61"
        "a\xa0\xa1\x63Key\xf6\x65Named\xa1\x61x\xa0";
    Order order;
    std::vector<std::string> missing;
    ASSERT_TRUE(wire::decode_cbor(shape::type_of<Order>(), bytes, &order, {.missing = &missing}));
    EXPECT_EQ(missing, (std::vector<std::string>{"entries.2.member.key", "entries.3.member.key",
                                                 "named.x.member.key", "name"}));
    missing.clear();
    ASSERT_TRUE(wire::decode_cbor(shape::type_of<Order>(), "\xa0", &order, {.missing = &missing}));
    EXPECT_EQ(missing, (std::vector<std::string>{"name", "entries"}));
    ASSERT_TRUE(wire::decode_cbor(shape::type_of<Order>(), "\xa0", &order));
}

// Every prefix and every flipped byte of a message either decodes or is refused.
TEST(Cbor, DamagedMessagesNeverDoHarm) {
    Tree tree;
    tree.text = "text";
    tree.leaves = {{"x", 7}};
    tree.counts = {{"k", 1}};
    tree.time = {1234};
    const std::string bytes = encode(tree);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        EXPECT_FALSE(decode<Tree>(bytes.substr(0, i)).has_value());
        for (int bit = 0; bit < 8; ++bit) {
            std::string damaged = bytes;
            damaged[i] = static_cast<char>(damaged[i] ^ 1 << bit);
            (void)decode<Tree>(damaged).has_value();
        }
    }
}

}  // namespace

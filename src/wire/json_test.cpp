#include "wire/json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "wire/utf8.h"

namespace {

struct Record {
    base::Blob data;
    std::string partition_key;
    std::optional<std::string> hash_key;
    static constexpr auto members() {
        return std::tuple{shape::member("Data", &Record::data, {.required = true}),
                          shape::member("PartitionKey", &Record::partition_key, {.required = true}),
                          shape::member("ExplicitHashKey", &Record::hash_key)};
    }
};

struct Tree {
    std::string name;
    std::vector<Tree> children;
    std::unique_ptr<Tree> next;
    static constexpr auto members() {
        return std::tuple{shape::member("Name", &Tree::name),
                          shape::member("Children", &Tree::children),
                          shape::member("Next", &Tree::next)};
    }
};

struct Everything {
    std::string text = "default";
    bool flag = false;
    std::int32_t small = 0;
    std::int64_t large = 0;
    double real = 0;
    base::Timestamp time;
    base::Timestamp iso;
    std::optional<base::Timestamp> http;
    shape::Document document;
    std::vector<Record> records;
    std::map<std::string, std::string> tags;
    std::map<std::string, std::vector<std::int64_t>> numbers;
    std::optional<std::int64_t> count;
    std::string header;
    static constexpr auto members() {
        return std::tuple{
            shape::member("Text", &Everything::text),
            shape::member("Flag", &Everything::flag),
            shape::member("Small", &Everything::small),
            shape::member("Large", &Everything::large),
            shape::member("Real", &Everything::real),
            shape::member("Time", &Everything::time),
            shape::member("Iso", &Everything::iso, {.timestamp = shape::TimestampFormat::iso8601}),
            shape::member("Http", &Everything::http,
                          {.timestamp = shape::TimestampFormat::http_date}),
            shape::member("Document", &Everything::document),
            shape::member("Records", &Everything::records),
            shape::member("Tags", &Everything::tags, {.wire_name = "tags"}),
            shape::member("Numbers", &Everything::numbers),
            shape::member("Count", &Everything::count),
            shape::member("Header", &Everything::header,
                          {.wire_name = "x-header", .location = shape::Location::header}),
        };
    }
};

Everything decode(std::string_view text) {
    auto value = wire::decode_json<Everything>(text);
    EXPECT_TRUE(value.has_value()) << value.error().describe() << " in " << text;
    return value.has_value() ? std::move(value.value()) : Everything{};
}

std::string refusal(std::string_view text) {
    const auto value = wire::decode_json<Everything>(text);
    return value.has_value() ? "accepted" : value.error().message;
}

TEST(JsonDecode, EveryKind) {
    const auto value = decode(R"( {"Text": "a\n\u00e9\ud83d\ude00", "Flag": true, "Small": -5,
        "Large": 9223372036854775807, "Real": 0.1, "Time": 1700000000.25,
        "Iso": "2026-03-01T12:00:05.250Z", "Http": "Sun, 01 Mar 2026 12:00:05 GMT",
        "Document": {"a" : [1, 2.50, "x\"y", null, {}], "b": {"c": [] , "d": true}},
        "Records": [{"Data": "aGk=", "PartitionKey": "k"}, {"Data": "", "PartitionKey": ""}],
        "tags": {"one": "1", "two": null}, "Numbers": {"n": [1, 2e2, 3.0]}, "Count": 0,
        "x-header": "not from the body", "Unknown": {"deep": [1, {"Text": "no"}]} } )");
    EXPECT_EQ(value.text, "a\n\xC3\xA9\xF0\x9F\x98\x80");
    EXPECT_TRUE(value.flag);
    EXPECT_EQ(value.small, -5);
    EXPECT_EQ(value.large, std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(value.real, 0.1);
    EXPECT_EQ(value.time.ms, 1700000000250);
    EXPECT_EQ(value.iso.ms, 1772366405250);
    ASSERT_TRUE(value.http.has_value());
    EXPECT_EQ(value.http->ms, 1772366405000);
    EXPECT_EQ(value.document.json, R"({"a":[1,2.50,"x\"y",null,{}],"b":{"c":[],"d":true}})");
    ASSERT_EQ(value.records.size(), 2U);
    EXPECT_EQ(value.records[0].data.bytes, "hi");
    EXPECT_EQ(value.tags, (std::map<std::string, std::string>{{"one", "1"}}));
    EXPECT_EQ(value.numbers.at("n"), (std::vector<std::int64_t>{1, 200, 3}));
    EXPECT_EQ(value.count, 0);
    EXPECT_EQ(value.header, "");
}

TEST(JsonDecode, NullAndAbsentKeepTheDefault) {
    const auto value = decode(R"({"Text": null, "Count": null, "Records": null})");
    EXPECT_EQ(value.text, "default");
    EXPECT_EQ(value.count, std::nullopt);
}

TEST(JsonDecode, ScalarDocuments) {
    EXPECT_EQ(decode(R"({"Document": null})").document.json, "null");
    EXPECT_EQ(decode(R"({"Document": "s"})").document.json, "\"s\"");
    EXPECT_EQ(decode(R"({"Document": 1e400})").document.json, "1e400");
    EXPECT_EQ(decode(R"({"Document": false})").document.json, "false");
}

TEST(JsonDecode, WrongTypesAnswerInAwsWords) {
    EXPECT_EQ(refusal(R"({"Text": 1})"), "NUMBER_VALUE can not be converted to a String");
    EXPECT_EQ(refusal(R"({"Text": true})"), "TRUE_VALUE can not be converted to a String");
    EXPECT_EQ(refusal(R"({"Large": "1"})"), "STRING_VALUE can not be converted to a Long");
    EXPECT_EQ(refusal(R"({"Small": 1.5})"), "NUMBER_VALUE can not be converted to an Integer");
    EXPECT_EQ(refusal(R"({"Small": 2147483648})"),
              "NUMBER_VALUE can not be converted to an Integer");
    EXPECT_EQ(refusal(R"({"Large": 9223372036854775808})"),
              "NUMBER_VALUE can not be converted to a Long");
    EXPECT_EQ(refusal(R"({"Large": 1e19})"), "NUMBER_VALUE can not be converted to a Long");
    EXPECT_EQ(refusal(R"({"Text": []})"), "Start of list found where not expected");
    EXPECT_EQ(refusal(R"({"Text": {}})"), "Start of structure or map found where not expected.");
    EXPECT_EQ(refusal(R"({"Records": {}})"), "Start of structure or map found where not expected.");
    EXPECT_EQ(refusal(R"({"Records": 1})"), "Expected list or null");
    EXPECT_EQ(refusal(R"({"tags": "x"})"), "Expected map or null");
    EXPECT_EQ(refusal(R"({"Records": ["x"]})"), "Expected null");
    EXPECT_EQ(refusal(R"({"Records": [{"Data": "abc"}]})"),
              "The value can not be converted to a Blob: Base64 encoded length is expected a "
              "multiple of 4 bytes but found: 3");
    EXPECT_EQ(refusal(R"({"Time": "now"})"), "STRING_VALUE can not be converted to a Timestamp");
    EXPECT_EQ(refusal(R"({"Time": 1e300})"), "NUMBER_VALUE can not be converted to a Timestamp");
    EXPECT_EQ(refusal(R"([])"), "Start of list found where not expected");
    EXPECT_NE(refusal("null"), "accepted");
    EXPECT_EQ(refusal(R"({"Text": "a", "Text": "b"})"), "Duplicate field 'Text'");
    EXPECT_NE(refusal(R"({"Records": [null]})"), "accepted");
}

TEST(JsonDecode, MalformedTextIsRefused) {
    for (const std::string_view text :
         {"", " ", "{", "{]", "{\"Text\":}", "{\"Text\" \"a\"}", "{\"Text\":\"a\",}", "{} x",
          "{}{}", "{'Text':1}", "{\"Text\":\"\xFF\"}", "{\"Text\":\"\\ud800\"}",
          "{\"Text\":\"a\nb\"}", "{\"Large\":01}", "{\"Large\":+1}", "{\"Large\":1.}",
          "{\"Real\":NaN}", "{/**/}", "\xEF\xBB\xBF{}"}) {
        EXPECT_NE(refusal(text).find("not JSON"), std::string::npos) << text << refusal(text);
    }
    EXPECT_FALSE(wire::check_json("[1,]").has_value());
    EXPECT_TRUE(wire::check_json(" [1, {\"a\": null}] ").has_value());
}

TEST(JsonDecode, DepthHasALimit) {
    const auto nested = [](std::size_t depth) {
        std::string text;
        for (std::size_t i = 0; i < depth; ++i)
            text += "[";
        for (std::size_t i = 0; i < depth; ++i)
            text += "]";
        return text;
    };
    EXPECT_TRUE(wire::check_json(nested(wire::json_depth_max)).has_value());
    EXPECT_FALSE(wire::check_json(nested(wire::json_depth_max + 1)).has_value());
}

TEST(JsonDecode, EntriesHaveALimit) {
    std::string text = R"({"Numbers": {"n": [1)";
    for (std::size_t i = 2; i < wire::json_entries_max; ++i)
        text += ",1";
    // With the map's own entry these are exactly as many as are allowed.
    EXPECT_EQ(decode(text + "]}}").numbers.at("n").size(), wire::json_entries_max - 1);
    EXPECT_EQ(refusal(text + ",1]}}"), "More than 250000 entries in lists and maps");
    // What is skipped costs nothing.
    EXPECT_EQ(refusal(R"({"Unknown")" + text.substr(10) + ",1,1]}}"), "accepted");
}

TEST(JsonDecode, Recursion) {
    const auto tree = wire::decode_json<Tree>(
        R"({"Name": "a", "Children": [{"Name": "b", "Children": [{"Name": "c"}]}, {"Name": "d"}],
            "Next": {"Name": "e"}})");
    ASSERT_TRUE(tree.has_value());
    EXPECT_EQ(tree.value().children.at(0).children.at(0).name, "c");
    EXPECT_EQ(tree.value().children.at(1).name, "d");
    EXPECT_EQ(tree.value().next->name, "e");
    EXPECT_EQ(wire::encode_json(tree.value()),
              R"({"Name":"a","Children":[{"Name":"b","Children":[{"Name":"c","Children":[]}]},)"
              R"({"Name":"d","Children":[]}],"Next":{"Name":"e","Children":[]}})");
}

TEST(JsonDecode, NotesMissingMembers) {
    Everything value;
    wire::MissingMembers missing;
    ASSERT_TRUE(wire::decode_json(R"({"Records": [{"Data": ""}, {"PartitionKey": null}]})",
                                  shape::type_of<Everything>(), &value, &missing)
                    .has_value());
    EXPECT_EQ(missing,
              (wire::MissingMembers{"records.1.member.partitionKey", "records.2.member.data",
                                    "records.2.member.partitionKey"}));
}

TEST(JsonDecode, MissingMembersAreCounted) {
    std::string text = R"({"Records": [{})";
    for (int i = 0; i < 100; ++i)
        text += ",{}";
    Everything value;
    wire::MissingMembers missing;
    ASSERT_TRUE(
        wire::decode_json(text + "]}", shape::type_of<Everything>(), &value, &missing).has_value());
    EXPECT_EQ(missing.size(), wire::missing_members_max);
}

TEST(JsonEncode, EveryKind) {
    Everything value;
    value.text = "q\"\\\n\x01 \xC3\xA9";
    value.real = 0.1;
    value.time.ms = 1700000000250;
    value.iso.ms = 1772366405000;
    value.http = base::Timestamp{1772366405000};
    value.document.json = R"({"a":1})";
    value.records.resize(1);
    value.records[0].data.bytes = "hi";
    value.tags["k"] = "v";
    value.header = "h";
    EXPECT_EQ(wire::encode_json(value),
              R"({"Text":"q\"\\\n\u0001 )"
              "\xC3\xA9"
              R"(","Flag":false,"Small":0,"Large":0,"Real":0.1,"Time":1700000000.25,)"
              R"("Iso":"2026-03-01T12:00:05Z","Http":"Sun, 01 Mar 2026 12:00:05 GMT",)"
              R"("Document":{"a":1},"Records":[{"Data":"aGk=","PartitionKey":""}],)"
              R"("tags":{"k":"v"},"Numbers":{}})");
}

TEST(JsonEncode, StringsAreAlwaysValid) {
    for (int length = 0; length < 40; ++length) {
        std::string text(static_cast<std::size_t>(length), 'a');
        for (int i = 0; i < length; ++i) {
            std::string with = text;
            with[static_cast<std::size_t>(i)] = static_cast<char>(0xFF);
            std::string out;
            wire::append_json_string(out, with);
            EXPECT_TRUE(wire::check_json(out).has_value()) << out;
            EXPECT_EQ(out.size(), with.size() + 2 + 2);
        }
    }
    std::string out;
    wire::append_json_string(out, std::string_view("\0\x7f\xED\xA0\x80", 5));
    EXPECT_EQ(out, "\"\\u0000\x7f\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(JsonEncode, NumbersReadBackTheSame) {
    for (const double value : {0.0, -0.0, 0.1, 1e300, 5e-324, 123456789.123456789, 1.0 / 3,
                               2.2250738585072011e-308, 9007199254740993.0}) {
        Everything in;
        in.real = value;
        EXPECT_EQ(decode(wire::encode_json(in)).real, value);
    }
    Everything in;
    in.real = -std::numeric_limits<double>::infinity();
    EXPECT_EQ(decode(wire::encode_json(in)).real, in.real);
    in.real = std::numeric_limits<double>::quiet_NaN();
    EXPECT_TRUE(std::isnan(decode(wire::encode_json(in)).real));
    in.large = std::numeric_limits<std::int64_t>::min();
    EXPECT_EQ(decode(wire::encode_json(in)).large, in.large);
}

TEST(JsonEncode, NegativeTimes) {
    Everything in;
    in.time.ms = -1500;
    EXPECT_NE(wire::encode_json(in).find("\"Time\":-1.5,"), std::string::npos);
    EXPECT_EQ(decode(wire::encode_json(in)).time.ms, -1500);
}

TEST(Utf8, RefusesWhatIsNot) {
    EXPECT_TRUE(wire::is_utf8("plain \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"));
    for (const std::string_view bad :
         {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC3", "\xE2\x82", "abcdefgh\xFF"}) {
        EXPECT_FALSE(wire::is_utf8(bad));
    }
    EXPECT_EQ(wire::utf8_length("a\xC3\xA9\xF0\x9F\x98\x80"), 3U);
    EXPECT_EQ(wire::utf8_length("\xFF\xFE"), 2U);
    EXPECT_EQ(wire::to_valid_utf8("a\xFFz"), "a\xEF\xBF\xBDz");
}

}  // namespace

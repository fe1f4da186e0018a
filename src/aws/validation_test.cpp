#include "aws/validation.h"

#include <gtest/gtest.h>

#include "aws/operation.h"

namespace {

struct Tag {
    std::string key;
    std::optional<std::string> value;
    static constexpr auto members() {
        return std::tuple{shape::member("Key", &Tag::key, {.required = true, .min = 1, .max = 5}),
                          shape::member("Value", &Tag::value, {.max = 3})};
    }
};

struct Input {
    std::string stream_name;
    std::optional<std::string> mode;
    std::optional<std::int64_t> shard_count;
    std::optional<double> ratio;
    std::optional<base::Blob> data;
    std::vector<Tag> tags;
    std::map<std::string, Tag> named;
    std::optional<std::vector<std::string>> metrics;
    std::optional<std::string> secret;
    std::string optional_text;
    static constexpr auto members() {
        return std::tuple{
            shape::member("StreamName", &Input::stream_name,
                          {.required = true, .min = 1, .max = 8, .pattern = "[a-zA-Z0-9_.-]+"}),
            shape::member("Mode", &Input::mode, {.values = "PROVISIONED, ON_DEMAND"}),
            shape::member("ShardCount", &Input::shard_count, {.min = 1, .max = 10}),
            shape::member("Ratio", &Input::ratio, {.min = 0, .max = 1}),
            shape::member("Data", &Input::data, {.max = 4}),
            shape::member("Tags", &Input::tags, {.max = 3}),
            shape::member("Named", &Input::named),
            shape::member("Metrics", &Input::metrics, {.min = 1, .values = "A, B"}),
            shape::member("Secret", &Input::secret, {.min = 8, .sensitive = true}),
            shape::member("OptionalText", &Input::optional_text, {.min = 1})};
    }
};

struct Choice {
    static constexpr bool is_union = true;
    std::optional<std::string> a;
    std::optional<std::string> b;
    static constexpr auto members() {
        return std::tuple{shape::member("A", &Choice::a), shape::member("B", &Choice::b)};
    }
};
struct WithChoice {
    std::optional<Choice> choice;
    static constexpr auto members() {
        return std::tuple{shape::member("Choice", &WithChoice::choice)};
    }
};

Input good() {
    Input input;
    input.stream_name = "s";
    return input;
}

template <class T>
std::string check(const T& input, const wire::MissingMembers& missing = {}) {
    const aws::Validator validator;
    return validator.check(shape::type_of<T>(), &input, missing).value_or("");
}

std::string one(std::string_view what) {
    std::string text = "1 validation error detected: ";
    text += what;
    return text;
}

TEST(Validation, GoodInputPasses) {
    Input input = good();
    input.mode = "ON_DEMAND";
    input.shard_count = 10;
    input.ratio = 1.0;
    input.data = base::Blob{"1234"};
    input.tags.resize(1);
    input.tags[0].key = "k";
    input.metrics = {"A", "B"};
    EXPECT_EQ(check(input), "");
}

TEST(Validation, Length) {
    Input input = good();
    input.stream_name = "123456789";
    EXPECT_EQ(check(input), one("Value '123456789' at 'streamName' failed to satisfy constraint: "
                                "Member must have length less than or equal to 8"));
    input.stream_name = "12345678";
    EXPECT_EQ(check(input), "");
    // Characters count, not bytes: 8 of two bytes each break only the pattern.
    input.stream_name.clear();
    for (int i = 0; i < 8; ++i)
        input.stream_name += "\xC3\xA9";
    EXPECT_NE(check(input).find("regular expression pattern: [a-zA-Z0-9_.-]+"), std::string::npos);
    EXPECT_EQ(check(input).find("length"), std::string::npos);
}

TEST(Validation, RequiredButMissingIsNull) {
    EXPECT_EQ(check(Input{}, {"streamName"}),
              one("Value null at 'streamName' failed to satisfy constraint: Member "
                  "must not be null"));
}

TEST(Validation, RequiredButEmptyIsTooShort) {
    EXPECT_EQ(check(Input{}),
              "2 validation errors detected: Value '' at 'streamName' failed to satisfy "
              "constraint: Member must have length greater than or equal to 1; Value '' at "
              "'streamName' failed to satisfy constraint: Member must satisfy regular expression "
              "pattern: [a-zA-Z0-9_.-]+");
}

TEST(Validation, NumbersAndEnums) {
    Input input = good();
    input.shard_count = 0;
    input.mode = "DEMAND";
    EXPECT_EQ(check(input),
              "2 validation errors detected: Value 'DEMAND' at 'mode' failed to satisfy "
              "constraint: Member must satisfy enum value set: [PROVISIONED, ON_DEMAND]; Value '0' "
              "at 'shardCount' failed to satisfy constraint: Member must have value greater than "
              "or equal to 1");
    input = good();
    input.mode = "";
    EXPECT_NE(check(input), "");
    input = good();
    input.ratio = std::numeric_limits<double>::quiet_NaN();
    EXPECT_NE(check(input), "");
}

TEST(Validation, BlobsListsAndElements) {
    Input input = good();
    input.data = base::Blob{"12345"};
    EXPECT_EQ(check(input), one("Value 'java.nio.HeapByteBuffer[pos=0 lim=5 cap=5]' at 'data' "
                                "failed to satisfy constraint: Member must have length less than "
                                "or equal to 4"));
    input = good();
    input.metrics = {"A", "C"};
    EXPECT_EQ(check(input), one("Value '[A, C]' at 'metrics' failed to satisfy constraint: Member "
                                "must satisfy constraint: [Member must satisfy enum value set: "
                                "[A, B]]"));
    input.metrics->clear();
    EXPECT_NE(check(input).find("length greater than or equal to 1"), std::string::npos);
}

TEST(Validation, NestedPaths) {
    Input input = good();
    input.tags.resize(2);
    input.tags[0].key = "k";
    input.tags[1].key = "toolong";
    EXPECT_NE(check(input).find("Value 'toolong' at 'tags.2.member.key' failed"),
              std::string::npos);
    input = good();
    input.named["N"].key = "k";
    input.named["N"].value = "four";
    EXPECT_NE(check(input).find("Value 'four' at 'named.N.member.value' failed"),
              std::string::npos);
}

TEST(Validation, SensitiveValuesAreNotShown) {
    Input input = good();
    input.secret = "hunter2";
    EXPECT_EQ(check(input), one("Value at 'secret' failed to satisfy constraint: Member must have "
                                "length greater than or equal to 8"));
}

TEST(Validation, ErrorsAndValuesAreLimited) {
    Input input = good();
    input.stream_name.assign(5000, 'x');
    input.stream_name += '!';
    EXPECT_LT(check(input).size(), 2 * aws::validation_value_length_max + 500);
    input = good();
    input.tags.resize(3);
    for (int i = 0; i < 30; ++i)
        input.named[std::to_string(i)].value = "four";
    EXPECT_TRUE(check(input).starts_with("10 validation errors detected: ")) << check(input);
}

TEST(Validation, UnionsHoldExactlyOne) {
    WithChoice input;
    EXPECT_EQ(check(input), "");
    input.choice.emplace();
    EXPECT_NE(check(input), "");
    input.choice->a = "x";
    EXPECT_EQ(check(input), "");
    input.choice->b = "y";
    EXPECT_NE(check(input), "");
}

TEST(Validation, BadPatternsAreReported) {
    const aws::Validator validator;
    EXPECT_EQ(validator.compiled("(unclosed"), nullptr);
    EXPECT_NE(validator.compiled("[a-z]+"), nullptr);
    EXPECT_EQ(validator.compiled("[a-z]+"), validator.compiled("[a-z]+"));
}

}  // namespace

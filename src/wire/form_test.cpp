#include "wire/form.h"

#include <gtest/gtest.h>

namespace {

struct Tag {
    std::string key;
    std::string value;
    static constexpr auto members() {
        return std::tuple{shape::member("Key", &Tag::key, {.required = true}),
                          shape::member("Value", &Tag::value)};
    }
};

struct Form {
    std::string name;
    std::optional<std::int64_t> count;
    bool flag = false;
    base::Timestamp time;
    std::vector<Tag> tags;
    std::vector<std::string> flat;
    std::map<std::string, std::string> attributes;
    std::map<std::string, std::string> flat_map;
    std::optional<Tag> one;
    static constexpr auto members() {
        return std::tuple{
            shape::member("Name", &Form::name, {.required = true}),
            shape::member("Count", &Form::count),
            shape::member("Flag", &Form::flag),
            shape::member("Time", &Form::time),
            shape::member("Tags", &Form::tags),
            shape::member("Flat", &Form::flat, {.flattened = true}),
            shape::member("Attributes", &Form::attributes),
            shape::member("FlatMap", &Form::flat_map, {.flattened = true}),
            shape::member("One", &Form::one),
        };
    }
};

base::Result<Form> decode(const std::vector<wire::QueryParameter>& parameters,
                          wire::MissingMembers* missing = nullptr) {
    Form form;
    TRY_VOID(wire::decode_form(parameters, shape::type_of<Form>(), &form, missing));
    return form;
}

TEST(Form, EveryKind) {
    const auto got = decode({{"Name", "n"},
                             {"Count", "-7"},
                             {"Flag", "true"},
                             {"Time", "2026-03-01T12:00:05Z"},
                             {"Tags.member.10.Key", "ten"},
                             {"Tags.member.2.Key", "two"},
                             {"Tags.member.2.Value", "2"},
                             {"Flat.1", "a"},
                             {"Flat.2", "b"},
                             {"Attributes.entry.1.key", "k"},
                             {"Attributes.entry.1.value", "v"},
                             {"FlatMap.1.key", "fk"},
                             {"FlatMap.1.value", "fv"},
                             {"One.Key", "one"},
                             {"Unknown.member.1", "x"},
                             {"Action", "Do"}});
    ASSERT_TRUE(got.has_value()) << got.error().describe();
    const Form& form = got.value();
    EXPECT_EQ(form.name, "n");
    EXPECT_EQ(form.count, -7);
    EXPECT_TRUE(form.flag);
    EXPECT_EQ(form.time.ms, 1772366405000);
    ASSERT_EQ(form.tags.size(), 2U);
    EXPECT_EQ(form.tags[0].key, "two");
    EXPECT_EQ(form.tags[1].key, "ten");
    EXPECT_EQ(form.flat, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(form.attributes.at("k"), "v");
    EXPECT_EQ(form.flat_map.at("fk"), "fv");
    EXPECT_EQ(form.one->key, "one");
}

TEST(Form, EmptyListAndMissingMembers) {
    wire::MissingMembers missing;
    const auto got = decode({{"Tags", ""}, {"One.Value", "v"}}, &missing);
    ASSERT_TRUE(got.has_value());
    EXPECT_TRUE(got.value().tags.empty());
    EXPECT_EQ(missing, (wire::MissingMembers{"name", "one.key"}));
}

TEST(Form, Refusals) {
    EXPECT_FALSE(decode({{"Count", "x"}}).has_value());
    EXPECT_FALSE(decode({{"Count", ""}}).has_value());
    EXPECT_FALSE(decode({{"Count", "9223372036854775808"}}).has_value());
    EXPECT_FALSE(decode({{"Flag", "TRUE"}}).has_value());
    EXPECT_FALSE(decode({{"Name.x", "1"}}).has_value());
    EXPECT_FALSE(decode({{"Attributes.entry.1.key", "k"}}).has_value());
    EXPECT_TRUE(decode({{"....", "1"}}).has_value());
    std::string deep = "a";
    for (std::size_t i = 1; i < wire::form_depth_max; ++i)
        deep += ".a";
    EXPECT_TRUE(decode({{deep, "1"}}).has_value());
    EXPECT_FALSE(decode({{deep + ".a", "1"}}).has_value());
}

}  // namespace

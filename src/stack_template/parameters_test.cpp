// Parameters bound: where each value comes from, and what is wrong with it.
#include <gtest/gtest.h>

#include "stack_template/testing.h"

namespace stack_template {
namespace {

using Previous = std::map<std::string, std::string, std::less<>>;

Template with_parameters(std::string_view parameters) {
    auto parsed =
        parse("Parameters:\n" + std::string(parameters) + "\nResources: {A: {Type: T}}\n");
    EXPECT_TRUE(parsed) << parsed.error().message;
    return parsed ? std::move(parsed.value()) : Template();
}

std::string bound(std::string_view parameters, std::vector<ParameterInput> given,
                  const Previous* previous = nullptr) {
    testing::MapParameterSource source;
    source.ssm = {{"/a", "one"}, {"/list", "x, y"}};
    auto values = bind_parameters(with_parameters(parameters), given, previous, source);
    if (!values) return values.error().message;
    std::string text;
    for (const auto& [name, value] : values.value()) {
        if (!text.empty()) text += ' ';
        text += name + "=" + value.value;
        if (value.resolved != value.value) text += ">" + value.resolved;
    }
    return text;
}

TEST(Parameters, GivenThenPreviousThenDefault) {
    const std::string_view two = "  P: {Type: String, Default: d}\n  Q: {Type: String}";
    const Previous previous{{"P", "old"}, {"Q", "older"}};
    EXPECT_EQ(bound(two, {{"Q", "q"}}), "P=d Q=q");
    EXPECT_EQ(bound(two, {{"P", "p"}, {"Q", "q"}}), "P=p Q=q");
    EXPECT_EQ(bound(two, {{"P", ""}, {"Q", ""}}), "P= Q=");
    EXPECT_EQ(bound(two, {}), "Parameters: [Q] must have values");
    EXPECT_EQ(bound("  P: {Type: String}\n  Q: {Type: String}", {}),
              "Parameters: [P, Q] must have values");
    // An update that does not say so does not take the previous value.
    EXPECT_EQ(bound(two, {{"Q", "q"}}, &previous), "P=d Q=q");
    EXPECT_EQ(bound(two, {}, &previous), "Parameters: [Q] must have values");
    EXPECT_EQ(bound(two, {{"P", {}, true}, {"Q", {}, true}}, &previous), "P=old Q=older");
    EXPECT_EQ(bound(two, {{"Q", {}, true}}),
              "Invalid input for parameter key Q. Cannot specify usePreviousValue as true for a "
              "parameter key not in the previous template");
    EXPECT_EQ(bound(two, {{"Q", "q", true}}, &previous),
              "Invalid input for parameter key Q. Cannot specify usePreviousValue as true and non "
              "empty value for a parameter");
    EXPECT_EQ(bound(two, {{"R", "r"}, {"Q", "q"}, {"S", "s"}}),
              "Parameters: [R, S] do not exist in the template");
    EXPECT_EQ(bound(two, {{"Q", "1"}, {"Q", "2"}}), "Parameters: [Q] are given more than once");
}

TEST(Parameters, Constraints) {
    const struct {
        std::string_view declaration, value, expected;
    } cases[] = {
        {"Type: String, AllowedValues: [a, 1, true, 010]", "010", "P=010"},
        {"Type: String, AllowedValues: [a, 1, true]", "true", "P=true"},
        {"Type: String, AllowedValues: [a, b]", "c", "Parameter 'P' must be one of AllowedValues"},
        {"Type: String, AllowedPattern: '[a-z]+'", "abc", "P=abc"},
        {"Type: String, AllowedPattern: '[a-z]+'", "abc1",
         "Parameter 'P' must match pattern [a-z]+"},
        {"Type: String, AllowedPattern: '[a-z]+', ConstraintDescription: letters only", "1",
         "Parameter P failed to satisfy constraint: letters only"},
        {"Type: String, MinLength: 2", "a", "Parameter 'P' must contain at least 2 characters"},
        {"Type: String, MinLength: 2", "\xC3\xA9\xC3\xA9", "P=\xC3\xA9\xC3\xA9"},
        {"Type: String, MaxLength: 2", "abc", "Parameter 'P' must contain at most 2 characters"},
        {"Type: Number", "1.5", "P=1.5"},
        {"Type: Number", "-1e3", "P=-1e3"},
        {"Type: Number", "0012", "P=0012"},
        {"Type: Number", "", "Parameter 'P' must be a number"},
        {"Type: Number", "1x", "Parameter 'P' must be a number"},
        {"Type: Number", "nan", "Parameter 'P' must be a number"},
        {"Type: Number, MinValue: 2", "1.9", "Parameter 'P' must be a number not less than 2"},
        {"Type: Number, MinValue: 2", "2", "P=2"},
        {"Type: Number, MaxValue: 2.5", "2.6",
         "Parameter 'P' must be a number not greater than 2.5"},
        {"Type: List<Number>", "1, 2,3", "P=1, 2,3"},
        {"Type: List<Number>", "1,a", "Parameter 'P' must be a number"},
        {"Type: CommaDelimitedList, AllowedValues: [a, b]", "a, b", "P=a, b"},
        {"Type: CommaDelimitedList, AllowedValues: [a, b]", "a,c",
         "Parameter 'P' must be one of AllowedValues"},
        {"Type: AWS::SSM::Parameter::Value<String>", "/a", "P=/a>one"},
        {"Type: AWS::SSM::Parameter::Value<String>", "/gone",
         "Unable to fetch parameters [/gone] from parameter store for this account."},
        {"Type: AWS::SSM::Parameter::Name", "/gone", "P=/gone"},
        {"Type: AWS::EC2::VPC::Id", "vpc-1", "P=vpc-1"},
    };
    for (const auto& one : cases) {
        EXPECT_EQ(
            bound("  P: {" + std::string(one.declaration) + "}", {{"P", std::string(one.value)}}),
            one.expected)
            << one.declaration;
    }
}

TEST(Parameters, ValuesAreBoundedAtTheirEdge) {
    const std::string longest(parameter_value_bytes_max, 'x');
    EXPECT_EQ(bound("  P: {Type: String}", {{"P", longest}}), "P=" + longest);
    EXPECT_EQ(bound("  P: {Type: String}", {{"P", longest + "x"}}),
              "Template error: the value of parameter P is longer than 4096 bytes");
}

// Patterns come from users: RE2 takes them in linear time.
TEST(Parameters, AHostilePatternIsLinear) {
    EXPECT_EQ(bound("  P: {Type: String, AllowedPattern: '(a+)+$'}",
                    {{"P", std::string(4'000, 'a') + "b"}}),
              "Parameter 'P' must match pattern (a+)+$");
}

TEST(Parameters, NoEchoIsNotShown) {
    testing::MapParameterSource source;
    const Template parsed = with_parameters("  P: {Type: String, NoEcho: true, Default: s}");
    const auto values = bind_parameters(parsed, {}, nullptr, source).value();
    EXPECT_EQ(values.at("P").shown(), "****");
    EXPECT_EQ(values.at("P").value, "s");
}

TEST(Parameters, TheSourcesOtherErrorsComeThrough) {
    class Closed : public ParameterSource {
        base::Result<std::string> ssm_parameter(const std::string&) override {
            return base::Error{base::ErrorKind::unavailable, "closed", {}};
        }
    };
    Closed closed;
    const Template parsed =
        with_parameters("  P: {Type: AWS::SSM::Parameter::Value<String>, Default: /a}");
    auto values = bind_parameters(parsed, {}, nullptr, closed);
    ASSERT_FALSE(values);
    EXPECT_EQ(values.error().kind, base::ErrorKind::unavailable);
}

}  // namespace
}  // namespace stack_template

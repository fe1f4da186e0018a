// Each function of values: what it gives, what it makes of the unknown, and its errors.
#include <gtest/gtest.h>

#include "stack_template/testing.h"

namespace stack_template {
namespace {

constexpr std::string_view sections = R"(
Transform: AWS::LanguageExtensions
Parameters:
  Text: {Type: String, Default: hello}
  Empty: {Type: String, Default: ""}
  Number: {Type: Number, Default: 1.50}
  List: {Type: CommaDelimitedList, Default: "a, b,c"}
  NoList: {Type: CommaDelimitedList, Default: ""}
  Version: {Type: AWS::SSM::Parameter::Value<String>, Default: /version}
  Zones: {Type: AWS::SSM::Parameter::Value<List<String>>, Default: /zones}
  Subnets: {Type: List<AWS::EC2::Subnet::Id>, Default: "s-1,s-2"}
Mappings:
  Regions: {us-west-2: {Name: oregon, Zones: [a, b], Count: 3}, eu-1: {Name: x}}
Conditions: {Holds: !Equals [a, a], Never: !Not [!Condition Holds]}
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Absent: {Type: AWS::S3::Bucket, Condition: Never})";

struct Case {
    std::string expression;
    std::string expected;
};

class Functions : public ::testing::Test {
  protected:
    Functions() {
        resolver.refs = {{"Bucket", "shop-bucket"}};
        resolver.attributes = {{"Bucket.Arn", "arn:aws:s3:::shop-bucket"},
                               {"Bucket.Names", json::array{"x", "y"}},
                               {"Bucket.Deep.Name", "deep"},
                               {"Bucket.Port", 5432}};
        resolver.exports = {{"Other:Arn", "arn:other"}, {"Other:Shop", "arn:shop"}};
        resolver.ssm = {{"/a/b", "secret?"}, {"/a/b:3", "third"}, {"loop", "{{resolve:ssm:/a/b}}"}};
    }
    void expect(std::span<const Case> cases) {
        for (const Case& one : cases) {
            EXPECT_EQ(testing::evaluated(one.expression, sections, resolver), one.expected)
                << one.expression;
        }
    }
    testing::MapResolver resolver;
};

TEST_F(Functions, Ref) {
    const Case cases[] = {
        {"!Ref Text", R"("hello")"},
        {"!Ref Number", R"("1.50")"},
        {"!Ref List", R"(["a","b","c"])"},
        {"!Ref NoList", "[]"},
        {"!Ref Version", R"("33")"},
        {"!Ref Zones", R"(["a","b"])"},
        {"!Ref Subnets", R"(["s-1","s-2"])"},
        {"!Ref Bucket", R"("shop-bucket")"},
        {"!Ref AWS::AccountId", R"("000000000000")"},
        {"!Ref AWS::Region", R"("us-west-2")"},
        {"!Ref AWS::Partition", R"("aws")"},
        {"!Ref AWS::StackName", R"("Shop")"},
        {"!Ref AWS::StackId", R"("arn:aws:cloudformation:us-west-2:000000000000:stack/Shop/1")"},
        {"!Ref AWS::URLSuffix", R"("amazonaws.com")"},
        {"!Ref AWS::NotificationARNs", R"(["arn:one","arn:two"])"},
        {"!Ref AWS::NoValue", "(none)"},
        {"[a, !Ref AWS::NoValue, {x: !Ref AWS::NoValue, y: 1}]", R"(["a",{"y":1}])"},
        {"!Ref Absent",
         "error: Template format error: Unresolved resource dependencies [Absent] in the Resources "
         "block of the template"},
    };
    expect(cases);
}

TEST_F(Functions, GetAtt) {
    const Case cases[] = {
        {"!GetAtt Bucket.Arn", R"("arn:aws:s3:::shop-bucket")"},
        {"!GetAtt [Bucket, Deep.Name]", R"("deep")"},
        {"!GetAtt Bucket.Deep.Name", R"("deep")"},
        {"!GetAtt Bucket.Names", R"(["x","y"])"},
        {"!GetAtt Bucket.Port", "5432"},
        {"!GetAtt [Bucket, !Ref Text]", R"("{{changeSet:KNOWN_AFTER_APPLY}}")"},
        {"!GetAtt Absent.Arn",
         "error: Template format error: Unresolved resource dependencies [Absent] in the Resources "
         "block of the template"},
    };
    expect(cases);
    EXPECT_EQ(resolver.asked.back(), "attribute Bucket.hello");
}

TEST_F(Functions, Sub) {
    const Case cases[] = {
        {"!Sub plain", R"("plain")"},
        {"!Sub '${Text}-${AWS::Region}-${Bucket}-${Bucket.Arn}'",
         R"("hello-us-west-2-shop-bucket-arn:aws:s3:::shop-bucket")"},
        {"!Sub '${Bucket.Deep.Name} ${Bucket.Port} ${Number}'", R"("deep 5432 1.50")"},
        {"!Sub '${!Text} ${!Literal} $${Text} $ {a} $'", R"("${Text} ${Literal} $hello $ {a} $")"},
        {"!Sub 'open ${Text'", R"("open ${Text")"},
        {"!Sub ['${A}${A}-${Text}', {A: !Ref Bucket}]", R"("shop-bucketshop-bucket-hello")"},
        {"!Sub ['${Text}', {Text: other}]", R"("other")"},
        {"!Sub ['${A}', {A: !Join ['', [!Ref Text, 1, true]]}]", R"("hello1true")"},
        {"!Sub ['${A.b}', {A.b: c}]", R"("c")"},
        {"!Sub ['x', {Unused: y}]", R"("x")"},
        {"!Sub '${List}'",
         "error: Template error: ${List} in Fn::Sub does not resolve to a string"},
        {"!Sub '${AWS::NoValue}'",
         "error: Template error: ${AWS::NoValue} in Fn::Sub does not resolve to a string"},
        {"!Sub '${Bucket.Later} known'", R"("{{changeSet:KNOWN_AFTER_APPLY}}")"},
        {"!Sub ['${A}', {A: !GetAtt Bucket.Later}]", R"("{{changeSet:KNOWN_AFTER_APPLY}}")"},
    };
    expect(cases);
}

// Firehose's prefixes and Glue's projection templates are no business of ours.
TEST_F(Functions, NothingIsSubstitutedOutsideOfSub) {
    const Case cases[] = {
        {"'a/!{timestamp:yyyy}/${year}/${Text}'", R"("a/!{timestamp:yyyy}/${year}/${Text}")"},
        {"!Join ['', ['s3://', !Ref Bucket, '/${year}']]", R"("s3://shop-bucket/${year}")"},
        {"{Ref: Text, Other: 1}", R"({"Ref":"Text","Other":1})"},
        {"{Condition: Holds}", R"({"Condition":"Holds"})"},
    };
    expect(cases);
}

TEST_F(Functions, JoinSplitSelectLength) {
    const Case cases[] = {
        {"!Join ['-', [a, !Ref Text, 5, true]]", R"("a-hello-5-true")"},
        {"!Join ['', []]", R"("")"},
        {"!Join [',', !Ref List]", R"("a,b,c")"},
        {"!Join [',', !Ref NoList]", R"("")"},
        {"!Join ['-', [a, !Ref AWS::NoValue, b]]", R"("a-b")"},
        {"!Join ['-', [a, !Ref List]]",
         "error: Template error: every Fn::Join object requires two "
         "parameters, (1) a string delimiter and (2) a list of strings to be joined or a function "
         "that returns a list of strings (such as Fn::GetAZs) to be joined."},
        {"!Join ['-', [a, !GetAtt Bucket.Later]]", R"("{{changeSet:KNOWN_AFTER_APPLY}}")"},
        {"!Join ['-', !GetAtt Bucket.Later]", R"("{{changeSet:KNOWN_AFTER_APPLY}}")"},
        {"!Split [',', 'a,b,,c']", R"(["a","b","","c"])"},
        {"!Split ['--', 'a']", R"(["a"])"},
        {"!Split ['', 'a']",
         "error: Template error: every Fn::Split object requires two "
         "parameters, (1) a string delimiter and (2) a string to be split or a function that "
         "returns a string to be split."},
        {"!Select [1, [a, b]]", R"("b")"},
        {"!Select ['2', !Ref List]", R"("c")"},
        {"!Select [!Ref Number, [a, b]]",
         "error: Template error: Fn::Select cannot select nonexistent value at index 1.50"},
        {"!Select [2, [a, b]]",
         "error: Template error: Fn::Select cannot select nonexistent value at index 2"},
        {"!Select [-1, [a]]",
         "error: Template error: Fn::Select cannot select nonexistent value at index -1"},
        {"!Select [1, !Split ['/', !Ref AWS::StackId]]", R"("Shop")"},
        {"!Select [0, [{a: !Ref Text}]]", R"({"a":"hello"})"},
        {"!Select [0, !Split ['/', !GetAtt Bucket.Later]]", R"("{{changeSet:KNOWN_AFTER_APPLY}}")"},
        {"!Length [a, !Ref Text]", "2"},
        {"!Length {Ref: List}", "3"},
        {"!Length {Ref: Text}",
         "error: Template error: every Fn::Length object requires a list or "
         "a function that returns a list"},
    };
    expect(cases);
}

TEST_F(Functions, IfFindInMapImportBase64ToJson) {
    const Case cases[] = {
        {"!If [Holds, a, b]", R"("a")"},
        {"!If [Never, a, {x: !Ref Text}]", R"({"x":"hello"})"},
        {"[!If [Never, a, !Ref AWS::NoValue], !If [Holds, b, c]]", R"(["b"])"},
        {"!If [Never, a, !Ref AWS::NoValue]", "(none)"},
        {"!If [Never, !Ref Absent, fine]", R"("fine")"},
        {"!FindInMap [Regions, !Ref AWS::Region, Name]", R"("oregon")"},
        {"!FindInMap [Regions, us-west-2, Zones]", R"(["a","b"])"},
        {"!FindInMap [Regions, us-west-2, Count]", "3"},
        {"!FindInMap [Regions, mars, Name]",
         "error: Template error: Unable to get mapping for Regions::mars::Name"},
        {"!FindInMap [Regions, eu-1, Zones]",
         "error: Template error: Unable to get mapping for Regions::eu-1::Zones"},
        {"!FindInMap [Regions, mars, Name, {DefaultValue: !Ref Text}]", R"("hello")"},
        {"!FindInMap [!Sub Regions, !Select [0, [us-west-2]], Name]", R"("oregon")"},
        {"!ImportValue Other:Arn", R"("arn:other")"},
        {"Fn::ImportValue: !Sub 'Other:${AWS::StackName}'", R"("arn:shop")"},
        {"!ImportValue Gone", "error: No export named Gone found"},
        {"Fn::ImportValue: !GetAtt Bucket.Later",
         "error: Template error: the attribute in Fn::ImportValue must not depend on any "
         "resources, imported values, or Fn::GetAZs"},
        {"!Base64 hi", R"("aGk=")"},
        {"Fn::Base64: !Sub '${Text}'", R"("aGVsbG8=")"},
        {"!ToJsonString {a: !Ref Text, b: [1, true, 1.5], c: !Ref AWS::NoValue}",
         R"("{\"a\":\"hello\",\"b\":[1,true,1.5]}")"},
        {"!ToJsonString [!GetAtt Bucket.Later]", R"("{{changeSet:KNOWN_AFTER_APPLY}}")"},
        {"!ToJsonString {Ref: Text}",
         "error: Template error: every Fn::ToJsonString object requires a map or a list"},
    };
    for (const Case& one : cases) {
        const bool is_map = one.expression.starts_with("Fn::");
        const std::string expression = is_map ? "{" + one.expression + "}" : one.expression;
        EXPECT_EQ(testing::evaluated(expression, sections, resolver), one.expected) << expression;
    }
}

TEST_F(Functions, DynamicReferences) {
    const Case cases[] = {
        {"'{{resolve:ssm:/a/b}}'", R"("secret?")"},
        {"'x-{{resolve:ssm:/a/b:3}}-{{resolve:ssm:/a/b}}-y'", R"("x-third-secret?-y")"},
        {"[{k: !Sub ['{{resolve:ssm:/a/${X}}}', {X: b}]}]", R"([{"k":"secret?"}])"},
        {"!Join ['', ['{{resolve:ssm:', /a/b, '}}']]", R"("secret?")"},
        // What was resolved is not resolved again.
        {"'{{resolve:ssm:loop}}'", R"("{{resolve:ssm:/a/b}}")"},
        {"'{{resolve:ssm:/a/b'", R"("{{resolve:ssm:/a/b")"},
        {"'{{other:ssm:/a/b}}'", R"("{{other:ssm:/a/b}}")"},
        {"'{{resolve:ssm:/gone}}'", "error: no parameter /gone"},
        {"'{{resolve:ssm:}}'",
         "error: Incorrect format is used in the following SSM reference: "
         "[{{resolve:ssm:}}]"},
        {"'{{resolve:ssm:/a/b:x}}'",
         "error: Incorrect format is used in the following SSM "
         "reference: [{{resolve:ssm:/a/b:x}}]"},
        {"'{{resolve:ssm-secure:/a/b}}'",
         "error: Template error: the dynamic reference {{resolve:ssm-secure:/a/b}} is not "
         "supported; only {{resolve:ssm:name:version}} is"},
        {"'{{resolve:secretsmanager:x:SecretString}}'",
         "error: Template error: the dynamic reference {{resolve:secretsmanager:x:SecretString}} "
         "is not supported; only {{resolve:ssm:name:version}} is"},
    };
    expect(cases);
}

TEST_F(Functions, WithoutTheTransformItsFunctionsAreRefused) {
    EXPECT_EQ(testing::evaluated("!Length [a]", "", resolver),
              "error: Template error: Fn::Length needs the transform AWS::LanguageExtensions");
    EXPECT_EQ(testing::evaluated("!Join ['', [a]]", "", resolver), R"("a")");
}

// A small template must not make much: joins of long delimiters, repeated parameters, nested JSON.
TEST_F(Functions, WhatOneResourceMakesIsBounded) {
    const std::string long_text(4'000, 'x');
    const std::string big = "Parameters: {P: {Type: String, Default: " + long_text + "}}\n";
    std::string repeated = "!Sub '";
    // Each counts twice: as a value and in the text.
    for (std::size_t i = 0; i < evaluated_bytes_max / 2 / long_text.size() - 50; ++i)
        repeated += "${P}";
    EXPECT_TRUE(testing::evaluated(repeated + "'", big, resolver).starts_with("\"x"));
    for (int i = 0; i < 100; ++i)
        repeated += "${P}";
    EXPECT_TRUE(testing::evaluated(repeated + "'", big, resolver)
                    .starts_with("error: Template error: the functions of one resource make more"));

    std::string joined = "!Join ['" + std::string(10'000, '-') + "', [a";
    for (int i = 0; i < 1'000; ++i)
        joined += ",a";
    EXPECT_TRUE(testing::evaluated(joined + "]]", "", resolver)
                    .starts_with("error: Template error: the functions of one resource make more"));

    std::string quoted = "{a: '\"\"\"\"\"\"\"\"'}";
    for (int i = 0; i < 25; ++i)
        quoted = "{a: {Fn::ToJsonString: " + quoted + "}}";
    EXPECT_TRUE(testing::evaluated(quoted, "Transform: AWS::LanguageExtensions", resolver)
                    .starts_with("error: Template error: the functions of one resource make more"));

    const auto split = [&](std::size_t parts) {
        return testing::evaluated("!Split [',', '" + std::string(parts - 1, ',') + "']", "",
                                  resolver);
    };
    EXPECT_TRUE(split(split_parts_max).starts_with("[\"\""));
    EXPECT_TRUE(split(split_parts_max + 1).starts_with("error: Template error: Fn::Split makes"));
}

TEST_F(Functions, TheResolversErrorsComeThrough) {
    class Failing : public testing::MapResolver {
        Answer ref(const std::string&) override {
            return base::Error{base::ErrorKind::unavailable, "later", "there"};
        }
    };
    Failing failing;
    EXPECT_EQ(testing::evaluated("!Sub '${Bucket}'", "", failing), "error: later");
}

}  // namespace
}  // namespace stack_template

// Text to trees: both languages, scalars as written, and hostile texts.
#include <gtest/gtest.h>

#include "stack_template/stack_template.h"

namespace stack_template {
namespace {

std::string tree(std::string_view text) {
    auto parsed = parse_tree(text);
    return parsed ? serialize(parsed.value()) : "error: " + parsed.error().message;
}

struct Case {
    std::string text;
    std::string expected;
};

TEST(Tree, ScalarsAreTheTextThatTheUserWrote) {
    const Case cases[] = {
        // YAML plain scalars
        {"a: 2010-09-09", R"({"a":"2010-09-09"})"},
        {"a: 012345678901", R"({"a":"012345678901"})"},
        {"a: 123456789012", R"({"a":123456789012})"},
        {"a: 0x1F", R"({"a":"0x1F"})"},
        {"a: 0o17", R"({"a":"0o17"})"},
        {"a: 1_000", R"({"a":"1_000"})"},
        {"a: 12:30:45", R"({"a":"12:30:45"})"},
        {"a: 1.10", R"({"a":"1.10"})"},
        {"a: 1.5", R"({"a":1.5})"},
        {"a: 1e3", R"({"a":"1e3"})"},
        {"a: -5", R"({"a":-5})"},
        {"a: -0", R"({"a":"-0"})"},
        {"a: +5", R"({"a":"+5"})"},
        {"a: .5", R"({"a":".5"})"},
        {"a: .inf", R"({"a":".inf"})"},
        {"a: nan", R"({"a":"nan"})"},
        {"a: 99999999999999999999", R"({"a":"99999999999999999999"})"},
        {"a: true", R"({"a":true})"},
        {"a: True", R"({"a":true})"},
        {"a: yes", R"({"a":true})"},
        {"a: YES", R"({"a":true})"},
        {"a: 'YES'", R"({"a":"YES"})"},
        {"a: y", R"({"a":"y"})"},
        {"Yes: a", R"({"Yes":"a"})"},
        {"a: off", R"({"a":false})"},
        {"a: \"5\"", R"({"a":"5"})"},
        {"a: 'true'", R"({"a":"true"})"},
        {"a: ! 5", R"({"a":"5"})"},
        {"a: !!str 5", R"({"a":"5"})"},
        {"a: !!int 5", R"({"a":5})"},
        {"a: null", R"({"a":null})"},
        {"a: ~", R"({"a":null})"},
        {"a:", R"({"a":null})"},
        {"a: \"\"", R"({"a":""})"},
        {"\"Null\": {x: \"null\"}", R"({"Null":{"x":"null"}})"},
        {"5: a", R"({"5":"a"})"},
        {"a: |\n  one\n  two\n", R"({"a":"one\ntwo\n"})"},
        {"a: >-\n  one\n  two\n", R"({"a":"one two"})"},
        {"b: 1\na: 2", R"({"b":1,"a":2})"},
        // JSON
        {R"({"a": 1.0, "b": 1.5, "c": 100, "d": 1e2})", R"({"a":"1.0","b":1.5,"c":100,"d":"1e2"})"},
        {R"({"a": 18446744073709551615, "b": -9223372036854775808})",
         R"({"a":"18446744073709551615","b":-9223372036854775808})"},
        {R"({"a": "\u00e9\n", "": []})", "{\"a\":\"\xC3\xA9\\n\",\"\":[]}"},
        {"\xEF\xBB\xBF{\"a\": null}", R"({"a":null})"},
        {" \n {\"a\": [1, [true, {}]]} \n", R"({"a":[1,[true,{}]]})"},
    };
    for (const Case& one : cases)
        EXPECT_EQ(tree(one.text), one.expected) << one.text;
}

TEST(Tree, ShortFormsAreLongForms) {
    const Case cases[] = {
        {"!Ref A", R"({"Ref":"A"})"},
        {"!GetAtt a.b.c", R"({"Fn::GetAtt":["a","b.c"]})"},
        {"!GetAtt [a, b]", R"({"Fn::GetAtt":["a","b"]})"},
        {"!GetAtt a", R"({"Fn::GetAtt":"a"})"},
        {"x: {Fn::GetAtt: a.b}", R"({"x":{"Fn::GetAtt":["a","b"]}})"},
        {R"({"Fn::GetAtt": "a.b"})", R"({"Fn::GetAtt":["a","b"]})"},
        {"!Sub 'x-${A}'", R"({"Fn::Sub":"x-${A}"})"},
        {"!Join ['', [a, !Ref B]]", R"({"Fn::Join":["",["a",{"Ref":"B"}]]})"},
        {"!If [C, !Sub a, !Ref AWS::NoValue]",
         R"({"Fn::If":["C",{"Fn::Sub":"a"},{"Ref":"AWS::NoValue"}]})"},
        {"!Select [0, !Split [',', 'a,b']]", R"({"Fn::Select":[0,{"Fn::Split":[",","a,b"]}]})"},
        {"!And [!Condition A, !Not [!Equals [1, 2]]]",
         R"({"Fn::And":[{"Condition":"A"},{"Fn::Not":[{"Fn::Equals":[1,2]}]}]})"},
        {"!FindInMap [M, !Ref AWS::Region, x]",
         R"({"Fn::FindInMap":["M",{"Ref":"AWS::Region"},"x"]})"},
        {"Fn::Base64:\n  !Sub |\n    #!/bin/sh\n    echo ${A}\n",
         R"({"Fn::Base64":{"Fn::Sub":"#!/bin/sh\necho ${A}\n"}})"},
        {"!ToJsonString {a: !Ref B}", R"({"Fn::ToJsonString":{"a":{"Ref":"B"}}})"},
    };
    for (const Case& one : cases)
        EXPECT_EQ(tree(one.text), one.expected) << one.text;
}

TEST(Tree, TextsThatAreNotWellFormed) {
    const Case cases[] = {
        {"{\"a\": 1,\n \"b\" 2}",
         "error: Template format error: JSON not well-formed. (line 2, column 6)"},
        {"{\"a\": 1", "error: Template format error: JSON not well-formed. (line 1, column 8)"},
        {"{} x", "error: Template format error: JSON not well-formed. (line 1, column 4)"},
        {"{\"a\": 01}", "error: Template format error: JSON not well-formed. (line 1, column 8)"},
        {"{'a': 1}", "error: Template format error: JSON not well-formed. (line 1, column 2)"},
        {"{\"a\": \"\xff\"}",
         "error: Template format error: JSON not well-formed. (line 1, column 8)"},
        {"a: \xc3\x28", "error: Template format error: YAML not well-formed. (line 1, column 4)"},
        {"a: b: c", "error: Template format error: YAML not well-formed. (line 1, column 5)"},
        {"a: [1, 2", "error: Template format error: YAML not well-formed. (line 1, column 9)"},
        {"a: 'x", "error: Template format error: YAML not well-formed. (line 1, column 6)"},
        {"a: 1\n  b: 2", "error: Template format error: YAML not well-formed. (line 2, column 4)"},
        {"a: !Base64 !Sub x",
         "error: Template format error: YAML not well-formed. (line 1, column 12)"},
        {"a: 1\na: 2", "error: Template format error: Duplicate key 'a'. (line 2, column 1)"},
        {"Null: 1",
         "error: Template format error: 'null' values are not allowed in templates. Quote the key "
         "\"Null\". (line 1)"},
        {"a: &x 1\nb: *x",
         "error: Template error: YAML aliases are not allowed in CloudFormation templates"},
        {"a: {<<: {b: 1}}",
         "error: Template error: YAML merge keys (<<) are not supported in CloudFormation "
         "templates"},
        {"a: !!binary aGk=",
         "error: Template error: YAML tags !!binary are not supported in CloudFormation templates"},
        {"[a]: 1", "error: Template format error: a map or list as a key. (line 1, column 1)"},
        {"a: 1\n---\nb: 2\n", "error: Template format error: more than one YAML document."},
    };
    for (const Case& one : cases)
        EXPECT_EQ(tree(one.text), one.expected) << one.text;
    EXPECT_EQ(tree("{\"a\": 1,\n\"a\":2}"),
              "error: Template format error: Duplicate key 'a'. (line 2, column 3)");
}

TEST(Tree, DepthIsBoundedAtItsEdge) {
    const auto nested = [](std::size_t depth) {
        return R"({"a":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
    };
    EXPECT_TRUE(parse_tree(nested(depth_max)));
    auto deep = parse_tree(nested(depth_max + 1));
    ASSERT_FALSE(deep);
    EXPECT_EQ(deep.error().kind, base::ErrorKind::limit);
    const std::string yaml(depth_max + 1, '[');
    deep = parse_tree(yaml + std::string(depth_max + 1, ']'));
    ASSERT_FALSE(deep);
    EXPECT_EQ(deep.error().kind, base::ErrorKind::limit);
    std::string functions;
    for (std::size_t i = 0; i < depth_max / 2; ++i)
        functions += "!Not [";
    EXPECT_TRUE(parse_tree(functions + std::string(depth_max / 2, ']')));
    functions += "!Not [";
    EXPECT_FALSE(parse_tree(functions + std::string(depth_max / 2 + 1, ']')));
    for (const char* bomb : {"[", "{\"a\":", "- ", "? ", "a: ", "{a: ", "!Sub "}) {
        std::string text;
        while (text.size() < 200'000)
            text += bomb;
        EXPECT_FALSE(parse_tree(text)) << bomb;
        EXPECT_FALSE(parse_tree("{\"a\":" + text)) << bomb;
    }
}

TEST(Tree, NodesAreBoundedAtTheirEdge) {
    const auto list = [](std::size_t nodes) {  // the root and the list are nodes too
        std::string text = R"({"a":[)";
        for (std::size_t i = 0; i < nodes - 2; ++i)
            text += i == 0 ? "1" : ",1";
        return text + "]}";
    };
    EXPECT_TRUE(parse_tree(list(nodes_max)));
    auto more = parse_tree(list(nodes_max + 1));
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error().kind, base::ErrorKind::limit);
}

TEST(Tree, TextIsBoundedAtItsEdge) {
    std::string text = "{}" + std::string(text_bytes_max - 2, ' ');
    EXPECT_TRUE(parse_tree(text));
    text += ' ';
    auto more = parse_tree(text);
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error().kind, base::ErrorKind::limit);
}

TEST(Tree, ALaughOfAliasesIsRefusedAtTheFirst) {
    std::string text = "a0: &a0 [x, x]\n";
    for (int i = 1; i < 40; ++i) {
        const std::string before = std::to_string(i - 1);
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + before + ", *a" +
                before + "]\n";
    }
    EXPECT_EQ(tree(text),
              "error: Template error: YAML aliases are not allowed in CloudFormation templates");
}

TEST(Tree, NothingAtAll) {
    EXPECT_EQ(tree(""), "null");
    EXPECT_EQ(tree("# only a comment\n"), "null");
    EXPECT_EQ(tree("just text"), R"("just text")");
    EXPECT_FALSE(parse_tree(std::string_view("a: \0b", 5)) &&
                 parse_tree(std::string_view("\0", 1)));
}

TEST(Values, TextOfScalars) {
    EXPECT_EQ(text_of(true), "true");
    EXPECT_EQ(text_of(5), "5");
    EXPECT_EQ(text_of(1.5), "1.5");
    EXPECT_EQ(text_of("x"), "x");
    EXPECT_EQ(text_of(nullptr), std::nullopt);
    EXPECT_EQ(text_of(json::array{}), std::nullopt);
    EXPECT_EQ(serialize(with_text_scalars(parse_tree(R"({"a":[1,true,{"b":1.5}]})").value())),
              R"({"a":["1","true",{"b":"1.5"}]})");
}

}  // namespace
}  // namespace stack_template

// What changed of a resource's properties, and why.
#include "stack_template/compare.h"

#include <gtest/gtest.h>

#include "stack_template/evaluate.h"

namespace stack_template {
namespace {

json::object object(std::string_view yaml) {
    return parse_tree("x: " + std::string(yaml)).value().at("x").get_object();
}

// "Modify /Properties/A/B DirectModification; …" with the cause's entity, and "?" when dynamic.
std::string changes(std::string_view before_text, std::string_view before_resolved,
                    std::string_view after_text, std::string_view after_resolved,
                    const std::set<std::string>& parameters = {}) {
    const Template parsed = parse(
                                "Parameters: {Stage: {Type: String}, Other: {Type: String}}\n"
                                "Resources: {Bucket: {Type: T}, Key: {Type: T}}")
                                .value();
    const json::object a = object(before_text), b = object(before_resolved), c = object(after_text),
                       d = object(after_resolved);
    std::string text;
    for (const PropertyChange& change : compare({a, b}, {c, d}, parameters, parsed)) {
        if (!text.empty()) text += "; ";
        text += std::string(to_string(change.kind)) + " " + change.path;
        for (const ChangeCause& cause : change.causes) {
            text += " " + std::string(to_string(cause.source));
            if (!cause.causing_entity.empty()) text += ":" + cause.causing_entity;
            if (cause.is_dynamic) text += "?";
        }
    }
    return text;
}

std::string literal(std::string_view before, std::string_view after) {
    return changes(before, before, after, after);
}

TEST(Compare, Literals) {
    EXPECT_EQ(literal("{a: 1}", "{a: 1}"), "");
    EXPECT_EQ(literal("{a: 1, b: true, c: 1.5}", "{c: '1.5', b: 'true', a: '1'}"), "");
    EXPECT_EQ(literal("{a: {x: 1, y: 2}}", "{a: {y: 2, x: 1}}"), "");
    EXPECT_EQ(literal("{a: [1, 2]}", "{a: [2, 1]}"), "Modify /Properties/a DirectModification");
    EXPECT_EQ(literal("{a: 1}", "{a: 2}"), "Modify /Properties/a DirectModification");
    EXPECT_EQ(literal("{a: ''}", "{a: {}}"), "Modify /Properties/a DirectModification");
    EXPECT_EQ(literal("{a: []}", "{a: {}}"), "Modify /Properties/a DirectModification");
    EXPECT_EQ(literal("{a: 1}", "{b: 1}"),
              "Add /Properties/b DirectModification; Remove /Properties/a DirectModification");
    EXPECT_EQ(literal("{a: {b: {c: 1, d: 2}, e: 3}}", "{a: {b: {c: 9, d: 2}, e: 3}}"),
              "Modify /Properties/a/b/c DirectModification");
    EXPECT_EQ(literal("{a: {b: {c: 1}, e: 3}}", "{a: {b: {c: 9}, e: 4}}"),
              "Modify /Properties/a DirectModification");
    EXPECT_EQ(literal("{a: {b: 1}}", "{a: {b: 1, c: 2}}"),
              "Modify /Properties/a/c DirectModification");
    EXPECT_EQ(literal("{a: {b: [1]}}", "{a: {b: [1, 2]}}"),
              "Modify /Properties/a/b DirectModification");
}

TEST(Compare, Causes) {
    // The parameter's value differs, the text does not.
    EXPECT_EQ(changes("{a: !Ref Stage}", "{a: dev}", "{a: !Ref Stage}", "{a: prod}", {"Stage"}),
              "Modify /Properties/a ParameterReference:Stage");
    // Only those that differ.
    EXPECT_EQ(changes("{a: !Sub '${Stage}${Other}'}", "{a: dev1}", "{a: !Sub '${Stage}${Other}'}",
                      "{a: prod1}", {"Stage"}),
              "Modify /Properties/a ParameterReference:Stage");
    // Text and parameter both.
    EXPECT_EQ(
        changes("{a: !Ref Stage}", "{a: dev}", "{a: !Sub '${Stage}-x'}", "{a: prod-x}", {"Stage"}),
        "Modify /Properties/a ParameterReference:Stage DirectModification");
    // Of a resource that is replaced: not known yet.
    const std::string unknown = "'" + std::string(unknown_value) + "'";
    EXPECT_EQ(changes("{a: !Ref Bucket}", "{a: b-1}", "{a: !Ref Bucket}", "{a: " + unknown + "}"),
              "Modify /Properties/a ResourceReference:Bucket?");
    EXPECT_EQ(changes("{a: !GetAtt Bucket.Arn}", "{a: b-1}", "{a: !GetAtt Bucket.Arn}",
                      "{a: " + unknown + "}"),
              "Modify /Properties/a ResourceAttribute:Bucket.Arn?");
    EXPECT_EQ(changes("{a: !Sub '${Bucket}${Key.Id}'}", "{a: x}", "{a: !Sub '${Bucket}${Key.Id}'}",
                      "{a: " + unknown + "}"),
              "Modify /Properties/a ResourceReference:Bucket? ResourceAttribute:Key.Id?");
    // The text changed to something unknown.
    EXPECT_EQ(changes("{a: x}", "{a: x}", "{a: !Ref Bucket}", "{a: " + unknown + "}"),
              "Modify /Properties/a ResourceReference:Bucket? DirectModification?");
    // The text changed, but not its value.
    EXPECT_EQ(changes("{a: dev}", "{a: dev}", "{a: !Ref Stage}", "{a: dev}"), "");
    // An attribute whose new value is known.
    EXPECT_EQ(changes("{a: !GetAtt Bucket.Arn}", "{a: 1}", "{a: !GetAtt Bucket.Arn}", "{a: 2}"),
              "Modify /Properties/a ResourceAttribute:Bucket.Arn");
}

TEST(Compare, ValuesBeforeAndAfterAreTheWholeProperty) {
    const Template parsed = parse("Resources: {A: {Type: T}}").value();
    const json::object before = object("{a: {b: 1, c: 2}}"), after = object("{a: {b: 5, c: 2}}");
    const auto made = compare({before, before}, {after, after}, {}, parsed);
    ASSERT_EQ(made.size(), 1u);
    EXPECT_EQ(made[0].property, "a");
    EXPECT_EQ(serialize(made[0].before), R"({"b":1,"c":2})");
    EXPECT_EQ(serialize(made[0].after), R"({"b":5,"c":2})");
}

TEST(Compare, ReferencesInAllBranches) {
    const Template parsed =
        parse("Parameters: {P: {Type: String}}\nResources: {A: {Type: T}, B: {Type: T}}").value();
    const auto causes = references_of(
        parse_tree("!If [C, !Ref A, !Join ['', [!Ref P, !GetAtt B.x, !Ref AWS::Region, !Ref P]]]")
            .value(),
        parsed);
    ASSERT_EQ(causes.size(), 3u);
    EXPECT_EQ(causes[0].causing_entity, "A");
    EXPECT_EQ(causes[1].source, ChangeSource::parameter_reference);
    EXPECT_EQ(causes[2].causing_entity, "B.x");
}

}  // namespace
}  // namespace stack_template

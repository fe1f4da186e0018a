#include "services/events/target_input.h"

#include <gtest/gtest.h>

namespace events {
namespace {

const Event event{
    R"({"id":"i1","detail-type":"Scheduled Event","time":"2026-01-01T00:05:00Z",)"
    R"("resources":["arn:r","arn:s"],"detail":{"n":1,"text":"a \"b\"","list":[{"x":1},{"x":2}]}})",
    "arn:rule",
    "r",
    {1'767'225'600'000}};

std::string with_path(const std::string& path) {
    TargetRow target;
    target.id = "t";
    target.input_path = path;
    const auto checked = check_input(target);
    return checked ? target_input(target, event) : checked.error().message;
}

std::string with_template(const std::string& text, std::map<std::string, std::string> paths = {}) {
    TargetRow target;
    target.id = "t";
    target.transformer = TransformerRow{std::move(paths), text};
    const auto checked = check_input(target);
    return checked ? target_input(target, event) : checked.error().message;
}

TEST(TargetInput, IsTheEventOrAConstant) {
    TargetRow target;
    target.id = "t";
    EXPECT_EQ(target_input(target, event), event.json);
    target.input = R"({"a": 1})";
    EXPECT_TRUE(check_input(target));
    EXPECT_EQ(target_input(target, event), R"({"a": 1})");
    target.input = "{";
    EXPECT_EQ(check_input(target).error().message, "Invalid JSON syntax in the Input of target t.");
    target.input_path = "$";
    EXPECT_EQ(check_input(target).error().message,
              "Only one of Input, InputPath, or InputTransformer must be provided for target t.");
}

TEST(TargetInput, APathTakesAPart) {
    EXPECT_EQ(with_path("$"), event.json);
    EXPECT_EQ(with_path("$.detail-type"), "\"Scheduled Event\"");
    EXPECT_EQ(with_path("$.resources[1]"), "\"arn:s\"");
    EXPECT_EQ(with_path("$.resources"), R"(["arn:r","arn:s"])");
    EXPECT_EQ(with_path("$.detail.list[*].x"), "[1,2]");
    EXPECT_EQ(with_path("$.detail.list[0].*"), "[1]");
    EXPECT_EQ(with_path("$.detail.none"), "null");
    EXPECT_EQ(with_path("$.resources[9]"), "null");
    EXPECT_EQ(with_path("$.detail.n.x"), "null");
    for (const char* bad : {"", "detail", "$detail", "$.", "$..a", "$[a]", "$[1", "$['a']",
                            "$.a[99999999999999999999]"}) {
        EXPECT_EQ(with_path(bad), "Invalid JSONPath in the InputPath of target t.") << bad;
    }
}

TEST(TargetInput, ATemplateOfJsonIsFilledIn) {
    const std::map<std::string, std::string> paths = {{"time", "$.time"},
                                                      {"n", "$.detail.n"},
                                                      {"all", "$.resources"},
                                                      {"text", "$.detail.text"},
                                                      {"none", "$.detail.none"}};
    EXPECT_EQ(with_template(R"({"at": <time>, "n": <n>, "all": <all>})", paths),
              R"({"at": "2026-01-01T00:05:00Z", "n": 1, "all": ["arn:r","arn:s"]})");
    EXPECT_EQ(with_template(R"({"say": "at <time>: \"<n>\" <text>"})", paths),
              R"({"say": "at 2026-01-01T00:05:00Z: \"1\" a \"b\""})");
    EXPECT_EQ(with_template(R"({"a": <none>, "b": "x<none>y"})", paths), R"({"a": "", "b": "xy"})");
    EXPECT_EQ(with_template(R"("<time> is the time")", paths),
              R"("2026-01-01T00:05:00Z is the time")");
    EXPECT_EQ(with_template("<all>", paths), R"(["arn:r","arn:s"])");
    EXPECT_EQ(with_template("[<n>,<n>]", paths), "[1,1]");
}

TEST(TargetInput, ATemplateOfTextBecomesAString) {
    EXPECT_EQ(with_template("at <time> < 5 \"q\"", {{"time", "$.time"}}),
              R"("at 2026-01-01T00:05:00Z < 5 \"q\"")");
}

TEST(TargetInput, ReservedVariablesNeedNoPath) {
    EXPECT_EQ(with_template(R"({"r": <aws.events.rule-arn>, "n": "<aws.events.rule-name>",)"
                            R"( "t": <aws.events.event.ingestion-time>})"),
              R"({"r": "arn:rule", "n": "r", "t": "2026-01-01T00:00:00Z"})");
    EXPECT_EQ(with_template(R"({"e": <aws.events.event.json>})"), "{\"e\": " + event.json + "}");
    const std::string short_event = with_template("<aws.events.event>");
    EXPECT_EQ(short_event.find("\"detail\":"), std::string::npos);
    EXPECT_NE(short_event.find("\"detail-type\":"), std::string::npos);
}

TEST(TargetInput, WhatCannotWorkIsRefused) {
    EXPECT_EQ(with_template(R"({"a": <b>})"),
              "InputTemplate for target t contains invalid placeholder b.");
    EXPECT_EQ(with_template(R"({"a": <b>)", {{"b", "$.id"}}),
              "Invalid InputTemplate for target t: it does not make JSON.");
    EXPECT_EQ(with_template(R"({<b>: 1, x})", {{"b", "$.id"}}),
              "Invalid InputTemplate for target t: it does not make JSON.");
    EXPECT_EQ(with_template("<b>", {{"b", "id"}}),
              "Invalid JSONPath for b in the InputPathsMap of target t.");
    EXPECT_EQ(with_template("<b>", {{"b", "$"}, {"AWS.x", "$"}}),
              "InputPathsMap of target t contains the reserved variable AWS.x.");
}

TEST(TargetInput, HostileTemplatesEnd) {
    EXPECT_EQ(with_template("<"), "\"<\"");
    EXPECT_EQ(with_template("<>"), "\"<>\"");
    EXPECT_EQ(with_template(R"("\)"), "Invalid InputTemplate for target t: it does not make JSON.");
    EXPECT_EQ(with_template(std::string(8192, '<')), "\"" + std::string(8192, '<') + "\"");
}

}  // namespace
}  // namespace events

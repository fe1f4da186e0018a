#include "services/firehose/prefix.h"

#include <gtest/gtest.h>

#include "sim/seeded_random.h"

namespace firehose {
namespace {

const LocalTime moment{{1'767'229'445'000}, 0, "UTC", "UTC"};  // 2026-01-01T01:04:05Z

std::string evaluate(const std::string& prefix, const std::string& error = "e/") {
    auto compiled = compile_prefixes(prefix, error);
    if (!compiled) return "<" + compiled.error().message + ">";
    sim::SeededRandom random(1);
    return compiled.value().prefix.evaluate(moment, random);
}

std::string evaluate_error(const std::string& error) {
    auto compiled = compile_prefixes("p/", error);
    if (!compiled) return "<" + compiled.error().message + ">";
    sim::SeededRandom random(1);
    return compiled.value().error_prefix.evaluate(moment, random, "processing-failed");
}

TEST(Prefix, Table) {
    const std::pair<const char*, const char*> table[] = {
        {"", "2026/01/01/01/"},
        {"telemetry/", "telemetry/2026/01/01/01/"},
        {"telemetry", "telemetry2026/01/01/01/"},
        {"telemetry/year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/"
         "hour=!{timestamp:HH}/",
         "telemetry/year=2026/month=01/day=01/hour=01/"},
        {"!{timestamp:yyyy-MM-dd}/x", "2026-01-01/x"},
        {"a/!{timestamp:'year='yyyy'/month='MM}/", "a/year=2026/month=01/"},
        {"a/!{timestamp:'}'yyyy}", "a/}2026"},
        {"a!b{c}/!{timestamp:yyyy}", "a!b{c}/2026"},
    };
    for (const auto& [prefix, expected] : table)
        EXPECT_EQ(evaluate(prefix, "e/!{firehose:error-output-type}/"), expected) << prefix;
}

TEST(Prefix, RandomStringsAreElevenCharactersEachItsOwn) {
    const std::string text =
        evaluate("!{firehose:random-string}/!{firehose:random-string}/!{timestamp:yyyy}");
    ASSERT_EQ(text.size(), 11U + 1 + 11 + 1 + 4);
    EXPECT_NE(text.substr(0, 11), text.substr(12, 11));
    for (const char c : text.substr(0, 11))
        EXPECT_TRUE(isalnum(static_cast<unsigned char>(c)));
    // Without a timestamp the hour is appended.
    EXPECT_TRUE(evaluate("!{firehose:random-string}/").ends_with("/2026/01/01/01/"));
}

TEST(Prefix, ErrorOutput) {
    EXPECT_EQ(evaluate_error("errors/!{firehose:error-output-type}/!{timestamp:yyyy}/"),
              "errors/processing-failed/2026/");
    EXPECT_EQ(evaluate_error("errors/!{firehose:error-output-type}/"),
              "errors/processing-failed/2026/01/01/01/");
    EXPECT_EQ(evaluate_error("errors/"), "errors/2026/01/01/01/");
}

TEST(Prefix, RefusesInAwsWords) {
    EXPECT_EQ(evaluate("a/!{timestamp:yyyy}/", ""),
              "<ErrorOutputPrefix cannot be null or empty when Prefix contains expressions>");
    EXPECT_EQ(evaluate("a/!{firehose:error-output-type}/"),
              "<Prefix cannot contain !{firehose:error-output-type}>");
    EXPECT_TRUE(evaluate_error("e/!{timestamp:yyyy}/")
                    .starts_with("<ErrorOutputPrefix must contain at least one instance"));
    for (const char* bad :
         {"!{", "!{timestamp}", "!{timestamp:yyyy", "!{:x}", "!{nope:x}", "!{firehose:nope}",
          "!{timestamp:}", "!{timestamp:bbb}", "!{partitionKeyFromQuery:customer}",
          "!{partitionKeyFromLambda:c}", "!{timestamp:yyyy'}"}) {
        EXPECT_EQ(evaluate(bad)[0], '<') << bad << " " << evaluate(bad);
    }
    EXPECT_EQ(evaluate(std::string(498, 'x'))[0], 'x');
    EXPECT_EQ(evaluate(std::string(499, 'x')),
              "<Prefix and ErrorOutputPrefix must not be longer than 512 characters after "
              "evaluation>");
}

TEST(ObjectName, IsAwss) {
    sim::SeededRandom random(1);
    const std::string name = make_object_name("acme", 3, moment, random);
    EXPECT_TRUE(name.starts_with("acme-3-2026-01-01-01-04-05-")) << name;
    EXPECT_EQ(name.size(), std::string("acme-3-2026-01-01-01-04-05-").size() + 36);
}

}  // namespace
}  // namespace firehose

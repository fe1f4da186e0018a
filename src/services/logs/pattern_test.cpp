#include "services/logs/pattern.h"

#include <gtest/gtest.h>

namespace {

// "yes", "no", or what is wrong.
std::string match(const std::string& pattern, std::string_view message) {
    auto parsed = logs::parse_pattern(pattern);
    if (!parsed) return parsed.error().message;
    return parsed.value()->matches(message) ? "yes" : "no";
}

TEST(LogPattern, TermsMustAllBeThere) {
    EXPECT_EQ(match("", "anything"), "yes");
    EXPECT_EQ(match("  ", "anything"), "yes");
    EXPECT_EQ(match("ERROR", "an ERROR here"), "yes");
    EXPECT_EQ(match("ERROR", "an error here"), "no");
    EXPECT_EQ(match("ERROR memory", "memory ERROR"), "yes");
    EXPECT_EQ(match("ERROR memory", "ERROR"), "no");
    EXPECT_EQ(match("\"out of memory\"", "was out of memory"), "yes");
    EXPECT_EQ(match("\"out of memory\"", "out of the memory"), "no");
    EXPECT_EQ(match(R"("say \"hi\"")", R"(say "hi")"), "yes");
}

TEST(LogPattern, ExclusionsAndAlternatives) {
    EXPECT_EQ(match("ERROR -retry", "ERROR"), "yes");
    EXPECT_EQ(match("ERROR -retry", "ERROR, will retry"), "no");
    EXPECT_EQ(match("-\"will retry\"", "ERROR, will retry"), "no");
    EXPECT_EQ(match("-retry", "fine"), "yes");
    EXPECT_EQ(match("?ERROR ?WARN", "WARN"), "yes");
    EXPECT_EQ(match("?ERROR ?\"WARN x\"", "WARN x"), "yes");
    EXPECT_EQ(match("?ERROR ?WARN", "INFO"), "no");
    EXPECT_EQ(match("?ERROR REQUEST", "REQUEST"), "yes");
    EXPECT_EQ(match("-", "a - b"), "yes");
    EXPECT_EQ(match("-", "ab"), "no");
}

TEST(LogPattern, RegularExpressions) {
    EXPECT_EQ(match("%4\\d\\d%", "status 404"), "yes");
    EXPECT_EQ(match("%4\\d\\d%", "status 200"), "no");
    EXPECT_NE(match("%(%", "").find("Invalid"), std::string::npos);
    EXPECT_NE(match("%a", "").find("Invalid"), std::string::npos);
}

constexpr std::string_view event =
    R"({"user":{"id":"abc","n":5,"f":-1.5},"tags":["x",{"y":1}],"none":null,"ok":true,)"
    R"("dotted.key":"v","code":"404"})";

TEST(LogPattern, JsonComparisons) {
    EXPECT_EQ(match(R"({ $.user.id = "abc" })", event), "yes");
    EXPECT_EQ(match(R"({ $.user.id = abc })", event), "yes");
    EXPECT_EQ(match(R"({$.user.id="a*"})", event), "yes");
    EXPECT_EQ(match(R"({ $.user.id = "*b*" })", event), "yes");
    EXPECT_EQ(match(R"({ $.user.id = "b*" })", event), "no");
    EXPECT_EQ(match(R"({ $.user.id != "b*" })", event), "yes");
    EXPECT_EQ(match(R"({ $.user.id != "abc" })", event), "no");
    EXPECT_EQ(match("{ $.user.n > 3 }", event), "yes");
    EXPECT_EQ(match("{ $.user.n >= 5.0 }", event), "yes");
    EXPECT_EQ(match("{ $.user.n < 5 }", event), "no");
    EXPECT_EQ(match("{ $.user.f = -1.5 }", event), "yes");
    EXPECT_EQ(match("{ $.user.f <= -1.6 }", event), "no");
    EXPECT_EQ(match(R"({ $.user.id = %^a.c$% })", event), "yes");
    EXPECT_EQ(match(R"({ $.code = "404" })", event), "yes");
    EXPECT_EQ(match(R"({ $['dotted.key'] = "v" })", event), "yes");
    EXPECT_EQ(match(R"({ $.missing != "x" })", event), "no");
    EXPECT_EQ(match(R"({ $.user = "x" })", event), "no");
}

TEST(LogPattern, JsonArraysNullAndExistence) {
    EXPECT_EQ(match(R"({ $.tags[0] = "x" })", event), "yes");
    EXPECT_EQ(match(R"({ $.tags[1].y = 1 })", event), "yes");
    EXPECT_EQ(match(R"({ $.tags[2] = "x" })", event), "no");
    EXPECT_EQ(match(R"({ $.tags[*] = "x" })", event), "yes");
    EXPECT_EQ(match("{ $.tags[*].y > 1 }", event), "no");
    EXPECT_EQ(match("{ $.none IS NULL }", event), "yes");
    EXPECT_EQ(match("{ $.missing IS NULL }", event), "no");
    EXPECT_EQ(match("{ $.missing NOT EXISTS }", event), "yes");
    EXPECT_EQ(match("{ $.none not exists }", event), "no");
    EXPECT_EQ(match("{ $.ok IS TRUE }", event), "yes");
    EXPECT_EQ(match("{ $.ok IS FALSE }", event), "no");
}

TEST(LogPattern, JsonCombinations) {
    EXPECT_EQ(match("{ $.user.n = 5 && $.ok IS TRUE }", event), "yes");
    EXPECT_EQ(match("{ $.user.n = 6 || $.ok IS TRUE }", event), "yes");
    EXPECT_EQ(match("{ $.user.n = 6 && $.ok IS TRUE || $.code = 40* }", event), "yes");
    EXPECT_EQ(match("{ $.user.n = 6 && ($.ok IS TRUE || $.code = 40*) }", event), "no");
}

TEST(LogPattern, MessagesThatAreNoJsonObjectsDoNotMatch) {
    for (const char* message : {"", "text", "[1]", "{\"a\":", "{\"a\":1} x", "5"}) {
        EXPECT_EQ(match("{ $.a NOT EXISTS }", message), "no") << message;
    }
}

TEST(LogPattern, MalformedPatternsAreRefused) {
    for (const char* pattern : {"\"open",
                                "{",
                                "{}",
                                "{ $.a }",
                                "{ $.a = }",
                                "{ $.a = 1",
                                "{ $.a = 1 } x",
                                "{ a = 1 }",
                                "{ $ = 1 }",
                                "{ $. = 1 }",
                                "{ $.a[ = 1 }",
                                "{ $.a[x] = 1 }",
                                "{ $.a < \"x\" }",
                                "{ $.a IS }",
                                "{ $.a NOT }",
                                "{ ($.a = 1 }",
                                "{ $.a = 1 && }",
                                "{ $.a == 1 }",
                                "{ $.a = \"x }",
                                "[a, b]"}) {
        EXPECT_EQ(match(pattern, "{}").find("Invalid filter pattern"), 0U) << pattern;
    }
}

TEST(LogPattern, SizeIsBounded) {
    std::string terms;
    for (std::size_t i = 0; i < logs::pattern_terms_max; ++i)
        terms += "a ";
    EXPECT_EQ(match(terms, "a"), "yes");
    EXPECT_NE(match(terms + "a", "a"), "yes");
    std::string open = "{ ";
    std::string close;
    for (std::size_t i = 0; i <= logs::pattern_depth_max; ++i) {
        open += "(";
        close += ")";
    }
    EXPECT_NE(match(open + "(" + "$.a = 1" + ")" + close + " }", R"({"a":1})"), "yes");
}

}  // namespace

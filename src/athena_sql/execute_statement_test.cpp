#include "athena_sql/execute_statement.h"

#include <gtest/gtest.h>

namespace athena_sql {
namespace {

// "name|argument|argument", "-" for another statement, or what is wrong.
std::string parsed(std::string_view text) {
    const auto execute = parse_execute(text);
    if (!execute) return execute.error().positioned();
    if (!execute.value()) return "-";
    std::string out = execute.value()->name;
    for (const std::string& argument : execute.value()->arguments)
        out += "|" + argument;
    return out;
}

TEST(ParseExecute, NamesAStatementAndItsArguments) {
    EXPECT_EQ(parsed("EXECUTE q"), "q");
    EXPECT_EQ(parsed("  execute Q ; -- later"), "Q");
    EXPECT_EQ(parsed("EXECUTE \"a b\""), "a b");
    EXPECT_EQ(parsed("EXECUTE q USING 1"), "q|1");
    EXPECT_EQ(parsed("EXECUTE q USING 'a, ''b''' , -1.5 /* x */, DATE '2024-01-01';"),
              "q|'a, ''b'''|-1.5|DATE '2024-01-01'");
    EXPECT_EQ(parsed("EXECUTE q USING ARRAY[1, 2], f(1, (2, 3))"), "q|ARRAY[1, 2]|f(1, (2, 3))");
}

TEST(ParseExecute, LeavesOtherStatementsAlone) {
    for (const char* other : {"", "SELECT 1", "EXECUTED q", "'EXECUTE' q", ";", "\"EXECUTE\" q"})
        EXPECT_EQ(parsed(other), "-") << other;
}

TEST(ParseExecute, RefusesWhatIsNotOne) {
    EXPECT_EQ(parsed("EXECUTE"), "line 1:8: mismatched input '<EOF>'. Expecting: <identifier>");
    EXPECT_EQ(parsed("EXECUTE ;"), "line 1:9: mismatched input ';'. Expecting: <identifier>");
    EXPECT_EQ(parsed("EXECUTE 'q'"), "line 1:9: mismatched input 'q'. Expecting: <identifier>");
    EXPECT_EQ(parsed("EXECUTE q 1"), "line 1:11: mismatched input '1'. Expecting: 'USING', <EOF>");
    EXPECT_EQ(parsed("EXECUTE q USING"),
              "line 1:16: mismatched input '<EOF>'. Expecting: <expression>");
    EXPECT_EQ(parsed("EXECUTE q USING 1,"),
              "line 1:19: mismatched input '<EOF>'. Expecting: <expression>");
    EXPECT_EQ(parsed("EXECUTE q USING 1,,2"),
              "line 1:19: mismatched input ','. Expecting: <expression>");
    EXPECT_NE(parsed("EXECUTE q USING 'x").find("line 1:17"), std::string::npos);
    // Unbalanced: one argument, which is no literal, says the parser then.
    EXPECT_EQ(parsed("EXECUTE q USING (1, 2"), "q|(1, 2");
}

}  // namespace
}  // namespace athena_sql

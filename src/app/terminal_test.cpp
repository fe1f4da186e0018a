#include "app/terminal.h"

#include <gtest/gtest.h>

namespace {

TEST(Terminal, TableFitsAndCutsTheWidestColumn) {
    app::TerminalSettings terminal;
    terminal.columns = 24;
    const std::string table = app::format_table(
        terminal, {{"name"}, {"count", true}},
        {{"a very long name of something", "1"}, {"é\nx", "22"}, {std::nullopt, "3"}});
    EXPECT_EQ(table,
              "┌──────────────┬───────┐\n"
              "│ name         │ count │\n"
              "├──────────────┼───────┤\n"
              "│ a very long… │     1 │\n"
              "│ é x          │    22 │\n"
              "│ NULL         │     3 │\n"
              "└──────────────┴───────┘\n");
}

TEST(Terminal, RowsBeyondTheMaximumAreCounted) {
    const std::vector<app::TableRow> rows(1003, app::TableRow{"x"});
    const std::string table = app::format_table({}, {{"c"}}, rows);
    EXPECT_NE(table.find("… and 3 more rows"), std::string::npos);
    const std::vector<app::TableRow> edge(app::table_rows_max, app::TableRow{"x"});
    EXPECT_EQ(app::format_table({}, {{"c"}}, edge).find("more rows"), std::string::npos);
}

TEST(Terminal, NumbersAndBytes) {
    EXPECT_EQ(app::with_separators(0), "0");
    EXPECT_EQ(app::with_separators(1234567), "1,234,567");
    EXPECT_EQ(app::format_bytes(1023), "1023 B");
    EXPECT_EQ(app::format_bytes(1536 * 1024), "1.5 MiB");
}

TEST(Terminal, ColourOnlyWhenAsked) {
    EXPECT_EQ(app::styled({}, app::Style::red, "x"), "x");
    app::TerminalSettings terminal;
    terminal.color = true;
    EXPECT_EQ(app::styled(terminal, app::Style::red, "x"), "\x1b[31mx\x1b[0m");
}

}  // namespace

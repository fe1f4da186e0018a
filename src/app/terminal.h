// What a person sees: colour and width only on a terminal, tables that fit it, a progress bar.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace app {

struct TerminalSettings {
    bool color = false;
    bool interactive = false;  // output is a terminal
    std::size_t columns = 80;
};
// Of standard output. NO_COLOR and TERM=dumb switch colour off; a pipe has neither.
TerminalSettings detect_terminal();

enum class Style { plain, bold, dim, green, red, yellow, cyan };
std::string styled(const TerminalSettings& terminal, Style style, std::string_view text);

// Columns a terminal needs for UTF-8 text; control characters count as one.
std::size_t display_width(std::string_view text);

struct TableColumn {
    std::string title;
    bool right = false;  // numbers
};
using TableRow = std::vector<std::optional<std::string>>;  // absent: NULL

// A table with lines, no wider than the terminal: the widest columns are cut with "…". Line ends
// and control characters in cells become spaces. At most `rows_max` rows; a line below says how
// many more there are.
inline constexpr std::size_t table_rows_max = 1000;
std::string format_table(const TerminalSettings& terminal, const std::vector<TableColumn>& columns,
                         const std::vector<TableRow>& rows, std::size_t rows_max = table_rows_max);

// "[=====>    ] 42 %  1,260,000 / 3,000,000 events  1.2 M/s"; nothing when not interactive, but
// for the last line.
class ProgressBar {
  public:
    ProgressBar(const TerminalSettings& terminal, std::string unit, std::uint64_t total);
    // Redraws at most ten times a second.
    void show(std::uint64_t done, std::int64_t elapsed_ms);
    void finish(std::uint64_t done, std::int64_t elapsed_ms);

  private:
    void draw(std::uint64_t done, std::int64_t elapsed_ms, bool last);
    const TerminalSettings terminal_;
    const std::string unit_;
    const std::uint64_t total_;
    std::int64_t drawn_ms_ = -1000;
};

// "1,234,567"
std::string with_separators(std::uint64_t number);
// "1.5 MiB"
std::string format_bytes(std::uint64_t bytes);

}  // namespace app

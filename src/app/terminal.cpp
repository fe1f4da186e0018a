#include "app/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace app {

namespace {

constexpr std::size_t column_width_min = 4;

std::string clean_cell(const std::optional<std::string>& cell) {
    if (!cell) return "NULL";
    std::string text = *cell;
    for (char& c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    }
    return text;
}

// The first `width` columns of text, with "…" when something is cut.
std::string cut_to(const std::string& text, std::size_t width) {
    if (display_width(text) <= width) return text;
    std::string out;
    std::size_t used = 0;
    for (std::size_t i = 0; i < text.size() && used + 1 < width;) {
        std::size_t end = i + 1;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
            ++end;
        out.append(text, i, end - i);
        ++used;
        i = end;
    }
    return out + "…";
}

std::string pad(const std::string& text, std::size_t width, bool right) {
    const std::size_t used = display_width(text);
    const std::string blanks(width > used ? width - used : 0, ' ');
    return right ? blanks + text : text + blanks;
}

std::string rule(const std::vector<std::size_t>& widths, const char* left, const char* middle,
                 const char* right) {
    std::string line = left;
    for (std::size_t i = 0; i < widths.size(); ++i) {
        if (i > 0) line += middle;
        for (std::size_t n = 0; n < widths[i] + 2; ++n)
            line += "─";
    }
    return line + right + "\n";
}

// Cut the widest columns until the table fits.
void fit(std::vector<std::size_t>& widths, std::size_t columns) {
    const auto total = [&] {
        std::size_t sum = 1;
        for (const std::size_t width : widths)
            sum += width + 3;
        return sum;
    };
    while (total() > columns) {
        const auto widest = std::max_element(widths.begin(), widths.end());
        if (*widest <= column_width_min) return;
        --*widest;
    }
}

}  // namespace

TerminalSettings detect_terminal() {
    TerminalSettings settings;
    settings.interactive = ::isatty(STDOUT_FILENO) == 1;
    const char* no_color = std::getenv("NO_COLOR");
    const char* term = std::getenv("TERM");
    settings.color = settings.interactive && (no_color == nullptr || *no_color == '\0') &&
                     (term == nullptr || std::string_view(term) != "dumb");
    winsize size = {};
    if (settings.interactive && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        settings.columns = size.ws_col;
    } else if (!settings.interactive) {
        settings.columns = 100'000;  // a pipe gets whole cells
    }
    return settings;
}

std::string styled(const TerminalSettings& terminal, Style style, std::string_view text) {
    if (!terminal.color || style == Style::plain) return std::string(text);
    const char* code = "0";
    switch (style) {
        case Style::bold:
            code = "1";
            break;
        case Style::dim:
            code = "2";
            break;
        case Style::green:
            code = "32";
            break;
        case Style::red:
            code = "31";
            break;
        case Style::yellow:
            code = "33";
            break;
        case Style::cyan:
            code = "36";
            break;
        case Style::plain:
            break;
    }
    return std::string("\x1b[") + code + "m" + std::string(text) + "\x1b[0m";
}

std::size_t display_width(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

std::string format_table(const TerminalSettings& terminal, const std::vector<TableColumn>& columns,
                         const std::vector<TableRow>& rows, std::size_t rows_max) {
    const std::size_t shown = std::min(rows.size(), rows_max);
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        std::size_t width = display_width(columns[i].title);
        for (std::size_t row = 0; row < shown; ++row) {
            if (i < rows[row].size())
                width = std::max(width, display_width(clean_cell(rows[row][i])));
        }
        widths.push_back(width);
    }
    fit(widths, terminal.columns);

    std::string out = rule(widths, "┌", "┬", "┐");
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::string title =
            pad(cut_to(columns[i].title, widths[i]), widths[i], columns[i].right);
        out += "│ " + styled(terminal, Style::bold, title) + " ";
    }
    out += "│\n" + rule(widths, "├", "┼", "┤");
    for (std::size_t row = 0; row < shown; ++row) {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const std::optional<std::string> none;
            const auto& cell = i < rows[row].size() ? rows[row][i] : none;
            const std::string text =
                pad(cut_to(clean_cell(cell), widths[i]), widths[i], columns[i].right);
            out += "│ " + (cell ? text : styled(terminal, Style::dim, text)) + " ";
        }
        out += "│\n";
    }
    out += rule(widths, "└", "┴", "┘");
    if (shown < rows.size()) {
        out += "… and " + with_separators(rows.size() - shown) +
               " more rows (--json or --csv gives all)\n";
    }
    return out;
}

ProgressBar::ProgressBar(const TerminalSettings& terminal, std::string unit, std::uint64_t total)
    : terminal_(terminal), unit_(std::move(unit)), total_(total) {}

void ProgressBar::show(std::uint64_t done, std::int64_t elapsed_ms) {
    if (!terminal_.interactive || elapsed_ms - drawn_ms_ < 100) return;
    drawn_ms_ = elapsed_ms;
    draw(done, elapsed_ms, false);
}

void ProgressBar::finish(std::uint64_t done, std::int64_t elapsed_ms) {
    draw(done, elapsed_ms, true);
}

void ProgressBar::draw(std::uint64_t done, std::int64_t elapsed_ms, bool last) {
    const double fraction =
        total_ == 0 ? 1.0 : static_cast<double>(done) / static_cast<double>(total_);
    const std::uint64_t rate =
        elapsed_ms > 0 ? done * 1000 / static_cast<std::uint64_t>(elapsed_ms) : 0;
    constexpr std::size_t bar_columns = 24;
    const auto filled = std::min(
        bar_columns, static_cast<std::size_t>(fraction * static_cast<double>(bar_columns)));
    std::string line = "[" + std::string(filled, '=') + std::string(bar_columns - filled, ' ') +
                       "] " + std::to_string(static_cast<int>(fraction * 100)) + " %  " +
                       with_separators(done) + " / " + with_separators(total_) + " " + unit_ +
                       "  " + with_separators(rate) + "/s";
    if (terminal_.interactive) line = "\r" + cut_to(line, terminal_.columns) + "\x1b[K";
    std::fputs((line + (last ? "\n" : "")).c_str(), stdout);
    std::fflush(stdout);
}

std::string with_separators(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3;) {
        at -= 3;
        digits.insert(at, 1, ',');
    }
    return digits;
}

std::string format_bytes(std::uint64_t bytes) {
    static constexpr const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    auto amount = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (amount >= 1024 && unit + 1 < std::size(units)) {
        amount /= 1024;
        ++unit;
    }
    char text[32];
    std::snprintf(text, sizeof text, unit == 0 ? "%.0f %s" : "%.1f %s", amount, units[unit]);
    return text;
}

}  // namespace app

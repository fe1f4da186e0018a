#include "services/firehose/java_time_format.h"

#include <array>
#include <cstdlib>

namespace firehose {
namespace {

constexpr std::array<std::string_view, 12> month_names = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> day_names = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};

// The fields of a moment; weekday 0 is Sunday.
struct Fields {
    std::int64_t year = 0;
    std::int64_t month = 0;  // 1..12
    std::int64_t day = 0;
    std::int64_t day_of_year = 0;  // 1..366
    std::int64_t weekday = 0;
    std::int64_t second_of_day = 0;
    std::int64_t ms = 0;
};

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
    return a / b - (a % b < 0 ? 1 : 0);
}

// Days since 1970-01-01 of a proleptic Gregorian date.
std::int64_t days_from_civil(std::int64_t year, std::int64_t month, std::int64_t day) {
    const std::int64_t y = month <= 2 ? year - 1 : year;
    const std::int64_t era = floor_divide(y, 400);
    const std::int64_t year_of_era = y - era * 400;
    const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           719'468;
}

Fields split(const LocalTime& time) {
    const std::int64_t local_ms = time.instant.ms + std::int64_t{time.offset_s} * 1000;
    const std::int64_t days = floor_divide(local_ms, 86'400'000);
    const std::int64_t ms_of_day = local_ms - days * 86'400'000;
    const std::int64_t shifted = days + 719'468;
    const std::int64_t era = floor_divide(shifted, 146'097);
    const std::int64_t day_of_era = shifted - era * 146'097;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const std::int64_t day_from_march =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t month_from_march = (5 * day_from_march + 2) / 153;
    Fields f;
    f.day = day_from_march - (153 * month_from_march + 2) / 5 + 1;
    f.month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    f.year = year_of_era + era * 400 + (f.month <= 2 ? 1 : 0);
    f.day_of_year = days - days_from_civil(f.year, 1, 1) + 1;
    f.weekday = ((days + 4) % 7 + 7) % 7;
    f.second_of_day = ms_of_day / 1000;
    f.ms = ms_of_day % 1000;
    return f;
}

// en-US: weeks begin on Sunday, and the first week is the one with January 1.
std::int64_t week_of(std::int64_t day_ordinal, std::int64_t weekday) {
    const std::int64_t weekday_of_first = ((weekday - (day_ordinal - 1)) % 7 + 7) % 7;
    return (day_ordinal - 1 + weekday_of_first) / 7 + 1;
}

struct WeekDate {
    std::int64_t year;
    std::int64_t week;
};
WeekDate week_date(const Fields& f) {
    const std::int64_t last_of_year =
        days_from_civil(f.year + 1, 1, 1) - days_from_civil(f.year, 1, 1);
    const std::int64_t saturday = f.day_of_year + (6 - f.weekday);  // the end of this week
    if (saturday > last_of_year) return {f.year + 1, 1};
    return {f.year, week_of(f.day_of_year, f.weekday)};
}

void append_number(std::string& out, std::int64_t value, std::size_t width) {
    const std::string digits = std::to_string(std::llabs(value));
    if (value < 0) out.push_back('-');
    if (digits.size() < width) out.append(width - digits.size(), '0');
    out += digits;
}

void append_year(std::string& out, std::int64_t year, std::size_t count) {
    if (count == 2) return append_number(out, ((year % 100) + 100) % 100, 2);
    // Four and more letters: a year that needs more digits has a sign.
    if (count >= 4 && std::to_string(std::llabs(year)).size() > count && year > 0)
        out.push_back('+');
    append_number(out, year, count);
}

void append_name(std::string& out, std::string_view name, std::size_t count) {
    if (count == 4) {
        out += name;
    } else {
        out += name.substr(0, count == 5 ? 1 : 3);
    }
}

void append_quarter(std::string& out, std::int64_t quarter, std::size_t count) {
    constexpr std::array<std::string_view, 4> names = {"1st quarter", "2nd quarter", "3rd quarter",
                                                       "4th quarter"};
    if (count <= 2) return append_number(out, quarter, count);
    if (count == 3) {
        out += "Q" + std::to_string(quarter);
    } else if (count == 4) {
        out += names[static_cast<std::size_t>(quarter - 1)];
    } else {
        out += std::to_string(quarter);
    }
}

// X, x and Z: an offset in hours, minutes and, when there are any and the form has room, seconds.
void append_offset(std::string& out, std::int32_t offset_s, char letter, std::size_t count) {
    if (letter == 'Z' && count == 4) {
        out += "GMT";
        if (offset_s == 0) return;
        return append_offset(out, offset_s, 'x', 3);
    }
    if (offset_s == 0 && (letter == 'X' || (letter == 'Z' && count == 5))) {
        out.push_back('Z');
        return;
    }
    if (letter == 'Z') count = count == 5 ? 5 : 2;
    const std::int32_t absolute = std::abs(offset_s);
    const std::int32_t hours = absolute / 3600;
    const std::int32_t minutes = absolute / 60 % 60;
    const std::int32_t seconds = absolute % 60;
    const bool colon = count == 3 || count == 5;
    out.push_back(offset_s < 0 ? '-' : '+');
    append_number(out, hours, 2);
    if (count == 1 && minutes == 0) return;
    if (colon) out.push_back(':');
    append_number(out, minutes, 2);
    if (count >= 4 && seconds != 0) {
        if (colon) out.push_back(':');
        append_number(out, seconds, 2);
    }
}

// O: GMT, GMT+8, GMT-03:30 (short form); GMT+08:00 (full form).
void append_localized_offset(std::string& out, std::int32_t offset_s, std::size_t count) {
    out += "GMT";
    if (offset_s == 0) return;
    if (count == 4) return append_offset(out, offset_s, 'x', 5);
    const std::int32_t absolute = std::abs(offset_s);
    out.push_back(offset_s < 0 ? '-' : '+');
    out += std::to_string(absolute / 3600);
    if (absolute % 3600 == 0) return;
    out.push_back(':');
    append_number(out, absolute / 60 % 60, 2);
}

// Which counts of a letter Java takes; 0 when it does not know the letter.
std::size_t count_max(char letter) {
    switch (letter) {
        case 'u':
        case 'y':
        case 'Y':
        case 'A':
        case 'n':
        case 'N':
            return 19;
        case 'S':
            return 9;
        case 'G':
        case 'M':
        case 'L':
        case 'Q':
        case 'q':
        case 'E':
        case 'e':
        case 'c':
        case 'X':
        case 'x':
        case 'Z':
            return 5;
        case 'z':
            return 4;
        case 'O':
            return 4;
        case 'D':
            return 3;
        case 'd':
        case 'w':
        case 'h':
        case 'K':
        case 'k':
        case 'H':
        case 'm':
        case 's':
        case 'V':
            return 2;
        case 'a':
        case 'W':
        case 'F':
            return 1;
        default:
            return 0;
    }
}

bool count_allowed(char letter, std::size_t count) {
    if (letter == 'O') return count == 1 || count == 4;
    if (letter == 'V') return count == 2;
    if (letter == 'c') return count != 2 && count <= 5;
    return count <= count_max(letter);
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

base::Error bad(std::string message, std::string_view pattern) {
    return {base::ErrorKind::invalid, std::move(message), std::string(pattern)};
}

void append_date_part(std::string& out, char letter, std::size_t count, const Fields& f) {
    switch (letter) {
        case 'G':
            if (count == 4) {
                out += f.year > 0 ? "Anno Domini" : "Before Christ";
            } else if (count == 5) {
                out += f.year > 0 ? "A" : "B";
            } else {
                out += f.year > 0 ? "AD" : "BC";
            }
            return;
        case 'u':
            return append_year(out, f.year, count);
        case 'y':
            return append_year(out, f.year > 0 ? f.year : 1 - f.year, count);
        case 'Y':
            return append_year(out, week_date(f).year, count);
        case 'M':
        case 'L':
            if (count <= 2) return append_number(out, f.month, count);
            return append_name(out, month_names[static_cast<std::size_t>(f.month - 1)], count);
        case 'Q':
        case 'q':
            return append_quarter(out, (f.month + 2) / 3, count);
        case 'w':
            return append_number(out, week_date(f).week, count);
        case 'W':
            return append_number(out, week_of(f.day, f.weekday), count);
        case 'D':
            return append_number(out, f.day_of_year, count);
        case 'd':
            return append_number(out, f.day, count);
        case 'F':
            return append_number(out, (f.day - 1) / 7 + 1, count);
        case 'e':
        case 'c':
            if (count <= 2) return append_number(out, f.weekday + 1, count);
            [[fallthrough]];
        default:  // E
            return append_name(out, day_names[static_cast<std::size_t>(f.weekday)], count);
    }
}

void append_time_part(std::string& out, char letter, std::size_t count, const Fields& f) {
    const std::int64_t hour = f.second_of_day / 3600;
    switch (letter) {
        case 'a':
            out += hour < 12 ? "AM" : "PM";
            return;
        case 'h':
            return append_number(out, (hour + 11) % 12 + 1, count);
        case 'K':
            return append_number(out, hour % 12, count);
        case 'k':
            return append_number(out, (hour + 23) % 24 + 1, count);
        case 'H':
            return append_number(out, hour, count);
        case 'm':
            return append_number(out, f.second_of_day / 60 % 60, count);
        case 's':
            return append_number(out, f.second_of_day % 60, count);
        case 'S': {
            std::string fraction;
            append_number(fraction, f.ms, 3);
            fraction.resize(count, '0');
            out += fraction;
            return;
        }
        case 'A':
            return append_number(out, f.second_of_day * 1000 + f.ms, count);
        case 'n':
            return append_number(out, f.ms * 1'000'000, count);
        default:  // N
            return append_number(out, (f.second_of_day * 1000 + f.ms) * 1'000'000, count);
    }
}

void append_zone_part(std::string& out, char letter, std::size_t count, const LocalTime& time) {
    switch (letter) {
        case 'V':
            out += time.zone_id;
            return;
        case 'z':
            out += time.abbreviation;
            return;
        case 'O':
            return append_localized_offset(out, time.offset_s, count);
        default:
            return append_offset(out, time.offset_s, letter, count);
    }
}

}  // namespace

base::Result<JavaTimeFormat> JavaTimeFormat::compile(std::string_view pattern) {
    JavaTimeFormat format;
    std::size_t depth = 0;
    std::size_t pad = 0;
    const auto literal = [&](char c) {
        if (format.parts_.empty() || format.parts_.back().letter != 0) format.parts_.push_back({});
        format.parts_.back().literal.push_back(c);
    };
    for (std::size_t i = 0; i < pattern.size();) {
        const char c = pattern[i];
        if (is_letter(c)) {
            std::size_t count = 0;
            while (i < pattern.size() && pattern[i] == c)
                ++count, ++i;
            if (c == 'p') {
                if (pad != 0 || i >= pattern.size() || !is_letter(pattern[i])) {
                    return bad("Pad letter 'p' must be followed by valid pad pattern", pattern);
                }
                pad = count;
                continue;
            }
            if (count_max(c) == 0) return bad(std::string("Unknown pattern letter: ") + c, pattern);
            if (!count_allowed(c, count)) {
                return bad(std::string("Too many pattern letters: ") + c, pattern);
            }
            format.parts_.push_back({c, count, pad, {}});
            pad = 0;
        } else if (c == '\'') {
            std::size_t at = i + 1;
            if (at < pattern.size() && pattern[at] == '\'') {
                literal('\'');
                i += 2;
                continue;
            }
            for (;; ++at) {
                if (at >= pattern.size()) {
                    return bad("Pattern ends with an incomplete string literal", pattern);
                }
                if (pattern[at] != '\'') {
                    literal(pattern[at]);
                } else if (at + 1 < pattern.size() && pattern[at + 1] == '\'') {
                    literal('\'');
                    ++at;
                } else {
                    break;
                }
            }
            i = at + 1;
        } else if (c == '[') {
            ++depth, ++i;
        } else if (c == ']') {
            if (depth == 0)
                return bad("Pattern invalid as it contains ] without previous [", pattern);
            --depth, ++i;
        } else if (c == '{' || c == '}' || c == '#') {
            return bad(std::string("Pattern includes reserved character: '") + c + "'", pattern);
        } else {
            literal(c);
            ++i;
        }
    }
    return format;
}

std::string JavaTimeFormat::format(const LocalTime& time) const {
    const Fields fields = split(time);
    constexpr std::string_view date_letters = "GuyYMLQqwWDdFecE";
    constexpr std::string_view zone_letters = "VzOXxZ";
    std::string out;
    for (const Part& part : parts_) {
        if (part.letter == 0) {
            out += part.literal;
            continue;
        }
        std::string piece;
        if (date_letters.find(part.letter) != std::string_view::npos) {
            append_date_part(piece, part.letter, part.count, fields);
        } else if (zone_letters.find(part.letter) != std::string_view::npos) {
            append_zone_part(piece, part.letter, part.count, time);
        } else {
            append_time_part(piece, part.letter, part.count, fields);
        }
        if (piece.size() < part.pad) out.append(part.pad - piece.size(), ' ');
        out += piece;
    }
    return out;
}

}  // namespace firehose

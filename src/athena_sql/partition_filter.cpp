#include "athena_sql/partition_filter.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "base/units.h"

namespace athena_sql {

namespace {

std::optional<std::int64_t> parse_integer(std::string_view text) {
    std::int64_t number = 0;
    if (text.starts_with('+')) text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// Howard Hinnant's days_from_civil.
std::int64_t days_of(std::int64_t year, std::int64_t month, std::int64_t day) {
    year -= month <= 2 ? 1 : 0;
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const std::int64_t year_of_era = year - era * 400;
    const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           719468;
}

struct Civil {
    std::int64_t year, month, day;
};

Civil civil_of(std::int64_t days) {
    days += 719468;
    const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const std::int64_t day_of_era = days - era * 146097;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const std::int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t part = (5 * day_of_year + 2) / 153;
    const std::int64_t month = part + (part < 10 ? 3 : -9);
    return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
            day_of_year - (153 * part + 2) / 5 + 1};
}

bool unknowable(const FilterValue& value) {
    return std::holds_alternative<Unknowable>(value);
}
bool is_null(const FilterValue& value) {
    return std::holds_alternative<Null>(value);
}

// Trino compares equal types only; a mixture has failed before, so it is unknowable here.
template <class Compare>
FilterValue compared(const FilterValue& a, const FilterValue& b, Compare compare) {
    if (unknowable(a) || unknowable(b)) return Unknowable{};
    if (is_null(a) || is_null(b)) return Null{};
    if (a.index() != b.index()) return Unknowable{};
    return compare(a, b);
}

FilterValue equals(const FilterValue& a, const FilterValue& b) {
    return compared(a, b, [](const auto& x, const auto& y) { return FilterValue(x == y); });
}

FilterValue less(const FilterValue& a, const FilterValue& b) {
    return compared(a, b, [](const auto& x, const auto& y) { return FilterValue(x < y); });
}

FilterValue less_or_equal(const FilterValue& a, const FilterValue& b) {
    return compared(a, b, [](const auto& x, const auto& y) { return FilterValue(x <= y); });
}

FilterValue both(const FilterValue& a, const FilterValue& b) {
    if (a == FilterValue(false) || b == FilterValue(false)) return false;
    if (unknowable(a) || unknowable(b)) return Unknowable{};
    if (is_null(a) || is_null(b)) return Null{};
    return true;
}

FilterValue logical_not(const FilterValue& value) {
    if (const bool* truth = std::get_if<bool>(&value)) return !*truth;
    return is_null(value) ? FilterValue(Null{}) : FilterValue(Unknowable{});
}

// AND (deciding = false) and OR (deciding = true).
FilterValue combined(const FilterNode& node, const std::vector<FilterValue>& keys, bool deciding) {
    bool unknown = false;
    bool null = false;
    for (const FilterNode& child : node.children) {
        const FilterValue value = evaluate(child, keys);
        if (const bool* truth = std::get_if<bool>(&value)) {
            if (*truth == deciding) return deciding;
        } else {
            (is_null(value) ? null : unknown) = true;
        }
    }
    if (unknown) return Unknowable{};
    return null ? FilterValue(Null{}) : FilterValue(!deciding);
}

// SQL LIKE over code points; nullopt when the pattern is malformed.
std::optional<bool> like(std::string_view text, std::string_view pattern, char escape) {
    struct Item {
        char kind;  // '%', '_' or 'c'
        std::string_view text;
    };
    const auto next_code_point = [](std::string_view from) {
        std::size_t size = from.empty() ? 0 : 1;
        while (size < from.size() && (static_cast<unsigned char>(from[size]) & 0xC0) == 0x80)
            ++size;
        return from.substr(0, size);
    };
    std::vector<Item> items;
    while (!pattern.empty()) {
        const std::string_view one = next_code_point(pattern);
        pattern.remove_prefix(one.size());
        if (escape != '\0' && one[0] == escape) {
            const std::string_view escaped = next_code_point(pattern);
            if (escaped.empty()) return std::nullopt;
            pattern.remove_prefix(escaped.size());
            items.push_back({'c', escaped});
        } else {
            items.push_back({one == "%" || one == "_" ? one[0] : 'c', one});
        }
    }
    // Greedy with one point of return: the last '%'.
    std::size_t at = 0;
    std::optional<std::size_t> star;
    std::string_view star_rest;
    while (true) {
        if (at < items.size() && items[at].kind == '%') {
            star = at++;
            star_rest = text;
            continue;
        }
        const std::string_view one = next_code_point(text);
        if (one.empty() && at == items.size()) return true;
        const bool fits =
            !one.empty() && at < items.size() && (items[at].kind == '_' || items[at].text == one);
        if (fits) {
            text.remove_prefix(one.size());
            ++at;
            continue;
        }
        if (!star || star_rest.empty()) return false;
        star_rest.remove_prefix(next_code_point(star_rest).size());
        text = star_rest;
        at = *star + 1;
    }
}

FilterValue evaluate_like(const std::vector<FilterValue>& values) {
    for (const FilterValue& value : values) {
        if (unknowable(value)) return Unknowable{};
    }
    for (const FilterValue& value : values) {
        if (is_null(value)) return Null{};
        if (!std::holds_alternative<std::string>(value)) return Unknowable{};
    }
    char escape = '\0';
    if (values.size() > 2) {
        const std::string& text = std::get<std::string>(values[2]);
        if (text.size() != 1) return Unknowable{};
        escape = text[0];
    }
    const auto matches =
        like(std::get<std::string>(values[0]), std::get<std::string>(values[1]), escape);
    return matches ? FilterValue(*matches) : FilterValue(Unknowable{});
}

FilterValue evaluate_in(const std::vector<FilterValue>& values) {
    bool null = is_null(values[0]);
    bool unknown = unknowable(values[0]);
    for (std::size_t i = 1; i < values.size(); ++i) {
        const FilterValue same = equals(values[0], values[i]);
        if (const bool* truth = std::get_if<bool>(&same)) {
            if (*truth) return true;
        } else {
            (is_null(same) ? null : unknown) = true;
        }
    }
    if (unknown) return Unknowable{};
    return null ? FilterValue(Null{}) : FilterValue(false);
}

FilterValue evaluate_sum(const std::vector<FilterValue>& values, int sign) {
    if (values.size() != 2 || unknowable(values[0]) || unknowable(values[1])) return Unknowable{};
    const auto* number = std::get_if<std::int64_t>(&values[1]);
    if (number == nullptr || *number > 1'000'000'000'000 || *number < -1'000'000'000'000) {
        return Unknowable{};
    }
    if (const auto* date = std::get_if<DateValue>(&values[0])) {
        return DateValue{date->days + sign * *number};
    }
    const auto* first = std::get_if<std::int64_t>(&values[0]);
    if (first == nullptr || *first > 1'000'000'000'000 || *first < -1'000'000'000'000) {
        return Unknowable{};
    }
    return *first + sign * *number;
}

FilterValue to_text(const FilterValue& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    if (const auto* date = std::get_if<DateValue>(&value)) return format_date(date->days);
    if (const auto* truth = std::get_if<bool>(&value))
        return std::string(*truth ? "true" : "false");
    return value;
}

FilterValue to_date(const FilterValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) return value;
    const auto days = parse_date(*text);
    return days ? FilterValue(DateValue{*days}) : FilterValue(Unknowable{});
}

FilterValue to_bigint(const FilterValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) return value;
    const auto number = parse_integer(*text);
    return number ? FilterValue(*number) : FilterValue(Unknowable{});
}

FilterValue evaluate_format(const std::vector<FilterValue>& values) {
    if (is_null(values[0])) return Null{};
    const auto* date = std::get_if<DateValue>(&values[0]);
    const auto* format = std::get_if<std::string>(&values[1]);
    if (date == nullptr || format == nullptr) return Unknowable{};
    const Civil civil = civil_of(date->days);
    std::string out;
    for (std::size_t i = 0; i < format->size(); ++i) {
        if ((*format)[i] != '%') {
            out += (*format)[i];
            continue;
        }
        std::array<char, 24> digits{};
        const char letter = ++i < format->size() ? (*format)[i] : '\0';
        const auto number = [&](const char* pattern, std::int64_t value) {
            std::snprintf(digits.data(), digits.size(), pattern, static_cast<long>(value));
            out += digits.data();
        };
        if (letter == 'Y') {
            number("%04ld", civil.year);
        } else if (letter == 'm') {
            number("%02ld", civil.month);
        } else if (letter == 'd') {
            number("%02ld", civil.day);
        } else {
            return Unknowable{};
        }
    }
    return out;
}

FilterValue evaluate_concat(const std::vector<FilterValue>& values) {
    std::string out;
    bool null = false;
    for (const FilterValue& value : values) {
        if (unknowable(value)) return Unknowable{};
        if (is_null(value)) null = true;
        if (const auto* text = std::get_if<std::string>(&value)) {
            out += *text;
        } else if (!is_null(value)) {
            return Unknowable{};
        }
    }
    return null ? FilterValue(Null{}) : FilterValue(std::move(out));
}

}  // namespace

std::optional<std::int64_t> parse_date(std::string_view text) {
    std::array<std::int64_t, 3> parts{};
    std::size_t begin = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        const std::size_t end = i < 2 ? text.find('-', begin) : text.size();
        if (end == std::string_view::npos || end == begin || end - begin > (i == 0 ? 4U : 2U)) {
            return std::nullopt;
        }
        const std::string_view digits = text.substr(begin, end - begin);
        if (digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
        parts[i] = *parse_integer(digits);
        begin = end + 1;
    }
    const auto [year, month, day] = parts;
    if (month < 1 || month > 12 || day < 1) return std::nullopt;
    const std::int64_t days = days_of(year, month, day);
    if (civil_of(days).day != day) return std::nullopt;  // February 30
    return days;
}

std::string format_date(std::int64_t days) {
    const Civil civil = civil_of(days);
    std::array<char, 40> out{};
    std::snprintf(out.data(), out.size(), "%04ld-%02ld-%02ld", static_cast<long>(civil.year),
                  static_cast<long>(civil.month), static_cast<long>(civil.day));
    return out.data();
}

FilterValue partition_value(const Type& type, const std::optional<std::string>& text) {
    if (!text) return Null{};
    switch (type.kind) {
        case TypeKind::varchar:
            return *text;
        case TypeKind::tinyint:
        case TypeKind::smallint:
        case TypeKind::integer:
        case TypeKind::bigint:
            return to_bigint(FilterValue(*text));
        case TypeKind::date:
            return to_date(FilterValue(*text));
        case TypeKind::boolean:
            if (*text == "true") return true;
            if (*text == "false") return false;
            return Unknowable{};
        default:
            return Unknowable{};
    }
}

FilterValue evaluate(const FilterNode& node, const std::vector<FilterValue>& keys) {
    if (node.op == FilterOp::constant) return node.value;
    if (node.op == FilterOp::key) {
        return node.index < keys.size() ? keys[node.index] : FilterValue(Unknowable{});
    }
    if (node.op == FilterOp::logical_and) return combined(node, keys, false);
    if (node.op == FilterOp::logical_or) return combined(node, keys, true);
    std::vector<FilterValue> values;
    for (const FilterNode& child : node.children)
        values.push_back(evaluate(child, keys));
    switch (node.op) {
        case FilterOp::logical_not:
            return logical_not(values[0]);
        case FilterOp::equal:
            return equals(values[0], values[1]);
        case FilterOp::not_equal:
            return logical_not(equals(values[0], values[1]));
        case FilterOp::less:
            return less(values[0], values[1]);
        case FilterOp::less_or_equal:
            return less_or_equal(values[0], values[1]);
        case FilterOp::between:
            return both(less_or_equal(values[1], values[0]), less_or_equal(values[0], values[2]));
        case FilterOp::like:
            return evaluate_like(values);
        case FilterOp::is_null:
            return unknowable(values[0]) ? FilterValue(Unknowable{})
                                         : FilterValue(is_null(values[0]));
        case FilterOp::in_list:
            return evaluate_in(values);
        case FilterOp::concat:
            return evaluate_concat(values);
        case FilterOp::add:
            return evaluate_sum(values, 1);
        case FilterOp::subtract:
            return evaluate_sum(values, -1);
        case FilterOp::to_bigint:
            return to_bigint(values[0]);
        case FilterOp::to_varchar:
            return to_text(values[0]);
        case FilterOp::to_date:
            return to_date(values[0]);
        case FilterOp::format_date:
            return evaluate_format(values);
        default:
            return Unknowable{};
    }
}

bool PartitionFilter::may_match(const std::vector<Type>& key_types,
                                const std::vector<std::optional<std::string>>& values) const {
    std::vector<FilterValue> keys;
    for (std::size_t i = 0; i < values.size(); ++i) {
        keys.push_back(i < key_types.size() ? partition_value(key_types[i], values[i])
                                            : FilterValue(Unknowable{}));
    }
    return std::all_of(conditions_.begin(), conditions_.end(), [&](const FilterNode& condition) {
        const FilterValue value = evaluate(condition, keys);
        if (const bool* truth = std::get_if<bool>(&value)) return *truth;
        return unknowable(value);
    });
}

}  // namespace athena_sql

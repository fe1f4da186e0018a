// Literals, intervals, the current time, and constants as the translation sees them.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "athena_sql/translate.h"
#include "base/bytes.h"
#include "base/units.h"

namespace athena_sql {

namespace {

using K = TypeKind;

// The UTC date and time of a moment, "2024-01-31 10:11:12.123".
std::string timestamp_text(std::int64_t ms) {
    std::int64_t days = ms / base::day_ms;
    std::int64_t rest = ms % base::day_ms;
    if (rest < 0) {
        rest += base::day_ms;
        --days;
    }
    std::array<char, 32> clock{};
    std::snprintf(clock.data(), clock.size(), " %02d:%02d:%02d.%03d",
                  static_cast<int>(rest / 3'600'000), static_cast<int>(rest / 60'000 % 60),
                  static_cast<int>(rest / 1000 % 60), static_cast<int>(rest % 1000));
    return format_date(days) + clock.data();
}

}  // namespace

Result<Value> Translator::literal(const Expr& expr) const {
    switch (expr.kind) {
        case ExprKind::null_literal:
            return Value{make_type(K::unknown), "NULL"};
        case ExprKind::boolean_literal:
            return Value{make_type(K::boolean), expr.text};
        case ExprKind::string_literal: {
            std::int32_t length = 0;
            for (const char c : expr.text) {
                if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) ++length;
            }
            if (expr.text.find('\0') != std::string::npos) {
                return not_supported("A NUL character in a text", expr.at);
            }
            return Value{make_varchar(length), quote(expr.text)};
        }
        case ExprKind::binary_literal:
            return Value{make_type(K::varbinary), "unhex(" + quote(base::to_hex(expr.text)) + ")"};
        case ExprKind::floating_literal:
            return Value{make_type(K::double_precision), "CAST(" + expr.text + " AS DOUBLE)"};
        case ExprKind::integer_literal: {
            std::int64_t number = 0;
            const auto [end, error] =
                std::from_chars(expr.text.data(), expr.text.data() + expr.text.size(), number);
            if (error != std::errc{}) {
                return SqlError{"SYNTAX_ERROR", "Invalid numeric literal: " + expr.text, expr.at};
            }
            const std::string digits = std::to_string(number);
            if (number <= 2147483647) return Value{make_type(K::integer), digits};
            return Value{make_type(K::bigint), digits};
        }
        default:
            break;
    }
    const auto point = expr.text.find('.');
    std::string whole = expr.text.substr(0, point);
    const std::string fraction = expr.text.substr(point + 1);
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
    const std::size_t digits = std::max<std::size_t>(whole.size() + fraction.size(), 1);
    if (digits > static_cast<std::size_t>(decimal_precision_max)) {
        return SqlError{"SYNTAX_ERROR", "Invalid decimal literal: " + expr.text, expr.at};
    }
    const Type type =
        make_decimal(static_cast<std::int32_t>(digits), static_cast<std::int32_t>(fraction.size()));
    return Value{type, "CAST('" + (whole.empty() ? "0" : whole) + "." + fraction + "' AS " +
                           duckdb_name(type) + ")"};
}

Result<Value> Translator::typed_literal(const Expr& expr) const {
    const SqlError bad{"INVALID_LITERAL",
                       "'" + expr.text + "' is not a valid " + trino_name(expr.type) + " literal",
                       expr.at};
    Type type = expr.type;
    switch (type.kind) {
        case K::date: {
            const auto days = parse_date(expr.text);
            if (!days) return bad;
            return Value{type, "CAST(" + quote(format_date(*days)) + " AS DATE)"};
        }
        case K::timestamp: {
            // A zone in the text makes it a timestamp with time zone: only UTC and offsets.
            std::string text = expr.text;
            if (!parse_date(text.substr(0, text.find_first_of(" T")))) return bad;
            const auto space = text.rfind(' ');
            const std::string last = space == std::string::npos ? "" : text.substr(space + 1);
            const bool zoned =
                last == "UTC" || last == "Z" ||
                ((last.starts_with('+') || last.starts_with('-')) && last.size() == 6);
            if (zoned) {
                type = make_type(K::timestamp_with_zone);
                text = text.substr(0, space) + (last == "UTC" || last == "Z" ? "" : last);
            } else if (text.find_first_not_of("0123456789-:. ") != std::string::npos) {
                return not_supported("Time zones other than UTC", expr.at);
            }
            if (zoned) {
                return Value{type, "CAST(CAST(" + quote(text) + " AS TIMESTAMPTZ) AS TIMESTAMP)"};
            }
            return Value{type, "CAST(" + quote(text) + " AS TIMESTAMP)"};
        }
        case K::decimal: {
            Expr digits;
            digits.kind = ExprKind::decimal_literal;
            digits.at = expr.at;
            digits.text = expr.text;
            const bool negative = digits.text.starts_with('-');
            if (negative) digits.text.erase(0, 1);
            if (digits.text.find('.') == std::string::npos) digits.text += '.';
            if (digits.text.find_first_not_of("0123456789.") != std::string::npos) return bad;
            if (std::count(digits.text.begin(), digits.text.end(), '.') != 1) return bad;
            TRY(value, literal(digits));
            if (negative) value.sql = "(-" + value.sql + ")";
            return value;
        }
        case K::json:
            return Value{type, "CAST(" + quote(expr.text) + " AS JSON)"};
        case K::varchar:
            return Value{type, quote(expr.text)};
        default: {
            const Value text{make_varchar(), quote(expr.text)};
            return cast(text, type, expr.at);
        }
    }
}

Result<Value> Translator::interval(const Expr& expr) const {
    std::int64_t number = 0;
    std::string text = expr.text;
    std::int64_t thousandths = 0;
    const auto point = text.find('.');
    const bool fractional = point != std::string::npos && expr.unit == "second";
    if (fractional) {
        std::string digits = (text.substr(point + 1) + "000").substr(0, 3);
        if (digits.find_first_not_of("0123456789") != std::string::npos) digits = "x";
        const auto parsed =
            std::from_chars(digits.data(), digits.data() + digits.size(), thousandths);
        if (parsed.ec != std::errc{}) text = "x";
        text = text.substr(0, point);
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number > 1'000'000'000 ||
        number < -1'000'000'000) {
        return SqlError{"INVALID_LITERAL", "'" + expr.text + "' is not a valid interval literal",
                        expr.at};
    }
    if (expr.negated) number = -number;
    if (expr.unit == "year" || expr.unit == "month") {
        const std::int64_t months = expr.unit == "year" ? number * 12 : number;
        return Value{make_type(K::interval_year_to_month),
                     "to_months(CAST(" + std::to_string(months) + " AS INTEGER))"};
    }
    std::int64_t unit_ms = 1000;
    if (expr.unit == "minute") unit_ms = 60'000;
    if (expr.unit == "hour") unit_ms = 3'600'000;
    if (expr.unit == "day") unit_ms = base::day_ms;
    if (expr.unit == "week") unit_ms = 7 * base::day_ms;
    const std::int64_t sign = expr.negated || text.starts_with('-') ? -1 : 1;
    const std::int64_t total_ms = number * unit_ms + sign * thousandths;
    // Whole days stay days, so that the text form and date arithmetic see them as such.
    const std::string sql =
        total_ms % base::day_ms == 0
            ? "to_days(CAST(" + std::to_string(total_ms / base::day_ms) + " AS INTEGER))"
            : "to_milliseconds(" + std::to_string(total_ms) + ")";
    return Value{make_type(K::interval_day_to_second), sql};
}

Result<Value> Translator::current(const Expr& expr) const {
    const std::string text = timestamp_text(options_.now.ms);
    if (expr.text == "current_date") {
        return Value{make_type(K::date), "CAST('" + text.substr(0, 10) + "' AS DATE)"};
    }
    if (expr.text == "current_timestamp" || expr.text == "localtimestamp") {
        return Value{
            make_type(expr.text == "localtimestamp" ? K::timestamp : K::timestamp_with_zone),
            "CAST('" + text + "' AS TIMESTAMP)"};
    }
    if (expr.text == "localtime") {
        return Value{make_type(K::time), "CAST('" + text.substr(11) + "' AS TIME)"};
    }
    return not_supported(expr.text, expr.at);
}

std::optional<std::string> Translator::constant_text(const Expr& expr) {
    if (expr.kind == ExprKind::string_literal) return expr.text;
    if (expr.kind == ExprKind::cast && expr.type.is(K::varchar)) {
        return constant_text(*expr.children[0]);
    }
    return std::nullopt;
}

std::optional<std::int64_t> Translator::constant_integer(const Expr& expr) {
    if (expr.kind == ExprKind::negate) {
        const auto inner = constant_integer(*expr.children[0]);
        return inner ? std::optional<std::int64_t>(-*inner) : std::nullopt;
    }
    std::int64_t number = 0;
    if (expr.kind != ExprKind::integer_literal ||
        std::from_chars(expr.text.data(), expr.text.data() + expr.text.size(), number).ec !=
            std::errc{}) {
        return std::nullopt;
    }
    return number;
}

}  // namespace athena_sql

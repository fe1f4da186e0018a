// Trino's conversions and operators between types, in DuckDB's terms.
#include <algorithm>

#include "athena_sql/lexer.h"
#include "athena_sql/translate.h"

namespace athena_sql {

namespace {

using K = TypeKind;

// Integers by width; 0 for other types.
int integer_rank(const Type& type) {
    switch (type.kind) {
        case K::tinyint:
            return 1;
        case K::smallint:
            return 2;
        case K::integer:
            return 3;
        case K::bigint:
            return 4;
        default:
            return 0;
    }
}

bool is_numeric(const Type& type) {
    return integer_rank(type) > 0 || type.is(K::decimal) || type.is(K::real) ||
           type.is(K::double_precision);
}

bool is_text(const Type& type) {
    return type.is(K::varchar) || type.is(K::fixed_char);
}
bool is_instant(const Type& type) {
    return type.is(K::timestamp) || type.is(K::timestamp_with_zone);
}
bool is_interval(const Type& type) {
    return type.is(K::interval_day_to_second) || type.is(K::interval_year_to_month);
}

// The decimal that holds every value of an integer type.
Type as_decimal(const Type& type) {
    if (type.is(K::decimal)) return type;
    static constexpr std::int32_t digits[] = {0, 3, 5, 10, 19};
    return make_decimal(digits[integer_rank(type)], 0);
}

std::string cast_text(const std::string& sql, const Type& type) {
    return "CAST(" + sql + " AS " + duckdb_name(type) + ")";
}

std::string power_of_ten(std::int32_t exponent) {
    return "1" + std::string(static_cast<std::size_t>(exponent), '0');
}

// A decimal's digits as a HUGEINT.
std::string unscaled(const std::string& sql, std::int32_t scale) {
    if (scale == 0) return "CAST(" + sql + " AS HUGEINT)";
    return "CAST((" + sql + " * CAST(" + power_of_ten(scale) + " AS DECIMAL(" +
           std::to_string(scale + 1) + ",0))) AS HUGEINT)";
}

std::string upper_name(const Type& type) {
    if (type.is(K::integer)) return "INT";
    return to_upper(trino_name(type));
}

}  // namespace

std::string quote(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') out += '\'';
        out += c;
    }
    return out + "'";
}

std::string Translator::exact(const Value& value) {
    const std::string name = duckdb_name(value.type);
    const bool column = value.sql.size() > 3 && value.sql[0] == 'r' &&
                        value.sql.find_first_not_of("r0123456789.c") == std::string::npos;
    if (column) return value.sql;
    if (value.sql.starts_with("CAST(") && value.sql.ends_with(" AS " + name + ")")) {
        return value.sql;
    }
    return cast_text(value.sql, value.type);
}

bool Translator::can_coerce(const Type& from, const Type& to) {
    if (from == to || from.is(K::unknown)) return true;
    const int rank = integer_rank(from);
    if (rank > 0) {
        return integer_rank(to) > rank || to.is(K::decimal) || to.is(K::real) ||
               to.is(K::double_precision);
    }
    if (from.is(K::decimal)) {
        return to.is(K::double_precision) || to.is(K::real) ||
               (to.is(K::decimal) && to.scale >= from.scale &&
                to.precision - to.scale >= from.precision - from.scale);
    }
    if (from.is(K::real)) return to.is(K::double_precision);
    if (from.is(K::varchar)) return to.is(K::varchar) && to.precision >= from.precision;
    if (from.is(K::fixed_char)) return is_text(to);
    if (from.is(K::date)) return is_instant(to);
    if (from.is(K::timestamp)) return to.is(K::timestamp_with_zone);
    if (from.kind != to.kind || from.elements.size() != to.elements.size()) return false;
    if (from.elements.empty()) return false;
    for (std::size_t i = 0; i < from.elements.size(); ++i) {
        if (!can_coerce(from.elements[i], to.elements[i])) return false;
    }
    return true;
}

std::optional<Type> Translator::common_type(const Type& a, const Type& b) {
    if (can_coerce(a, b) && !(a.is(K::decimal) && b.is(K::decimal))) {
        if (integer_rank(a) == 0 || !b.is(K::decimal)) return b;
    }
    if (can_coerce(b, a) && !(a.is(K::decimal) && b.is(K::decimal))) {
        if (integer_rank(b) == 0 || !a.is(K::decimal)) return a;
    }
    const bool exact_numbers =
        (a.is(K::decimal) || integer_rank(a) > 0) && (b.is(K::decimal) || integer_rank(b) > 0);
    if (exact_numbers) {
        const Type x = as_decimal(a);
        const Type y = as_decimal(b);
        const std::int32_t scale = std::max(x.scale, y.scale);
        const std::int32_t whole = std::max(x.precision - x.scale, y.precision - y.scale);
        return make_decimal(std::min(decimal_precision_max, whole + scale), scale);
    }
    if (a.kind != b.kind || a.elements.size() != b.elements.size() || a.elements.empty()) {
        return std::nullopt;
    }
    Type out = a;
    for (std::size_t i = 0; i < a.elements.size(); ++i) {
        auto element = common_type(a.elements[i], b.elements[i]);
        if (!element) return std::nullopt;
        out.elements[i] = std::move(*element);
    }
    for (std::size_t i = 0; i < out.field_names.size() && i < b.field_names.size(); ++i) {
        if (to_lower(out.field_names[i]) != to_lower(b.field_names[i])) out.field_names[i].clear();
    }
    return out;
}

Result<Value> Translator::coerce(Value value, const Type& type, Position at) const {
    if (value.type == type) return value;
    if (!can_coerce(value.type, type)) {
        return type_mismatch("Cannot convert " + trino_name(value.type) + " to " + trino_name(type),
                             at);
    }
    if (is_text(value.type) && is_text(type)) {
        value.type = type;
        return value;
    }
    return cast(value, type, at);
}

namespace {

// One Value inside a lambda's body: the text of a conversion of `element`.
std::string lambda_over(const std::string& list, const std::string& name, const std::string& body) {
    return "list_transform(" + list + ", lambda " + name + ": " + body + ")";
}

// Integer text only: DuckDB would round '1.5' and take '1e3'.
std::string checked_integer(const std::string& sql, const Type& type) {
    return "(CASE WHEN NOT regexp_full_match(" + sql + ", '[+-]?[0-9]+') THEN datastack_fail(" +
           "'INVALID_CAST_ARGUMENT: Cannot cast ''' || " + sql + " || ''' to " + upper_name(type) +
           "') ELSE " + cast_text(sql, type) + " END)";
}

std::string text_of(const Value& value) {
    switch (value.type.kind) {
        case K::double_precision:
            return "datastack_double_to_varchar(" + value.sql + ")";
        case K::real:
            return "datastack_real_to_varchar(" + value.sql + ")";
        case K::timestamp:
            return "strftime(" + value.sql + ", '%Y-%m-%d %H:%M:%S.%g')";
        case K::timestamp_with_zone:
            return "strftime(" + value.sql + ", '%Y-%m-%d %H:%M:%S.%g UTC')";
        case K::json:
            return "json_extract_string(" + value.sql + ", '$')";
        case K::varchar:
        case K::fixed_char:
            return value.sql;
        default:
            return "CAST(" + value.sql + " AS VARCHAR)";
    }
}

bool castable_scalars(const Type& from, const Type& to) {
    if (is_text(to)) {
        return !from.is(K::varbinary) && from.elements.empty() && !is_interval(from);
    }
    if (is_text(from)) {
        return is_numeric(to) || to.is(K::boolean) || to.is(K::date) || is_instant(to) ||
               to.is(K::time);
    }
    if (is_numeric(from) || from.is(K::boolean)) return is_numeric(to) || to.is(K::boolean);
    if (from.is(K::date)) return is_instant(to);
    if (is_instant(from)) return to.is(K::date) || is_instant(to) || to.is(K::time);
    if (from.is(K::json)) return is_numeric(to) || to.is(K::boolean) || !to.elements.empty();
    return false;
}

}  // namespace

Result<Value> Translator::cast(const Value& value, const Type& type, Position at) const {
    const Type& from = value.type;
    Value out{type, value.sql, value.source};
    if (from == type) return out;
    if (from.is(K::unknown)) {
        out.sql = cast_text("NULL", type);
        return out;
    }
    if (type.is(K::json)) {
        out.sql = "to_json(" + value.sql + ")";
        return out;
    }
    const SqlError impossible =
        type_mismatch("Cannot cast " + trino_name(from) + " to " + trino_name(type), at);
    if (from.is(K::array) && type.is(K::array)) {
        const Value element{from.elements[0], new_lambda_name(), nullptr};
        TRY(converted, cast(element, type.elements[0], at));
        out.sql = lambda_over(value.sql, element.sql, exact(converted));
        return out;
    }
    if (from.is(K::map) && type.is(K::map)) {
        TRY(keys, cast({make_array(from.elements[0]), "map_keys(" + value.sql + ")", nullptr},
                       make_array(type.elements[0]), at));
        TRY(values, cast({make_array(from.elements[1]), "map_values(" + value.sql + ")", nullptr},
                         make_array(type.elements[1]), at));
        out.sql = "map(" + keys.sql + ", " + values.sql + ")";
        return out;
    }
    if (from.is(K::row) && type.is(K::row)) {
        if (from.elements.size() != type.elements.size()) return impossible;
        const std::string row = new_lambda_name();
        std::string fields;
        for (std::size_t i = 0; i < type.elements.size(); ++i) {
            const Value field{from.elements[i],
                              "struct_extract_at(" + row + ", " + std::to_string(i + 1) + ")",
                              nullptr};
            TRY(converted, cast(field, type.elements[i], at));
            fields += (i == 0 ? "" : ", ") + exact(converted);
        }
        out.sql = lambda_over("[" + value.sql + "]", row,
                              "CASE WHEN " + row + " IS NULL THEN NULL ELSE CAST(row(" + fields +
                                  ") AS " + duckdb_name(type) + ") END") +
                  "[1]";
        return out;
    }
    if (!castable_scalars(from, type)) return impossible;
    if (is_text(type)) {
        out.sql = text_of(value);
        const bool shorter = type.precision != varchar_unbounded &&
                             (!is_text(from) || from.precision > type.precision);
        if (shorter) out.sql = "substr(" + out.sql + ", 1, " + std::to_string(type.precision) + ")";
        if (type.is(K::fixed_char)) {
            out.sql = "rpad(" + out.sql + ", " + std::to_string(type.precision) + ", ' ')";
        }
        return out;
    }
    if (is_text(from) && integer_rank(type) > 0) {
        out.sql = checked_integer(value.sql, type);
        return out;
    }
    if ((from.is(K::double_precision) || from.is(K::real)) && integer_rank(type) > 0) {
        out.sql = cast_text("round(" + value.sql + ")", type);
        return out;
    }
    if (!(is_instant(from) && is_instant(type))) out.sql = cast_text(value.sql, type);
    return out;
}

Result<Value> Translator::compare(std::string_view op, Value left, Value right, Position at) const {
    const auto common = common_type(left.type, right.type);
    const bool ordered = op != "=" && op != "<>";
    const bool orderable = common && !(ordered && (common->is(K::map) || common->is(K::json)));
    if (!orderable) {
        return type_mismatch("Cannot apply operator: " + trino_name(left.type) + " " +
                                 std::string(op) + " " + trino_name(right.type),
                             at);
    }
    TRY(a, coerce(std::move(left), *common, at));
    TRY(b, coerce(std::move(right), *common, at));
    return Value{make_type(K::boolean), "(" + a.sql + " " + std::string(op) + " " + b.sql + ")",
                 nullptr};
}

namespace {

std::optional<Type> decimal_result(std::string_view op, const Type& x, const Type& y) {
    std::int32_t scale = std::max(x.scale, y.scale);
    std::int32_t precision = 0;
    const std::int32_t whole_x = x.precision - x.scale;
    const std::int32_t whole_y = y.precision - y.scale;
    if (op == "+" || op == "-") {
        precision = std::max(whole_x, whole_y) + scale + 1;
    } else if (op == "*") {
        scale = x.scale + y.scale;
        precision = x.precision + y.precision;
    } else if (op == "/") {
        precision = x.precision + y.scale + std::max(y.scale - x.scale, 0);
    } else {
        precision = std::min(whole_x, whole_y) + scale;
    }
    if (scale > decimal_precision_max) return std::nullopt;
    return make_decimal(std::clamp(precision, std::max(scale, 1), decimal_precision_max), scale);
}

std::string fail_when_zero(const std::string& divisor, const std::string& otherwise) {
    // Constant divisors need no check.
    const bool constant = !divisor.empty() &&
                          divisor.find_first_not_of("0123456789") == std::string::npos &&
                          divisor.find_first_of("123456789") != std::string::npos;
    if (constant) return otherwise;
    return "(CASE WHEN " + divisor +
           " = 0 THEN datastack_fail('DIVISION_BY_ZERO: Division by zero') ELSE " + otherwise +
           " END)";
}

Value decimal_arithmetic(std::string_view op, const Value& a, const Value& b, const Type& type) {
    const std::string spaced = " " + std::string(op) + " ";
    if (op == "*") {
        return {type,
                cast_text("(" + Translator::exact(a) + spaced + Translator::exact(b) + ")", type)};
    }
    if (op == "/") {
        const std::int32_t shift = type.scale - a.type.scale + b.type.scale;
        std::string dividend = unscaled(a.sql, a.type.scale);
        if (shift > 0)
            dividend = "(" + dividend + " * CAST(" + power_of_ten(shift) + " AS HUGEINT))";
        std::string quotient =
            "datastack_divide_half_up(" + dividend + ", " + unscaled(b.sql, b.type.scale) + ")";
        quotient = "CAST(" + quotient + " AS DECIMAL(38,0))";
        if (type.scale > 0) {
            const std::string unit =
                "0." + std::string(static_cast<std::size_t>(type.scale - 1), '0') + "1";
            quotient = "(" + quotient + " * CAST(" + unit + " AS DECIMAL(" +
                       std::to_string(type.scale) + "," + std::to_string(type.scale) + ")))";
        }
        return {type, cast_text(quotient, type)};
    }
    const std::int32_t whole =
        std::max(a.type.precision - a.type.scale, b.type.precision - b.type.scale);
    const Type wide = make_decimal(
        std::min(decimal_precision_max, whole + type.scale + (op == "%" ? 0 : 1)), type.scale);
    std::string sql = "(" + cast_text(a.sql, wide) + spaced + cast_text(b.sql, wide) + ")";
    if (op == "%") sql = fail_when_zero(b.sql, sql);
    return {type, cast_text(sql, type)};
}

Value integer_arithmetic(std::string_view op, const Value& a, const Value& b, const Type& type) {
    const std::string spaced = op == "/" ? " // " : " " + std::string(op) + " ";
    std::string sql = "(" + a.sql + spaced + b.sql + ")";
    if (op == "/" || op == "%") sql = fail_when_zero(b.sql, sql);
    return {type, sql};
}

// date, timestamp and interval. nullopt: there is no such operator.
std::optional<Value> time_arithmetic(std::string_view op, const Value& a, const Value& b) {
    const bool plus_minus = op == "+" || op == "-";
    const std::string both = "(" + a.sql + " " + std::string(op) + " " + b.sql + ")";
    if (plus_minus && is_instant(a.type) && is_interval(b.type)) return Value{a.type, both};
    if (op == "+" && is_interval(a.type) && is_instant(b.type)) return Value{b.type, both};
    if (plus_minus && a.type.is(K::date) && is_interval(b.type)) {
        return Value{a.type, "CAST(" + both + " AS DATE)"};
    }
    if (op == "+" && is_interval(a.type) && b.type.is(K::date)) {
        return Value{b.type, "CAST(" + both + " AS DATE)"};
    }
    if (plus_minus && is_interval(a.type) && a.type == b.type) return Value{a.type, both};
    const Type span = make_type(K::interval_day_to_second);
    if (op == "-" && a.type.is(K::date) && b.type.is(K::date)) {
        return Value{span, "to_days(CAST(" + both + " AS INTEGER))"};
    }
    if (op == "-" && is_instant(a.type) && is_instant(b.type)) return Value{span, both};
    if ((op == "*" || op == "/") && is_interval(a.type) && integer_rank(b.type) > 0) {
        return Value{a.type, "(" + a.sql + " " + std::string(op) + " CAST(" + b.sql +
                                 (op == "*" ? " AS INTEGER))" : " AS DOUBLE))")};
    }
    if (op == "*" && integer_rank(a.type) > 0 && is_interval(b.type)) {
        return Value{b.type, "(" + b.sql + " * CAST(" + a.sql + " AS INTEGER))"};
    }
    return std::nullopt;
}

}  // namespace

Result<Value> Translator::arithmetic(std::string_view op, Value left, Value right,
                                     Position at) const {
    const SqlError impossible =
        type_mismatch("Cannot apply operator: " + trino_name(left.type) + " " + std::string(op) +
                          " " + trino_name(right.type),
                      at);
    if (left.type.is(K::unknown) && right.type.is(K::unknown)) return impossible;
    if (left.type.is(K::unknown)) {
        TRY(typed, cast(left, right.type, at));
        left = std::move(typed);
    }
    if (right.type.is(K::unknown)) {
        TRY(typed, cast(right, left.type, at));
        right = std::move(typed);
    }
    if (const auto value = time_arithmetic(op, left, right)) return *value;
    if (!is_numeric(left.type) || !is_numeric(right.type)) return impossible;
    const auto common = common_type(left.type, right.type);
    if (!common) return impossible;
    if (common->is(K::decimal)) {
        const Type x = as_decimal(left.type);
        const Type y = as_decimal(right.type);
        TRY(a, coerce(std::move(left), x, at));
        TRY(b, coerce(std::move(right), y, at));
        const auto type = decimal_result(op, x, y);
        if (!type) return type_mismatch("DECIMAL scale must be at most 38", at);
        return decimal_arithmetic(op, a, b, *type);
    }
    TRY(a, coerce(std::move(left), *common, at));
    TRY(b, coerce(std::move(right), *common, at));
    if (integer_rank(*common) > 0) return integer_arithmetic(op, a, b, *common);
    return Value{*common, "(" + a.sql + " " + std::string(op) + " " + b.sql + ")"};
}

}  // namespace athena_sql

#include "athena_sql/special_functions.h"

#include <algorithm>
#include <array>

#include "athena_sql/date_format.h"
#include "athena_sql/functions.h"
#include "athena_sql/lexer.h"

namespace athena_sql {

namespace {

using K = TypeKind;

bool is_time(const Type& type) {
    return type.is(K::date) || type.is(K::timestamp) || type.is(K::timestamp_with_zone);
}

// Arguments in their common type.
Result<std::vector<Value>> common_arguments(const SpecialCall& call, std::size_t from) {
    std::vector<Value> values;
    Type type = make_type(K::unknown);
    for (std::size_t i = from; i < call.count(); ++i) {
        TRY(value, call.argument(i));
        const auto common = Translator::common_type(type, value.type);
        if (!common) {
            return type_mismatch("All " + to_upper(call.expr.text) +
                                     " operands must be the same type or coercible to a common "
                                     "type. Cannot find common type between " +
                                     trino_name(type) + " and " + trino_name(value.type),
                                 call.child(i).at);
        }
        type = *common;
        values.push_back(std::move(value));
    }
    for (Value& value : values) {
        TRY(same, call.translator.coerce(std::move(value), type, call.expr.at));
        value = std::move(same);
    }
    return values;
}

std::string joined(const std::vector<Value>& values) {
    std::string out;
    for (const Value& value : values)
        out += (out.empty() ? "" : ", ") + value.sql;
    return out;
}

Result<Value> if_function(const SpecialCall& call) {
    TRY_VOID(call.expect(2, 3));
    Env env = call.env;
    env.clause = "IF condition";
    TRY(condition, call.translator.boolean(call.child(0), env));
    TRY(values, common_arguments(call, 1));
    std::string sql = "(CASE WHEN " + condition.sql + " THEN " + values[0].sql;
    if (values.size() > 1) sql += " ELSE " + values[1].sql;
    return Value{values[0].type, sql + " END)"};
}

Result<Value> coalesce_function(const SpecialCall& call) {
    TRY_VOID(call.expect(2, 10'000));
    TRY(values, common_arguments(call, 0));
    return Value{values[0].type, "coalesce(" + joined(values) + ")"};
}

Result<Value> nullif_function(const SpecialCall& call) {
    TRY_VOID(call.expect(2, 2));
    TRY(first, call.argument(0));
    TRY(second, call.argument(1));
    TRY(equal, call.translator.compare("=", first, std::move(second), call.expr.at));
    return Value{first.type, "(CASE WHEN " + equal.sql + " THEN NULL ELSE " + first.sql + " END)"};
}

// NULL when any argument is NULL; DuckDB's greatest skips NULLs.
Result<Value> extreme(const SpecialCall& call, const char* function) {
    TRY_VOID(call.expect(1, 1000));
    TRY(values, common_arguments(call, 0));
    if (values[0].type.is(K::map) || values[0].type.is(K::json)) {
        return call.unexpected("orderable values");
    }
    std::string nulls;
    for (const Value& value : values) {
        nulls += (nulls.empty() ? "" : " OR ") + value.sql + " IS NULL";
    }
    return Value{values[0].type, "(CASE WHEN " + nulls + " THEN NULL ELSE " + function + "(" +
                                     joined(values) + ") END)"};
}
Result<Value> greatest_function(const SpecialCall& call) {
    return extreme(call, "greatest");
}
Result<Value> least_function(const SpecialCall& call) {
    return extreme(call, "least");
}

Result<Value> try_function(const SpecialCall& call) {
    TRY_VOID(call.expect(1, 1));
    TRY(value, call.argument(0));
    return Value{value.type, "TRY(" + Translator::exact(value) + ")"};
}

Result<Value> typeof_function(const SpecialCall& call) {
    TRY_VOID(call.expect(1, 1));
    TRY(value, call.argument(0));
    return Value{make_varchar(), quote(trino_name(value.type))};
}

Result<Value> concat_function(const SpecialCall& call) {
    TRY_VOID(call.expect(2, 1000));
    std::string sql;
    Type type = make_varchar();
    for (std::size_t i = 0; i < call.count(); ++i) {
        TRY(value, call.argument(i));
        if (i == 0 && (value.type.is(K::array) || value.type.is(K::varbinary))) type = value.type;
        if (type.is(K::array)) {
            const auto common = Translator::common_type(type, value.type);
            if (!common) return call.unexpected("concat(array(T), array(T))");
            TRY(same, call.translator.coerce(std::move(value), *common, call.child(i).at));
            sql += (i == 0 ? "" : " || ") + same.sql;
            continue;
        }
        if (!Translator::can_coerce(value.type, type)) {
            return call.unexpected("concat(varchar, varchar), concat(array(T), array(T))");
        }
        TRY(text, call.translator.coerce(std::move(value), type, call.child(i).at));
        sql += (i == 0 ? "" : " || ") + text.sql;
    }
    return Value{type, "(" + sql + ")"};
}

// Positions count from 1, from the end when negative; outside the text there is nothing.
Result<Value> substr_function(const SpecialCall& call) {
    TRY_VOID(call.expect(2, 3));
    TRY(text, call.argument(0));
    TRY(start, call.argument(1));
    const bool fits =
        text.type.is(K::varchar) || text.type.is(K::fixed_char) || text.type.is(K::unknown);
    if (!fits || !Translator::can_coerce(start.type, make_type(K::bigint))) {
        return call.unexpected("substr(varchar, bigint), substr(varchar, bigint, bigint)");
    }
    TRY(subject, call.translator.coerce(std::move(text), make_varchar(), call.expr.at));
    std::string tail;
    if (call.count() == 3) {
        TRY(length, call.argument(2));
        if (!Translator::can_coerce(length.type, make_type(K::bigint))) {
            return call.unexpected("substr(varchar, bigint, bigint)");
        }
        const auto constant = Translator::constant_integer(call.child(2));
        tail = constant && *constant >= 0 ? ", " + length.sql : ", greatest(" + length.sql + ", 0)";
        if (!constant) {  // greatest() would hide a NULL
            tail = ", CASE WHEN " + length.sql + " < 0 THEN 0 ELSE " + length.sql + " END";
        }
    }
    const std::string plain = "substr(" + subject.sql + ", " + start.sql + tail + ")";
    const auto constant = Translator::constant_integer(call.child(1));
    if (constant && *constant > 0) return Value{make_varchar(), plain};
    return Value{make_varchar(), "(CASE WHEN " + start.sql + " = 0 OR " + start.sql +
                                     " < -length(" + subject.sql + ") THEN '' ELSE " + plain +
                                     " END)"};
}

std::optional<std::string> checked_unit(const SpecialCall& call, std::string_view allowed) {
    const auto text = Translator::constant_text(call.child(0));
    if (!text) return std::nullopt;
    const std::string unit = to_lower(*text);
    const std::string padded = " " + unit + " ";
    if (unit.empty() || allowed.find(padded) == std::string_view::npos) return std::nullopt;
    return unit;
}

SqlError bad_unit(const SpecialCall& call) {
    const auto text = Translator::constant_text(call.child(0));
    if (!text)
        return not_supported(call.expr.text + " with a unit that is not constant", call.expr.at);
    return {"INVALID_FUNCTION_ARGUMENT", "'" + *text + "' is not a valid TIMESTAMP field",
            call.child(0).at};
}

constexpr std::string_view all_units =
    " millisecond second minute hour day week month quarter year ";

Result<Value> date_trunc_function(const SpecialCall& call) {
    TRY_VOID(call.expect(2, 2));
    const auto unit = checked_unit(call, all_units);
    if (!unit) return bad_unit(call);
    TRY(value, call.argument(1));
    if (!is_time(value.type)) return call.unexpected("date_trunc(varchar, timestamp)");
    const Value truncated{value.type, "date_trunc('" + *unit + "', " + value.sql + ")"};
    return Value{value.type, Translator::exact(truncated)};
}

Result<Value> date_add_function(const SpecialCall& call) {
    TRY_VOID(call.expect(3, 3));
    const auto unit = checked_unit(call, all_units);
    if (!unit) return bad_unit(call);
    TRY(amount, call.argument(1));
    TRY(value, call.argument(2));
    if (!is_time(value.type) || !Translator::can_coerce(amount.type, make_type(K::bigint))) {
        return call.unexpected("date_add(varchar, bigint, timestamp)");
    }
    std::string count = amount.sql;
    std::string function = "to_" + *unit + "s";
    if (*unit == "quarter") {
        function = "to_months";
        count = "(" + count + " * 3)";
    }
    const bool small = *unit == "day" || *unit == "week" || *unit == "month" || *unit == "year" ||
                       *unit == "quarter";
    const std::string interval =
        function + "(CAST(" + count + (small ? " AS INTEGER))" : " AS BIGINT))");
    const Value sum{value.type, "(" + value.sql + " + " + interval + ")"};
    return Value{value.type, Translator::exact(sum)};
}

// Whole units that have passed, as DuckDB's datesub counts them.
Result<Value> date_diff_function(const SpecialCall& call) {
    TRY_VOID(call.expect(3, 3));
    const auto unit = checked_unit(call, all_units);
    if (!unit) return bad_unit(call);
    TRY(from, call.argument(1));
    TRY(to, call.argument(2));
    if (!is_time(from.type) || !is_time(to.type)) {
        return call.unexpected("date_diff(varchar, timestamp, timestamp)");
    }
    return Value{make_type(K::bigint), "datesub('" + *unit + "', CAST(" + from.sql +
                                           " AS TIMESTAMP), CAST(" + to.sql + " AS TIMESTAMP))"};
}

Result<std::string> constant_format(const SpecialCall& call, bool joda) {
    const auto pattern = Translator::constant_text(call.child(1));
    if (!pattern) {
        return not_supported(call.expr.text + " with a format that is not constant",
                             call.child(1).at);
    }
    auto format = joda ? strftime_of_joda(*pattern) : strftime_of_mysql(*pattern);
    if (!format) {
        return SqlError{"INVALID_FUNCTION_ARGUMENT", "Invalid or unsupported format: " + *pattern,
                        call.child(1).at};
    }
    return *format;
}

Result<Value> format_time(const SpecialCall& call, bool joda) {
    TRY_VOID(call.expect(2, 2));
    TRY(value, call.argument(0));
    if (!is_time(value.type)) return call.unexpected(call.expr.text + "(timestamp, varchar)");
    TRY(format, constant_format(call, joda));
    for (auto at = format.find("%z"); at != std::string::npos; at = format.find("%z")) {
        format.replace(at, 2, "+0000");  // all of ours are UTC
    }
    return Value{make_varchar(), "strftime(" + value.sql + ", " + quote(format) + ")"};
}
Result<Value> date_format_function(const SpecialCall& call) {
    return format_time(call, false);
}
Result<Value> format_datetime_function(const SpecialCall& call) {
    return format_time(call, true);
}

Result<Value> parse_time(const SpecialCall& call, bool joda) {
    TRY_VOID(call.expect(2, 2));
    TRY(text, call.argument(0));
    if (!Translator::can_coerce(text.type, make_varchar())) {
        return call.unexpected(call.expr.text + "(varchar, varchar)");
    }
    TRY(format, constant_format(call, joda));
    const Value parsed{make_type(joda ? K::timestamp_with_zone : K::timestamp),
                       "strptime(" + text.sql + ", " + quote(format) + ")"};
    return Value{parsed.type, Translator::exact(parsed)};
}
Result<Value> date_parse_function(const SpecialCall& call) {
    return parse_time(call, false);
}
Result<Value> parse_datetime_function(const SpecialCall& call) {
    return parse_time(call, true);
}

Result<Value> date_function(const SpecialCall& call) {
    TRY_VOID(call.expect(1, 1));
    TRY(value, call.argument(0));
    return call.translator.cast(value, make_type(K::date), call.expr.at);
}

Result<Value> now_function(const SpecialCall& call) {
    TRY_VOID(call.expect(0, 0));
    Expr current;
    current.kind = ExprKind::current;
    current.text = "current_timestamp";
    current.at = call.expr.at;
    return call.translator.expression(current, call.env);
}

// JSON functions take json or its text; text that is not JSON gives NULL.
Result<std::pair<std::string, std::string>> json_and_path(const SpecialCall& call) {
    TRY_VOID(call.expect(2, 2));
    TRY(value, call.argument(0));
    if (!value.type.is(K::json) && !Translator::can_coerce(value.type, make_varchar())) {
        return call.unexpected(call.expr.text + "(json, varchar)");
    }
    const auto path = Translator::constant_text(call.child(1));
    if (!path) return not_supported("JSON paths that are not constant", call.child(1).at);
    const auto duckdb_path = duckdb_json_path(*path);
    if (!duckdb_path) {
        return SqlError{"INVALID_FUNCTION_ARGUMENT",
                        "Invalid or unsupported JSON path: '" + *path + "'", call.child(1).at};
    }
    return std::pair{value.sql, quote(*duckdb_path)};
}

Result<Value> json_extract_function(const SpecialCall& call) {
    TRY(both, json_and_path(call));
    return Value{make_type(K::json), "TRY(json_extract(" + both.first + ", " + both.second + "))"};
}

Result<Value> json_extract_scalar_function(const SpecialCall& call) {
    TRY(both, json_and_path(call));
    const std::string arguments = "(" + both.first + ", " + both.second + ")";
    return Value{make_varchar(), "TRY((CASE WHEN json_type" + arguments +
                                     " NOT IN ('OBJECT', 'ARRAY') THEN json_extract_string" +
                                     arguments + " END))"};
}

Result<Value> json_size_function(const SpecialCall& call) {
    TRY(both, json_and_path(call));
    const std::string arguments = "(" + both.first + ", " + both.second + ")";
    return Value{make_type(K::bigint),
                 "TRY((CASE json_type" + arguments + " WHEN 'ARRAY' THEN CAST(json_array_length" +
                     arguments + " AS BIGINT) WHEN 'OBJECT' THEN CAST(len(json_keys" + arguments +
                     ") AS BIGINT) WHEN NULL THEN NULL ELSE 0 END))"};
}

// Java's $1 and \$ in the replacement are RE2's \1 and $.
Result<Value> regexp_replace_function(const SpecialCall& call) {
    TRY_VOID(call.expect(2, 3));
    TRY(text, call.argument(0));
    TRY(pattern, call.argument(1));
    const Type varchar = make_varchar();
    if (!Translator::can_coerce(text.type, varchar) ||
        !Translator::can_coerce(pattern.type, varchar)) {
        return call.unexpected("regexp_replace(varchar, varchar, varchar)");
    }
    std::string replacement;
    if (call.count() == 3) {
        const auto given = Translator::constant_text(call.child(2));
        if (!given)
            return not_supported("regexp_replace with a replacement that is not constant",
                                 call.child(2).at);
        for (std::size_t i = 0; i < given->size(); ++i) {
            const char c = (*given)[i];
            const char next = i + 1 < given->size() ? (*given)[i + 1] : '\0';
            if (c == '$' && next >= '0' && next <= '9') {
                replacement += '\\';
                replacement += next;
                ++i;
            } else if (c == '$') {
                return not_supported("Named groups in a replacement", call.child(2).at);
            } else if (c == '\\' && next != '\0') {
                replacement += next == '\\' ? "\\\\" : std::string(1, next);
                ++i;
            } else {
                replacement += c;
            }
        }
    }
    return Value{varchar, "regexp_replace(" + text.sql + ", " + pattern.sql + ", " +
                              quote(replacement) + ", 'g')"};
}

// round, ceil and floor keep exact types exact.
Result<Value> round_function(const SpecialCall& call) {
    TRY_VOID(call.expect(1, 2));
    TRY(value, call.argument(0));
    std::string digits;
    if (call.count() == 2) {
        TRY(given, call.argument(1));
        if (!Translator::can_coerce(given.type, make_type(K::integer))) {
            return call.unexpected("round(double, integer)");
        }
        digits = ", " + given.sql;
    }
    switch (value.type.kind) {
        case K::tinyint:
        case K::smallint:
        case K::integer:
        case K::bigint: {
            if (digits.empty()) return value;
            const Value rounded{value.type, "round(" + value.sql + digits + ")"};
            return Value{value.type, Translator::exact(rounded)};
        }
        case K::decimal: {
            Type type = value.type;
            const std::int32_t whole = type.precision - type.scale;
            type.precision =
                std::min(decimal_precision_max,
                         digits.empty() ? whole + (type.scale > 0) : type.precision + 1);
            if (digits.empty()) type.scale = 0;
            if (type.precision == 0) type.precision = 1;
            const Value rounded{type, "round(" + value.sql + digits + ")"};
            return Value{type, Translator::exact(rounded)};
        }
        case K::real:
        case K::double_precision: {
            const Value rounded{value.type, "round(" + value.sql + digits + ")"};
            return Value{value.type, Translator::exact(rounded)};
        }
        case K::unknown:
            return Value{make_type(K::double_precision), "CAST(NULL AS DOUBLE)"};
        default:
            return call.unexpected(
                "round(bigint), round(double), round(decimal(p,s)), round(double, integer)");
    }
}

Result<Value> grouping_function(const SpecialCall& call) {
    TRY_VOID(call.expect(1, 30));
    std::string sql;
    Env plain = call.env;
    plain.grouped = false;
    if (!call.env.grouped) {
        return SqlError{"EXPRESSION_NOT_SCALAR", "grouping() needs a GROUP BY", call.expr.at};
    }
    for (std::size_t i = 0; i < call.count(); ++i) {
        TRY(value, call.translator.expression(call.child(i), plain));
        sql += (sql.empty() ? "" : ", ") + value.sql;
    }
    return Value{make_type(K::bigint), "CAST(grouping(" + sql + ") AS BIGINT)"};
}

constexpr SpecialFunction specials[] = {
    {"if", if_function},
    {"coalesce", coalesce_function},
    {"nullif", nullif_function},
    {"greatest", greatest_function},
    {"least", least_function},
    {"try", try_function},
    {"typeof", typeof_function},
    {"concat", concat_function},
    {"substr", substr_function},
    {"substring", substr_function},
    {"date_trunc", date_trunc_function},
    {"date_add", date_add_function},
    {"date_diff", date_diff_function},
    {"date_format", date_format_function},
    {"date_parse", date_parse_function},
    {"format_datetime", format_datetime_function},
    {"parse_datetime", parse_datetime_function},
    {"date", date_function},
    {"now", now_function},
    {"json_extract", json_extract_function},
    {"json_extract_scalar", json_extract_scalar_function},
    {"json_size", json_size_function},
    {"regexp_replace", regexp_replace_function},
    {"round", round_function},
    {"grouping", grouping_function},
    {"transform", transform_function},
    {"filter", filter_function},
    {"any_match", match_function},
    {"all_match", match_function},
    {"none_match", match_function},
    {"reduce", reduce_function},
};

}  // namespace

Result<void> SpecialCall::expect(std::size_t min, std::size_t max) const {
    if (count() >= min && count() <= max) return base::ok();
    return SqlError{
        "FUNCTION_NOT_FOUND",
        "Unexpected number of arguments for function " + expr.text + ": " + std::to_string(count()),
        expr.at};
}

SqlError SpecialCall::unexpected(std::string_view expected) const {
    std::string types;
    for (std::size_t i = 0; i < count(); ++i) {
        std::string type = "function";
        if (child(i).kind != ExprKind::lambda) {
            auto value = argument(i);
            type = value ? trino_name(value.value().type) : "?";
        }
        types += (i == 0 ? "" : ", ") + type;
    }
    return {"FUNCTION_NOT_FOUND",
            "Unexpected parameters (" + types + ") for function " + expr.text +
                ". Expected: " + std::string(expected),
            expr.at};
}

const SpecialFunction* find_special(std::string_view name) {
    for (const SpecialFunction& special : specials) {
        if (special.name == name) return &special;
    }
    return nullptr;
}

std::span<const std::string_view> special_functions() {
    static const auto names = [] {
        std::array<std::string_view, std::size(specials)> out;
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = specials[i].name;
        return out;
    }();
    return names;
}

}  // namespace athena_sql

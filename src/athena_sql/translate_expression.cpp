// Expressions of every kind but names and calls.
#include <algorithm>
#include <array>

#include "athena_sql/lexer.h"
#include "athena_sql/translate.h"

namespace athena_sql {

namespace {

using K = TypeKind;

const Type boolean_type = make_type(K::boolean);

}  // namespace

Result<Value> Translator::expression(const Expr& expr, const Env& env) {
    if (++work_ > translated_expressions_max) {
        return SqlError{"STATEMENT_TOO_LARGE", "The query is too complex", expr.at};
    }
    if (env.grouped && is_group_key(expr, env)) {
        Env plain = env;
        plain.grouped = false;
        return expression(expr, plain);
    }
    TRY(value, dispatch(expr, env));
    value.source = &expr;
    TRY_VOID(check_size(value.sql.size(), expr.at));
    return value;
}

Result<Value> Translator::dispatch(const Expr& expr, const Env& env) {
    switch (expr.kind) {
        case ExprKind::null_literal:
        case ExprKind::boolean_literal:
        case ExprKind::integer_literal:
        case ExprKind::decimal_literal:
        case ExprKind::floating_literal:
        case ExprKind::string_literal:
        case ExprKind::binary_literal:
            return literal(expr);
        case ExprKind::typed_literal:
            return typed_literal(expr);
        case ExprKind::interval_literal:
            return interval(expr);
        case ExprKind::parameter:
            return SqlError{"INVALID_PARAMETER_USAGE",
                            "Incorrect number of parameters: a value for ? is missing", expr.at};
        case ExprKind::name:
            return name(expr, env);
        case ExprKind::field:
            return dereference(expr, env);
        case ExprKind::subscript:
            return subscript(expr, env);
        case ExprKind::negate:
        case ExprKind::comparison:
        case ExprKind::arithmetic:
        case ExprKind::is_null:
            return simple_operator(expr, env);
        case ExprKind::logical_not:
        case ExprKind::logical_and:
        case ExprKind::logical_or:
            return logical(expr, env);
        case ExprKind::concat:
            return concat(expr, env);
        case ExprKind::between:
            return between(expr, env);
        case ExprKind::in_list:
            return in_list(expr, env);
        case ExprKind::in_query:
        case ExprKind::quantified:
        case ExprKind::exists:
        case ExprKind::scalar_query:
            return subquery_predicate(expr, env);
        case ExprKind::like:
            return like(expr, env);
        case ExprKind::is_distinct:
            return is_distinct(expr, env);
        case ExprKind::simple_case:
        case ExprKind::searched_case:
            return case_expression(expr, env);
        case ExprKind::cast:
        case ExprKind::try_cast:
            return cast_expression(expr, env);
        case ExprKind::call:
            return call(expr, env);
        case ExprKind::lambda:
            return type_mismatch("A lambda expression is not allowed here", expr.at);
        case ExprKind::row:
            return row(expr, env);
        case ExprKind::array:
            return array(expr, env);
        case ExprKind::at_time_zone:
            return at_time_zone(expr, env);
        case ExprKind::extract:
            return extract(expr, env);
        case ExprKind::current:
            return current(expr);
    }
    return not_supported("This expression", expr.at);
}

// -a, a < b, a + b, a IS NULL.
Result<Value> Translator::simple_operator(const Expr& expr, const Env& env) {
    TRY(left, expression(*expr.children[0], env));
    if (expr.kind == ExprKind::is_null) {
        return Value{boolean_type, "(" + left.sql + (expr.negated ? " IS NOT NULL)" : " IS NULL)")};
    }
    if (expr.kind == ExprKind::negate) {
        const Value zero{make_type(K::integer), "0"};
        TRY(checked, arithmetic("-", zero, left, expr.at));
        return Value{left.type, "(-" + left.sql + ")"};
    }
    TRY(right, expression(*expr.children[1], env));
    if (expr.kind == ExprKind::comparison) {
        return compare(expr.text, std::move(left), std::move(right), expr.at);
    }
    return arithmetic(expr.text, std::move(left), std::move(right), expr.at);
}

Result<Value> Translator::cast_expression(const Expr& expr, const Env& env) {
    TRY(value, expression(*expr.children[0], env));
    TRY(out, cast(value, expr.type, expr.at));
    if (expr.kind == ExprKind::try_cast) out.sql = "TRY(" + exact(out) + ")";
    return out;
}

Result<Value> Translator::boolean(const Expr& expr, const Env& env) {
    TRY(value, expression(expr, env));
    if (!value.type.is(K::boolean) && !value.type.is(K::unknown)) {
        return type_mismatch(std::string(env.clause) + " must evaluate to a boolean: actual type " +
                                 trino_name(value.type),
                             expr.at);
    }
    return coerce(std::move(value), boolean_type, expr.at);
}

Result<Value> Translator::coerced_expression(const Expr& expr, const Type& type, const Env& env) {
    TRY(value, expression(expr, env));
    return coerce(std::move(value), type, expr.at);
}

Result<Value> Translator::logical(const Expr& expr, const Env& env) {
    std::string sql;
    const char* joint = expr.kind == ExprKind::logical_and ? " AND " : " OR ";
    for (const ExprPtr& child : expr.children) {
        TRY(value, expression(*child, env));
        if (!value.type.is(K::boolean) && !value.type.is(K::unknown)) {
            return type_mismatch(
                (expr.kind == ExprKind::logical_not
                     ? "Value of logical NOT expression must evaluate to a boolean (actual: "
                     : "Logical expression term must evaluate to a boolean (actual: ") +
                    trino_name(value.type) + ")",
                child->at);
        }
        if (expr.kind == ExprKind::logical_not)
            return Value{boolean_type, "(NOT " + value.sql + ")"};
        sql += (sql.empty() ? "" : joint) + value.sql;
        TRY_VOID(check_size(sql.size(), expr.at));
    }
    return Value{boolean_type, "(" + sql + ")"};
}

Result<Value> Translator::between(const Expr& expr, const Env& env) {
    TRY(value, expression(*expr.children[0], env));
    TRY(low, expression(*expr.children[1], env));
    TRY(high, expression(*expr.children[2], env));
    auto type = common_type(value.type, low.type);
    if (type) type = common_type(*type, high.type);
    if (!type || type->is(K::map) || type->is(K::json)) {
        return type_mismatch("Cannot check if " + trino_name(value.type) + " is BETWEEN " +
                                 trino_name(low.type) + " and " + trino_name(high.type),
                             expr.at);
    }
    TRY(a, coerce(std::move(value), *type, expr.at));
    TRY(b, coerce(std::move(low), *type, expr.at));
    TRY(c, coerce(std::move(high), *type, expr.at));
    return Value{boolean_type, "(" + a.sql + (expr.negated ? " NOT BETWEEN " : " BETWEEN ") +
                                   b.sql + " AND " + c.sql + ")"};
}

Result<Value> Translator::in_list(const Expr& expr, const Env& env) {
    std::vector<Value> values;
    Type type = make_type(K::unknown);
    for (const ExprPtr& child : expr.children) {
        TRY(value, expression(*child, env));
        const auto common = common_type(type, value.type);
        if (!common) {
            return type_mismatch(
                "IN value and list items must be the same type: " + trino_name(type), child->at);
        }
        type = *common;
        values.push_back(std::move(value));
    }
    std::string sql;
    for (std::size_t i = 0; i < values.size(); ++i) {
        TRY(value, coerce(std::move(values[i]), type, expr.at));
        if (i == 0) {
            sql = "(" + value.sql + (expr.negated ? " NOT IN (" : " IN (");
        } else {
            sql += (i == 1 ? "" : ", ") + value.sql;
        }
        TRY_VOID(check_size(sql.size(), expr.at));
    }
    return Value{boolean_type, sql + "))"};
}

Result<Value> Translator::subquery_predicate(const Expr& expr, const Env& env) {
    TRY(rendered, query(*expr.query, env.scope));
    const std::string inner = "(" + rendered.sql + ")";
    if (expr.kind == ExprKind::exists) return Value{boolean_type, "(EXISTS " + inner + ")"};
    if (rendered.outputs.size() != 1) {
        return type_mismatch("Multiple columns returned by subquery are not yet supported. Found " +
                                 std::to_string(rendered.outputs.size()),
                             expr.query->at);
    }
    const Type& type = rendered.outputs[0].type;
    if (expr.kind == ExprKind::scalar_query) return Value{type, inner};
    TRY(value, expression(*expr.children[0], env));
    const auto common = common_type(value.type, type);
    if (!common) {
        return type_mismatch("Value expression and result of subquery must be of the same type: " +
                                 trino_name(value.type) + " vs " + trino_name(type),
                             expr.at);
    }
    TRY(left, coerce(std::move(value), *common, expr.at));
    const std::string right = "(" + align(rendered, {*common}) + ")";
    if (expr.kind == ExprKind::in_query) {
        return Value{boolean_type,
                     "(" + left.sql + (expr.negated ? " NOT IN " : " IN ") + right + ")"};
    }
    return Value{boolean_type,
                 "(" + left.sql + " " + expr.text + " " + expr.unit + " " + right + ")"};
}

Result<Value> Translator::like(const Expr& expr, const Env& env) {
    std::string sql;
    for (std::size_t i = 0; i < expr.children.size(); ++i) {
        TRY(value, expression(*expr.children[i], env));
        if (!value.type.is(K::varchar) && !value.type.is(K::fixed_char) &&
            !value.type.is(K::unknown)) {
            return type_mismatch(
                std::string(i == 0   ? "Left side of LIKE expression"
                            : i == 1 ? "Pattern for LIKE expression"
                                     : "Escape for LIKE expression") +
                    " must evaluate to a varchar (actual: " + trino_name(value.type) + ")",
                expr.children[i]->at);
        }
        if (value.type.is(K::unknown)) value.sql = "CAST(NULL AS VARCHAR)";
        if (i == 0) sql = "(" + value.sql + (expr.negated ? " NOT LIKE " : " LIKE ");
        if (i == 1) sql += value.sql;
        if (i == 2) sql += " ESCAPE " + value.sql;
    }
    return Value{boolean_type, sql + ")"};
}

Result<Value> Translator::is_distinct(const Expr& expr, const Env& env) {
    TRY(left, expression(*expr.children[0], env));
    TRY(right, expression(*expr.children[1], env));
    const auto type = common_type(left.type, right.type);
    if (!type) {
        return type_mismatch("Cannot apply operator: " + trino_name(left.type) +
                                 " IS DISTINCT FROM " + trino_name(right.type),
                             expr.at);
    }
    TRY(a, coerce(std::move(left), *type, expr.at));
    TRY(b, coerce(std::move(right), *type, expr.at));
    return Value{boolean_type,
                 "(" + a.sql + (expr.negated ? " IS NOT DISTINCT FROM " : " IS DISTINCT FROM ") +
                     b.sql + ")"};
}

Result<Value> Translator::case_expression(const Expr& expr, const Env& env) {
    std::optional<Value> operand;
    std::size_t i = 0;
    if (expr.kind == ExprKind::simple_case) {
        TRY(value, expression(*expr.children[i++], env));
        operand = std::move(value);
    }
    std::vector<std::string> conditions;
    std::vector<Value> results;
    Type type = make_type(K::unknown);
    const std::size_t count = expr.children.size() - (expr.has_else ? 1 : 0);
    while (i < expr.children.size()) {
        if (i < count) {
            const Expr& when = *expr.children[i++];
            if (operand) {
                TRY(value, expression(when, env));
                TRY(equal, compare("=", *operand, std::move(value), when.at));
                conditions.push_back(std::move(equal.sql));
            } else {
                Env inner = env;
                inner.clause = "CASE WHEN clause";
                TRY(condition, boolean(when, inner));
                conditions.push_back(std::move(condition.sql));
            }
        }
        const Expr& then = *expr.children[i++];
        TRY(value, expression(then, env));
        const auto common = common_type(type, value.type);
        if (!common) {
            return type_mismatch(
                "All CASE results must be the same type or coercible to a common "
                "type. Cannot find common type between " +
                    trino_name(type) + " and " + trino_name(value.type),
                then.at);
        }
        type = *common;
        results.push_back(std::move(value));
    }
    std::string sql = "(CASE";
    for (std::size_t k = 0; k < results.size(); ++k) {
        TRY(value, coerce(std::move(results[k]), type, expr.at));
        if (k < conditions.size()) sql += " WHEN " + conditions[k] + " THEN " + value.sql;
        if (k == conditions.size()) sql += " ELSE " + value.sql;
        TRY_VOID(check_size(sql.size(), expr.at));
    }
    return Value{type, sql + " END)"};
}

Result<Value> Translator::subscript(const Expr& expr, const Env& env) {
    TRY(base, expression(*expr.children[0], env));
    TRY(index, expression(*expr.children[1], env));
    if (base.type.is(K::map)) {
        TRY(key, coerce(std::move(index), base.type.elements[0], expr.children[1]->at));
        TRY(shown, cast(key, make_varchar(), expr.at));
        return Value{
            base.type.elements[1],
            "(CASE WHEN NOT map_contains(" + base.sql + ", " + key.sql +
                ") THEN datastack_fail('INVALID_FUNCTION_ARGUMENT: Key not present in map: "
                "' || " +
                shown.sql + ") ELSE " + base.sql + "[" + key.sql + "] END)"};
    }
    if (base.type.is(K::row)) {
        const auto number = constant_integer(*expr.children[1]);
        if (!number || *number < 1 ||
            static_cast<std::size_t>(*number) > base.type.elements.size()) {
            return type_mismatch("Invalid subscript expression on ROW", expr.children[1]->at);
        }
        return Value{base.type.elements[static_cast<std::size_t>(*number) - 1],
                     "struct_extract_at(" + base.sql + ", " + std::to_string(*number) + ")"};
    }
    if (!base.type.is(K::array)) {
        return type_mismatch("Cannot use a subscript on type " + trino_name(base.type), expr.at);
    }
    TRY(at, coerce(std::move(index), make_type(K::bigint), expr.children[1]->at));
    return Value{
        base.type.elements[0],
        "(CASE WHEN " + at.sql +
            " < 1 THEN datastack_fail('INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1') "
            "WHEN " +
            at.sql + " > len(" + base.sql +
            ") THEN datastack_fail('INVALID_FUNCTION_ARGUMENT: Array subscript must be less than "
            "or equal to array length: ' || " +
            at.sql + " || ' > ' || len(" + base.sql + ")) ELSE " + base.sql + "[" + at.sql +
            "] END)"};
}

Result<Value> Translator::concat(const Expr& expr, const Env& env) {
    std::vector<Value> values;
    bool arrays = false;
    for (const ExprPtr& child : expr.children) {
        TRY(value, expression(*child, env));
        arrays = arrays || value.type.is(K::array);
        values.push_back(std::move(value));
    }
    Type type = arrays ? Type{} : make_varchar();
    std::string sql;
    for (std::size_t i = 0; i < values.size(); ++i) {
        Value& value = values[i];
        if (!arrays && value.type.is(K::varbinary)) type = value.type;
        const bool fits = arrays || value.type.is(K::varchar) || value.type.is(K::fixed_char) ||
                          value.type.is(K::unknown) || value.type.is(K::varbinary);
        if (!fits) {
            const std::size_t left_of = i == 0 ? 0 : i - 1;
            return type_mismatch("Cannot apply operator: " + trino_name(values[left_of].type) +
                                     " || " + trino_name(values[left_of + 1].type),
                                 expr.children[left_of]->at);
        }
        if (arrays && !value.type.is(K::array)) {  // array || element
            value.sql = "[" + value.sql + "]";
            value.type = make_array(value.type);
        }
        if (arrays) {
            const auto common = type.is(K::unknown) ? value.type : common_type(type, value.type);
            if (!common) {
                return type_mismatch(
                    "Cannot apply operator: " + trino_name(type) + " || " + trino_name(value.type),
                    expr.children[i]->at);
            }
            type = *common;
        }
    }
    for (Value& value : values) {
        TRY(same, coerce(std::move(value), type, expr.at));
        sql += (sql.empty() ? "" : " || ") + same.sql;
        TRY_VOID(check_size(sql.size(), expr.at));
    }
    return Value{type, "(" + sql + ")"};
}

Result<Value> Translator::row(const Expr& expr, const Env& env) {
    std::vector<std::string> names;
    std::vector<Type> types;
    std::string sql;
    for (std::size_t i = 0; i < expr.children.size(); ++i) {
        TRY(value, expression(*expr.children[i], env));
        sql += (i == 0 ? "" : ", ") + ("\"field" + std::to_string(i) + "\" := ") + exact(value);
        names.emplace_back();
        types.push_back(value.type);
    }
    return Value{make_row(std::move(names), std::move(types)), "struct_pack(" + sql + ")"};
}

Result<Value> Translator::array(const Expr& expr, const Env& env) {
    std::vector<Value> values;
    Type type = make_type(K::unknown);
    for (const ExprPtr& child : expr.children) {
        TRY(value, expression(*child, env));
        const auto common = common_type(type, value.type);
        if (!common) {
            return type_mismatch(
                "All ARRAY elements must be the same type or coercible to a common "
                "type. Cannot find common type between " +
                    trino_name(type) + " and " + trino_name(value.type),
                child->at);
        }
        type = *common;
        values.push_back(std::move(value));
    }
    std::string sql;
    for (Value& value : values) {
        TRY(same, coerce(std::move(value), type, expr.at));
        sql += (sql.empty() ? "" : ", ") + same.sql;
        TRY_VOID(check_size(sql.size(), expr.at));
    }
    const Value list{make_array(type), "[" + sql + "]"};
    return Value{list.type, exact(list)};
}

Result<Value> Translator::at_time_zone(const Expr& expr, const Env& env) {
    TRY(value, expression(*expr.children[0], env));
    const auto zone = constant_text(*expr.children[1]);
    static constexpr std::array<std::string_view, 5> utc = {"UTC", "Z", "+00:00", "Etc/UTC", "GMT"};
    if (!zone || std::find(utc.begin(), utc.end(), *zone) == utc.end()) {
        return not_supported("Time zones other than UTC", expr.children[1]->at);
    }
    return coerce(std::move(value), make_type(K::timestamp_with_zone), expr.at);
}

Result<Value> Translator::extract(const Expr& expr, const Env& env) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 16> units = {{
        {"year", "year"},
        {"quarter", "quarter"},
        {"month", "month"},
        {"week", "week"},
        {"day", "day"},
        {"day_of_month", "day"},
        {"dow", "day_of_week"},
        {"day_of_week", "day_of_week"},
        {"doy", "day_of_year"},
        {"day_of_year", "day_of_year"},
        {"yow", "year_of_week"},
        {"year_of_week", "year_of_week"},
        {"hour", "hour"},
        {"minute", "minute"},
        {"second", "second"},
        {"timezone_hour", ""},
    }};
    for (const auto& [unit, function] : units) {
        if (unit != expr.unit || function.empty()) continue;
        TRY(value, expression(*expr.children[0], env));
        return call_with(std::string(function), {value}, expr);
    }
    return SqlError{"SYNTAX_ERROR", "Invalid EXTRACT field: " + expr.unit, expr.at};
}

}  // namespace athena_sql

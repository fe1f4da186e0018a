// Calls: scalar functions by their tables, aggregates, windows, lambdas.
#include <algorithm>

#include "athena_sql/functions.h"
#include "athena_sql/lexer.h"
#include "athena_sql/signature.h"
#include "athena_sql/special_functions.h"
#include "athena_sql/translate.h"

namespace athena_sql {

namespace {

using K = TypeKind;

std::string fill(std::string_view pattern, const std::vector<Value>& arguments, const Type& result,
                 std::string_view inner = {}) {
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != '$' || i + 1 == pattern.size()) {
            out += pattern[i];
            continue;
        }
        const char next = pattern[++i];
        if (next == 'T') {
            out += duckdb_name(result);
        } else if (next == '$') {
            out += inner;
        } else if (next == '*') {
            for (std::size_t k = 0; k < arguments.size(); ++k) {
                out += (k == 0 ? "" : ", ") + arguments[k].sql;
            }
        } else {
            out += arguments[static_cast<std::size_t>(next - '1')].sql;
        }
    }
    return out;
}

std::string type_list(const std::vector<Value>& arguments) {
    std::string out;
    for (const Value& value : arguments) {
        out += (out.empty() ? "" : ", ") + trino_name(value.type);
    }
    return out;
}

// The overload that needs the fewest conversions, the first of equals; else what is wrong.
template <class Row>
Result<std::pair<const Row*, Match>> choose(std::span<const Row> rows, const std::string& name,
                                            const std::vector<Value>& arguments, Position at) {
    std::vector<Type> types;
    for (const Value& value : arguments)
        types.push_back(value.type);
    const Row* best = nullptr;
    Match best_match;
    std::string expected;
    for (const Row& row : rows) {
        if (row.name != name) continue;
        expected += (expected.empty() ? "" : ", ") + describe_signature(name, row.parameters);
        auto match = match_signature(row.parameters, row.result, types);
        if (!match || (best != nullptr && match->cost >= best_match.cost)) continue;
        best = &row;
        best_match = std::move(*match);
    }
    if (best != nullptr) return std::pair{best, std::move(best_match)};
    if (expected.empty()) {
        return SqlError{"FUNCTION_NOT_FOUND", "Function '" + name + "' not registered", at};
    }
    return SqlError{"FUNCTION_NOT_FOUND",
                    "Unexpected parameters (" + type_list(arguments) + ") for function " + name +
                        ". Expected: " + expected,
                    at};
}

bool plain_call(const CallDetails& details) {
    return !details.star && !details.distinct && details.order_by.empty() &&
           details.filter == nullptr && details.window == nullptr && !details.window_name &&
           !details.ignore_nulls && !details.respect_nulls;
}

}  // namespace

Result<Value> Translator::call_with(const std::string& function, std::vector<Value> arguments,
                                    const Expr& at) const {
    TRY(chosen, choose(scalar_functions(), function, arguments, at.at));
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        TRY(value, coerce(std::move(arguments[i]), chosen.second.parameters[i], at.at));
        arguments[i] = std::move(value);
    }
    return Value{chosen.second.result, fill(chosen.first->sql, arguments, chosen.second.result)};
}

Result<Value> Translator::call(const Expr& expr, const Env& env) {
    const std::string& name = expr.text;
    const CallDetails& details = *expr.details;
    if (details.window != nullptr || details.window_name) return window_call(expr, env);
    if (is_window_function(name)) {
        return SqlError{"MISSING_OVER", "Window function " + name + " requires an OVER clause",
                        expr.at};
    }
    if (is_aggregate(name)) return aggregate_call(expr, env);
    if (!plain_call(details)) {
        return SqlError{"FUNCTION_NOT_AGGREGATE",
                        "DISTINCT, ORDER BY, FILTER and * are for aggregate functions, which " +
                            name + " is not",
                        expr.at};
    }
    if (const SpecialFunction* special = find_special(name)) {
        SpecialCall arguments{*this, expr, env};
        return special->translate(arguments);
    }
    std::vector<Value> arguments;
    for (const ExprPtr& child : expr.children) {
        if (child->kind == ExprKind::lambda) {
            return SqlError{"FUNCTION_NOT_FOUND",
                            "Function '" + name + "' with a lambda expression not registered",
                            expr.at};
        }
        TRY(value, expression(*child, env));
        arguments.push_back(std::move(value));
    }
    return call_with(name, std::move(arguments), expr);
}

// An aggregate without OVER, or the part before OVER when it is called by window_call.
Result<Value> Translator::aggregate_call(const Expr& expr, const Env& env) {
    const CallDetails& details = *expr.details;
    const bool windowed = details.window != nullptr || details.window_name.has_value();
    if (!windowed && !env.aggregates) {
        return SqlError{"EXPRESSION_NOT_SCALAR",
                        std::string(env.clause) +
                            " cannot contain aggregations, window functions "
                            "or grouping operations: [" +
                            source_text(expr) + "]",
                        expr.at};
    }
    Env inner = env;
    if (!windowed) {
        inner.grouped = false;
        inner.aggregates = false;
        inner.windows = false;
        inner.clause = "An aggregation";
    }
    std::vector<Value> arguments;
    for (const ExprPtr& child : expr.children) {
        TRY(value, expression(*child, inner));
        arguments.push_back(std::move(value));
    }
    std::string filter;
    if (details.filter != nullptr) {
        Env filtering = inner;
        filtering.clause = "FILTER clause";
        TRY(condition, boolean(*details.filter, filtering));
        filter = " FILTER (WHERE " + condition.sql + ")";
    }
    if (expr.text == "count" && expr.children.empty()) {
        return Value{make_type(K::bigint), "count(*)" + filter};
    }
    if (details.star) {
        return SqlError{"FUNCTION_NOT_FOUND", expr.text + "(*) is not a function", expr.at};
    }
    const bool ranked = is_window_function(expr.text);
    TRY(chosen,
        choose(ranked ? window_functions() : aggregate_functions(), expr.text, arguments, expr.at));
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        TRY(value, coerce(std::move(arguments[i]), chosen.second.parameters[i], expr.at));
        arguments[i] = std::move(value);
    }
    std::string text(chosen.first->function);
    text += details.distinct ? "(DISTINCT " : "(";
    text += fill(chosen.first->arguments, arguments, chosen.second.result);
    if (!details.order_by.empty()) {
        TRY(order, sort_items(details.order_by, inner));
        if (!order.empty()) text += " ORDER BY " + order;
    }
    if (details.ignore_nulls) {
        if (!ranked) return not_supported("IGNORE NULLS for " + expr.text, expr.at);
        text += " IGNORE NULLS";
    }
    text += ")" + filter;
    std::string around(chosen.first->around.empty() ? "$$" : chosen.first->around);
    return Value{chosen.second.result,
                 fill(around, arguments, chosen.second.result, windowed ? text + "\x01" : text)};
}

Result<Value> Translator::window_call(const Expr& expr, const Env& env) {
    if (!env.windows) {
        return SqlError{"EXPRESSION_NOT_SCALAR",
                        std::string(env.clause) +
                            " cannot contain aggregations, window functions "
                            "or grouping operations: [" +
                            source_text(expr) + "]",
                        expr.at};
    }
    if (!is_aggregate(expr.text) && !is_window_function(expr.text)) {
        return SqlError{"FUNCTION_NOT_FOUND",
                        "Function '" + expr.text + "' is not a window function", expr.at};
    }
    Env inner = env;
    inner.windows = false;
    inner.clause = "A window function";
    TRY(value, aggregate_call(expr, inner));
    const Window* window = expr.details->window.get();
    if (expr.details->window_name) {
        for (const auto& [name, named] : *env.named_windows) {
            if (name == *expr.details->window_name) window = named.get();
        }
        if (window == nullptr) {
            return SqlError{"INVALID_WINDOW_REFERENCE",
                            "Cannot resolve WINDOW name " + *expr.details->window_name, expr.at};
        }
    }
    TRY(over, window_text(*window, inner));
    const auto mark = value.sql.find('\x01');
    if (mark == std::string::npos) {  // count(*)
        value.sql += over;
    } else {
        value.sql.replace(mark, 1, over);
    }
    return value;
}

Result<std::string> Translator::sort_items(const std::vector<SortItem>& items, const Env& env) {
    std::string out;
    for (const SortItem& item : items) {
        TRY(value, expression(*item.value, env));
        if (value.type.is(K::map) || value.type.is(K::json)) {
            return type_mismatch("Type " + trino_name(value.type) +
                                     " is not orderable, and therefore cannot be used in ORDER BY",
                                 item.value->at);
        }
        out += (out.empty() ? "" : ", ") + sort_key(value.sql, item);
    }
    return out;
}

// A constant sorts nothing, and DuckDB would take a number for a position: hence the CAST.
std::string Translator::sort_key(const std::string& sql, const SortItem& item) {
    const bool column = sql.find_first_not_of("0123456789") != std::string::npos;
    std::string out = column ? sql : "CAST(" + sql + " AS BIGINT)";
    if (sql.starts_with('\'')) out = "CAST(" + sql + " AS VARCHAR)";
    out += item.descending ? " DESC" : " ASC";
    return out + (item.nulls == NullOrder::first ? " NULLS FIRST" : " NULLS LAST");
}

Result<std::string> Translator::window_text(const Window& window, const Env& env) {
    std::string out = " OVER (";
    for (std::size_t i = 0; i < window.partition_by.size(); ++i) {
        TRY(value, expression(*window.partition_by[i], env));
        out += (i == 0 ? "PARTITION BY " : ", ") + value.sql;
    }
    if (!window.order_by.empty()) {
        TRY(order, sort_items(window.order_by, env));
        out += (out.ends_with('(') ? "ORDER BY " : " ORDER BY ") + order;
    }
    if (!window.frame.empty()) {
        TRY(from, frame_bound(window.from, env));
        TRY(to, frame_bound(window.to, env));
        out += " " + window.frame + " BETWEEN " + from + " AND " + to;
    }
    return out + ")";
}

Result<std::string> Translator::frame_bound(const FrameBound& bound, const Env& env) {
    std::string value;
    if (bound.value != nullptr) {
        TRY(offset, expression(*bound.value, env));
        value = std::move(offset.sql);
    }
    switch (bound.kind) {
        case BoundKind::unbounded_preceding:
            return std::string("UNBOUNDED PRECEDING");
        case BoundKind::preceding:
            return value + " PRECEDING";
        case BoundKind::current_row:
            return std::string("CURRENT ROW");
        case BoundKind::following:
            return value + " FOLLOWING";
        case BoundKind::unbounded_following:
            return std::string("UNBOUNDED FOLLOWING");
    }
    return std::string();
}

// `parameters` becomes "v3, v4"; the body's Value speaks of them.
Result<Value> Translator::lambda_body(const Expr& lambda, const std::vector<Type>& types,
                                      std::string& parameters, const Env& env) {
    if (lambda.kind != ExprKind::lambda || lambda.parameters.size() != types.size()) {
        return type_mismatch("A lambda expression with " + std::to_string(types.size()) +
                                 " parameters is expected here",
                             lambda.at);
    }
    LambdaNames names;
    names.outer = env.lambdas;
    for (std::size_t i = 0; i < types.size(); ++i) {
        std::string name = new_lambda_name();
        parameters += (i == 0 ? "" : ", ") + name;
        names.names.emplace_back(lambda.parameters[i], Value{types[i], std::move(name)});
    }
    Env inner = env;
    inner.lambdas = &names;
    inner.aggregates = false;
    inner.windows = false;
    inner.clause = "A lambda expression";
    return expression(*lambda.children[0], inner);
}

bool contains_aggregate(const Expr& expr) {
    const bool windowed = expr.details != nullptr && (expr.details->window != nullptr ||
                                                      expr.details->window_name.has_value());
    if (expr.kind == ExprKind::call && !windowed &&
        (is_aggregate(expr.text) || expr.text == "grouping")) {
        return true;
    }
    if (windowed && expr.details->window != nullptr) {
        const Window& window = *expr.details->window;
        for (const ExprPtr& key : window.partition_by) {
            if (contains_aggregate(*key)) return true;
        }
        for (const SortItem& item : window.order_by) {
            if (contains_aggregate(*item.value)) return true;
        }
    }
    return std::any_of(expr.children.begin(), expr.children.end(),
                       [](const ExprPtr& child) { return contains_aggregate(*child); });
}

bool contains_window(const Expr& expr) {
    if (expr.details != nullptr &&
        (expr.details->window != nullptr || expr.details->window_name.has_value())) {
        return true;
    }
    return std::any_of(expr.children.begin(), expr.children.end(),
                       [](const ExprPtr& child) { return contains_window(*child); });
}

}  // namespace athena_sql

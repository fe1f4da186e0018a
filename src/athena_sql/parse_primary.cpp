// The atoms of expressions: literals, names, CASE, CAST, calls, lambdas.
#include <algorithm>
#include <array>

#include "athena_sql/parser_core.h"

namespace athena_sql {

namespace {

// DATE '…', TIMESTAMP '…' and the like.
std::optional<TypeKind> typed_literal_kind(const Token& token) {
    static constexpr std::array<std::pair<std::string_view, TypeKind>, 14> typed = {{
        {"DATE", TypeKind::date},
        {"TIMESTAMP", TypeKind::timestamp},
        {"TIME", TypeKind::time},
        {"DECIMAL", TypeKind::decimal},
        {"JSON", TypeKind::json},
        {"BIGINT", TypeKind::bigint},
        {"INTEGER", TypeKind::integer},
        {"INT", TypeKind::integer},
        {"SMALLINT", TypeKind::smallint},
        {"TINYINT", TypeKind::tinyint},
        {"DOUBLE", TypeKind::double_precision},
        {"REAL", TypeKind::real},
        {"BOOLEAN", TypeKind::boolean},
        {"VARCHAR", TypeKind::varchar},
    }};
    for (const auto& [name, kind] : typed) {
        if (token.upper == name) return kind;
    }
    return std::nullopt;
}

}  // namespace

Result<ExprPtr> Parser::parse_literal() {
    const Token& token = take();
    ExprKind kind = ExprKind::string_literal;
    if (token.kind == TokenKind::integer) kind = ExprKind::integer_literal;
    if (token.kind == TokenKind::decimal) kind = ExprKind::decimal_literal;
    if (token.kind == TokenKind::floating) kind = ExprKind::floating_literal;
    if (token.kind == TokenKind::binary) kind = ExprKind::binary_literal;
    ExprPtr node = make(kind, token);
    node->text = token.value;
    return finish(std::move(node));
}

Result<ExprPtr> Parser::parse_primary() {
    switch (peek().kind) {
        case TokenKind::string:
        case TokenKind::integer:
        case TokenKind::decimal:
        case TokenKind::floating:
        case TokenKind::binary:
            return parse_literal();
        case TokenKind::parameter:
            return parse_parameter();
        case TokenKind::quoted_identifier:
            if (next_is_symbol("(", 1)) return parse_call();
            break;
        case TokenKind::identifier:
            if (next_is_lambda()) return parse_lambda();
            return parse_keyword_primary();
        case TokenKind::symbol:
            if (next_is_lambda()) return parse_lambda();
            if (next_is_symbol("(")) return parse_parenthesized();
            break;
        case TokenKind::end:
            break;
    }
    if (!next_is_name()) {
        expecting("<expression>");
        return unexpected();
    }
    ExprPtr node = make(ExprKind::name, peek());
    node->quoted = peek().kind == TokenKind::quoted_identifier;
    node->text = take().value;
    return finish(std::move(node));
}

Result<ExprPtr> Parser::parse_keyword_primary() {
    const Token& token = peek();
    if (token.upper == "NULL" || token.upper == "TRUE" || token.upper == "FALSE") {
        take();
        ExprPtr node =
            make(token.upper == "NULL" ? ExprKind::null_literal : ExprKind::boolean_literal, token);
        node->text = to_lower(token.value);
        return finish(std::move(node));
    }
    if (token.upper == "CASE") return parse_case();
    if (token.upper == "CAST") return parse_cast(ExprKind::cast);
    if (token.upper == "TRY_CAST" && next_is_symbol("(", 1)) return parse_cast(ExprKind::try_cast);
    if (token.upper == "EXTRACT") return parse_extract();
    if (token.upper == "TRIM") return parse_trim();
    if (token.upper == "EXISTS") {
        take();
        ExprPtr node = make(ExprKind::exists, token);
        TRY(query, parse_query_in_parentheses());
        node->query = std::move(query);
        return finish(std::move(node));
    }
    if (token.upper == "CURRENT_DATE" || token.upper == "CURRENT_TIMESTAMP" ||
        token.upper == "CURRENT_TIME" || token.upper == "LOCALTIMESTAMP" ||
        token.upper == "LOCALTIME" || token.upper == "CURRENT_USER") {
        take();
        ExprPtr node = make(ExprKind::current, token);
        node->text = to_lower(token.value);
        if (node->text.ends_with("timestamp") && accept_symbol("(")) {
            if (peek().kind != TokenKind::integer) return unexpected();
            if (take().value != "3") return unsupported("Only timestamps of precision 3");
            TRY_VOID(expect_symbol(")"));
        }
        return finish(std::move(node));
    }
    if (token.upper == "INTERVAL" &&
        (peek(1).kind == TokenKind::string || ((next_is_symbol("-", 1) || next_is_symbol("+", 1)) &&
                                               peek(2).kind == TokenKind::string))) {
        return parse_interval();
    }
    if (token.upper == "ROW" && next_is_symbol("(", 1)) return parse_items(ExprKind::row, ")");
    if (token.upper == "ARRAY" && next_is_symbol("[", 1)) return parse_items(ExprKind::array, "]");
    if (const auto kind = typed_literal_kind(token); kind && peek(1).kind == TokenKind::string) {
        return parse_typed_literal(*kind);
    }
    const bool callable = !reserved(token.upper) || token.upper == "GROUPING";
    if (callable && next_is_symbol("(", 1)) return parse_call();
    if (!next_is_name()) {
        expecting("<expression>");
        return unexpected();
    }
    ExprPtr node = make(ExprKind::name, token);
    node->text = take().value;
    return finish(std::move(node));
}

// ROW(…) and ARRAY[…].
Result<ExprPtr> Parser::parse_items(ExprKind kind, std::string_view closing) {
    ExprPtr node = make(kind, take());
    take();
    while (!next_is_symbol(closing)) {
        TRY(item, parse_expression());
        node->children.push_back(std::move(item));
        if (!accept_symbol(",")) break;
    }
    TRY_VOID(expect_symbol(closing));
    if (kind == ExprKind::row && node->children.empty()) return unexpected();
    return finish(std::move(node));
}

Result<ExprPtr> Parser::parse_typed_literal(TypeKind kind) {
    ExprPtr node = make(ExprKind::typed_literal, take());
    node->type = make_type(kind);
    node->text = take().value;
    return finish(std::move(node));
}

Result<ExprPtr> Parser::parse_parameter() {
    const Token& token = take();
    const std::size_t index = parameters_used_++;
    if (index >= parameters_.size()) {
        ExprPtr node = make(ExprKind::parameter, token);
        node->index = index;
        return finish(std::move(node));
    }
    auto tokens = tokenize(parameters_[index]);
    if (!tokens) return tokens.error();
    static const std::vector<std::string> none;
    auto literal = Parser(std::move(tokens.value()), none).parse_whole_literal();
    if (!literal) {
        return SqlError{"INVALID_PARAMETER_USAGE",
                        "The execution parameter at position " + std::to_string(index + 1) +
                            " is not a literal",
                        token.at};
    }
    literal.value()->at = token.at;
    literal.value()->begin = token.begin;
    literal.value()->end = token.end;
    return std::move(literal.value());
}

Result<ExprPtr> Parser::parse_whole_literal() {
    TRY(value, parse_expression());
    if (peek().kind != TokenKind::end) return unexpected();
    const Expr* inner = value.get();
    if (inner->kind == ExprKind::negate) inner = inner->children[0].get();
    switch (inner->kind) {
        case ExprKind::null_literal:
        case ExprKind::boolean_literal:
        case ExprKind::integer_literal:
        case ExprKind::decimal_literal:
        case ExprKind::floating_literal:
        case ExprKind::string_literal:
        case ExprKind::binary_literal:
        case ExprKind::typed_literal:
        case ExprKind::interval_literal:
            return value;
        default:
            return syntax_error("not a literal", inner->at);
    }
}

Result<ExprPtr> Parser::parse_parenthesized() {
    const Token& from = peek();
    if (next_is("SELECT", 1) || next_is("WITH", 1) || next_is("VALUES", 1)) {
        TRY(query, parse_query_in_parentheses());
        ExprPtr node = make(ExprKind::scalar_query, from);
        node->query = std::move(query);
        return finish(std::move(node));
    }
    take();
    TRY(first, parse_expression());
    if (!next_is_symbol(",")) {
        TRY_VOID(expect_symbol(")"));
        return first;
    }
    ExprPtr node = make(ExprKind::row, from);
    node->children.push_back(std::move(first));
    while (accept_symbol(",")) {
        TRY(next, parse_expression());
        node->children.push_back(std::move(next));
    }
    TRY_VOID(expect_symbol(")"));
    return finish(std::move(node));
}

Result<ExprPtr> Parser::parse_case() {
    const Token& from = take();
    ExprPtr node = make(ExprKind::searched_case, from);
    if (!next_is("WHEN")) {
        node->kind = ExprKind::simple_case;
        TRY(operand, parse_expression());
        node->children.push_back(std::move(operand));
    }
    TRY_VOID(expect("WHEN"));
    do {
        TRY(when, parse_expression());
        TRY_VOID(expect("THEN"));
        TRY(then, parse_expression());
        node->children.push_back(std::move(when));
        node->children.push_back(std::move(then));
    } while (accept("WHEN"));
    if (accept("ELSE")) {
        TRY(otherwise, parse_expression());
        node->children.push_back(std::move(otherwise));
        node->has_else = true;
    }
    TRY_VOID(expect("END"));
    return finish(std::move(node));
}

Result<ExprPtr> Parser::parse_cast(ExprKind kind) {
    ExprPtr node = make(kind, take());
    TRY_VOID(expect_symbol("("));
    TRY(value, parse_expression());
    TRY_VOID(expect("AS"));
    TRY(type, parse_type());
    TRY_VOID(expect_symbol(")"));
    node->children.push_back(std::move(value));
    node->type = std::move(type);
    return finish(std::move(node));
}

Result<ExprPtr> Parser::parse_extract() {
    ExprPtr node = make(ExprKind::extract, take());
    TRY_VOID(expect_symbol("("));
    if (peek().kind != TokenKind::identifier) return unexpected();
    node->unit = to_lower(take().value);
    TRY_VOID(expect("FROM"));
    TRY(value, parse_expression());
    TRY_VOID(expect_symbol(")"));
    node->children.push_back(std::move(value));
    return finish(std::move(node));
}

// trim(x), trim(x, y) and SQL's trim([LEADING|TRAILING|BOTH] [y FROM] x): a call of trim, ltrim or
// rtrim.
Result<ExprPtr> Parser::parse_trim() {
    ExprPtr node = make(ExprKind::call, take());
    node->text = "trim";
    node->details = std::make_unique<CallDetails>();
    TRY_VOID(expect_symbol("("));
    bool specified = true;
    if (accept("LEADING")) {
        node->text = "ltrim";
    } else if (accept("TRAILING")) {
        node->text = "rtrim";
    } else {
        specified = accept("BOTH");
    }
    if (specified && accept("FROM")) {
        TRY(value, parse_expression());
        node->children.push_back(std::move(value));
    } else {
        TRY(first, parse_expression());
        if (accept("FROM")) {
            TRY(value, parse_expression());
            node->children.push_back(std::move(value));
            node->children.push_back(std::move(first));
        } else {
            node->children.push_back(std::move(first));
            if (accept_symbol(",")) {
                TRY(characters, parse_expression());
                node->children.push_back(std::move(characters));
            }
        }
    }
    TRY_VOID(expect_symbol(")"));
    return finish(std::move(node));
}

Result<ExprPtr> Parser::parse_interval() {
    ExprPtr node = make(ExprKind::interval_literal, take());
    if (accept_symbol("-")) {
        node->negated = true;
    } else {
        accept_symbol("+");
    }
    node->text = take().value;
    static constexpr std::array<std::string_view, 7> units = {"SECOND", "MINUTE", "HOUR", "DAY",
                                                              "WEEK",   "MONTH",  "YEAR"};
    for (const auto unit : units) {
        if (accept(unit)) {
            node->unit = to_lower(unit);
            if (next_is("TO")) return unsupported("Intervals of several fields");
            return finish(std::move(node));
        }
    }
    return unexpected();
}

bool Parser::next_is_lambda() const {
    if (next_is_symbol("->", 1) && next_is_name()) return true;
    if (!next_is_symbol("(")) return false;
    std::size_t ahead = 1;
    if (next_is_symbol(")", 1)) return next_is_symbol("->", 2);
    while (next_is_name(ahead)) {
        if (next_is_symbol(")", ahead + 1)) return next_is_symbol("->", ahead + 2);
        if (!next_is_symbol(",", ahead + 1)) return false;
        ahead += 2;
    }
    return false;
}

Result<ExprPtr> Parser::parse_lambda() {
    ExprPtr node = make(ExprKind::lambda, peek());
    if (accept_symbol("(")) {
        while (!accept_symbol(")")) {
            TRY(name, parse_name());
            node->parameters.push_back(to_lower(name.value));
            accept_symbol(",");
        }
    } else {
        TRY(name, parse_name());
        node->parameters.push_back(to_lower(name.value));
    }
    TRY_VOID(expect_symbol("->"));
    TRY(body, parse_expression());
    node->children.push_back(std::move(body));
    return finish(std::move(node));
}

Result<ExprPtr> Parser::parse_call() {
    ExprPtr node = make(ExprKind::call, peek());
    node->text = to_lower(take().value);
    node->details = std::make_unique<CallDetails>();
    TRY_VOID(expect_symbol("("));
    if (accept_symbol("*")) {
        node->details->star = true;
    } else if (!next_is_symbol(")")) {
        if (accept("DISTINCT")) {
            node->details->distinct = true;
        } else {
            accept("ALL");
        }
        do {
            TRY(argument, parse_expression());
            node->children.push_back(std::move(argument));
        } while (accept_symbol(","));
        if (next_is("ORDER")) {
            TRY(order, parse_order_by());
            node->details->order_by = std::move(order);
        }
    }
    TRY_VOID(expect_symbol(")"));
    TRY_VOID(parse_call_rest(*node));
    return finish(std::move(node));
}

Result<void> Parser::parse_call_rest(Expr& call) {
    CallDetails& details = *call.details;
    if (accept_all({"WITHIN", "GROUP"})) {
        TRY_VOID(expect_symbol("("));
        TRY(order, parse_order_by());
        details.order_by = std::move(order);
        TRY_VOID(expect_symbol(")"));
    }
    if (next_is("FILTER") && next_is_symbol("(", 1)) {
        take();
        take();
        TRY_VOID(expect("WHERE"));
        TRY(filter, parse_expression());
        details.filter = std::move(filter);
        TRY_VOID(expect_symbol(")"));
    }
    if (accept_all({"IGNORE", "NULLS"})) details.ignore_nulls = true;
    if (accept_all({"RESPECT", "NULLS"})) details.respect_nulls = true;
    if (!next_is("OVER")) return base::ok();
    take();
    if (next_is_symbol("(")) {
        TRY(window, parse_window());
        details.window = std::move(window);
        return base::ok();
    }
    TRY(name, parse_name());
    details.window_name = to_lower(name.value);
    return base::ok();
}

}  // namespace athena_sql

// Expressions, by precedence: OR, AND, NOT, predicates, ||, + -, * / %, unary, postfix, primary.
#include <algorithm>
#include <array>

#include "athena_sql/parser_core.h"

namespace athena_sql {

Result<ExprPtr> Parser::binary(ExprKind kind, std::string op, ExprPtr left, ExprPtr right) {
    auto node = std::make_unique<Expr>();
    node->kind = kind;
    node->at = left->at;
    node->begin = left->begin;
    node->text = std::move(op);
    node->children.push_back(std::move(left));
    node->children.push_back(std::move(right));
    return finish(std::move(node));
}

Result<ExprPtr> Parser::parse_expression() {
    const Nested nested(*this);
    TRY_VOID(check_depth(depth_));
    TRY(first, parse_and());
    if (!next_is("OR")) {
        expecting("'OR'");
        return first;
    }
    auto node = std::make_unique<Expr>();
    node->kind = ExprKind::logical_or;
    node->at = first->at;
    node->begin = first->begin;
    node->children.push_back(std::move(first));
    while (accept("OR")) {
        TRY(next, parse_and());
        node->children.push_back(std::move(next));
    }
    return finish(std::move(node));
}

Result<ExprPtr> Parser::parse_and() {
    TRY(first, parse_not());
    if (!next_is("AND")) {
        expecting("'AND'");
        return first;
    }
    auto node = std::make_unique<Expr>();
    node->kind = ExprKind::logical_and;
    node->at = first->at;
    node->begin = first->begin;
    node->children.push_back(std::move(first));
    while (accept("AND")) {
        TRY(next, parse_not());
        node->children.push_back(std::move(next));
    }
    return finish(std::move(node));
}

Result<ExprPtr> Parser::parse_not() {
    const Token& from = peek();
    if (!accept("NOT")) return parse_predicate();
    const Nested nested(*this);
    TRY_VOID(check_depth(depth_));
    TRY(value, parse_not());
    ExprPtr node = make(ExprKind::logical_not, from);
    node->children.push_back(std::move(value));
    return finish(std::move(node));
}

Result<ExprPtr> Parser::parse_predicate() {
    TRY(left, parse_concat());
    while (true) {
        const std::size_t before = index_;
        TRY(next, parse_predicate_rest(std::move(left)));
        left = std::move(next);
        if (index_ == before) return left;
    }
}

Result<ExprPtr> Parser::parse_comparison(ExprPtr left) {
    static constexpr std::array<std::string_view, 7> operators = {"=",  "<>", "!=", "<",
                                                                  "<=", ">",  ">="};
    std::string op;
    for (const auto candidate : operators) {
        if (next_is_symbol(candidate)) op = candidate;
    }
    if (op.empty()) return left;
    take();
    if (op == "!=") op = "<>";
    const bool quantified =
        (next_is("ALL") || next_is("ANY") || next_is("SOME")) && next_is_symbol("(", 1);
    if (quantified) {
        auto node = std::make_unique<Expr>();
        node->kind = ExprKind::quantified;
        node->at = left->at;
        node->begin = left->begin;
        node->text = op;
        node->unit = take().upper == "ALL" ? "ALL" : "ANY";
        TRY(query, parse_query_in_parentheses());
        node->query = std::move(query);
        node->children.push_back(std::move(left));
        return finish(std::move(node));
    }
    TRY(right, parse_concat());
    return binary(ExprKind::comparison, std::move(op), std::move(left), std::move(right));
}

Result<ExprPtr> Parser::parse_predicate_rest(ExprPtr left) {
    TRY(compared, parse_comparison(std::move(left)));
    left = std::move(compared);
    const bool negatable =
        next_is("NOT") && (next_is("BETWEEN", 1) || next_is("IN", 1) || next_is("LIKE", 1));
    if (!negatable && !next_is("IS") && !next_is("BETWEEN") && !next_is("IN") && !next_is("LIKE")) {
        expecting("<predicate>");
        return left;
    }
    if (accept("IS")) {
        const bool negated = accept("NOT");
        auto node = std::make_unique<Expr>();
        node->at = left->at;
        node->begin = left->begin;
        node->negated = negated;
        node->children.push_back(std::move(left));
        if (accept("NULL")) {
            node->kind = ExprKind::is_null;
            return finish(std::move(node));
        }
        TRY_VOID(expect("DISTINCT"));
        TRY_VOID(expect("FROM"));
        TRY(right, parse_concat());
        node->kind = ExprKind::is_distinct;
        node->children.push_back(std::move(right));
        return finish(std::move(node));
    }
    const bool negated = negatable && accept("NOT");
    if (accept("BETWEEN")) {
        TRY(low, parse_concat());
        TRY_VOID(expect("AND"));
        TRY(high, parse_concat());
        TRY(node, binary(ExprKind::between, "", std::move(left), std::move(low)));
        node->negated = negated;
        node->children.push_back(std::move(high));
        return finish(std::move(node));
    }
    if (accept("IN")) return parse_in(std::move(left), negated);
    if (accept("LIKE")) {
        TRY(pattern, parse_concat());
        TRY(node, binary(ExprKind::like, "", std::move(left), std::move(pattern)));
        node->negated = negated;
        if (accept("ESCAPE")) {
            TRY(escape, parse_concat());
            node->children.push_back(std::move(escape));
        }
        return finish(std::move(node));
    }
    return left;
}

Result<ExprPtr> Parser::parse_in(ExprPtr left, bool negated) {
    auto node = std::make_unique<Expr>();
    node->at = left->at;
    node->begin = left->begin;
    node->negated = negated;
    node->children.push_back(std::move(left));
    if (next_is_symbol("(") &&
        (next_is("SELECT", 1) || next_is("WITH", 1) || next_is("VALUES", 1))) {
        TRY(query, parse_query_in_parentheses());
        node->kind = ExprKind::in_query;
        node->query = std::move(query);
        return finish(std::move(node));
    }
    TRY_VOID(expect_symbol("("));
    node->kind = ExprKind::in_list;
    do {
        TRY(item, parse_expression());
        node->children.push_back(std::move(item));
    } while (accept_symbol(","));
    TRY_VOID(expect_symbol(")"));
    return finish(std::move(node));
}

Result<ExprPtr> Parser::parse_concat() {
    TRY(first, parse_additive());
    if (!next_is_symbol("||")) {
        expecting("'||'");
        return first;
    }
    auto node = std::make_unique<Expr>();
    node->kind = ExprKind::concat;
    node->at = first->at;
    node->begin = first->begin;
    node->children.push_back(std::move(first));
    while (accept_symbol("||")) {
        TRY(next, parse_additive());
        node->children.push_back(std::move(next));
    }
    return finish(std::move(node));
}

Result<ExprPtr> Parser::parse_additive() {
    TRY(left, parse_multiplicative());
    while (next_is_symbol("+") || next_is_symbol("-")) {
        std::string op = take().value;
        TRY(right, parse_multiplicative());
        TRY(node, binary(ExprKind::arithmetic, std::move(op), std::move(left), std::move(right)));
        left = std::move(node);
    }
    expecting("'+'");
    expecting("'-'");
    return left;
}

Result<ExprPtr> Parser::parse_multiplicative() {
    TRY(left, parse_unary());
    while (next_is_symbol("*") || next_is_symbol("/") || next_is_symbol("%")) {
        std::string op = take().value;
        TRY(right, parse_unary());
        TRY(node, binary(ExprKind::arithmetic, std::move(op), std::move(left), std::move(right)));
        left = std::move(node);
    }
    for (const char* op : {"'*'", "'/'", "'%'"})
        expecting(op);
    return left;
}

Result<ExprPtr> Parser::parse_unary() {
    const Token& from = peek();
    if (accept_symbol("+")) {
        const Nested nested(*this);
        TRY_VOID(check_depth(depth_));
        return parse_unary();
    }
    if (!accept_symbol("-")) return parse_postfix();
    const Nested nested(*this);
    TRY_VOID(check_depth(depth_));
    TRY(value, parse_unary());
    ExprPtr node = make(ExprKind::negate, from);
    node->children.push_back(std::move(value));
    return finish(std::move(node));
}

Result<ExprPtr> Parser::parse_postfix() {
    TRY(value, parse_primary());
    while (true) {
        if (accept_symbol("[")) {
            TRY(index, parse_expression());
            TRY_VOID(expect_symbol("]"));
            TRY(node, binary(ExprKind::subscript, "", std::move(value), std::move(index)));
            value = std::move(node);
        } else if (next_is_symbol(".") && next_is_name(1)) {
            take();
            TRY(name, parse_name());
            auto node = std::make_unique<Expr>();
            node->kind = ExprKind::field;
            node->at = value->at;
            node->begin = value->begin;
            node->text = std::move(name.value);
            node->children.push_back(std::move(value));
            TRY(done, finish(std::move(node)));
            value = std::move(done);
        } else if (accept_all({"AT", "TIME", "ZONE"})) {
            TRY(zone, parse_primary());
            TRY(node, binary(ExprKind::at_time_zone, "", std::move(value), std::move(zone)));
            value = std::move(node);
        } else {
            return value;
        }
    }
}

}  // namespace athena_sql

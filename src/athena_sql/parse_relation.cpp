// FROM: tables, subqueries, UNNEST, joins and their aliases.
#include <algorithm>
#include <array>

#include "athena_sql/parser_core.h"

namespace athena_sql {

Result<std::unique_ptr<Relation>> Parser::parse_from() {
    TRY(left, parse_joined());
    while (accept_symbol(",")) {
        TRY(right, parse_joined());
        auto join = std::make_unique<Relation>();
        join->kind = RelationKind::join;
        join->at = left->at;
        join->depth = std::max(left->depth, right->depth) + 1;
        TRY_VOID(check_depth(join->depth));
        join->left = std::move(left);
        join->right = std::move(right);
        left = std::move(join);
    }
    return left;
}

Result<std::unique_ptr<Relation>> Parser::parse_joined() {
    TRY(left, parse_relation());
    while (true) {
        auto join = std::make_unique<Relation>();
        join->kind = RelationKind::join;
        join->at = left->at;
        bool conditional = true;
        if (accept("CROSS")) {
            conditional = false;
        } else if (accept("NATURAL")) {
            return unsupported("NATURAL JOIN");
        } else if (accept("LEFT")) {
            join->join = JoinKind::left;
            accept("OUTER");
        } else if (accept("RIGHT")) {
            join->join = JoinKind::right;
            accept("OUTER");
        } else if (accept("FULL")) {
            join->join = JoinKind::full;
            accept("OUTER");
        } else if (accept("INNER") || next_is("JOIN")) {
            join->join = JoinKind::inner;
        } else {
            expecting("'JOIN'");
            return left;
        }
        TRY_VOID(expect("JOIN"));
        TRY(right, parse_relation());
        join->depth = std::max(left->depth, right->depth) + 1;
        TRY_VOID(check_depth(join->depth));
        join->left = std::move(left);
        join->right = std::move(right);
        if (conditional) {
            TRY(done, parse_join_condition(std::move(join)));
            join = std::move(done);
        }
        left = std::move(join);
    }
}

Result<std::unique_ptr<Relation>> Parser::parse_join_condition(std::unique_ptr<Relation> join) {
    if (accept("USING")) {
        TRY(columns, parse_name_list());
        join->join_using = std::move(columns);
        return join;
    }
    TRY_VOID(expect("ON"));
    TRY(condition, parse_expression());
    join->on = std::move(condition);
    return join;
}

Result<std::unique_ptr<Relation>> Parser::parse_relation() {
    const Nested nested(*this);
    TRY_VOID(check_depth(depth_));
    TRY(relation, parse_relation_primary());
    TRY(named, parse_relation_alias(std::move(relation)));
    if (next_is("TABLESAMPLE")) return unsupported("TABLESAMPLE");
    return named;
}

// At '(': does it open a query, as in (SELECT …) and ((SELECT …) UNION …), or relations, as in
// ((SELECT …) AS a JOIN b …)? What follows the innermost query's ')' decides.
bool Parser::next_is_parenthesized_query() const {
    std::size_t open = 0;
    while (next_is_symbol("(", open))
        ++open;
    if (!next_is("SELECT", open) && !next_is("WITH", open) && !next_is("VALUES", open))
        return false;
    std::size_t level = 1;  // of the innermost query
    std::size_t ahead = open;
    for (; level > 0 && peek(ahead).kind != TokenKind::end; ++ahead) {
        if (next_is_symbol("(", ahead)) ++level;
        if (next_is_symbol(")", ahead)) --level;
    }
    for (std::size_t outer = open - 1; outer > 0; --outer, ++ahead) {
        if (next_is_symbol(")", ahead)) continue;
        return next_is("UNION", ahead) || next_is("INTERSECT", ahead) || next_is("EXCEPT", ahead) ||
               next_is("ORDER", ahead) || next_is("LIMIT", ahead) || next_is("OFFSET", ahead) ||
               next_is("FETCH", ahead);
    }
    return true;
}

Result<std::unique_ptr<Relation>> Parser::parse_relation_primary() {
    auto relation = std::make_unique<Relation>();
    relation->at = peek().at;
    if (accept("LATERAL")) {
        relation->lateral = true;
        relation->kind = RelationKind::subquery;
        TRY(query, parse_query_in_parentheses());
        relation->query = std::move(query);
        return relation;
    }
    if (accept("UNNEST")) {
        relation->kind = RelationKind::unnest;
        TRY_VOID(expect_symbol("("));
        do {
            TRY(array, parse_expression());
            relation->arrays.push_back(std::move(array));
        } while (accept_symbol(","));
        TRY_VOID(expect_symbol(")"));
        relation->with_ordinality = accept_all({"WITH", "ORDINALITY"});
        return relation;
    }
    if (next_is_symbol("(")) {
        if (next_is_parenthesized_query()) {
            relation->kind = RelationKind::subquery;
            TRY(query, parse_query_in_parentheses());
            relation->query = std::move(query);
            return relation;
        }
        take();
        TRY(inner, parse_from());
        TRY_VOID(expect_symbol(")"));
        return inner;
    }
    TRY(name, parse_qualified_name());
    if (next_is_symbol("(")) return unsupported("The table function " + name.back().value);
    relation->table = std::move(name);
    return relation;
}

// LIMIT, OFFSET, FETCH and WINDOW are no reserved words: they are clauses only when what belongs to
// them follows.
bool Parser::next_is_clause() const {
    const bool number = peek(1).kind == TokenKind::integer || peek(1).kind == TokenKind::parameter;
    if (next_is("LIMIT")) return number || next_is("ALL", 1);
    if (next_is("OFFSET")) return number;
    if (next_is("FETCH")) return next_is("FIRST", 1) || next_is("NEXT", 1);
    if (next_is("WINDOW")) return next_is("AS", 2);
    return next_is("TABLESAMPLE");
}

Result<std::unique_ptr<Relation>> Parser::parse_relation_alias(std::unique_ptr<Relation> relation) {
    std::optional<std::string> alias;
    if (accept("AS")) {
        TRY(name, parse_name());
        alias = std::move(name.value);
    } else if (next_is_name() && !next_is_clause()) {
        alias = take().value;
    }
    if (!alias) return relation;
    if (relation->kind == RelationKind::join) return unsupported("An alias for a whole join");
    relation->alias = std::move(alias);
    if (next_is_symbol("(")) {
        TRY(columns, parse_name_list());
        relation->column_aliases = std::move(columns);
    }
    return relation;
}

}  // namespace athena_sql

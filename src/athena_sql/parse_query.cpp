// Queries: WITH, set operations, SELECT, relations, GROUP BY, windows, and types.
#include <algorithm>
#include <array>

#include "athena_sql/parser_core.h"

namespace athena_sql {

Result<QueryPtr> Parser::parse_query_in_parentheses() {
    TRY_VOID(expect_symbol("("));
    TRY(query, parse_query());
    TRY_VOID(expect_symbol(")"));
    return query;
}

Result<QueryPtr> Parser::parse_query() {
    const Nested nested(*this);
    TRY_VOID(check_depth(depth_));
    auto query = std::make_unique<Query>();
    query->at = peek().at;
    if (next_is("WITH")) {
        TRY(with, parse_with());
        query->with = std::move(with);
    }
    TRY(body, parse_set_operations());
    query->body = std::move(body);
    if (next_is("ORDER")) {
        TRY(order, parse_order_by());
        query->order_by = std::move(order);
    } else {
        expecting("'ORDER'");
    }
    TRY_VOID(parse_limits(*query));
    return query;
}

Result<std::vector<WithItem>> Parser::parse_with() {
    std::vector<WithItem> items;
    TRY_VOID(expect("WITH"));
    if (next_is("RECURSIVE")) return unsupported("WITH RECURSIVE");
    do {
        WithItem item;
        TRY(name, parse_name());
        item.name = std::move(name);
        if (next_is_symbol("(")) {
            TRY(columns, parse_name_list());
            item.columns = std::move(columns);
        }
        TRY_VOID(expect("AS"));
        TRY(query, parse_query_in_parentheses());
        item.query = std::move(query);
        items.push_back(std::move(item));
    } while (accept_symbol(","));
    return items;
}

Result<void> Parser::parse_limits(Query& query) {
    if (accept("OFFSET")) {
        TRY(count, parse_row_count());
        query.offset = std::move(count);
        if (!accept("ROWS")) accept("ROW");
    }
    if (accept("LIMIT")) {
        if (accept("ALL")) return base::ok();
        TRY(count, parse_row_count());
        query.limit = std::move(count);
    } else if (accept("FETCH")) {
        if (!accept("FIRST")) {
            TRY_VOID(expect("NEXT"));
        }
        if (next_is("ROW") || next_is("ROWS")) {
            query.limit = make(ExprKind::integer_literal, peek());
            query.limit->text = "1";
        } else {
            TRY(count, parse_row_count());
            query.limit = std::move(count);
        }
        if (!accept("ROWS")) {
            TRY_VOID(expect("ROW"));
        }
        if (next_is("WITH")) return unsupported("FETCH FIRST WITH TIES");
        TRY_VOID(expect("ONLY"));
    }
    return base::ok();
}

Result<ExprPtr> Parser::parse_row_count() {
    if (peek().kind == TokenKind::parameter) {
        TRY(count, parse_parameter());
        if (count->kind != ExprKind::integer_literal && count->kind != ExprKind::parameter) {
            return syntax_error("The number of rows must be an integer", count->at);
        }
        return count;
    }
    if (peek().kind != TokenKind::integer) {
        expecting("<integer>");
        return unexpected();
    }
    return parse_literal();
}

Result<std::unique_ptr<Body>> Parser::combine(std::unique_ptr<Body> left, SetKind set,
                                              std::unique_ptr<Body> right) {
    auto node = std::make_unique<Body>();
    node->kind = BodyKind::set_operation;
    node->at = left->at;
    node->set = set;
    node->depth = std::max(left->depth, right->depth) + 1;
    TRY_VOID(check_depth(node->depth));
    node->left = std::move(left);
    node->right = std::move(right);
    return node;
}

Result<std::unique_ptr<Body>> Parser::parse_set_operations() {
    TRY(left, parse_intersections());
    while (true) {
        SetKind set = SetKind::distinct_union;
        if (accept("UNION")) {
            if (accept("ALL")) {
                set = SetKind::all_union;
            } else {
                accept("DISTINCT");
            }
        } else if (accept("EXCEPT")) {
            set = SetKind::except;
            if (next_is("ALL")) return unsupported("EXCEPT ALL");
            accept("DISTINCT");
        } else {
            return left;
        }
        TRY(right, parse_intersections());
        TRY(both, combine(std::move(left), set, std::move(right)));
        left = std::move(both);
    }
}

Result<std::unique_ptr<Body>> Parser::parse_intersections() {
    TRY(left, parse_body_term());
    while (accept("INTERSECT")) {
        if (next_is("ALL")) return unsupported("INTERSECT ALL");
        accept("DISTINCT");
        TRY(right, parse_body_term());
        TRY(both, combine(std::move(left), SetKind::intersect, std::move(right)));
        left = std::move(both);
    }
    return left;
}

Result<std::unique_ptr<Body>> Parser::parse_body_term() {
    auto body = std::make_unique<Body>();
    body->at = peek().at;
    if (next_is_symbol("(")) {
        body->kind = BodyKind::nested;
        TRY(query, parse_query_in_parentheses());
        body->nested = std::move(query);
        return body;
    }
    if (accept("VALUES")) {
        body->kind = BodyKind::values;
        do {
            TRY(row, parse_expression());
            body->rows.push_back(std::move(row));
        } while (accept_symbol(","));
        return body;
    }
    if (next_is("TABLE")) return unsupported("TABLE as a query");
    TRY(select, parse_select());
    body->select = std::move(select);
    return body;
}

Result<std::unique_ptr<Select>> Parser::parse_select() {
    auto select = std::make_unique<Select>();
    select->at = peek().at;
    TRY_VOID(expect("SELECT"));
    if (accept("DISTINCT")) {
        select->distinct = true;
    } else {
        accept("ALL");
    }
    do {
        TRY(item, parse_select_item());
        select->items.push_back(std::move(item));
    } while (accept_symbol(","));
    if (accept("FROM")) {
        TRY(from, parse_from());
        select->from = std::move(from);
    }
    if (accept("WHERE")) {
        TRY(where, parse_expression());
        select->where = std::move(where);
    }
    if (accept("GROUP")) {
        TRY_VOID(expect("BY"));
        TRY(group_by, parse_group_by());
        select->grouped = true;
        select->group_by = std::move(group_by);
    }
    if (accept("HAVING")) {
        TRY(having, parse_expression());
        select->having = std::move(having);
    }
    if (accept("WINDOW")) {
        do {
            TRY(name, parse_name());
            TRY_VOID(expect("AS"));
            TRY(window, parse_window());
            select->windows.emplace_back(to_lower(name.value), std::move(window));
        } while (accept_symbol(","));
    }
    return select;
}

Result<SelectItem> Parser::parse_select_item() {
    SelectItem item;
    item.at = peek().at;
    if (accept_symbol("*")) return item;
    std::size_t ahead = 0;
    while (next_is_name(ahead) && next_is_symbol(".", ahead + 1)) {
        if (next_is_symbol("*", ahead + 2)) {
            while (!accept_symbol("*")) {
                TRY(name, parse_name());
                item.star_of.push_back(std::move(name));
                TRY_VOID(expect_symbol("."));
            }
            return item;
        }
        ahead += 2;
    }
    TRY(value, parse_expression());
    item.value = std::move(value);
    if (accept("AS")) {
        TRY(alias, parse_name());
        item.alias = std::move(alias.value);
    } else if (next_is_name() && !next_is_clause()) {
        item.alias = take().value;
    }
    return item;
}

Result<std::vector<GroupElement>> Parser::parse_group_by() {
    std::vector<GroupElement> out;
    if (accept("DISTINCT")) return unsupported("GROUP BY DISTINCT");
    accept("ALL");
    do {
        TRY(element, parse_group_element());
        out.push_back(std::move(element));
    } while (accept_symbol(","));
    return out;
}

Result<GroupElement> Parser::parse_group_element() {
    GroupElement element;
    if (accept_all({"GROUPING", "SETS"})) {
        element.kind = GroupKind::sets;
    } else if (accept("ROLLUP")) {
        element.kind = GroupKind::rollup;
    } else if (accept("CUBE")) {
        element.kind = GroupKind::cube;
    } else {
        TRY(set, parse_group_set());
        element.sets.push_back(std::move(set));
        return element;
    }
    TRY_VOID(expect_symbol("("));
    do {
        TRY(set, parse_group_set());
        element.sets.push_back(std::move(set));
    } while (accept_symbol(","));
    TRY_VOID(expect_symbol(")"));
    return element;
}

// (a, b), () or one expression.
Result<std::vector<ExprPtr>> Parser::parse_group_set() {
    std::vector<ExprPtr> out;
    if (next_is_symbol("(") && next_is_symbol(")", 1)) {
        take();
        take();
        return out;
    }
    TRY(value, parse_expression());
    if (value->kind == ExprKind::row) {
        for (ExprPtr& child : value->children)
            out.push_back(std::move(child));
    } else {
        out.push_back(std::move(value));
    }
    return out;
}

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

Result<std::vector<SortItem>> Parser::parse_order_by() {
    std::vector<SortItem> out;
    TRY_VOID(expect("ORDER"));
    TRY_VOID(expect("BY"));
    do {
        TRY(item, parse_sort_item());
        out.push_back(std::move(item));
    } while (accept_symbol(","));
    return out;
}

Result<SortItem> Parser::parse_sort_item() {
    SortItem item;
    TRY(value, parse_expression());
    item.value = std::move(value);
    if (accept("DESC")) {
        item.descending = true;
    } else {
        accept("ASC");
    }
    if (accept("NULLS")) {
        if (accept("FIRST")) {
            item.nulls = NullOrder::first;
        } else {
            TRY_VOID(expect("LAST"));
            item.nulls = NullOrder::last;
        }
    }
    return item;
}

Result<std::unique_ptr<Window>> Parser::parse_window() {
    auto window = std::make_unique<Window>();
    window->at = peek().at;
    TRY_VOID(expect_symbol("("));
    if (accept("PARTITION")) {
        TRY_VOID(expect("BY"));
        do {
            TRY(value, parse_expression());
            window->partition_by.push_back(std::move(value));
        } while (accept_symbol(","));
    }
    if (next_is("ORDER")) {
        TRY(order, parse_order_by());
        window->order_by = std::move(order);
    } else {
        expecting("'ORDER'");
    }
    TRY_VOID(parse_frame(*window));
    TRY_VOID(expect_symbol(")"));
    return window;
}

Result<void> Parser::parse_frame(Window& window) {
    for (const std::string_view unit : {"ROWS", "RANGE", "GROUPS"}) {
        if (accept(unit)) window.frame = unit;
    }
    if (window.frame.empty()) return base::ok();
    window.to.kind = BoundKind::current_row;
    if (accept("BETWEEN")) {
        TRY(from, parse_bound());
        TRY_VOID(expect("AND"));
        TRY(to, parse_bound());
        window.from = std::move(from);
        window.to = std::move(to);
        return base::ok();
    }
    TRY(from, parse_bound());
    window.from = std::move(from);
    return base::ok();
}

Result<FrameBound> Parser::parse_bound() {
    FrameBound bound;
    if (accept("UNBOUNDED")) {
        if (accept("PRECEDING")) return bound;
        TRY_VOID(expect("FOLLOWING"));
        bound.kind = BoundKind::unbounded_following;
        return bound;
    }
    if (accept("CURRENT")) {
        TRY_VOID(expect("ROW"));
        bound.kind = BoundKind::current_row;
        return bound;
    }
    TRY(value, parse_expression());
    bound.value = std::move(value);
    bound.kind = BoundKind::preceding;
    if (accept("PRECEDING")) return bound;
    TRY_VOID(expect("FOLLOWING"));
    bound.kind = BoundKind::following;
    return bound;
}

Result<Type> Parser::parse_timestamp_type(TypeKind kind) {
    if (accept_symbol("(")) {
        if (peek().kind != TokenKind::integer) return unexpected();
        if (take().value != "3") return unsupported("Only times and timestamps of precision 3");
        TRY_VOID(expect_symbol(")"));
    }
    if (kind == TypeKind::timestamp && accept_all({"WITH", "TIME", "ZONE"})) {
        return make_type(TypeKind::timestamp_with_zone);
    }
    if (kind == TypeKind::time && next_is("WITH")) return unsupported("time with time zone");
    accept_all({"WITHOUT", "TIME", "ZONE"});
    return make_type(kind);
}

Result<Type> Parser::parse_row_type(int depth) {
    TRY_VOID(expect_symbol("("));
    std::vector<std::string> names;
    std::vector<Type> types;
    do {
        // "name type" or a type alone: a name is followed by the begin of a type.
        const bool named = next_is_name() && peek(1).kind != TokenKind::symbol &&
                           !(next_is("DOUBLE") && next_is("PRECISION", 1)) &&
                           !((next_is("TIMESTAMP") || next_is("TIME")) && next_is("WITH", 1));
        std::string field;
        if (named) field = take().value;
        TRY(type, parse_type(depth + 1));
        names.push_back(std::move(field));
        types.push_back(std::move(type));
    } while (accept_symbol(","));
    TRY_VOID(expect_symbol(")"));
    return make_row(std::move(names), std::move(types));
}

Result<Type> Parser::parse_type(int depth) {
    TRY_VOID(check_depth(depth));
    if (static_cast<std::size_t>(depth) > type_depth_max) {
        return unsupported("Types nested so deeply");
    }
    if (peek().kind != TokenKind::identifier) {
        expecting("<type>");
        return unexpected();
    }
    const Token& token = take();
    const std::string& name = token.upper;
    if (name == "ARRAY" || name == "MAP") {
        const bool angled = accept_symbol("<");
        if (!angled) {
            TRY_VOID(expect_symbol("("));
        }
        TRY(first, parse_type(depth + 1));
        Type type;
        if (name == "MAP") {
            TRY_VOID(expect_symbol(","));
            TRY(second, parse_type(depth + 1));
            type = make_map(std::move(first), std::move(second));
        } else {
            type = make_array(std::move(first));
        }
        TRY_VOID(expect_symbol(angled ? ">" : ")"));
        return type;
    }
    if (name == "ROW") return parse_row_type(depth);
    if (name == "TIMESTAMP") return parse_timestamp_type(TypeKind::timestamp);
    if (name == "TIME") return parse_timestamp_type(TypeKind::time);
    std::vector<std::int32_t> numbers;
    if (accept_symbol("(")) {
        do {
            if (peek().kind != TokenKind::integer || peek().value.size() > 9) return unexpected();
            numbers.push_back(static_cast<std::int32_t>(std::stol(take().value)));
        } while (accept_symbol(","));
        TRY_VOID(expect_symbol(")"));
    }
    if (name == "DECIMAL" || name == "NUMERIC" || name == "DEC") {
        const std::int32_t precision = numbers.empty() ? 38 : numbers[0];
        const std::int32_t scale = numbers.size() > 1 ? numbers[1] : 0;
        if (precision < 1 || precision > decimal_precision_max || scale > precision ||
            numbers.size() > 2) {
            return type_mismatch("Invalid decimal precision or scale", token.at);
        }
        return make_decimal(precision, scale);
    }
    if (name == "VARCHAR" && numbers.size() <= 1) {
        return numbers.empty() ? make_varchar() : make_varchar(std::max(numbers[0], 0));
    }
    if (name == "CHAR" && numbers.size() <= 1) {
        Type type = make_type(TypeKind::fixed_char);
        type.precision = numbers.empty() ? 1 : numbers[0];
        return type;
    }
    static constexpr std::array<std::pair<std::string_view, TypeKind>, 11> plain = {{
        {"BOOLEAN", TypeKind::boolean},
        {"TINYINT", TypeKind::tinyint},
        {"SMALLINT", TypeKind::smallint},
        {"INTEGER", TypeKind::integer},
        {"INT", TypeKind::integer},
        {"BIGINT", TypeKind::bigint},
        {"REAL", TypeKind::real},
        {"DOUBLE", TypeKind::double_precision},
        {"VARBINARY", TypeKind::varbinary},
        {"DATE", TypeKind::date},
        {"JSON", TypeKind::json},
    }};
    for (const auto& [known, kind] : plain) {
        if (known != name || !numbers.empty()) continue;
        if (kind == TypeKind::double_precision) accept("PRECISION");
        return make_type(kind);
    }
    return SqlError{"TYPE_NOT_FOUND", "Unknown type: " + to_lower(token.value), token.at};
}

}  // namespace athena_sql

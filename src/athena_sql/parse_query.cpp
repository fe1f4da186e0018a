// Queries: WITH, set operations, SELECT, GROUP BY, ORDER BY, windows.
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

}  // namespace athena_sql

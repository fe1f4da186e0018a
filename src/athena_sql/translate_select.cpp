// One SELECT: items, grouping, HAVING, DISTINCT, and the ORDER BY that belongs to it.
#include <algorithm>

#include "athena_sql/lexer.h"
#include "athena_sql/translate.h"

namespace athena_sql {

// Do two expressions mean the same in this scope? By structure; names by what they refer to.
bool Translator::same_expression(const Expr& a, const Expr& b, const Scope* scope) {
    std::vector<std::string> left;
    std::vector<std::string> right;
    if (name_chain(a, left) && name_chain(b, right)) {
        auto* names = const_cast<Scope*>(scope);
        const auto x = find_field(left, names, a.at);
        const auto y = find_field(right, names, b.at);
        if (x && y && x.value() && y.value()) return x.value()->field == y.value()->field;
        return left == right;
    }
    if (a.kind != b.kind || a.negated != b.negated || a.unit != b.unit || a.type != b.type ||
        a.text != b.text || a.has_else != b.has_else || a.query != nullptr || b.query != nullptr ||
        a.children.size() != b.children.size() || a.parameters != b.parameters) {
        return false;
    }
    if ((a.details == nullptr) != (b.details == nullptr)) return false;
    if (a.details != nullptr) {
        const CallDetails& x = *a.details;
        const CallDetails& y = *b.details;
        const bool plain = x.filter == nullptr && y.filter == nullptr && x.window == nullptr &&
                           y.window == nullptr && !x.window_name && !y.window_name &&
                           x.order_by.empty() && y.order_by.empty();
        if (!plain || x.star != y.star || x.distinct != y.distinct) return false;
    }
    for (std::size_t i = 0; i < a.children.size(); ++i) {
        if (!same_expression(*a.children[i], *b.children[i], scope)) return false;
    }
    return true;
}

bool Translator::is_group_key(const Expr& expr, const Env& env) {
    if (env.scope->grouping == nullptr) return false;
    const auto& keys = env.scope->grouping->keys;
    return std::any_of(keys.begin(), keys.end(),
                       [&](const Expr* key) { return same_expression(*key, expr, env.scope); });
}

Result<void> Translator::expand_star(const SelectItem& item, const Env& env,
                                     std::vector<SelectItemOut>& out) {
    std::vector<std::string> of;
    for (const Name& part : item.star_of)
        of.push_back(to_lower(part.value));
    bool any = false;
    for (Field& field : env.scope->fields) {
        if (field.hidden || (of.empty() && field.merged_away)) continue;
        const bool matches =
            of.size() <= field.qualifiers.size() &&
            std::equal(of.begin(), of.end(),
                       field.qualifiers.end() - static_cast<std::ptrdiff_t>(of.size()));
        if (!matches) continue;
        any = true;
        if (env.grouped) {
            const bool key =
                std::any_of(env.scope->grouping->keys.begin(), env.scope->grouping->keys.end(),
                            [&](const Expr* expr) {
                                std::vector<std::string> parts;
                                if (!name_chain(*expr, parts)) return false;
                                const auto found = find_field(parts, env.scope, expr->at);
                                return found && found.value() && found.value()->field == &field;
                            });
            if (!key) {
                return SqlError{"EXPRESSION_NOT_AGGREGATE",
                                "Column '" + field.label + "' not in GROUP BY clause", item.at};
            }
        }
        out.push_back({field.label, {field.type, use(field)}, nullptr, field.origin});
    }
    if (any) return base::ok();
    if (!of.empty()) {
        return SqlError{"TABLE_NOT_FOUND", "Unable to resolve reference " + of.back(), item.at};
    }
    return SqlError{"COLUMN_NOT_FOUND", "SELECT * not allowed from relation that has no columns",
                    item.at};
}

Result<std::vector<Translator::SelectItemOut>> Translator::select_items(const Select& select,
                                                                        const Env& env) {
    std::vector<SelectItemOut> out;
    for (const SelectItem& item : select.items) {
        if (item.value == nullptr) {
            TRY_VOID(expand_star(item, env, out));
            continue;
        }
        SelectItemOut made;
        TRY(value, expression(*item.value, env));
        made.value = std::move(value);
        made.expr = item.value.get();
        std::vector<std::string> parts;
        if (name_chain(*item.value, parts)) {
            made.name = item.value->text;
            const auto found = find_field(parts, env.scope, item.at);
            if (found && found.value() && found.value()->scope == env.scope) {
                made.origin = found.value()->field->origin;
            }
        } else if (item.value->kind == ExprKind::field) {
            made.name = item.value->text;
        }
        if (item.alias) made.name = *item.alias;
        out.push_back(std::move(made));
    }
    return out;
}

// What a member of GROUP BY means: itself, or the item at that position.
Result<const Expr*> Translator::group_key(const Expr& expr, const Select& select) const {
    const auto position = constant_integer(expr);
    if (!position) return &expr;
    const bool exists =
        *position >= 1 && static_cast<std::size_t>(*position) <= select.items.size();
    if (!exists) {
        return SqlError{"INVALID_COLUMN_REFERENCE",
                        "GROUP BY position " + std::to_string(*position) + " is not in select list",
                        expr.at};
    }
    const SelectItem& item = select.items[static_cast<std::size_t>(*position) - 1];
    for (const SelectItem& before : select.items) {
        if (before.value == nullptr)
            return not_supported("A position in GROUP BY beside *", expr.at);
    }
    return static_cast<const Expr*>(item.value.get());
}

Result<std::string> Translator::group_set(const std::vector<ExprPtr>& set, const Select& select,
                                          const Env& env, Grouping& grouping) {
    std::string out;
    for (const ExprPtr& member : set) {
        TRY(key, group_key(*member, select));
        Env plain = env;
        plain.clause = "GROUP BY clause";
        TRY(value, expression(*key, plain));
        const bool constant = value.sql.find_first_not_of("0123456789") == std::string::npos;
        out += (out.empty() ? "" : ", ") + (constant ? exact(value) : value.sql);
        grouping.keys.push_back(key);
    }
    return out;
}

Result<std::string> Translator::group_by(const Select& select, const Env& env, Grouping& grouping) {
    std::string out;
    for (const GroupElement& element : select.group_by) {
        std::string text;
        for (const std::vector<ExprPtr>& set : element.sets) {
            TRY(members, group_set(set, select, env, grouping));
            if (element.kind == GroupKind::simple) {
                text = members.empty() ? "()" : members;
            } else {
                text += (text.empty() ? "" : ", ") + ("(" + members + ")");
            }
        }
        if (element.kind == GroupKind::sets) text = "GROUPING SETS (" + text + ")";
        if (element.kind == GroupKind::rollup) text = "ROLLUP (" + text + ")";
        if (element.kind == GroupKind::cube) text = "CUBE (" + text + ")";
        out += (out.empty() ? "" : ", ") + text;
    }
    return out;
}

Result<std::string> Translator::order_by_of_select(const Query& owner, const Select& select,
                                                   const std::vector<SelectItemOut>& items,
                                                   Env env) {
    std::vector<std::pair<std::string, const Expr*>> outputs;
    for (const SelectItemOut& item : items)
        outputs.emplace_back(to_lower(item.name), item.expr);
    env.clause = "ORDER BY clause";
    env.outputs = &outputs;
    std::string out;
    for (const SortItem& item : owner.order_by) {
        std::optional<std::size_t> position;
        if (const auto number = constant_integer(*item.value)) {
            if (*number < 1 || static_cast<std::size_t>(*number) > items.size()) {
                return SqlError{
                    "INVALID_COLUMN_REFERENCE",
                    "ORDER BY position " + std::to_string(*number) + " is not in select list",
                    item.value->at};
            }
            position = static_cast<std::size_t>(*number) - 1;
        }
        const std::string wanted =
            item.value->kind == ExprKind::name ? to_lower(item.value->text) : "";
        for (std::size_t i = 0; i < items.size() && !position; ++i) {
            if (!wanted.empty() && outputs[i].first == wanted) position = i;
        }
        for (std::size_t i = 0; i < items.size() && !position; ++i) {
            if (items[i].expr != nullptr &&
                same_expression(*items[i].expr, *item.value, env.scope)) {
                position = i;
            }
        }
        if (position) {
            const Type& type = items[*position].value.type;
            if (type.is(TypeKind::map) || type.is(TypeKind::json)) {
                return type_mismatch(
                    "Type " + trino_name(type) +
                        " is not orderable, and therefore cannot be used in ORDER BY",
                    item.value->at);
            }
            out += (out.empty() ? "" : ", ") + std::to_string(*position + 1);
            out += item.descending ? " DESC" : " ASC";
            out += item.nulls == NullOrder::first ? " NULLS FIRST" : " NULLS LAST";
            continue;
        }
        if (select.distinct) {
            return SqlError{"EXPRESSION_NOT_IN_DISTINCT",
                            "For SELECT DISTINCT, ORDER BY expressions must appear in select list",
                            item.value->at};
        }
        TRY(value, expression(*item.value, env));
        out += (out.empty() ? "" : ", ") + sort_key(value.sql, item);
    }
    return out;
}

Result<Translator::Rendered> Translator::select(const Select& select, Scope* parent,
                                                const Query* owner) {
    Scope scope;
    scope.parent = parent;
    Env env;
    env.scope = &scope;
    env.named_windows = &select.windows;
    std::string tail;
    if (select.from != nullptr) {
        TRY(from, relation(*select.from, parent, {}));
        scope.fields = std::move(from.fields);
        tail = " FROM " + from.sql;
    }
    if (select.where != nullptr) {
        env.clause = "WHERE clause";
        TRY(condition, boolean(*select.where, env));
        tail += " WHERE " + condition.sql;
        add_filters(*select.where, scope);
    }
    const bool sorted = owner != nullptr && !owner->order_by.empty();
    bool grouped = select.grouped || select.having != nullptr;
    bool windowed = false;
    for (const SelectItem& item : select.items) {
        if (item.value == nullptr) continue;
        grouped = grouped || contains_aggregate(*item.value);
        windowed = windowed || contains_window(*item.value);
    }
    for (std::size_t i = 0; sorted && i < owner->order_by.size(); ++i) {
        grouped = grouped || contains_aggregate(*owner->order_by[i].value);
    }
    Grouping grouping;
    if (select.grouped) {
        TRY(keys, group_by(select, env, grouping));
        tail += " GROUP BY " + keys;
    }
    if (grouped) scope.grouping = &grouping;
    env.grouped = grouped;
    env.aggregates = grouped;
    if (select.having != nullptr) {
        env.clause = "HAVING clause";
        TRY(condition, boolean(*select.having, env));
        tail += " HAVING " + condition.sql;
    }
    env.windows = true;
    env.clause = "SELECT";
    TRY(items, select_items(select, env));
    std::string order;
    if (sorted) {
        TRY(text, order_by_of_select(*owner, select, items, env));
        if (!text.empty()) order = " ORDER BY " + text;
    }
    Rendered out;
    out.sql = select.distinct ? "SELECT DISTINCT " : "SELECT ";
    for (std::size_t i = 0; i < items.size(); ++i) {
        out.sql += (i == 0 ? "" : ", ") + exact(items[i].value) + " AS c" + std::to_string(i);
        TRY_VOID(check_size(out.sql.size(), select.at));
        const bool passes = !grouped && !windowed;
        out.outputs.push_back(
            {items[i].name, items[i].value.type, passes ? items[i].origin : Origin{}});
    }
    out.sql += tail + order;
    return out;
}

}  // namespace athena_sql

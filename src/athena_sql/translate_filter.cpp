// Conditions on partition keys, taken out of WHERE and ON: what decides which partitions are read.
#include <algorithm>

#include "athena_sql/lexer.h"
#include "athena_sql/translate.h"
#include "base/units.h"

namespace athena_sql {

namespace {

using K = TypeKind;

FilterNode node(FilterOp op, std::vector<FilterNode> children = {}) {
    FilterNode out;
    out.op = op;
    out.children = std::move(children);
    return out;
}

FilterNode constant(FilterValue value) {
    FilterNode out;
    out.value = std::move(value);
    return out;
}

FilterNode negated_if(bool negated, FilterNode inner) {
    return negated ? node(FilterOp::logical_not, {std::move(inner)}) : std::move(inner);
}

// Does anything in the tree depend on a partition key? And is there anything unknowable at the
// root?
bool has_key(const FilterNode& tree) {
    if (tree.op == FilterOp::key) return true;
    return std::any_of(tree.children.begin(), tree.children.end(), has_key);
}

FilterNode comparison(const std::string& op, FilterNode left, FilterNode right) {
    if (op == ">") return node(FilterOp::less, {std::move(right), std::move(left)});
    if (op == ">=") return node(FilterOp::less_or_equal, {std::move(right), std::move(left)});
    const FilterOp which = op == "="    ? FilterOp::equal
                           : op == "<>" ? FilterOp::not_equal
                           : op == "<"  ? FilterOp::less
                                        : FilterOp::less_or_equal;
    return node(which, {std::move(left), std::move(right)});
}

}  // namespace

// The expression as a filter over the keys of one scan: the first it meets when `scan` is -1. What
// it cannot say is Unknowable, which keeps every partition.
FilterNode Translator::filter_node(const Expr& expr, Scope& scope, FilterSubject& subject) const {
    switch (expr.kind) {
        case ExprKind::null_literal:
            return constant(Null{});
        case ExprKind::boolean_literal:
            return constant(expr.text == "true");
        case ExprKind::string_literal:
            return constant(expr.text);
        case ExprKind::integer_literal:
        case ExprKind::negate: {
            const auto number = constant_integer(expr);
            return constant(number ? FilterValue(*number) : FilterValue(Unknowable{}));
        }
        case ExprKind::typed_literal: {
            const auto days = expr.type.is(K::date) ? parse_date(expr.text) : std::nullopt;
            return constant(days ? FilterValue(DateValue{*days}) : FilterValue(Unknowable{}));
        }
        case ExprKind::current: {
            const std::int64_t ms = options_.now.ms;
            if (expr.text != "current_date" || ms < 0) return constant(Unknowable{});
            return constant(DateValue{ms / base::day_ms});
        }
        case ExprKind::name:
        case ExprKind::field:
            return filter_key(expr, scope, subject);
        case ExprKind::interval_literal: {
            std::int64_t days = 0;
            const bool digits = !expr.text.empty() && expr.text.size() < 7 &&
                                expr.text.find_first_not_of("0123456789") == std::string::npos;
            if (!digits || (expr.unit != "day" && expr.unit != "week"))
                return constant(Unknowable{});
            days = std::stol(expr.text) * (expr.unit == "week" ? 7 : 1);
            return constant(expr.negated ? -days : days);
        }
        default:
            return filter_operator(expr, scope, subject);
    }
}

FilterNode Translator::filter_operator(const Expr& expr, Scope& scope,
                                       FilterSubject& subject) const {
    const auto child = [&](std::size_t i) {
        return filter_node(*expr.children[i], scope, subject);
    };
    const auto all = [&](FilterOp op) {
        FilterNode out = node(op);
        for (const ExprPtr& one : expr.children) {
            out.children.push_back(filter_node(*one, scope, subject));
        }
        return out;
    };
    switch (expr.kind) {
        case ExprKind::logical_not:
            return all(FilterOp::logical_not);
        case ExprKind::logical_and:
            return all(FilterOp::logical_and);
        case ExprKind::logical_or:
            return all(FilterOp::logical_or);
        case ExprKind::comparison:
            return comparison(expr.text, child(0), child(1));
        case ExprKind::arithmetic: {
            // date - interval '1' day and whole numbers.
            if (expr.text != "+" && expr.text != "-") return constant(Unknowable{});
            return all(expr.text == "+" ? FilterOp::add : FilterOp::subtract);
        }
        case ExprKind::concat:
            return all(FilterOp::concat);
        case ExprKind::between:
            return negated_if(expr.negated, all(FilterOp::between));
        case ExprKind::in_list:
            return negated_if(expr.negated, all(FilterOp::in_list));
        case ExprKind::like:
            return negated_if(expr.negated, all(FilterOp::like));
        case ExprKind::is_null:
            return negated_if(expr.negated, all(FilterOp::is_null));
        case ExprKind::cast:
            return filter_cast(expr, child(0));
        case ExprKind::call: {
            if (expr.details == nullptr || expr.details->window != nullptr) break;
            if (expr.text == "concat" && !expr.children.empty()) return all(FilterOp::concat);
            if (expr.text == "date" && expr.children.size() == 1) return all(FilterOp::to_date);
            const bool format = expr.text == "date_format" && expr.children.size() == 2;
            if (format) return all(FilterOp::format_date);
            break;
        }
        default:
            break;
    }
    return constant(Unknowable{});
}

FilterNode Translator::filter_cast(const Expr& expr, FilterNode inner) {
    switch (expr.type.kind) {
        case K::bigint:
        case K::integer:
            return node(FilterOp::to_bigint, {std::move(inner)});
        case K::varchar:
            if (expr.type.precision != varchar_unbounded) break;
            return node(FilterOp::to_varchar, {std::move(inner)});
        case K::date:
            return node(FilterOp::to_date, {std::move(inner)});
        default:
            break;
    }
    return constant(Unknowable{});
}

FilterNode Translator::filter_key(const Expr& expr, Scope& scope, FilterSubject& subject) const {
    std::vector<std::string> parts;
    if (!name_chain(expr, parts)) return constant(Unknowable{});
    const auto found = find_field(parts, &scope, expr.at);
    if (!found || !found.value() || found.value()->scope != &scope) return constant(Unknowable{});
    const Origin& origin = found.value()->field->origin;
    if (origin.scan < 0) return constant(Unknowable{});
    const TableInfo& table = scans_[static_cast<std::size_t>(origin.scan)].table;
    if (!table.columns[origin.column].partition_key) return constant(Unknowable{});
    if (subject.scan < 0) {
        subject.scan = origin.scan;
        subject.sole_uses = origin.sole_uses;
    }
    if (subject.scan != origin.scan) return constant(Unknowable{});
    FilterNode key = node(FilterOp::key);
    for (std::uint32_t i = 0; i < origin.column; ++i)
        key.index += table.columns[i].partition_key;
    return key;
}

// Each member of the outermost AND is a condition of its own, on the first table whose partition
// key it names.
void Translator::add_filters(const Expr& condition, Scope& scope) {
    if (condition.kind == ExprKind::logical_and) {
        for (const ExprPtr& child : condition.children)
            add_filters(*child, scope);
        return;
    }
    FilterSubject subject;
    FilterNode tree = filter_node(condition, scope, subject);
    if (subject.scan < 0 || !has_key(tree)) return;
    filters_.push_back({subject.scan, std::move(tree), std::move(subject.sole_uses)});
}

void Translator::apply_filters() {
    for (PendingFilter& filter : filters_) {
        const bool sole = std::all_of(filter.sole_uses.begin(), filter.sole_uses.end(),
                                      [](const int* uses) { return *uses == 1; });
        if (sole) scans_[static_cast<std::size_t>(filter.scan)].filter.add(std::move(filter.node));
    }
    filters_.clear();
}

}  // namespace athena_sql

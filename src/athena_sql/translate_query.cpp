// Queries: WITH, set operations, VALUES, ORDER BY and LIMIT of whole queries.
#include <algorithm>

#include "athena_sql/lexer.h"
#include "athena_sql/translate.h"

namespace athena_sql {

Result<CompiledQuery> Translator::run(const Query& outermost) {
    TRY(rendered, query(outermost, nullptr));
    apply_filters();
    CompiledQuery out;
    out.sql = std::move(rendered.sql);
    out.scans = std::move(scans_);
    for (std::size_t i = 0; i < rendered.outputs.size(); ++i) {
        const Output& output = rendered.outputs[i];
        out.columns.push_back(
            {output.name.empty() ? "_col" + std::to_string(i) : output.name, output.type});
    }
    return out;
}

Result<std::string> Translator::with_items(const Query& query, Scope* parent) {
    std::string out;
    for (const WithItem& item : query.with) {
        const std::string name = to_lower(item.name.value);
        for (const WithItem& other : query.with) {
            if (&other == &item) break;
            if (to_lower(other.name.value) == name) {
                return SqlError{"DUPLICATE_NAMED_QUERY",
                                "WITH query name '" + name + "' specified more than once",
                                item.name.at};
            }
        }
        TRY(rendered, this->query(*item.query, parent));
        if (!item.columns.empty()) {
            if (item.columns.size() != rendered.outputs.size()) {
                return SqlError{"MISMATCHED_COLUMN_ALIASES",
                                "WITH column list has " + std::to_string(item.columns.size()) +
                                    " entries but WITH query(" + name + ") has " +
                                    std::to_string(rendered.outputs.size()) + " columns",
                                item.name.at};
            }
            for (std::size_t i = 0; i < item.columns.size(); ++i) {
                rendered.outputs[i].name = item.columns[i].value;
            }
        }
        auto entry = std::make_unique<WithEntry>();
        entry->name = name;
        entry->id = "w" + std::to_string(with_.size());
        entry->outputs = std::move(rendered.outputs);
        out += (out.empty() ? "WITH " : ", ") + entry->id + " AS (" + rendered.sql + ")";
        TRY_VOID(check_size(out.size(), item.name.at));
        visible_with_.push_back(entry.get());
        with_.push_back(std::move(entry));
    }
    return out.empty() ? out : out + " ";
}

Result<Translator::Rendered> Translator::query(const Query& query, Scope* parent) {
    const std::size_t visible = visible_with_.size();
    TRY(with, with_items(query, parent));
    TRY(rendered, body(*query.body, parent, &query));
    visible_with_.resize(visible);
    if (query.body->kind != BodyKind::select && !query.order_by.empty()) {
        TRY(ordered, order_outputs(query, rendered, parent));
        rendered.sql = std::move(ordered);
    }
    TRY(limited, limits(query));
    rendered.sql = with + rendered.sql + limited;
    if (!limited.empty()) {
        for (Output& output : rendered.outputs)
            output.origin = {};
    }
    TRY_VOID(check_size(rendered.sql.size(), query.at));
    return rendered;
}

Result<std::string> Translator::limits(const Query& query) const {
    std::string out;
    for (const auto& [count, word] :
         {std::pair{query.limit.get(), " LIMIT "}, std::pair{query.offset.get(), " OFFSET "}}) {
        if (count == nullptr) continue;
        const auto number = constant_integer(*count);
        if (!number) {
            return SqlError{"SYNTAX_ERROR", "Invalid number of rows: " + count->text, count->at};
        }
        out += word + std::to_string(*number);
    }
    return out;
}

Result<Translator::Rendered> Translator::body(const Body& body, Scope* parent, const Query* owner) {
    switch (body.kind) {
        case BodyKind::select:
            return select(*body.select, parent, owner);
        case BodyKind::values:
            return values(body, parent);
        case BodyKind::nested: {
            TRY(rendered, query(*body.nested, parent));
            rendered.sql = "(" + rendered.sql + ")";
            return rendered;
        }
        case BodyKind::set_operation:
            return set_operation(body, parent);
    }
    return not_supported("This query", body.at);
}

Result<Translator::Rendered> Translator::values(const Body& body, Scope* parent) {
    Scope scope;
    scope.parent = parent;
    Env env;
    env.scope = &scope;
    env.clause = "VALUES";
    std::vector<std::vector<Value>> rows;
    std::vector<Type> types;
    for (const ExprPtr& row : body.rows) {
        std::vector<Value> cells;
        const bool several = row->kind == ExprKind::row;
        const std::size_t count = several ? row->children.size() : 1;
        for (std::size_t i = 0; i < count; ++i) {
            TRY(value, expression(several ? *row->children[i] : *row, env));
            if (rows.empty()) {
                types.push_back(value.type);
            } else if (i < types.size()) {
                const auto common = common_type(types[i], value.type);
                if (!common) {
                    return type_mismatch("Values rows have mismatched types: " +
                                             trino_name(types[i]) + " vs " + trino_name(value.type),
                                         row->at);
                }
                types[i] = *common;
            }
            cells.push_back(std::move(value));
        }
        if (cells.size() != types.size()) {
            return type_mismatch("Values rows have mismatched sizes", row->at);
        }
        rows.push_back(std::move(cells));
    }
    std::string sql;
    for (std::vector<Value>& row : rows) {
        sql += sql.empty() ? "(" : ", (";
        for (std::size_t i = 0; i < row.size(); ++i) {
            TRY(value, coerce(std::move(row[i]), types[i], body.at));
            sql += (i == 0 ? "" : ", ") + exact(value);
        }
        sql += ")";
        TRY_VOID(check_size(sql.size(), body.at));
    }
    const std::string relation = new_relation();
    Rendered out;
    std::string columns;
    for (std::size_t i = 0; i < types.size(); ++i) {
        columns += (i == 0 ? "" : ", ") + ("c" + std::to_string(i));
        out.outputs.push_back({"", types[i], {}});
    }
    out.sql = "SELECT * FROM (VALUES " + sql + ") AS " + relation + "(" + columns + ")";
    return out;
}

// A query's columns as other types, under the names c0, c1, ….
std::string Translator::align(const Rendered& rendered, const std::vector<Type>& types) {
    bool same = true;
    for (std::size_t i = 0; i < types.size(); ++i) {
        same = same && duckdb_name(types[i]) == duckdb_name(rendered.outputs[i].type);
    }
    if (same) return rendered.sql;
    const std::string relation = new_relation();
    std::string sql;
    for (std::size_t i = 0; i < types.size(); ++i) {
        const std::string column = "c" + std::to_string(i);
        Value value{rendered.outputs[i].type, relation + "." + column};
        auto coerced = coerce(value, types[i], {});
        if (coerced) value = std::move(coerced.value());
        sql += (i == 0 ? "SELECT " : ", ") + exact(value) + " AS " + column;
    }
    return sql + " FROM (" + rendered.sql + ") AS " + relation;
}

Result<Translator::Rendered> Translator::set_operation(const Body& node, Scope* parent) {
    TRY(left, body(*node.left, parent, nullptr));
    TRY(right, body(*node.right, parent, nullptr));
    const char* name = node.set == SetKind::intersect ? "INTERSECT"
                       : node.set == SetKind::except  ? "EXCEPT"
                                                      : "UNION";
    if (left.outputs.size() != right.outputs.size()) {
        return type_mismatch(std::string(name) + " query has different number of fields: " +
                                 std::to_string(left.outputs.size()) + ", " +
                                 std::to_string(right.outputs.size()),
                             node.at);
    }
    std::vector<Type> types;
    Rendered out;
    for (std::size_t i = 0; i < left.outputs.size(); ++i) {
        const Type& a = left.outputs[i].type;
        const Type& b = right.outputs[i].type;
        const auto common = common_type(a, b);
        if (!common) {
            return type_mismatch("column " + std::to_string(i + 1) + " in " + name +
                                     " query has incompatible types: " + trino_name(a) + ", " +
                                     trino_name(b),
                                 node.at);
        }
        types.push_back(*common);
        out.outputs.push_back({left.outputs[i].name, *common, {}});
    }
    out.sql = "(" + align(left, types) + ") " + name +
              (node.set == SetKind::all_union ? " ALL (" : " (") + align(right, types) + ")";
    TRY_VOID(check_size(out.sql.size(), node.at));
    return out;
}

// ORDER BY over the outputs of a query that is not one SELECT: the outputs are all it sees.
Result<std::string> Translator::order_outputs(const Query& query, Rendered& rendered,
                                              Scope* parent) {
    const std::string relation = new_relation();
    Scope scope;
    scope.parent = parent;
    std::string columns;
    for (std::size_t i = 0; i < rendered.outputs.size(); ++i) {
        const std::string column = "c" + std::to_string(i);
        Field field;
        field.name = to_lower(rendered.outputs[i].name);
        field.type = rendered.outputs[i].type;
        field.sql = relation + "." + column;
        columns += (i == 0 ? "" : ", ") + field.sql + " AS " + column;
        scope.fields.push_back(std::move(field));
    }
    Env env;
    env.scope = &scope;
    env.clause = "ORDER BY";
    std::string order;
    for (const SortItem& item : query.order_by) {
        std::string key;
        if (const auto position = constant_integer(*item.value)) {
            if (*position < 1 || static_cast<std::size_t>(*position) > rendered.outputs.size()) {
                return SqlError{
                    "INVALID_COLUMN_REFERENCE",
                    "ORDER BY position " + std::to_string(*position) + " is not in select list",
                    item.value->at};
            }
            key = scope.fields[static_cast<std::size_t>(*position) - 1].sql;
        } else {
            TRY(value, expression(*item.value, env));
            key = std::move(value.sql);
        }
        order += (order.empty() ? "" : ", ") + sort_key(key, item);
    }
    return "SELECT " + columns + " FROM (" + rendered.sql + ") AS " + relation + " ORDER BY " +
           order;
}

Result<CompiledQuery> compile(const Query& query, std::string_view text, CatalogReader& catalog,
                              const CompileOptions& options) {
    return Translator(catalog, options, text).run(query);
}

}  // namespace athena_sql

// FROM: tables, WITH queries, subqueries, UNNEST, joins.
#include <algorithm>

#include "athena_sql/lexer.h"
#include "athena_sql/translate.h"

namespace athena_sql {

namespace {
using K = TypeKind;
}  // namespace

Result<Translator::FromClause> Translator::relation(const Relation& relation, Scope* parent,
                                                    const std::vector<Field>& before) {
    switch (relation.kind) {
        case RelationKind::table:
            return table(relation, parent);
        case RelationKind::subquery:
            return derived(relation, parent, before);
        case RelationKind::unnest:
            return unnest(relation, parent, before);
        case RelationKind::join:
            return join(relation, parent, before);
    }
    return not_supported("This relation", relation.at);
}

// The alias of a relation and of its columns.
Result<void> Translator::name_columns(const Relation& relation, std::vector<Field>& fields) const {
    if (!relation.alias) return base::ok();
    std::size_t visible = 0;
    for (Field& field : fields) {
        field.qualifiers = {to_lower(*relation.alias)};
        if (!field.hidden) ++visible;
    }
    if (relation.column_aliases.empty()) return base::ok();
    if (relation.column_aliases.size() != visible) {
        return SqlError{"MISMATCHED_COLUMN_ALIASES",
                        "Column alias list has " + std::to_string(relation.column_aliases.size()) +
                            " entries but '" + *relation.alias + "' has " +
                            std::to_string(visible) + " columns available",
                        relation.at};
    }
    std::size_t next = 0;
    for (Field& field : fields) {
        if (field.hidden) continue;
        field.label = relation.column_aliases[next++].value;
        field.name = to_lower(field.label);
    }
    return base::ok();
}

Translator::WithEntry* Translator::find_with(const Relation& relation) {
    if (relation.table.size() != 1) return nullptr;
    const std::string name = to_lower(relation.table[0].value);
    for (auto entry = visible_with_.rbegin(); entry != visible_with_.rend(); ++entry) {
        if ((*entry)->name == name) return *entry;
    }
    return nullptr;
}

Result<Translator::FromClause> Translator::with_reference(const Relation& relation,
                                                          WithEntry& entry) {
    FromClause out;
    const std::string id = new_relation();
    out.sql = entry.id + " AS " + id;
    ++*entry.uses;
    for (std::size_t i = 0; i < entry.outputs.size(); ++i) {
        Field field;
        field.label = entry.outputs[i].name;
        field.name = to_lower(field.label);
        field.type = entry.outputs[i].type;
        field.sql = id + ".c" + std::to_string(i);
        field.qualifiers = {entry.name};
        field.origin = entry.outputs[i].origin;
        if (field.origin.scan >= 0) field.origin.sole_uses.push_back(entry.uses.get());
        out.fields.push_back(std::move(field));
    }
    TRY_VOID(name_columns(relation, out.fields));
    return out;
}

Result<TableInfo> Translator::find_table(const Relation& relation) const {
    std::vector<std::string> parts;
    for (const Name& part : relation.table)
        parts.push_back(to_lower(part.value));
    if (parts.size() > 3) return syntax_error("Too many dots in table name", relation.at);
    if (parts.size() == 3 && parts[0] != "awsdatacatalog") {
        return SqlError{"CATALOG_NOT_FOUND", "Catalog '" + parts[0] + "' does not exist",
                        relation.at};
    }
    const std::string database =
        parts.size() > 1 ? parts[parts.size() - 2] : to_lower(options_.database);
    if (database.empty()) {
        return SqlError{"MISSING_SCHEMA_NAME",
                        "Schema must be specified when session schema is not set", relation.at};
    }
    const std::string& name = parts.back();
    const auto failed = [&](const base::Error& error) {
        return SqlError{
            error.kind == base::ErrorKind::invalid || error.kind == base::ErrorKind::unsupported
                ? "HIVE_INVALID_METADATA"
                : "GENERIC_INTERNAL_ERROR",
            error.message + (error.context.empty() ? "" : " (" + error.context + ")"), relation.at};
    };
    auto found = catalog_.find_table(database, name);
    if (!found) return failed(found.error());
    if (found.value()) return std::move(*found.value());
    const auto exists = catalog_.database_exists(database);
    if (!exists) return failed(exists.error());
    if (!exists.value()) {
        return SqlError{"SCHEMA_NOT_FOUND", "Schema '" + database + "' does not exist",
                        relation.at};
    }
    return SqlError{"TABLE_NOT_FOUND",
                    "Table 'awsdatacatalog." + database + "." + name + "' does not exist",
                    relation.at};
}

Result<Translator::FromClause> Translator::table(const Relation& relation, Scope*) {
    if (WithEntry* entry = find_with(relation)) return with_reference(relation, *entry);
    TRY(info, find_table(relation));
    if (scans_.size() >= scans_max) {
        return SqlError{"STATEMENT_TOO_LARGE",
                        "The query refers to more than " + std::to_string(scans_max) + " tables",
                        relation.at};
    }
    const int scan = static_cast<int>(scans_.size());
    FromClause out;
    const std::string id = new_relation();
    out.sql = "datastack_scan(" + std::to_string(scan) + ") AS " + id;
    const auto add = [&](std::string name, Type type, UsedColumn used, bool hidden) {
        Field field;
        field.label = std::move(name);
        field.name = to_lower(field.label);
        field.type = std::move(type);
        field.scan = scan;
        field.used = used;
        field.relation = id;
        field.qualifiers = {"awsdatacatalog", info.database, info.name};
        field.hidden = hidden;
        if (!hidden) field.origin = {scan, used.index, {}};
        out.fields.push_back(std::move(field));
    };
    for (std::uint32_t i = 0; i < info.columns.size(); ++i) {
        add(info.columns[i].name, info.columns[i].type, {ColumnRole::table_column, i}, false);
    }
    add("$path", make_varchar(), {ColumnRole::path, 0}, true);
    add("$file_size", make_type(K::bigint), {ColumnRole::file_size, 0}, true);
    add("$file_modified_time", make_type(K::timestamp_with_zone),
        {ColumnRole::file_modified_time, 0}, true);
    scans_.push_back({std::move(info), {}, {}});
    TRY_VOID(name_columns(relation, out.fields));
    return out;
}

Result<Translator::FromClause> Translator::derived(const Relation& relation, Scope* parent,
                                                   const std::vector<Field>& before) {
    Scope lateral;
    lateral.parent = parent;
    if (relation.lateral) lateral.fields = before;
    TRY(rendered, query(*relation.query, relation.lateral ? &lateral : parent));
    FromClause out;
    const std::string id = new_relation();
    out.sql = (relation.lateral ? "LATERAL (" : "(") + rendered.sql + ") AS " + id;
    for (std::size_t i = 0; i < rendered.outputs.size(); ++i) {
        Field field;
        field.label = rendered.outputs[i].name;
        field.name = to_lower(field.label);
        // An unnamed column of the subquery is shown, but cannot be spoken of.
        if (field.label.empty()) field.label = "_col" + std::to_string(i);
        field.type = rendered.outputs[i].type;
        field.sql = id + ".c" + std::to_string(i);
        field.origin = std::move(rendered.outputs[i].origin);
        out.fields.push_back(std::move(field));
    }
    TRY_VOID(name_columns(relation, out.fields));
    return out;
}

// LATERAL (SELECT unnest(a) AS c0, unnest(b) AS c1 …): lists are walked side by side, the shorter
// filled up with NULL, as in Trino. A list of rows gives a column per field.
Result<Translator::FromClause> Translator::unnest(const Relation& relation, Scope* parent,
                                                  const std::vector<Field>& before) {
    Scope scope;
    scope.parent = parent;
    scope.fields = before;
    Env env;
    env.scope = &scope;
    env.clause = "UNNEST";
    std::string inner;    // SELECT unnest(…) AS u0, …
    std::string outer;    // SELECT u.u0.field AS c0, …
    std::string longest;  // for WITH ORDINALITY
    const std::string id = new_relation();
    const std::string source = new_relation();
    FromClause out;
    std::size_t lists = 0;
    const auto add_list = [&](const std::string& sql) {
        inner += (lists == 0 ? "" : ", ") + ("unnest(" + sql + ") AS u" + std::to_string(lists));
        longest += (lists == 0 ? "" : ", ") + ("coalesce(len(" + sql + "), 0)");
        return source + ".u" + std::to_string(lists++);
    };
    const auto add_column = [&](const std::string& sql, Type type, const std::string& label) {
        const std::string column = "c" + std::to_string(out.fields.size());
        outer += (out.fields.empty() ? "" : ", ") + sql + " AS " + column;
        Field field;
        field.label = label;
        field.name = to_lower(label);
        field.type = std::move(type);
        field.sql = id + "." + column;
        out.fields.push_back(std::move(field));
    };
    for (const ExprPtr& array : relation.arrays) {
        TRY(value, expression(*array, env));
        if (value.type.is(K::map)) {
            add_column(add_list("map_keys(" + value.sql + ")"), value.type.elements[0], "");
            add_column(add_list("map_values(" + value.sql + ")"), value.type.elements[1], "");
            continue;
        }
        if (!value.type.is(K::array)) {
            return type_mismatch("Cannot unnest type: " + trino_name(value.type), array->at);
        }
        const Type element = value.type.elements[0];
        const std::string item = add_list(value.sql);
        if (!element.is(K::row)) {
            add_column(item, element, "");
            continue;
        }
        for (std::size_t i = 0; i < element.elements.size(); ++i) {
            add_column("struct_extract_at(" + item + ", " + std::to_string(i + 1) + ")",
                       element.elements[i], element.field_names[i]);
        }
    }
    if (relation.with_ordinality) {
        const std::string greatest = lists == 1 ? longest : "greatest(" + longest + ")";
        add_column(add_list("generate_series(1, " + greatest + ")"), make_type(K::bigint), "");
    }
    out.sql =
        "LATERAL (SELECT " + outer + " FROM (SELECT " + inner + ") AS " + source + ") AS " + id;
    TRY_VOID(name_columns(relation, out.fields));
    return out;
}

namespace {

// Rows of this side may be filled up with NULLs: conditions above it say nothing about its
// partitions.
void forget_origins(std::vector<Field>& fields) {
    for (Field& field : fields)
        field.origin = {};
}

const char* join_words(JoinKind kind) {
    switch (kind) {
        case JoinKind::cross:
            return " CROSS JOIN ";
        case JoinKind::inner:
            return " INNER JOIN ";
        case JoinKind::left:
            return " LEFT JOIN ";
        case JoinKind::right:
            return " RIGHT JOIN ";
        case JoinKind::full:
            return " FULL JOIN ";
    }
    return " CROSS JOIN ";
}

}  // namespace

Result<std::string> Translator::join_condition(const Relation& relation, Scope* parent,
                                               std::vector<Field>& left,
                                               std::vector<Field>& right) {
    Scope scope;
    scope.parent = parent;
    scope.fields = left;
    scope.fields.insert(scope.fields.end(), right.begin(), right.end());
    Env env;
    env.scope = &scope;
    env.clause = "JOIN ON clause";
    TRY(condition, boolean(*relation.on, env));
    const std::size_t count = left.size();
    for (std::size_t i = 0; i < scope.fields.size(); ++i) {
        const bool kept = relation.join == JoinKind::inner ||
                          (relation.join == JoinKind::left && i >= count) ||
                          (relation.join == JoinKind::right && i < count);
        if (!kept) scope.fields[i].origin = {};
    }
    add_filters(*relation.on, scope);
    return condition.sql;
}

Result<std::string> Translator::join_using(const Relation& relation, std::vector<Field>& left,
                                           std::vector<Field>& right, std::vector<Field>& merged) {
    std::string out;
    for (const Name& column : relation.join_using) {
        const std::string name = to_lower(column.value);
        Field* sides[2] = {nullptr, nullptr};
        for (int side = 0; side < 2; ++side) {
            for (Field& field : side == 0 ? left : right) {
                if (field.name != name || field.merged_away) continue;
                if (sides[side] != nullptr) {
                    return SqlError{"AMBIGUOUS_NAME", "Column '" + name + "' is ambiguous",
                                    column.at};
                }
                sides[side] = &field;
            }
            if (sides[side] == nullptr) {
                return SqlError{"COLUMN_NOT_FOUND",
                                "Column '" + name + "' is missing from " +
                                    (side == 0 ? "left" : "right") + " side of join",
                                column.at};
            }
        }
        const Value a{sides[0]->type, use(*sides[0])};
        const Value b{sides[1]->type, use(*sides[1])};
        TRY(equal, compare("=", a, b, column.at));
        out += (out.empty() ? "" : " AND ") + equal.sql;
        const Type type = *common_type(a.type, b.type);
        TRY(x, coerce(a, type, column.at));
        TRY(y, coerce(b, type, column.at));
        Field field;
        field.label = sides[0]->label;
        field.name = name;
        field.type = type;
        field.sql = relation.join == JoinKind::right ? y.sql : x.sql;
        if (relation.join == JoinKind::full) field.sql = "coalesce(" + x.sql + ", " + y.sql + ")";
        const bool inner = relation.join == JoinKind::inner || relation.join == JoinKind::left;
        if (inner) field.origin = sides[0]->origin;
        sides[0]->merged_away = true;
        sides[1]->merged_away = true;
        merged.push_back(std::move(field));
    }
    return out;
}

Result<Translator::FromClause> Translator::join(const Relation& node, Scope* parent,
                                                const std::vector<Field>& before) {
    TRY(left, relation(*node.left, parent, before));
    std::vector<Field> visible = before;
    visible.insert(visible.end(), left.fields.begin(), left.fields.end());
    TRY(right, relation(*node.right, parent, visible));
    const bool lateral = node.right->kind == RelationKind::unnest || node.right->lateral;
    if (lateral && (node.join == JoinKind::right || node.join == JoinKind::full)) {
        return not_supported("RIGHT and FULL JOIN with UNNEST or LATERAL", node.at);
    }
    std::string condition;
    std::vector<Field> merged;
    if (!node.join_using.empty()) {
        TRY(text, join_using(node, left.fields, right.fields, merged));
        condition = std::move(text);
    } else if (node.on != nullptr) {
        TRY(text, join_condition(node, parent, left.fields, right.fields));
        condition = std::move(text);
    }
    if (node.join == JoinKind::left || node.join == JoinKind::full) forget_origins(right.fields);
    if (node.join == JoinKind::right || node.join == JoinKind::full) forget_origins(left.fields);
    FromClause out;
    const bool nested = node.right->kind == RelationKind::join;
    out.sql =
        left.sql + join_words(node.join) + (nested ? "(" : "") + right.sql + (nested ? ")" : "");
    if (!condition.empty()) out.sql += " ON " + condition;
    TRY_VOID(check_size(out.sql.size(), node.at));
    out.fields = std::move(merged);
    std::move(left.fields.begin(), left.fields.end(), std::back_inserter(out.fields));
    std::move(right.fields.begin(), right.fields.end(), std::back_inserter(out.fields));
    return out;
}

}  // namespace athena_sql

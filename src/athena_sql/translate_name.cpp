// Names: columns of the scope, of enclosing scopes, fields of rows, parameters of lambdas.
#include <algorithm>

#include "athena_sql/lexer.h"
#include "athena_sql/translate.h"

namespace athena_sql {

bool Translator::name_chain(const Expr& expr, std::vector<std::string>& parts) {
    if (expr.kind == ExprKind::name) {
        parts.push_back(to_lower(expr.text));
        return true;
    }
    if (expr.kind != ExprKind::field || !name_chain(*expr.children[0], parts)) return false;
    parts.push_back(to_lower(expr.text));
    return true;
}

// The text of a column; a scan's column gets its place in the scan's list at its first use.
std::string Translator::use(const Field& field) {
    if (field.scan < 0) return field.sql;
    auto& columns = scans_[static_cast<std::size_t>(field.scan)].columns;
    std::size_t place = 0;
    while (place < columns.size() && columns[place] != field.used)
        ++place;
    if (place == columns.size()) columns.push_back(field.used);
    return field.relation + ".c" + std::to_string(place);
}

namespace {

// Do parts[0..n-1) name the relation of the field, as its qualifiers' end?
bool qualifies(const std::vector<std::string>& parts, const std::vector<std::string>& qualifiers) {
    const std::size_t count = parts.size() - 1;
    if (count > qualifiers.size()) return false;
    return std::equal(parts.begin(), parts.end() - 1,
                      qualifiers.end() - static_cast<std::ptrdiff_t>(count));
}

}  // namespace

Result<std::optional<Translator::Found>> Translator::find_field(
    const std::vector<std::string>& parts, Scope* scope, Position at) const {
    for (; scope != nullptr; scope = const_cast<Scope*>(scope->parent)) {
        Field* found = nullptr;
        for (Field& field : scope->fields) {
            if (field.name != parts.back() || !qualifies(parts, field.qualifiers)) continue;
            if (field.merged_away && parts.size() == 1) continue;
            if (found != nullptr) {
                return SqlError{"AMBIGUOUS_NAME", "Column '" + parts.back() + "' is ambiguous", at};
            }
            found = &field;
        }
        if (found != nullptr) return std::optional<Found>(Found{found, scope});
    }
    return std::optional<Found>();
}

Result<Value> Translator::row_field(const Value& base, const std::string& field,
                                    const Expr& expr) const {
    const std::string wanted = to_lower(field);
    for (std::size_t i = 0; base.type.is(TypeKind::row) && i < base.type.elements.size(); ++i) {
        if (to_lower(base.type.field_names[i]) != wanted) continue;
        return Value{base.type.elements[i],
                     "struct_extract_at(" + base.sql + ", " + std::to_string(i + 1) + ")", &expr};
    }
    return SqlError{"COLUMN_NOT_FOUND",
                    "Column '" + source_text(expr) +
                        "' cannot be resolved or requester is not authorized to access requested "
                        "resources",
                    expr.at};
}

Result<Value> Translator::name(const Expr& expr, const Env& env) {
    const std::string wanted = to_lower(expr.text);
    for (const LambdaNames* names = env.lambdas; names != nullptr; names = names->outer) {
        for (const auto& [name, value] : names->names) {
            if (name == wanted) return Value{value.type, value.sql, &expr};
        }
    }
    if (env.outputs != nullptr) {
        const Expr* found = nullptr;
        for (const auto& [name, value] : *env.outputs) {
            if (name != wanted || value == nullptr) continue;
            if (found != nullptr && found != value) {
                return SqlError{"AMBIGUOUS_NAME", "Column '" + wanted + "' is ambiguous", expr.at};
            }
            found = value;
        }
        if (found != nullptr) {
            Env plain = env;
            plain.outputs = nullptr;
            return expression(*found, plain);
        }
    }
    return dereference(expr, env);
}

Result<Value> Translator::dereference(const Expr& expr, const Env& env) {
    std::vector<std::string> parts;
    const bool chain = name_chain(expr, parts);
    // x.a where x is a parameter of a lambda, or any expression's field.
    bool of_lambda = false;
    for (const LambdaNames* names = env.lambdas; chain && names != nullptr; names = names->outer) {
        for (const auto& [name, value] : names->names)
            of_lambda = of_lambda || name == parts[0];
    }
    if (!chain || (of_lambda && parts.size() > 1)) {
        TRY(base, expression(*expr.children[0], env));
        return row_field(base, expr.text, expr);
    }
    TRY(found, find_field(parts, env.scope, expr.at));
    if (!found) {
        if (expr.kind == ExprKind::field) {
            Env inner = env;
            auto base = dereference(*expr.children[0], inner);
            if (base) return row_field(base.value(), expr.text, expr);
            if (base.error().code != "COLUMN_NOT_FOUND") return base.error();
        }
        return SqlError{"COLUMN_NOT_FOUND",
                        "Column '" + source_text(expr) +
                            "' cannot be resolved or requester is not authorized to access "
                            "requested resources",
                        expr.at};
    }
    const bool own = found->scope == env.scope;
    const bool ungrouped = own ? env.grouped : found->scope->grouping != nullptr;
    if (ungrouped) {
        Env outer = env;
        outer.scope = found->scope;
        if (!is_group_key(expr, outer)) {
            return SqlError{"EXPRESSION_NOT_AGGREGATE",
                            "'" + source_text(expr) +
                                "' must be an aggregate expression or appear in GROUP BY clause",
                            expr.at};
        }
    }
    return Value{found->field->type, use(*found->field), &expr};
}

std::string Translator::source_text(const Expr& expr) const {
    if (expr.end <= expr.begin || expr.end > text_.size()) return expr.text;
    std::string out(text_.substr(expr.begin, std::min<std::size_t>(expr.end - expr.begin, 200)));
    if (expr.kind == ExprKind::name || expr.kind == ExprKind::field) {
        std::vector<std::string> parts;
        if (name_chain(expr, parts)) {
            out.clear();
            for (const std::string& part : parts)
                out += (out.empty() ? "" : ".") + part;
        }
    }
    return out;
}

Result<void> Translator::check_size(std::size_t bytes, Position at) const {
    if (bytes <= duckdb_text_bytes_max) return base::ok();
    return SqlError{"STATEMENT_TOO_LARGE", "The query is too complex", at};
}

}  // namespace athena_sql

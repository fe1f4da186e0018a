// The insides of compile(), shared by its files. One pass: each expression becomes a Value, its
// Trino type and its DuckDB text. Invariant: a Value's text is self-contained (a literal, a call, a
// column, or in parentheses) and has exactly the DuckDB type duckdb_name(type) after exact().
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "athena_sql/compile.h"

namespace athena_sql {

struct Value {
    Type type;
    std::string sql;
    const Expr* source = nullptr;  // null for what no single expression stands for
};

// Where a column comes from, when it is a table's column unchanged: for partition filters.
struct Origin {
    int scan = -1;
    std::uint32_t column = 0;
    // References through which it is seen; a filter holds only if each is the only one.
    std::vector<const int*> sole_uses;
};

struct Field {
    std::string name;   // lower case; "" for unnamed
    std::string label;  // as shown by SELECT *
    Type type;
    std::string sql;  // of columns of scans: see use()
    int scan = -1;
    UsedColumn used;
    std::string relation;                 // r0
    std::vector<std::string> qualifiers;  // {"awsdatacatalog", db, table} or {alias}
    bool hidden = false;                  // "$path": not in SELECT *
    bool merged_away = false;             // of JOIN USING: only qualified, not in SELECT *
    Origin origin;
};

struct Grouping {
    std::vector<const Expr*> keys;
};

struct Scope {
    const Scope* parent = nullptr;  // of an enclosing query: correlation
    std::vector<Field> fields;
    const Grouping* grouping = nullptr;  // set while a grouped select's items are translated
};

// What an output column of a query is to whoever reads from it.
struct Output {
    std::string name;  // as written; "" when it has none
    Type type;
    Origin origin;
};

struct LambdaNames {
    const LambdaNames* outer = nullptr;
    std::vector<std::pair<std::string, Value>> names;
};

// The circumstances under which an expression is translated.
struct Env {
    Scope* scope = nullptr;
    bool grouped = false;     // names must be group keys or inside aggregates
    bool aggregates = false;  // allowed here
    bool windows = false;     // allowed here
    const char* clause = "";  // for messages: "WHERE clause"
    const LambdaNames* lambdas = nullptr;
    // ORDER BY: names of outputs come first.
    const std::vector<std::pair<std::string, const Expr*>>* outputs = nullptr;
    const std::vector<std::pair<std::string, std::unique_ptr<Window>>>* named_windows = nullptr;
};

class Translator {
  public:
    Translator(CatalogReader& catalog, const CompileOptions& options, std::string_view text)
        : catalog_(catalog), options_(options), text_(text) {}

    Result<CompiledQuery> run(const Query& query);

    // Expressions. translate_expression.cpp
    Result<Value> expression(const Expr& expr, const Env& env);
    Result<Value> boolean(const Expr& expr, const Env& env);
    Result<Value> coerced_expression(const Expr& expr, const Type& type, const Env& env);

    // Values. translate_types.cpp
    // Implicit conversion; TYPE_MISMATCH when Trino has none.
    Result<Value> coerce(Value value, const Type& type, Position at) const;
    Result<Value> cast(const Value& value, const Type& type, Position at) const;
    // The text cast to exactly the type's DuckDB type.
    static std::string exact(const Value& value);
    static bool can_coerce(const Type& from, const Type& to);
    static std::optional<Type> common_type(const Type& a, const Type& b);
    Result<Value> compare(std::string_view op, Value left, Value right, Position at) const;
    Result<Value> arithmetic(std::string_view op, Value left, Value right, Position at) const;

    // Functions. functions.cpp, special_functions.cpp
    Result<Value> call(const Expr& expr, const Env& env);
    // A scalar function of the table, over arguments already translated.
    Result<Value> call_with(const std::string& function, std::vector<Value> arguments,
                            const Expr& at) const;
    Result<Value> lambda_body(const Expr& lambda, const std::vector<Type>& types,
                              std::string& parameters, const Env& env);
    static std::optional<std::string> constant_text(const Expr& expr);
    static std::optional<std::int64_t> constant_integer(const Expr& expr);

    std::string new_lambda_name() const { return "v" + std::to_string(lambda_count_++); }

  private:
    struct Rendered {
        std::string sql;  // one SELECT (or set operation), without parentheses
        std::vector<Output> outputs;
    };
    struct WithEntry {
        std::string name;
        std::string id;
        std::vector<Output> outputs;
        std::unique_ptr<int> uses = std::make_unique<int>(0);
    };
    struct FromClause {
        std::string sql;
        std::vector<Field> fields;
    };
    struct PendingFilter {
        int scan = -1;
        FilterNode node;
        std::vector<const int*> sole_uses;
    };
    struct SelectItemOut {
        std::string name;
        Value value;
        const Expr* expr = nullptr;  // null for columns of a star
        Origin origin;
    };

    Result<void> check_size(std::size_t bytes, Position at) const;
    std::string new_relation() { return "r" + std::to_string(relation_count_++); }
    std::string source_text(const Expr& expr) const;

    // Queries. translate_query.cpp
    Result<Rendered> query(const Query& query, Scope* parent);
    Result<std::string> with_items(const Query& query, Scope* parent);
    Result<Rendered> body(const Body& body, Scope* parent, const Query* owner);
    Result<Rendered> values(const Body& body, Scope* parent);
    Result<Rendered> set_operation(const Body& body, Scope* parent);
    Result<std::string> order_outputs(const Query& query, Rendered& rendered, Scope* parent);
    Result<std::string> limits(const Query& query) const;
    std::string align(const Rendered& rendered, const std::vector<Type>& types);

    // SELECT. translate_select.cpp
    Result<Rendered> select(const Select& select, Scope* parent, const Query* owner);
    Result<std::vector<SelectItemOut>> select_items(const Select& select, const Env& env);
    Result<void> expand_star(const SelectItem& item, const Env& env,
                             std::vector<SelectItemOut>& out);
    Result<std::string> group_by(const Select& select, const Env& env, Grouping& grouping);
    Result<const Expr*> group_key(const Expr& expr, const Select& select) const;
    Result<std::string> group_set(const std::vector<ExprPtr>& set, const Select& select,
                                  const Env& env, Grouping& grouping);
    Result<std::string> order_by_of_select(const Query& owner, const Select& select,
                                           const std::vector<SelectItemOut>& items, Env env);
    bool same_expression(const Expr& a, const Expr& b, const Scope* scope);
    bool is_group_key(const Expr& expr, const Env& env);

    // FROM. translate_relation.cpp
    Result<FromClause> relation(const Relation& relation, Scope* parent,
                                const std::vector<Field>& before);
    Result<FromClause> table(const Relation& relation, Scope* parent);
    Result<FromClause> with_reference(const Relation& relation, WithEntry& entry);
    Result<FromClause> derived(const Relation& relation, Scope* parent,
                               const std::vector<Field>& before);
    Result<FromClause> unnest(const Relation& relation, Scope* parent,
                              const std::vector<Field>& before);
    Result<FromClause> join(const Relation& relation, Scope* parent,
                            const std::vector<Field>& before);
    Result<std::string> join_condition(const Relation& relation, Scope* parent,
                                       std::vector<Field>& left, std::vector<Field>& right);
    Result<std::string> join_using(const Relation& relation, std::vector<Field>& left,
                                   std::vector<Field>& right, std::vector<Field>& merged);
    Result<void> name_columns(const Relation& relation, std::vector<Field>& fields) const;
    Result<TableInfo> find_table(const Relation& relation) const;
    WithEntry* find_with(const Relation& relation);

    // Names. translate_name.cpp
    struct Found {
        Field* field = nullptr;
        Scope* scope = nullptr;
    };
    Result<std::optional<Found>> find_field(const std::vector<std::string>& parts, Scope* scope,
                                            Position at) const;
    Result<Value> name(const Expr& expr, const Env& env);
    Result<Value> dereference(const Expr& expr, const Env& env);
    Result<Value> row_field(const Value& base, const std::string& field, const Expr& expr) const;
    std::string use(const Field& field);
    static bool name_chain(const Expr& expr, std::vector<std::string>& parts);

    // Partition filters. translate_filter.cpp
    void add_filters(const Expr& condition, Scope& scope);
    struct FilterSubject {
        int scan = -1;
        std::vector<const int*> sole_uses;
    };
    FilterNode filter_node(const Expr& expr, Scope& scope, FilterSubject& subject) const;
    FilterNode filter_operator(const Expr& expr, Scope& scope, FilterSubject& subject) const;
    FilterNode filter_key(const Expr& expr, Scope& scope, FilterSubject& subject) const;
    static FilterNode filter_cast(const Expr& expr, FilterNode inner);
    void apply_filters();

    // Kinds of expressions. translate_literal.cpp, translate_expression.cpp
    Result<Value> literal(const Expr& expr) const;
    Result<Value> typed_literal(const Expr& expr) const;
    Result<Value> interval(const Expr& expr) const;
    Result<Value> current(const Expr& expr) const;
    Result<Value> simple_operator(const Expr& expr, const Env& env);
    Result<Value> cast_expression(const Expr& expr, const Env& env);
    Result<Value> logical(const Expr& expr, const Env& env);
    Result<Value> between(const Expr& expr, const Env& env);
    Result<Value> in_list(const Expr& expr, const Env& env);
    Result<Value> subquery_predicate(const Expr& expr, const Env& env);
    Result<Value> like(const Expr& expr, const Env& env);
    Result<Value> is_distinct(const Expr& expr, const Env& env);
    Result<Value> case_expression(const Expr& expr, const Env& env);
    Result<Value> subscript(const Expr& expr, const Env& env);
    Result<Value> concat(const Expr& expr, const Env& env);
    Result<Value> row(const Expr& expr, const Env& env);
    Result<Value> array(const Expr& expr, const Env& env);
    Result<Value> extract(const Expr& expr, const Env& env);
    Result<Value> at_time_zone(const Expr& expr, const Env& env);
    Result<Value> dispatch(const Expr& expr, const Env& env);

    // Calls. functions.cpp
    Result<Value> aggregate_call(const Expr& expr, const Env& env);
    Result<Value> window_call(const Expr& expr, const Env& env);
    Result<std::string> window_text(const Window& window, const Env& env);
    static std::string sort_key(const std::string& sql, const SortItem& item);
    Result<std::string> sort_items(const std::vector<SortItem>& items, const Env& env);
    Result<std::string> frame_bound(const FrameBound& bound, const Env& env);

    CatalogReader& catalog_;
    const CompileOptions& options_;
    std::string_view text_;
    std::vector<TableScan> scans_;
    std::vector<std::unique_ptr<WithEntry>> with_;
    std::vector<WithEntry*> visible_with_;
    std::vector<PendingFilter> filters_;
    int relation_count_ = 0;
    mutable int lambda_count_ = 0;
    std::size_t work_ = 0;  // calls of expression()
};

// 'text' as a DuckDB literal.
std::string quote(std::string_view text);
bool contains_aggregate(const Expr& expr);
bool contains_window(const Expr& expr);

}  // namespace athena_sql

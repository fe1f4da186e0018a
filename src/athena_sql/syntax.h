// The syntax tree: what was written, with positions, before names and types have a meaning.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "athena_sql/error.h"
#include "athena_sql/types.h"

namespace athena_sql {

// How deep expressions, queries and relations may nest, all together. AND, OR, || and lists are
// flat and count once.
inline constexpr int nesting_depth_max = 200;

struct Query;
struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

enum class ExprKind : std::uint8_t {
    null_literal,
    boolean_literal,   // text "true", "false"
    integer_literal,   // text: digits
    decimal_literal,   // text: "1.5"
    floating_literal,  // text: "1e3"
    string_literal,    // text
    binary_literal,    // text: bytes
    typed_literal,     // DATE '…': type, text
    interval_literal,  // text: the value, negated, unit
    parameter,         // ?: index
    name,              // an identifier: text as written
    field,             // children[0].text
    subscript,         // children[0][children[1]]
    negate,
    logical_not,
    logical_and,    // two or more children
    logical_or,     // two or more children
    comparison,     // text: = <> < <= > >=
    arithmetic,     // text: + - * / %
    concat,         // two or more children
    between,        // children: value, low, high; negated
    in_list,        // children: value, items…; negated
    in_query,       // children: value; query; negated
    like,           // children: value, pattern[, escape]; negated
    is_null,        // negated
    is_distinct,    // children: a, b; negated: IS NOT DISTINCT FROM
    quantified,     // children: value; text: operator; unit: ALL, ANY; query
    exists,         // query
    scalar_query,   // query
    simple_case,    // children: operand, (when, then)…[, else]; has_else
    searched_case,  // children: (when, then)…[, else]; has_else
    cast,           // children: value; type
    try_cast,       // children: value; type
    call,           // text: the function's name, lower case; children: arguments; details
    lambda,         // parameters; children: body
    row,            // ROW(…) or (a, b)
    array,          // ARRAY[…]
    at_time_zone,   // children: value, zone
    extract,        // unit; children: value
    current,        // text: current_date, current_timestamp, localtimestamp, …
};

enum class NullOrder : std::uint8_t { unspecified, first, last };

struct SortItem {
    ExprPtr value;
    bool descending = false;
    NullOrder nulls = NullOrder::unspecified;
};

enum class BoundKind : std::uint8_t {
    unbounded_preceding,
    preceding,
    current_row,
    following,
    unbounded_following,
};

struct FrameBound {
    BoundKind kind = BoundKind::unbounded_preceding;
    ExprPtr value;  // preceding, following
};

struct Window {
    Position at;
    std::vector<ExprPtr> partition_by;
    std::vector<SortItem> order_by;
    std::string frame;  // "", ROWS, RANGE, GROUPS
    FrameBound from;
    FrameBound to;
};

// What follows a call's arguments.
struct CallDetails {
    bool star = false;  // count(*)
    bool distinct = false;
    std::vector<SortItem> order_by;
    ExprPtr filter;
    bool ignore_nulls = false;
    bool respect_nulls = false;
    std::optional<std::string> window_name;  // OVER name
    std::unique_ptr<Window> window;
};

struct Expr {
    ExprKind kind = ExprKind::null_literal;
    Position at;
    std::size_t begin = 0;  // byte range in the text, for messages
    std::size_t end = 0;
    int depth = 1;
    std::string text = {};
    std::string unit = {};
    bool negated = false;
    bool has_else = false;
    bool quoted = false;    // name: was written in quotes
    std::size_t index = 0;  // parameter
    Type type = {};
    std::vector<ExprPtr> children = {};
    std::vector<std::string> parameters = {};  // lambda
    std::unique_ptr<CallDetails> details = {};
    std::unique_ptr<Query> query = {};
};

struct Name {
    std::string value;  // as written
    Position at;
};
using QualifiedName = std::vector<Name>;

struct SelectItem {
    Position at;
    ExprPtr value;                     // null for a star
    std::optional<std::string> alias;  // as written
    QualifiedName star_of;             // t.*: {t}
};

enum class GroupKind : std::uint8_t { simple, sets, rollup, cube };

struct GroupElement {
    GroupKind kind = GroupKind::simple;
    std::vector<std::vector<ExprPtr>> sets;  // simple: one set, all of whose members are keys
};

enum class RelationKind : std::uint8_t { table, subquery, unnest, join };
enum class JoinKind : std::uint8_t { cross, inner, left, right, full };

struct Relation {
    RelationKind kind = RelationKind::table;
    Position at;
    int depth = 1;
    QualifiedName table;
    std::unique_ptr<Query> query;  // subquery
    bool lateral = false;
    std::vector<ExprPtr> arrays;  // unnest
    bool with_ordinality = false;
    JoinKind join = JoinKind::cross;
    std::unique_ptr<Relation> left;
    std::unique_ptr<Relation> right;
    ExprPtr on;
    std::vector<Name> join_using;
    bool natural = false;
    std::optional<std::string> alias;
    std::vector<Name> column_aliases;
};

struct Select {
    Position at;
    bool distinct = false;
    std::vector<SelectItem> items;
    std::unique_ptr<Relation> from;
    ExprPtr where;
    bool grouped = false;  // GROUP BY is there
    std::vector<GroupElement> group_by;
    ExprPtr having;
    std::vector<std::pair<std::string, std::unique_ptr<Window>>> windows;
};

enum class BodyKind : std::uint8_t { select, values, nested, set_operation };
enum class SetKind : std::uint8_t { all_union, distinct_union, intersect, except };

struct Body {
    BodyKind kind = BodyKind::select;
    Position at;
    int depth = 1;
    std::unique_ptr<Select> select;
    std::vector<ExprPtr> rows;      // values
    std::unique_ptr<Query> nested;  // in parentheses
    SetKind set = SetKind::all_union;
    std::unique_ptr<Body> left;
    std::unique_ptr<Body> right;
};

struct WithItem {
    Name name;
    std::vector<Name> columns;
    std::unique_ptr<Query> query;
};

struct Query {
    Position at;
    std::vector<WithItem> with;
    std::unique_ptr<Body> body;
    std::vector<SortItem> order_by;
    ExprPtr offset;                   // integer literal or parameter
    ExprPtr limit;                    // the same; null: no limit
    std::size_t parameter_count = 0;  // of the whole statement; outermost only
};

// ---- HiveQL's statements ----

using Properties = std::vector<std::pair<std::string, std::string>>;
// Partition column = value, in the order written.
using PartitionSpec = std::vector<std::pair<std::string, std::string>>;

struct ColumnDefinition {
    std::string name;  // lower case
    Type type;
    std::string comment;
};

struct RowFormat {
    std::string serde;  // "" when not given
    Properties serde_properties;
    bool delimited = false;
    std::optional<std::string> fields;
    std::optional<std::string> escaped;
    std::optional<std::string> collection_items;
    std::optional<std::string> map_keys;
    std::optional<std::string> lines;
    std::optional<std::string> null_text;
};

struct CreateDatabase {
    std::string name;
    bool if_not_exists = false;
    std::string comment;
    std::string location;
    Properties properties;
};
struct DropDatabase {
    std::string name;
    bool if_exists = false;
    bool cascade = false;
};
// "" database: the context's.
struct TableName {
    std::string database;
    std::string table;
    Position at;
};
struct CreateTable {
    TableName name;
    bool if_not_exists = false;
    std::vector<ColumnDefinition> columns;
    std::vector<ColumnDefinition> partition_columns;
    std::string comment;
    RowFormat row_format;
    std::string stored_as;  // upper case: PARQUET, TEXTFILE, …; "" when not given
    std::string input_format;
    std::string output_format;
    std::string location;
    Properties properties;
};
struct DropTable {
    TableName name;
    bool if_exists = false;
};
struct RepairTable {
    TableName name;
};
struct AddPartitions {
    TableName name;
    bool if_not_exists = false;
    struct Partition {
        PartitionSpec spec;
        std::string location;  // "": below the table's
    };
    std::vector<Partition> partitions;
};
struct DropPartitions {
    TableName name;
    bool if_exists = false;
    std::vector<PartitionSpec> partitions;
};
struct ShowDatabases {
    std::optional<std::string> pattern;
};
struct ShowTables {
    std::string database;
    std::optional<std::string> pattern;  // Hive's: '*' and '|'
};
struct ShowPartitions {
    TableName name;
};
struct ShowColumns {
    TableName name;
};
struct ShowCreateTable {
    TableName name;
};
struct DescribeTable {
    TableName name;
    bool formatted = false;  // FORMATTED or EXTENDED
};

using QueryPtr = std::unique_ptr<Query>;
using Statement =
    std::variant<QueryPtr, CreateDatabase, DropDatabase, CreateTable, DropTable, RepairTable,
                 AddPartitions, DropPartitions, ShowDatabases, ShowTables, ShowPartitions,
                 ShowColumns, ShowCreateTable, DescribeTable>;

}  // namespace athena_sql

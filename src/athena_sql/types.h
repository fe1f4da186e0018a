// The types of Athena's SQL (Trino's), and Hive's spellings of them in the catalog.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace athena_sql {

enum class TypeKind : std::uint8_t {
    unknown,  // the type of NULL
    boolean,
    tinyint,
    smallint,
    integer,
    bigint,
    real,
    double_precision,
    decimal,     // precision, scale
    varchar,     // precision = length; unbounded: varchar_unbounded
    fixed_char,  // char(precision)
    varbinary,
    date,
    time,
    timestamp,
    timestamp_with_zone,
    interval_day_to_second,
    interval_year_to_month,
    json,
    array,  // elements[0]
    map,    // elements[0] -> elements[1]
    row,    // elements, field_names (an empty name: anonymous)
};

inline constexpr std::int32_t varchar_unbounded = 2147483647;
inline constexpr std::int32_t decimal_precision_max = 38;
inline constexpr std::size_t type_depth_max = 32;
inline constexpr std::size_t type_text_bytes_max = 128 * 1024;

struct Type {
    TypeKind kind = TypeKind::unknown;
    std::int32_t precision = 0;  // decimal: digits; varchar, char: length; timestamps: 3
    std::int32_t scale = 0;      // decimal
    std::vector<Type> elements = {};
    std::vector<std::string> field_names = {};

    bool operator==(const Type&) const = default;
    bool is(TypeKind other) const { return kind == other; }
};

Type make_type(TypeKind kind);  // with the kind's default precision
Type make_decimal(std::int32_t precision, std::int32_t scale);
Type make_varchar(std::int32_t length = varchar_unbounded);
Type make_array(Type element);
Type make_map(Type key, Type value);
Type make_row(std::vector<std::string> names, std::vector<Type> elements);

// A Hive type of the catalog: "int", "array<struct<a:string,b:decimal(10,2)>>". Names of fields
// are kept as written. errors: invalid, unsupported (uniontype, …)
base::Result<Type> parse_hive_type(std::string_view text);
// Hive's spelling, for SHOW CREATE TABLE and DESCRIBE: "int", "array<string>".
std::string hive_name(const Type& type);

// Trino's spelling: "bigint", "varchar(3)", "varchar", "array(row(a varchar, b decimal(10,2)))".
std::string trino_name(const Type& type);

// The DuckDB type a value of this type has in the engine: VARCHAR, DECIMAL(10,2), BIGINT[],
// MAP(VARCHAR, INTEGER), STRUCT("a" VARCHAR); timestamps of both kinds are TIMESTAMP (µs, UTC).
std::string duckdb_name(const Type& type);

// What Athena's ColumnInfo says of a result column: Type (without parameters), Precision, Scale.
struct ColumnTypeInfo {
    std::string name;
    std::int32_t precision = 0;
    std::int32_t scale = 0;
    bool case_sensitive = false;
};
ColumnTypeInfo column_type_info(const Type& type);

}  // namespace athena_sql

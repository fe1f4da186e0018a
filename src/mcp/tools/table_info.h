// A table of the catalog as the tools show it.
#pragma once

#include "mcp/tools/support.h"

namespace mcp::tools {

struct ColumnInfo {
    std::string name;
    std::string type;  // Trino's spelling where it can be read, else the catalog's
    std::string comment;
    std::string catalog_type = {};  // as the catalog has it; not shown
    static constexpr auto members() {
        return std::tuple{member("name", &ColumnInfo::name), member("type", &ColumnInfo::type),
                          member("comment", &ColumnInfo::comment)};
    }
};

struct CatalogTable {
    std::string name;
    std::string description;
    std::string format;  // "parquet", "json", "csv", …; "view"
    std::string location;
    std::vector<ColumnInfo> columns;         // without the partition keys
    std::vector<ColumnInfo> partition_keys;  // in their order
    std::map<std::string, std::string> parameters;
    bool is_projected() const;  // partitions come from a rule, not from the catalog
};

CatalogTable read_table(const boost::json::object& row);
// The column that says when; "" when none looks like it.
std::string time_column(const CatalogTable& table);
// `name` in double quotes where Athena needs them.
std::string quoted(std::string_view name);
// "name" or 'it''s'
std::string sql_string(std::string_view text);

// "partition key. What its comment says"
std::string key_note(const std::string& comment);
// A literal that a partition key can be compared with: numbers bare, dates typed, text quoted.
std::string key_literal(const ColumnInfo& key, const std::string& value);
// SELECT * of ten rows of the partition with these values; of the whole table without any.
std::string example_query(const std::string& database, const CatalogTable& table,
                          const std::vector<std::string>& values);
// " WHERE "day" = '2026-01-31' AND …"; "" without values.
std::string where_values(const CatalogTable& table, const std::vector<std::string>& values);

// How many of the first partition keys are the texts year, month, day, hour; 0 when only one is.
std::size_t date_key_parts(const CatalogTable& table);
// " WHERE …" of a range with both ends: of moments like 2026-01-31T05, as short as one likes, where
// the keys are such parts; else of the first partition key. There is one.
//   returns  nullopt when an end is no such moment, or finer than the keys
std::optional<std::string> time_condition(const CatalogTable& table, const std::string& from,
                                          const std::string& to);

// Glue's GetTable, its failure as a text with names that are near.
using TableDone = base::UniqueFunction<void(std::optional<CatalogTable>, std::string problem)>;
void find_table(Backend& backend, const std::string& database, const std::string& table,
                TableDone done);
// What to say of a database that is not there.
void explain_missing_database(Backend& backend, const std::string& database,
                              base::UniqueFunction<void(std::string)> done);

}  // namespace mcp::tools

#include "mcp/tools/table_info.h"

#include <algorithm>

#include "athena_sql/lexer.h"
#include "athena_sql/types.h"

namespace mcp::tools {

namespace json = boost::json;

namespace {

std::vector<ColumnInfo> read_columns(const json::array& rows) {
    std::vector<ColumnInfo> columns;
    for (const json::value& item : rows) {
        const json::object* row = item.if_object();
        if (row == nullptr) continue;
        const std::string written = text_at(*row, "Type");
        const auto type = athena_sql::parse_hive_type(written);
        columns.push_back({text_at(*row, "Name"),
                           type ? athena_sql::trino_name(type.value()) : cut(written),
                           cut(text_at(*row, "Comment")), written});
    }
    return columns;
}

std::string format_of(const json::object& row, const json::object* storage) {
    if (text_at(row, "TableType") == "VIRTUAL_VIEW") return "view";
    if (storage == nullptr) return "unknown";
    const json::object* serde = object_at(*storage, "SerdeInfo");
    const std::string words = athena_sql::to_lower(
        text_at(*storage, "InputFormat") + " " +
        (serde != nullptr ? text_at(*serde, "SerializationLibrary") : std::string()));
    for (const char* format : {"parquet", "orc", "avro", "json", "csv", "regex"}) {
        if (words.find(format) != std::string::npos) return format;
    }
    return words.find("text") != std::string::npos ? "text" : "unknown";
}

}  // namespace

bool CatalogTable::is_projected() const {
    const auto found = parameters.find("projection.enabled");
    return found != parameters.end() && athena_sql::to_lower(found->second) == "true";
}

CatalogTable read_table(const json::object& row) {
    CatalogTable table;
    table.name = text_at(row, "Name");
    table.description = cut(text_at(row, "Description"));
    const json::object* storage = object_at(row, "StorageDescriptor");
    table.format = format_of(row, storage);
    if (storage != nullptr) {
        table.location = text_at(*storage, "Location");
        table.columns = read_columns(array_at(*storage, "Columns"));
    }
    table.partition_keys = read_columns(array_at(row, "PartitionKeys"));
    if (const json::object* parameters = object_at(row, "Parameters")) {
        for (const auto& [name, value] : *parameters) {
            if (value.is_string()) table.parameters[std::string(name)] = value.get_string().c_str();
        }
    }
    if (table.description.empty()) table.description = cut(table.parameters["comment"]);
    return table;
}

std::string time_column(const CatalogTable& table) {
    static constexpr std::string_view names[] = {"event_time", "timestamp", "time",      "ts",
                                                 "event_ts",   "datetime",  "created_at"};
    for (const std::string_view name : names) {
        for (const ColumnInfo& column : table.columns) {
            if (column.name == name) return column.name;
        }
    }
    for (const ColumnInfo& column : table.columns) {
        if (column.type.starts_with("timestamp")) return column.name;
    }
    for (const ColumnInfo& column : table.columns) {
        if (column.type == "date") return column.name;
        for (const char* ending : {"_time", "_timestamp", "_ts", "_at"}) {
            if (column.name.ends_with(ending)) return column.name;
        }
    }
    return "";
}

std::string quoted(std::string_view name) {
    std::string out = "\"";
    for (const char c : name) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\"";
}

std::string sql_string(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') out += '\'';
        out += c;
    }
    return out + "'";
}

std::string key_note(const std::string& comment) {
    return comment.empty() ? "partition key" : "partition key. " + comment;
}

std::string key_literal(const ColumnInfo& key, const std::string& value) {
    if (key.type.starts_with("varchar") || key.type.starts_with("char")) return sql_string(value);
    const bool whole_number = key.type == "integer" || key.type == "bigint" ||
                              key.type == "smallint" || key.type == "tinyint";
    const bool digits =
        !value.empty() && value.find_first_not_of("0123456789") == std::string::npos;
    if (whole_number && digits) return value;
    if (key.type == "date") return "DATE " + sql_string(value);
    // A type that cannot be read is a text of the catalog: it has no place in a statement.
    if (!athena_sql::parse_hive_type(key.catalog_type)) return sql_string(value);
    return "CAST(" + sql_string(value) + " AS " + key.type + ")";
}

std::string where_values(const CatalogTable& table, const std::vector<std::string>& values) {
    std::string where;
    for (std::size_t i = 0; i < values.size() && i < table.partition_keys.size(); ++i) {
        const ColumnInfo& key = table.partition_keys[i];
        where +=
            (i == 0 ? " WHERE " : " AND ") + quoted(key.name) + " = " + key_literal(key, values[i]);
    }
    return where;
}

namespace {

// "2026-01-31T05" has four parts. 0: it is not such a text.
std::size_t date_parts(std::string_view text) {
    static constexpr std::string_view form = "dddd-dd-ddTdd";
    static constexpr std::size_t lengths[] = {4, 7, 10, 13};
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i == form.size()) return 0;
        const bool fits = form[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == form[i];
        if (!fits) return 0;
    }
    for (std::size_t i = 0; i < std::size(lengths); ++i) {
        if (text.size() == lengths[i]) return i + 1;
    }
    return 0;
}

// year || '-' || month …, of the first `parts` keys.
std::string joined_keys(const CatalogTable& table, std::size_t parts) {
    std::string text = quoted(table.partition_keys[0].name);
    for (std::size_t i = 1; i < parts; ++i)
        text += std::string(i == 3 ? " || 'T' || " : " || '-' || ") +
                quoted(table.partition_keys[i].name);
    return text;
}

}  // namespace

std::size_t date_key_parts(const CatalogTable& table) {
    static constexpr std::string_view names[] = {"year", "month", "day", "hour"};
    std::size_t parts = 0;
    for (const ColumnInfo& key : table.partition_keys) {
        if (parts == std::size(names) || key.name != names[parts]) break;
        if (!key.type.starts_with("varchar")) break;
        ++parts;
    }
    return parts > 1 ? parts : 0;
}

std::optional<std::string> time_condition(const CatalogTable& table, const std::string& from,
                                          const std::string& to) {
    const std::size_t most = date_key_parts(table);
    if (most == 0) {
        const ColumnInfo& key = table.partition_keys.front();
        return " WHERE " + quoted(key.name) + " BETWEEN " + key_literal(key, from) + " AND " +
               key_literal(key, to);
    }
    const std::size_t first = date_parts(from);
    const std::size_t last = date_parts(to);
    if (first == 0 || last == 0 || first > most || last > most) return std::nullopt;
    return " WHERE " + joined_keys(table, first) + " >= " + sql_string(from) + " AND " +
           joined_keys(table, last) + " <= " + sql_string(to);
}

std::string example_query(const std::string& database, const CatalogTable& table,
                          const std::vector<std::string>& values) {
    return "SELECT * FROM " + quoted(database) + "." + quoted(table.name) +
           where_values(table, values) + " LIMIT 10";
}

namespace {

std::vector<std::string> names_of(const Listing& listing) {
    std::vector<std::string> names;
    for (const json::value& item : listing.items) {
        if (const json::object* row = item.if_object()) names.push_back(text_at(*row, "Name"));
    }
    return names;
}

constexpr std::size_t candidate_pages_max = 5;

}  // namespace

void explain_missing_database(Backend& backend, const std::string& database,
                              base::UniqueFunction<void(std::string)> done) {
    list_all(backend, "glue", "GetDatabases", {{"MaxResults", 100}}, "DatabaseList",
             candidate_pages_max,
             [database, done = std::move(done)](aws::Reply<Listing> reply) mutable {
                 std::string text = "There is no database `" + markdown_cell(database) + "`.";
                 if (reply) text += did_you_mean(database, names_of(reply.value()));
                 done(std::move(text));
             });
}

void find_table(Backend& backend, const std::string& database, const std::string& table,
                TableDone done) {
    const auto missing = [&backend, database, table](TableDone then) {
        list_all(
            backend, "glue", "GetTables", {{"DatabaseName", database}, {"MaxResults", 100}},
            "TableList", candidate_pages_max,
            [&backend, database, table, then = std::move(then)](aws::Reply<Listing> reply) mutable {
                if (!reply) {
                    return explain_missing_database(
                        backend, database, [then = std::move(then)](std::string text) mutable {
                            then(std::nullopt, std::move(text));
                        });
                }
                then(std::nullopt, "There is no table `" + markdown_cell(table) + "` in `" +
                                       markdown_cell(database) + "`." +
                                       did_you_mean(table, names_of(reply.value())));
            });
    };
    backend.call("glue", "GetTable", {{"DatabaseName", database}, {"Name", table}},
                 [missing, done = std::move(done)](aws::Reply<json::object> reply) mutable {
                     if (!reply && is_not_found(reply.error())) return missing(std::move(done));
                     if (!reply) return done(std::nullopt, describe(reply.error()));
                     const json::object* row = object_at(reply.value(), "Table");
                     if (row == nullptr) return done(std::nullopt, "The catalog gave no table.");
                     done(read_table(*row), "");
                 });
}

}  // namespace mcp::tools

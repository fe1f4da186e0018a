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
        if (column.type == "date" || column.name.ends_with("_time")) return column.name;
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

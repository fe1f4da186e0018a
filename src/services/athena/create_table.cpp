// CREATE EXTERNAL TABLE: Hive's defaults for SerDe and formats filled in.
#include "athena_sql/lexer.h"
#include "services/athena/s3_location.h"
#include "services/athena/statements.h"

namespace athena {

namespace {

constexpr const char* text_input = "org.apache.hadoop.mapred.TextInputFormat";
constexpr const char* text_output = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat";
constexpr const char* lazy_simple_serde = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe";
constexpr const char* parquet_package = "org.apache.hadoop.hive.ql.io.parquet.";

std::vector<ports::Column> to_columns(const std::vector<athena_sql::ColumnDefinition>& from) {
    std::vector<ports::Column> out;
    for (const athena_sql::ColumnDefinition& column : from) {
        out.push_back({column.name, athena_sql::hive_name(column.type), column.comment});
    }
    return out;
}

Done<void> set_formats(const athena_sql::CreateTable& statement, ports::Table& table) {
    table.serde_library = statement.row_format.serde;
    if (!statement.input_format.empty()) {
        table.input_format = statement.input_format;
        table.output_format = statement.output_format;
    } else if (statement.stored_as == "PARQUET") {
        const std::string package = parquet_package;
        table.input_format = package + "MapredParquetInputFormat";
        table.output_format = package + "MapredParquetOutputFormat";
        if (table.serde_library.empty()) table.serde_library = package + "serde.ParquetHiveSerDe";
    } else if (statement.stored_as.empty() || statement.stored_as == "TEXTFILE") {
        table.input_format = text_input;
        table.output_format = text_output;
    } else {
        return semantic_failure("STORED AS " + statement.stored_as + " is not supported");
    }
    if (table.serde_library.empty()) table.serde_library = lazy_simple_serde;
    return base::ok();
}

void set_delimiters(const athena_sql::RowFormat& format, ports::Table& table) {
    const auto set = [&](const char* name, const std::optional<std::string>& value) {
        if (value) table.serde_parameters[name] = *value;
    };
    set("field.delim", format.fields);
    set("escape.delim", format.escaped);
    set("collection.delim", format.collection_items);
    set("mapkey.delim", format.map_keys);
    set("line.delim", format.lines);
    set("serialization.null.format", format.null_text);
    if (format.fields) table.serde_parameters["serialization.format"] = *format.fields;
}

}  // namespace

Done<StatementOutput> create_table(const StatementContext& context,
                                   const athena_sql::CreateTable& statement) {
    ports::Table table;
    table.database = database_of(context, statement.name);
    table.name = statement.name.table;
    table.table_type = "EXTERNAL_TABLE";
    table.columns = to_columns(statement.columns);
    table.partition_keys = to_columns(statement.partition_columns);
    for (const ports::Column& key : table.partition_keys) {
        for (const ports::Column& column : table.columns) {
            if (key.name == column.name) {
                return semantic_failure("[Error 10035]: Column repeated in partitioning columns: " +
                                        key.name);
            }
        }
    }
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        for (std::size_t k = 0; k < i; ++k) {
            if (table.columns[i].name == table.columns[k].name) {
                return semantic_failure("[Error 10036]: Duplicate column name: " +
                                        table.columns[i].name);
            }
        }
    }
    if (!parse_location(statement.location)) {
        return ddl_failure("MetaException",
                           "The location must be an S3 path: " + statement.location);
    }
    table.location = statement.location;
    table.comment = statement.comment;
    for (const auto& [key, value] : statement.row_format.serde_properties) {
        table.serde_parameters[key] = value;
    }
    TRY_VOID(set_formats(statement, table));
    if (statement.row_format.delimited) set_delimiters(statement.row_format, table);
    table.parameters["EXTERNAL"] = "TRUE";
    table.parameters["transient_lastDdlTime"] = std::to_string(context.now.ms / 1000);
    for (const auto& [key, value] : statement.properties)
        table.parameters[key] = value;
    const auto made = context.catalog.create_table(context.scope, table);
    const bool there = !made && made.error().kind == base::ErrorKind::already_exists;
    if (!made && !(there && statement.if_not_exists)) return catalog_failure(made.error());
    return StatementOutput{};
}

}  // namespace athena

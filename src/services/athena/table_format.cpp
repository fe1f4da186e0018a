#include "services/athena/table_format.h"

#include <algorithm>
#include <charconv>

#include "athena_sql/lexer.h"

namespace athena {

namespace {

using Properties = std::map<std::string, std::string>;

constexpr std::string_view openx_serde = "org.openx.data.jsonserde.JsonSerDe";
constexpr std::string_view hcatalog_serde = "org.apache.hive.hcatalog.data.JsonSerDe";
constexpr std::string_view lazy_simple_serde = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe";
constexpr std::string_view open_csv_serde = "org.apache.hadoop.hive.serde2.OpenCSVSerde";

base::Error unsupported(std::string what, std::string about) {
    return {base::ErrorKind::unsupported, std::move(what), std::move(about)};
}

std::string value_or(const Properties& properties, const std::string& key, std::string otherwise) {
    const auto found = properties.find(key);
    return found == properties.end() ? std::move(otherwise) : found->second;
}

base::Result<bool> boolean(const Properties& properties, const std::string& key, bool otherwise) {
    const auto found = properties.find(key);
    if (found == properties.end()) return otherwise;
    const std::string text = athena_sql::to_lower(found->second);
    if (text == "true") return true;
    if (text == "false") return false;
    return unsupported("SerDe property " + key + " must be true or false", found->second);
}

base::Result<TableFormat> json_format(const ports::Table& table) {
    TableFormat out;
    const bool openx = table.serde_library == openx_serde;
    out.json.serde =
        openx ? sql_engine::JsonOptions::SerDe::openx : sql_engine::JsonOptions::SerDe::hcatalog;
    const Properties& properties = table.serde_parameters;
    TRY(ignore, boolean(properties, "ignore.malformed.json", false));
    TRY(insensitive, boolean(properties, "case.insensitive", true));
    TRY(dots, boolean(properties, "dots.in.keys", false));
    out.json.ignore_malformed = ignore;
    out.json.case_insensitive = insensitive;
    out.json.dots_in_keys = dots;
    for (const auto& [key, value] : properties) {
        if (openx && key.starts_with("mapping.")) {
            out.mapping[athena_sql::to_lower(key.substr(8))] = value;
        } else if (key == "timestamp.formats") {
            return unsupported("SerDe property timestamp.formats is not supported", value);
        }
    }
    return out;
}

// One character, as a text or as its number.
base::Result<std::optional<char>> character(const Properties& properties, const std::string& key) {
    const auto found = properties.find(key);
    if (found == properties.end() || found->second.empty()) return std::optional<char>();
    const std::string& text = found->second;
    if (text.size() == 1) return std::optional<char>(text[0]);
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && end == text.data() + text.size() && number >= 0 && number < 128) {
        return std::optional<char>(static_cast<char>(number));
    }
    return unsupported("SerDe property " + key + " must be one character", text);
}

base::Result<TableFormat> text_format(const ports::Table& table) {
    TableFormat out;
    out.format = sql_engine::Format::csv;
    const Properties& properties = table.serde_parameters;
    const bool open_csv = table.serde_library == open_csv_serde;
    if (open_csv) {
        out.csv.serde = sql_engine::CsvOptions::SerDe::open_csv;
        TRY(separator, character(properties, "separatorChar"));
        TRY(quote, character(properties, "quoteChar"));
        TRY(escape, character(properties, "escapeChar"));
        out.csv.delimiter = std::string(1, separator.value_or(','));
        out.csv.quote = quote.value_or('"');
        out.csv.escape = escape.value_or('\\');
    } else {
        TRY(delimiter, character(properties, "field.delim"));
        TRY(format, character(properties, "serialization.format"));
        TRY(escape, character(properties, "escape.delim"));
        // Hive has always misspelled it.
        TRY(misspelled, character(properties, "colelction.delim"));
        TRY(collection, character(properties, "collection.delim"));
        TRY(map_key, character(properties, "mapkey.delim"));
        out.csv.delimiter = std::string(1, delimiter.value_or(format.value_or('\x01')));
        out.csv.escape = escape;
        out.csv.collection_delimiter = collection ? *collection : misspelled.value_or('\x02');
        out.csv.map_key_delimiter = map_key.value_or('\x03');
        out.csv.null_text = value_or(properties, "serialization.null.format", "\\N");
    }
    const std::string skip = value_or(table.parameters, "skip.header.line.count", "0");
    const auto [end, error] =
        std::from_chars(skip.data(), skip.data() + skip.size(), out.csv.header_lines);
    if (error != std::errc{} || end != skip.data() + skip.size()) {
        return unsupported("skip.header.line.count must be a number", skip);
    }
    return out;
}

}  // namespace

base::Result<TableFormat> table_format(const ports::Table& table) {
    for (const auto& [key, value] : table.parameters) {
        if (key.starts_with("projection.") && key == "projection.enabled" &&
            athena_sql::to_lower(value) == "true") {
            return unsupported("Partition projection is not supported", table.name);
        }
        if (key == "table_type" && athena_sql::to_lower(value) == "iceberg") {
            return unsupported("Iceberg tables are not supported", table.name);
        }
    }
    const bool text_input = table.input_format.empty() ||
                            table.input_format == "org.apache.hadoop.mapred.TextInputFormat";
    if (!text_input) {
        return unsupported("Input format " + table.input_format + " is not supported", table.name);
    }
    if (table.serde_library == openx_serde || table.serde_library == hcatalog_serde) {
        return json_format(table);
    }
    if (table.serde_library == lazy_simple_serde || table.serde_library == open_csv_serde) {
        return text_format(table);
    }
    return unsupported(table.serde_library.empty()
                           ? "The table has no SerDe"
                           : "SerDe " + table.serde_library + " is not supported",
                       table.name);
}

}  // namespace athena

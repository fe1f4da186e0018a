// The texts of SHOW CREATE TABLE and DESCRIBE, as Hive prints them.
#include "services/athena/statements.h"

namespace athena {

namespace {

std::string quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') out += '\\';
        if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (static_cast<unsigned char>(c) < 0x20) {
            // Hive's octal escape: \001
            const auto byte = static_cast<unsigned char>(c);
            out += "\\0";
            out += static_cast<char>('0' + (byte >> 3));
            out += static_cast<char>('0' + (byte & 7));
        } else {
            out += c;
        }
    }
    return out + "'";
}

void append_columns(std::string& out, const std::vector<ports::Column>& columns) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        out += "  `" + columns[i].name + "` " + columns[i].type;
        if (!columns[i].comment.empty()) out += " COMMENT " + quoted(columns[i].comment);
        out += i + 1 < columns.size() ? ", \n" : ")\n";
    }
}

void append_properties(std::string& out, const std::map<std::string, std::string>& properties) {
    std::size_t left = properties.size();
    for (const auto& [key, value] : properties) {
        out += "  " + quoted(key) + "=" + quoted(value) + (--left > 0 ? ", \n" : ")");
    }
}

std::string padded(std::string text) {
    if (text.size() < 20) text.append(20 - text.size(), ' ');
    return text;
}

void append_row(std::string& out, const std::string& a, const std::string& b,
                const std::string& c) {
    out += padded(a) + "\t" + padded(b) + "\t" + padded(c) + "\n";
}

}  // namespace

std::string create_table_text(const ports::Table& table) {
    std::string out = "CREATE EXTERNAL TABLE `" + table.database + "." + table.name + "`(\n";
    append_columns(out, table.columns);
    if (!table.comment.empty()) out += "COMMENT " + quoted(table.comment) + "\n";
    if (!table.partition_keys.empty()) {
        out += "PARTITIONED BY ( \n";
        append_columns(out, table.partition_keys);
    }
    if (!table.serde_library.empty()) {
        out += "ROW FORMAT SERDE \n  " + quoted(table.serde_library) + " \n";
    }
    if (!table.serde_parameters.empty()) {
        out += "WITH SERDEPROPERTIES ( \n";
        append_properties(out, table.serde_parameters);
        out += " \n";
    }
    if (!table.input_format.empty()) {
        out += "STORED AS INPUTFORMAT \n  " + quoted(table.input_format) + " \n";
        out += "OUTPUTFORMAT \n  " + quoted(table.output_format) + "\n";
    }
    out += "LOCATION\n  " + quoted(table.location) + "\n";
    if (!table.parameters.empty()) {
        out += "TBLPROPERTIES (\n";
        append_properties(out, table.parameters);
        out += "\n";
    }
    return out;
}

std::string describe_text(const ports::Table& table, bool formatted) {
    std::string out;
    if (formatted) {
        append_row(out, "# col_name", "data_type", "comment");
        out += "\t \t \n";
    }
    for (const ports::Column& column : table.columns) {
        append_row(out, column.name, column.type, column.comment);
    }
    if (!formatted) {
        for (const ports::Column& key : table.partition_keys) {
            append_row(out, key.name, key.type, key.comment);
        }
    }
    if (!table.partition_keys.empty()) {
        out += "\t \t \n# Partition Information\t \t \n";
        append_row(out, "# col_name", "data_type", "comment");
        out += "\t \t \n";
        for (const ports::Column& key : table.partition_keys) {
            append_row(out, key.name, key.type, key.comment);
        }
    }
    if (!formatted) return out;
    out += "\t \t \n# Detailed Table Information\t \t \n";
    append_row(out, "Database:", table.database, "");
    append_row(out, "Location:", table.location, "");
    append_row(out, "Table Type:", table.table_type, "");
    out += "Table Parameters:\t \t \n";
    for (const auto& [key, value] : table.parameters)
        append_row(out, "\t" + key, value, "");
    out += "\t \t \n# Storage Information\t \t \n";
    append_row(out, "SerDe Library:", table.serde_library, "");
    append_row(out, "InputFormat:", table.input_format, "");
    append_row(out, "OutputFormat:", table.output_format, "");
    for (const auto& [key, value] : table.serde_parameters)
        append_row(out, "\t" + key, value, "");
    return out;
}

}  // namespace athena

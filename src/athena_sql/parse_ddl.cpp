// The HiveQL statements Athena has, and clear refusals of those we do not have.
#include <algorithm>
#include <array>
#include <cctype>

#include "athena_sql/parser_core.h"

namespace athena_sql {

namespace {

// Hive's escapes in quoted text: \n, \t, \001, \u0001, \\, \'.
std::string unescape(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        const char c = text[++i];
        const auto digits = [&](std::size_t from, std::size_t count, int base_of) {
            if (from + count > text.size()) return -1;
            int value = 0;
            for (std::size_t k = from; k < from + count; ++k) {
                const auto digit = static_cast<unsigned char>(text[k]);
                if (std::isxdigit(digit) == 0) return -1;
                const int number =
                    std::isdigit(digit) != 0 ? digit - '0' : (digit | 0x20) - 'a' + 10;
                if (number >= base_of) return -1;
                value = value * base_of + number;
            }
            return value < 128 ? value : -1;
        };
        if (const int octal = digits(i, 3, 8); octal >= 0) {
            out += static_cast<char>(octal);
            i += 2;
        } else if (const int hex = c == 'u' ? digits(i + 1, 4, 16) : -1; hex >= 0) {
            out += static_cast<char>(hex);
            i += 4;
        } else {
            static constexpr std::string_view letters = "ntrb0";
            static constexpr std::string_view meanings("\n\t\r\b\0", 5);
            const auto at = letters.find(c);
            out += at == std::string_view::npos ? c : meanings[at];
        }
    }
    return out;
}

}  // namespace

SqlError Parser::refused_statement() const {
    static constexpr std::array<std::string_view, 20> known = {
        "INSERT",  "DELETE", "UPDATE", "MERGE",    "UNLOAD",     "VACUUM",  "OPTIMIZE",
        "EXPLAIN", "GRANT",  "REVOKE", "PREPARE",  "DEALLOCATE", "EXECUTE", "ANALYZE",
        "TABLE",   "USE",    "SET",    "TRUNCATE", "CALL",       "REFRESH"};
    const Token& token = peek();
    if (std::find(known.begin(), known.end(), token.upper) != known.end()) {
        return not_supported("Queries of this type are not supported: " + token.upper, token.at);
    }
    SqlError error = unexpected();
    const std::string shown = token.kind == TokenKind::end ? "<EOF>" : token.value.substr(0, 64);
    error.message =
        "mismatched input '" + shown +
        "'. Expecting: 'ALTER', 'CREATE', 'DESCRIBE', 'DROP', 'MSCK', 'SELECT', 'SHOW', "
        "'VALUES', 'WITH'";
    return error;
}

Result<Statement> Parser::parse_ddl() {
    if (accept("CREATE")) return parse_create();
    if (accept("DROP")) return parse_drop();
    if (accept("ALTER")) return parse_alter();
    if (accept("SHOW")) return parse_show();
    if (accept("DESCRIBE") || accept("DESC")) return parse_describe();
    if (accept("MSCK")) {
        TRY_VOID(expect("REPAIR"));
        TRY_VOID(expect("TABLE"));
        TRY(name, parse_table_name());
        return Statement(RepairTable{std::move(name)});
    }
    return refused_statement();
}

Result<std::string> Parser::parse_hive_name() {
    const Token& token = peek();
    if (token.kind != TokenKind::identifier && token.kind != TokenKind::quoted_identifier) {
        expecting("<identifier>");
        return unexpected();
    }
    take();
    return to_lower(token.value);
}

Result<TableName> Parser::parse_table_name() {
    TableName name;
    name.at = peek().at;
    TRY(first, parse_hive_name());
    name.table = std::move(first);
    while (accept_symbol(".")) {
        if (!name.database.empty() && name.database != "awsdatacatalog") return unexpected();
        name.database = std::move(name.table);
        TRY(next, parse_hive_name());
        name.table = std::move(next);
    }
    return name;
}

// '…' or "…", with Hive's escapes; neighbours are joined as Hive does.
Result<std::string> Parser::parse_text() {
    const Token& token = peek();
    if (token.kind != TokenKind::string && token.kind != TokenKind::quoted_identifier) {
        expecting("<string>");
        return unexpected();
    }
    take();
    return unescape(token.value);
}

Result<Properties> Parser::parse_properties() {
    Properties out;
    TRY_VOID(expect_symbol("("));
    do {
        TRY(key, parse_text());
        TRY_VOID(expect_symbol("="));
        TRY(value, parse_text());
        out.emplace_back(std::move(key), std::move(value));
    } while (accept_symbol(","));
    TRY_VOID(expect_symbol(")"));
    return out;
}

Result<Statement> Parser::parse_create() {
    if (accept("DATABASE") || accept("SCHEMA")) {
        CreateDatabase out;
        out.if_not_exists = accept_all({"IF", "NOT", "EXISTS"});
        TRY(name, parse_hive_name());
        out.name = std::move(name);
        while (true) {
            if (accept("COMMENT")) {
                TRY(comment, parse_text());
                out.comment = std::move(comment);
            } else if (accept("LOCATION")) {
                TRY(location, parse_text());
                out.location = std::move(location);
            } else if (accept_all({"WITH", "DBPROPERTIES"})) {
                TRY(properties, parse_properties());
                out.properties = std::move(properties);
            } else {
                return Statement(std::move(out));
            }
        }
    }
    if (next_is("VIEW") || next_is("OR") || next_is("PROTECTED")) return unsupported("CREATE VIEW");
    const bool external = accept("EXTERNAL");
    TRY_VOID(expect("TABLE"));
    return parse_create_table(external);
}

Result<Statement> Parser::parse_create_table(bool external) {
    CreateTable table;
    table.if_not_exists = accept_all({"IF", "NOT", "EXISTS"});
    TRY(name, parse_table_name());
    table.name = std::move(name);
    if (!external) {
        if (next_is("AS") || next_is("WITH")) return unsupported("CREATE TABLE AS SELECT");
        return not_supported(
            "CREATE TABLE without EXTERNAL is only for Iceberg tables, which are not supported",
            table.name.at);
    }
    if (next_is_symbol("(")) {
        TRY(columns, parse_columns());
        table.columns = std::move(columns);
    }
    TRY_VOID(parse_table_options(table));
    if (table.columns.empty()) return syntax_error("at least one column must be given", peek().at);
    if (table.location.empty()) {
        return syntax_error("mismatched input '<EOF>'. Expecting: 'LOCATION'", peek().at);
    }
    return Statement(std::move(table));
}

Result<std::vector<ColumnDefinition>> Parser::parse_columns() {
    std::vector<ColumnDefinition> out;
    TRY_VOID(expect_symbol("("));
    do {
        ColumnDefinition column;
        TRY(name, parse_hive_name());
        column.name = std::move(name);
        accept_symbol(":");
        TRY(type, parse_hive_column_type());
        column.type = std::move(type);
        if (accept("COMMENT")) {
            TRY(comment, parse_text());
            column.comment = std::move(comment);
        }
        out.push_back(std::move(column));
    } while (accept_symbol(","));
    TRY_VOID(expect_symbol(")"));
    return out;
}

// The tokens of one type, put together again for parse_hive_type.
Result<Type> Parser::parse_hive_column_type() {
    const Token& from = peek();
    std::string text;
    int open = 0;
    while (true) {
        const Token& token = peek();
        const bool word = token.kind == TokenKind::identifier ||
                          token.kind == TokenKind::quoted_identifier ||
                          token.kind == TokenKind::integer;
        if (token.kind == TokenKind::end) break;
        if (open == 0 && !text.empty() && !next_is_symbol("<") && !next_is_symbol("(")) break;
        if (next_is_symbol("<") || next_is_symbol("(")) ++open;
        if (next_is_symbol(">") || next_is_symbol(")")) --open;
        if (!word && !next_is_symbol("<") && !next_is_symbol(">") && !next_is_symbol("(") &&
            !next_is_symbol(")") && !next_is_symbol(",") && !next_is_symbol(":")) {
            return unexpected();
        }
        if (token.kind == TokenKind::quoted_identifier) {
            text += "`" + token.value + "`";
        } else {
            text += token.value;
        }
        take();
        if (open < 0) return unexpected();
    }
    auto type = parse_hive_type(text);
    if (!type) return syntax_error(type.error().message, from.at);
    return std::move(type.value());
}

Result<void> Parser::parse_table_options(CreateTable& table) {
    while (true) {
        if (accept("COMMENT")) {
            TRY(comment, parse_text());
            table.comment = std::move(comment);
        } else if (accept("PARTITIONED")) {
            TRY_VOID(expect("BY"));
            TRY(columns, parse_columns());
            table.partition_columns = std::move(columns);
        } else if (next_is("CLUSTERED") || next_is("SKEWED")) {
            return unsupported("CLUSTERED BY and SKEWED BY");
        } else if (accept_all({"ROW", "FORMAT"})) {
            TRY_VOID(parse_row_format(table.row_format));
        } else if (accept("STORED")) {
            TRY_VOID(parse_stored_as(table));
        } else if (accept_all({"WITH", "SERDEPROPERTIES"})) {
            TRY(properties, parse_properties());
            table.row_format.serde_properties = std::move(properties);
        } else if (accept("LOCATION")) {
            TRY(location, parse_text());
            table.location = std::move(location);
        } else if (accept("TBLPROPERTIES")) {
            TRY(properties, parse_properties());
            table.properties = std::move(properties);
        } else {
            return base::ok();
        }
    }
}

Result<void> Parser::parse_row_format(RowFormat& format) {
    if (accept("SERDE")) {
        TRY(serde, parse_text());
        format.serde = std::move(serde);
        if (accept_all({"WITH", "SERDEPROPERTIES"})) {
            TRY(properties, parse_properties());
            format.serde_properties = std::move(properties);
        }
        return base::ok();
    }
    TRY_VOID(expect("DELIMITED"));
    format.delimited = true;
    return parse_delimited(format);
}

Result<void> Parser::parse_delimited(RowFormat& format) {
    const auto text_into = [&](std::optional<std::string>& member) -> Result<void> {
        TRY(text, parse_text());
        member = std::move(text);
        return base::ok();
    };
    while (true) {
        if (accept_all({"FIELDS", "TERMINATED", "BY"})) {
            TRY_VOID(text_into(format.fields));
            if (accept_all({"ESCAPED", "BY"})) {
                TRY_VOID(text_into(format.escaped));
            }
        } else if (accept_all({"COLLECTION", "ITEMS", "TERMINATED", "BY"})) {
            TRY_VOID(text_into(format.collection_items));
        } else if (accept_all({"MAP", "KEYS", "TERMINATED", "BY"})) {
            TRY_VOID(text_into(format.map_keys));
        } else if (accept_all({"LINES", "TERMINATED", "BY"})) {
            TRY_VOID(text_into(format.lines));
        } else if (accept_all({"NULL", "DEFINED", "AS"})) {
            TRY_VOID(text_into(format.null_text));
        } else {
            return base::ok();
        }
    }
}

Result<void> Parser::parse_stored_as(CreateTable& table) {
    TRY_VOID(expect("AS"));
    if (accept("INPUTFORMAT")) {
        TRY(input, parse_text());
        table.input_format = std::move(input);
        TRY_VOID(expect("OUTPUTFORMAT"));
        TRY(output, parse_text());
        table.output_format = std::move(output);
        return base::ok();
    }
    if (peek().kind != TokenKind::identifier) return unexpected();
    table.stored_as = take().upper;
    return base::ok();
}

Result<Statement> Parser::parse_drop() {
    if (accept("DATABASE") || accept("SCHEMA")) {
        DropDatabase out;
        out.if_exists = accept_all({"IF", "EXISTS"});
        TRY(name, parse_hive_name());
        out.name = std::move(name);
        out.cascade = accept("CASCADE");
        if (!out.cascade) accept("RESTRICT");
        return Statement(std::move(out));
    }
    if (next_is("VIEW")) return unsupported("DROP VIEW");
    TRY_VOID(expect("TABLE"));
    DropTable out;
    out.if_exists = accept_all({"IF", "EXISTS"});
    TRY(name, parse_table_name());
    out.name = std::move(name);
    return Statement(std::move(out));
}

Result<PartitionSpec> Parser::parse_partition_spec() {
    PartitionSpec out;
    TRY_VOID(expect("PARTITION"));
    TRY_VOID(expect_symbol("("));
    do {
        TRY(key, parse_hive_name());
        if (!next_is_symbol("=") && peek().kind == TokenKind::symbol) {
            return not_supported("Partition specifications other than =", peek().at);
        }
        TRY_VOID(expect_symbol("="));
        std::string value;
        if (peek().kind == TokenKind::integer || peek().kind == TokenKind::decimal) {
            value = take().value;
        } else {
            if (next_is("DATE") && peek(1).kind == TokenKind::string) take();
            TRY(text, parse_text());
            value = std::move(text);
        }
        out.emplace_back(std::move(key), std::move(value));
    } while (accept_symbol(","));
    TRY_VOID(expect_symbol(")"));
    return out;
}

Result<Statement> Parser::parse_alter() {
    TRY_VOID(expect("TABLE"));
    TRY(name, parse_table_name());
    if (accept("ADD")) return parse_alter_add(std::move(name));
    if (accept("DROP")) return parse_alter_drop(std::move(name));
    if (next_is("SET") || next_is("RENAME") || next_is("CHANGE") || next_is("REPLACE") ||
        next_is("PARTITION")) {
        return unsupported("ALTER TABLE " + peek().upper);
    }
    return unexpected();
}

Result<Statement> Parser::parse_alter_add(TableName name) {
    if (next_is("COLUMNS")) return unsupported("ALTER TABLE ADD COLUMNS");
    AddPartitions out;
    out.name = std::move(name);
    out.if_not_exists = accept_all({"IF", "NOT", "EXISTS"});
    do {
        AddPartitions::Partition partition;
        TRY(spec, parse_partition_spec());
        partition.spec = std::move(spec);
        if (accept("LOCATION")) {
            TRY(location, parse_text());
            partition.location = std::move(location);
        }
        out.partitions.push_back(std::move(partition));
    } while (next_is("PARTITION"));
    return Statement(std::move(out));
}

Result<Statement> Parser::parse_alter_drop(TableName name) {
    if (next_is("COLUMN")) return unsupported("ALTER TABLE DROP COLUMN");
    DropPartitions out;
    out.name = std::move(name);
    out.if_exists = accept_all({"IF", "EXISTS"});
    do {
        TRY(spec, parse_partition_spec());
        out.partitions.push_back(std::move(spec));
    } while (accept_symbol(","));
    return Statement(std::move(out));
}

Result<Statement> Parser::parse_show() {
    if (accept("DATABASES") || accept("SCHEMAS")) {
        ShowDatabases out;
        if (accept("LIKE")) {
            TRY(pattern, parse_text());
            out.pattern = std::move(pattern);
        }
        return Statement(std::move(out));
    }
    if (accept("TABLES")) {
        ShowTables out;
        if (accept("IN") || accept("FROM")) {
            TRY(database, parse_hive_name());
            out.database = std::move(database);
        }
        if (accept("LIKE") || peek().kind == TokenKind::string) {
            TRY(pattern, parse_text());
            out.pattern = std::move(pattern);
        }
        return Statement(std::move(out));
    }
    if (accept("PARTITIONS")) {
        TRY(name, parse_table_name());
        return Statement(ShowPartitions{std::move(name)});
    }
    if (accept("COLUMNS")) {
        if (!accept("IN")) {
            TRY_VOID(expect("FROM"));
        }
        TRY(name, parse_table_name());
        if (accept("IN") || accept("FROM")) {
            TRY(database, parse_hive_name());
            name.database = std::move(database);
        }
        return Statement(ShowColumns{std::move(name)});
    }
    if (accept("CREATE")) {
        TRY_VOID(expect("TABLE"));
        TRY(name, parse_table_name());
        return Statement(ShowCreateTable{std::move(name)});
    }
    if (next_is("VIEWS") || next_is("TBLPROPERTIES") || next_is("FUNCTIONS")) {
        return unsupported("SHOW " + peek().upper);
    }
    return unexpected();
}

Result<Statement> Parser::parse_describe() {
    DescribeTable out;
    out.formatted = accept("FORMATTED") || accept("EXTENDED");
    accept("TABLE");
    TRY(name, parse_table_name());
    out.name = std::move(name);
    if (next_is("PARTITION")) return unsupported("DESCRIBE of a partition");
    return Statement(std::move(out));
}

}  // namespace athena_sql

// Hostile SQL: parsing and compiling never crash or blow up, and what comes out keeps its promises:
// no name of a user's, only our table function, balanced quotes and parentheses.
#include <cstdlib>

#include "athena_sql/compile.h"
#include "athena_sql/parser.h"
#include "athena_sql/testing.h"

namespace {

// Outside of quoted literals only what the translation itself writes.
void check_text(std::string_view sql, std::size_t scans) {
    int open = 0;
    for (std::size_t i = 0; i < sql.size(); ++i) {
        const char c = sql[i];
        if (c == '\'' || c == '"') {
            const auto end = sql.find(c, i + 1);
            if (end == std::string_view::npos) std::abort();
            i = end;
            continue;
        }
        if (c == '(') ++open;
        if (c == ')' && --open < 0) std::abort();
        if (c == ';' || c == '?' || c == '`' || c == '\\') std::abort();
        if (sql.substr(i, 2) == "--" || sql.substr(i, 2) == "/*") std::abort();
        if (sql.substr(i, 15) == "datastack_scan(") {
            const auto number = std::strtoul(sql.data() + i + 15, nullptr, 10);
            if (number >= scans) std::abort();
        }
    }
    if (open != 0) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto statement = athena_sql::parse(text);
    (void)athena_sql::parse_hive_type(text);
    (void)athena_sql::parse_trino_type(text);
    if (!statement) return 0;
    const auto* query = std::get_if<athena_sql::QueryPtr>(&statement.value());
    if (query == nullptr) return 0;
    athena_sql::testing::SmallCatalog catalog;
    const auto options = athena_sql::testing::small_options();
    const auto compiled = athena_sql::compile(**query, text, catalog, options);
    if (!compiled) return compiled.error().code.empty() ? (std::abort(), 0) : 0;
    check_text(compiled.value().sql, compiled.value().scans.size());
    for (const athena_sql::TableScan& scan : compiled.value().scans) {
        std::vector<athena_sql::Type> types;
        std::vector<std::optional<std::string>> values;
        for (const auto& column : scan.table.columns) {
            if (!column.partition_key) continue;
            types.push_back(column.type);
            values.emplace_back("2024-01-01");
        }
        (void)scan.filter.may_match(types, values);
    }
    return 0;
}

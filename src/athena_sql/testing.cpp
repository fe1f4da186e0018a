#include "athena_sql/testing.h"

#include <fstream>

#include "athena_sql/parser.h"
#include "base/file_system.h"

namespace athena_sql::testing {

base::Result<bool> SmallCatalog::database_exists(const std::string& database) {
    return database == "acme";
}

base::Result<std::optional<TableInfo>> SmallCatalog::find_table(const std::string& database,
                                                                const std::string& table) {
    TableInfo info;
    info.database = database;
    info.name = table;
    const auto add = [&](const char* name, const char* type, bool key = false) {
        info.columns.push_back({name, parse_hive_type(type).value(), key});
    };
    if (database == "acme" && table == "events") {
        for (const char* name : {"event_id", "event_timestamp", "event_type", "customer_id",
                                 "title_id", "title_type", "device_type", "quality"}) {
            add(name, "string");
        }
        add("watch_duration_seconds", "int");
        add("completion_percentage", "double");
        for (const char* name : {"year", "month", "day", "hour"})
            add(name, "string", true);
        return std::optional<TableInfo>(std::move(info));
    }
    if (database == "acme" && table == "types") {
        add("i", "int");
        add("b", "bigint");
        add("ti", "tinyint");
        add("d", "double");
        add("re", "float");
        add("s", "string");
        add("v3", "varchar(3)");
        add("c3", "char(3)");
        add("flag", "boolean");
        add("bin", "binary");
        add("dt", "date");
        add("ts", "timestamp");
        add("dec", "decimal(10,2)");
        add("arr", "array<int>");
        add("m", "map<string,int>");
        add("r", "struct<x:int,Y:string>");
        add("rows", "array<struct<a:int,b:string>>");
        add("p", "int", true);
        add("dp", "date", true);
        return std::optional<TableInfo>(std::move(info));
    }
    if (database == "acme" && table == "broken") {
        return base::Error{base::ErrorKind::unsupported, "uniontype is not supported", "broken"};
    }
    return std::optional<TableInfo>();
}

CompileOptions small_options() {
    return {"acme", base::Timestamp{1'735'732'800'123}};
}

Result<CompiledQuery> compile_text(const std::string& text) {
    TRY(statement, parse(text));
    SmallCatalog catalog;
    const CompileOptions options = small_options();
    return compile(*std::get<QueryPtr>(statement), text, catalog, options);
}

std::string source_root() {
    const std::string here = __FILE__;  // …/src/athena_sql/testing.cpp
    return base::parent_directory(base::parent_directory(base::parent_directory(here)));
}

std::vector<std::pair<std::string, std::string>> read_cases(const std::string& path) {
    std::vector<std::pair<std::string, std::string>> out;
    std::ifstream file(source_root() + "/" + path);
    std::string line;
    while (std::getline(file, line)) {
        const auto arrow = line.find(" => ");
        if (line.empty() || line[0] == '#' || arrow == std::string::npos) continue;
        out.emplace_back(line.substr(0, arrow), line.substr(arrow + 4));
    }
    return out;
}

}  // namespace athena_sql::testing

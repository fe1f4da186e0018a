// Patterns of MySQL (date_format, date_parse) and Joda (format_datetime, parse_datetime) in terms
// of DuckDB's strftime and strptime.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace athena_sql {

// nullopt: has a specifier that we do not have.
std::optional<std::string> strftime_of_mysql(std::string_view pattern);
std::optional<std::string> strftime_of_joda(std::string_view pattern);

// "$.a[0]['b c']" as DuckDB's $."a"[0]."b c"; nullopt for anything else (wildcards, filters).
std::optional<std::string> duckdb_json_path(std::string_view path);

}  // namespace athena_sql

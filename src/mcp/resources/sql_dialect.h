// What SQL runs here, as a page: functions from athena_sql's own lists, constructs by examples.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mcp::resources {

// A construct, shown by a statement over the table acme.events (event_id and event_type varchar,
// watch_seconds bigint, tags array(varchar), event_time timestamp; partition keys year, month,
// day, hour varchar).
struct DialectExample {
    std::string_view what;
    std::string_view sql;
};
std::span<const DialectExample> dialect_examples();  // each compiles
std::span<const DialectExample> dialect_refusals();  // none does
// Where the engine here differs from AWS's.
std::span<const std::string_view> dialect_differences();

std::string dialect_page();

}  // namespace mcp::resources

// docs://sql-dialect.
#include "mcp/resources/sql_dialect.h"

#include "athena_sql/compile.h"
#include "athena_sql/functions.h"
#include "athena_sql/lexer.h"
#include "athena_sql/signature.h"
#include "mcp/resources/catalog.h"

namespace mcp::resources {

namespace {

constexpr std::int64_t page_ttl_ms = 86'400'000;

constexpr DialectExample examples[] = {
    {"filter on partition keys, which are text",
     "SELECT count(*) FROM acme.events WHERE year = '2026' AND month = '01' AND day >= '30'"},
    {"a range over several keys",
     "SELECT count(*) FROM acme.events WHERE year || '-' || month || '-' || day BETWEEN "
     "'2025-12-30' AND '2026-01-02'"},
    {"keys against the clock",
     "SELECT count(*) FROM acme.events WHERE year = date_format(current_date, '%Y') AND month = "
     "date_format(current_date, '%m') AND day = date_format(current_date, '%d')"},
    {"GROUP BY, HAVING, ORDER BY, LIMIT",
     "SELECT event_type, count(*) AS n FROM acme.events WHERE day = '01' GROUP BY event_type "
     "HAVING count(*) > 10 ORDER BY n DESC LIMIT 20"},
    {"a position in GROUP BY; ROLLUP, CUBE, GROUPING SETS",
     "SELECT event_type, hour, count(*) FROM acme.events GROUP BY GROUPING SETS ((event_type, "
     "hour), (event_type), ())"},
    {"WITH and subqueries",
     "WITH hourly AS (SELECT hour, count(*) AS n FROM acme.events WHERE day = '01' GROUP BY 1) "
     "SELECT hour, n FROM hourly WHERE n > (SELECT avg(n) FROM hourly)"},
    {"joins: INNER, LEFT, RIGHT, FULL, CROSS, with ON or USING",
     "SELECT a.event_id FROM acme.events a LEFT JOIN acme.events b ON a.event_id = b.event_type"},
    {"UNNEST, WITH ORDINALITY",
     "SELECT e.event_id, t.tag, t.n FROM acme.events e CROSS JOIN UNNEST(e.tags) WITH ORDINALITY "
     "AS t(tag, n)"},
    {"window functions, frames, named windows",
     "SELECT event_id, sum(watch_seconds) OVER (PARTITION BY event_type ORDER BY event_time ROWS "
     "BETWEEN 9 PRECEDING AND CURRENT ROW) FROM acme.events"},
    {"FILTER, DISTINCT, ORDER BY inside an aggregate",
     "SELECT count(*) FILTER (WHERE watch_seconds > 60), count(DISTINCT event_type), "
     "array_agg(event_id ORDER BY event_time) FROM acme.events"},
    {"UNION, INTERSECT, EXCEPT; VALUES", "SELECT 1 UNION ALL SELECT 2 EXCEPT VALUES 3"},
    {"times",
     "SELECT date_trunc('hour', event_time), event_time - INTERVAL '15' MINUTE, "
     "date_diff('day', event_time, current_timestamp) FROM acme.events"},
    {"quantiles and distinct counts that are nearly right",
     "SELECT approx_percentile(watch_seconds, 0.95), approx_distinct(event_id) FROM acme.events"},
    {"JSON in text", "SELECT json_extract_scalar('{\"a\": {\"b\": 1}}', '$.a.b')"},
    {"CASE, CAST, TRY_CAST, TRY, coalesce",
     "SELECT CASE WHEN watch_seconds > 60 THEN 'long' ELSE 'short' END, "
     "TRY_CAST(event_type AS bigint), TRY(1 / 0), coalesce(event_type, '?') FROM acme.events"},
    {"lambdas",
     "SELECT filter(tags, t -> t LIKE 'a%'), transform(tags, t -> upper(t)) FROM "
     "acme.events"},
    {"the object that a row comes from", "SELECT \"$path\", count(*) FROM acme.events GROUP BY 1"},
    {"OFFSET and FETCH",
     "SELECT event_id FROM acme.events ORDER BY event_id OFFSET 10 FETCH FIRST 5 ROWS ONLY"},
    {"what there is", "SHOW TABLES IN acme"},
    {"the keys of the partitions", "SHOW PARTITIONS acme.events"},
    {"columns", "DESCRIBE acme.events"},
};

constexpr DialectExample refusals[] = {
    {"more than one statement", "SELECT 1; SELECT 2"},
    {"EXPLAIN (use explain_query)", "EXPLAIN SELECT 1"},
    {"INSERT", "INSERT INTO acme.events SELECT 1"},
    {"CREATE TABLE AS", "CREATE TABLE t AS SELECT 1"},
    {"UNLOAD", "UNLOAD (SELECT 1) TO 's3://bucket/'"},
    {"CREATE, DROP, ALTER, MSCK", "DROP TABLE acme.events"},
    {"PREPARE, EXECUTE, DEALLOCATE (use parameters)", "PREPARE p FROM SELECT 1"},
    {"WITH RECURSIVE", "WITH RECURSIVE t AS (SELECT 1) SELECT * FROM t"},
    {"NATURAL JOIN", "SELECT * FROM acme.events a NATURAL JOIN acme.events b"},
    {"TABLESAMPLE", "SELECT * FROM acme.events TABLESAMPLE BERNOULLI (10)"},
    {"EXCEPT ALL, INTERSECT ALL", "SELECT 1 EXCEPT ALL SELECT 1"},
    {"table functions and files", "SELECT * FROM read_text('/etc/passwd')"},
    {"time zones other than UTC", "SELECT current_timestamp AT TIME ZONE 'Europe/Berlin'"},
    {"a number where text is compared", "SELECT count(*) FROM acme.events WHERE year = 2026"},
};

constexpr std::string_view differences[] = {
    "Times are UTC: `AT TIME ZONE` takes UTC only, and `from_iso8601_timestamp` shows UTC whatever "
    "the text's offset was (the moment is the same). Timestamps have three digits.",
    "Regular expressions are RE2's: no look-around and no back references.",
    "`CAST(varchar AS timestamp)` also takes ISO 8601's `T` and `Z`.",
    "Formats of `date_format`, `date_parse`, `format_datetime` and `parse_datetime`, JSON paths "
    "and "
    "`regexp_replace` replacements must be constants.",
    "`map_agg` fails on a repeated key; NaN equals NaN; `approx_distinct` and `approx_percentile` "
    "are approximate in their own way.",
    "Chains of one operator (`1 + 1 + …`) may be 200 long; AND, OR, `||` and lists are not limited "
    "so.",
};

void add_examples(std::string& text, std::span<const DialectExample> list) {
    for (const DialectExample& one : list)
        text += "- " + std::string(one.what) + ": `" + std::string(one.sql) + "`\n";
}

// "abs(bigint), abs(double), …", each name's overloads together.
template <class Row>
std::string signatures(std::span<const Row> rows) {
    std::string text;
    for (const Row& row : rows) {
        text += text.empty() ? "" : ", ";
        text += athena_sql::describe_signature(row.name, row.parameters);
    }
    return text + "\n";
}

std::string special_names() {
    std::string text;
    for (const std::string_view name : athena_sql::special_functions())
        text += (text.empty() ? "" : ", ") + std::string(name);
    return text + "\n";
}

void read(Context&, ResourceAnswer answer) {
    const std::string uri = answer.uri();
    answer({{uri, "text/markdown", dialect_page()}}, {page_ttl_ms, true});
}

}  // namespace

std::span<const DialectExample> dialect_examples() {
    return examples;
}
std::span<const DialectExample> dialect_refusals() {
    return refusals;
}
std::span<const std::string_view> dialect_differences() {
    return differences;
}

std::string dialect_page() {
    std::string text =
        "# The SQL that runs here\n\n"
        "Athena's SQL, that is Trino's: one statement that reads (SELECT, WITH, VALUES, SHOW, "
        "DESCRIBE), at most " +
        std::to_string(athena_sql::query_bytes_max) +
        " bytes. `?` stands for a parameter. Text is in single quotes, names in double quotes when "
        "they are not plain. What is not on this page is refused, with line:column. The examples "
        "are "
        "over a table acme.events whose partition keys year, month, day and hour are text.\n\n"
        "## What works\n\n";
    add_examples(text, examples);
    text += "\n## What is refused\n\n";
    add_examples(text, refusals);
    text +=
        "\n## Partitions\n\n"
        "Conditions on partition keys decide what is read: comparisons, IN, BETWEEN, LIKE, "
        "IS NULL, AND, OR, NOT, `||`, CAST, arithmetic of whole days, `date_format` with %Y "
        "%m %d, current_date. A condition on another column, or a function that is not among "
        "these, reads every partition. explain_query tells how many are left.\n\n"
        "## Types\n\n"
        "boolean, tinyint, smallint, integer, bigint, real, double, decimal(p,s), varchar, "
        "char(n), varbinary, date, timestamp, timestamp with time zone (UTC), interval, json, "
        "array(T), map(K,V), row(name T, …).\n\n"
        "## Functions\n\n";
    text += "Scalar: " + signatures(athena_sql::scalar_functions());
    text += "\nWith rules of their own: " + special_names();
    text += "\nAggregates: count(*), " + signatures(athena_sql::aggregate_functions());
    text += "\nOnly with OVER: " + signatures(athena_sql::window_functions());
    text += "\n## Where Data Stack's engine differs from AWS's\n\n";
    for (const std::string_view one : differences)
        text += "- " + std::string(one) + "\n";
    return text;
}

constinit const Resource sql_dialect = {
    "docs://sql-dialect",
    "sql-dialect",
    {.title = "SQL dialect",
     .description = "What SQL run_query takes: constructs with examples, functions with their "
                    "parameters, what is refused.",
     .mime_type = "text/markdown"},
    read};

}  // namespace mcp::resources

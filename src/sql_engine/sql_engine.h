// The client side of the engine process `datastack-sql` (DuckDB inside): query plans with their
// scan lists go in, batches of rows come out. The caller has parsed, typed and pruned (athena_sql,
// services/athena); the worker only runs DuckDB text over the objects it is given.
//
//   const QueryId id = engine.run(std::move(plan), sink);   // returns at once
//   ...sink->rows(batch) any number of times, then sink->finish(end) exactly once
//   engine.cancel(id);                                      // any time; finish still comes
//
// When the worker is started, how many there are, and when an idle one is ended, is the engine's
// own affair. A worker that dies fails the queries it had, never the server; the next query starts
// another one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "athena_sql/types.h"
#include "base/result.h"
#include "wire/http.h"

namespace sql_engine {

// ---- what a query reads ----

// The bytes of one object, open: this version stays readable while it is held. Any thread.
class ObjectBytes {
  public:
    virtual ~ObjectBytes() = default;
    virtual std::uint64_t size_bytes() const = 0;
    // As base::File::read_at. It may wait for disk.
    virtual base::Result<std::size_t> read_at(std::uint64_t offset, std::span<char> out) const = 0;
    // The whole object as a plain range of a file, when it is that: its descriptor goes to the
    // worker (read-only). Otherwise the engine copies the bytes across in pieces.
    virtual std::optional<wire::FileRange> file_range() const = 0;
};

enum class Codec : std::uint8_t { none, gzip };

// One object of a scan. It is opened only when the worker comes to it, so a plan of 100,000 objects
// holds no descriptors.
struct ScanObject {
    std::string bucket;
    std::string key;
    std::uint64_t size_bytes = 0;
    std::int64_t modified_ms = 0;
    // The same identity means the same bytes, for ever: what columnar copies are kept by.
    std::string identity;
    Codec codec = Codec::none;
    std::uint32_t partition = 0;  // index into Scan::partitions

    // "s3://bucket/key": in error texts, and the value of a `path` column.
    std::string name() const { return "s3://" + bucket + "/" + key; }
};

// Opens objects of a plan, on the executor's threads, from several at once.
class ObjectOpener {
  public:
    virtual ~ObjectOpener() = default;
    // errors  not_found, or unavailable with context "changed" when the object is no longer the
    //         version that was listed: the query fails with HIVE_CANNOT_OPEN_SPLIT
    virtual base::Result<std::shared_ptr<const ObjectBytes>> open(const ScanObject& object) = 0;
};

enum class ColumnSource : std::uint8_t {
    field,               // a field of the data: ScanColumn::field, or ::position in CSV and text
    partition,           // Scan::partitions[object.partition][position], text cast to the type;
                         // "__HIVE_DEFAULT_PARTITION__" is already std::nullopt here
    path,                // ScanObject::name(), VARCHAR
    file_size,           // BIGINT
    file_modified_time,  // TIMESTAMP, UTC
};

struct ScanColumn {
    std::string name;       // the catalog's, lower case: for error texts
    athena_sql::Type type;  // out as athena_sql::duckdb_name(type)
    ColumnSource source = ColumnSource::field;
    // JSON, Parquet: the top-level field to read; the SerDe's `mapping.<column>` is applied
    // already.
    std::string field = {};
    // CSV and text: index of the field in a line. partition: index of the partition key.
    std::uint32_t position = 0;
};

enum class Format : std::uint8_t { json, csv, parquet };

// JSON lines. Rules, of org.openx.data.jsonserde.JsonSerDe unless said:
//  - a line is one JSON object, '\n' or "\r\n" ends it, an empty or blank line is skipped by
//  neither
//    SerDe on AWS: OpenX gives a row of NULLs, hcatalog an error; so here.
//  - a field that is absent or null is NULL. A field whose value does not convert to its type
//    (text "abc" in an int column) fails with HIVE_BAD_DATA naming field, value and object;
//    a number in text ("12" in an int column) converts, a scalar in a string column is its JSON
//    text ("12", "true"), an object or array in a string column is its JSON text.
//  - timestamp: "yyyy-MM-dd HH:mm:ss[.fraction]" or ISO 8601 with T and Z; date: "yyyy-MM-dd".
//  - names match case-insensitively when case_insensitive; among fields that match, the last wins.
//  - dots_in_keys: a '.' in a field's name in the data stands for '_' in the column's name.
//  - a line that is not a JSON object: ignore_malformed gives a row of NULLs (partition and path
//    columns keep their values); otherwise the query fails with HIVE_CURSOR_ERROR
//    "Row is not a valid JSON Object - JSONException: … [s3://…]".
struct JsonOptions {
    enum class SerDe : std::uint8_t { openx, hcatalog };
    SerDe serde = SerDe::openx;
    bool ignore_malformed = false;
    bool case_insensitive = true;
    bool dots_in_keys = false;
};

// Lines of delimited text: LazySimpleSerDe and OpenCSVSerde.
struct CsvOptions {
    enum class SerDe : std::uint8_t { lazy_simple, open_csv };
    SerDe serde = SerDe::lazy_simple;
    std::string delimiter = "\x01";   // one character
    std::optional<char> quote = {};   // open_csv: '"'
    std::optional<char> escape = {};  // open_csv: '\\'
    std::string null_text = "\\N";    // lazy_simple
    char collection_delimiter = '\x02';
    char map_key_delimiter = '\x03';
    std::uint64_t header_lines = 0;  // skip.header.line.count
};

// What one table reference of the text reads.
struct Scan {
    // Only the columns the query needs, in the order of the table function's output. Empty (as in
    // SELECT count(*)): the table function has one column c0 BOOLEAN, always NULL, and the right
    // number of rows.
    std::vector<ScanColumn> columns;
    Format format = Format::json;
    JsonOptions json = {};
    CsvOptions csv = {};
    // Values of the partition keys, per partition that remained after pruning.
    std::vector<std::vector<std::optional<std::string>>> partitions;
    std::vector<ScanObject> objects;  // may be empty: no rows
};

// ---- the query ----

struct Limits {
    std::uint64_t memory_bytes_max = std::uint64_t{1} << 30;     // beyond: spills, then fails
    std::uint64_t temporary_bytes_max = std::uint64_t{8} << 30;  // spilled to disk
    std::int64_t time_ms_max = std::int64_t{30} * 60 * 1000;     // from run() to finish
    std::uint64_t rows_max = std::uint64_t{1} << 40;             // result rows
};

struct ResultColumn {
    std::string name;
    athena_sql::Type type;
};

// `sql` is one SELECT in DuckDB's dialect, made by athena_sql from a typed tree. What it relies on:
//
//  - Tables: only `datastack_scan(N)`, N a literal index into `scans`: a table function with the
//    columns c0, c1, … of scans[N].columns in order, with the types of duckdb_name(). The same N
//    may occur more than once. No other table function, file, COPY, PRAGMA or setting occurs, and
//    no name that a user wrote: relations are r0, r1, …, columns c0, c1, …, and texts are quoted
//    literals. (The worker locks DuckDB down all the same.)
//  - Result: exactly result_columns.size() columns, in order, each CAST to duckdb_name(type).
//  - Settings: TimeZone UTC; ieee_floating_point_ops = true; integer_division = false;
//    scalar_subquery_error_on_multiple_rows = true; preserve_insertion_order = true; default_order
//    ASC (NULLS FIRST/LAST is always spelled); default_collation none; the rest as DuckDB 1.4 has
//    it.
//  - Extensions built in: core_functions, json. Nothing else (no ICU).
//  - Scalar functions the worker registers beside DuckDB's own:
//      datastack_double_to_varchar(DOUBLE) -> VARCHAR
//      datastack_real_to_varchar(FLOAT) -> VARCHAR       Trino's CAST(double AS varchar): "1.5E0",
//          "1.0E10", "1.234E-5", "0E0", "-0E0", "NaN", "Infinity", "-Infinity": the shortest digits
//          that read back (for REAL: as a float), one before the point, at least one after (but
//          "0E0").
//      datastack_divide_half_up(HUGEINT, HUGEINT) -> HUGEINT     rounds half away from zero;
//          divisor 0 fails with DIVISION_BY_ZERO "Division by zero". For decimal division.
//    NULL in gives NULL out.
//      datastack_fail(VARCHAR) -> SQLNULL    fails with the text as an Invalid Input Error. As
//          DuckDB's error(), but not volatile, so that TRY() may contain it.
//  - Errors of a query's own making are raised by datastack_fail('CODE: message') with CODE in
//    capitals and underscores: that code and message are the failure's. DuckDB's exceptions
//    otherwise map:
//      Conversion Error               INVALID_CAST_ARGUMENT, text after "Conversion Error: "
//      Out of Range Error             NUMERIC_VALUE_OUT_OF_RANGE
//      Out of Memory Error            EXCEEDED_LOCAL_MEMORY_LIMIT
//      several rows of a scalar subquery
//                                     SUBQUERY_MULTIPLE_ROWS
//                                     "Scalar sub-query has returned multiple rows"
//      Invalid Input Error            INVALID_FUNCTION_ARGUMENT
//      anything else                  GENERIC_INTERNAL_ERROR
struct QueryPlan {
    std::string sql;
    std::vector<Scan> scans;
    std::vector<ResultColumn> result_columns;
    std::shared_ptr<ObjectOpener> opener;  // null only when no scan has objects
    Limits limits;
};

// ---- what comes out ----

// Rows of text cells, row after row, in one piece of memory. Text forms, by the column's type, are
// Trino's as Athena writes them:
//   boolean              true, false
//   integers, decimal    12, -0.50 (all digits of the scale)
//   double, real         Java's Double.toString / Float.toString: 1.5, 12.0, 1.0E10, 1.0E-5, NaN,
//                        Infinity (plain from 1e-3 up to below 1e7)
//   varchar, char, json  as they are (json: its compact text)
//   varbinary            lower-case hexadecimal pairs, a space between: "68 65 6c"
//   date                 2024-01-31
//   time                 10:11:12.123
//   timestamp            2024-01-31 10:11:12.123 (three digits)
//   timestamp with zone  2024-01-31 10:11:12.123 UTC
//   interval day..second 2 03:04:05.678; negative: -2 03:04:05.678
//   interval year..month 1-2
//   array                [1, 2, null]
//   map                  {a=1, b=null}
//   row                  {x=1, y=2}; without names: {field0=1, field1=2}
//   elements inside those: as above, NULL is null, texts are not quoted
struct ResultBatch {
    std::size_t column_count = 0;
    std::string text;                 // all cells one after another
    std::vector<std::uint64_t> ends;  // per cell: end in `text` << 1 | is_null

    std::size_t row_count() const { return column_count == 0 ? 0 : ends.size() / column_count; }
    void append(std::optional<std::string_view> cell) {
        if (cell) text.append(*cell);
        ends.push_back(static_cast<std::uint64_t>(text.size()) << 1 | (cell ? 0U : 1U));
    }
    std::optional<std::string_view> cell(std::size_t row, std::size_t column) const {
        const std::size_t index = row * column_count + column;
        if ((ends[index] & 1) != 0) return std::nullopt;
        const std::uint64_t begin = index == 0 ? 0 : ends[index - 1] >> 1;
        return std::string_view(text).substr(begin, (ends[index] >> 1) - begin);
    }
};
inline constexpr std::size_t batch_rows_max = 4096;
inline constexpr std::size_t batch_bytes_target = 1024 * 1024;  // exceeded only by one row

struct QueryFailure {
    // invalid: the query or the data; limit: memory, time or rows; unavailable: cancelled, the
    // worker died or the engine stops; io, corrupt: an object could not be read; internal: a bug.
    base::ErrorKind kind = base::ErrorKind::internal;
    std::string code;     // Trino's or Athena's: "HIVE_BAD_DATA", "DIVISION_BY_ZERO", …
    std::string message;  // one text, without the code
};
// Codes the engine itself makes beside those of the worker.
inline constexpr std::string_view code_cancelled = "USER_CANCELED";
inline constexpr std::string_view code_time_limit = "EXCEEDED_TIME_LIMIT";
inline constexpr std::string_view code_rows_limit = "EXCEEDED_RESULT_ROWS_LIMIT";
inline constexpr std::string_view code_worker_lost = "ENGINE_PROCESS_LOST";
inline constexpr std::string_view code_overloaded = "TOO_MANY_QUERIES";
inline constexpr std::string_view code_stopping = "SERVER_SHUTTING_DOWN";

struct QueryStatistics {
    std::uint64_t bytes_scanned = 0;  // of the objects, as stored (compressed)
    std::uint64_t rows_scanned = 0;
    std::uint64_t objects_scanned = 0;
    std::uint64_t rows_returned = 0;
    std::int64_t queued_ms = 0;  // waiting for a worker
    std::int64_t engine_ms = 0;  // running in it
};

struct QueryEnd {
    std::optional<QueryFailure> failure;  // absent: succeeded, all rows were given
    QueryStatistics statistics;           // as far as known when it failed
};

// Where the rows of one query go. Called on the executor's threads, one call at a time, rows in
// order. A call may wait for disk; the worker is held back meanwhile.
class ResultSink {
  public:
    virtual ~ResultSink() = default;
    // A non-empty batch. An error ends the query; it is the failure that finish then gets
    // (kind and message of the error, code GENERIC_INTERNAL_ERROR).
    virtual base::Result<void> rows(const ResultBatch& batch) = 0;
    // Exactly once, last.
    virtual void finish(const QueryEnd& end) = 0;
};

using QueryId = std::uint64_t;  // never 0, never reused within a process

class SqlEngine {
  public:
    virtual ~SqlEngine() = default;
    // Queue the query and return; never blocks. What is wrong comes through sink->finish (never
    // from inside run). At most queries_max wait or run: one more finishes with code_overloaded.
    virtual QueryId run(QueryPlan plan, std::shared_ptr<ResultSink> sink) = 0;
    // End it soon: finish comes with code_cancelled, unless it had ended already. Unknown ids are
    // ignored. Never blocks.
    virtual void cancel(QueryId id) = 0;
    // Cancel all (code_stopping), end the workers, wait. run afterwards finishes with
    // code_stopping.
    virtual void stop() = 0;
};
inline constexpr std::size_t queries_max = 256;

}  // namespace sql_engine

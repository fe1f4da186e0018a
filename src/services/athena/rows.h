// What is stored of an execution, in meta_store. Names are for ever; a new member needs a default.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/shape.h"

namespace athena {

struct ColumnRow {
    std::string name;
    std::string type;  // as in ColumnInfo: "varchar", "decimal", …
    std::int32_t precision = 0;
    std::int32_t scale = 0;
    bool case_sensitive = false;
    static constexpr auto members() {
        return std::tuple{shape::member("name", &ColumnRow::name),
                          shape::member("type", &ColumnRow::type),
                          shape::member("precision", &ColumnRow::precision),
                          shape::member("scale", &ColumnRow::scale),
                          shape::member("case_sensitive", &ColumnRow::case_sensitive)};
    }
};

struct FailureRow {
    std::int32_t category = 0;
    std::int32_t type = 0;
    bool retryable = false;
    std::string message;
    static constexpr auto members() {
        return std::tuple{shape::member("category", &FailureRow::category),
                          shape::member("type", &FailureRow::type),
                          shape::member("retryable", &FailureRow::retryable),
                          shape::member("message", &FailureRow::message)};
    }
};

struct StatisticsRow {
    std::int64_t scanned_bytes = 0;
    std::int64_t queue_ms = 0;
    std::int64_t planning_ms = 0;
    std::int64_t engine_ms = 0;
    std::int64_t service_ms = 0;  // writing the result
    std::int64_t total_ms = 0;
    static constexpr auto members() {
        return std::tuple{shape::member("scanned_bytes", &StatisticsRow::scanned_bytes),
                          shape::member("queue_ms", &StatisticsRow::queue_ms),
                          shape::member("planning_ms", &StatisticsRow::planning_ms),
                          shape::member("engine_ms", &StatisticsRow::engine_ms),
                          shape::member("service_ms", &StatisticsRow::service_ms),
                          shape::member("total_ms", &StatisticsRow::total_ms)};
    }
};

inline constexpr const char* state_queued = "QUEUED";
inline constexpr const char* state_running = "RUNNING";
inline constexpr const char* state_succeeded = "SUCCEEDED";
inline constexpr const char* state_failed = "FAILED";
inline constexpr const char* state_cancelled = "CANCELLED";

struct ExecutionRow {
    std::string id;
    std::string query;
    std::vector<std::string> parameters;
    std::string statement_type;     // DDL, DML, UTILITY
    std::string substatement_type;  // SELECT, MSCK_REPAIR, …
    std::string database;
    std::string catalog;
    std::string work_group;
    std::string group_id = "primary";
    std::optional<std::int64_t> scanned_bytes_max;  // of its work group, when it was started
    bool publishes_metrics = false;                 // the same
    std::string output_bucket;
    std::string output_key;  // of the result object
    std::string encryption_option;
    std::string acl_option;
    std::string expected_bucket_owner;
    std::string token;  // ClientRequestToken; "" for none
    std::string state;
    std::string reason;
    base::Timestamp submitted;
    std::optional<base::Timestamp> completed;
    std::optional<FailureRow> failure;
    StatisticsRow statistics;
    std::vector<ColumnRow> columns;
    bool header = false;  // the result object's first line is the header

    bool finished() const { return state != state_queued && state != state_running; }
    static constexpr auto members() {
        using R = ExecutionRow;
        return std::tuple{shape::member("id", &R::id),
                          shape::member("query", &R::query),
                          shape::member("parameters", &R::parameters),
                          shape::member("statement_type", &R::statement_type),
                          shape::member("substatement_type", &R::substatement_type),
                          shape::member("database", &R::database),
                          shape::member("catalog", &R::catalog),
                          shape::member("work_group", &R::work_group),
                          shape::member("group_id", &R::group_id),
                          shape::member("scanned_bytes_max", &R::scanned_bytes_max),
                          shape::member("publishes_metrics", &R::publishes_metrics),
                          shape::member("output_bucket", &R::output_bucket),
                          shape::member("output_key", &R::output_key),
                          shape::member("encryption_option", &R::encryption_option),
                          shape::member("acl_option", &R::acl_option),
                          shape::member("expected_bucket_owner", &R::expected_bucket_owner),
                          shape::member("token", &R::token),
                          shape::member("state", &R::state),
                          shape::member("reason", &R::reason),
                          shape::member("submitted", &R::submitted),
                          shape::member("completed", &R::completed),
                          shape::member("failure", &R::failure),
                          shape::member("statistics", &R::statistics),
                          shape::member("columns", &R::columns),
                          shape::member("header", &R::header)};
    }
};

// Where an execution is found by other ways than its id: by time, by token, while unfinished.
struct ReferenceRow {
    std::string account;
    std::string region;
    std::string id;
    std::string fingerprint;  // of the request, for tokens
    static constexpr auto members() {
        return std::tuple{shape::member("account", &ReferenceRow::account),
                          shape::member("region", &ReferenceRow::region),
                          shape::member("id", &ReferenceRow::id),
                          shape::member("fingerprint", &ReferenceRow::fingerprint)};
    }
};

}  // namespace athena

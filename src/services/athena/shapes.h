// The shapes that several operations share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/operation.h"
#include "services/athena/athena.h"
#include "services/athena/faults.h"

namespace athena {

inline constexpr const char* printable =
    R"([\x{20}-\x{D7FF}\x{E000}-\x{FFFD}\x{10000}-\x{10FFFF}\t]*)";
inline constexpr shape::Constraints execution_id_rule{
    .required = true, .min = 1, .max = 128, .pattern = R"(\S+)"};
inline constexpr shape::Constraints token_rule{.min = 1, .max = 1024};
inline constexpr shape::Constraints work_group_rule{.pattern = "[a-zA-Z0-9._-]{1,128}"};
inline constexpr shape::Constraints catalog_rule{
    .required = true, .min = 1, .max = 256, .pattern = printable};
inline constexpr shape::Constraints database_rule{.required = true, .min = 1, .max = 128};

struct EncryptionConfiguration {
    std::string option;
    std::optional<std::string> key;
    static constexpr auto members() {
        return std::tuple{aws::member("EncryptionOption", &EncryptionConfiguration::option,
                                      {.required = true, .values = "SSE_S3, SSE_KMS, CSE_KMS"}),
                          aws::member("KmsKey", &EncryptionConfiguration::key)};
    }
};
struct AclConfiguration {
    std::string option;
    static constexpr auto members() {
        return std::tuple{aws::member("S3AclOption", &AclConfiguration::option,
                                      {.required = true, .values = "BUCKET_OWNER_FULL_CONTROL"})};
    }
};
struct ResultConfiguration {
    std::optional<std::string> output_location;
    std::optional<EncryptionConfiguration> encryption;
    std::optional<std::string> expected_bucket_owner;
    std::optional<AclConfiguration> acl;
    static constexpr auto members() {
        using R = ResultConfiguration;
        return std::tuple{aws::member("OutputLocation", &R::output_location),
                          aws::member("EncryptionConfiguration", &R::encryption),
                          aws::member("ExpectedBucketOwner", &R::expected_bucket_owner,
                                      {.min = 12, .max = 12, .pattern = "[0-9]+"}),
                          aws::member("AclConfiguration", &R::acl)};
    }
};
struct QueryExecutionContext {
    std::optional<std::string> database;
    std::optional<std::string> catalog;
    static constexpr auto members() {
        return std::tuple{
            aws::member("Database", &QueryExecutionContext::database, {.min = 1, .max = 255}),
            aws::member("Catalog", &QueryExecutionContext::catalog,
                        {.min = 1, .max = 256, .pattern = printable})};
    }
};
struct EngineVersion {
    std::string selected = "AUTO";
    std::string effective = engine_version;
    static constexpr auto members() {
        return std::tuple{aws::member("SelectedEngineVersion", &EngineVersion::selected),
                          aws::member("EffectiveEngineVersion", &EngineVersion::effective)};
    }
};

struct Tag {
    std::string key;
    std::string value;
    static constexpr auto members() {
        return std::tuple{aws::member("Key", &Tag::key, {.min = 1, .max = 128}),
                          aws::member("Value", &Tag::value, {.min = 0, .max = 256})};
    }
};

struct AthenaError {
    std::int32_t category = 0;
    std::int32_t type = 0;
    bool retryable = false;
    std::string message;
    static constexpr auto members() {
        return std::tuple{aws::member("ErrorCategory", &AthenaError::category),
                          aws::member("ErrorType", &AthenaError::type),
                          aws::member("Retryable", &AthenaError::retryable),
                          aws::member("ErrorMessage", &AthenaError::message)};
    }
};
struct QueryExecutionStatus {
    std::string state;
    std::optional<std::string> reason;
    base::Timestamp submitted;
    std::optional<base::Timestamp> completed;
    std::optional<AthenaError> error;
    static constexpr auto members() {
        using S = QueryExecutionStatus;
        return std::tuple{aws::member("State", &S::state),
                          aws::member("StateChangeReason", &S::reason),
                          aws::member("SubmissionDateTime", &S::submitted),
                          aws::member("CompletionDateTime", &S::completed),
                          aws::member("AthenaError", &S::error)};
    }
};
struct ResultReuseInformation {
    bool reused = false;
    static constexpr auto members() {
        return std::tuple{aws::member("ReusedPreviousResult", &ResultReuseInformation::reused)};
    }
};
struct QueryExecutionStatistics {
    std::int64_t engine_ms = 0;
    std::int64_t scanned_bytes = 0;
    std::int64_t total_ms = 0;
    std::int64_t queue_ms = 0;
    std::optional<std::int64_t> planning_ms;  // queries only
    std::int64_t service_ms = 0;
    ResultReuseInformation reuse;
    static constexpr auto members() {
        using S = QueryExecutionStatistics;
        return std::tuple{aws::member("EngineExecutionTimeInMillis", &S::engine_ms),
                          aws::member("DataScannedInBytes", &S::scanned_bytes),
                          aws::member("TotalExecutionTimeInMillis", &S::total_ms),
                          aws::member("QueryQueueTimeInMillis", &S::queue_ms),
                          aws::member("QueryPlanningTimeInMillis", &S::planning_ms),
                          aws::member("ServiceProcessingTimeInMillis", &S::service_ms),
                          aws::member("ResultReuseInformation", &S::reuse)};
    }
};
struct QueryExecution {
    std::string id;
    std::string query;
    std::string statement_type;
    std::string substatement_type;
    ResultConfiguration result;
    QueryExecutionContext context;
    QueryExecutionStatus status;
    QueryExecutionStatistics statistics;
    std::string work_group;
    EngineVersion version;
    std::optional<std::vector<std::string>> parameters;
    static constexpr auto members() {
        using Q = QueryExecution;
        return std::tuple{aws::member("QueryExecutionId", &Q::id),
                          aws::member("Query", &Q::query),
                          aws::member("StatementType", &Q::statement_type),
                          aws::member("SubstatementType", &Q::substatement_type),
                          aws::member("ResultConfiguration", &Q::result),
                          aws::member("QueryExecutionContext", &Q::context),
                          aws::member("Status", &Q::status),
                          aws::member("Statistics", &Q::statistics),
                          aws::member("WorkGroup", &Q::work_group),
                          aws::member("EngineVersion", &Q::version),
                          aws::member("ExecutionParameters", &Q::parameters)};
    }
};

QueryExecution to_shape(const ExecutionRow& row);

// ---- the catalog's shapes, as Athena shows them ----

struct MetadataDatabase {
    std::string name;
    static constexpr auto members() {
        return std::tuple{aws::member("Name", &MetadataDatabase::name)};
    }
};
struct MetadataColumn {
    std::string name;
    std::string type;
    std::optional<std::string> comment;
    static constexpr auto members() {
        return std::tuple{aws::member("Name", &MetadataColumn::name),
                          aws::member("Type", &MetadataColumn::type),
                          aws::member("Comment", &MetadataColumn::comment)};
    }
};
struct TableMetadata {
    std::string name;
    base::Timestamp created;
    std::string table_type;
    std::vector<MetadataColumn> columns;
    std::vector<MetadataColumn> partition_keys;
    std::map<std::string, std::string> parameters;
    static constexpr auto members() {
        using T = TableMetadata;
        return std::tuple{aws::member("Name", &T::name),
                          aws::member("CreateTime", &T::created),
                          aws::member("TableType", &T::table_type),
                          aws::member("Columns", &T::columns),
                          aws::member("PartitionKeys", &T::partition_keys),
                          aws::member("Parameters", &T::parameters)};
    }
};

TableMetadata to_shape(const ports::Table& table);

// ---- checks that several operations make ----

inline Scope scope_of(const aws::Call& call) {
    return {call.account(), call.region};
}

// Only SSE_S3 is there. `encryption` may be absent.
aws::Reply<void> check_encryption(const std::optional<EncryptionConfiguration>& encryption);
// AwsDataCatalog, in any case, is the only one.
aws::Reply<void> check_catalog(const std::string& name);
aws::Fault metadata_fault(const base::Error& error);

// A page of names: those after `token`, at most `names_max`.
struct NamePage {
    std::vector<std::string> names;
    std::optional<std::string> next_token;
};
NamePage page_of(std::vector<std::string> names, const std::optional<std::string>& token,
                 std::size_t names_max);

}  // namespace athena

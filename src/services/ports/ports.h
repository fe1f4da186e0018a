// What one service may ask of another. Services never include each other; app/wiring.cpp joins
// these interfaces to the services that implement them. All calls: any thread; errors as values.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/call.h"
#include "aws/fault.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/unique_function.h"

namespace ports {

// ---- kinesis, for firehose: a stream read whole, all shards in the order of its log ----

struct StreamInfo {
    std::string arn;
    std::string id;  // internal; a re-created stream has another
    std::string name;
    std::uint64_t end = 0;  // position after every durable record
};

struct StreamRecord {
    std::uint64_t position = 0;
    std::string sequence_number;
    std::string shard_id;
    std::string partition_key;
    base::Timestamp arrived;
    std::string_view data;  // borrows from the batch
};

struct StreamBatch {
    std::vector<StreamRecord> records;
    std::uint64_t next = 0;  // position to go on from
    bool at_end = false;
    std::shared_ptr<const void> memory;
};

class StreamReader {
  public:
    virtual ~StreamReader() = default;
    virtual base::Result<StreamInfo> find_stream(const std::string& arn) const = 0;
    // Durable records at or after `from`. not_found when the stream is deleted.
    virtual base::Result<StreamBatch> read_stream(const std::string& id, std::uint64_t from,
                                                  std::size_t records_max,
                                                  std::size_t bytes_max) const = 0;
    // `wake` runs on the executor after records became durable. 0: no such stream.
    virtual std::uint64_t watch_stream(const std::string& id,
                                       base::UniqueFunction<void()> wake) = 0;
    virtual void unwatch_stream(const std::string& id, std::uint64_t watch) = 0;
    // Retention keeps everything at or after `position` for `holder` (in memory: placed again at
    // start before retention runs).
    virtual void hold_stream(const std::string& id, const std::string& holder,
                             std::uint64_t position) = 0;
    virtual void release_stream(const std::string& id, const std::string& holder) = 0;
};

// ---- lambda, for events (and later firehose, cloudformation) ----

struct InvokeResult {
    int status = 202;
    std::string payload;
    std::string function_error;  // "", "Unhandled"
};

class FunctionInvoker {
  public:
    virtual ~FunctionInvoker() = default;
    // Queue an asynchronous invocation durably. `caller.service_principal` and `source_arn` are
    // checked against the function's resource policy. Fault AccessDeniedException,
    // ResourceNotFoundException, …; `done` runs once on the executor.
    virtual void invoke_async(const std::string& function_arn, std::string payload,
                              const aws::Caller& caller,
                              base::UniqueFunction<void(aws::Reply<void>)> done) = 0;
    // Run and wait for the answer (parked, not blocking).
    virtual void invoke(const std::string& function_arn, std::string payload,
                        const aws::Caller& caller,
                        base::UniqueFunction<void(aws::Reply<InvokeResult>)> done) = 0;
};

// ---- logs, for lambda and firehose ----

struct LogLine {
    base::Timestamp time;
    std::string message;
};

class LogWriter {
  public:
    virtual ~LogWriter() = default;
    // Make the group and stream when absent and append; order kept. Best effort: a failure is
    // counted and goes to the program's own log.
    virtual void write(const std::string& account, const std::string& region,
                       const std::string& group, const std::string& stream,
                       std::vector<LogLine> lines) = 0;
};

// ---- glue, for athena ----

struct Column {
    std::string name;
    std::string type;  // Hive: "string", "int", "double", "array<string>", …
    std::string comment;
};

struct Table {
    std::string database;
    std::string name;
    std::string table_type;  // "EXTERNAL_TABLE"
    std::vector<Column> columns;
    std::vector<Column> partition_keys;
    std::string location;  // "s3://bucket/prefix/"
    std::string input_format;
    std::string output_format;
    std::string serde_library;
    std::map<std::string, std::string> serde_parameters;
    std::map<std::string, std::string> parameters;
    std::string comment;
    base::Timestamp created;
};

struct Partition {
    std::vector<std::string> values;  // one per partition key
    std::string location;
};

class Catalog {
  public:
    virtual ~Catalog() = default;
    struct Scope {
        std::string account;
        std::string region;
    };
    virtual base::Result<std::vector<std::string>> list_databases(const Scope& scope) const = 0;
    // errors already_exists
    virtual base::Result<void> create_database(const Scope& scope, const std::string& name,
                                               const std::string& comment,
                                               const std::string& location) = 0;
    // errors not_found, invalid (not empty, unless `cascade`)
    virtual base::Result<void> drop_database(const Scope& scope, const std::string& name,
                                             bool cascade) = 0;
    virtual base::Result<bool> database_exists(const Scope& scope,
                                               const std::string& name) const = 0;
    virtual base::Result<std::vector<std::string>> list_tables(
        const Scope& scope, const std::string& database) const = 0;
    virtual base::Result<Table> find_table(const Scope& scope, const std::string& database,
                                           const std::string& table) const = 0;
    virtual base::Result<void> create_table(const Scope& scope, const Table& table) = 0;
    virtual base::Result<void> drop_table(const Scope& scope, const std::string& database,
                                          const std::string& table) = 0;
    // In the order of their values.
    virtual base::Result<std::vector<Partition>> list_partitions(
        const Scope& scope, const std::string& database, const std::string& table) const = 0;
    // One durable batch; those that exist already are left and counted out. Returns how many new.
    virtual base::Result<std::size_t> add_partitions(const Scope& scope,
                                                     const std::string& database,
                                                     const std::string& table,
                                                     const std::vector<Partition>& partitions) = 0;
    virtual base::Result<void> drop_partition(const Scope& scope, const std::string& database,
                                              const std::string& table,
                                              const std::vector<std::string>& values) = 0;
};

// ---- kms, for ssm and whatever else encrypts under a customer's key ----

using EncryptionContext = std::map<std::string, std::string>;

struct Sealed {
    std::string key_arn;
    std::string blob;  // names its key itself
};

class Encryption {
  public:
    virtual ~Encryption() = default;
    // `key` an id, ARN or alias in the call's account and region; "alias/aws/<service>" is made
    // when it is first asked for. `plain` 1..4,096 bytes. Faults are KMS's. Waits for the disk.
    virtual aws::Reply<Sealed> encrypt_under(const aws::Call& call, const std::string& key,
                                             std::string_view plain,
                                             const EncryptionContext& context) = 0;
    // The context must be the one it was encrypted with.
    virtual aws::Reply<std::string> decrypt_under(const aws::Call& call, std::string_view blob,
                                                  const EncryptionContext& context) = 0;
};

}  // namespace ports

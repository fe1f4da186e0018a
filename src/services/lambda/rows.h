// What the lambda service keeps in the meta_store. Stored shapes are our own, never AWS's inputs:
// absent members take their defaults, so a new member needs no migration.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/shape.h"

namespace lambda {

// One statement of a function's resource policy.
struct StatementRow {
    std::string id;  // the statement id
    std::string action;
    std::string principal;  // as given: "events.amazonaws.com", an account, an arn, "*"
    std::string source_arn;
    std::string source_account;
    std::string event_source_token;
    static constexpr auto members() {
        return std::tuple{shape::member("id", &StatementRow::id),
                          shape::member("action", &StatementRow::action),
                          shape::member("principal", &StatementRow::principal),
                          shape::member("source_arn", &StatementRow::source_arn),
                          shape::member("source_account", &StatementRow::source_account),
                          shape::member("event_source_token", &StatementRow::event_source_token)};
    }
};

// A function whole, at key (account, region, name).
struct FunctionRow {
    std::string account;
    std::string region;
    std::string name;
    std::string id;               // internal: a re-created function is a new one
    std::string revision_id;      // of everything, as AWS shows it
    std::int64_t generation = 0;  // of code and configuration: processes of an older one end
    std::string runtime;
    std::string role;
    std::string handler;
    std::string description;
    std::int32_t timeout_seconds = 3;
    std::int32_t memory_mib = 128;
    std::int32_t storage_mib = 512;
    std::string architecture = "x86_64";
    std::map<std::string, std::string> variables;
    std::string log_group;  // "" is /aws/lambda/<name>
    std::string log_format = "Text";
    std::string application_log_level = "INFO";  // these two with format JSON only
    std::string system_log_level = "INFO";
    std::string tracing_mode = "PassThrough";
    base::Timestamp modified;
    std::string code_id;      // internal: the zip's object and the directory it is unpacked in
    std::string code_sha256;  // base64
    std::int64_t code_bytes = 0;
    std::optional<std::int32_t> reserved_concurrency;
    std::map<std::string, std::string> tags;
    std::vector<StatementRow> statements;

    std::string arn() const {
        return "arn:aws:lambda:" + region + ":" + account + ":function:" + name;
    }
    std::string log_group_name() const {
        return log_group.empty() ? "/aws/lambda/" + name : log_group;
    }

    static constexpr auto members() {
        return std::tuple{
            shape::member("account", &FunctionRow::account),
            shape::member("region", &FunctionRow::region),
            shape::member("name", &FunctionRow::name),
            shape::member("id", &FunctionRow::id),
            shape::member("revision_id", &FunctionRow::revision_id),
            shape::member("generation", &FunctionRow::generation),
            shape::member("runtime", &FunctionRow::runtime),
            shape::member("role", &FunctionRow::role),
            shape::member("handler", &FunctionRow::handler),
            shape::member("description", &FunctionRow::description),
            shape::member("timeout_seconds", &FunctionRow::timeout_seconds),
            shape::member("memory_mib", &FunctionRow::memory_mib),
            shape::member("storage_mib", &FunctionRow::storage_mib),
            shape::member("architecture", &FunctionRow::architecture),
            shape::member("variables", &FunctionRow::variables),
            shape::member("log_group", &FunctionRow::log_group),
            shape::member("log_format", &FunctionRow::log_format),
            shape::member("application_log_level", &FunctionRow::application_log_level),
            shape::member("system_log_level", &FunctionRow::system_log_level),
            shape::member("tracing_mode", &FunctionRow::tracing_mode),
            shape::member("modified", &FunctionRow::modified),
            shape::member("code_id", &FunctionRow::code_id),
            shape::member("code_sha256", &FunctionRow::code_sha256),
            shape::member("code_bytes", &FunctionRow::code_bytes),
            shape::member("reserved_concurrency", &FunctionRow::reserved_concurrency),
            shape::member("tags", &FunctionRow::tags),
            shape::member("statements", &FunctionRow::statements)};
    }
};

// An asynchronous invocation that waits or runs, at key (sequence number). The payload has a row
// of its own, so that counting an attempt does not write it again.
struct QueuedRow {
    std::string function_id;
    std::string account;
    std::string region;
    std::string name;
    std::string request_id;
    std::int64_t payload_bytes = 0;
    std::int32_t attempts = 0;  // that ended with an error of the function
    base::Timestamp queued;
    base::Timestamp due;
    static constexpr auto members() {
        return std::tuple{shape::member("function_id", &QueuedRow::function_id),
                          shape::member("account", &QueuedRow::account),
                          shape::member("region", &QueuedRow::region),
                          shape::member("name", &QueuedRow::name),
                          shape::member("request_id", &QueuedRow::request_id),
                          shape::member("payload_bytes", &QueuedRow::payload_bytes),
                          shape::member("attempts", &QueuedRow::attempts),
                          shape::member("queued", &QueuedRow::queued),
                          shape::member("due", &QueuedRow::due)};
    }
};

struct PayloadRow {
    base::Blob payload;
    static constexpr auto members() {
        return std::tuple{shape::member("payload", &PayloadRow::payload)};
    }
};

}  // namespace lambda

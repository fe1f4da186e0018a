// The shapes that several operations share: what a function looks like to clients.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "aws/operation.h"
#include "services/lambda/rows.h"

namespace lambda {

// The patterns of the botocore model.
inline constexpr const char* function_name_pattern =
    R"((arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?)"
    R"((\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?)";
inline constexpr const char* qualifier_pattern = R"(\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+)";
inline constexpr const char* role_pattern =
    R"(arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+)";
inline constexpr const char* runtime_values =
    "nodejs, nodejs4.3, nodejs6.10, nodejs8.10, nodejs10.x, nodejs12.x, nodejs14.x, nodejs16.x, "
    "java8, java8.al2, java11, python2.7, python3.6, python3.7, python3.8, python3.9, "
    "dotnetcore1.0, dotnetcore2.0, dotnetcore2.1, dotnetcore3.1, dotnet6, dotnet8, "
    "nodejs4.3-edge, go1.x, ruby2.5, ruby2.7, provided, provided.al2, nodejs18.x, python3.10, "
    "java17, ruby3.2, ruby3.3, ruby3.4, python3.11, nodejs20.x, provided.al2023, python3.12, "
    "java21, python3.13, nodejs22.x, nodejs24.x, python3.14, java25, dotnet10, ruby4.0";

// Of the programs that run here; what this server is built for.
inline constexpr std::string_view machine_architecture = "x86_64";

// The constraints of a function's name in the path.
constexpr shape::Constraints in_path(std::int64_t max = 256) {
    return {.required = true,
            .min = 1,
            .max = max,
            .pattern = function_name_pattern,
            .location = shape::Location::path};
}
constexpr shape::Constraints qualifier_in_query() {
    return {.min = 1, .max = 128, .pattern = qualifier_pattern, .location = shape::Location::query};
}

struct Variables {
    std::optional<std::map<std::string, std::string>> variables;
    static constexpr auto members() {
        return std::tuple{aws::member("Variables", &Variables::variables, {.sensitive = true})};
    }
};

struct EphemeralStorage {
    std::int32_t size = 512;
    static constexpr auto members() {
        return std::tuple{aws::member("Size", &EphemeralStorage::size,
                                      {.required = true, .min = 512, .max = 10'240})};
    }
};

struct TracingConfig {
    std::optional<std::string> mode;
    static constexpr auto members() {
        return std::tuple{
            aws::member("Mode", &TracingConfig::mode, {.values = "Active, PassThrough"})};
    }
};

struct LoggingConfig {
    std::optional<std::string> log_format;
    std::optional<std::string> application_log_level;
    std::optional<std::string> system_log_level;
    std::optional<std::string> log_group;
    static constexpr auto members() {
        return std::tuple{
            aws::member("LogFormat", &LoggingConfig::log_format, {.values = "JSON, Text"}),
            aws::member("ApplicationLogLevel", &LoggingConfig::application_log_level,
                        {.values = "TRACE, DEBUG, INFO, WARN, ERROR, FATAL"}),
            aws::member("SystemLogLevel", &LoggingConfig::system_log_level,
                        {.values = "DEBUG, INFO, WARN"}),
            aws::member("LogGroup", &LoggingConfig::log_group,
                        {.min = 1, .max = 512, .pattern = R"([\.\-_/#A-Za-z0-9]+)"})};
    }
};

struct SnapStart {
    std::optional<std::string> apply_on;
    std::optional<std::string> optimization_status;  // answers only
    static constexpr auto members() {
        return std::tuple{
            aws::member("ApplyOn", &SnapStart::apply_on, {.values = "PublishedVersions, None"}),
            aws::member("OptimizationStatus", &SnapStart::optimization_status)};
    }
};

struct VpcConfig {
    std::optional<std::vector<std::string>> subnet_ids;
    std::optional<std::vector<std::string>> security_group_ids;
    std::optional<bool> ipv6_allowed;
    static constexpr auto members() {
        return std::tuple{
            aws::member("SubnetIds", &VpcConfig::subnet_ids, {.max = 16}),
            aws::member("SecurityGroupIds", &VpcConfig::security_group_ids, {.max = 5}),
            aws::member("Ipv6AllowedForDualStack", &VpcConfig::ipv6_allowed)};
    }
};

struct DeadLetterConfig {
    std::optional<std::string> target_arn;
    static constexpr auto members() {
        return std::tuple{aws::member("TargetArn", &DeadLetterConfig::target_arn)};
    }
};

// What CreateFunction and UpdateFunctionConfiguration both take.
struct Settings {
    std::optional<std::string> role;
    std::optional<std::string> handler;
    std::optional<std::string> description;
    std::optional<std::string> runtime;
    std::optional<std::int32_t> timeout;
    std::optional<std::int32_t> memory_size;
    std::optional<Variables> environment;
    std::optional<EphemeralStorage> ephemeral_storage;
    std::optional<TracingConfig> tracing_config;
    std::optional<LoggingConfig> logging_config;
    // Refused unless they say "none".
    std::optional<VpcConfig> vpc_config;
    std::optional<DeadLetterConfig> dead_letter_config;
    std::optional<SnapStart> snap_start;
    std::optional<std::string> kms_key_arn;
    std::optional<std::vector<std::string>> layers;
    std::optional<shape::Document> file_system_configs;
    std::optional<shape::Document> image_config;
    std::optional<shape::Document> capacity_provider_config;
    std::optional<shape::Document> durable_config;
};

// The members of Settings, for the members() of a struct that derives from it.
constexpr auto settings_members() {
    using S = Settings;
    return std::tuple{aws::member("Role", &S::role, {.pattern = role_pattern}),
                      aws::member("Handler", &S::handler, {.max = 128, .pattern = R"([^\s]+)"}),
                      aws::member("Description", &S::description, {.min = 0, .max = 256}),
                      aws::member("Runtime", &S::runtime, {.values = runtime_values}),
                      aws::member("Timeout", &S::timeout, {.min = 1}),
                      aws::member("MemorySize", &S::memory_size, {.min = 128, .max = 32'768}),
                      aws::member("Environment", &S::environment),
                      aws::member("EphemeralStorage", &S::ephemeral_storage),
                      aws::member("TracingConfig", &S::tracing_config),
                      aws::member("LoggingConfig", &S::logging_config),
                      aws::member("VpcConfig", &S::vpc_config),
                      aws::member("DeadLetterConfig", &S::dead_letter_config),
                      aws::member("SnapStart", &S::snap_start),
                      aws::member("KMSKeyArn", &S::kms_key_arn),
                      aws::member("Layers", &S::layers),
                      aws::member("FileSystemConfigs", &S::file_system_configs),
                      aws::member("ImageConfig", &S::image_config),
                      aws::member("CapacityProviderConfig", &S::capacity_provider_config),
                      aws::member("DurableConfig", &S::durable_config)};
}

// A function as GetFunctionConfiguration shows it.
struct FunctionConfiguration {
    std::string function_name;
    std::string function_arn;
    std::string runtime;
    std::string role;
    std::string handler;
    std::int64_t code_size = 0;
    std::string description;
    std::int32_t timeout = 0;
    std::int32_t memory_size = 0;
    std::string last_modified;
    std::string code_sha256;
    std::string version = "$LATEST";
    std::optional<Variables> environment;
    TracingConfig tracing_config;
    std::string revision_id;
    std::string state = "Active";
    std::string last_update_status = "Successful";
    std::string package_type = "Zip";
    std::vector<std::string> architectures;
    EphemeralStorage ephemeral_storage;
    SnapStart snap_start;
    LoggingConfig logging_config;
    static constexpr auto members() {
        using F = FunctionConfiguration;
        return std::tuple{aws::member("FunctionName", &F::function_name),
                          aws::member("FunctionArn", &F::function_arn),
                          aws::member("Runtime", &F::runtime),
                          aws::member("Role", &F::role),
                          aws::member("Handler", &F::handler),
                          aws::member("CodeSize", &F::code_size),
                          aws::member("Description", &F::description),
                          aws::member("Timeout", &F::timeout),
                          aws::member("MemorySize", &F::memory_size),
                          aws::member("LastModified", &F::last_modified),
                          aws::member("CodeSha256", &F::code_sha256),
                          aws::member("Version", &F::version),
                          aws::member("Environment", &F::environment),
                          aws::member("TracingConfig", &F::tracing_config),
                          aws::member("RevisionId", &F::revision_id),
                          aws::member("State", &F::state),
                          aws::member("LastUpdateStatus", &F::last_update_status),
                          aws::member("PackageType", &F::package_type),
                          aws::member("Architectures", &F::architectures),
                          aws::member("EphemeralStorage", &F::ephemeral_storage),
                          aws::member("SnapStart", &F::snap_start),
                          aws::member("LoggingConfig", &F::logging_config)};
    }
};

FunctionConfiguration configuration_of(const FunctionRow& function);

// Check settings and put what is given into the row.
//   faults  InvalidParameterValueException
aws::Reply<void> apply_settings(const Settings& settings, FunctionRow& function);
// The architecture a client asks for; "" keeps the row's.
aws::Reply<void> apply_architectures(const std::optional<std::vector<std::string>>& architectures,
                                     FunctionRow& function);

}  // namespace lambda

#include "services/lambda/shapes.h"

#include "services/lambda/faults.h"
#include "services/lambda/time_text.h"

namespace lambda {
namespace {

constexpr std::int32_t timeout_seconds_max = 900;
constexpr std::int32_t memory_mib_max = 10'240;
constexpr std::size_t environment_bytes_max = 4096;

// Set by us for every process; AWS refuses them too.
constexpr std::string_view reserved_variables[] = {"_HANDLER",
                                                   "_X_AMZN_TRACE_ID",
                                                   "AWS_ACCESS_KEY",
                                                   "AWS_ACCESS_KEY_ID",
                                                   "AWS_DEFAULT_REGION",
                                                   "AWS_EXECUTION_ENV",
                                                   "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                                                   "AWS_LAMBDA_FUNCTION_NAME",
                                                   "AWS_LAMBDA_FUNCTION_VERSION",
                                                   "AWS_LAMBDA_INITIALIZATION_TYPE",
                                                   "AWS_LAMBDA_LOG_GROUP_NAME",
                                                   "AWS_LAMBDA_LOG_STREAM_NAME",
                                                   "AWS_LAMBDA_RUNTIME_API",
                                                   "AWS_REGION",
                                                   "AWS_SECRET_ACCESS_KEY",
                                                   "AWS_SESSION_TOKEN",
                                                   "LAMBDA_RUNTIME_DIR",
                                                   "LAMBDA_TASK_ROOT",
                                                   "DATASTACK_CHILD"};

constexpr std::string_view runtimes[] = {"provided.al2023", "provided.al2", "nodejs18.x",
                                         "nodejs20.x",      "nodejs22.x",   "nodejs24.x"};
bool is_variable_name(std::string_view name) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    if (name.size() < 2 || !is_letter(name[0])) return false;
    return std::all_of(name.begin(), name.end(),
                       [&](char c) { return is_letter(c) || c == '_' || (c >= '0' && c <= '9'); });
}

aws::Reply<void> check_variables(const std::map<std::string, std::string>& variables) {
    const std::string unable =
        "Lambda was unable to configure your environment variables because the environment "
        "variables you have provided ";
    std::size_t bytes = 0;
    std::string reserved;
    for (const auto& [name, value] : variables) {
        bytes += name.size() + value.size();
        const bool ours = std::find(std::begin(reserved_variables), std::end(reserved_variables),
                                    std::string_view(name)) != std::end(reserved_variables);
        if (ours) {
            reserved += (reserved.empty() ? "" : ", ") + name;
        } else if (!is_variable_name(name) || value.find('\0') != std::string::npos) {
            return faults::invalid_parameter(unable + "contain an invalid name or value: " + name);
        }
    }
    if (!reserved.empty()) {
        return faults::invalid_parameter(
            unable +
            "contains reserved keys that are currently not supported for modification. Reserved "
            "keys used in this request: " +
            reserved);
    }
    if (bytes > environment_bytes_max) {
        return faults::invalid_parameter(unable + "exceeded the 4KB limit. They have " +
                                         std::to_string(bytes) + " bytes.");
    }
    return base::ok();
}

bool says_something(const std::optional<shape::Document>& document) {
    return document && document->json != "null" && document->json != "[]" && document->json != "{}";
}

aws::Reply<void> refuse_unsupported(const Settings& s) {
    const auto filled = [](const auto& list) { return list && !list->empty(); };
    if (s.vpc_config &&
        (filled(s.vpc_config->subnet_ids) || filled(s.vpc_config->security_group_ids))) {
        return faults::unsupported("VpcConfig");
    }
    if (s.dead_letter_config && filled(s.dead_letter_config->target_arn)) {
        return faults::unsupported("DeadLetterConfig");
    }
    if (s.snap_start && s.snap_start->apply_on == "PublishedVersions") {
        return faults::unsupported("SnapStart");
    }
    if (filled(s.kms_key_arn)) return faults::unsupported("KMSKeyArn");
    if (filled(s.layers)) return faults::unsupported("Layers");
    if (says_something(s.file_system_configs)) return faults::unsupported("FileSystemConfigs");
    if (says_something(s.image_config)) return faults::unsupported("ImageConfig");
    if (says_something(s.capacity_provider_config)) {
        return faults::unsupported("CapacityProviderConfig");
    }
    if (says_something(s.durable_config)) return faults::unsupported("DurableConfig");
    if (s.tracing_config && s.tracing_config->mode == "Active") {
        return faults::unsupported("TracingConfig with Mode Active");
    }
    return base::ok();
}

aws::Reply<void> apply_logging(const LoggingConfig& logging, FunctionRow& function) {
    if (logging.log_format && *logging.log_format != function.log_format) {
        function.log_format = *logging.log_format;
        function.application_log_level = "INFO";
        function.system_log_level = "INFO";
    }
    const bool levels = logging.application_log_level || logging.system_log_level;
    if (levels && function.log_format != "JSON") {
        return faults::invalid_parameter(
            "ApplicationLogLevel and SystemLogLevel are only supported with LogFormat JSON.");
    }
    if (logging.application_log_level) {
        function.application_log_level = *logging.application_log_level;
    }
    if (logging.system_log_level) function.system_log_level = *logging.system_log_level;
    if (logging.log_group) function.log_group = *logging.log_group;
    return base::ok();
}

}  // namespace

aws::Reply<void> apply_architectures(const std::optional<std::vector<std::string>>& architectures,
                                     FunctionRow& function) {
    if (!architectures || architectures->empty()) return base::ok();
    if (architectures->front() != machine_architecture) {
        return faults::invalid_parameter("Architecture " + architectures->front() +
                                         " is not supported here: functions run on this machine, "
                                         "which is " +
                                         std::string(machine_architecture) + ".");
    }
    function.architecture = architectures->front();
    return base::ok();
}

aws::Reply<void> apply_settings(const Settings& s, FunctionRow& function) {
    TRY_VOID(refuse_unsupported(s));
    if (s.runtime &&
        std::find(std::begin(runtimes), std::end(runtimes), *s.runtime) == std::end(runtimes)) {
        return faults::invalid_parameter(
            "The runtime " + *s.runtime +
            " is not supported here. Supported are nodejs18.x to nodejs24.x, which run with this "
            "machine's node, and provided.al2023 and provided.al2: bring a bootstrap program.");
    }
    if (s.timeout && *s.timeout > timeout_seconds_max) {
        return faults::invalid_parameter(
            "1 validation error detected: Value '" + std::to_string(*s.timeout) +
            "' at 'timeout' failed to satisfy constraint: Member must have value less than or "
            "equal to 900");
    }
    if (s.memory_size && *s.memory_size > memory_mib_max) {
        return faults::invalid_parameter(
            "1 validation error detected: Value '" + std::to_string(*s.memory_size) +
            "' at 'memorySize' failed to satisfy constraint: Member must have value less than or "
            "equal to 10240");
    }
    if (s.environment && s.environment->variables) {
        TRY_VOID(check_variables(*s.environment->variables));
        function.variables = *s.environment->variables;
    }
    if (s.runtime) function.runtime = *s.runtime;
    if (s.role) function.role = *s.role;
    if (s.handler) function.handler = *s.handler;
    if (s.description) function.description = *s.description;
    if (s.timeout) function.timeout_seconds = *s.timeout;
    if (s.memory_size) function.memory_mib = *s.memory_size;
    if (s.ephemeral_storage) function.storage_mib = s.ephemeral_storage->size;
    if (s.logging_config) {
        TRY_VOID(apply_logging(*s.logging_config, function));
    }
    return base::ok();
}

FunctionConfiguration configuration_of(const FunctionRow& function) {
    FunctionConfiguration out;
    out.function_name = function.name;
    out.function_arn = function.arn();
    out.runtime = function.runtime;
    out.role = function.role;
    out.handler = function.handler;
    out.code_size = function.code_bytes;
    out.description = function.description;
    out.timeout = function.timeout_seconds;
    out.memory_size = function.memory_mib;
    out.last_modified = last_modified_text(function.modified);
    out.code_sha256 = function.code_sha256;
    if (!function.variables.empty()) out.environment = Variables{function.variables};
    out.tracing_config.mode = function.tracing_mode;
    out.revision_id = function.revision_id;
    out.architectures = {function.architecture};
    out.ephemeral_storage.size = function.storage_mib;
    out.snap_start = {"None", "Off"};
    out.logging_config.log_format = function.log_format;
    if (function.log_format == "JSON") {
        out.logging_config.application_log_level = function.application_log_level;
        out.logging_config.system_log_level = function.system_log_level;
    }
    out.logging_config.log_group = function.log_group_name();
    return out;
}

}  // namespace lambda

// AWS::Lambda::Function. Source: CloudFormation's resource reference. Not here: container images,
// layers, file systems, a VPC, dead letters, code signing, SnapStart, which the service does not
// have.
#include <boost/json/array.hpp>

#include "aws/resource_type.h"
#include "services/lambda/inline_code.h"
#include "services/lambda/lambda.h"
#include "services/lambda/node_runtime.h"
#include "wire/base64.h"

namespace lambda {
namespace {

namespace json = boost::json;

struct ResourceCode {
    std::optional<std::string> s3_bucket;
    std::optional<std::string> s3_key;
    std::optional<std::string> s3_object_version;
    std::optional<std::string> zip_file;  // source text
    bool operator==(const ResourceCode&) const = default;
    static constexpr auto members() {
        using C = ResourceCode;
        return std::tuple{aws::member("S3Bucket", &C::s3_bucket), aws::member("S3Key", &C::s3_key),
                          aws::member("S3ObjectVersion", &C::s3_object_version),
                          aws::member("ZipFile", &C::zip_file)};
    }
};

struct ResourceVariables {
    std::map<std::string, std::string> variables;
    bool operator==(const ResourceVariables&) const = default;
    static constexpr auto members() {
        return std::tuple{
            aws::member("Variables", &ResourceVariables::variables, {.sensitive = true})};
    }
};

struct ResourceStorage {
    std::int32_t size = 0;
    bool operator==(const ResourceStorage&) const = default;
    static constexpr auto members() {
        return std::tuple{aws::member("Size", &ResourceStorage::size, {.required = true})};
    }
};

struct ResourceTracing {
    std::optional<std::string> mode;
    bool operator==(const ResourceTracing&) const = default;
    static constexpr auto members() {
        return std::tuple{aws::member("Mode", &ResourceTracing::mode)};
    }
};

struct ResourceLogging {
    std::optional<std::string> log_format;
    std::optional<std::string> log_group;
    std::optional<std::string> application_log_level;
    std::optional<std::string> system_log_level;
    bool operator==(const ResourceLogging&) const = default;
    static constexpr auto members() {
        using L = ResourceLogging;
        return std::tuple{aws::member("LogFormat", &L::log_format),
                          aws::member("LogGroup", &L::log_group),
                          aws::member("ApplicationLogLevel", &L::application_log_level),
                          aws::member("SystemLogLevel", &L::system_log_level)};
    }
};

// The members of UpdateFunctionConfiguration, as properties.
struct Configuration {
    std::string role;
    std::optional<std::string> handler;
    std::optional<std::string> runtime;
    std::optional<std::string> description;
    std::optional<std::int32_t> timeout;
    std::optional<std::int32_t> memory_size;
    std::optional<ResourceVariables> environment;
    std::optional<ResourceStorage> ephemeral_storage;
    std::optional<ResourceTracing> tracing_config;
    std::optional<ResourceLogging> logging_config;
    bool operator==(const Configuration&) const = default;
};

struct FunctionResource {
    struct Properties : Configuration {
        std::optional<std::string> function_name;
        std::optional<std::string> package_type;
        ResourceCode code;
        std::vector<std::string> architectures;
        std::optional<std::int32_t> reserved_concurrent_executions;
        std::vector<aws::Tag> tags;
        static constexpr auto members() {
            using P = Properties;
            return std::tuple{
                aws::member("FunctionName", &P::function_name, {.replaces = true}),
                aws::member("PackageType", &P::package_type, {.replaces = true}),
                aws::member("Code", &P::code, {.required = true}),
                aws::member("Role", &P::role, {.required = true}),
                aws::member("Handler", &P::handler),
                aws::member("Runtime", &P::runtime),
                aws::member("Description", &P::description),
                aws::member("Timeout", &P::timeout),
                aws::member("MemorySize", &P::memory_size),
                aws::member("Environment", &P::environment),
                aws::member("EphemeralStorage", &P::ephemeral_storage),
                aws::member("TracingConfig", &P::tracing_config),
                aws::member("LoggingConfig", &P::logging_config),
                aws::member("Architectures", &P::architectures),
                aws::member("ReservedConcurrentExecutions", &P::reserved_concurrent_executions),
                aws::member("Tags", &P::tags)};
        }
    };
    static constexpr std::string_view attributes[] = {"Arn"};

    static std::string identify(const aws::ResourceContext& context, const Properties& properties);
    static aws::Reply<aws::ResourceSteps> create(const aws::ResourceContext& context,
                                                 const Properties& properties);
    static aws::Reply<aws::ResourceSteps> update(const aws::ResourceContext& context,
                                                 const Properties& before, const Properties& after);
    static aws::ResourceSteps remove(const aws::ResourceContext& context, const Properties&);
    static aws::ResourceSteps read(const aws::ResourceContext& context, const Properties&);
    static json::object describe(const aws::ResourceContext&, const Properties&,
                                 const aws::ResourceOutputs& outputs);
};

using Properties = FunctionResource::Properties;

aws::ResourceStep step(std::string operation, json::object input,
                       std::vector<std::string> done_codes = {}) {
    return {"lambda", std::move(operation), std::move(input), std::move(done_codes)};
}

json::object to_object(const std::map<std::string, std::string>& map) {
    json::object out;
    for (const auto& [key, value] : map)
        out[key] = value;
    return out;
}

// The Code member of CreateFunction, whose members are those of UpdateFunctionCode.
aws::Reply<json::object> code_of(const Properties& properties) {
    const ResourceCode& code = properties.code;
    json::object out;
    if (code.s3_bucket) out["S3Bucket"] = *code.s3_bucket;
    if (code.s3_key) out["S3Key"] = *code.s3_key;
    if (code.s3_object_version) out["S3ObjectVersion"] = *code.s3_object_version;
    if (!code.zip_file) return out;
    if (!is_node_runtime(properties.runtime.value_or(""))) {
        return aws::Fault("InvalidRequest",
                          "ZipFile can only be used with nodejs runtimes here: it is source text.");
    }
    if (code.zip_file->size() > inline_source_bytes_max) {
        return aws::Fault(
            "InvalidRequest",
            "ZipFile is larger than " + std::to_string(inline_source_bytes_max) + " bytes.");
    }
    out["ZipFile"] = wire::encode_base64(zip_inline_source(*code.zip_file));
    return out;
}

json::object logging_input(const std::string& name, const ResourceLogging& logging) {
    const std::string format = logging.log_format.value_or("Text");
    json::object out = {{"LogFormat", format},
                        {"LogGroup", logging.log_group.value_or("/aws/lambda/" + name)}};
    const bool levels = format == "JSON";
    if (levels || logging.application_log_level) {
        out["ApplicationLogLevel"] = logging.application_log_level.value_or("INFO");
    }
    if (levels || logging.system_log_level) {
        out["SystemLogLevel"] = logging.system_log_level.value_or("INFO");
    }
    return out;
}

// With every default written out, so that what a template no longer says goes back to it.
json::object configuration_input(const std::string& name, const Configuration& c) {
    json::object out = {
        {"FunctionName", name},
        {"Role", c.role},
        {"Description", c.description.value_or("")},
        {"Timeout", c.timeout.value_or(3)},
        {"MemorySize", c.memory_size.value_or(128)},
        {"Environment",
         {{"Variables", to_object(c.environment ? c.environment->variables
                                                : std::map<std::string, std::string>())}}},
        {"EphemeralStorage", {{"Size", c.ephemeral_storage ? c.ephemeral_storage->size : 512}}},
        {"LoggingConfig", logging_input(name, c.logging_config.value_or(ResourceLogging()))}};
    out["TracingConfig"] = {{"Mode", c.tracing_config
                                         ? c.tracing_config->mode.value_or("PassThrough")
                                         : std::string("PassThrough")}};
    if (c.handler) out["Handler"] = *c.handler;
    if (c.runtime) out["Runtime"] = *c.runtime;
    return out;
}

aws::ResourceStep concurrency_step(const std::string& name, std::int32_t reserved) {
    return step("PutFunctionConcurrency",
                {{"FunctionName", name}, {"ReservedConcurrentExecutions", reserved}});
}

std::string FunctionResource::identify(const aws::ResourceContext& context,
                                       const Properties& properties) {
    return properties.function_name ? *properties.function_name : aws::generated_name(context, 64);
}

aws::Reply<aws::ResourceSteps> FunctionResource::create(const aws::ResourceContext& context,
                                                        const Properties& properties) {
    const std::string& name = context.physical_id;
    TRY(code, code_of(properties));
    json::object input = configuration_input(name, properties);
    input["Code"] = std::move(code);
    if (properties.package_type) input["PackageType"] = *properties.package_type;
    if (!properties.architectures.empty()) {
        input["Architectures"] =
            json::array(properties.architectures.begin(), properties.architectures.end());
    }
    const auto tags = aws::merge_tags(context, properties.tags);
    if (!tags.empty()) input["Tags"] = to_object(tags);
    aws::ResourceSteps steps;
    steps.push_back(step("CreateFunction", std::move(input), {"ResourceConflictException"}));
    if (properties.reserved_concurrent_executions) {
        steps.push_back(concurrency_step(name, *properties.reserved_concurrent_executions));
    }
    return steps;
}

aws::Reply<aws::ResourceSteps> FunctionResource::update(const aws::ResourceContext& context,
                                                        const Properties& before,
                                                        const Properties& after) {
    const std::string& name = context.physical_id;
    aws::ResourceSteps steps;
    if (before.code != after.code || before.architectures != after.architectures) {
        TRY(input, code_of(after));
        input["FunctionName"] = name;
        input["Architectures"] =
            after.architectures.empty()
                ? json::array{json::string(machine_architecture)}
                : json::array(after.architectures.begin(), after.architectures.end());
        steps.push_back(step("UpdateFunctionCode", std::move(input)));
    }
    if (static_cast<const Configuration&>(before) != after) {
        steps.push_back(step("UpdateFunctionConfiguration", configuration_input(name, after)));
    }
    const auto& reserved = after.reserved_concurrent_executions;
    if (before.reserved_concurrent_executions != reserved) {
        steps.push_back(reserved ? concurrency_step(name, *reserved)
                                 : step("DeleteFunctionConcurrency", {{"FunctionName", name}}));
    }
    const std::string arn =
        aws::make_arn("lambda", context.region, context.account, "function:" + name);
    const auto tags = aws::change_tags(context, before.tags, after.tags);
    if (!tags.removed.empty()) {
        steps.push_back(step("UntagResource",
                             {{"Resource", arn},
                              {"TagKeys", json::array(tags.removed.begin(), tags.removed.end())}}));
    }
    if (!tags.set.empty()) {
        steps.push_back(step("TagResource", {{"Resource", arn}, {"Tags", to_object(tags.set)}}));
    }
    return steps;
}

aws::ResourceSteps FunctionResource::remove(const aws::ResourceContext& context,
                                            const Properties&) {
    return {step("DeleteFunction", {{"FunctionName", context.physical_id}},
                 {"ResourceNotFoundException"})};
}

aws::ResourceSteps FunctionResource::read(const aws::ResourceContext& context, const Properties&) {
    return {step("GetFunctionConfiguration", {{"FunctionName", context.physical_id}},
                 {"ResourceNotFoundException"})};
}

json::object FunctionResource::describe(const aws::ResourceContext&, const Properties&,
                                        const aws::ResourceOutputs& outputs) {
    return {{"Arn", outputs[0].at("FunctionArn")}};
}

}  // namespace

constinit const aws::ResourceType function_resource =
    aws::resource_type<FunctionResource>("AWS::Lambda::Function");

}  // namespace lambda

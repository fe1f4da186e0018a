// CreateFunction: a zip and settings become a function that can run at once.
#include "services/lambda/faults.h"
#include "services/lambda/lambda.h"

namespace lambda {
namespace create_function_operation {

struct Code {
    std::optional<base::Blob> zip_file;
    std::optional<std::string> s3_bucket;
    std::optional<std::string> s3_key;
    std::optional<std::string> s3_object_version;
    std::optional<std::string> image_uri;
    std::optional<std::string> source_kms_key_arn;
    static constexpr auto members() {
        return std::tuple{
            aws::member("ZipFile", &Code::zip_file, {.sensitive = true}),
            aws::member("S3Bucket", &Code::s3_bucket, {.min = 3, .max = 63}),
            aws::member("S3Key", &Code::s3_key, {.min = 1, .max = 1024}),
            aws::member("S3ObjectVersion", &Code::s3_object_version, {.min = 1, .max = 1024}),
            aws::member("ImageUri", &Code::image_uri),
            aws::member("SourceKMSKeyArn", &Code::source_kms_key_arn)};
    }
};

struct Input : Settings {
    std::string function_name;
    Code code;
    std::optional<bool> publish;
    std::optional<std::string> package_type;
    std::optional<std::map<std::string, std::string>> tags;
    std::optional<std::vector<std::string>> architectures;
    std::optional<std::string> code_signing_config_arn;
    std::optional<std::string> publish_to;
    std::optional<shape::Document> tenancy_config;
    static constexpr auto members() {
        return std::tuple_cat(
            std::tuple{
                aws::member(
                    "FunctionName", &Input::function_name,
                    {.required = true, .min = 1, .max = 140, .pattern = function_name_pattern}),
                aws::member("Code", &Input::code, {.required = true}),
                aws::member("Publish", &Input::publish),
                aws::member("PackageType", &Input::package_type, {.values = "Zip, Image"}),
                aws::member("Tags", &Input::tags),
                aws::member("Architectures", &Input::architectures, {.min = 1, .max = 1}),
                aws::member("CodeSigningConfigArn", &Input::code_signing_config_arn,
                            {.min = 0, .max = 200}),
                aws::member("PublishTo", &Input::publish_to, {.values = "LATEST_PUBLISHED"}),
                aws::member("TenancyConfig", &Input::tenancy_config)},
            settings_members());
    }
};

aws::Reply<void> check(const Input& input) {
    if (input.package_type == "Image" || input.code.image_uri) {
        return faults::unsupported("PackageType Image");
    }
    if (input.publish.value_or(false) || input.publish_to) {
        return faults::unsupported("Publishing versions");
    }
    if (!input.code_signing_config_arn.value_or("").empty()) {
        return faults::unsupported("CodeSigningConfigArn");
    }
    if (input.tenancy_config) return faults::unsupported("TenancyConfig");
    if (!input.code.source_kms_key_arn.value_or("").empty()) {
        return faults::unsupported("SourceKMSKeyArn");
    }
    if (!input.role) {
        return aws::Fault("ValidationException",
                          "1 validation error detected: Value null at 'role' failed to satisfy "
                          "constraint: Member must not be null");
    }
    if (!input.runtime) {
        return faults::invalid_parameter(
            "Runtime and Handler are mandatory parameters for functions created with deployment "
            "packages.");
    }
    if (!input.handler) {
        return faults::invalid_parameter(
            "Runtime and Handler are mandatory parameters for functions created with deployment "
            "packages.");
    }
    if (input.tags && input.tags->size() > tags_max) {
        return faults::invalid_parameter("A function has at most " + std::to_string(tags_max) +
                                         " tags.");
    }
    return base::ok();
}

aws::Reply<FunctionConfiguration> run(Lambda& lambda, const aws::Call& call, Input& input) {
    TRY(name, parse_function_name(input.function_name, call));
    TRY_VOID(check(input));
    FunctionRow row;
    row.account = name.account;
    row.region = name.region;
    row.name = name.name;
    if (input.tags) row.tags = *input.tags;
    TRY_VOID(apply_settings(input, row));
    TRY_VOID(apply_architectures(input.architectures, row));
    std::string holder;
    TRY(zip, lambda.zip_of({input.code.zip_file, input.code.s3_bucket, input.code.s3_key,
                            input.code.s3_object_version},
                           name, holder));
    TRY(created, lambda.create(std::move(row), zip));
    return configuration_of(*created);
}

}  // namespace create_function_operation

constinit const aws::Operation create_function = aws::operation<&create_function_operation::run>(
    "CreateFunction",
    {.http = {"POST", "/2015-03-31/functions", 201}, .body_bytes_max = upload_body_bytes_max});

}  // namespace lambda

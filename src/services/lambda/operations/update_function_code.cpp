// UpdateFunctionCode: another zip; processes of the old one end.
#include "services/lambda/faults.h"
#include "services/lambda/lambda.h"

namespace lambda {
namespace update_function_code_operation {

struct Input {
    std::string function_name;
    std::optional<base::Blob> zip_file;
    std::optional<std::string> s3_bucket;
    std::optional<std::string> s3_key;
    std::optional<std::string> s3_object_version;
    std::optional<std::string> image_uri;
    std::optional<bool> publish;
    std::optional<bool> dry_run;
    std::optional<std::string> revision_id;
    std::optional<std::vector<std::string>> architectures;
    std::optional<std::string> source_kms_key_arn;
    std::optional<std::string> publish_to;
    static constexpr auto members() {
        return std::tuple{
            aws::member("FunctionName", &Input::function_name, in_path(140)),
            aws::member("ZipFile", &Input::zip_file, {.sensitive = true}),
            aws::member("S3Bucket", &Input::s3_bucket, {.min = 3, .max = 63}),
            aws::member("S3Key", &Input::s3_key, {.min = 1, .max = 1024}),
            aws::member("S3ObjectVersion", &Input::s3_object_version, {.min = 1, .max = 1024}),
            aws::member("ImageUri", &Input::image_uri),
            aws::member("Publish", &Input::publish),
            aws::member("DryRun", &Input::dry_run),
            aws::member("RevisionId", &Input::revision_id),
            aws::member("Architectures", &Input::architectures, {.min = 1, .max = 1}),
            aws::member("SourceKMSKeyArn", &Input::source_kms_key_arn),
            aws::member("PublishTo", &Input::publish_to, {.values = "LATEST_PUBLISHED"})};
    }
};

aws::Reply<FunctionConfiguration> run(Lambda& lambda, const aws::Call& call, Input& input) {
    TRY(name, parse_function_name(input.function_name, call));
    TRY(current, lambda.find(name));
    if (input.image_uri) return faults::unsupported("PackageType Image");
    if (input.publish.value_or(false) || input.publish_to) {
        return faults::unsupported("Publishing versions");
    }
    if (!input.source_kms_key_arn.value_or("").empty()) {
        return faults::unsupported("SourceKMSKeyArn");
    }
    std::string holder;
    TRY(zip, lambda.zip_of({input.zip_file, input.s3_bucket, input.s3_key, input.s3_object_version},
                           name, holder));
    const Lambda::Change apply = [&input](FunctionRow& row) {
        return apply_architectures(input.architectures, row);
    };
    if (input.dry_run.value_or(false)) {
        if (input.revision_id && *input.revision_id != current->revision_id) {
            return faults::precondition_failed();
        }
        FunctionRow row = *current;
        TRY_VOID(apply(row));
        TRY(package, CodeStore::check(zip));
        row.code_sha256 = package.sha256;
        row.code_bytes = package.bytes;
        return configuration_of(row);
    }
    TRY(changed, lambda.change_code(name, input.revision_id.value_or(""), zip, apply));
    return configuration_of(*changed);
}

}  // namespace update_function_code_operation

constinit const aws::Operation update_function_code =
    aws::operation<&update_function_code_operation::run>(
        "UpdateFunctionCode", {.http = {"PUT", "/2015-03-31/functions/{FunctionName}/code"},
                               .body_bytes_max = upload_body_bytes_max});

}  // namespace lambda

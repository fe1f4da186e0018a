// AWS::ECR::Repository. Source: CloudFormation's resource reference.
#include <boost/json/array.hpp>

#include "aws/resource_type.h"
#include "services/ecr/ecr.h"

namespace ecr {
namespace {

namespace json = boost::json;

struct LifecyclePolicy {
    std::optional<std::string> lifecycle_policy_text;
    std::optional<std::string> registry_id;
    bool operator==(const LifecyclePolicy&) const = default;
    static constexpr auto members() {
        using L = LifecyclePolicy;
        return std::tuple{aws::member("LifecyclePolicyText", &L::lifecycle_policy_text),
                          aws::member("RegistryId", &L::registry_id)};
    }
};
struct ScanningConfiguration {
    std::optional<bool> scan_on_push;
    bool operator==(const ScanningConfiguration&) const = default;
    static constexpr auto members() {
        return std::tuple{aws::member("ScanOnPush", &ScanningConfiguration::scan_on_push)};
    }
};
struct EncryptionConfiguration {
    std::string encryption_type;
    std::optional<std::string> kms_key;
    static constexpr auto members() {
        using E = EncryptionConfiguration;
        return std::tuple{aws::member("EncryptionType", &E::encryption_type, {.required = true}),
                          aws::member("KmsKey", &E::kms_key)};
    }
};

struct RepositoryResource {
    struct Properties {
        std::optional<std::string> repository_name;
        std::optional<LifecyclePolicy> lifecycle_policy;
        std::optional<shape::Document> repository_policy_text;
        std::optional<ScanningConfiguration> image_scanning_configuration;
        std::optional<std::string> image_tag_mutability;
        std::optional<EncryptionConfiguration> encryption_configuration;
        std::optional<bool> empty_on_delete;
        std::vector<aws::Tag> tags;
        static constexpr auto members() {
            using P = Properties;
            return std::tuple{
                aws::member("RepositoryName", &P::repository_name, {.replaces = true}),
                aws::member("LifecyclePolicy", &P::lifecycle_policy),
                aws::member("RepositoryPolicyText", &P::repository_policy_text),
                aws::member("ImageScanningConfiguration", &P::image_scanning_configuration),
                aws::member("ImageTagMutability", &P::image_tag_mutability),
                aws::member("EncryptionConfiguration", &P::encryption_configuration,
                            {.replaces = true}),
                aws::member("EmptyOnDelete", &P::empty_on_delete),
                aws::member("Tags", &P::tags)};
        }
    };
    static constexpr std::string_view attributes[] = {"Arn", "RepositoryUri"};

    static std::string identify(const aws::ResourceContext& context, const Properties& properties) {
        return properties.repository_name ? *properties.repository_name
                                          : aws::generated_lower_name(context, 256);
    }
    static aws::Reply<aws::ResourceSteps> create(const aws::ResourceContext& context,
                                                 const Properties& properties);
    static aws::Reply<aws::ResourceSteps> update(const aws::ResourceContext& context,
                                                 const Properties& before, const Properties& after);
    static aws::ResourceSteps remove(const aws::ResourceContext& context,
                                     const Properties& properties);
    static aws::ResourceSteps read(const aws::ResourceContext& context, const Properties&);
    static json::object describe(const aws::ResourceContext&, const Properties&,
                                 const aws::ResourceOutputs& outputs);
};

using Properties = RepositoryResource::Properties;

aws::ResourceStep step(const aws::ResourceContext& context, std::string operation,
                       json::object input = {}, std::vector<std::string> done_codes = {}) {
    input["repositoryName"] = context.physical_id;
    return {"ecr", std::move(operation), std::move(input), std::move(done_codes)};
}

json::array to_json(const std::map<std::string, std::string>& tags) {
    json::array out;
    for (const auto& [key, value] : tags) {
        out.push_back(json::object{{"Key", key}, {"Value", value}});
    }
    return out;
}

bool scans(const Properties& properties) {
    return properties.image_scanning_configuration &&
           properties.image_scanning_configuration->scan_on_push.value_or(false);
}

std::optional<std::string> lifecycle_of(const Properties& properties) {
    if (!properties.lifecycle_policy) return std::nullopt;
    return properties.lifecycle_policy->lifecycle_policy_text;
}

void add_lifecycle(aws::ResourceSteps& steps, const aws::ResourceContext& context,
                   const Properties& properties) {
    json::object input{{"lifecyclePolicyText", *lifecycle_of(properties)}};
    if (properties.lifecycle_policy->registry_id) {
        input["registryId"] = *properties.lifecycle_policy->registry_id;
    }
    steps.push_back(step(context, "PutLifecyclePolicy", std::move(input)));
}

aws::Reply<aws::ResourceSteps> RepositoryResource::create(const aws::ResourceContext& context,
                                                          const Properties& properties) {
    json::object input{{"imageScanningConfiguration", {{"scanOnPush", scans(properties)}}}};
    if (properties.image_tag_mutability) {
        input["imageTagMutability"] = *properties.image_tag_mutability;
    }
    if (const auto& encryption = properties.encryption_configuration) {
        json::object chosen{{"encryptionType", encryption->encryption_type}};
        if (encryption->kms_key) chosen["kmsKey"] = *encryption->kms_key;
        input["encryptionConfiguration"] = std::move(chosen);
    }
    const auto tags = aws::merge_tags(context, properties.tags);
    if (!tags.empty()) input["tags"] = to_json(tags);
    aws::ResourceSteps steps;
    steps.push_back(
        step(context, "CreateRepository", std::move(input), {"RepositoryAlreadyExistsException"}));
    if (lifecycle_of(properties)) add_lifecycle(steps, context, properties);
    if (properties.repository_policy_text) {
        steps.push_back(step(context, "SetRepositoryPolicy",
                             {{"policyText", properties.repository_policy_text->json}}));
    }
    return steps;
}

aws::Reply<aws::ResourceSteps> RepositoryResource::update(const aws::ResourceContext& context,
                                                          const Properties& before,
                                                          const Properties& after) {
    aws::ResourceSteps steps;
    if (before.lifecycle_policy != after.lifecycle_policy) {
        if (lifecycle_of(after)) {
            add_lifecycle(steps, context, after);
        } else {
            steps.push_back(
                step(context, "DeleteLifecyclePolicy", {}, {"LifecyclePolicyNotFoundException"}));
        }
    }
    if (before.repository_policy_text != after.repository_policy_text) {
        steps.push_back(after.repository_policy_text
                            ? step(context, "SetRepositoryPolicy",
                                   {{"policyText", after.repository_policy_text->json}})
                            : step(context, "DeleteRepositoryPolicy", {},
                                   {"RepositoryPolicyNotFoundException"}));
    }
    if (scans(before) != scans(after)) {
        steps.push_back(step(context, "PutImageScanningConfiguration",
                             {{"imageScanningConfiguration", {{"scanOnPush", scans(after)}}}}));
    }
    if (before.image_tag_mutability != after.image_tag_mutability) {
        steps.push_back(
            step(context, "PutImageTagMutability",
                 {{"imageTagMutability", after.image_tag_mutability.value_or("MUTABLE")}}));
    }
    const std::string arn =
        aws::make_arn("ecr", context.region, context.account, "repository/" + context.physical_id);
    const auto changes = aws::change_tags(context, before.tags, after.tags);
    if (!changes.removed.empty()) {
        steps.push_back(
            {"ecr",
             "UntagResource",
             {{"resourceArn", arn},
              {"tagKeys", json::array(changes.removed.begin(), changes.removed.end())}}});
    }
    if (!changes.set.empty()) {
        steps.push_back(
            {"ecr", "TagResource", {{"resourceArn", arn}, {"tags", to_json(changes.set)}}});
    }
    return steps;
}

aws::ResourceSteps RepositoryResource::remove(const aws::ResourceContext& context,
                                              const Properties& properties) {
    return {step(context, "DeleteRepository",
                 {{"force", properties.empty_on_delete.value_or(false)}},
                 {"RepositoryNotFoundException"})};
}

aws::ResourceSteps RepositoryResource::read(const aws::ResourceContext& context,
                                            const Properties&) {
    return {{"ecr",
             "DescribeRepositories",
             {{"repositoryNames", json::array{context.physical_id}}},
             {"RepositoryNotFoundException"}}};
}

json::object RepositoryResource::describe(const aws::ResourceContext&, const Properties&,
                                          const aws::ResourceOutputs& outputs) {
    const auto& repository = outputs[0].at("repositories").as_array().at(0).as_object();
    return {{"Arn", repository.at("repositoryArn")},
            {"RepositoryUri", repository.at("repositoryUri")}};
}

}  // namespace

constinit const aws::ResourceType repository_resource =
    aws::resource_type<RepositoryResource>("AWS::ECR::Repository");

}  // namespace ecr

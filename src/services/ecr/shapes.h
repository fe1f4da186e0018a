// Shapes and rules that several operations share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/ecr/ecr.h"
#include "services/ecr/faults.h"
#include "wire/base64.h"
#include "wire/json.h"

namespace ecr {

inline constexpr const char* name_pattern =
    "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(\\/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*";
inline constexpr shape::Constraints name_rule{
    .required = true, .min = 2, .max = 256, .pattern = name_pattern};
inline constexpr shape::Constraints registry_rule{.pattern = "[0-9]{12}"};
inline constexpr shape::Constraints page_rule{.min = 1, .max = 1000};
inline constexpr shape::Constraints mutability_rule{
    .values = "MUTABLE, IMMUTABLE, IMMUTABLE_WITH_EXCLUSION, MUTABLE_WITH_EXCLUSION"};

struct Tag {
    std::string key;
    std::string value;
    static constexpr auto members() {
        return std::tuple{shape::member("Key", &Tag::key, {.min = 1, .max = 128}),
                          shape::member("Value", &Tag::value, {.max = 256})};
    }
};

inline aws::Reply<void> set_tags(Tags& tags, const std::vector<Tag>& added) {
    for (const Tag& tag : added) {
        if (tag.key.empty()) return faults::invalid_tag("A tag needs a key.");
        if (tag.key.starts_with("aws:")) {
            return faults::invalid_tag("Tag keys that begin with aws: are reserved.");
        }
        tags[tag.key] = tag.value;
    }
    if (tags.size() > tags_max) return faults::too_many_tags();
    return base::ok();
}

// What names a repository in most requests, and comes back in their answers.
struct RepositoryInput {
    std::optional<std::string> registry_id;
    std::string repository_name;
    static constexpr auto members() {
        using I = RepositoryInput;
        return std::tuple{shape::member("registryId", &I::registry_id, registry_rule),
                          shape::member("repositoryName", &I::repository_name, name_rule)};
    }
};

struct ScanningConfiguration {
    bool scan_on_push = false;
    static constexpr auto members() {
        return std::tuple{shape::member("scanOnPush", &ScanningConfiguration::scan_on_push)};
    }
};

struct EncryptionConfiguration {
    std::string encryption_type;
    std::optional<std::string> kms_key;
    static constexpr auto members() {
        using E = EncryptionConfiguration;
        return std::tuple{shape::member("encryptionType", &E::encryption_type,
                                        {.required = true, .values = "AES256, KMS, KMS_DSSE"}),
                          shape::member("kmsKey", &E::kms_key, {.min = 1, .max = 2048})};
    }
};

struct Repository {
    std::string repository_arn;
    std::string registry_id;
    std::string repository_name;
    std::string repository_uri;
    base::Timestamp created_at;
    std::string image_tag_mutability;
    ScanningConfiguration image_scanning_configuration;
    EncryptionConfiguration encryption_configuration;
    static constexpr auto members() {
        using R = Repository;
        return std::tuple{
            shape::member("repositoryArn", &R::repository_arn),
            shape::member("registryId", &R::registry_id),
            shape::member("repositoryName", &R::repository_name),
            shape::member("repositoryUri", &R::repository_uri),
            shape::member("createdAt", &R::created_at),
            shape::member("imageTagMutability", &R::image_tag_mutability),
            shape::member("imageScanningConfiguration", &R::image_scanning_configuration),
            shape::member("encryptionConfiguration", &R::encryption_configuration)};
    }
};

inline Repository describe(const aws::Call& call, const RepositoryRow& row) {
    Repository out;
    out.repository_arn = repository_arn(call, row.name);
    out.registry_id = call.account();
    out.repository_name = row.name;
    out.repository_uri = call.account() + ".dkr.ecr." + call.region + ".amazonaws.com/" + row.name;
    out.created_at = row.created;
    out.image_tag_mutability = row.tag_mutability;
    out.image_scanning_configuration.scan_on_push = row.scan_on_push;
    out.encryption_configuration = {row.encryption_type, row.kms_key};
    return out;
}

struct RepositoryOutput {
    Repository repository;
    static constexpr auto members() {
        return std::tuple{shape::member("repository", &RepositoryOutput::repository)};
    }
};

// Exclusion filters of tags are not here: images have none.
inline aws::Reply<void> check_mutability(const std::optional<std::string>& mutability,
                                         const std::vector<shape::Document>& filters) {
    if (!filters.empty() || (mutability && mutability->ends_with("_WITH_EXCLUSION"))) {
        return faults::invalid_parameter(
            "Exclusion filters of image tags are not supported by this server.");
    }
    return base::ok();
}

// A policy is kept as it came; it must be JSON.
inline aws::Reply<void> check_json(std::string_view parameter, const std::string& text) {
    if (auto checked = wire::check_json(text); !checked) {
        return faults::invalid_parameter(
            "Invalid parameter at '" + std::string(parameter) +
            "' failed to satisfy constraint: 'Invalid policy: " + checked.error().message + "'");
    }
    return base::ok();
}

struct LifecyclePolicyOutput {
    std::string registry_id;
    std::string repository_name;
    std::string lifecycle_policy_text;
    static constexpr auto members() {
        using O = LifecyclePolicyOutput;
        return std::tuple{shape::member("registryId", &O::registry_id),
                          shape::member("repositoryName", &O::repository_name),
                          shape::member("lifecyclePolicyText", &O::lifecycle_policy_text)};
    }
};

struct PolicyOutput {
    std::string registry_id;
    std::string repository_name;
    std::string policy_text;
    static constexpr auto members() {
        using O = PolicyOutput;
        return std::tuple{shape::member("registryId", &O::registry_id),
                          shape::member("repositoryName", &O::repository_name),
                          shape::member("policyText", &O::policy_text)};
    }
};

}  // namespace ecr

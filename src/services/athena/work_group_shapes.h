// The shapes of work groups, and how requests become rows and rows answers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/athena/shapes.h"

namespace athena {

inline constexpr shape::Constraints group_name_rule{.required = true,
                                                    .pattern = "[a-zA-Z0-9._-]{1,128}"};
inline constexpr shape::Constraints scanned_bytes_rule{.min = 10'000'000};

struct SelectedEngineVersion {
    std::optional<std::string> selected;
    std::optional<std::string> effective;  // of answers: ignored in requests, as at AWS
    static constexpr auto members() {
        using S = SelectedEngineVersion;
        return std::tuple{
            aws::member("SelectedEngineVersion", &S::selected, {.min = 1, .max = 128}),
            aws::member("EffectiveEngineVersion", &S::effective, {.min = 1, .max = 128})};
    }
};
struct ManagedQueryResults {
    bool enabled = false;
    std::optional<shape::Document> encryption;
    static constexpr auto members() {
        using M = ManagedQueryResults;
        return std::tuple{aws::member("Enabled", &M::enabled, {.required = true}),
                          aws::member("EncryptionConfiguration", &M::encryption)};
    }
};

// CreateWorkGroup's. What this server has not is read to be refused.
struct GroupConfiguration {
    std::optional<ResultConfiguration> result;
    std::optional<ManagedQueryResults> managed_results;
    std::optional<bool> enforced;
    std::optional<bool> publishes_metrics;
    std::optional<std::int64_t> scanned_bytes_max;
    std::optional<bool> requester_pays;
    std::optional<SelectedEngineVersion> version;
    std::optional<std::string> additional;
    std::optional<std::string> execution_role;
    std::optional<shape::Document> monitoring;
    std::optional<shape::Document> engine;
    std::optional<shape::Document> content_encryption;
    std::optional<bool> minimum_encryption;
    std::optional<shape::Document> identity_center;
    std::optional<shape::Document> access_grants;
    static constexpr auto members() {
        using G = GroupConfiguration;
        return std::tuple{
            aws::member("ResultConfiguration", &G::result),
            aws::member("ManagedQueryResultsConfiguration", &G::managed_results),
            aws::member("EnforceWorkGroupConfiguration", &G::enforced),
            aws::member("PublishCloudWatchMetricsEnabled", &G::publishes_metrics),
            aws::member("BytesScannedCutoffPerQuery", &G::scanned_bytes_max, scanned_bytes_rule),
            aws::member("RequesterPaysEnabled", &G::requester_pays),
            aws::member("EngineVersion", &G::version),
            aws::member("AdditionalConfiguration", &G::additional, {.min = 1, .max = 128}),
            aws::member("ExecutionRole", &G::execution_role, {.min = 20, .max = 2048}),
            aws::member("MonitoringConfiguration", &G::monitoring),
            aws::member("EngineConfiguration", &G::engine),
            aws::member("CustomerContentEncryptionConfiguration", &G::content_encryption),
            aws::member("EnableMinimumEncryptionConfiguration", &G::minimum_encryption),
            aws::member("IdentityCenterConfiguration", &G::identity_center),
            aws::member("QueryResultsS3AccessGrantsConfiguration", &G::access_grants)};
    }
};

struct ResultUpdates {
    std::optional<std::string> output_location;
    std::optional<bool> removes_location;
    std::optional<EncryptionConfiguration> encryption;
    std::optional<bool> removes_encryption;
    std::optional<std::string> expected_bucket_owner;
    std::optional<bool> removes_owner;
    std::optional<AclConfiguration> acl;
    std::optional<bool> removes_acl;
    static constexpr auto members() {
        using R = ResultUpdates;
        return std::tuple{aws::member("OutputLocation", &R::output_location),
                          aws::member("RemoveOutputLocation", &R::removes_location),
                          aws::member("EncryptionConfiguration", &R::encryption),
                          aws::member("RemoveEncryptionConfiguration", &R::removes_encryption),
                          aws::member("ExpectedBucketOwner", &R::expected_bucket_owner,
                                      {.min = 12, .max = 12, .pattern = "[0-9]+"}),
                          aws::member("RemoveExpectedBucketOwner", &R::removes_owner),
                          aws::member("AclConfiguration", &R::acl),
                          aws::member("RemoveAclConfiguration", &R::removes_acl)};
    }
};
struct ManagedQueryResultsUpdates {
    std::optional<bool> enabled;
    std::optional<shape::Document> encryption;
    std::optional<bool> removes_encryption;
    static constexpr auto members() {
        using M = ManagedQueryResultsUpdates;
        return std::tuple{aws::member("Enabled", &M::enabled),
                          aws::member("EncryptionConfiguration", &M::encryption),
                          aws::member("RemoveEncryptionConfiguration", &M::removes_encryption)};
    }
};

// UpdateWorkGroup's: what is absent stays.
struct GroupUpdates {
    std::optional<ResultUpdates> result;
    std::optional<ManagedQueryResultsUpdates> managed_results;
    std::optional<bool> enforced;
    std::optional<bool> publishes_metrics;
    std::optional<std::int64_t> scanned_bytes_max;
    std::optional<bool> removes_scanned_bytes_max;
    std::optional<bool> requester_pays;
    std::optional<SelectedEngineVersion> version;
    std::optional<std::string> additional;
    std::optional<std::string> execution_role;
    std::optional<shape::Document> monitoring;
    std::optional<shape::Document> engine;
    std::optional<shape::Document> content_encryption;
    std::optional<bool> removes_content_encryption;
    std::optional<bool> minimum_encryption;
    std::optional<shape::Document> access_grants;
    static constexpr auto members() {
        using G = GroupUpdates;
        return std::tuple{
            aws::member("ResultConfigurationUpdates", &G::result),
            aws::member("ManagedQueryResultsConfigurationUpdates", &G::managed_results),
            aws::member("EnforceWorkGroupConfiguration", &G::enforced),
            aws::member("PublishCloudWatchMetricsEnabled", &G::publishes_metrics),
            aws::member("BytesScannedCutoffPerQuery", &G::scanned_bytes_max, scanned_bytes_rule),
            aws::member("RemoveBytesScannedCutoffPerQuery", &G::removes_scanned_bytes_max),
            aws::member("RequesterPaysEnabled", &G::requester_pays),
            aws::member("EngineVersion", &G::version),
            aws::member("AdditionalConfiguration", &G::additional, {.min = 1, .max = 128}),
            aws::member("ExecutionRole", &G::execution_role, {.min = 20, .max = 2048}),
            aws::member("MonitoringConfiguration", &G::monitoring),
            aws::member("EngineConfiguration", &G::engine),
            aws::member("CustomerContentEncryptionConfiguration", &G::content_encryption),
            aws::member("RemoveCustomerContentEncryptionConfiguration",
                        &G::removes_content_encryption),
            aws::member("EnableMinimumEncryptionConfiguration", &G::minimum_encryption),
            aws::member("QueryResultsS3AccessGrantsConfiguration", &G::access_grants)};
    }
};

// Change `row` as asked, or a fault that names what is not supported or not valid.
aws::Reply<void> apply(const GroupConfiguration& configuration, WorkGroupRow& row);
aws::Reply<void> apply(const GroupUpdates& updates, WorkGroupRow& row);
// At most tags_max of them, no key twice.
aws::Reply<Tags> to_tags(const std::vector<Tag>& tags);

// GetWorkGroup's.
struct ShownConfiguration {
    ResultConfiguration result;
    bool enforced = false;
    bool publishes_metrics = false;
    std::optional<std::int64_t> scanned_bytes_max;
    bool requester_pays = false;
    EngineVersion version;
    bool minimum_encryption = false;
    static constexpr auto members() {
        using C = ShownConfiguration;
        return std::tuple{
            aws::member("ResultConfiguration", &C::result),
            aws::member("EnforceWorkGroupConfiguration", &C::enforced),
            aws::member("PublishCloudWatchMetricsEnabled", &C::publishes_metrics),
            aws::member("BytesScannedCutoffPerQuery", &C::scanned_bytes_max),
            aws::member("RequesterPaysEnabled", &C::requester_pays),
            aws::member("EngineVersion", &C::version),
            aws::member("EnableMinimumEncryptionConfiguration", &C::minimum_encryption)};
    }
};
struct ShownWorkGroup {
    std::string name;
    std::string state;
    ShownConfiguration configuration;
    std::string description;
    std::optional<base::Timestamp> created;
    static constexpr auto members() {
        using W = ShownWorkGroup;
        return std::tuple{aws::member("Name", &W::name), aws::member("State", &W::state),
                          aws::member("Configuration", &W::configuration),
                          aws::member("Description", &W::description),
                          aws::member("CreationTime", &W::created)};
    }
};

ShownWorkGroup to_shape(const WorkGroupRow& row);

// "arn:aws:athena:us-west-2:000000000000:workgroup/name", of the caller's account and region.
aws::Reply<std::string> group_of_arn(const aws::Call& call, const std::string& arn);

}  // namespace athena

#include "services/athena/work_group_shapes.h"

#include "services/athena/s3_location.h"

namespace athena {

namespace {

aws::Reply<void> set_location(const std::string& location, WorkGroupRow& row) {
    if (!parse_location(location)) {
        return faults::invalid_request("outputLocation is not a valid S3 path.");
    }
    row.output_location = location;
    return base::ok();
}

aws::Reply<void> set_version(const SelectedEngineVersion& version, WorkGroupRow& row) {
    if (!version.selected) return base::ok();
    if (*version.selected != "AUTO" && *version.selected != engine_version) {
        return faults::not_supported("Engine version " + *version.selected);
    }
    row.engine_version = *version.selected;
    return base::ok();
}

// What both requests may have and this server has not.
template <class Request>
aws::Reply<void> check_supported(const Request& request) {
    const std::pair<const char*, bool> unsupported[] = {
        {"ManagedQueryResultsConfiguration",
         request.managed_results &&
             (request.managed_results->enabled == true || request.managed_results->encryption)},
        {"RequesterPaysEnabled", request.requester_pays.value_or(false)},
        {"AdditionalConfiguration", request.additional.has_value()},
        {"ExecutionRole", request.execution_role.has_value()},
        {"MonitoringConfiguration", request.monitoring.has_value()},
        {"EngineConfiguration", request.engine.has_value()},
        {"CustomerContentEncryptionConfiguration", request.content_encryption.has_value()},
        {"EnableMinimumEncryptionConfiguration", request.minimum_encryption.value_or(false)},
        {"QueryResultsS3AccessGrantsConfiguration", request.access_grants.has_value()}};
    for (const auto& [name, present] : unsupported) {
        if (present) return faults::not_supported(name);
    }
    return base::ok();
}

}  // namespace

aws::Reply<void> apply(const GroupConfiguration& configuration, WorkGroupRow& row) {
    TRY_VOID(check_supported(configuration));
    if (configuration.identity_center) return faults::not_supported("IdentityCenterConfiguration");
    if (configuration.result) {
        const ResultConfiguration& result = *configuration.result;
        TRY_VOID(check_encryption(result.encryption));
        if (result.output_location) {
            TRY_VOID(set_location(*result.output_location, row));
        }
        if (result.encryption) row.encryption_option = result.encryption->option;
        if (result.expected_bucket_owner) row.expected_bucket_owner = *result.expected_bucket_owner;
        if (result.acl) row.acl_option = result.acl->option;
    }
    if (configuration.version) {
        TRY_VOID(set_version(*configuration.version, row));
    }
    row.enforced = configuration.enforced.value_or(row.enforced);
    row.publishes_metrics = configuration.publishes_metrics.value_or(row.publishes_metrics);
    row.scanned_bytes_max = configuration.scanned_bytes_max;
    return base::ok();
}

namespace {

aws::Reply<void> apply_result(const ResultUpdates& result, WorkGroupRow& row) {
    const std::tuple<const char*, bool, std::optional<bool>> both[] = {
        {"OutputLocation", result.output_location.has_value(), result.removes_location},
        {"EncryptionConfiguration", result.encryption.has_value(), result.removes_encryption},
        {"ExpectedBucketOwner", result.expected_bucket_owner.has_value(), result.removes_owner},
        {"AclConfiguration", result.acl.has_value(), result.removes_acl}};
    for (const auto& [name, sets, removes] : both) {
        if (sets && removes.value_or(false)) {
            return faults::invalid_request(std::string(name) + " and Remove" + name +
                                           " can not be specified together");
        }
    }
    TRY_VOID(check_encryption(result.encryption));
    if (result.output_location) {
        TRY_VOID(set_location(*result.output_location, row));
    }
    if (result.removes_location.value_or(false)) row.output_location.clear();
    if (result.encryption) row.encryption_option = result.encryption->option;
    if (result.removes_encryption.value_or(false)) row.encryption_option.clear();
    if (result.expected_bucket_owner) row.expected_bucket_owner = *result.expected_bucket_owner;
    if (result.removes_owner.value_or(false)) row.expected_bucket_owner.clear();
    if (result.acl) row.acl_option = result.acl->option;
    if (result.removes_acl.value_or(false)) row.acl_option.clear();
    return base::ok();
}

}  // namespace

aws::Reply<void> apply(const GroupUpdates& updates, WorkGroupRow& row) {
    TRY_VOID(check_supported(updates));
    if (updates.result) {
        TRY_VOID(apply_result(*updates.result, row));
    }
    if (updates.version) {
        TRY_VOID(set_version(*updates.version, row));
    }
    const bool removes = updates.removes_scanned_bytes_max.value_or(false);
    if (removes && updates.scanned_bytes_max) {
        return faults::invalid_request(
            "BytesScannedCutoffPerQuery and RemoveBytesScannedCutoffPerQuery can not be specified "
            "together");
    }
    if (updates.scanned_bytes_max) row.scanned_bytes_max = updates.scanned_bytes_max;
    if (removes) row.scanned_bytes_max.reset();
    row.enforced = updates.enforced.value_or(row.enforced);
    row.publishes_metrics = updates.publishes_metrics.value_or(row.publishes_metrics);
    return base::ok();
}

aws::Reply<Tags> to_tags(const std::vector<Tag>& tags) {
    Tags out;
    for (const Tag& tag : tags) {
        if (tag.key.empty()) return faults::invalid_request("A tag needs a Key.");
        if (!out.emplace(tag.key, tag.value).second) {
            return faults::invalid_request("Tag key " + tag.key + " is given twice");
        }
    }
    if (out.size() > tags_max) return faults::too_many("tags of a resource", tags_max);
    return out;
}

ShownWorkGroup to_shape(const WorkGroupRow& row) {
    ShownWorkGroup out;
    out.name = row.name;
    out.state = row.state;
    out.description = row.description;
    if (row.created.ms != 0) out.created = row.created;
    ShownConfiguration& shown = out.configuration;
    if (!row.output_location.empty()) shown.result.output_location = row.output_location;
    if (!row.encryption_option.empty()) shown.result.encryption = {row.encryption_option, {}};
    if (!row.expected_bucket_owner.empty()) {
        shown.result.expected_bucket_owner = row.expected_bucket_owner;
    }
    if (!row.acl_option.empty()) shown.result.acl = {row.acl_option};
    shown.enforced = row.enforced;
    shown.publishes_metrics = row.publishes_metrics;
    shown.scanned_bytes_max = row.scanned_bytes_max;
    shown.version.selected = row.engine_version;
    return out;
}

aws::Reply<std::string> group_of_arn(const aws::Call& call, const std::string& arn) {
    const std::string begin = aws::make_arn("athena", call.region, call.account(), "workgroup/");
    if (arn.starts_with(begin) && arn.size() > begin.size()) return arn.substr(begin.size());
    if (!arn.starts_with("arn:")) return faults::invalid_request("Invalid ARN: " + arn);
    return faults::not_found("Resource " + arn + " is not found.", arn);
}

}  // namespace athena

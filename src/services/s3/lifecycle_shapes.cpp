#include "services/s3/lifecycle_shapes.h"

#include <set>

#include "base/units.h"
#include "services/s3/faults.h"
#include "services/s3/request.h"
#include "wire/sha256.h"

namespace s3 {

namespace {

constexpr std::size_t id_bytes_max = 255;
constexpr std::int32_t newer_noncurrent_max = 100;
using base::day_ms;

aws::Reply<void> check_positive(const std::optional<std::int32_t>& number, const std::string& name,
                                const std::string& action) {
    if (!number || *number > 0) return base::ok();
    return faults::invalid_argument(
        "'" + name + "' for " + action + " action must be a positive integer", name,
        std::to_string(*number));
}

aws::Reply<void> add_tags(LifecycleRule& rule, std::vector<Tag> tags) {
    TRY(checked, to_tags(Tagging{std::move(tags)}, bucket_tags_max));
    rule.tags = std::move(checked);
    return base::ok();
}

aws::Reply<void> set_filter(const LifecycleRuleShape& shape, LifecycleRule& rule) {
    if (shape.filter && shape.prefix) {
        return faults::invalid_request(
            "Filter and Prefix cannot both be present in a lifecycle rule");
    }
    if (!shape.filter) {
        if (!shape.prefix) return faults::malformed_xml();
        rule.old_prefix = true;
        rule.prefix = shape.prefix;
        return base::ok();
    }
    const LifecycleFilter& filter = *shape.filter;
    const int given = (filter.prefix ? 1 : 0) + (filter.tag ? 1 : 0) +
                      (filter.larger_than ? 1 : 0) + (filter.smaller_than ? 1 : 0) +
                      (filter.all ? 1 : 0);
    if (given > 1) return faults::malformed_xml();
    if (filter.all) {
        rule.with_and = true;
        rule.prefix = filter.all->prefix;
        rule.larger_than = filter.all->larger_than;
        rule.smaller_than = filter.all->smaller_than;
        TRY_VOID(add_tags(rule, filter.all->tags));
    } else {
        rule.prefix = filter.prefix;
        rule.larger_than = filter.larger_than;
        rule.smaller_than = filter.smaller_than;
        if (filter.tag) {
            TRY_VOID(add_tags(rule, {*filter.tag}));
        }
    }
    const bool negative = rule.larger_than.value_or(0) < 0 || rule.smaller_than.value_or(1) < 1;
    if (negative ||
        (rule.larger_than && rule.smaller_than && *rule.larger_than >= *rule.smaller_than)) {
        return faults::invalid_request(
            "ObjectSizeGreaterThan must be smaller than ObjectSizeLessThan, and neither negative");
    }
    return base::ok();
}

aws::Reply<void> set_expiration(const LifecycleRuleShape& shape, LifecycleRule& rule) {
    if (!shape.expiration) return base::ok();
    const LifecycleExpiration& given = *shape.expiration;
    const int count = (given.days ? 1 : 0) + (given.date ? 1 : 0) + (given.expired_marker ? 1 : 0);
    if (count != 1) return faults::malformed_xml();
    TRY_VOID(check_positive(given.days, "Days", "Expiration"));
    if (given.date && given.date->ms % day_ms != 0) {
        return faults::invalid_argument("'Date' must be at midnight GMT", "Date",
                                        xml_time(*given.date));
    }
    if (given.expired_marker && !rule.tags.empty()) {
        return faults::invalid_request(
            "ExpiredObjectDeleteMarker cannot be specified with Tag filters.");
    }
    rule.days = given.days;
    rule.date = given.date;
    rule.expired_marker = given.expired_marker;
    return base::ok();
}

aws::Reply<void> set_noncurrent(const LifecycleRuleShape& shape, LifecycleRule& rule) {
    if (!shape.noncurrent) return base::ok();
    if (!shape.noncurrent->days) return faults::malformed_xml();
    TRY_VOID(
        check_positive(shape.noncurrent->days, "NoncurrentDays", "NoncurrentVersionExpiration"));
    const auto& newer = shape.noncurrent->newer;
    if (newer && (*newer < 1 || *newer > newer_noncurrent_max)) {
        return faults::invalid_argument(
            "'NewerNoncurrentVersions' for NoncurrentVersionExpiration action must be a positive "
            "integer up to 100",
            "NewerNoncurrentVersions", std::to_string(*newer));
    }
    rule.noncurrent_days = shape.noncurrent->days;
    rule.newer_noncurrent = newer;
    return base::ok();
}

aws::Reply<void> set_abort(const LifecycleRuleShape& shape, LifecycleRule& rule) {
    if (!shape.abort) return base::ok();
    if (!shape.abort->days) return faults::malformed_xml();
    TRY_VOID(
        check_positive(shape.abort->days, "DaysAfterInitiation", "AbortIncompleteMultipartUpload"));
    if (!rule.tags.empty() || rule.larger_than || rule.smaller_than) {
        return faults::invalid_request(
            "AbortIncompleteMultipartUpload cannot be specified with Tag or object size filters.");
    }
    rule.abort_days = shape.abort->days;
    return base::ok();
}

aws::Reply<LifecycleRule> to_rule(const LifecycleRuleShape& shape, std::size_t index) {
    LifecycleRule rule;
    if (!shape.transitions.empty() || !shape.noncurrent_transitions.empty()) {
        return faults::not_implemented(
            "Transition and NoncurrentVersionTransition are not implemented: there is no other "
            "storage class than STANDARD to move objects to.");
    }
    if (shape.status != "Enabled" && shape.status != "Disabled") return faults::malformed_xml();
    rule.enabled = shape.status == "Enabled";
    rule.id = shape.id.value_or("");
    if (rule.id.size() > id_bytes_max) {
        return faults::invalid_argument("ID length should not exceed allowed limit of 255", "ID",
                                        rule.id);
    }
    TRY_VOID(set_filter(shape, rule));
    TRY_VOID(set_expiration(shape, rule));
    TRY_VOID(set_noncurrent(shape, rule));
    TRY_VOID(set_abort(shape, rule));
    if (!shape.expiration && !shape.noncurrent && !shape.abort) {
        return faults::invalid_request("At least one action needs to be specified in a rule");
    }
    if (rule.id.empty()) {
        // The same rules get the same names, so that putting them again changes nothing.
        const std::string hash =
            wire::sha256_hex(rule.prefix.value_or("") + "/" + std::to_string(index));
        rule.id = hash.substr(0, 48);
    }
    return rule;
}

}  // namespace

aws::Reply<LifecycleRules> to_lifecycle(const LifecycleConfiguration& configuration) {
    if (configuration.rules.empty()) return faults::malformed_xml();
    if (configuration.rules.size() > lifecycle_rules_max) {
        return faults::invalid_request("A lifecycle configuration has at most 1000 rules");
    }
    LifecycleRules rules;
    std::set<std::string> ids;
    for (const LifecycleRuleShape& shape : configuration.rules) {
        TRY(rule, to_rule(shape, rules.rules.size()));
        if (!ids.insert(rule.id).second) {
            return faults::invalid_argument(
                "Rule ID must be unique. Found same ID for more than "
                "one rule",
                "ID", rule.id);
        }
        rules.rules.push_back(std::move(rule));
    }
    return rules;
}

LifecycleConfiguration to_configuration(const LifecycleRules& rules) {
    LifecycleConfiguration out;
    for (const LifecycleRule& rule : rules.rules) {
        LifecycleRuleShape shape;
        shape.id = rule.id;
        shape.status = rule.enabled ? "Enabled" : "Disabled";
        if (rule.old_prefix) {
            shape.prefix = rule.prefix;
        } else if (rule.with_and) {
            shape.filter.emplace().all.emplace() = {rule.prefix, to_tag_set(rule.tags),
                                                    rule.larger_than, rule.smaller_than};
        } else {
            LifecycleFilter& filter = shape.filter.emplace();
            filter.prefix = rule.prefix;
            if (!rule.tags.empty()) filter.tag = to_tag_set(rule.tags).front();
            filter.larger_than = rule.larger_than;
            filter.smaller_than = rule.smaller_than;
        }
        if (rule.days || rule.date || rule.expired_marker) {
            shape.expiration.emplace() = {rule.date, rule.days, rule.expired_marker};
        }
        if (rule.noncurrent_days) {
            shape.noncurrent.emplace() = {rule.noncurrent_days, rule.newer_noncurrent};
        }
        if (rule.abort_days) shape.abort.emplace() = {rule.abort_days};
        out.rules.push_back(std::move(shape));
    }
    return out;
}

}  // namespace s3

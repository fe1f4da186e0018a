#include "services/s3/lifecycle.h"

#include <algorithm>

#include "base/units.h"

namespace s3 {

namespace {

using base::day_ms;

template <class F>
bool any_rule(const LifecycleRules& rules, F&& says) {
    return std::any_of(rules.rules.begin(), rules.rules.end(),
                       [&](const LifecycleRule& rule) { return rule.enabled && says(rule); });
}

}  // namespace

base::Timestamp expiry_of(base::Timestamp from, std::int32_t days) {
    const std::int64_t whole_days = from.ms / day_ms + days + 1;
    return {whole_days * day_ms};
}

bool applies_to(const LifecycleRule& rule, const object_store::ObjectInfo& info) {
    if (rule.prefix && !info.key.starts_with(*rule.prefix)) return false;
    const auto size = static_cast<std::int64_t>(info.size_bytes);
    if (rule.larger_than && size <= *rule.larger_than) return false;
    if (rule.smaller_than && size >= *rule.smaller_than) return false;
    return std::all_of(rule.tags.begin(), rule.tags.end(), [&](const auto& tag) {
        const auto found = info.tags.find(tag.first);
        return found != info.tags.end() && found->second == tag.second;
    });
}

bool has_expired(const LifecycleRules& rules, const object_store::ObjectInfo& info,
                 base::Timestamp now) {
    return any_rule(rules, [&](const LifecycleRule& rule) {
        const bool due = (rule.days && now >= expiry_of(info.modified, *rule.days)) ||
                         (rule.date && now >= *rule.date);
        return due && applies_to(rule, info);
    });
}

bool has_marker_expired(const LifecycleRules& rules, const object_store::ObjectInfo& info,
                        base::Timestamp now) {
    return any_rule(rules, [&](const LifecycleRule& rule) {
        // A rule with days takes such markers away too, once they are that old.
        const bool due = rule.expired_marker.value_or(false) ||
                         (rule.days && now >= expiry_of(info.modified, *rule.days));
        return due && rule.tags.empty() && applies_to(rule, info);
    });
}

bool has_noncurrent_expired(const LifecycleRules& rules, const object_store::ObjectInfo& info,
                            std::size_t newer, base::Timestamp now) {
    return any_rule(rules, [&](const LifecycleRule& rule) {
        if (!rule.noncurrent_days || !info.superseded) return false;
        if (now < expiry_of(*info.superseded, *rule.noncurrent_days)) return false;
        if (newer < static_cast<std::size_t>(rule.newer_noncurrent.value_or(0))) return false;
        return applies_to(rule, info);
    });
}

bool is_upload_due(const LifecycleRules& rules, const object_store::Upload& upload,
                   base::Timestamp now) {
    return any_rule(rules, [&](const LifecycleRule& rule) {
        return rule.abort_days && now >= expiry_of(upload.started, *rule.abort_days) &&
               (!rule.prefix || upload.key.starts_with(*rule.prefix));
    });
}

std::optional<std::string> common_prefix(const LifecycleRules& rules) {
    std::optional<std::string> common;
    for (const LifecycleRule& rule : rules.rules) {
        if (!rule.enabled) continue;
        const std::string prefix = rule.prefix.value_or("");
        if (!common) common = prefix;
        const auto differs =
            std::mismatch(common->begin(), common->end(), prefix.begin(), prefix.end());
        common->erase(differs.first, common->end());
    }
    return common;
}

}  // namespace s3

// Lifecycle rules: what is kept of them, and what they say of a version at a moment. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "object_store/object_store.h"

namespace s3 {

inline constexpr std::size_t lifecycle_rules_max = 1000;
inline constexpr const char* lifecycle_document = "lifecycle";

// As stored. Conditions that are absent do not narrow.
struct LifecycleRule {
    std::string id;
    bool enabled = true;
    // How the client wrote it: Prefix of the rule itself, or an And in the filter.
    bool old_prefix = false;
    bool with_and = false;
    std::optional<std::string> prefix;
    std::map<std::string, std::string> tags;
    std::optional<std::int64_t> larger_than, smaller_than;
    std::optional<std::int32_t> days;
    std::optional<base::Timestamp> date;
    std::optional<bool> expired_marker;
    std::optional<std::int32_t> noncurrent_days, newer_noncurrent;
    std::optional<std::int32_t> abort_days;
    static constexpr auto members() {
        using R = LifecycleRule;
        return std::tuple{shape::member("id", &R::id),
                          shape::member("enabled", &R::enabled),
                          shape::member("old_prefix", &R::old_prefix),
                          shape::member("with_and", &R::with_and),
                          shape::member("prefix", &R::prefix),
                          shape::member("tags", &R::tags),
                          shape::member("larger_than", &R::larger_than),
                          shape::member("smaller_than", &R::smaller_than),
                          shape::member("days", &R::days),
                          shape::member("date", &R::date),
                          shape::member("expired_marker", &R::expired_marker),
                          shape::member("noncurrent_days", &R::noncurrent_days),
                          shape::member("newer_noncurrent", &R::newer_noncurrent),
                          shape::member("abort_days", &R::abort_days)};
    }
};

struct LifecycleRules {
    std::vector<LifecycleRule> rules;
    static constexpr auto members() {
        return std::tuple{shape::member("rules", &LifecycleRules::rules)};
    }
};

// The midnight (UTC) that follows `days` days after a moment: when S3 lets something expire.
base::Timestamp expiry_of(base::Timestamp from, std::int32_t days);

// Whether a rule is about an object, by prefix, tags and size.
bool applies_to(const LifecycleRule& rule, const object_store::ObjectInfo& info);

// Whether the newest version, an object, has expired.
bool has_expired(const LifecycleRules& rules, const object_store::ObjectInfo& info,
                 base::Timestamp now);
// Whether a delete marker has that hides nothing: no older version is left below it.
bool has_marker_expired(const LifecycleRules& rules, const object_store::ObjectInfo& info,
                        base::Timestamp now);
// Whether an older version has, `newer` other noncurrent ones of its key being newer.
bool has_noncurrent_expired(const LifecycleRules& rules, const object_store::ObjectInfo& info,
                            std::size_t newer, base::Timestamp now);
bool is_upload_due(const LifecycleRules& rules, const object_store::Upload& upload,
                   base::Timestamp now);

// The longest prefix that every key has that a rule is about; nullopt when no rule is enabled.
std::optional<std::string> common_prefix(const LifecycleRules& rules);

}  // namespace s3

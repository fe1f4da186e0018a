// Between what is stored and what is said: ARNs, tags, documents, outputs.
#include <algorithm>
#include <charconv>
#include <set>

#include "services/iam/faults.h"
#include "services/iam/iam.h"
#include "services/iam/policy_document.h"
#include "wire/uri.h"

namespace iam {

namespace {

aws::Reply<void> check(const std::string& document, PolicyKind kind) {
    const auto parsed = parse_policy(document, kind);
    if (!parsed) return faults::malformed_policy(parsed.error().message);
    return base::ok();
}

auto find_tag(std::vector<TagRow>& tags, const std::string& key) {
    const std::string wanted = lower_case(key);
    return std::find_if(tags.begin(), tags.end(),
                        [&](const TagRow& tag) { return lower_case(tag.key) == wanted; });
}

}  // namespace

std::string lower_case(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

std::string role_arn(const std::string& account, const RoleRow& row) {
    return "arn:aws:iam::" + account + ":role" + row.path + row.name;
}

std::string policy_arn(const std::string& account, const PolicyRow& row) {
    return "arn:aws:iam::" + account + ":policy" + row.path + row.name;
}

std::optional<std::int64_t> version_number(const std::string& version_id) {
    std::int64_t number = 0;
    const char* const last = version_id.data() + version_id.size();
    if (version_id.empty()) return std::nullopt;
    const auto [end, problem] = std::from_chars(version_id.data() + 1, last, number);
    if (problem != std::errc() || end != last) return std::nullopt;
    return number;
}

std::string version_id(std::int64_t number) {
    return "v" + std::to_string(number);
}

// ---- documents ----

aws::Reply<void> check_trust_policy(const std::string& document) {
    TRY_VOID(check(document, PolicyKind::trust));
    if (policy_size(document) > trust_policy_size_max) {
        return faults::quota_exceeded("ACLSizePerRole", trust_policy_size_max);
    }
    return base::ok();
}

aws::Reply<void> check_managed_policy(const std::string& document) {
    TRY_VOID(check(document, PolicyKind::identity));
    if (policy_size(document) > policy_size_max) {
        return faults::quota_exceeded("PolicySize", policy_size_max);
    }
    return base::ok();
}

aws::Reply<void> check_inline_policy(const std::string& document) {
    return check(document, PolicyKind::identity);
}

// ---- tags ----

aws::Reply<std::vector<TagRow>> to_rows(const std::vector<Tag>& tags) {
    std::vector<TagRow> rows;
    std::set<std::string> keys;
    for (const Tag& tag : tags) {
        const std::string key = lower_case(tag.key);
        if (!keys.insert(key).second) {
            return faults::invalid_input(
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
        }
        if (key.starts_with("aws:")) {
            return faults::invalid_input(
                "aws: prefixed tag key names are not allowed for external use.");
        }
        rows.push_back({tag.key, tag.value});
    }
    return rows;
}

aws::Reply<void> add_tags(std::vector<TagRow>& to, const std::vector<Tag>& tags) {
    TRY(rows, to_rows(tags));
    for (TagRow& row : rows) {
        const auto at = find_tag(to, row.key);
        if (at != to.end()) {
            *at = std::move(row);
        } else {
            to.push_back(std::move(row));
        }
    }
    if (to.size() > tags_max) {
        return faults::limit_exceeded("The number of tags has reached the maximum limit.");
    }
    return base::ok();
}

void remove_tags(std::vector<TagRow>& from, const std::vector<std::string>& keys) {
    for (const std::string& key : keys) {
        const auto at = find_tag(from, key);
        if (at != from.end()) from.erase(at);
    }
}

std::vector<Tag> to_output(const std::vector<TagRow>& tags) {
    std::vector<Tag> out;
    for (const TagRow& tag : tags)
        out.push_back({tag.key, tag.value});
    std::sort(out.begin(), out.end(), [](const Tag& a, const Tag& b) { return a.key < b.key; });
    return out;
}

// ---- outputs ----

RoleOutput to_output(const std::string& account, const RoleRow& row) {
    RoleOutput out;
    out.path = row.path;
    out.role_name = row.name;
    out.role_id = row.id;
    out.arn = role_arn(account, row);
    out.create_date = row.created;
    out.assume_role_policy_document = wire::percent_encode(row.trust_policy);
    out.description = row.description;
    out.max_session_duration = row.session_seconds_max;
    if (row.boundary) out.permissions_boundary = BoundaryOutput{.arn = *row.boundary};
    if (!row.tags.empty()) out.tags = to_output(row.tags);
    return out;
}

PolicyOutput to_output(const FoundPolicy& policy, const PolicyUses& uses) {
    PolicyOutput out;
    out.policy_name = policy.row.name;
    if (!policy.row.id.empty()) out.policy_id = policy.row.id;
    out.arn = policy.arn;
    out.path = policy.row.path;
    out.default_version_id = version_id(policy.row.default_version);
    out.attachment_count = uses.attached;
    out.permissions_boundary_usage_count = uses.boundaries;
    out.description = policy.row.description;
    out.create_date = policy.row.created;
    out.update_date = policy.row.updated;
    if (!policy.row.tags.empty()) out.tags = to_output(policy.row.tags);
    return out;
}

PolicyVersionOutput to_output(const PolicyRow& policy, const PolicyVersionRow& version) {
    PolicyVersionOutput out;
    out.document = wire::percent_encode(version.document);
    out.version_id = version_id(version.number);
    out.is_default_version = version.number == policy.default_version;
    out.create_date = version.created;
    return out;
}

}  // namespace iam

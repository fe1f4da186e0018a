// What several operations take and answer, and the constraints of IAM's model.
#pragma once

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "aws/operation.h"
#include "services/iam/rows.h"

namespace iam {

inline constexpr const char* name_pattern = "[\\w+=,.@-]+";
inline constexpr const char* document_pattern = "[\\x{09}\\x{0A}\\x{0D}\\x{20}-\\x{FF}]+";

inline constexpr shape::Constraints role_name_rule{
    .required = true, .min = 1, .max = 64, .pattern = name_pattern};
inline constexpr shape::Constraints policy_name_rule{
    .required = true, .min = 1, .max = 128, .pattern = name_pattern};
inline constexpr shape::Constraints arn_rule{.required = true, .min = 20, .max = 2048};
inline constexpr shape::Constraints optional_arn_rule{.min = 20, .max = 2048};
inline constexpr shape::Constraints document_rule{
    .required = true, .min = 1, .max = 131'072, .pattern = document_pattern};
inline constexpr shape::Constraints path_rule{
    .min = 1, .max = 512, .pattern = "(\\x{2F})|(\\x{2F}[\\x{21}-\\x{7E}]+\\x{2F})"};
inline constexpr shape::Constraints policy_path_rule{
    .min = 1, .max = 512, .pattern = "((/[A-Za-z0-9\\.,\\+@=_-]+)*)/"};
inline constexpr shape::Constraints path_prefix_rule{
    .min = 1, .max = 512, .pattern = "\\x{2F}[\\x{21}-\\x{7F}]*"};
inline constexpr shape::Constraints description_rule{
    .max = 1000, .pattern = "[\\x{09}\\x{0A}\\x{0D}\\x{20}-\\x{7E}\\x{A1}-\\x{FF}]*"};
inline constexpr shape::Constraints version_rule{.required = true,
                                                 .pattern = "v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?"};
inline constexpr shape::Constraints marker_rule{
    .min = 1, .max = 320, .pattern = "[\\x{20}-\\x{FF}]+"};
inline constexpr shape::Constraints max_items_rule{.min = 1, .max = 1000};
inline constexpr shape::Constraints session_seconds_rule{.min = 3'600, .max = 43'200};
inline constexpr shape::Constraints tags_rule{.max = 50};
inline constexpr shape::Constraints required_tags_rule{.required = true, .max = 50};
inline constexpr shape::Constraints tag_keys_rule{
    .required = true, .max = 50, .pattern = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+"};

struct Tag {
    std::string key;
    std::string value;
    static constexpr auto members() {
        return std::tuple{aws::member("Key", &Tag::key,
                                      {.required = true,
                                       .min = 1,
                                       .max = 128,
                                       .pattern = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+"}),
                          aws::member("Value", &Tag::value,
                                      {.required = true,
                                       .min = 0,
                                       .max = 256,
                                       .pattern = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*"})};
    }
};

struct RoleNameInput {
    std::string role_name;
    static constexpr auto members() {
        return std::tuple{aws::member("RoleName", &RoleNameInput::role_name, role_name_rule)};
    }
};

struct PolicyArnInput {
    std::string policy_arn;
    static constexpr auto members() {
        return std::tuple{aws::member("PolicyArn", &PolicyArnInput::policy_arn, arn_rule)};
    }
};

struct AttachedPolicyInput {
    std::string role_name;
    std::string policy_arn;
    static constexpr auto members() {
        using I = AttachedPolicyInput;
        return std::tuple{aws::member("RoleName", &I::role_name, role_name_rule),
                          aws::member("PolicyArn", &I::policy_arn, arn_rule)};
    }
};

struct RolePolicyInput {
    std::string role_name;
    std::string policy_name;
    static constexpr auto members() {
        using I = RolePolicyInput;
        return std::tuple{aws::member("RoleName", &I::role_name, role_name_rule),
                          aws::member("PolicyName", &I::policy_name, policy_name_rule)};
    }
};

struct PolicyVersionInput {
    std::string policy_arn;
    std::string version_id;
    static constexpr auto members() {
        using I = PolicyVersionInput;
        return std::tuple{aws::member("PolicyArn", &I::policy_arn, arn_rule),
                          aws::member("VersionId", &I::version_id, version_rule)};
    }
};

struct RoleListInput {
    std::string role_name;
    std::optional<std::string> marker;
    std::optional<std::int32_t> max_items;
    static constexpr auto members() {
        using I = RoleListInput;
        return std::tuple{aws::member("RoleName", &I::role_name, role_name_rule),
                          aws::member("Marker", &I::marker, marker_rule),
                          aws::member("MaxItems", &I::max_items, max_items_rule)};
    }
};

struct PolicyListInput {
    std::string policy_arn;
    std::optional<std::string> marker;
    std::optional<std::int32_t> max_items;
    static constexpr auto members() {
        using I = PolicyListInput;
        return std::tuple{aws::member("PolicyArn", &I::policy_arn, arn_rule),
                          aws::member("Marker", &I::marker, marker_rule),
                          aws::member("MaxItems", &I::max_items, max_items_rule)};
    }
};

struct TagListOutput {
    std::vector<Tag> tags;
    bool is_truncated = false;
    std::optional<std::string> marker;
    static constexpr auto members() {
        using O = TagListOutput;
        return std::tuple{aws::member("Tags", &O::tags),
                          aws::member("IsTruncated", &O::is_truncated),
                          aws::member("Marker", &O::marker)};
    }
};

struct BoundaryOutput {
    std::string type = "Policy";
    std::string arn;
    static constexpr auto members() {
        using O = BoundaryOutput;
        return std::tuple{aws::member("PermissionsBoundaryType", &O::type),
                          aws::member("PermissionsBoundaryArn", &O::arn)};
    }
};

// Not recorded: always without members, as of a role that was never used.
struct RoleLastUsed {
    std::optional<base::Timestamp> last_used_date;
    std::optional<std::string> region;
    static constexpr auto members() {
        using O = RoleLastUsed;
        return std::tuple{aws::member("LastUsedDate", &O::last_used_date),
                          aws::member("Region", &O::region)};
    }
};

struct RoleOutput {
    std::string path;
    std::string role_name;
    std::string role_id;
    std::string arn;
    base::Timestamp create_date;
    std::string assume_role_policy_document;  // percent-encoded
    std::optional<std::string> description;
    std::int32_t max_session_duration = 0;
    std::optional<BoundaryOutput> permissions_boundary;
    std::optional<std::vector<Tag>> tags;
    std::optional<RoleLastUsed> role_last_used;
    static constexpr auto members() {
        using O = RoleOutput;
        return std::tuple{aws::member("Path", &O::path),
                          aws::member("RoleName", &O::role_name),
                          aws::member("RoleId", &O::role_id),
                          aws::member("Arn", &O::arn),
                          aws::member("CreateDate", &O::create_date),
                          aws::member("AssumeRolePolicyDocument", &O::assume_role_policy_document),
                          aws::member("Description", &O::description),
                          aws::member("MaxSessionDuration", &O::max_session_duration),
                          aws::member("PermissionsBoundary", &O::permissions_boundary),
                          aws::member("Tags", &O::tags),
                          aws::member("RoleLastUsed", &O::role_last_used)};
    }
};

struct RoleAnswer {
    RoleOutput role;
    static constexpr auto members() { return std::tuple{aws::member("Role", &RoleAnswer::role)}; }
};

struct PolicyOutput {
    std::string policy_name;
    std::optional<std::string> policy_id;  // not known of AWS's own
    std::string arn;
    std::string path;
    std::string default_version_id;
    std::int32_t attachment_count = 0;
    std::int32_t permissions_boundary_usage_count = 0;
    bool is_attachable = true;
    std::optional<std::string> description;
    base::Timestamp create_date;
    base::Timestamp update_date;
    std::optional<std::vector<Tag>> tags;
    static constexpr auto members() {
        using O = PolicyOutput;
        return std::tuple{
            aws::member("PolicyName", &O::policy_name),
            aws::member("PolicyId", &O::policy_id),
            aws::member("Arn", &O::arn),
            aws::member("Path", &O::path),
            aws::member("DefaultVersionId", &O::default_version_id),
            aws::member("AttachmentCount", &O::attachment_count),
            aws::member("PermissionsBoundaryUsageCount", &O::permissions_boundary_usage_count),
            aws::member("IsAttachable", &O::is_attachable),
            aws::member("Description", &O::description),
            aws::member("CreateDate", &O::create_date),
            aws::member("UpdateDate", &O::update_date),
            aws::member("Tags", &O::tags)};
    }
};

struct PolicyAnswer {
    PolicyOutput policy;
    static constexpr auto members() {
        return std::tuple{aws::member("Policy", &PolicyAnswer::policy)};
    }
};

struct PolicyVersionOutput {
    std::optional<std::string> document;  // percent-encoded
    std::string version_id;
    bool is_default_version = false;
    base::Timestamp create_date;
    static constexpr auto members() {
        using O = PolicyVersionOutput;
        return std::tuple{aws::member("Document", &O::document),
                          aws::member("VersionId", &O::version_id),
                          aws::member("IsDefaultVersion", &O::is_default_version),
                          aws::member("CreateDate", &O::create_date)};
    }
};

struct PolicyVersionAnswer {
    PolicyVersionOutput policy_version;
    static constexpr auto members() {
        return std::tuple{aws::member("PolicyVersion", &PolicyVersionAnswer::policy_version)};
    }
};

}  // namespace iam

// IAM: roles and policies, stored and handed out. What they allow is asked in two places only so
// far: whether a trust policy lets a caller take a role on (ports::Roles), for STS. IAM is global:
// everything belongs to an account, nothing to a region.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aws/service.h"
#include "base/clock.h"
#include "base/random.h"
#include "meta_store/meta_store.h"
#include "services/iam/entity_locks.h"
#include "services/iam/quota.h"
#include "services/iam/rows.h"
#include "services/iam/shapes.h"
#include "services/ports/roles.h"

// One word for each file in operations/.
#define IAM_OPERATIONS(X)               \
    X(attach_role_policy)               \
    X(create_policy)                    \
    X(create_policy_version)            \
    X(create_role)                      \
    X(delete_policy)                    \
    X(delete_policy_version)            \
    X(delete_role)                      \
    X(delete_role_permissions_boundary) \
    X(delete_role_policy)               \
    X(detach_role_policy)               \
    X(get_account_summary)              \
    X(get_policy)                       \
    X(get_policy_version)               \
    X(get_role)                         \
    X(get_role_policy)                  \
    X(list_attached_role_policies)      \
    X(list_entities_for_policy)         \
    X(list_policies)                    \
    X(list_policy_tags)                 \
    X(list_policy_versions)             \
    X(list_role_policies)               \
    X(list_role_tags)                   \
    X(list_roles)                       \
    X(put_role_permissions_boundary)    \
    X(put_role_policy)                  \
    X(set_default_policy_version)       \
    X(tag_policy)                       \
    X(tag_role)                         \
    X(untag_policy)                     \
    X(untag_role)                       \
    X(update_assume_role_policy)        \
    X(update_role)                      \
    X(update_role_description)

// One word for each file in resources/.
#define IAM_RESOURCES(X) \
    X(managed_policy)    \
    X(policy)            \
    X(role)

namespace iam {

AWS_DECLARE_OPERATIONS(IAM_OPERATIONS)
AWS_DECLARE_RESOURCES(IAM_RESOURCES)
extern const aws::ServiceModel model;

// AWS's default quotas. Sizes are characters without white space.
inline constexpr std::size_t roles_max = 1'000;           // an account
inline constexpr std::size_t policies_max = 1'500;        // an account, customer managed
inline constexpr std::size_t attached_policies_max = 10;  // a role
inline constexpr std::size_t inline_size_max = 10'240;    // all inline policies of a role
inline constexpr std::size_t policy_size_max = 6'144;     // a managed policy's document
inline constexpr std::size_t trust_policy_size_max = 2'048;
inline constexpr std::size_t policy_versions_max = 5;
inline constexpr std::size_t tags_max = 50;

// A managed policy, the account's own or AWS's.
struct FoundPolicy {
    PolicyRow row;
    std::string arn;
    bool of_aws = false;
};

struct PolicyUses {
    std::int32_t attached = 0;
    std::int32_t boundaries = 0;
};

// Any thread. Names are those of the request; of roles and policies that differ by case only there
// is one at most, and it is found by its exact name.
class Iam final : public ports::Roles {
  public:
    Iam(meta_store::MetaStore& store, const base::Clock& clock, base::Random& random);

    // ---- roles ----
    aws::Reply<RoleRow> role(const std::string& account, const std::string& name) const;
    aws::Reply<std::vector<RoleRow>> roles(const std::string& account) const;  // by name
    // `row` has what the client says; id and time are given here.
    aws::Reply<RoleRow> create_role(const std::string& account, RoleRow row);
    using RoleEdit = std::function<aws::Reply<void>(RoleRow&)>;
    aws::Reply<RoleRow> change_role(const std::string& account, const std::string& name,
                                    const RoleEdit& edit);
    aws::Reply<void> delete_role(const std::string& account, const std::string& name);
    aws::Reply<void> attach(const std::string& account, const std::string& role,
                            const std::string& policy_arn);
    aws::Reply<void> detach(const std::string& account, const std::string& role,
                            const std::string& policy_arn);
    // nullopt takes the boundary away.
    aws::Reply<void> set_boundary(const std::string& account, const std::string& role,
                                  const std::optional<std::string>& policy_arn);

    // ---- managed policies ----
    // errors  InvalidInput (not a policy's ARN), NoSuchEntity
    aws::Reply<FoundPolicy> policy(const std::string& account, const std::string& arn) const;
    // The account's own, by name.
    aws::Reply<std::vector<PolicyRow>> policies(const std::string& account) const;
    aws::Reply<PolicyRow> create_policy(const std::string& account, PolicyRow row,
                                        std::string document);
    using PolicyEdit = std::function<aws::Reply<void>(PolicyRow&)>;
    // Also refuses AWS's, AccessDenied; `operation` is what the refusal names.
    aws::Reply<PolicyRow> change_policy(const aws::Call& call, const char* operation,
                                        const std::string& arn, const PolicyEdit& edit);
    aws::Reply<void> delete_policy(const aws::Call& call, const std::string& arn);
    aws::Reply<std::vector<UseRow>> uses(const std::string& account, const std::string& arn) const;
    aws::Reply<PolicyUses> count_uses(const std::string& account, const std::string& arn) const;

    struct Numbers {
        std::size_t roles = 0;
        std::size_t policies = 0;
    };
    aws::Reply<Numbers> numbers(const std::string& account);

    // IAM shows whole seconds.
    base::Timestamp now() const;

    // ---- ports::Roles ----
    base::Result<ports::RoleAnswer> ask_role(const ports::RoleRequest& request) const override;

  private:
    base::Result<std::optional<RoleRow>> find_role(const std::string& account,
                                                   const std::string& name) const;
    void put_role(meta_store::Changes& changes, const std::string& account,
                  const RoleRow& row) const;
    void put_use(meta_store::Changes& changes, const std::string& account, const RoleRow& role,
                 const std::string& policy_arn) const;
    aws::Reply<void> commit(meta_store::Changes changes);

    meta_store::MetaStore& store_;
    const base::Clock& clock_;
    base::Random& random_;
    meta_store::Table<RoleRow> roles_;
    meta_store::Table<PolicyRow> policies_;
    meta_store::Table<UseRow> uses_;
    EntityLocks locks_;
    Quota role_quota_;
    Quota policy_quota_;
};

std::string lower_case(std::string_view text);
// "arn:aws:iam::123456789012:role/path/name"
std::string role_arn(const std::string& account, const RoleRow& row);
std::string policy_arn(const std::string& account, const PolicyRow& row);
// "v3" -> 3. The name is valid already, but may be of a version that no one has: nullopt.
std::optional<std::int64_t> version_number(const std::string& version_id);
std::string version_id(std::int64_t number);

// ---- documents ----
// errors  MalformedPolicyDocument, LimitExceeded
aws::Reply<void> check_trust_policy(const std::string& document);
aws::Reply<void> check_managed_policy(const std::string& document);
aws::Reply<void> check_inline_policy(const std::string& document);

// ---- tags: keys are one whatever their case ----
// Refuses keys twice, and those that begin with "aws:".
aws::Reply<std::vector<TagRow>> to_rows(const std::vector<Tag>& tags);
// Adds or replaces. LimitExceeded past tags_max.
aws::Reply<void> add_tags(std::vector<TagRow>& to, const std::vector<Tag>& tags);
void remove_tags(std::vector<TagRow>& from, const std::vector<std::string>& keys);
std::vector<Tag> to_output(const std::vector<TagRow>& tags);  // by key

// ---- what the wire shows ----
RoleOutput to_output(const std::string& account, const RoleRow& row);
PolicyOutput to_output(const FoundPolicy& policy, const PolicyUses& uses);
PolicyVersionOutput to_output(const PolicyRow& policy, const PolicyVersionRow& version);

}  // namespace iam

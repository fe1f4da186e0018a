// Roles and policies in the store, and what changes them together.
#include "services/iam/iam.h"

#include <algorithm>

#include "base/ids.h"
#include "services/iam/aws_policies.h"
#include "services/iam/faults.h"
#include "services/iam/policy_match.h"
#include "services/iam/principal.h"
#include "wire/timestamp.h"

namespace iam {

namespace {

constexpr const aws::Operation* operations[] = {AWS_LIST_OPERATIONS(IAM_OPERATIONS)};
constexpr const aws::ResourceType* resources[] = {AWS_LIST_RESOURCES(IAM_RESOURCES)};

using base::ErrorKind;
using meta_store::Changes;

constexpr std::size_t id_random_characters = 17;

std::string entity_key(const std::string& account, const std::string& name) {
    return account + "/" + lower_case(name);
}

template <class Row>
Quota::Count counter(const meta_store::Table<Row>& table) {
    return [&table](const std::string& account) -> base::Result<std::size_t> {
        std::size_t count = 0;
        const std::string low = table.key({account});
        TRY_VOID(table.store().scan(low, meta_store::after_prefix(low), [&](auto, auto) {
            ++count;
            return true;
        }));
        return count;
    };
}

template <class Row>
aws::Reply<std::vector<Row>> rows_of(const meta_store::Table<Row>& table,
                                     const meta_store::Key& under) {
    std::vector<Row> rows;
    auto done = table.scan(under, [&](std::string_view, Row& row) {
        rows.push_back(std::move(row));
        return true;
    });
    if (!done) return faults::from(done.error());
    return rows;
}

base::Timestamp read_time(const char* text) {
    const auto time = wire::parse_iso8601(text);
    return time ? time.value() : base::Timestamp{};
}

PolicyRow to_row(const AwsPolicy& policy) {
    PolicyRow row;
    row.name = policy.name;
    row.path = policy.path;
    row.created = read_time(policy.created);
    row.updated = read_time(policy.updated);
    row.default_version = row.last_version = policy.version;
    if (policy.document != nullptr) {
        row.versions.push_back({policy.version, policy.document, row.updated});
    }
    return row;
}

}  // namespace

const aws::ServiceModel model = {.id = "iam",
                                 .signing_name = "iam",
                                 .target_prefix = "",
                                 .api_version = "2010-05-08",
                                 .xml_namespace = "https://iam.amazonaws.com/doc/2010-05-08/",
                                 .protocol = aws::Protocol::query,
                                 .operations = operations,
                                 .validation_code = "ValidationError",
                                 .resources = resources};

Iam::Iam(meta_store::MetaStore& store, const base::Clock& clock, base::Random& random)
    : store_(store),
      clock_(clock),
      random_(random),
      roles_(store, "iam.roles"),
      policies_(store, "iam.policies"),
      uses_(store, "iam.uses"),
      role_quota_(roles_max, counter(roles_)),
      policy_quota_(policies_max, counter(policies_)) {}

base::Timestamp Iam::now() const {
    return {clock_.now().ms / 1000 * 1000};
}

aws::Reply<void> Iam::commit(Changes changes) {
    auto done = store_.commit(std::move(changes));
    if (!done) return faults::from(done.error());
    return base::ok();
}

// ---- roles ----

base::Result<std::optional<RoleRow>> Iam::find_role(const std::string& account,
                                                    const std::string& name) const {
    TRY(row, roles_.get({account, lower_case(name)}));
    if (row && row->name != name) row.reset();
    return row;
}

aws::Reply<RoleRow> Iam::role(const std::string& account, const std::string& name) const {
    auto row = find_role(account, name);
    if (!row) return faults::from(row.error());
    if (!row.value()) return faults::no_role(name);
    return std::move(*row.value());
}

aws::Reply<std::vector<RoleRow>> Iam::roles(const std::string& account) const {
    return rows_of(roles_, {account});
}

void Iam::put_role(Changes& changes, const std::string& account, const RoleRow& row) const {
    roles_.put(changes, {account, lower_case(row.name)}, row);
}

// What `role` has to do with the policy now.
void Iam::put_use(Changes& changes, const std::string& account, const RoleRow& role,
                  const std::string& arn) const {
    UseRow use{role.name, role.id, false, role.boundary == arn};
    use.attached =
        std::find(role.attached.begin(), role.attached.end(), arn) != role.attached.end();
    const meta_store::Key key{account, arn, lower_case(role.name)};
    if (use.attached || use.boundary) {
        uses_.put(changes, key, use);
    } else {
        uses_.erase(changes, key);
    }
}

aws::Reply<RoleRow> Iam::create_role(const std::string& account, RoleRow row) {
    const EntityLocks::Held held(locks_, entity_key(account, row.name),
                                 row.boundary ? account + "/" + *row.boundary : "");
    if (row.boundary && !policy(account, *row.boundary)) {
        return faults::no_boundary_policy(*row.boundary);
    }
    auto there = roles_.get({account, lower_case(row.name)});
    if (!there) return faults::from(there.error());
    if (there.value()) return faults::role_exists(row.name);
    auto taken = role_quota_.take(account);
    if (!taken) return faults::from(taken.error());
    if (!taken.value()) return faults::quota_exceeded("RolesPerAccount", roles_max);
    row.id = "AROA" + base::make_upper_id(random_, id_random_characters);
    row.created = now();
    Changes changes;
    put_role(changes, account, row);
    if (row.boundary) put_use(changes, account, row, *row.boundary);
    if (auto done = commit(std::move(changes)); !done) {
        role_quota_.give_back(account);
        return std::move(done.error());
    }
    return row;
}

aws::Reply<RoleRow> Iam::change_role(const std::string& account, const std::string& name,
                                     const RoleEdit& edit) {
    const EntityLocks::Held held(locks_, entity_key(account, name), "");
    TRY(row, role(account, name));
    TRY_VOID(edit(row));
    Changes changes;
    put_role(changes, account, row);
    TRY_VOID(commit(std::move(changes)));
    return row;
}

aws::Reply<void> Iam::delete_role(const std::string& account, const std::string& name) {
    const EntityLocks::Held held(locks_, entity_key(account, name), "");
    TRY(row, role(account, name));
    if (!row.attached.empty()) {
        return faults::delete_conflict("Cannot delete entity, must detach all policies first.");
    }
    if (!row.inline_policies.empty()) {
        return faults::delete_conflict("Cannot delete entity, must delete policies first.");
    }
    if (auto used = role_quota_.used(account); !used) return faults::from(used.error());
    Changes changes;
    roles_.erase(changes, {account, lower_case(name)});
    if (row.boundary) uses_.erase(changes, {account, *row.boundary, lower_case(name)});
    TRY_VOID(commit(std::move(changes)));
    role_quota_.give_back(account);
    return base::ok();
}

aws::Reply<void> Iam::attach(const std::string& account, const std::string& role_name,
                             const std::string& arn) {
    const EntityLocks::Held held(locks_, entity_key(account, role_name), account + "/" + arn);
    TRY(row, role(account, role_name));
    if (auto found = policy(account, arn); !found) {
        if (found.error().code != "NoSuchEntity") return std::move(found.error());
        return faults::not_attachable(arn);
    }
    if (std::find(row.attached.begin(), row.attached.end(), arn) != row.attached.end()) {
        return base::ok();
    }
    if (row.attached.size() >= attached_policies_max) {
        return faults::quota_exceeded("PoliciesPerRole", attached_policies_max);
    }
    row.attached.push_back(arn);
    Changes changes;
    put_role(changes, account, row);
    put_use(changes, account, row, arn);
    return commit(std::move(changes));
}

aws::Reply<void> Iam::detach(const std::string& account, const std::string& role_name,
                             const std::string& arn) {
    const EntityLocks::Held held(locks_, entity_key(account, role_name), account + "/" + arn);
    TRY(row, role(account, role_name));
    if (std::erase(row.attached, arn) == 0) {
        if (auto found = policy(account, arn); !found) return std::move(found.error());
        return faults::no_policy(arn);
    }
    Changes changes;
    put_role(changes, account, row);
    put_use(changes, account, row, arn);
    return commit(std::move(changes));
}

aws::Reply<void> Iam::set_boundary(const std::string& account, const std::string& role_name,
                                   const std::optional<std::string>& arn) {
    const EntityLocks::Held held(locks_, entity_key(account, role_name),
                                 arn ? account + "/" + *arn : "");
    TRY(row, role(account, role_name));
    if (arn && !policy(account, *arn)) return faults::no_boundary_policy(*arn);
    const std::optional<std::string> before = std::exchange(row.boundary, arn);
    Changes changes;
    put_role(changes, account, row);
    if (before) put_use(changes, account, row, *before);
    if (arn) put_use(changes, account, row, *arn);
    return commit(std::move(changes));
}

// ---- managed policies ----

aws::Reply<FoundPolicy> Iam::policy(const std::string& account, const std::string& arn) const {
    const auto entity = parse_entity_arn(arn);
    if (!entity || entity->kind != "policy") return faults::invalid_arn(arn);
    if (entity->account == "aws") {
        const AwsPolicy* found = find_aws_policy(entity->path, entity->name);
        if (found == nullptr) return faults::no_policy(arn);
        return FoundPolicy{to_row(*found), arn_of(*found), true};
    }
    if (entity->account != account) return faults::no_policy(arn);
    auto row = policies_.get({account, lower_case(entity->name)});
    if (!row) return faults::from(row.error());
    if (!row.value() || policy_arn(account, *row.value()) != arn) return faults::no_policy(arn);
    return FoundPolicy{std::move(*row.value()), arn, false};
}

aws::Reply<std::vector<PolicyRow>> Iam::policies(const std::string& account) const {
    return rows_of(policies_, {account});
}

aws::Reply<PolicyRow> Iam::create_policy(const std::string& account, PolicyRow row,
                                         std::string document) {
    // Two paths are two ARNs, so the name is locked beside it.
    const EntityLocks::Held held(locks_, "policy/" + entity_key(account, row.name),
                                 account + "/" + policy_arn(account, row));
    auto there = policies_.get({account, lower_case(row.name)});
    if (!there) return faults::from(there.error());
    if (there.value()) return faults::policy_exists(row.name);
    auto taken = policy_quota_.take(account);
    if (!taken) return faults::from(taken.error());
    if (!taken.value()) return faults::quota_exceeded("PoliciesPerAccount", policies_max);
    row.id = "ANPA" + base::make_upper_id(random_, id_random_characters);
    row.created = row.updated = now();
    row.versions.push_back({row.default_version, std::move(document), row.created});
    Changes changes;
    policies_.put(changes, {account, lower_case(row.name)}, row);
    if (auto done = commit(std::move(changes)); !done) {
        policy_quota_.give_back(account);
        return std::move(done.error());
    }
    return row;
}

aws::Reply<PolicyRow> Iam::change_policy(const aws::Call& call, const char* operation,
                                         const std::string& arn, const PolicyEdit& edit) {
    const std::string& account = call.account();
    const EntityLocks::Held held(locks_, "", account + "/" + arn);
    TRY(found, policy(account, arn));
    if (found.of_aws) return faults::not_yours(call, operation, arn);
    TRY_VOID(edit(found.row));
    Changes changes;
    policies_.put(changes, {account, lower_case(found.row.name)}, found.row);
    TRY_VOID(commit(std::move(changes)));
    return std::move(found.row);
}

aws::Reply<void> Iam::delete_policy(const aws::Call& call, const std::string& arn) {
    const std::string& account = call.account();
    const EntityLocks::Held held(locks_, "", account + "/" + arn);
    TRY(found, policy(account, arn));
    if (found.of_aws) return faults::not_yours(call, "DeletePolicy", arn);
    TRY(used, uses(account, arn));
    if (!used.empty()) {
        return faults::delete_conflict("Cannot delete a policy attached to entities.");
    }
    if (found.row.versions.size() > 1) {
        return faults::delete_conflict(
            "This policy has more than one version. Before you delete a policy, you must delete "
            "the policy's versions. The default version is deleted with the policy.");
    }
    if (auto count = policy_quota_.used(account); !count) return faults::from(count.error());
    Changes changes;
    policies_.erase(changes, {account, lower_case(found.row.name)});
    TRY_VOID(commit(std::move(changes)));
    policy_quota_.give_back(account);
    return base::ok();
}

aws::Reply<std::vector<UseRow>> Iam::uses(const std::string& account,
                                          const std::string& arn) const {
    return rows_of(uses_, {account, arn});
}

aws::Reply<PolicyUses> Iam::count_uses(const std::string& account, const std::string& arn) const {
    TRY(rows, uses(account, arn));
    PolicyUses counts;
    for (const UseRow& row : rows) {
        counts.attached += row.attached ? 1 : 0;
        counts.boundaries += row.boundary ? 1 : 0;
    }
    return counts;
}

aws::Reply<Iam::Numbers> Iam::numbers(const std::string& account) {
    auto roles = role_quota_.used(account);
    if (!roles) return faults::from(roles.error());
    auto policies = policy_quota_.used(account);
    if (!policies) return faults::from(policies.error());
    return Numbers{roles.value(), policies.value()};
}

// ---- ports::Roles ----

base::Result<ports::RoleAnswer> Iam::ask_role(const ports::RoleRequest& request) const {
    ports::RoleAnswer answer;
    const auto entity = parse_entity_arn(request.role_arn);
    if (!entity || entity->kind != "role") return answer;
    TRY(row, find_role(entity->account, entity->name));
    if (!row || role_arn(entity->account, *row) != request.role_arn) return answer;
    answer.role_id = row->id;
    answer.session_seconds_max = row->session_seconds_max;
    // A session's ARN does not have its role's path.
    std::string caller_role_arn;
    const auto session = parse_entity_arn(request.caller.arn);
    if (session && session->kind == "assumed-role" && session->path.size() > 2) {
        const std::string name = session->path.substr(1, session->path.size() - 2);
        TRY(caller_role, find_role(session->account, name));
        caller_role_arn = caller_role ? role_arn(session->account, *caller_role)
                                      : "arn:aws:iam::" + session->account + ":role/" + name;
    }
    const auto document = parse_policy(row->trust_policy, PolicyKind::trust);
    const bool trusted =
        document && trusts(document.value(), "sts:AssumeRole", request, caller_role_arn);
    answer.verdict =
        trusted ? ports::RoleAnswer::Verdict::trusted : ports::RoleAnswer::Verdict::refused;
    return answer;
}

}  // namespace iam

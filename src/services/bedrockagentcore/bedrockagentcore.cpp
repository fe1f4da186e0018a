#include "services/bedrockagentcore/bedrockagentcore.h"

#include "base/ids.h"
#include "services/bedrockagentcore/faults.h"
#include "wire/sha256.h"

namespace bedrockagentcore {

namespace {

constexpr const aws::Operation* operations[] = {AWS_LIST_OPERATIONS(BEDROCKAGENTCORE_OPERATIONS)};
constexpr const aws::ResourceType* resources[] = {AWS_LIST_RESOURCES(BEDROCKAGENTCORE_RESOURCES)};

constexpr std::size_t id_ending_length = 10;
constexpr std::size_t token_digits = 32;

meta_store::Key key_of(const aws::Call& call, const std::string& id) {
    return {call.account(), call.region, id};
}

bool same_settings(const RuntimeRow& a, const RuntimeRow& b) {
    return a.name == b.name && a.container_uri == b.container_uri && a.role_arn == b.role_arn &&
           a.description == b.description && a.header_allowlist == b.header_allowlist &&
           a.idle_seconds_max == b.idle_seconds_max &&
           a.lifetime_seconds_max == b.lifetime_seconds_max && a.environment == b.environment &&
           a.discovery_url == b.discovery_url && a.allowed_audience == b.allowed_audience &&
           a.tags == b.tags;
}

}  // namespace

// Control and data plane sign with the same name.
const aws::ServiceModel model = {.id = "bedrockagentcore",
                                 .signing_name = "bedrock-agentcore",
                                 .target_prefix = "",
                                 .api_version = "2023-06-05",
                                 .protocol = aws::Protocol::rest_json,
                                 .operations = operations,
                                 .validation_code = "ValidationException",
                                 .resources = resources};

AgentCore::AgentCore(Environment environment)
    : environment_(environment), runtimes_(environment.store, "bedrockagentcore.runtimes") {}

aws::Reply<RuntimeRow> AgentCore::find(const aws::Call& call, const std::string& id) const {
    auto row = runtimes_.get(key_of(call, id));
    if (!row) return faults::from(row.error());
    if (!row.value()) return faults::not_found("agent runtime " + id);
    return std::move(*row.value());
}

aws::Reply<RuntimeRow> AgentCore::create(const aws::Call& call, RuntimeRow row,
                                         const std::string& token) {
    row.id = runtime_id(
        row.name, token.empty() ? base::make_hex_id(environment_.random, token_digits) : token);
    row.created = row.updated = environment_.clock.now();
    TRY_VOID(check_role(call, row.role_arn, row.id));
    base::MutexLock lock(changing_);
    auto existing = find(call, row.id);
    if (existing) {
        if (!same_settings(existing.value(), row)) return faults::token_used(row.id);
        return existing;
    }
    std::size_t count = 0;
    bool taken = false;
    TRY_VOID(scan(call, std::nullopt, [&](const RuntimeRow& other) {
        ++count;
        taken = taken || other.name == row.name;
        return true;
    }));
    if (taken) return faults::name_taken(row.name);
    if (count >= runtimes_max) {
        return faults::too_many("There are " + std::to_string(runtimes_max) +
                                " agent runtimes, and no more may be.");
    }
    meta_store::Changes changes;
    runtimes_.put(changes, key_of(call, row.id), row);
    if (auto done = environment_.store.commit(std::move(changes)); !done) {
        return faults::from(done.error());
    }
    return row;
}

aws::Reply<RuntimeRow> AgentCore::change(const aws::Call& call, const std::string& id, bool version,
                                         const Edit& edit) {
    base::MutexLock lock(changing_);
    TRY(row, find(call, id));
    const std::string before = program_key(call, row);
    TRY_VOID(edit(row));
    if (version) {
        ++row.version;
        row.updated = environment_.clock.now();
    }
    meta_store::Changes changes;
    runtimes_.put(changes, key_of(call, id), row);
    if (auto done = environment_.store.commit(std::move(changes)); !done) {
        return faults::from(done.error());
    }
    if (version) environment_.host.end(before);
    return row;
}

aws::Reply<void> AgentCore::remove(const aws::Call& call, const std::string& id) {
    base::MutexLock lock(changing_);
    TRY(row, find(call, id));
    meta_store::Changes changes;
    runtimes_.erase(changes, key_of(call, id));
    if (auto done = environment_.store.commit(std::move(changes)); !done) {
        return faults::from(done.error());
    }
    environment_.host.end(program_key(call, row));
    return base::ok();
}

aws::Reply<void> AgentCore::scan(const aws::Call& call, const std::optional<std::string>& from,
                                 const std::function<bool(RuntimeRow&)>& visit) const {
    const meta_store::Key start = key_of(call, from.value_or(""));
    auto done = runtimes_.scan(
        {call.account(), call.region},
        [&](std::string_view, RuntimeRow& row) { return visit(row); }, from ? &start : nullptr);
    if (!done) return faults::from(done.error());
    return base::ok();
}

aws::Reply<void> AgentCore::check_role(const aws::Call& call, const std::string& role_arn,
                                       const std::string& id) const {
    ports::RoleRequest request;
    request.role_arn = role_arn;
    request.caller.account = call.account();
    request.caller.service_principal = "bedrock-agentcore.amazonaws.com";
    request.caller.source_arn = runtime_arn(call, id);
    request.session_name = "agentcore";
    request.time = environment_.clock.now();
    auto answer = environment_.roles.ask_role(request);
    if (!answer) return faults::from(answer.error());
    if (answer.value().verdict == ports::RoleAnswer::Verdict::trusted) return base::ok();
    return faults::invalid("Role validation failed for '" + role_arn +
                           "'. Please verify that the role exists and its trust policy allows "
                           "bedrock-agentcore.amazonaws.com to assume it.");
}

std::string runtime_id(const std::string& name, std::string_view token) {
    const wire::Sha256Digest digest = wire::sha256(name + "/" + std::string(token));
    static constexpr std::string_view letters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    std::string id = name + "-";
    for (std::size_t i = 0; i < id_ending_length; ++i)
        id += letters[static_cast<unsigned char>(digest[i]) % letters.size()];
    return id;
}

std::string runtime_arn(const aws::Call& call, const std::string& id) {
    return aws::make_arn("bedrock-agentcore", call.region, call.account(), "runtime/" + id);
}

aws::Reply<std::string> id_of_arn(const aws::Call& call, const std::string& arn) {
    const std::string prefix = runtime_arn(call, "");
    if (arn.starts_with(prefix) && arn.size() > prefix.size()) return arn.substr(prefix.size());
    if (!arn.starts_with("arn:")) {
        return faults::invalid("'" + arn + "' is no ARN of an agent runtime");
    }
    return faults::not_found("agent runtime " + arn);
}

std::string program_key(const aws::Call& call, const RuntimeRow& row) {
    return call.account() + "/" + call.region + "/" + row.id + "/" + std::to_string(row.version);
}

}  // namespace bedrockagentcore

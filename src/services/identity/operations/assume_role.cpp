// AssumeRole: temporary credentials of a role that trusts the caller. The roles of a CDK bootstrap
// answer before `cdk bootstrap` has made them, so that a deployment works at once; as soon as they
// exist, their own trust policies decide.
#include "services/identity/faults.h"
#include "services/identity/identity.h"

namespace identity {

namespace assume_role_operation {

using Verdict = ports::RoleAnswer::Verdict;

// botocore's, without characters that an ARN cannot have.
constexpr const char* arn_pattern =
    "[\\x{09}\\x{0A}\\x{0D}\\x{20}-\\x{7E}\\x{85}\\x{A0}-\\x{FFFD}]+";
constexpr const char* session_pattern = "[\\w+=,.@-]*";
constexpr const char* tag_key_pattern = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+";

struct PolicyDescriptor {
    std::optional<std::string> arn;
    static constexpr auto members() {
        return std::tuple{aws::member("arn", &PolicyDescriptor::arn, {.min = 20, .max = 2048})};
    }
};

struct Tag {
    std::string key;
    std::string value;
    static constexpr auto members() {
        return std::tuple{
            aws::member("Key", &Tag::key,
                        {.required = true, .min = 1, .max = 128, .pattern = tag_key_pattern}),
            aws::member("Value", &Tag::value, {.required = true, .min = 0, .max = 256})};
    }
};

struct ProvidedContext {
    std::optional<std::string> provider_arn;
    std::optional<std::string> context_assertion;
    static constexpr auto members() {
        using C = ProvidedContext;
        return std::tuple{
            aws::member("ProviderArn", &C::provider_arn, {.min = 20, .max = 2048}),
            aws::member("ContextAssertion", &C::context_assertion, {.min = 4, .max = 2048})};
    }
};

struct Input {
    std::string role_arn;
    std::string role_session_name;
    std::vector<PolicyDescriptor> policy_arns;
    std::optional<std::string> policy;
    std::optional<std::int32_t> duration_seconds;
    std::vector<Tag> tags;
    std::vector<std::string> transitive_tag_keys;
    std::optional<std::string> external_id;
    std::optional<std::string> serial_number;
    std::optional<std::string> token_code;
    std::optional<std::string> source_identity;
    std::vector<ProvidedContext> provided_contexts;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{
            aws::member("RoleArn", &I::role_arn,
                        {.required = true, .min = 20, .max = 2048, .pattern = arn_pattern}),
            aws::member("RoleSessionName", &I::role_session_name,
                        {.required = true, .min = 2, .max = 64, .pattern = session_pattern}),
            aws::member("PolicyArns", &I::policy_arns),
            aws::member("Policy", &I::policy, {.min = 1}),
            aws::member("DurationSeconds", &I::duration_seconds, {.min = 900, .max = 43'200}),
            aws::member("Tags", &I::tags, {.max = 50}),
            aws::member("TransitiveTagKeys", &I::transitive_tag_keys, {.max = 50}),
            aws::member("ExternalId", &I::external_id,
                        {.min = 2, .max = 1224, .pattern = "[\\w+=,.@:\\/-]*"}),
            aws::member("SerialNumber", &I::serial_number,
                        {.min = 9, .max = 256, .pattern = "[\\w+=/:,.@-]*"}),
            aws::member("TokenCode", &I::token_code, {.min = 6, .max = 6, .pattern = "[\\d]*"}),
            aws::member("SourceIdentity", &I::source_identity,
                        {.min = 2, .max = 64, .pattern = session_pattern}),
            aws::member("ProvidedContexts", &I::provided_contexts, {.min = 1, .max = 5})};
    }
};

struct AssumedRoleUser {
    std::string assumed_role_id;
    std::string arn;
    static constexpr auto members() {
        return std::tuple{aws::member("AssumedRoleId", &AssumedRoleUser::assumed_role_id),
                          aws::member("Arn", &AssumedRoleUser::arn)};
    }
};

struct Output {
    Credentials credentials;
    AssumedRoleUser assumed_role_user;
    static constexpr auto members() {
        return std::tuple{aws::member("Credentials", &Output::credentials),
                          aws::member("AssumedRoleUser", &Output::assumed_role_user)};
    }
};

// What would narrow or describe a session has to be evaluated somewhere; nothing does yet.
aws::Reply<void> refuse_unsupported(const Input& input) {
    if (input.policy) return faults::not_supported("Policy");
    if (!input.policy_arns.empty()) return faults::not_supported("PolicyArns");
    if (!input.tags.empty()) return faults::not_supported("Tags");
    if (!input.transitive_tag_keys.empty()) return faults::not_supported("TransitiveTagKeys");
    if (input.serial_number) return faults::not_supported("SerialNumber");
    if (input.token_code) return faults::not_supported("TokenCode");
    if (input.source_identity) return faults::not_supported("SourceIdentity");
    if (!input.provided_contexts.empty()) return faults::not_supported("ProvidedContexts");
    return base::ok();
}

struct RoleName {
    std::string account;
    std::string name;
};

// "arn:aws:iam::123456789012:role/path/name"
std::optional<RoleName> read_role_arn(const std::string& arn) {
    constexpr std::string_view head = "arn:aws:iam::";
    constexpr std::string_view middle = ":role/";
    if (!arn.starts_with(head) || arn.size() < head.size() + 12) return std::nullopt;
    const std::string account = arn.substr(head.size(), 12);
    if (account.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
    const std::string rest = arn.substr(head.size() + 12);
    if (!rest.starts_with(middle) || rest.back() == '/') return std::nullopt;
    return RoleName{account, rest.substr(rest.rfind('/') + 1)};
}

aws::Reply<std::int64_t> session_seconds(const aws::Call& call, const Input& input,
                                         const ports::RoleAnswer& role) {
    const std::int64_t asked = input.duration_seconds.value_or(session_seconds_default);
    if (is_role_session(call.caller) && asked > chained_session_seconds_max) {
        return faults::validation(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by "
            "role chaining.");
    }
    if (asked > role.session_seconds_max) {
        return faults::validation(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    }
    return asked;
}

// The role as it answers: its own trust decides when it exists; a bootstrap role that does not is
// there for everyone, and what it needs is made.
aws::Reply<ports::RoleAnswer> find_role(const Identity& identity, const aws::Call& call,
                                        const Input& input) {
    ports::RoleRequest request;
    request.role_arn = input.role_arn;
    request.caller = call.caller;
    request.session_name = input.role_session_name;
    request.external_id = input.external_id;
    request.time = identity.clock.now();
    auto asked = identity.roles.ask_role(request);
    if (!asked) return faults::from(asked.error());
    ports::RoleAnswer& role = asked.value();
    if (role.verdict == Verdict::absent) {
        const auto scope = bootstrap_scope(input.role_arn);
        if (!scope) return faults::not_authorized(call.caller, input.role_arn);
        if (identity.ensure_bootstrap) {
            auto made = identity.ensure_bootstrap(scope->account, scope->region);
            if (!made) return faults::from(made.error());
        }
        role.role_id = aws::role_id_of_arn(input.role_arn);
        return std::move(role);
    }
    if (role.verdict == Verdict::refused) {
        return faults::not_authorized(call.caller, input.role_arn);
    }
    return std::move(role);
}

aws::Reply<Output> run(Identity& identity, const aws::Call& call, Input& input) {
    const auto name = read_role_arn(input.role_arn);
    if (!name) return faults::validation(input.role_arn + " is invalid");
    TRY_VOID(refuse_unsupported(input));
    TRY(role, find_role(identity, call, input));
    TRY(seconds, session_seconds(call, input, role));
    auto issued = identity.credentials.issue(name->account, input.role_arn, input.role_session_name,
                                             seconds * 1000, role.role_id);
    Output output;
    output.credentials = to_output(std::move(issued));
    output.assumed_role_user = {
        role.role_id + ":" + input.role_session_name,
        aws::make_arn("sts", "", name->account,
                      "assumed-role/" + name->name + "/" + input.role_session_name)};
    return output;
}

}  // namespace assume_role_operation

constinit const aws::Operation assume_role =
    aws::operation<&assume_role_operation::run>("AssumeRole");

}  // namespace identity

// Hostile policy documents: reading never crashes, nor does judging, and a denial of everything
// denies whatever else a trust policy says.
#include <cstdlib>

#include "services/iam/policy_match.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto read = iam::parse_policy(text, iam::PolicyKind::identity)) {
        for (const iam::Statement& statement : read.value().statements) {
            if (statement.actions.patterns.empty() || statement.resources.patterns.empty()) {
                std::abort();
            }
        }
    }
    auto trust = iam::parse_policy(text, iam::PolicyKind::trust);
    if (!trust) return 0;
    ports::RoleRequest request;
    request.role_arn = "arn:aws:iam::123456789012:role/r";
    request.caller = {"123456789012", "AKIA", "arn:aws:iam::123456789012:root", "123456789012"};
    request.session_name = "session";
    request.external_id = "ticket";
    iam::trusts(trust.value(), "sts:AssumeRole", request, "");
    iam::Statement deny;
    deny.effect = iam::Effect::deny;
    deny.actions.patterns = {"sts:*"};
    deny.principals.anyone = true;
    trust.value().statements.push_back(std::move(deny));
    if (iam::trusts(trust.value(), "sts:AssumeRole", request, "")) std::abort();
    return 0;
}

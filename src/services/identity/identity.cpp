#include "services/identity/identity.h"

#include <algorithm>
#include <array>

namespace identity {

namespace {

constexpr const aws::Operation* operations[] = {AWS_LIST_OPERATIONS(IDENTITY_OPERATIONS)};

// "us-west-2", "us-gov-east-1"
bool is_region(std::string_view text) {
    const bool characters = std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
    return characters && std::count(text.begin(), text.end(), '-') >= 2 && text.front() >= 'a' &&
           text.back() >= '0' && text.back() <= '9';
}

}  // namespace

const aws::ServiceModel model = {.id = "sts",
                                 .signing_name = "sts",
                                 .target_prefix = "",
                                 .api_version = "2011-06-15",
                                 .xml_namespace = "https://sts.amazonaws.com/doc/2011-06-15/",
                                 .protocol = aws::Protocol::query,
                                 .operations = operations,
                                 .validation_code = "ValidationError"};

std::optional<BootstrapScope> bootstrap_scope(const std::string& role_arn) {
    constexpr std::string_view head = "arn:aws:iam::";
    constexpr std::string_view middle = ":role/cdk-hnb659fds-";
    constexpr std::size_t account_digits = 12;
    std::string_view rest = role_arn;
    if (!rest.starts_with(head) || rest.size() < head.size() + account_digits) return std::nullopt;
    const std::string_view account = rest.substr(head.size(), account_digits);
    if (!std::all_of(account.begin(), account.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        return std::nullopt;
    }
    rest.remove_prefix(head.size() + account_digits);
    if (!rest.starts_with(middle)) return std::nullopt;
    rest.remove_prefix(middle.size());
    static constexpr std::array<std::string_view, 5> roles = {
        "deploy-role-", "file-publishing-role-", "image-publishing-role-", "lookup-role-",
        "cfn-exec-role-"};
    const auto role = std::find_if(roles.begin(), roles.end(),
                                   [&](std::string_view name) { return rest.starts_with(name); });
    if (role == roles.end()) return std::nullopt;
    rest.remove_prefix(role->size());
    if (!rest.starts_with(account) || rest.size() < account_digits + 2 ||
        rest[account_digits] != '-') {
        return std::nullopt;
    }
    rest.remove_prefix(account_digits + 1);
    if (!is_region(rest)) return std::nullopt;
    return BootstrapScope{std::string(account), std::string(rest)};
}

Credentials to_output(aws::TemporaryCredentials issued) {
    return {std::move(issued.access_key_id),
            std::move(issued.secret_access_key),
            std::move(issued.session_token),
            {issued.expires.ms / 1000 * 1000}};
}

bool is_role_session(const aws::Caller& caller) {
    return caller.arn.find(":assumed-role/") != std::string::npos;
}

}  // namespace identity

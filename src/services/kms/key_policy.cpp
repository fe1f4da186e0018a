#include "services/kms/key_policy.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "services/kms/faults.h"

namespace kms {
namespace {

using boost::json::value;

constexpr std::size_t policy_depth_max = 16;

// `test` of a value, or of any element of a list.
template <class Test>
bool any_of(const value& one_or_many, Test test) {
    if (!one_or_many.is_array()) return test(one_or_many);
    for (const value& one : one_or_many.get_array()) {
        if (test(one)) return true;
    }
    return false;
}

// Actions match by their beginning when they end with a star, without regard to case.
bool allows_put_key_policy(const value& action) {
    if (!action.is_string()) return false;
    std::string pattern(action.get_string());
    for (char& c : pattern)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    constexpr std::string_view wanted = "kms:putkeypolicy";
    if (pattern.empty() || pattern.back() != '*') return pattern == wanted;
    pattern.pop_back();
    return wanted.starts_with(pattern);
}

bool names_caller(const aws::Call& call, const value& principal) {
    if (!principal.is_string()) return false;
    const std::string_view name = principal.get_string();
    return name == "*" || name == call.account() || name == call.caller.arn ||
           name == "arn:aws:iam::" + call.account() + ":root";
}

bool keeps_the_caller(const aws::Call& call, const value& statement) {
    const auto* object = statement.if_object();
    if (object == nullptr) return false;
    const value* effect = object->if_contains("Effect");
    const value* action = object->if_contains("Action");
    const value* principal = object->if_contains("Principal");
    if (effect == nullptr || action == nullptr || principal == nullptr) return false;
    if (!effect->is_string() || effect->get_string() != "Allow") return false;
    if (!any_of(*action, allows_put_key_policy)) return false;
    if (const auto* kinds = principal->if_object()) {
        principal = kinds->if_contains("AWS");
        if (principal == nullptr) return false;
    }
    return any_of(*principal, [&](const value& one) { return names_caller(call, one); });
}

}  // namespace

std::string default_policy(const std::string& account) {
    return "{\n  \"Version\" : \"2012-10-17\",\n  \"Id\" : \"key-default-1\",\n"
           "  \"Statement\" : [ {\n    \"Sid\" : \"Enable IAM User Permissions\",\n"
           "    \"Effect\" : \"Allow\",\n    \"Principal\" : {\n"
           "      \"AWS\" : \"arn:aws:iam::" +
           account +
           ":root\"\n    },\n    \"Action\" : \"kms:*\",\n    \"Resource\" : \"*\"\n  } ]\n}";
}

std::string managed_policy(const std::string& account, const std::string& region,
                           const std::string& service) {
    return "{\n  \"Version\" : \"2012-10-17\",\n  \"Id\" : \"auto-" + service +
           "-1\",\n  \"Statement\" : [ {\n    \"Sid\" : \"Allow access through " + service +
           " for all principals in the account that are authorized to use it\",\n"
           "    \"Effect\" : \"Allow\",\n    \"Principal\" : {\n      \"AWS\" : \"*\"\n    },\n"
           "    \"Action\" : [ \"kms:Encrypt\", \"kms:Decrypt\", \"kms:ReEncrypt*\", "
           "\"kms:GenerateDataKey*\", \"kms:CreateGrant\", \"kms:DescribeKey\" ],\n"
           "    \"Resource\" : \"*\",\n    \"Condition\" : {\n      \"StringEquals\" : {\n"
           "        \"kms:CallerAccount\" : \"" +
           account + "\",\n        \"kms:ViaService\" : \"" + service + "." + region +
           ".amazonaws.com\"\n      }\n    }\n  } ]\n}";
}

aws::Reply<void> check_policy(const aws::Call& call, const std::string& policy,
                              bool bypass_lockout_check) {
    if (policy.size() > policy_bytes_max) {
        return faults::limit_exceeded("The key policy is larger than 32 kilobytes.");
    }
    boost::system::error_code failed;
    boost::json::parse_options options;
    options.max_depth = policy_depth_max;
    const value document = boost::json::parse(policy, failed, {}, options);
    const auto* object = failed ? nullptr : document.if_object();
    const value* statements = object != nullptr ? object->if_contains("Statement") : nullptr;
    if (statements == nullptr || !(statements->is_array() || statements->is_object())) {
        return faults::malformed_policy(
            "The policy document is not a JSON object with statements.");
    }
    if (bypass_lockout_check) return base::ok();
    if (any_of(*statements, [&](const value& one) { return keeps_the_caller(call, one); })) {
        return base::ok();
    }
    return faults::malformed_policy(
        "The new key policy will not allow you to update the key policy in the future.");
}

}  // namespace kms

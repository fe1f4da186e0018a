#include "services/s3/policy.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "services/s3/faults.h"
#include "services/s3/request.h"

namespace s3 {

namespace {

namespace json = boost::json;

constexpr std::array known_fields = {"Version", "Id", "Statement"};
constexpr std::array known_statement_fields = {"Sid",          "Effect",      "Principal",
                                               "NotPrincipal", "Action",      "NotAction",
                                               "Resource",     "NotResource", "Condition"};

// Keys of conditions that narrow a policy to callers that somebody chose.
constexpr std::array narrowing_keys = {"aws:sourcearn",
                                       "aws:sourcevpc",
                                       "aws:sourcevpce",
                                       "aws:sourceip",
                                       "aws:principalarn",
                                       "aws:principalorgid",
                                       "aws:principalaccount",
                                       "aws:principalorgpaths",
                                       "aws:sourceaccount",
                                       "aws:sourceowner",
                                       "aws:sourceorgid",
                                       "aws:userid",
                                       "s3:dataaccesspointaccount",
                                       "s3:dataaccesspointarn"};

template <class List>
bool is_one_of(std::string_view text, const List& list) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

// A string, or a list of strings, as most fields may be. False when it is neither or empty.
template <class F>
bool for_each_text(const json::value& value, F&& visit) {
    if (const json::string* text = value.if_string()) return visit(std::string_view(*text));
    const json::array* list = value.if_array();
    if (list == nullptr || list->empty()) return false;
    for (const json::value& one : *list) {
        const json::string* text = one.if_string();
        if (text == nullptr || !visit(std::string_view(*text))) return false;
    }
    return true;
}

bool is_principal(const json::value& value) {
    if (const json::string* text = value.if_string()) return *text == "*";
    const json::object* kinds = value.if_object();
    if (kinds == nullptr || kinds->empty()) return false;
    for (const auto& [kind, names] : *kinds) {
        if (kind != "AWS" && kind != "Service" && kind != "Federated" && kind != "CanonicalUser") {
            return false;
        }
        if (!for_each_text(names, [](std::string_view name) { return !name.empty(); })) {
            return false;
        }
    }
    return true;
}

bool is_condition(const json::value& value) {
    const json::object* operators = value.if_object();
    if (operators == nullptr) return false;
    for (const auto& [name, keys] : *operators) {
        const json::object* pairs = keys.if_object();
        if (pairs == nullptr) return false;
        for (const auto& [key, values] : *pairs) {
            if (values.is_object() || values.is_null()) return false;
        }
    }
    return true;
}

bool is_action(std::string_view action) {
    return action == "*" || lower_case(action).starts_with("s3:");
}

// "arn:aws:s3:::bucket", "arn:aws:s3:::bucket/key"; wildcards anywhere, but of this bucket.
bool is_resource_of(std::string_view resource, const std::string& bucket) {
    if (resource == "*") return true;
    constexpr std::string_view start = "arn:aws:s3:::";
    if (!resource.starts_with(start)) return false;
    resource.remove_prefix(start.size());
    const std::string_view name = resource.substr(0, resource.find('/'));
    return name == bucket;
}

aws::Reply<void> check_statement(const json::value& value, const std::string& bucket) {
    const json::object* statement = value.if_object();
    if (statement == nullptr) return faults::malformed_policy("Invalid policy syntax.");
    for (const auto& [field, ignored] : *statement) {
        if (!is_one_of(std::string_view(field), known_statement_fields)) {
            return faults::malformed_policy("Unknown field " + std::string(field));
        }
    }
    const auto either = [&](const char* one, const char* other) -> const json::value* {
        const json::value* found = statement->if_contains(one);
        return found != nullptr ? found : statement->if_contains(other);
    };
    for (const auto& [field, other] : {std::pair{"Effect", "Effect"},
                                       {"Principal", "NotPrincipal"},
                                       {"Action", "NotAction"},
                                       {"Resource", "NotResource"}}) {
        if (either(field, other) == nullptr) {
            return faults::malformed_policy("Missing required field " + std::string(field));
        }
        if (std::string_view(field) != other && statement->contains(field) &&
            statement->contains(other)) {
            return faults::malformed_policy("Invalid policy syntax.");
        }
    }
    const json::value& effect = statement->at("Effect");
    if (effect != "Allow" && effect != "Deny") {
        return faults::malformed_policy("Invalid effect : " + json::serialize(effect));
    }
    if (!is_principal(*either("Principal", "NotPrincipal"))) {
        return faults::malformed_policy("Invalid principal in policy");
    }
    if (!for_each_text(*either("Action", "NotAction"), is_action)) {
        return faults::malformed_policy("Policy has invalid action");
    }
    if (!for_each_text(*either("Resource", "NotResource"), [&](std::string_view resource) {
            return is_resource_of(resource, bucket);
        })) {
        return faults::malformed_policy("Policy has invalid resource");
    }
    if (const json::value* condition = statement->if_contains("Condition");
        condition != nullptr && !is_condition(*condition)) {
        return faults::malformed_policy("Policy has an invalid condition key");
    }
    return base::ok();
}

// The statements of a document, whether it has a list of them or one.
std::vector<const json::value*> statements_of(const json::object& policy) {
    std::vector<const json::value*> out;
    const json::value* statements = policy.if_contains("Statement");
    if (statements == nullptr) return out;
    if (const json::array* list = statements->if_array()) {
        for (const json::value& one : *list)
            out.push_back(&one);
    } else {
        out.push_back(statements);
    }
    return out;
}

bool is_everyone(const json::value& principal) {
    if (const json::string* text = principal.if_string()) return *text == "*";
    const json::object* kinds = principal.if_object();
    const json::value* accounts = kinds != nullptr ? kinds->if_contains("AWS") : nullptr;
    if (accounts == nullptr) return false;
    bool everyone = false;
    for_each_text(*accounts, [&](std::string_view name) {
        everyone = everyone || name == "*";
        return true;
    });
    return everyone;
}

bool is_narrowed(const json::object& statement) {
    const json::value* condition = statement.if_contains("Condition");
    if (condition == nullptr) return false;
    for (const auto& [name, keys] : condition->as_object()) {
        // A condition that something is NOT so narrows nothing down to known callers.
        if (std::string_view(name).find("Not") != std::string_view::npos) continue;
        for (const auto& [key, values] : keys.as_object()) {
            if (!is_one_of(lower_case(std::string_view(key)), narrowing_keys)) continue;
            const bool fixed = for_each_text(values, [](std::string_view text) {
                return text.find("${") == std::string_view::npos && text != "*" &&
                       text != "0.0.0.0/0" && text != "::/0";
            });
            if (fixed) return true;
        }
    }
    return false;
}

}  // namespace

aws::Reply<void> check_policy(const std::string& text, const std::string& bucket) {
    if (text.size() > policy_bytes_max) {
        return faults::malformed_policy("Policies cannot exceed 20 KB in size");
    }
    boost::system::error_code error;
    const json::value document = json::parse(text, error);
    const json::object* policy = document.if_object();
    if (error || policy == nullptr) {
        return faults::malformed_policy(
            "Policies must be valid JSON and the first byte must be '{'");
    }
    for (const auto& [field, ignored] : *policy) {
        if (!is_one_of(std::string_view(field), known_fields)) {
            return faults::malformed_policy("Unknown field " + std::string(field));
        }
    }
    if (const json::value* version = policy->if_contains("Version");
        version != nullptr && *version != "2012-10-17" && *version != "2008-10-17") {
        return faults::malformed_policy("The policy must contain a valid version string");
    }
    const auto statements = statements_of(*policy);
    if (!policy->contains("Statement")) {
        return faults::malformed_policy("Missing required field Statement");
    }
    if (statements.empty() || statements.size() > policy_statements_max) {
        return faults::malformed_policy("Could not parse the policy: Statement is empty!");
    }
    for (const json::value* statement : statements) {
        TRY_VOID(check_statement(*statement, bucket));
    }
    return base::ok();
}

bool is_public_policy(const std::string& text) {
    boost::system::error_code error;
    const json::value document = json::parse(text, error);
    if (error || !document.is_object()) return false;
    for (const json::value* value : statements_of(document.get_object())) {
        const json::object& statement = value->as_object();
        if (statement.at("Effect") != "Allow") continue;
        const json::value* principal = statement.if_contains("Principal");
        // Allowing everyone but some allows everyone.
        if (principal != nullptr && !is_everyone(*principal)) continue;
        if (!is_narrowed(statement)) return true;
    }
    return false;
}

}  // namespace s3

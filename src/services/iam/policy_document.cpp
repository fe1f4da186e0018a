#include "services/iam/policy_document.h"

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <set>

#include "services/iam/policy_json.h"
#include "services/iam/principal.h"

namespace iam {

namespace {

namespace json = boost::json;
using base::Error;
using base::ErrorKind;

constexpr std::string_view version_2012 = "2012-10-17";
constexpr std::string_view version_2008 = "2008-10-17";

constexpr std::array operators = {"StringEquals",
                                  "StringNotEquals",
                                  "StringEqualsIgnoreCase",
                                  "StringNotEqualsIgnoreCase",
                                  "StringLike",
                                  "StringNotLike",
                                  "NumericEquals",
                                  "NumericNotEquals",
                                  "NumericLessThan",
                                  "NumericLessThanEquals",
                                  "NumericGreaterThan",
                                  "NumericGreaterThanEquals",
                                  "DateEquals",
                                  "DateNotEquals",
                                  "DateLessThan",
                                  "DateLessThanEquals",
                                  "DateGreaterThan",
                                  "DateGreaterThanEquals",
                                  "Bool",
                                  "BinaryEquals",
                                  "IpAddress",
                                  "NotIpAddress",
                                  "ArnEquals",
                                  "ArnLike",
                                  "ArnNotEquals",
                                  "ArnNotLike",
                                  "Null"};

Error malformed(std::string message) {
    return {ErrorKind::invalid, std::move(message), ""};
}

// One text or a list of texts. False: something else.
bool read_texts(const json::value& value, std::vector<std::string>& out) {
    if (const auto* text = value.if_string()) {
        out.emplace_back(*text);
        return true;
    }
    const auto* list = value.if_array();
    if (list == nullptr) return false;
    for (const json::value& element : *list) {
        const auto* text = element.if_string();
        if (text == nullptr) return false;
        out.emplace_back(*text);
    }
    return true;
}

// A condition's values may be numbers and truth values too.
bool read_values(const json::value& value, std::vector<std::string>& out) {
    if (value.is_array()) {
        return std::all_of(
            value.get_array().begin(), value.get_array().end(),
            [&](const json::value& one) { return !one.is_array() && read_values(one, out); });
    }
    if (const auto* text = value.if_string()) {
        out.emplace_back(*text);
    } else if (value.is_bool()) {
        out.emplace_back(value.get_bool() ? "true" : "false");
    } else if (value.is_number()) {
        out.push_back(json::serialize(value));
    } else {
        return false;
    }
    return true;
}

class Reader {
  public:
    explicit Reader(PolicyKind kind) : trust_(kind == PolicyKind::trust) {}

    base::Result<PolicyDocument> read(std::string_view text) {
        if (text.size() > policy_bytes_max) return syntax();
        const auto parsed = parse_strict_json(text, policy_depth_max);
        if (!parsed || !parsed->is_object()) return syntax();
        const json::object& top = parsed->get_object();
        for (const auto& [key, value] : top) {
            if (key != "Version" && key != "Id" && key != "Statement") return syntax();
        }
        PolicyDocument document;
        TRY_VOID(read_version(top, document));
        if (const auto* id = top.if_contains("Id")) {
            if (!id->is_string()) return syntax();
            document.id = id->get_string();
        }
        TRY_VOID(read_statements(top, document));
        TRY_VOID(check_sids(document));
        if (!trust_) {
            TRY_VOID(check_identity(document));
        }
        return document;
    }

  private:
    Error syntax() const {
        return malformed(trust_ ? "This policy contains invalid Json" : "Syntax errors in policy.");
    }
    Error wrong_shape() const {
        return malformed(trust_ ? "Syntax error in policy." : "Syntax errors in policy.");
    }

    base::Result<void> read_version(const json::object& top, PolicyDocument& document) const {
        document.version = version_2008;
        if (const auto* version = top.if_contains("Version")) {
            const auto* text = version->if_string();
            if (text == nullptr || (*text != version_2008 && *text != version_2012)) {
                return malformed(trust_ ? "The policy must contain a valid version string"
                                        : "Syntax errors in policy.");
            }
            document.version = *text;
        }
        return base::ok();
    }

    base::Result<void> read_statements(const json::object& top, PolicyDocument& document) const {
        const auto* held = top.if_contains("Statement");
        const bool empty = held == nullptr || (held->is_array() && held->get_array().empty());
        if (empty) {
            return malformed(trust_ ? "Could not parse the policy: Statement is empty!"
                                    : "Syntax errors in policy.");
        }
        if (held->is_object()) return read_statement(*held, document);
        if (!held->is_array()) return wrong_shape();
        for (const json::value& one : held->get_array()) {
            TRY_VOID(read_statement(one, document));
        }
        return base::ok();
    }

    base::Result<void> read_statement(const json::value& value, PolicyDocument& document) const {
        if (!value.is_object()) return wrong_shape();
        const json::object& held = value.get_object();
        static constexpr std::array known = {"Sid",          "Effect",      "Principal",
                                             "NotPrincipal", "Action",      "NotAction",
                                             "Resource",     "NotResource", "Condition"};
        for (const auto& [key, member] : held) {
            if (std::find(known.begin(), known.end(), key) == known.end()) return wrong_shape();
        }
        Statement& statement = document.statements.emplace_back();
        if (const auto* sid = held.if_contains("Sid")) {
            if (!sid->is_string()) return wrong_shape();
            statement.sid = sid->get_string();
        }
        TRY_VOID(read_effect(held, statement));
        TRY_VOID(read_principal(held, statement));
        TRY_VOID(read_conditions(held, statement));
        TRY_VOID(read_matches(held, "Action", "NotAction", statement.actions));
        TRY_VOID(read_matches(held, "Resource", "NotResource", statement.resources));
        if (trust_) return check_trust(held, statement);
        return base::ok();
    }

    base::Result<void> read_effect(const json::object& held, Statement& statement) const {
        const auto* effect = held.if_contains("Effect");
        if (effect == nullptr) {
            return malformed(trust_ ? "Missing required field Effect" : "Syntax errors in policy.");
        }
        if (!effect->is_string()) return wrong_shape();
        const std::string text(effect->get_string());
        if (text == "Allow") {
            statement.effect = Effect::allow;
        } else if (text == "Deny") {
            statement.effect = Effect::deny;
        } else {
            return malformed(trust_ ? "Invalid effect: " + text
                                    : "The policy failed legacy parsing");
        }
        return base::ok();
    }

    base::Result<void> read_principal(const json::object& held, Statement& statement) const {
        const auto* principal = held.if_contains("Principal");
        const bool negated = held.contains("NotPrincipal");
        if (!trust_) {
            if (principal == nullptr && !negated) return base::ok();
            return malformed("Policy document should not specify a principal.");
        }
        if (negated) {
            return malformed(statement.effect == Effect::allow
                                 ? "Allow with NotPrincipal is not allowed."
                                 : "AssumeRole policy must not contain NotPrincipal field.");
        }
        if (principal == nullptr) return malformed("Missing required field Principal");
        if (principal->is_string()) return malformed("Principal must be a JSON object.");
        if (!principal->is_object()) return wrong_shape();
        if (principal->get_object().empty()) {
            return malformed("Missing required field Principal cannot be empty!");
        }
        for (const auto& [key, value] : principal->get_object()) {
            std::vector<std::string> names;
            if (!read_texts(value, names)) return wrong_shape();
            if (names.empty()) {
                return malformed("Missing required field Principal cannot be empty!");
            }
            TRY_VOID(add_principals(key, std::move(names), statement.principals));
        }
        return base::ok();
    }

    static base::Result<void> add_principals(std::string_view kind, std::vector<std::string> names,
                                             Principals& to) {
        const auto invalid = [&](const char* shown, const std::string& name) {
            return malformed("Invalid principal in policy: \"" + std::string(shown) + "\":\"" +
                             name + "\"");
        };
        for (std::string& name : names) {
            if (kind == "AWS") {
                if (name == "*") {
                    to.anyone = true;
                    continue;
                }
                if (!is_aws_principal(name)) return invalid("AWS", name);
                to.aws.push_back(std::move(name));
            } else if (kind == "Service") {
                if (!is_service_principal(name)) return invalid("SERVICE", name);
                to.services.push_back(std::move(name));
            } else if (kind == "Federated") {
                to.federated.push_back(std::move(name));
            } else {
                return malformed("Invalid principal in policy: \"" + std::string(kind) + "\"");
            }
        }
        return base::ok();
    }

    base::Result<void> read_conditions(const json::object& held, Statement& statement) const {
        const auto* conditions = held.if_contains("Condition");
        if (conditions == nullptr) return base::ok();
        if (!conditions->is_object()) return wrong_shape();
        for (const auto& [name, keys] : conditions->get_object()) {
            Condition condition;
            if (!keys.is_object() || !read_operator(name, condition)) return wrong_shape();
            for (const auto& [key, value] : keys.get_object()) {
                Condition one = condition;
                one.key = key;
                if (!read_values(value, one.values) || key.empty()) return wrong_shape();
                statement.conditions.push_back(std::move(one));
            }
        }
        return base::ok();
    }

    // "ForAnyValue:StringLikeIfExists" in its parts. False: no operator of ours.
    static bool read_operator(std::string_view name, Condition& out) {
        for (const std::string_view quantifier : {"ForAnyValue", "ForAllValues"}) {
            if (name.size() > quantifier.size() && name.starts_with(quantifier) &&
                name[quantifier.size()] == ':') {
                out.quantifier = quantifier;
                name.remove_prefix(quantifier.size() + 1);
                break;
            }
        }
        constexpr std::string_view suffix = "IfExists";
        if (name.ends_with(suffix)) {
            out.if_exists = true;
            name.remove_suffix(suffix.size());
            if (name == "Null") return false;
        }
        out.base = name;
        return std::find(operators.begin(), operators.end(), name) != operators.end();
    }

    base::Result<void> read_matches(const json::object& held, const char* plain,
                                    const char* negated, Matches& out) const {
        const auto* positive = held.if_contains(plain);
        const auto* negative = held.if_contains(negated);
        if (positive != nullptr && negative != nullptr) return wrong_shape();
        const auto* found = positive != nullptr ? positive : negative;
        if (found == nullptr) return base::ok();
        out.negated = negative != nullptr;
        if (!read_texts(*found, out.patterns)) return wrong_shape();
        return base::ok();
    }

    static base::Result<void> check_trust(const json::object& held, const Statement& statement) {
        if (statement.actions.patterns.empty()) return malformed("Missing required field Action");
        for (const std::string& action : statement.actions.patterns) {
            if (!action.starts_with("sts:")) {
                return malformed("AssumeRole policy may only specify STS AssumeRole actions.");
            }
        }
        if (held.contains("Resource")) return malformed("Has prohibited field Resource");
        if (held.contains("NotResource")) {
            return malformed("AssumeRole policy must not contain resources.");
        }
        return base::ok();
    }

    base::Result<void> check_sids(const PolicyDocument& document) const {
        std::set<std::string_view> sids;
        for (const Statement& statement : document.statements) {
            const std::string_view sid = statement.sid;
            if (!sid.empty() && !sids.insert(sid).second) {
                return malformed(trust_ ? "The Statement Ids in the policy are not unique"
                                        : "Statement IDs (SID) in a single policy must be unique.");
            }
            const auto alphanumeric = [](char c) {
                return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
            };
            if (!trust_ && !std::all_of(sid.begin(), sid.end(), alphanumeric)) {
                return malformed(
                    "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies "
                    "the regular expression [0-9A-Za-z]*");
            }
        }
        return base::ok();
    }

    static base::Result<void> check_identity(const PolicyDocument& document) {
        if (document.version != version_2012) {
            return malformed("Policy document must be version 2012-10-17 or greater.");
        }
        for (const Statement& statement : document.statements) {
            if (statement.actions.patterns.empty()) {
                return malformed("Policy statement must contain actions.");
            }
        }
        for (const Statement& statement : document.statements) {
            if (statement.resources.patterns.empty()) {
                return malformed("Policy statement must contain resources.");
            }
        }
        for (const Statement& statement : document.statements) {
            for (const std::string& resource : statement.resources.patterns) {
                TRY_VOID(check_resource(resource));
            }
        }
        for (const Statement& statement : document.statements) {
            for (const std::string& action : statement.actions.patterns) {
                TRY_VOID(check_action(action));
            }
        }
        return base::ok();
    }

    static base::Result<void> check_action(const std::string& action) {
        if (action == "*") return base::ok();
        const auto colon = action.find(':');
        if (colon == std::string::npos) {
            return malformed(
                "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
        }
        if (action.find(':', colon + 1) != std::string::npos) {
            return malformed("Actions/Condition can contain only one colon.");
        }
        const std::string vendor = action.substr(0, colon);
        const bool good = vendor == "*" || std::all_of(vendor.begin(), vendor.end(), [](char c) {
                              return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                                     (c >= 'a' && c <= 'z') || c == '-' || c == '.';
                          });
        if (!good || vendor.empty()) return malformed("Vendor " + vendor + " is not valid");
        return base::ok();
    }

    static base::Result<void> check_resource(const std::string& resource) {
        if (resource == "*") return base::ok();
        if (!resource.starts_with("arn:")) {
            return malformed("Resource " + resource + " must be in ARN format or \"*\".");
        }
        std::vector<std::string> parts;
        std::size_t from = 0;
        for (int i = 0; i < 5; ++i) {
            const auto colon = resource.find(':', from);
            if (colon == std::string::npos) return malformed("The policy failed legacy parsing");
            parts.push_back(resource.substr(from, colon - from));
            from = colon + 1;
        }
        const std::string& partition = parts[1];
        if (partition != "aws" && !partition.starts_with("aws-") && partition != "*") {
            return malformed("Partition \"" + partition + "\" is not valid for resource \"" +
                             resource + "\".");
        }
        const std::string& vendor = parts[2];
        if (vendor.empty() || vendor.find_first_of("*?") != std::string::npos) {
            return malformed("Resource vendor must be fully qualified and cannot contain regexes.");
        }
        if (vendor == "iam" && !parts[3].empty()) {
            return malformed("IAM resource " + resource + " cannot contain region information.");
        }
        if (vendor == "s3" && !parts[3].empty()) {
            return malformed("Resource " + resource + " can not contain region information.");
        }
        return base::ok();
    }

    const bool trust_;
};

}  // namespace

base::Result<PolicyDocument> parse_policy(std::string_view json, PolicyKind kind) {
    return Reader(kind).read(json);
}

std::size_t policy_size(std::string_view json) {
    return static_cast<std::size_t>(std::count_if(json.begin(), json.end(), [](char c) {
        return c != ' ' && c != '\t' && c != '\n' && c != '\r' &&
               (static_cast<unsigned char>(c) & 0xC0) != 0x80;  // characters, not bytes
    }));
}

}  // namespace iam

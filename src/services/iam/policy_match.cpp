#include "services/iam/policy_match.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "services/iam/principal.h"
#include "wire/timestamp.h"

namespace iam {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return lower(c); });
    return out;
}

bool same(char a, char b, Case letters) {
    return a == b || (letters == Case::ignored && lower(a) == lower(b));
}

bool equal(std::string_view a, std::string_view b, Case letters) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [&](char x, char y) { return same(x, y, letters); });
}

// As ArnLike reads them: part by part, so that '*' does not reach over a colon before the sixth.
bool matches_arn(std::string_view pattern, std::string_view arn) {
    for (int part = 0; part < 5; ++part) {
        const auto in_pattern = pattern.find(':');
        const auto in_arn = arn.find(':');
        if (in_pattern == std::string_view::npos || in_arn == std::string_view::npos) return false;
        if (!matches_pattern(pattern.substr(0, in_pattern), arn.substr(0, in_arn), Case::exact)) {
            return false;
        }
        pattern.remove_prefix(in_pattern + 1);
        arn.remove_prefix(in_arn + 1);
    }
    return matches_pattern(pattern, arn, Case::exact);
}

std::optional<double> number_of(std::string_view text) {
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// Moments as seconds; they may be written as epoch seconds too.
std::optional<double> time_of(std::string_view text) {
    if (const auto number = number_of(text)) return number;
    const auto time = wire::parse_iso8601(text);
    if (!time) return std::nullopt;
    return static_cast<double>(time.value().ms) / 1000;
}

bool compares(std::string_view relation, double held, double value) {
    if (relation == "Equals") return held == value;
    if (relation == "LessThan") return held < value;
    if (relation == "LessThanEquals") return held <= value;
    if (relation == "GreaterThan") return held > value;
    return held >= value;  // GreaterThanEquals
}

bool compares_as(std::optional<double> (*read)(std::string_view), std::string_view relation,
                 std::string_view held, std::string_view value) {
    const auto left = read(held);
    const auto right = read(value);
    return left && right && compares(relation, *left, *right);
}

// Without its negation: "StringNotLike" is "StringLike".
struct Operator {
    std::string name;
    bool negated = false;
};
Operator split(const std::string& base) {
    const auto at = base.find("Not");
    if (at == std::string::npos) return {base, false};
    return {base.substr(0, at) + base.substr(at + 3), true};
}

// Whether one value of the request fits one of the policy; nullopt: not evaluated here.
std::optional<bool> fits(const std::string& name, std::string_view held, std::string_view value) {
    if (name == "StringEquals") return equal(held, value, Case::exact);
    if (name == "StringEqualsIgnoreCase") return equal(held, value, Case::ignored);
    if (name == "StringLike") return matches_pattern(value, held, Case::exact);
    if (name == "ArnEquals" || name == "ArnLike") return matches_arn(value, held);
    if (name == "Bool") return equal(held, value, Case::ignored);
    if (name.starts_with("Numeric")) {
        return compares_as(&number_of, std::string_view(name).substr(7), held, value);
    }
    if (name.starts_with("Date")) {
        return compares_as(&time_of, std::string_view(name).substr(4), held, value);
    }
    return std::nullopt;  // IpAddress, BinaryEquals
}

Holds as_holds(bool yes) {
    return yes ? Holds::yes : Holds::no;
}

// Whether one held value satisfies the condition: any of its values, or none where negated.
Holds satisfies(const Operator& op, const std::string& held, const Condition& condition) {
    for (const std::string& value : condition.values) {
        const auto fit = fits(op.name, held, value);
        if (!fit) return Holds::unknown;
        if (*fit) return as_holds(!op.negated);
    }
    return as_holds(op.negated);
}

bool names_caller(const Principals& principals, const ports::RoleRequest& request,
                  const std::string& caller_role_arn) {
    const aws::Caller& caller = request.caller;
    if (!caller.service_principal.empty()) {
        return std::find(principals.services.begin(), principals.services.end(),
                         caller.service_principal) != principals.services.end();
    }
    if (principals.anyone) return true;
    const std::string unique_id = caller.user_id.substr(0, caller.user_id.find(':'));
    return std::any_of(principals.aws.begin(), principals.aws.end(), [&](const auto& name) {
        if (name == caller.account || name == caller.arn || name == unique_id) return true;
        if (!caller_role_arn.empty() && name == caller_role_arn) return true;
        const auto entity = parse_entity_arn(name);
        return entity && entity->kind == "root" && entity->account == caller.account;
    });
}

ConditionContext context_of(const ports::RoleRequest& request, const std::string& caller_role_arn) {
    const aws::Caller& caller = request.caller;
    ConditionContext context;
    context["sts:rolesessionname"] = {request.session_name};
    if (request.external_id) context["sts:externalid"] = {*request.external_id};
    context["aws:currenttime"] = {wire::format_iso8601(request.time)};
    context["aws:epochtime"] = {std::to_string(request.time.ms / 1000)};
    if (!caller.service_principal.empty()) {
        context["aws:principalisawsservice"] = {"true"};
        context["aws:principalservicename"] = {caller.service_principal};
        if (!caller.source_arn.empty()) context["aws:sourcearn"] = {caller.source_arn};
        context["aws:sourceaccount"] = {caller.account};
        return context;
    }
    context["aws:principalisawsservice"] = {"false"};
    context["aws:principalaccount"] = {caller.account};
    context["aws:principalarn"] = {caller_role_arn.empty() ? caller.arn : caller_role_arn};
    context["aws:principaltype"] = {caller_role_arn.empty() ? "Account" : "AssumedRole"};
    context["aws:userid"] = {caller.user_id};
    return context;
}

// What a request to take a role on never has here: there are no tags of sessions, no MFA and no
// organizations. Of any other key that the context lacks nothing is known.
bool is_surely_absent(std::string_view key) {
    static constexpr std::array keys = {"sts:externalid",
                                        "sts:sourceidentity",
                                        "sts:transitivetagkeys",
                                        "aws:sourcearn",
                                        "aws:sourceaccount",
                                        "aws:principalservicename",
                                        "aws:principalaccount",
                                        "aws:principalarn",
                                        "aws:principaltype",
                                        "aws:userid",
                                        "aws:tagkeys",
                                        "aws:multifactorauthpresent",
                                        "aws:multifactorauthage",
                                        "aws:principalorgid",
                                        "aws:principalorgpaths"};
    return std::find(keys.begin(), keys.end(), key) != keys.end() ||
           key.starts_with("aws:requesttag/") || key.starts_with("aws:principaltag/");
}

bool applies(const Statement& statement, const ConditionContext& context) {
    return std::all_of(statement.conditions.begin(), statement.conditions.end(),
                       [&](const Condition& condition) {
                           const std::string key = lower(condition.key);
                           const bool known = context.contains(key) || is_surely_absent(key);
                           const Holds held = known ? holds(condition, context) : Holds::unknown;
                           return held == Holds::yes ||
                                  (held == Holds::unknown && statement.effect == Effect::deny);
                       });
}

}  // namespace

bool matches_pattern(std::string_view pattern, std::string_view text, Case letters) {
    // Where to go on when the rest does not fit: the last '*', reaching one character further.
    std::size_t star = std::string_view::npos;
    std::size_t star_text = 0;
    std::size_t p = 0;
    std::size_t t = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            star_text = t;
        } else if (p < pattern.size() &&
                   (pattern[p] == '?' || same(pattern[p], text[t], letters))) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++star_text;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

bool matches(const Matches& matches, std::string_view text, Case letters) {
    const bool found = std::any_of(
        matches.patterns.begin(), matches.patterns.end(),
        [&](const std::string& pattern) { return matches_pattern(pattern, text, letters); });
    return found != matches.negated;
}

Holds holds(const Condition& condition, const ConditionContext& context) {
    const auto found = context.find(lower(condition.key));
    const bool absent = found == context.end() || found->second.empty();
    if (condition.base == "Null") {
        const bool wanted = std::all_of(
            condition.values.begin(), condition.values.end(),
            [&](const std::string& value) { return lower(value) == (absent ? "true" : "false"); });
        return as_holds(wanted && !condition.values.empty());
    }
    for (const std::string& value : condition.values) {
        if (value.find("${") != std::string::npos) return Holds::unknown;
    }
    const Operator op = split(condition.base);
    if (absent) {
        if (condition.quantifier == "ForAllValues") return Holds::yes;
        if (condition.quantifier == "ForAnyValue") return as_holds(condition.if_exists);
        return as_holds(condition.if_exists || op.negated);
    }
    const bool all = condition.quantifier == "ForAllValues";
    for (const std::string& held : found->second) {
        const Holds one = satisfies(op, held, condition);
        if (one == Holds::unknown) return one;
        if ((one == Holds::yes) != all) return one;
    }
    return as_holds(all);
}

bool trusts(const PolicyDocument& document, std::string_view action,
            const ports::RoleRequest& request, const std::string& caller_role_arn) {
    const ConditionContext context = context_of(request, caller_role_arn);
    bool allowed = false;
    for (const Statement& statement : document.statements) {
        if (!matches(statement.actions, action, Case::ignored)) continue;
        if (!names_caller(statement.principals, request, caller_role_arn)) continue;
        if (!applies(statement, context)) continue;
        if (statement.effect == Effect::deny) return false;
        allowed = true;
    }
    return allowed;
}

}  // namespace iam

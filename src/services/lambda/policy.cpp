#include "services/lambda/policy.h"

#include "services/lambda/function_name.h"
#include "services/lambda/platform_lines.h"

namespace lambda {
namespace {

std::string principal_json(const std::string& principal) {
    if (principal == "*") return "\"*\"";
    if (is_account(principal)) {
        return "{\"AWS\":" + quoted("arn:aws:iam::" + principal + ":root") + "}";
    }
    if (principal.starts_with("arn:")) return "{\"AWS\":" + quoted(principal) + "}";
    return "{\"Service\":" + quoted(principal) + "}";
}

// Iterative, so that a pattern of many stars costs no more than pattern times text.
bool glob(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t star_text = 0;
    while (t < text.size()) {
        if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t]) &&
            pattern[p] != '*') {
            ++p;
            ++t;
        } else if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            star_text = t;
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

// Five parts before the resource, and the resource with all its colons.
std::vector<std::string_view> arn_parts(std::string_view arn) {
    std::vector<std::string_view> parts;
    while (parts.size() < 5) {
        const auto colon = arn.find(':');
        if (colon == std::string_view::npos) return {};
        parts.push_back(arn.substr(0, colon));
        arn.remove_prefix(colon + 1);
    }
    parts.push_back(arn);
    return parts;
}

}  // namespace

std::string statement_json(const StatementRow& statement, const std::string& function_arn) {
    std::string out = "{\"Sid\":" + quoted(statement.id) +
                      ",\"Effect\":\"Allow\",\"Principal\":" + principal_json(statement.principal) +
                      ",\"Action\":" + quoted(statement.action) +
                      ",\"Resource\":" + quoted(function_arn);
    std::string equals;
    if (!statement.source_account.empty()) {
        equals += "\"AWS:SourceAccount\":" + quoted(statement.source_account);
    }
    if (!statement.event_source_token.empty()) {
        if (!equals.empty()) equals += ',';
        equals += "\"lambda:EventSourceToken\":" + quoted(statement.event_source_token);
    }
    std::string condition;
    if (!equals.empty()) condition = "\"StringEquals\":{" + equals + "}";
    if (!statement.source_arn.empty()) {
        if (!condition.empty()) condition += ',';
        condition += "\"ArnLike\":{\"AWS:SourceArn\":" + quoted(statement.source_arn) + "}";
    }
    if (!condition.empty()) out += ",\"Condition\":{" + condition + "}";
    return out + "}";
}

std::string policy_json(const std::vector<StatementRow>& statements,
                        const std::string& function_arn) {
    std::string out = R"({"Version":"2012-10-17","Id":"default","Statement":[)";
    for (std::size_t i = 0; i < statements.size(); ++i) {
        if (i > 0) out += ',';
        out += statement_json(statements[i], function_arn);
    }
    return out + "]}";
}

bool arn_like(std::string_view pattern, std::string_view arn) {
    const auto pattern_parts = arn_parts(pattern);
    const auto parts = arn_parts(arn);
    if (pattern_parts.empty() || parts.empty()) return false;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (!glob(pattern_parts[i], parts[i])) return false;
    }
    return true;
}

bool policy_allows(const std::vector<StatementRow>& statements, const aws::Caller& caller) {
    const auto source = arn_parts(caller.source_arn);
    // S3's arns name no account; then the account the caller acts for counts.
    const std::string_view source_account =
        source.empty() || source[4].empty() ? std::string_view(caller.account) : source[4];
    for (const auto& statement : statements) {
        if (statement.action != "lambda:InvokeFunction" && statement.action != "lambda:*" &&
            statement.action != "*") {
            continue;
        }
        if (statement.principal != "*" && statement.principal != caller.service_principal) continue;
        if (!statement.event_source_token.empty()) continue;  // only Alexa has one
        if (!statement.source_arn.empty() && !arn_like(statement.source_arn, caller.source_arn)) {
            continue;
        }
        if (!statement.source_account.empty() && statement.source_account != source_account) {
            continue;
        }
        return true;
    }
    return false;
}

}  // namespace lambda

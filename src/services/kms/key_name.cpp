#include "services/kms/key_name.h"

#include <algorithm>

#include "services/kms/faults.h"

namespace kms {
namespace {

// Services with a key of their own, as in AWS's list of aliases.
constexpr std::string_view managed_services[] = {
    "acm",       "backup", "connect", "dynamodb", "ebs",          "elasticfilesystem",
    "es",        "fsx",    "glue",    "kinesis",  "kinesisvideo", "lambda",
    "lightsail", "mq",     "rds",     "redshift", "s3",           "secretsmanager",
    "sns",       "sqs",    "ssm",     "workmail", "xray"};

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-'
                 : std::string_view("0123456789abcdef").find(text[i]) == std::string_view::npos) {
            return false;
        }
    }
    return true;
}

// The next part of an ARN; `rest` loses it and its colon.
std::string_view next_part(std::string_view& rest) {
    const auto colon = rest.find(':');
    const std::string_view part = rest.substr(0, colon);
    rest.remove_prefix(colon == std::string_view::npos ? rest.size() : colon + 1);
    return part;
}

}  // namespace

aws::Reply<KeyName> parse_key_name(const aws::Call& call, const std::string& text) {
    std::string_view rest = text;
    const bool is_arn = rest.starts_with("arn:");
    if (is_arn) {
        next_part(rest);
        const std::string_view partition = next_part(rest);
        const std::string_view service = next_part(rest);
        const std::string region(next_part(rest));
        const std::string_view account = next_part(rest);
        if (!partition.starts_with("aws") || service != "kms" || region.empty() ||
            account.empty()) {
            return faults::invalid_arn(text);
        }
        if (region != call.region) return faults::wrong_region(region);
        if (account != call.account()) return faults::foreign_account(call.caller.arn, text);
    }
    if (rest.starts_with(alias_prefix)) {
        rest.remove_prefix(alias_prefix.size());
        if (rest.empty()) return faults::invalid_key_id(text);
        return KeyName{true, std::string(rest)};
    }
    if (is_arn) {
        if (!rest.starts_with("key/")) return faults::invalid_arn(text);
        rest.remove_prefix(4);
    }
    const std::string id(rest);
    if (!is_uuid(id)) {
        if (is_arn || id.starts_with("mrk-")) return faults::key_not_found(key_arn(call, id));
        return faults::invalid_key_id(text);
    }
    return KeyName{false, id};
}

std::string key_arn(const aws::Call& call, const std::string& key_id) {
    return aws::make_arn("kms", call.region, call.account(), "key/" + key_id);
}

std::string alias_arn(const aws::Call& call, const std::string& name) {
    return aws::make_arn("kms", call.region, call.account(), std::string(alias_prefix) + name);
}

bool is_managed_alias(std::string_view name) {
    if (!name.starts_with(managed_prefix)) return false;
    name.remove_prefix(managed_prefix.size());
    return std::find(std::begin(managed_services), std::end(managed_services), name) !=
           std::end(managed_services);
}

}  // namespace kms

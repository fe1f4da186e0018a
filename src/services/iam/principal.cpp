#include "services/iam/principal.h"

#include <algorithm>

namespace iam {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

bool is_account_id(std::string_view text) {
    return text.size() == 12 && std::all_of(text.begin(), text.end(), is_digit);
}

std::optional<EntityArn> parse_entity_arn(std::string_view arn) {
    std::string_view parts[5];
    for (std::string_view& part : parts) {
        const auto colon = arn.find(':');
        if (colon == std::string_view::npos) return std::nullopt;
        part = arn.substr(0, colon);
        arn.remove_prefix(colon + 1);
    }
    const bool partition = parts[1] == "aws" || parts[1].starts_with("aws-");
    const bool service = parts[2] == "iam" || parts[2] == "sts";
    const bool account = is_account_id(parts[4]) || parts[4] == "aws";
    if (parts[0] != "arn" || !partition || !service || !parts[3].empty() || !account) {
        return std::nullopt;
    }
    EntityArn entity{
        std::string(parts[1]), std::string(parts[2]), std::string(parts[4]), "", "", ""};
    const auto first = arn.find('/');
    entity.kind = arn.substr(0, first);
    if (first == std::string_view::npos) {
        if (entity.kind != "root") return std::nullopt;
        return entity;
    }
    const auto last = arn.rfind('/');
    entity.path = arn.substr(first, last - first + 1);
    entity.name = arn.substr(last + 1);
    if (entity.kind.empty() || entity.name.empty()) return std::nullopt;
    return entity;
}

bool is_aws_principal(std::string_view text) {
    if (is_account_id(text)) return true;
    // Unique ids of roles and users, which stay behind when their ARN's entity is deleted.
    if (text.starts_with("AROA") || text.starts_with("AIDA")) {
        return text.size() >= 16 && std::all_of(text.begin(), text.end(), [](char c) {
                   return is_digit(c) || (c >= 'A' && c <= 'Z');
               });
    }
    const auto entity = parse_entity_arn(text);
    if (!entity || entity->account == "aws") return false;
    if (entity->service == "iam") {
        return entity->kind == "root" || entity->kind == "role" || entity->kind == "user";
    }
    return entity->kind == "assumed-role" || entity->kind == "federated-user";
}

bool is_service_principal(std::string_view text) {
    const bool domain = text.ends_with(".amazonaws.com") || text.ends_with(".amazonaws.com.cn") ||
                        text.ends_with(".amazon.com") || text.ends_with(".aws.internal");
    return domain && text.front() != '.' && std::all_of(text.begin(), text.end(), [](char c) {
               return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '.';
           });
}

}  // namespace iam

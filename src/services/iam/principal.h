// Who may stand in a trust policy, and the parts of the ARNs of IAM and STS. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace iam {

bool is_account_id(std::string_view text);  // 12 digits

// An entity of IAM or STS: "arn:aws:iam::123456789012:role/path/name".
struct EntityArn {
    std::string partition;  // "aws"
    std::string service;    // "iam", "sts"
    std::string account;    // 12 digits; "aws" for AWS's own policies
    std::string kind;       // "role", "policy", "user", "assumed-role", "root"
    std::string path;       // "/", "/service-role/"; "" for root
    std::string name;       // behind the last slash; "" for root
};
std::optional<EntityArn> parse_entity_arn(std::string_view arn);

// An account, an ARN of an entity that can call, or an entity's unique id.
bool is_aws_principal(std::string_view text);
// "lambda.amazonaws.com"
bool is_service_principal(std::string_view text);

}  // namespace iam

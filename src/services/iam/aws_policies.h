// AWS managed policies: those that CDK apps and pipelines like this one's attach. Names, versions,
// dates and documents are AWS's public ones; nothing is made up.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace iam {

struct AwsPolicy {
    const char* path;  // "/service-role/"
    const char* name;
    int version;           // the default one
    const char* created;   // ISO 8601
    const char* updated;   // of that version
    const char* document;  // nullptr: too long to be carried here
};

std::span<const AwsPolicy> aws_policies();  // by name
// nullptr: not one of them
const AwsPolicy* find_aws_policy(std::string_view path, std::string_view name);
// "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
std::string arn_of(const AwsPolicy& policy);

}  // namespace iam

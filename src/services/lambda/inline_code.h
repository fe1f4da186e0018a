// Source text that a template carries (Code.ZipFile of AWS::Lambda::Function) as a deployment
// package.
#pragma once

#include <string>
#include <string_view>

namespace lambda {

inline constexpr std::size_t inline_source_bytes_max = 4 * 1024 * 1024;  // as AWS

// A zip with the text as index.js and, as on AWS, the module cfn-response beside it, with which a
// custom resource answers CloudFormation. The same bytes for the same text.
std::string zip_inline_source(std::string_view source);

}  // namespace lambda

// A policy document as IAM reads it: JSON in, statements out, and what is wrong in AWS's words.
// Pure. What a statement means (does it match a request?) is in policy_match.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace iam {

enum class PolicyKind : std::uint8_t {
    identity,  // what a role may do: statements have resources and no principal
    trust,     // who may take a role on: statements have a principal and no resources
};

enum class Effect : std::uint8_t { allow, deny };

// Patterns with '*' and '?', or all but those.
struct Matches {
    std::vector<std::string> patterns;
    bool negated = false;  // NotAction, NotResource
};

struct Principals {
    bool anyone = false;  // "*", or {"AWS": "*"}
    std::vector<std::string> aws;
    std::vector<std::string> services;
    std::vector<std::string> federated;
};

struct Condition {
    std::string base;        // "StringEquals", without prefix and IfExists
    std::string quantifier;  // "ForAnyValue", "ForAllValues", ""
    bool if_exists = false;
    std::string key;  // "sts:ExternalId", as written
    std::vector<std::string> values;
};

struct Statement {
    std::string sid;
    Effect effect = Effect::deny;
    Matches actions;
    Matches resources;  // empty in a trust policy
    Principals principals;
    std::vector<Condition> conditions;  // all must hold
};

struct PolicyDocument {
    std::string version;  // "2008-10-17" when the document does not say
    std::string id;
    std::vector<Statement> statements;
};

// Deeper JSON is refused. A condition's value is on level 6.
inline constexpr std::size_t policy_depth_max = 16;
// As long as the wire takes them; the services' own limits are lower.
inline constexpr std::size_t policy_bytes_max = 131'072;

//   errors  invalid; the message is that of AWS's MalformedPolicyDocument
base::Result<PolicyDocument> parse_policy(std::string_view json, PolicyKind kind);

// Characters that count against size limits: AWS does not count white space.
std::size_t policy_size(std::string_view json);

}  // namespace iam

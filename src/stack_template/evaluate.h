// Functions, conditions and rules evaluated. One Evaluator for a template with its parameters; what
// exists of the stack comes in through a Resolver, so that the same code plans a change set
// (attributes of what is not made yet are unknown) and deploys (all that it depends on is made).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "stack_template/graph.h"
#include "stack_template/parameters.h"
#include "stack_template/stack_template.h"

namespace stack_template {

// What an unknown value looks like in a result: CloudFormation's own text in change sets. Any
// function of an unknown value is this whole string, also Join and Sub.
inline constexpr std::string_view unknown_value = "{{changeSet:KNOWN_AFTER_APPLY}}";
// Whether `value` is or contains an unknown value.
bool has_unknown(const json::value& value);

// Bytes of text that evaluating one resource or output may produce, and of one Fn::Split's parts.
inline constexpr std::size_t evaluated_bytes_max = 4'194'304;
inline constexpr std::size_t split_parts_max = 10'000;

// The outside of a template. nullopt: not known yet (only in plans).
class Resolver {
  public:
    using Answer = base::Result<std::optional<json::value>>;
    virtual ~Resolver() = default;
    // Ref of a resource: its physical id.
    virtual Answer ref(const std::string& logical_id) = 0;
    virtual Answer attribute(const std::string& logical_id, const std::string& attribute) = 0;
    // Fn::ImportValue.  errors  the engine's: "No export named X found"
    virtual Answer import_value(const std::string& export_name) = 0;
    // {{resolve:ssm:name:version}}: name "/a/b" or "/a/b:3"
    virtual Answer ssm_parameter(const std::string& name) = 0;
};

struct PseudoParameters {
    std::string account_id;
    std::string region;
    std::string stack_id;  // arn
    std::string stack_name;
    std::vector<std::string> notification_arns;
    std::string partition = "aws";
    std::string url_suffix = "amazonaws.com";
};

struct OutputValue {
    std::string name;
    std::string value;  // may be unknown_value in a plan
    std::string description;
    std::optional<std::string> export_name;
};

class Evaluator {
  public:
    // Evaluates all conditions, then checks the rules.
    //   parsed, values, pseudo  must outlive the evaluator; `values` from bind_parameters
    //   errors  invalid
    static base::Result<Evaluator> make(const Template& parsed, const ParameterValues& values,
                                        const PseudoParameters& pseudo);

    // All below: any thread. Errors are invalid, unsupported and the resolver's own.

    // False for names that are no conditions (parse has refused those).
    bool condition(std::string_view name) const;
    // Whether its Condition holds or it has none.
    bool is_active(const Resource& resource) const;
    bool is_active(const Output& output) const;

    // Dependencies among active resources, in branches of Fn::If that are taken.
    //   errors  invalid: a reference to an inactive resource ("Template format error: Unresolved
    //           resource dependencies [X] in the Resources block of the template"), a cycle
    base::Result<Graph> graph() const;

    // The resource's properties with all functions and dynamic references gone. AWS::NoValue drops
    // the key or list element.
    base::Result<json::object> properties(const Resource& resource, Resolver& resolver) const;
    // Active outputs, in order. A value that is no string or scalar is refused.
    base::Result<std::vector<OutputValue>> outputs(Resolver& resolver) const;
    // Any expression, as found in properties. nullopt: AWS::NoValue
    base::Result<std::optional<json::value>> value(const json::value& expression,
                                                   Resolver& resolver) const;

    // Export names that the template imports: ListImports, and exports in use. Only names that need
    // no resource; in branches that are taken.
    base::Result<std::set<std::string>> imports() const;

  private:
    Evaluator(const Template& parsed, const ParameterValues& values, const PseudoParameters& pseudo)
        : template_(&parsed), values_(&values), pseudo_(&pseudo) {}

    const Template* template_;
    const ParameterValues* values_;
    const PseudoParameters* pseudo_;
    std::map<std::string, bool, std::less<>> conditions_;
};

}  // namespace stack_template

// A CloudFormation template: text in, checked structure out. Pure: no files, no clock, no calls.
//
//   TRY(parsed, stack_template::parse(text));                       // this header
//   TRY_VOID(stack_template::check_types(parsed, catalog));
//   TRY(values, stack_template::bind_parameters(parsed, …));        // parameters.h
//   TRY(evaluator, stack_template::Evaluator::make(parsed, …));     // evaluate.h
//   TRY(graph, evaluator.graph());                                  // graph.h
//   TRY(properties, evaluator.properties(resource, resolver));
//   auto changes = stack_template::compare(before, after, …);       // compare.h
//
// Errors: base::Error whose `message` is CloudFormation's own text where that is public, to be
// given to the client as a ValidationError; `context` is the logical id, "" where there is none.
//   invalid      the template or its parameters are wrong
//   limit        one of the maxima below
//   unsupported  something that CloudFormation has and we have not: the message names it
// and whatever a Resolver or ParameterSource returned, unchanged.
//
// Values are boost::json (objects keep the order of the text). A scalar without quotes is a number
// only when its text is exactly how we would write that number; everything else is the text that
// the user wrote: 2010-09-09, 012345678901, 1.10, 0x1F. YAML's true, yes and on (and their
// opposites) are booleans, as CloudFormation has it. CloudFormation treats scalars as text and
// converts them where a property's type wants it; so do we (text_of()).
//
// Functions are kept in their long form only: `!GetAtt a.b` is {"Fn::GetAtt": ["a", "b"]}.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stack_template {

namespace json = boost::json;

// CloudFormation's quotas (TemplateBody's own 51,200 bytes are the operation's).
inline constexpr std::size_t text_bytes_max = 1'048'576;
inline constexpr std::size_t resources_max = 500;
inline constexpr std::size_t parameters_max = 200;
inline constexpr std::size_t mappings_max = 200;
inline constexpr std::size_t mapping_attributes_max = 200;
inline constexpr std::size_t outputs_max = 200;
inline constexpr std::size_t description_bytes_max = 1'024;
inline constexpr std::size_t logical_id_characters_max = 255;
inline constexpr std::size_t parameter_value_bytes_max = 4'096;
// Ours: what a hostile text can make us hold.
inline constexpr std::size_t depth_max = 64;
inline constexpr std::size_t nodes_max = 100'000;

enum class Format : std::uint8_t { json, yaml };

// What becomes of a resource that leaves the stack, or whose physical resource is replaced.
// "Snapshot" is refused by parse: no type here has snapshots.
enum class RemovalPolicy : std::uint8_t {
    remove,  // "Delete": the default
    retain,
    retain_except_on_create,  // DeletionPolicy only: retained unless its creation is rolled back
};

struct Parameter {
    std::string name;
    std::string type;  // as written: "String", "List<Number>", "AWS::SSM::Parameter::Value<String>"
    std::optional<std::string> default_value;  // lists: with commas
    std::vector<std::string> allowed_values;   // empty: any
    std::optional<std::string> allowed_pattern;
    std::optional<std::int64_t> min_length, max_length;
    std::optional<std::string> min_value, max_value;  // numbers, as written
    bool no_echo = false;
    std::string description;
    std::string constraint_description;

    // CommaDelimitedList, List<…>, and SSM values of these: Ref gives a list.
    bool is_list() const;
    // AWS::SSM::Parameter::Value<…>: the value given is the name of an SSM parameter.
    bool is_ssm_value() const;
};

struct Resource {
    std::string logical_id;
    std::string type;
    json::object properties;  // unresolved; {} when there are none
    std::vector<std::string> depends_on;
    std::optional<std::string> condition;
    RemovalPolicy deletion_policy = RemovalPolicy::remove;
    RemovalPolicy update_replace_policy = RemovalPolicy::remove;
    json::value metadata;  // unresolved, null when absent
};

struct Output {
    std::string name;
    std::string description;
    json::value value;
    std::optional<json::value> export_name;  // Export: Name
    std::optional<std::string> condition;
};

struct Assertion {
    json::value assert_expression;
    std::string description;  // AssertDescription, "" when absent
};

struct Rule {
    std::string name;
    std::optional<json::value> condition;  // RuleCondition
    std::vector<Assertion> assertions;
};

struct Template {
    std::string text;  // the original, for GetTemplate
    Format format = Format::json;
    std::string format_version;  // "2010-09-09" or ""
    std::string description;
    json::value metadata;  // null when absent
    std::vector<Parameter> parameters;
    json::object mappings;    // name -> key -> attribute -> scalar or list
    json::object conditions;  // name -> unevaluated expression
    std::vector<Rule> rules;
    std::vector<Resource> resources;
    std::vector<Output> outputs;
    // Transforms in order. Any other than AWS::LanguageExtensions is refused by parse.
    std::vector<std::string> transforms;

    // nullptr when there is none of that name.
    const Parameter* find_parameter(std::string_view name) const;
    const Resource* find_resource(std::string_view logical_id) const;
    const Output* find_output(std::string_view name) const;
    // Fn::Length, Fn::ToJsonString and FindInMap's DefaultValue are AWS::LanguageExtensions'.
    bool has_language_extensions() const;

    // position in `resources`; made by parse
    std::map<std::string, std::size_t, std::less<>> resource_positions;
};

// Parse and check what can be known without parameters: structure, names, limits, that each Ref,
// GetAtt, DependsOn, Condition and FindInMap with literal names leads somewhere, that functions
// exist and have the right arguments, no cycles among conditions or unconditional dependencies.
//   text    JSON when its first character that is not white space is '{', otherwise YAML; UTF-8
//   errors  invalid, limit, unsupported
base::Result<Template> parse(std::string_view text);

// The tree of a JSON or YAML text alone, with the scalars as said above.
base::Result<json::value> parse_tree(std::string_view text);

// What resource types exist: the engine's.
class TypeCatalog {
  public:
    virtual ~TypeCatalog() = default;
    virtual bool has_type(std::string_view type) const = 0;
    // Asked for known types only. "Outputs.Name" for nested stacks, any for custom resources.
    virtual bool has_attribute(std::string_view type, std::string_view attribute) const = 0;
};

// All unknown types in one message, then the first unknown attribute of a Fn::GetAtt or ${a.b}.
//   errors  invalid
base::Result<void> check_types(const Template& parsed, const TypeCatalog& catalog);

// For ValidateTemplate and GetTemplateSummary, and for the check that a request's Capabilities
// cover the template (a fault of the operations: "Requires capabilities : [CAPABILITY_IAM]").
struct Summary {
    std::vector<std::string> resource_types;  // each once, in the template's order
    // CAPABILITY_IAM or CAPABILITY_NAMED_IAM (which includes the former), CAPABILITY_AUTO_EXPAND
    std::vector<std::string> capabilities;
    // "The following resource(s) require capabilities: [AWS::IAM::Role]"; "" without capabilities
    std::string capabilities_reason;
};
Summary summarize(const Template& parsed);

// A scalar as CloudFormation's text: "true", "5", "1.5"; nullopt for null, lists and maps.
std::optional<std::string> text_of(const json::value& scalar);
// `value` with every scalar as text, as custom resources get their properties.
json::value with_text_scalars(const json::value& value);
// Compact JSON; doubles in their shortest form ("1.5", not boost::json's "1.5E0").
std::string serialize(const json::value& value);

}  // namespace stack_template

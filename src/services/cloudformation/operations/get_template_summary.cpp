// GetTemplateSummary: what a template declares and needs.
#include "services/cloudformation/answers.h"
#include "services/cloudformation/cloudformation.h"
#include "services/cloudformation/faults.h"

namespace cloudformation {
namespace get_template_summary_operation {

struct SummaryConfig {
    std::optional<bool> unknown_types_as_warnings;
    static constexpr auto members() {
        return std::tuple{aws::member("TreatUnrecognizedResourceTypesAsWarnings",
                                      &SummaryConfig::unknown_types_as_warnings)};
    }
};

struct Warnings {
    Names unrecognized_resource_types;
    static constexpr auto members() {
        return std::tuple{
            aws::member("UnrecognizedResourceTypes", &Warnings::unrecognized_resource_types)};
    }
};

struct Input {
    std::optional<std::string> template_body;
    std::optional<std::string> template_url;
    std::optional<std::string> stack_name;
    std::optional<std::string> stack_set_name;
    std::optional<std::string> call_as;
    std::optional<SummaryConfig> template_summary_config;
    static constexpr auto members() {
        return std::tuple{
            aws::member("TemplateBody", &Input::template_body, template_body_rule),
            aws::member("TemplateURL", &Input::template_url, template_url_rule),
            aws::member("StackName", &Input::stack_name, optional_stack_name_rule),
            aws::member("StackSetName", &Input::stack_set_name),
            aws::member("CallAs", &Input::call_as, {.values = "SELF, DELEGATED_ADMIN"}),
            aws::member("TemplateSummaryConfig", &Input::template_summary_config)};
    }
};

struct Output {
    std::vector<ParameterDeclaration> parameters;
    std::optional<std::string> description;
    Names capabilities;
    std::optional<std::string> capabilities_reason;
    Names resource_types;
    std::optional<std::string> version;
    std::optional<std::string> metadata;
    Names declared_transforms;
    std::vector<ResourceIdentifierSummary> resource_identifier_summaries;
    std::optional<Warnings> warnings;
    static constexpr auto members() {
        return std::tuple{
            aws::member("Parameters", &Output::parameters),
            aws::member("Description", &Output::description),
            aws::member("Capabilities", &Output::capabilities),
            aws::member("CapabilitiesReason", &Output::capabilities_reason),
            aws::member("ResourceTypes", &Output::resource_types),
            aws::member("Version", &Output::version),
            aws::member("Metadata", &Output::metadata),
            aws::member("DeclaredTransforms", &Output::declared_transforms),
            aws::member("ResourceIdentifierSummaries", &Output::resource_identifier_summaries),
            aws::member("Warnings", &Output::warnings)};
    }
};

aws::Reply<std::string> text_of_stack(CloudFormation& stacks, const aws::Call& call,
                                      const std::string& name) {
    TRY(stack, stacks.find_stack(call, name, CloudFormation::Wording::with_id));
    const std::string& id =
        stack.deployed.template_id.empty() ? stack.last_template_id : stack.deployed.template_id;
    if (id.empty()) return faults::validation("Stack " + stack.name + " has no template yet");
    auto text = stacks.tables().template_text(key_of(stack.id), id);
    if (!text) return faults::from(text.error());
    return std::move(text.value());
}

aws::Reply<Output> run(CloudFormation& stacks, const aws::Call& call, Input& input) {
    TRY_VOID(
        refuse({.others = {{"StackSetName", input.stack_set_name.has_value()},
                           {"CallAs DELEGATED_ADMIN", input.call_as.value_or("SELF") != "SELF"}}}));
    if (input.stack_name && (input.template_body || input.template_url)) {
        return faults::validation(
            "StackName cannot be specified together with TemplateBody or TemplateURL");
    }
    TRY(text, input.stack_name
                  ? text_of_stack(stacks, call, *input.stack_name)
                  : stacks.fetch_template(call.account(), input.template_body, input.template_url));
    const bool lenient = input.template_summary_config &&
                         input.template_summary_config->unknown_types_as_warnings.value_or(false);
    TRY(parsed, stacks.parse_template(text, lenient));
    const stack_template::Summary summary = stack_template::summarize(*parsed);
    Output output;
    for (const stack_template::Parameter& parameter : parsed->parameters) {
        ParameterDeclaration declared;
        declared.parameter_key = parameter.name;
        declared.default_value = parameter.default_value;
        declared.parameter_type = parameter.type;
        declared.no_echo = parameter.no_echo;
        declared.description = optional_text(parameter.description);
        if (!parameter.allowed_values.empty()) {
            declared.parameter_constraints = ParameterConstraints{parameter.allowed_values};
        }
        output.parameters.push_back(std::move(declared));
    }
    output.description = optional_text(parsed->description);
    output.capabilities = summary.capabilities;
    output.capabilities_reason = optional_text(summary.capabilities_reason);
    output.resource_types = summary.resource_types;
    output.version = optional_text(parsed->format_version);
    if (!parsed->metadata.is_null()) output.metadata = stack_template::serialize(parsed->metadata);
    output.declared_transforms = parsed->transforms;
    Warnings warnings;
    for (const std::string& type : summary.resource_types) {
        if (!stacks.ground().types->has_type(type)) {
            warnings.unrecognized_resource_types.push_back(type);
        }
    }
    if (!warnings.unrecognized_resource_types.empty()) output.warnings = std::move(warnings);
    return output;
}

}  // namespace get_template_summary_operation

constinit const aws::Operation get_template_summary =
    aws::operation<&get_template_summary_operation::run>("GetTemplateSummary");

}  // namespace cloudformation

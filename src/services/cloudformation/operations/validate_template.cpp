// ValidateTemplate: whether a template can be used at all, and what it asks for.
#include "services/cloudformation/answers.h"
#include "services/cloudformation/cloudformation.h"

namespace cloudformation {
namespace validate_template_operation {

struct Input {
    std::optional<std::string> template_body;
    std::optional<std::string> template_url;
    static constexpr auto members() {
        return std::tuple{aws::member("TemplateBody", &Input::template_body, template_body_rule),
                          aws::member("TemplateURL", &Input::template_url, template_url_rule)};
    }
};

struct Output {
    std::vector<TemplateParameter> parameters;
    std::optional<std::string> description;
    Names capabilities;
    std::optional<std::string> capabilities_reason;
    Names declared_transforms;
    static constexpr auto members() {
        return std::tuple{aws::member("Parameters", &Output::parameters),
                          aws::member("Description", &Output::description),
                          aws::member("Capabilities", &Output::capabilities),
                          aws::member("CapabilitiesReason", &Output::capabilities_reason),
                          aws::member("DeclaredTransforms", &Output::declared_transforms)};
    }
};

aws::Reply<Output> run(CloudFormation& stacks, const aws::Call& call, Input& input) {
    TRY(text, stacks.fetch_template(call.account(), input.template_body, input.template_url));
    TRY(parsed, stacks.parse_template(text));
    const stack_template::Summary summary = stack_template::summarize(*parsed);
    Output output;
    for (const stack_template::Parameter& parameter : parsed->parameters) {
        output.parameters.push_back({parameter.name, parameter.default_value, parameter.no_echo,
                                     optional_text(parameter.description)});
    }
    output.description = optional_text(parsed->description);
    output.capabilities = summary.capabilities;
    output.capabilities_reason = optional_text(summary.capabilities_reason);
    output.declared_transforms = parsed->transforms;
    return output;
}

}  // namespace validate_template_operation

constinit const aws::Operation validate_template =
    aws::operation<&validate_template_operation::run>("ValidateTemplate");

}  // namespace cloudformation

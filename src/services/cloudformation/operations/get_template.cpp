// GetTemplate: a template as it was given, byte for byte.
#include "services/cloudformation/cloudformation.h"
#include "services/cloudformation/faults.h"
#include "services/cloudformation/statuses.h"

namespace cloudformation {
namespace get_template_operation {

struct Input {
    std::optional<std::string> stack_name;
    std::optional<std::string> change_set_name;
    std::optional<std::string> template_stage;
    static constexpr auto members() {
        return std::tuple{
            aws::member("StackName", &Input::stack_name, {.min = 1}),
            aws::member("ChangeSetName", &Input::change_set_name, optional_change_set_rule),
            aws::member("TemplateStage", &Input::template_stage,
                        {.values = "Original, Processed"})};
    }
};

struct Output {
    std::optional<std::string> template_body;
    Names stages_available;
    static constexpr auto members() {
        return std::tuple{aws::member("TemplateBody", &Output::template_body),
                          aws::member("StagesAvailable", &Output::stages_available)};
    }
};

aws::Reply<Output> run(CloudFormation& stacks, const aws::Call& call, Input& input) {
    Output output;
    output.stages_available = {"Original", "Processed"};
    StackRow stack;
    std::string template_id;
    if (input.change_set_name) {
        TRY(found, stacks.find_change_set(call, *input.change_set_name, input.stack_name));
        stack = std::move(found.stack);
        template_id = found.row.target.template_id;
    } else {
        if (!input.stack_name) return faults::validation("StackName must be specified");
        TRY(found, stacks.find_stack(call, *input.stack_name, CloudFormation::Wording::with_id));
        stack = std::move(found);
        template_id = is_in_progress(stack.status) || stack.deployed.template_id.empty()
                          ? stack.last_template_id
                          : stack.deployed.template_id;
    }
    // A stack in review has none yet, and that is no error: the CDK asks for it.
    if (template_id.empty()) return output;
    auto row = stacks.tables().templates.get(Tables::at(key_of(stack.id), template_id));
    if (!row) return faults::from(row.error());
    if (row.value()) output.template_body = std::move(row.value()->body);
    return output;
}

}  // namespace get_template_operation

constinit const aws::Operation get_template =
    aws::operation<&get_template_operation::run>("GetTemplate");

}  // namespace cloudformation

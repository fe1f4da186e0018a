// DeleteChangeSet: forget a change set. One that is not there is forgotten.
#include "services/cloudformation/cloudformation.h"

namespace cloudformation {
namespace delete_change_set_operation {

struct Input {
    std::string change_set_name;
    std::optional<std::string> stack_name;
    static constexpr auto members() {
        return std::tuple{aws::member("ChangeSetName", &Input::change_set_name, change_set_rule),
                          aws::member("StackName", &Input::stack_name, optional_stack_name_rule)};
    }
};

using Output = shape::Empty;

aws::Reply<Output> run(CloudFormation& stacks, const aws::Call& call, Input& input) {
    TRY_VOID(stacks.delete_change_set(call, input.change_set_name, input.stack_name));
    return Output{};
}

}  // namespace delete_change_set_operation

constinit const aws::Operation delete_change_set =
    aws::operation<&delete_change_set_operation::run>("DeleteChangeSet",
                                                      {.output_element = "DeleteChangeSetResult"});

}  // namespace cloudformation

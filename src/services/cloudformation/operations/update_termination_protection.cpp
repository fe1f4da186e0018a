// UpdateTerminationProtection: whether a stack may be deleted.
#include "services/cloudformation/cloudformation.h"

namespace cloudformation {
namespace update_termination_protection_operation {

struct Input {
    bool enable_termination_protection = false;
    std::string stack_name;
    static constexpr auto members() {
        return std::tuple{aws::member("EnableTerminationProtection",
                                      &Input::enable_termination_protection, required_rule),
                          aws::member("StackName", &Input::stack_name, stack_name_rule)};
    }
};

struct Output {
    std::string stack_id;
    static constexpr auto members() {
        return std::tuple{aws::member("StackId", &Output::stack_id)};
    }
};

aws::Reply<Output> run(CloudFormation& stacks, const aws::Call& call, Input& input) {
    TRY(id, stacks.protect(call, input.stack_name, input.enable_termination_protection));
    return Output{std::move(id)};
}

}  // namespace update_termination_protection_operation

constinit const aws::Operation update_termination_protection =
    aws::operation<&update_termination_protection_operation::run>("UpdateTerminationProtection");

}  // namespace cloudformation

// ContinueUpdateRollback: go on with a rollback that has failed.
#include "services/cloudformation/cloudformation.h"

namespace cloudformation {
namespace continue_update_rollback_operation {

struct Input {
    std::string stack_name;
    std::optional<std::string> role_arn;
    Names resources_to_skip;
    std::optional<std::string> client_request_token;
    static constexpr auto members() {
        return std::tuple{
            aws::member("StackName", &Input::stack_name, stack_name_rule),
            aws::member("RoleARN", &Input::role_arn, role_arn_rule),
            aws::member("ResourcesToSkip", &Input::resources_to_skip),
            aws::member("ClientRequestToken", &Input::client_request_token, token_rule)};
    }
};

using Output = shape::Empty;

aws::Reply<Output> run(CloudFormation& stacks, const aws::Call& call, Input& input) {
    TRY_VOID(stacks.roll_back(call, input.stack_name, input.client_request_token.value_or(""),
                              input.resources_to_skip, true));
    return Output{};
}

}  // namespace continue_update_rollback_operation

constinit const aws::Operation continue_update_rollback =
    aws::operation<&continue_update_rollback_operation::run>(
        "ContinueUpdateRollback", {.output_element = "ContinueUpdateRollbackResult"});

}  // namespace cloudformation

// RollbackStack: roll a failed stack back that was told not to do so by itself.
#include "services/cloudformation/answers.h"
#include "services/cloudformation/cloudformation.h"

namespace cloudformation {
namespace rollback_stack_operation {

struct Input {
    std::string stack_name;
    std::optional<std::string> role_arn;
    std::optional<std::string> client_request_token;
    std::optional<bool> retain_except_on_create;
    static constexpr auto members() {
        return std::tuple{
            aws::member("StackName", &Input::stack_name, stack_name_rule),
            aws::member("RoleARN", &Input::role_arn, role_arn_rule),
            aws::member("ClientRequestToken", &Input::client_request_token, token_rule),
            aws::member("RetainExceptOnCreate", &Input::retain_except_on_create)};
    }
};

struct Output {
    std::string stack_id;
    static constexpr auto members() {
        return std::tuple{aws::member("StackId", &Output::stack_id)};
    }
};

aws::Reply<Output> run(CloudFormation& stacks, const aws::Call& call, Input& input) {
    TRY_VOID(refuse(
        {.others = {{"RetainExceptOnCreate", input.retain_except_on_create.value_or(false)}}}));
    TRY(id, stacks.roll_back(call, input.stack_name, input.client_request_token.value_or(""), {},
                             false));
    return Output{std::move(id)};
}

}  // namespace rollback_stack_operation

constinit const aws::Operation rollback_stack =
    aws::operation<&rollback_stack_operation::run>("RollbackStack");

}  // namespace cloudformation

// ExecuteChangeSet: do what a change set says. Answered when it has begun.
#include "services/cloudformation/cloudformation.h"

namespace cloudformation {
namespace {

struct Input {
    std::string change_set_name;
    std::optional<std::string> stack_name;
    std::optional<std::string> client_request_token;
    std::optional<bool> disable_rollback;
    std::optional<bool> retain_except_on_create;
    static constexpr auto members() {
        return std::tuple{
            aws::member("ChangeSetName", &Input::change_set_name, change_set_rule),
            aws::member("StackName", &Input::stack_name, optional_stack_name_rule),
            aws::member("ClientRequestToken", &Input::client_request_token, token_rule),
            aws::member("DisableRollback", &Input::disable_rollback),
            aws::member("RetainExceptOnCreate", &Input::retain_except_on_create)};
    }
};

using Output = shape::Empty;

aws::Reply<Output> run(CloudFormation& stacks, const aws::Call& call, Input& input) {
    Manner manner;
    manner.client_token = input.client_request_token.value_or("");
    manner.disable_rollback = input.disable_rollback.value_or(false);
    manner.retain_except_on_create = input.retain_except_on_create.value_or(false);
    TRY_VOID(stacks.execute_change_set(call, input.change_set_name, input.stack_name,
                                       std::move(manner)));
    return Output{};
}

}  // namespace

constinit const aws::Operation execute_change_set =
    aws::operation<&run>("ExecuteChangeSet", {.output_element = "ExecuteChangeSetResult"});

}  // namespace cloudformation

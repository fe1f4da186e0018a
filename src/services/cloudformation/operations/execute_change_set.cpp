// ExecuteChangeSet: do what a change set says. Answered when it has begun, or soon after: see
// answer_in_time.
#include "services/cloudformation/cloudformation.h"

namespace cloudformation {
namespace execute_change_set_operation {

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

void run(CloudFormation& stacks, const aws::Call& call, Input& input,
         aws::Responder<Output> respond) {
    Manner manner;
    manner.client_token = input.client_request_token.value_or("");
    manner.disable_rollback = input.disable_rollback.value_or(false);
    manner.retain_except_on_create = input.retain_except_on_create.value_or(false);
    auto found = stacks.find_change_set(call, input.change_set_name, input.stack_name);
    if (!found) return respond(std::move(found.error()));
    auto begun =
        stacks.execute_change_set(call, input.change_set_name, input.stack_name, std::move(manner));
    if (!begun) return respond(std::move(begun.error()));
    stacks.answer_in_time(key_of(found.value().stack.id),
                          [respond = std::move(respond)]() mutable { respond(Output{}); });
}

}  // namespace execute_change_set_operation

constinit const aws::Operation execute_change_set =
    aws::operation<&execute_change_set_operation::run>(
        "ExecuteChangeSet", {.output_element = "ExecuteChangeSetResult"});

}  // namespace cloudformation

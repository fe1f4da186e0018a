// DeleteStack: remove a stack and what it made. What is not there is deleted.
#include "services/cloudformation/cloudformation.h"

namespace cloudformation {
namespace delete_stack_operation {

struct Input {
    std::string stack_name;
    Names retain_resources;
    std::optional<std::string> role_arn;
    std::optional<std::string> client_request_token;
    std::optional<std::string> deletion_mode;
    static constexpr auto members() {
        return std::tuple{
            aws::member("StackName", &Input::stack_name, {.required = true, .min = 1}),
            aws::member("RetainResources", &Input::retain_resources),
            aws::member("RoleARN", &Input::role_arn, role_arn_rule),
            aws::member("ClientRequestToken", &Input::client_request_token, token_rule),
            aws::member("DeletionMode", &Input::deletion_mode,
                        {.values = "STANDARD, FORCE_DELETE_STACK"})};
    }
};

using Output = shape::Empty;

void run(CloudFormation& stacks, const aws::Call& call, Input& input,
         aws::Responder<Output> respond) {
    CloudFormation::Deletion deletion;
    deletion.retain = std::move(input.retain_resources);
    deletion.client_token = input.client_request_token.value_or("");
    deletion.force = input.deletion_mode == "FORCE_DELETE_STACK";
    auto found = stacks.find_stack(call, input.stack_name);
    stacks.delete_stack(
        call, input.stack_name, std::move(deletion),
        [&stacks, key = found ? std::optional(key_of(found.value().id)) : std::nullopt,
         respond = std::move(respond)](aws::Reply<void> reply) mutable {
            if (!reply) return respond(std::move(reply.error()));
            if (!key) return respond(Output{});
            stacks.answer_in_time(*key,
                                  [respond = std::move(respond)]() mutable { respond(Output{}); });
        });
}

}  // namespace delete_stack_operation

constinit const aws::Operation delete_stack =
    aws::operation<&delete_stack_operation::run>("DeleteStack");

}  // namespace cloudformation

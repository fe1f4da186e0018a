// CancelUpdateStack: take an update back that is under way.
#include "services/cloudformation/cloudformation.h"

namespace cloudformation {
namespace cancel_update_stack_operation {

struct Input {
    std::string stack_name;
    std::optional<std::string> client_request_token;
    static constexpr auto members() {
        return std::tuple{
            aws::member("StackName", &Input::stack_name, required_rule),
            aws::member("ClientRequestToken", &Input::client_request_token, token_rule)};
    }
};

using Output = shape::Empty;

void run(CloudFormation& stacks, const aws::Call& call, Input& input,
         aws::Responder<Output> respond) {
    stacks.cancel_update(call, input.stack_name,
                         [respond = std::move(respond)](aws::Reply<void> reply) mutable {
                             if (!reply) return respond(std::move(reply.error()));
                             respond(Output{});
                         });
}

}  // namespace cancel_update_stack_operation

constinit const aws::Operation cancel_update_stack =
    aws::operation<&cancel_update_stack_operation::run>("CancelUpdateStack");

}  // namespace cloudformation

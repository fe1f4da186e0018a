// DescribeStackEvents: what has happened to a stack, the newest first.
#include "services/cloudformation/answers.h"
#include "services/cloudformation/cloudformation.h"
#include "services/cloudformation/faults.h"

namespace cloudformation {
namespace describe_stack_events_operation {

struct Input {
    std::string stack_name;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{aws::member("StackName", &Input::stack_name, required_rule),
                          aws::member("NextToken", &Input::next_token, page_token_rule)};
    }
};

struct Output {
    std::vector<StackEvent> stack_events;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{aws::member("StackEvents", &Output::stack_events),
                          aws::member("NextToken", &Output::next_token)};
    }
};

aws::Reply<Output> run(CloudFormation& stacks, const aws::Call& call, Input& input) {
    TRY(stack, stacks.find_stack(call, input.stack_name));
    std::optional<std::uint64_t> sequence;
    if (input.next_token) {
        TRY(start, page_start(input.next_token, SIZE_MAX));
        sequence = start;
    }
    auto page = stacks.tables().events_page(key_of(stack.id), sequence, page_max);
    if (!page) return faults::from(page.error());
    Output output;
    for (EventRow& row : page.value().events)
        output.stack_events.push_back(to_event(stack, std::move(row)));
    if (page.value().next_sequence) output.next_token = std::to_string(*page.value().next_sequence);
    return output;
}

}  // namespace describe_stack_events_operation

constinit const aws::Operation describe_stack_events =
    aws::operation<&describe_stack_events_operation::run>("DescribeStackEvents");

}  // namespace cloudformation

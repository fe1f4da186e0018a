// DescribeStacks: one stack, or all that are not deleted.
#include "services/cloudformation/answers.h"
#include "services/cloudformation/cloudformation.h"
#include "services/cloudformation/faults.h"

namespace cloudformation {
namespace describe_stacks_operation {

struct Input {
    std::optional<std::string> stack_name;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{aws::member("StackName", &Input::stack_name, {.min = 1}),
                          aws::member("NextToken", &Input::next_token, page_token_rule)};
    }
};

struct Output {
    std::vector<Stack> stacks;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{aws::member("Stacks", &Output::stacks),
                          aws::member("NextToken", &Output::next_token)};
    }
};

aws::Reply<Output> run(CloudFormation& stacks, const aws::Call& call, Input& input) {
    Output output;
    if (input.stack_name) {
        TRY(stack, stacks.find_stack(call, *input.stack_name, CloudFormation::Wording::with_id));
        output.stacks.push_back(to_stack(stack));
        return output;
    }
    auto rows = stacks.tables().stacks_of(call.account(), call.region);
    if (!rows) return faults::from(rows.error());
    std::vector<Stack> all;
    for (const StackRow& row : rows.value()) {
        if (row.status != "DELETE_COMPLETE") all.push_back(to_stack(row));
    }
    TRY(page, page_of(std::move(all), input.next_token, large_page_max));
    output.stacks = std::move(page.items);
    output.next_token = std::move(page.next_token);
    return output;
}

}  // namespace describe_stacks_operation

constinit const aws::Operation describe_stacks =
    aws::operation<&describe_stacks_operation::run>("DescribeStacks");

}  // namespace cloudformation

// ListStackResources: a stack's resources, in pages.
#include "services/cloudformation/answers.h"
#include "services/cloudformation/cloudformation.h"
#include "services/cloudformation/faults.h"

namespace cloudformation {
namespace list_stack_resources_operation {

struct Input {
    std::string stack_name;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{aws::member("StackName", &Input::stack_name, required_rule),
                          aws::member("NextToken", &Input::next_token, page_token_rule)};
    }
};

struct Output {
    std::vector<StackResourceSummary> stack_resource_summaries;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{aws::member("StackResourceSummaries", &Output::stack_resource_summaries),
                          aws::member("NextToken", &Output::next_token)};
    }
};

aws::Reply<Output> run(CloudFormation& stacks, const aws::Call& call, Input& input) {
    TRY(stack, stacks.find_stack(call, input.stack_name, CloudFormation::Wording::with_id));
    auto rows = stacks.tables().resources_of(key_of(stack.id));
    if (!rows) return faults::from(rows.error());
    std::vector<StackResourceSummary> summaries;
    for (const auto& [id, row] : rows.value())
        summaries.push_back(to_resource_summary(row));
    TRY(page, page_of(std::move(summaries), input.next_token, page_max));
    return Output{std::move(page.items), std::move(page.next_token)};
}

}  // namespace list_stack_resources_operation

constinit const aws::Operation list_stack_resources =
    aws::operation<&list_stack_resources_operation::run>("ListStackResources");

}  // namespace cloudformation

// ListChangeSets: a stack's change sets.
#include "services/cloudformation/answers.h"
#include "services/cloudformation/cloudformation.h"
#include "services/cloudformation/faults.h"

namespace cloudformation {
namespace list_change_sets_operation {

struct Input {
    std::string stack_name;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{aws::member("StackName", &Input::stack_name, stack_name_rule),
                          aws::member("NextToken", &Input::next_token, page_token_rule)};
    }
};

struct Output {
    std::vector<ChangeSetSummary> summaries;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{aws::member("Summaries", &Output::summaries),
                          aws::member("NextToken", &Output::next_token)};
    }
};

aws::Reply<Output> run(CloudFormation& stacks, const aws::Call& call, Input& input) {
    TRY(stack, stacks.find_stack(call, input.stack_name));
    auto rows = stacks.tables().change_sets_of(key_of(stack.id));
    if (!rows) return faults::from(rows.error());
    std::vector<ChangeSetSummary> summaries;
    for (const ChangeSetRow& row : rows.value())
        summaries.push_back(to_summary(stack, row));
    TRY(page, page_of(std::move(summaries), input.next_token, page_max));
    return Output{std::move(page.items), std::move(page.next_token)};
}

}  // namespace list_change_sets_operation

constinit const aws::Operation list_change_sets =
    aws::operation<&list_change_sets_operation::run>("ListChangeSets");

}  // namespace cloudformation

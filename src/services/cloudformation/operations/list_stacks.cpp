// ListStacks: stacks by status, also those that are deleted.
#include <algorithm>

#include "services/cloudformation/answers.h"
#include "services/cloudformation/cloudformation.h"
#include "services/cloudformation/faults.h"

namespace cloudformation {
namespace list_stacks_operation {

constexpr const char* status_values =
    "CREATE_IN_PROGRESS, CREATE_FAILED, CREATE_COMPLETE, ROLLBACK_IN_PROGRESS, ROLLBACK_FAILED, "
    "ROLLBACK_COMPLETE, DELETE_IN_PROGRESS, DELETE_FAILED, DELETE_COMPLETE, UPDATE_IN_PROGRESS, "
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS, UPDATE_COMPLETE, UPDATE_FAILED, "
    "UPDATE_ROLLBACK_IN_PROGRESS, UPDATE_ROLLBACK_FAILED, "
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS, UPDATE_ROLLBACK_COMPLETE, REVIEW_IN_PROGRESS, "
    "IMPORT_IN_PROGRESS, IMPORT_COMPLETE, IMPORT_ROLLBACK_IN_PROGRESS, IMPORT_ROLLBACK_FAILED, "
    "IMPORT_ROLLBACK_COMPLETE";

struct Input {
    std::optional<std::string> next_token;
    Names stack_status_filter;
    static constexpr auto members() {
        return std::tuple{aws::member("NextToken", &Input::next_token, page_token_rule),
                          aws::member("StackStatusFilter", &Input::stack_status_filter,
                                      {.values = status_values})};
    }
};

struct Output {
    std::vector<StackSummary> stack_summaries;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{aws::member("StackSummaries", &Output::stack_summaries),
                          aws::member("NextToken", &Output::next_token)};
    }
};

aws::Reply<Output> run(CloudFormation& stacks, const aws::Call& call, Input& input) {
    auto rows = stacks.tables().stacks_of(call.account(), call.region);
    if (!rows) return faults::from(rows.error());
    const Names& filter = input.stack_status_filter;
    std::vector<StackSummary> summaries;
    for (const StackRow& row : rows.value()) {
        if (!filter.empty() && std::ranges::find(filter, row.status) == filter.end()) continue;
        summaries.push_back(to_summary(row));
    }
    TRY(page, page_of(std::move(summaries), input.next_token, page_max));
    return Output{std::move(page.items), std::move(page.next_token)};
}

}  // namespace list_stacks_operation

constinit const aws::Operation list_stacks =
    aws::operation<&list_stacks_operation::run>("ListStacks");

}  // namespace cloudformation

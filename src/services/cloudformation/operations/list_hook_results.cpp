// ListHookResults: there are no hooks here, so nothing was ever invoked. The CDK asks after a
// change set has failed.
#include "services/cloudformation/cloudformation.h"

namespace cloudformation {
namespace list_hook_results_operation {

struct HookResult {
    std::string hook_result_id;
    static constexpr auto members() {
        return std::tuple{aws::member("HookResultId", &HookResult::hook_result_id)};
    }
};

struct Input {
    std::optional<std::string> target_type;
    std::optional<std::string> target_id;
    std::optional<std::string> type_arn;
    std::optional<std::string> status;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{aws::member("TargetType", &Input::target_type,
                                      {.values = "CHANGE_SET, STACK, RESOURCE, CLOUD_CONTROL"}),
                          aws::member("TargetId", &Input::target_id, {.min = 1, .max = 1600}),
                          aws::member("TypeArn", &Input::type_arn, {.max = 1024}),
                          aws::member("Status", &Input::status,
                                      {.values = "HOOK_IN_PROGRESS, HOOK_COMPLETE_SUCCEEDED, "
                                                 "HOOK_COMPLETE_FAILED, HOOK_FAILED"}),
                          aws::member("NextToken", &Input::next_token, page_token_rule)};
    }
};

struct Output {
    std::optional<std::string> target_type;
    std::optional<std::string> target_id;
    std::vector<HookResult> hook_results;
    static constexpr auto members() {
        return std::tuple{aws::member("TargetType", &Output::target_type),
                          aws::member("TargetId", &Output::target_id),
                          aws::member("HookResults", &Output::hook_results)};
    }
};

aws::Reply<Output> run(CloudFormation&, const aws::Call&, Input& input) {
    return Output{std::move(input.target_type), std::move(input.target_id), {}};
}

}  // namespace list_hook_results_operation

constinit const aws::Operation list_hook_results =
    aws::operation<&list_hook_results_operation::run>("ListHookResults");

}  // namespace cloudformation

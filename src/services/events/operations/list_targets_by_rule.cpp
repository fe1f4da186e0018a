// ListTargetsByRule, by id, by pages.
#include "services/events/events.h"
#include "services/events/faults.h"
#include "services/events/shapes.h"

namespace events {
namespace list_targets_by_rule_operation {

struct Input {
    std::string rule;
    std::optional<std::string> bus;
    std::optional<std::string> next_token;
    std::optional<std::int32_t> limit;
    static constexpr auto members() {
        return std::tuple{shape::member("Rule", &Input::rule, rule_name_rule),
                          shape::member("EventBusName", &Input::bus, bus_rule),
                          shape::member("NextToken", &Input::next_token, token_rule),
                          shape::member("Limit", &Input::limit, page_rule)};
    }
};

struct TargetOutput {
    std::string id;
    std::string arn;
    std::optional<std::string> role_arn;
    std::optional<std::string> input;
    std::optional<std::string> input_path;
    std::optional<InputTransformer> transformer;
    std::optional<RetryPolicy> retry;
    static constexpr auto members() {
        return std::tuple{shape::member("Id", &TargetOutput::id),
                          shape::member("Arn", &TargetOutput::arn),
                          shape::member("RoleArn", &TargetOutput::role_arn),
                          shape::member("Input", &TargetOutput::input),
                          shape::member("InputPath", &TargetOutput::input_path),
                          shape::member("InputTransformer", &TargetOutput::transformer),
                          shape::member("RetryPolicy", &TargetOutput::retry)};
    }
};

struct Output {
    std::vector<TargetOutput> targets;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{shape::member("Targets", &Output::targets),
                          shape::member("NextToken", &Output::next_token)};
    }
};

TargetOutput to_output(TargetRow row) {
    TargetOutput out;
    out.id = std::move(row.id);
    out.arn = std::move(row.arn);
    out.role_arn = std::move(row.role_arn);
    out.input = std::move(row.input);
    out.input_path = std::move(row.input_path);
    if (row.transformer) {
        out.transformer = InputTransformer{std::move(row.transformer->paths),
                                           std::move(row.transformer->input_template)};
    }
    if (row.retry_attempts || row.event_age_s) {
        out.retry = RetryPolicy{row.retry_attempts, row.event_age_s};
    }
    return out;
}

aws::Reply<Output> run(Events& events, const aws::Call& call, Input& input) {
    TRY_VOID(check_bus(call, input.bus));
    TRY(row, events.find(call, input.rule));
    Pager pager(std::move(row.targets), input.next_token, input.limit,
                [](const TargetRow& target) { return target.id; });
    Output output;
    for (TargetRow& target : pager.page) {
        output.targets.push_back(to_output(std::move(target)));
    }
    output.next_token = std::move(pager.next_token);
    return output;
}

}  // namespace list_targets_by_rule_operation

constinit const aws::Operation list_targets_by_rule =
    aws::operation<&list_targets_by_rule_operation::run>("ListTargetsByRule");

}  // namespace events

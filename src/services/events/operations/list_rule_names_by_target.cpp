// ListRuleNamesByTarget, by name, by pages.
#include <algorithm>

#include "services/events/events.h"
#include "services/events/faults.h"

namespace events {
namespace list_rule_names_by_target_operation {

struct Input {
    std::string arn;
    std::optional<std::string> bus;
    std::optional<std::string> next_token;
    std::optional<std::int32_t> limit;
    static constexpr auto members() {
        return std::tuple{shape::member("TargetArn", &Input::arn, arn_rule),
                          shape::member("EventBusName", &Input::bus, bus_rule),
                          shape::member("NextToken", &Input::next_token, token_rule),
                          shape::member("Limit", &Input::limit, page_rule)};
    }
};

struct Output {
    std::vector<std::string> names;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{shape::member("RuleNames", &Output::names),
                          shape::member("NextToken", &Output::next_token)};
    }
};

aws::Reply<Output> run(Events& events, const aws::Call& call, Input& input) {
    TRY_VOID(check_bus(call, input.bus));
    std::vector<std::string> names;
    for (const RuleRow& row : events.list(call)) {
        const bool has = std::any_of(row.targets.begin(), row.targets.end(),
                                     [&](const TargetRow& one) { return one.arn == input.arn; });
        if (has) names.push_back(row.name);
    }
    Pager pager(std::move(names), input.next_token, input.limit,
                [](const std::string& name) { return name; });
    return Output{std::move(pager.page), std::move(pager.next_token)};
}

}  // namespace list_rule_names_by_target_operation

constinit const aws::Operation list_rule_names_by_target =
    aws::operation<&list_rule_names_by_target_operation::run>("ListRuleNamesByTarget");

}  // namespace events

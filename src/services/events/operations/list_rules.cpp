// ListRules, by name, by pages.
#include "services/events/events.h"
#include "services/events/faults.h"

namespace events {
namespace list_rules_operation {

struct Input {
    std::optional<std::string> prefix;
    std::optional<std::string> bus;
    std::optional<std::string> next_token;
    std::optional<std::int32_t> limit;
    static constexpr auto members() {
        return std::tuple{shape::member("NamePrefix", &Input::prefix, optional_rule_name_rule),
                          shape::member("EventBusName", &Input::bus, bus_rule),
                          shape::member("NextToken", &Input::next_token, token_rule),
                          shape::member("Limit", &Input::limit, page_rule)};
    }
};

struct RuleOutput {
    std::string name;
    std::string arn;
    std::string state;
    std::optional<std::string> description;
    std::string schedule;
    std::optional<std::string> role_arn;
    std::string bus;
    static constexpr auto members() {
        using O = RuleOutput;
        return std::tuple{shape::member("Name", &O::name),
                          shape::member("Arn", &O::arn),
                          shape::member("State", &O::state),
                          shape::member("Description", &O::description),
                          shape::member("ScheduleExpression", &O::schedule),
                          shape::member("RoleArn", &O::role_arn),
                          shape::member("EventBusName", &O::bus)};
    }
};

struct Output {
    std::vector<RuleOutput> rules;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{shape::member("Rules", &Output::rules),
                          shape::member("NextToken", &Output::next_token)};
    }
};

aws::Reply<Output> run(Events& events, const aws::Call& call, Input& input) {
    TRY_VOID(check_bus(call, input.bus));
    std::vector<RuleRow> rules = events.list(call);
    std::erase_if(rules, [&](const RuleRow& row) {
        return input.prefix && !row.name.starts_with(*input.prefix);
    });
    Pager pager(std::move(rules), input.next_token, input.limit,
                [](const RuleRow& row) { return row.name; });
    Output output;
    for (RuleRow& row : pager.page) {
        output.rules.push_back({row.name, rule_arn(call, row.name),
                                row.enabled ? "ENABLED" : "DISABLED", row.description, row.schedule,
                                row.role_arn, default_bus});
    }
    output.next_token = std::move(pager.next_token);
    return output;
}

}  // namespace list_rules_operation

constinit const aws::Operation list_rules = aws::operation<&list_rules_operation::run>("ListRules");

}  // namespace events

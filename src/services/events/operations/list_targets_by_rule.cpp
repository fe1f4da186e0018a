// ListTargetsByRule, by id, by pages.
#include "services/events/events.h"
#include "services/events/faults.h"

namespace events {
namespace {

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
    static constexpr auto members() {
        return std::tuple{shape::member("Id", &TargetOutput::id),
                          shape::member("Arn", &TargetOutput::arn),
                          shape::member("RoleArn", &TargetOutput::role_arn),
                          shape::member("Input", &TargetOutput::input)};
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

aws::Reply<Output> run(Events& events, const aws::Call& call, Input& input) {
    TRY_VOID(check_bus(call, input.bus));
    TRY(row, events.find(call, input.rule));
    Pager pager(std::move(row.targets), input.next_token, input.limit,
                [](const TargetRow& target) { return target.id; });
    Output output;
    for (TargetRow& target : pager.page) {
        output.targets.push_back({std::move(target.id), std::move(target.arn),
                                  std::move(target.role_arn), std::move(target.input)});
    }
    output.next_token = std::move(pager.next_token);
    return output;
}

}  // namespace

constinit const aws::Operation list_targets_by_rule = aws::operation<&run>("ListTargetsByRule");

}  // namespace events

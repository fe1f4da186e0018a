// DescribeRule.
#include "services/events/events.h"
#include "services/events/faults.h"

namespace events {
namespace describe_rule_operation {

struct Input {
    std::string name;
    std::optional<std::string> bus;
    static constexpr auto members() {
        return std::tuple{shape::member("Name", &Input::name, rule_name_rule),
                          shape::member("EventBusName", &Input::bus, bus_rule)};
    }
};

struct Output {
    std::string name;
    std::string arn;
    std::string schedule;
    std::string state;
    std::optional<std::string> description;
    std::optional<std::string> role_arn;
    std::string bus;
    std::string created_by;
    static constexpr auto members() {
        return std::tuple{shape::member("Name", &Output::name),
                          shape::member("Arn", &Output::arn),
                          shape::member("ScheduleExpression", &Output::schedule),
                          shape::member("State", &Output::state),
                          shape::member("Description", &Output::description),
                          shape::member("RoleArn", &Output::role_arn),
                          shape::member("EventBusName", &Output::bus),
                          shape::member("CreatedBy", &Output::created_by)};
    }
};

aws::Reply<Output> run(Events& events, const aws::Call& call, Input& input) {
    TRY_VOID(check_bus(call, input.bus));
    TRY(row, events.find(call, input.name));
    return Output{row.name,        rule_arn(call, row.name),
                  row.schedule,    row.enabled ? "ENABLED" : "DISABLED",
                  row.description, row.role_arn,
                  default_bus,     row.created_by};
}

}  // namespace describe_rule_operation

constinit const aws::Operation describe_rule =
    aws::operation<&describe_rule_operation::run>("DescribeRule");

}  // namespace events

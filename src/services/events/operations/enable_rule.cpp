// EnableRule.
#include "services/events/events.h"
#include "services/events/faults.h"

namespace events {
namespace enable_rule_operation {

struct Input {
    std::string name;
    std::optional<std::string> bus;
    static constexpr auto members() {
        return std::tuple{shape::member("Name", &Input::name, rule_name_rule),
                          shape::member("EventBusName", &Input::bus, bus_rule)};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Events& events, const aws::Call& call, Input& input) {
    TRY_VOID(check_bus(call, input.bus));
    TRY_VOID(events.change(call, input.name, [](RuleRow& row) -> aws::Reply<void> {
        row.enabled = true;
        return base::ok();
    }));
    return Output{};
}

}  // namespace enable_rule_operation

constinit const aws::Operation enable_rule =
    aws::operation<&enable_rule_operation::run>("EnableRule");

}  // namespace events

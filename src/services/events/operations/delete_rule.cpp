// DeleteRule: refused while it has targets. Force is for managed rules, which are not here.
#include "services/events/events.h"
#include "services/events/faults.h"

namespace events {
namespace delete_rule_operation {

struct Input {
    std::string name;
    std::optional<std::string> bus;
    std::optional<bool> force;
    static constexpr auto members() {
        return std::tuple{shape::member("Name", &Input::name, rule_name_rule),
                          shape::member("EventBusName", &Input::bus, bus_rule),
                          shape::member("Force", &Input::force)};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Events& events, const aws::Call& call, Input& input) {
    TRY_VOID(check_bus(call, input.bus));
    TRY_VOID(events.remove(call, input.name));
    return Output{};
}

}  // namespace delete_rule_operation

constinit const aws::Operation delete_rule =
    aws::operation<&delete_rule_operation::run>("DeleteRule");

}  // namespace events

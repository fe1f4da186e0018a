// RemoveTargets: an id that is not there is reported and stops nothing.
#include "services/events/events.h"
#include "services/events/faults.h"

namespace events {
namespace remove_targets_operation {

struct Input {
    std::string rule;
    std::optional<std::string> bus;
    std::vector<std::string> ids;
    std::optional<bool> force;
    static constexpr auto members() {
        return std::tuple{
            shape::member("Rule", &Input::rule, rule_name_rule),
            shape::member("EventBusName", &Input::bus, bus_rule),
            shape::member("Ids", &Input::ids, {.required = true, .min = 1, .max = 100}),
            shape::member("Force", &Input::force)};
    }
};

struct Failed {
    std::string id;
    std::string code;
    std::string message;
    static constexpr auto members() {
        return std::tuple{shape::member("TargetId", &Failed::id),
                          shape::member("ErrorCode", &Failed::code),
                          shape::member("ErrorMessage", &Failed::message)};
    }
};

struct Output {
    std::int32_t failed_count = 0;
    std::vector<Failed> failed;
    static constexpr auto members() {
        return std::tuple{shape::member("FailedEntryCount", &Output::failed_count),
                          shape::member("FailedEntries", &Output::failed)};
    }
};

aws::Reply<Output> run(Events& events, const aws::Call& call, Input& input) {
    TRY_VOID(check_bus(call, input.bus));
    Output output;
    TRY_VOID(events.change(call, input.rule, [&](RuleRow& row) -> aws::Reply<void> {
        for (const std::string& id : input.ids) {
            const auto removed = std::erase_if(
                row.targets, [&](const TargetRow& target) { return target.id == id; });
            if (removed != 0) continue;
            output.failed.push_back(
                {id, "ResourceNotFoundException", "Target " + id + " does not exist."});
        }
        return base::ok();
    }));
    output.failed_count = static_cast<std::int32_t>(output.failed.size());
    return output;
}

}  // namespace remove_targets_operation

constinit const aws::Operation remove_targets =
    aws::operation<&remove_targets_operation::run>("RemoveTargets");

}  // namespace events

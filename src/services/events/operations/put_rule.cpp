// PutRule: makes a rule or replaces its description; targets stay, tags are only for new rules.
#include "services/events/events.h"
#include "services/events/faults.h"

namespace events {
namespace put_rule_operation {

struct Input {
    std::string name;
    std::optional<std::string> schedule;
    std::optional<std::string> event_pattern;
    std::optional<std::string> state;
    std::optional<std::string> description;
    std::optional<std::string> role_arn;
    std::vector<Tag> tags;
    std::optional<std::string> bus;
    static constexpr auto members() {
        return std::tuple{
            shape::member("Name", &Input::name, rule_name_rule),
            shape::member("ScheduleExpression", &Input::schedule, {.max = 256}),
            shape::member("EventPattern", &Input::event_pattern, {.max = 4096}),
            shape::member(
                "State", &Input::state,
                {.values = "ENABLED, DISABLED, ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"}),
            shape::member("Description", &Input::description, {.max = 512}),
            shape::member("RoleArn", &Input::role_arn, optional_arn_rule),
            shape::member("Tags", &Input::tags, {.max = tags_max}),
            shape::member("EventBusName", &Input::bus, bus_rule)};
    }
};
struct Output {
    std::string arn;
    static constexpr auto members() { return std::tuple{shape::member("RuleArn", &Output::arn)}; }
};

aws::Reply<Output> run(Events& events, const aws::Call& call, Input& input) {
    TRY_VOID(check_bus(call, input.bus));
    if (input.event_pattern) {
        return faults::validation(
            "EventPattern is not supported by this server: its rules run on a schedule.");
    }
    if (!input.schedule || input.schedule->empty()) {
        return faults::validation(
            "Parameter(s) EventPattern or ScheduleExpression must be specified.");
    }
    if (!parse_schedule(*input.schedule)) {
        return faults::validation("Parameter ScheduleExpression is not valid.");
    }
    TRY_VOID(events.update(call, input.name,
                           [&](const std::optional<RuleRow>& before) -> aws::Reply<RuleRow> {
                               RuleRow row = before.value_or(RuleRow());
                               if (row.schedule != *input.schedule) row.anchor = events.now();
                               row.name = input.name;
                               row.schedule = *input.schedule;
                               row.enabled = input.state != "DISABLED";
                               row.description = input.description;
                               row.role_arn = input.role_arn;
                               if (!before) {
                                   row.created_by = call.account();
                                   for (const Tag& tag : input.tags)
                                       row.tags[tag.key] = tag.value;
                               }
                               return row;
                           }));
    return Output{rule_arn(call, input.name)};
}

}  // namespace put_rule_operation

constinit const aws::Operation put_rule = aws::operation<&put_rule_operation::run>("PutRule");

}  // namespace events

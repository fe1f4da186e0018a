// UntagResource of a rule.
#include "services/events/events.h"
#include "services/events/faults.h"

namespace events {
namespace untag_resource_operation {

struct Input {
    std::string arn;
    std::vector<std::string> keys;
    static constexpr auto members() {
        return std::tuple{shape::member("ResourceARN", &Input::arn, arn_rule),
                          shape::member("TagKeys", &Input::keys, {.required = true})};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Events& events, const aws::Call& call, Input& input) {
    TRY(name, rule_of_arn(call, input.arn));
    TRY_VOID(events.change(call, name, [&](RuleRow& row) -> aws::Reply<void> {
        for (const auto& key : input.keys)
            row.tags.erase(key);
        return base::ok();
    }));
    return Output{};
}

}  // namespace untag_resource_operation

constinit const aws::Operation untag_resource =
    aws::operation<&untag_resource_operation::run>("UntagResource");

}  // namespace events

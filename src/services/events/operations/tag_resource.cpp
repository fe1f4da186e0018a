// TagResource of a rule.
#include "services/events/events.h"
#include "services/events/faults.h"

namespace events {
namespace tag_resource_operation {

struct Input {
    std::string arn;
    std::vector<Tag> tags;
    static constexpr auto members() {
        return std::tuple{shape::member("ResourceARN", &Input::arn, arn_rule),
                          shape::member("Tags", &Input::tags, {.required = true, .max = tags_max})};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Events& events, const aws::Call& call, Input& input) {
    TRY(name, rule_of_arn(call, input.arn));
    TRY_VOID(events.change(call, name, [&](RuleRow& row) -> aws::Reply<void> {
        for (const Tag& tag : input.tags)
            row.tags[tag.key] = tag.value;
        if (row.tags.size() > tags_max) return faults::limit_exceeded();
        return base::ok();
    }));
    return Output{};
}

}  // namespace tag_resource_operation

constinit const aws::Operation tag_resource =
    aws::operation<&tag_resource_operation::run>("TagResource");

}  // namespace events

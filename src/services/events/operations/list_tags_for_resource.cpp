// ListTagsForResource of a rule.
#include "services/events/events.h"
#include "services/events/faults.h"

namespace events {
namespace list_tags_for_resource_operation {

struct Input {
    std::string arn;
    static constexpr auto members() {
        return std::tuple{shape::member("ResourceARN", &Input::arn, arn_rule)};
    }
};
struct Output {
    std::vector<Tag> tags;
    static constexpr auto members() { return std::tuple{shape::member("Tags", &Output::tags)}; }
};

aws::Reply<Output> run(Events& events, const aws::Call& call, Input& input) {
    TRY(name, rule_of_arn(call, input.arn));
    TRY(row, events.find(call, name));
    Output output;
    for (const auto& [key, value] : row.tags)
        output.tags.push_back({key, value});
    return output;
}

}  // namespace list_tags_for_resource_operation

constinit const aws::Operation list_tags_for_resource =
    aws::operation<&list_tags_for_resource_operation::run>("ListTagsForResource");

}  // namespace events

// UntagResource of a log group.
#include "services/logs/faults.h"
#include "services/logs/logs.h"

namespace logs {
namespace untag_resource_operation {

struct Input {
    std::string arn;
    std::vector<std::string> keys;
    static constexpr auto members() {
        return std::tuple{
            shape::member("resourceArn", &Input::arn, arn_rule),
            shape::member("tagKeys", &Input::keys, {.required = true, .min = 0, .max = tags_max})};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Logs& logs, const aws::Call& call, Input& input) {
    TRY(group, logs.find_arn(call, input.arn));
    TRY_VOID(faults::reply(group->update([&](GroupRow& row) {
        for (const auto& key : input.keys)
            row.tags.erase(key);
    })));
    return Output{};
}

}  // namespace untag_resource_operation

constinit const aws::Operation untag_resource =
    aws::operation<&untag_resource_operation::run>("UntagResource");

}  // namespace logs

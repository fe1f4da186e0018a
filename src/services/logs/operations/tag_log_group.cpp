// TagLogGroup, the older form.
#include "services/logs/faults.h"
#include "services/logs/logs.h"
#include "services/logs/tags.h"

namespace logs {
namespace tag_log_group_operation {

struct Input {
    std::string group;
    Tags tags;
    static constexpr auto members() {
        return std::tuple{
            shape::member("logGroupName", &Input::group, group_name_rule),
            shape::member("tags", &Input::tags, {.required = true, .min = 1, .max = tags_max})};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Logs& logs, const aws::Call& call, Input& input) {
    TRY(group, logs.find(call, input.group));
    TRY_VOID(add_tags(*group, input.tags));
    return Output{};
}

}  // namespace tag_log_group_operation

constinit const aws::Operation tag_log_group =
    aws::operation<&tag_log_group_operation::run>("TagLogGroup");

}  // namespace logs

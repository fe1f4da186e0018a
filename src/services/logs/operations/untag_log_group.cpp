// UntagLogGroup, the older form.
#include "services/logs/faults.h"
#include "services/logs/logs.h"

namespace logs {
namespace untag_log_group_operation {

struct Input {
    std::string group;
    std::vector<std::string> keys;
    static constexpr auto members() {
        return std::tuple{shape::member("logGroupName", &Input::group, group_name_rule),
                          shape::member("tags", &Input::keys, {.required = true, .min = 1})};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Logs& logs, const aws::Call& call, Input& input) {
    TRY(group, logs.find(call, input.group));
    TRY_VOID(faults::reply(group->update([&](GroupRow& row) {
        for (const auto& key : input.keys)
            row.tags.erase(key);
    })));
    return Output{};
}

}  // namespace untag_log_group_operation

constinit const aws::Operation untag_log_group =
    aws::operation<&untag_log_group_operation::run>("UntagLogGroup");

}  // namespace logs

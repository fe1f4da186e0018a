// DeleteRetentionPolicy: events are kept for ever.
#include "services/logs/faults.h"
#include "services/logs/logs.h"

namespace logs {
namespace delete_retention_policy_operation {

struct Input {
    std::string group;
    static constexpr auto members() {
        return std::tuple{shape::member("logGroupName", &Input::group, group_name_rule)};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Logs& logs, const aws::Call& call, Input& input) {
    TRY(group, logs.find(call, input.group));
    TRY_VOID(faults::reply(group->update([](GroupRow& row) { row.retention_days.reset(); })));
    return Output{};
}

}  // namespace delete_retention_policy_operation

constinit const aws::Operation delete_retention_policy =
    aws::operation<&delete_retention_policy_operation::run>("DeleteRetentionPolicy");

}  // namespace logs

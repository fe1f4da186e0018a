// DeleteLogGroup, with its streams and events.
#include "services/logs/faults.h"
#include "services/logs/logs.h"

namespace logs {
namespace delete_log_group_operation {

struct Input {
    std::string group;
    static constexpr auto members() {
        return std::tuple{shape::member("logGroupName", &Input::group, group_name_rule)};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Logs& logs, const aws::Call& call, Input& input) {
    TRY(group, logs.find(call, input.group));
    TRY_VOID(faults::reply(logs.remove(group)));
    return Output{};
}

}  // namespace delete_log_group_operation

constinit const aws::Operation delete_log_group =
    aws::operation<&delete_log_group_operation::run>("DeleteLogGroup");

}  // namespace logs

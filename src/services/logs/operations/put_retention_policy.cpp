// PutRetentionPolicy.
#include <algorithm>

#include "services/logs/faults.h"
#include "services/logs/logs.h"

namespace logs {
namespace put_retention_policy_operation {

struct Input {
    std::string group;
    std::int32_t days = 0;
    static constexpr auto members() {
        return std::tuple{shape::member("logGroupName", &Input::group, group_name_rule),
                          shape::member("retentionInDays", &Input::days, {.required = true})};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Logs& logs, const aws::Call& call, Input& input) {
    constexpr std::int32_t allowed[] = {1,    3,    5,    7,    14,   30,  60,  90,
                                        120,  150,  180,  365,  400,  545, 731, 1096,
                                        1827, 2192, 2557, 2922, 3288, 3653};
    if (std::find(std::begin(allowed), std::end(allowed), input.days) == std::end(allowed)) {
        return faults::invalid_parameter(
            "1 validation error detected: Value '" + std::to_string(input.days) +
            "' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value "
            "set: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, "
            "2192, "
            "2557, 2922, 3288, 3653]");
    }
    TRY(group, logs.find(call, input.group));
    TRY_VOID(faults::reply(group->update([&](GroupRow& row) { row.retention_days = input.days; })));
    return Output{};
}

}  // namespace put_retention_policy_operation

constinit const aws::Operation put_retention_policy =
    aws::operation<&put_retention_policy_operation::run>("PutRetentionPolicy");

}  // namespace logs

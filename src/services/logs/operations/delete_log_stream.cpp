// DeleteLogStream: its events are out of sight at once, their bytes go with their segments.
#include "services/logs/faults.h"
#include "services/logs/logs.h"

namespace logs {
namespace delete_log_stream_operation {

struct Input {
    std::string group;
    std::string stream;
    static constexpr auto members() {
        return std::tuple{shape::member("logGroupName", &Input::group, group_name_rule),
                          shape::member("logStreamName", &Input::stream, stream_name_rule)};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Logs& logs, const aws::Call& call, Input& input) {
    TRY(group, logs.find(call, input.group));
    TRY_VOID(faults::reply(group->remove_stream(input.stream), faults::stream_not_found()));
    return Output{};
}

}  // namespace delete_log_stream_operation

constinit const aws::Operation delete_log_stream =
    aws::operation<&delete_log_stream_operation::run>("DeleteLogStream");

}  // namespace logs

// CreateLogStream.
#include "services/logs/faults.h"
#include "services/logs/logs.h"

namespace logs {
namespace create_log_stream_operation {

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
    auto made = group->create_stream(input.stream);
    if (made) return Output{};
    if (made.error().kind == base::ErrorKind::already_exists) return faults::stream_exists();
    return faults::from(made.error());
}

}  // namespace create_log_stream_operation

constinit const aws::Operation create_log_stream =
    aws::operation<&create_log_stream_operation::run>("CreateLogStream");

}  // namespace logs

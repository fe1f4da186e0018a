// ListTagsLogGroup, the older form.
#include "services/logs/faults.h"
#include "services/logs/logs.h"

namespace logs {
namespace list_tags_log_group_operation {

struct Input {
    std::string group;
    static constexpr auto members() {
        return std::tuple{shape::member("logGroupName", &Input::group, group_name_rule)};
    }
};
struct Output {
    Tags tags;
    static constexpr auto members() { return std::tuple{shape::member("tags", &Output::tags)}; }
};

aws::Reply<Output> run(Logs& logs, const aws::Call& call, Input& input) {
    TRY(group, logs.find(call, input.group));
    return Output{group->row().tags};
}

}  // namespace list_tags_log_group_operation

constinit const aws::Operation list_tags_log_group =
    aws::operation<&list_tags_log_group_operation::run>("ListTagsLogGroup");

}  // namespace logs

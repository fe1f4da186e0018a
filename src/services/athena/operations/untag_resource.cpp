// UntagResource: of work groups; keys that are not there are passed over.
#include "services/athena/work_group_shapes.h"

namespace athena {
namespace untag_resource_operation {

struct Input {
    std::string arn;
    std::vector<std::string> keys;
    static constexpr auto members() {
        return std::tuple{
            aws::member("ResourceARN", &Input::arn, {.required = true, .min = 1, .max = 1011}),
            aws::member("TagKeys", &Input::keys, {.required = true})};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    TRY(name, group_of_arn(call, input.arn));
    TRY_VOID(
        athena.groups().change(scope_of(call), name, [&](WorkGroupRow& row) -> aws::Reply<void> {
            for (const std::string& key : input.keys)
                row.tags.erase(key);
            return base::ok();
        }));
    return Output{};
}

}  // namespace untag_resource_operation

constinit const aws::Operation untag_resource =
    aws::operation<&untag_resource_operation::run>("UntagResource");

}  // namespace athena

// UntagResource.
#include "services/glue/faults.h"
#include "services/glue/glue.h"

namespace glue {
namespace untag_resource_operation {

struct Input {
    std::string arn;
    Values keys;
    static constexpr auto members() {
        return std::tuple{shape::member("ResourceArn", &Input::arn, arn_rule),
                          shape::member("TagsToRemove", &Input::keys,
                                        {.required = true, .min = 0, .max = tags_max})};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Glue& glue, const aws::Call& call, Input& input) {
    TRY(name, faults::database_of(call, input.arn));
    TRY_VOID(faults::reply(
        glue.update_database({call.account(), call.region}, name, [&](DatabaseRow& row) {
            for (const auto& key : input.keys)
                row.tags.erase(key);
        })));
    return Output{};
}

}  // namespace untag_resource_operation

constinit const aws::Operation untag_resource =
    aws::operation<&untag_resource_operation::run>("UntagResource");

}  // namespace glue

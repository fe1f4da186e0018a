// UntagResource of a repository.
#include "services/ecr/shapes.h"

namespace ecr {
namespace untag_resource_operation {

struct Input {
    std::string resource_arn;
    std::vector<std::string> tag_keys;
    static constexpr auto members() {
        return std::tuple{shape::member("resourceArn", &Input::resource_arn, {.required = true}),
                          shape::member("tagKeys", &Input::tag_keys, {.required = true})};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Ecr& ecr, const aws::Call& call, Input& input) {
    TRY(name, repository_of_arn(call, input.resource_arn));
    TRY_VOID(ecr.change(call, std::nullopt, name, [&](RepositoryRow& row) -> aws::Reply<void> {
        for (const std::string& key : input.tag_keys)
            row.tags.erase(key);
        return base::ok();
    }));
    return Output{};
}

}  // namespace untag_resource_operation

constinit const aws::Operation untag_resource =
    aws::operation<&untag_resource_operation::run>("UntagResource");

}  // namespace ecr

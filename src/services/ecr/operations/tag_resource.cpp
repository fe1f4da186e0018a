// TagResource of a repository.
#include "services/ecr/shapes.h"

namespace ecr {
namespace tag_resource_operation {

struct Input {
    std::string resource_arn;
    std::vector<Tag> tags;
    static constexpr auto members() {
        return std::tuple{shape::member("resourceArn", &Input::resource_arn, {.required = true}),
                          shape::member("tags", &Input::tags, {.required = true})};
    }
};
using Output = shape::Empty;

aws::Reply<Output> run(Ecr& ecr, const aws::Call& call, Input& input) {
    TRY(name, repository_of_arn(call, input.resource_arn));
    TRY_VOID(ecr.change(call, std::nullopt, name,
                        [&](RepositoryRow& row) { return set_tags(row.tags, input.tags); }));
    return Output{};
}

}  // namespace tag_resource_operation

constinit const aws::Operation tag_resource =
    aws::operation<&tag_resource_operation::run>("TagResource");

}  // namespace ecr

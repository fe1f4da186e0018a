// ListTagsForResource of a repository.
#include "services/ecr/shapes.h"

namespace ecr {
namespace list_tags_for_resource_operation {

struct Input {
    std::string resource_arn;
    static constexpr auto members() {
        return std::tuple{shape::member("resourceArn", &Input::resource_arn, {.required = true})};
    }
};
struct Output {
    std::vector<Tag> tags;
    static constexpr auto members() { return std::tuple{shape::member("tags", &Output::tags)}; }
};

aws::Reply<Output> run(Ecr& ecr, const aws::Call& call, Input& input) {
    TRY(name, repository_of_arn(call, input.resource_arn));
    TRY(row, ecr.find(call, std::nullopt, name));
    Output output;
    for (const auto& [key, value] : row.tags)
        output.tags.push_back({key, value});
    return output;
}

}  // namespace list_tags_for_resource_operation

constinit const aws::Operation list_tags_for_resource =
    aws::operation<&list_tags_for_resource_operation::run>("ListTagsForResource");

}  // namespace ecr

// ListTagsForResource: of work groups. A page holds all the tags that a resource may have.
#include "services/athena/work_group_shapes.h"

namespace athena {
namespace list_tags_for_resource_operation {

struct Input {
    std::string arn;
    std::optional<std::string> token;
    std::optional<std::int32_t> tags_limit;
    static constexpr auto members() {
        return std::tuple{
            aws::member("ResourceARN", &Input::arn, {.required = true, .min = 1, .max = 1011}),
            aws::member("NextToken", &Input::token, token_rule),
            aws::member("MaxResults", &Input::tags_limit, {.min = 75})};
    }
};
struct Output {
    std::vector<Tag> tags;
    static constexpr auto members() { return std::tuple{aws::member("Tags", &Output::tags)}; }
};

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    if (input.token) return faults::invalid_request("The next token is not valid");
    TRY(name, group_of_arn(call, input.arn));
    TRY(row, athena.groups().find(scope_of(call), name));
    Output out;
    for (const auto& [key, value] : row.tags)
        out.tags.push_back({key, value});
    return out;
}

}  // namespace list_tags_for_resource_operation

constinit const aws::Operation list_tags_for_resource =
    aws::operation<&list_tags_for_resource_operation::run>("ListTagsForResource");

}  // namespace athena

// ListImages: none, since none can be pushed.
#include "services/ecr/shapes.h"

namespace ecr {
namespace list_images_operation {

struct Filter {
    std::optional<std::string> tag_status;
    std::optional<std::string> image_status;
    static constexpr auto members() {
        return std::tuple{
            shape::member("tagStatus", &Filter::tag_status, {.values = "TAGGED, UNTAGGED, ANY"}),
            shape::member("imageStatus", &Filter::image_status,
                          {.values = "ACTIVE, ARCHIVED, ACTIVATING, ANY"})};
    }
};
struct Input {
    std::optional<std::string> registry_id;
    std::string repository_name;
    std::optional<std::string> next_token;
    std::optional<std::int32_t> max_results;
    std::optional<Filter> filter;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{shape::member("registryId", &I::registry_id, registry_rule),
                          shape::member("repositoryName", &I::repository_name, name_rule),
                          shape::member("nextToken", &I::next_token),
                          shape::member("maxResults", &I::max_results, page_rule),
                          shape::member("filter", &I::filter)};
    }
};
struct Output {
    std::vector<shape::Empty> images;
    static constexpr auto members() {
        return std::tuple{shape::member("imageIds", &Output::images)};
    }
};

aws::Reply<Output> run(Ecr& ecr, const aws::Call& call, Input& input) {
    // One page has everything, so no token was ever given.
    if (input.next_token) return faults::invalid_parameter("Invalid parameter at 'nextToken'.");
    TRY_VOID(ecr.find(call, input.registry_id, input.repository_name));
    return Output{};
}

}  // namespace list_images_operation

constinit const aws::Operation list_images =
    aws::operation<&list_images_operation::run>("ListImages");

}  // namespace ecr

// DescribeImages: none, since none can be pushed; an image that is asked for by name is not there.
#include "services/ecr/shapes.h"

namespace ecr {
namespace describe_images_operation {

struct ImageId {
    std::optional<std::string> image_digest;
    std::optional<std::string> image_tag;
    static constexpr auto members() {
        return std::tuple{shape::member("imageDigest", &ImageId::image_digest),
                          shape::member("imageTag", &ImageId::image_tag, {.min = 1, .max = 300})};
    }
};
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
    std::vector<ImageId> image_ids;
    std::optional<std::string> next_token;
    std::optional<std::int32_t> max_results;
    std::optional<Filter> filter;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{shape::member("registryId", &I::registry_id, registry_rule),
                          shape::member("repositoryName", &I::repository_name, name_rule),
                          shape::member("imageIds", &I::image_ids, {.min = 1, .max = 100}),
                          shape::member("nextToken", &I::next_token),
                          shape::member("maxResults", &I::max_results, page_rule),
                          shape::member("filter", &I::filter)};
    }
};
struct Output {
    std::vector<shape::Empty> images;
    static constexpr auto members() {
        return std::tuple{shape::member("imageDetails", &Output::images)};
    }
};

aws::Reply<Output> run(Ecr& ecr, const aws::Call& call, Input& input) {
    // One page has everything, so no token was ever given.
    if (input.next_token) return faults::invalid_parameter("Invalid parameter at 'nextToken'.");
    TRY(row, ecr.find(call, input.registry_id, input.repository_name));
    if (!input.image_ids.empty()) {
        const ImageId& first = input.image_ids.front();
        return faults::no_image(first.image_digest
                                    ? "imageDigest:'" + *first.image_digest + "'"
                                    : "imageTag:'" + first.image_tag.value_or("") + "'",
                                row.name, call.account());
    }
    return Output{};
}

}  // namespace describe_images_operation

constinit const aws::Operation describe_images =
    aws::operation<&describe_images_operation::run>("DescribeImages");

}  // namespace ecr

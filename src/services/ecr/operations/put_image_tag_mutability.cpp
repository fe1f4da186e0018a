// PutImageTagMutability: a setting that waits for images.
#include "services/ecr/shapes.h"

namespace ecr {
namespace put_image_tag_mutability_operation {

struct Input {
    std::optional<std::string> registry_id;
    std::string repository_name;
    std::string image_tag_mutability;
    std::vector<shape::Document> exclusion_filters;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{shape::member("registryId", &I::registry_id, registry_rule),
                          shape::member("repositoryName", &I::repository_name, name_rule),
                          shape::member("imageTagMutability", &I::image_tag_mutability,
                                        {.required = true, .values = mutability_rule.values}),
                          shape::member("imageTagMutabilityExclusionFilters", &I::exclusion_filters,
                                        {.min = 1, .max = 5})};
    }
};
struct Output {
    std::string registry_id;
    std::string repository_name;
    std::string image_tag_mutability;
    static constexpr auto members() {
        using O = Output;
        return std::tuple{shape::member("registryId", &O::registry_id),
                          shape::member("repositoryName", &O::repository_name),
                          shape::member("imageTagMutability", &O::image_tag_mutability)};
    }
};

aws::Reply<Output> run(Ecr& ecr, const aws::Call& call, Input& input) {
    TRY_VOID(check_mutability(input.image_tag_mutability, input.exclusion_filters));
    TRY(row, ecr.change(call, input.registry_id, input.repository_name,
                        [&](RepositoryRow& changed) -> aws::Reply<void> {
                            changed.tag_mutability = input.image_tag_mutability;
                            return base::ok();
                        }));
    return Output{call.account(), row.name, row.tag_mutability};
}

}  // namespace put_image_tag_mutability_operation

constinit const aws::Operation put_image_tag_mutability =
    aws::operation<&put_image_tag_mutability_operation::run>("PutImageTagMutability");

}  // namespace ecr

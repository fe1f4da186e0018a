// CreateRepository: a record, with the settings that it was given.
#include "services/ecr/shapes.h"

namespace ecr {
namespace create_repository_operation {

struct Input {
    std::optional<std::string> registry_id;
    std::string repository_name;
    std::vector<Tag> tags;
    std::optional<std::string> image_tag_mutability;
    std::vector<shape::Document> exclusion_filters;
    std::optional<ScanningConfiguration> image_scanning_configuration;
    std::optional<EncryptionConfiguration> encryption_configuration;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{
            shape::member("registryId", &I::registry_id, registry_rule),
            shape::member("repositoryName", &I::repository_name, name_rule),
            shape::member("tags", &I::tags),
            shape::member("imageTagMutability", &I::image_tag_mutability, mutability_rule),
            shape::member("imageTagMutabilityExclusionFilters", &I::exclusion_filters,
                          {.min = 1, .max = 5}),
            shape::member("imageScanningConfiguration", &I::image_scanning_configuration),
            shape::member("encryptionConfiguration", &I::encryption_configuration)};
    }
};

aws::Reply<RepositoryOutput> run(Ecr& ecr, const aws::Call& call, Input& input) {
    TRY_VOID(check_mutability(input.image_tag_mutability, input.exclusion_filters));
    RepositoryRow row;
    row.name = std::move(input.repository_name);
    row.created = ecr.now();
    if (input.image_tag_mutability) row.tag_mutability = *input.image_tag_mutability;
    if (input.image_scanning_configuration) {
        row.scan_on_push = input.image_scanning_configuration->scan_on_push;
    }
    if (input.encryption_configuration) {
        row.encryption_type = input.encryption_configuration->encryption_type;
        row.kms_key = input.encryption_configuration->kms_key;
        if (row.kms_key && row.encryption_type == "AES256") {
            return faults::invalid_parameter(
                "Invalid parameter at 'encryptionConfiguration': kmsKey goes with KMS only.");
        }
    }
    TRY_VOID(set_tags(row.tags, input.tags));
    TRY_VOID(ecr.create(call, input.registry_id, row));
    return RepositoryOutput{describe(call, row)};
}

}  // namespace create_repository_operation

constinit const aws::Operation create_repository =
    aws::operation<&create_repository_operation::run>("CreateRepository");

}  // namespace ecr

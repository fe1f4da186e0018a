// PutImageScanningConfiguration: a setting that waits for images.
#include "services/ecr/shapes.h"

namespace ecr {
namespace put_image_scanning_configuration_operation {

struct Input {
    std::optional<std::string> registry_id;
    std::string repository_name;
    ScanningConfiguration image_scanning_configuration;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{shape::member("registryId", &I::registry_id, registry_rule),
                          shape::member("repositoryName", &I::repository_name, name_rule),
                          shape::member("imageScanningConfiguration",
                                        &I::image_scanning_configuration, {.required = true})};
    }
};
struct Output {
    std::string registry_id;
    std::string repository_name;
    ScanningConfiguration image_scanning_configuration;
    static constexpr auto members() {
        using O = Output;
        return std::tuple{
            shape::member("registryId", &O::registry_id),
            shape::member("repositoryName", &O::repository_name),
            shape::member("imageScanningConfiguration", &O::image_scanning_configuration)};
    }
};

aws::Reply<Output> run(Ecr& ecr, const aws::Call& call, Input& input) {
    TRY(row, ecr.change(call, input.registry_id, input.repository_name,
                        [&](RepositoryRow& changed) -> aws::Reply<void> {
                            changed.scan_on_push = input.image_scanning_configuration.scan_on_push;
                            return base::ok();
                        }));
    return Output{call.account(), row.name, {row.scan_on_push}};
}

}  // namespace put_image_scanning_configuration_operation

constinit const aws::Operation put_image_scanning_configuration =
    aws::operation<&put_image_scanning_configuration_operation::run>(
        "PutImageScanningConfiguration");

}  // namespace ecr

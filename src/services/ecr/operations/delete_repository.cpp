// DeleteRepository. There are never images in it, so `force` changes nothing.
#include "services/ecr/shapes.h"

namespace ecr {
namespace delete_repository_operation {

struct Input {
    std::optional<std::string> registry_id;
    std::string repository_name;
    bool force = false;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{shape::member("registryId", &I::registry_id, registry_rule),
                          shape::member("repositoryName", &I::repository_name, name_rule),
                          shape::member("force", &I::force)};
    }
};

aws::Reply<RepositoryOutput> run(Ecr& ecr, const aws::Call& call, Input& input) {
    TRY(row, ecr.remove(call, input.registry_id, input.repository_name));
    return RepositoryOutput{describe(call, row)};
}

}  // namespace delete_repository_operation

constinit const aws::Operation delete_repository =
    aws::operation<&delete_repository_operation::run>("DeleteRepository");

}  // namespace ecr

// ListRolePolicies: names of inline policies.
#include "services/iam/iam.h"
#include "services/iam/paging.h"

namespace iam {

namespace list_role_policies_operation {

struct Output {
    std::vector<std::string> policy_names;
    bool is_truncated = false;
    std::optional<std::string> marker;
    static constexpr auto members() {
        using O = Output;
        return std::tuple{aws::member("PolicyNames", &O::policy_names),
                          aws::member("IsTruncated", &O::is_truncated),
                          aws::member("Marker", &O::marker)};
    }
};

aws::Reply<Output> run(Iam& iam, const aws::Call& call, RoleListInput& input) {
    TRY(row, iam.role(call.account(), input.role_name));
    std::vector<std::string> names;
    for (const auto& [name, document] : row.inline_policies)
        names.push_back(name);
    TRY(page, make_page(std::move(names), input.marker, input.max_items,
                        [](const std::string& name) { return name; }));
    return Output{std::move(page.items), page.truncated, page.marker};
}

}  // namespace list_role_policies_operation

constinit const aws::Operation list_role_policies =
    aws::operation<&list_role_policies_operation::run>("ListRolePolicies");

}  // namespace iam

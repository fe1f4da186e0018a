// ListRoles: the account's roles, without tags and boundaries, as AWS lists them.
#include "services/iam/iam.h"
#include "services/iam/paging.h"

namespace iam {

namespace list_roles_operation {

struct Input {
    std::optional<std::string> path_prefix;
    std::optional<std::string> marker;
    std::optional<std::int32_t> max_items;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{aws::member("PathPrefix", &I::path_prefix, path_prefix_rule),
                          aws::member("Marker", &I::marker, marker_rule),
                          aws::member("MaxItems", &I::max_items, max_items_rule)};
    }
};

struct Output {
    std::vector<RoleOutput> roles;
    bool is_truncated = false;
    std::optional<std::string> marker;
    static constexpr auto members() {
        using O = Output;
        return std::tuple{aws::member("Roles", &O::roles),
                          aws::member("IsTruncated", &O::is_truncated),
                          aws::member("Marker", &O::marker)};
    }
};

aws::Reply<Output> run(Iam& iam, const aws::Call& call, Input& input) {
    TRY(rows, iam.roles(call.account()));
    if (input.path_prefix) {
        std::erase_if(
            rows, [&](const RoleRow& row) { return !row.path.starts_with(*input.path_prefix); });
    }
    TRY(page, make_page(std::move(rows), input.marker, input.max_items,
                        [](const RoleRow& row) { return lower_case(row.name); }));
    Output output{{}, page.truncated, page.marker};
    for (const RoleRow& row : page.items) {
        RoleOutput role = to_output(call.account(), row);
        role.tags.reset();
        role.permissions_boundary.reset();
        output.roles.push_back(std::move(role));
    }
    return output;
}

}  // namespace list_roles_operation

constinit const aws::Operation list_roles = aws::operation<&list_roles_operation::run>("ListRoles");

}  // namespace iam

// UpdateRole: description and longest session; what is absent stays.
#include "services/iam/iam.h"

namespace iam {

namespace update_role_operation {

struct Input {
    std::string role_name;
    std::optional<std::string> description;
    std::optional<std::int32_t> max_session_duration;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{
            aws::member("RoleName", &I::role_name, role_name_rule),
            aws::member("Description", &I::description, description_rule),
            aws::member("MaxSessionDuration", &I::max_session_duration, session_seconds_rule)};
    }
};

aws::Reply<shape::Empty> run(Iam& iam, const aws::Call& call, Input& input) {
    TRY_VOID(
        iam.change_role(call.account(), input.role_name, [&](RoleRow& row) -> aws::Reply<void> {
            if (input.description) row.description = input.description;
            if (input.max_session_duration) row.session_seconds_max = *input.max_session_duration;
            return base::ok();
        }));
    return shape::Empty{};
}

}  // namespace update_role_operation

constinit const aws::Operation update_role = aws::operation<&update_role_operation::run>(
    "UpdateRole", {.output_element = "UpdateRoleResult"});

}  // namespace iam

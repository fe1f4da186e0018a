// ListWorkGroups, by name.
#include <map>

#include "services/athena/work_group_shapes.h"

namespace athena {
namespace list_work_groups_operation {

struct Input {
    std::optional<std::string> token;
    std::optional<std::int32_t> groups_max;
    static constexpr auto members() {
        return std::tuple{aws::member("NextToken", &Input::token, token_rule),
                          aws::member("MaxResults", &Input::groups_max, {.min = 1, .max = 50})};
    }
};
struct Summary {
    std::string name;
    std::string state;
    std::string description;
    std::optional<base::Timestamp> created;
    EngineVersion version;
    static constexpr auto members() {
        return std::tuple{aws::member("Name", &Summary::name),
                          aws::member("State", &Summary::state),
                          aws::member("Description", &Summary::description),
                          aws::member("CreationTime", &Summary::created),
                          aws::member("EngineVersion", &Summary::version)};
    }
};
struct Output {
    std::vector<Summary> groups;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{aws::member("WorkGroups", &Output::groups),
                          aws::member("NextToken", &Output::next_token)};
    }
};

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    TRY(rows, athena.groups().list(scope_of(call)));
    std::map<std::string, ShownWorkGroup> groups;
    std::vector<std::string> names;
    for (const WorkGroupRow& row : rows) {
        groups[row.name] = to_shape(row);
        names.push_back(row.name);
    }
    NamePage page = page_of(std::move(names), input.token,
                            static_cast<std::size_t>(input.groups_max.value_or(50)));
    Output out;
    for (const std::string& name : page.names) {
        ShownWorkGroup& group = groups[name];
        out.groups.push_back({name, std::move(group.state), std::move(group.description),
                              group.created, std::move(group.configuration.version)});
    }
    out.next_token = std::move(page.next_token);
    return out;
}

}  // namespace list_work_groups_operation

constinit const aws::Operation list_work_groups =
    aws::operation<&list_work_groups_operation::run>("ListWorkGroups");

}  // namespace athena

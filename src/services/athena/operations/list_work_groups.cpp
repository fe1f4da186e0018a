// ListWorkGroups: primary.
#include "services/athena/shapes.h"

namespace athena {
namespace {

struct Input {
    std::optional<std::string> token;
    std::optional<std::int32_t> groups_max;
    static constexpr auto members() {
        return std::tuple{aws::member("NextToken", &Input::token, token_rule),
                          aws::member("MaxResults", &Input::groups_max, {.min = 1, .max = 50})};
    }
};
struct Summary {
    std::string name = primary_work_group;
    std::string state = "ENABLED";
    std::string description;
    EngineVersion version;
    static constexpr auto members() {
        return std::tuple{aws::member("Name", &Summary::name),
                          aws::member("State", &Summary::state),
                          aws::member("Description", &Summary::description),
                          aws::member("EngineVersion", &Summary::version)};
    }
};
struct Output {
    std::vector<Summary> groups;
    static constexpr auto members() {
        return std::tuple{aws::member("WorkGroups", &Output::groups)};
    }
};

aws::Reply<Output> run(Athena&, const aws::Call&, Input& input) {
    if (input.token) return faults::invalid_request("The next token is not valid");
    return Output{{Summary{}}};
}

}  // namespace

constinit const aws::Operation list_work_groups = aws::operation<&run>("ListWorkGroups");

}  // namespace athena

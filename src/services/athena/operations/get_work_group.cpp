// GetWorkGroup: primary is the only one.
#include "services/athena/shapes.h"

namespace athena {
namespace {

struct Input {
    std::string name;
    static constexpr auto members() {
        return std::tuple{aws::member("WorkGroup", &Input::name,
                                      {.required = true, .pattern = "[a-zA-Z0-9._-]{1,128}"})};
    }
};
struct Configuration {
    ResultConfiguration result;
    bool enforced = false;
    bool publishes_metrics = false;
    bool requester_pays = false;
    EngineVersion version;
    static constexpr auto members() {
        using C = Configuration;
        return std::tuple{aws::member("ResultConfiguration", &C::result),
                          aws::member("EnforceWorkGroupConfiguration", &C::enforced),
                          aws::member("PublishCloudWatchMetricsEnabled", &C::publishes_metrics),
                          aws::member("RequesterPaysEnabled", &C::requester_pays),
                          aws::member("EngineVersion", &C::version)};
    }
};
struct WorkGroup {
    std::string name;
    std::string state = "ENABLED";
    Configuration configuration;
    std::string description;
    static constexpr auto members() {
        using W = WorkGroup;
        return std::tuple{aws::member("Name", &W::name), aws::member("State", &W::state),
                          aws::member("Configuration", &W::configuration),
                          aws::member("Description", &W::description)};
    }
};
struct Output {
    WorkGroup work_group;
    static constexpr auto members() {
        return std::tuple{aws::member("WorkGroup", &Output::work_group)};
    }
};

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    TRY_VOID(check_work_group(input.name));
    Output out;
    out.work_group.name = input.name;
    const std::string location = athena.output_location(scope_of(call));
    if (!location.empty()) out.work_group.configuration.result.output_location = location;
    return out;
}

}  // namespace

constinit const aws::Operation get_work_group = aws::operation<&run>("GetWorkGroup");

}  // namespace athena

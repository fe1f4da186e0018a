// ListEngineVersions: what a work group may select.
#include "services/athena/shapes.h"

namespace athena {
namespace list_engine_versions_operation {

struct Input {
    std::optional<std::string> token;
    std::optional<std::int32_t> versions_max;
    static constexpr auto members() {
        return std::tuple{aws::member("NextToken", &Input::token, token_rule),
                          aws::member("MaxResults", &Input::versions_max, {.min = 1, .max = 10})};
    }
};
struct Output {
    std::vector<EngineVersion> versions;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{aws::member("EngineVersions", &Output::versions),
                          aws::member("NextToken", &Output::next_token)};
    }
};

aws::Reply<Output> run(Athena&, const aws::Call&, Input& input) {
    NamePage page = page_of({"AUTO", engine_version}, input.token,
                            static_cast<std::size_t>(input.versions_max.value_or(10)));
    Output out;
    for (std::string& name : page.names)
        out.versions.push_back({std::move(name), engine_version});
    out.next_token = std::move(page.next_token);
    return out;
}

}  // namespace list_engine_versions_operation

constinit const aws::Operation list_engine_versions =
    aws::operation<&list_engine_versions_operation::run>("ListEngineVersions");

}  // namespace athena

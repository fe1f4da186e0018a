// ListAgentRuntimes: in the order of their ids, by pages.
#include "services/bedrockagentcore/faults.h"
#include "services/bedrockagentcore/shapes.h"

namespace bedrockagentcore {
namespace list_agent_runtimes_operation {

constexpr std::int32_t page_max = 100;

struct Input {
    std::optional<std::int32_t> results_max;
    std::optional<std::string> next_token;  // the first id of the page
    static constexpr auto members() {
        return std::tuple{
            aws::member("maxResults", &Input::results_max,
                        {.min = 1, .max = page_max, .location = shape::Location::query}),
            aws::member("nextToken", &Input::next_token,
                        {.min = 1, .max = 2048, .location = shape::Location::query})};
    }
};
struct Listed : Summary {
    std::string name;
    std::string description;
    base::Timestamp updated;
    static constexpr auto members() {
        return std::tuple_cat(
            Summary::members(),
            std::tuple{aws::member("agentRuntimeName", &Listed::name),
                       aws::member("description", &Listed::description, {.sensitive = true}),
                       aws::member("lastUpdatedAt", &Listed::updated, moment)});
    }
};
struct Output {
    std::vector<Listed> runtimes;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{aws::member("agentRuntimes", &Output::runtimes),
                          aws::member("nextToken", &Output::next_token)};
    }
};

aws::Reply<Output> run(AgentCore& agents, const aws::Call& call, Input& input) {
    const auto most = static_cast<std::size_t>(input.results_max.value_or(page_max));
    Output output;
    TRY_VOID(agents.scan(call, input.next_token, [&](const RuntimeRow& row) {
        if (output.runtimes.size() == most) {
            output.next_token = row.id;
            return false;
        }
        Listed listed;
        static_cast<Summary&>(listed) = summary_of(call, row);
        listed.name = row.name;
        listed.description = row.description.value_or("");
        listed.updated = row.updated;
        output.runtimes.push_back(std::move(listed));
        return true;
    }));
    return output;
}

}  // namespace list_agent_runtimes_operation

constinit const aws::Operation list_agent_runtimes =
    aws::operation<&list_agent_runtimes_operation::run>("ListAgentRuntimes",
                                                        {.http = {"POST", "/runtimes/"}});

}  // namespace bedrockagentcore

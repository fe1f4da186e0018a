// DescribeRepositories: those that are named, or all by pages.
#include "services/ecr/shapes.h"

namespace ecr {
namespace describe_repositories_operation {

constexpr std::int32_t page_default = 100;

struct Input {
    std::optional<std::string> registry_id;
    std::vector<std::string> repository_names;
    std::optional<std::string> next_token;
    std::optional<std::int32_t> max_results;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{shape::member("registryId", &I::registry_id, registry_rule),
                          shape::member("repositoryNames", &I::repository_names,
                                        {.min = 1, .max = 100, .pattern = name_pattern}),
                          shape::member("nextToken", &I::next_token),
                          shape::member("maxResults", &I::max_results, page_rule)};
    }
};
struct Output {
    std::vector<Repository> repositories;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{shape::member("repositories", &Output::repositories),
                          shape::member("nextToken", &Output::next_token)};
    }
};

aws::Reply<Output> run(Ecr& ecr, const aws::Call& call, Input& input) {
    Output output;
    if (!input.repository_names.empty()) {
        if (input.max_results || input.next_token) {
            return faults::invalid_parameter(
                "maxResults and nextToken cannot be used with repositoryNames.");
        }
        for (const std::string& name : input.repository_names) {
            TRY(row, ecr.find(call, input.registry_id, name));
            output.repositories.push_back(describe(call, row));
        }
        return output;
    }
    // Another account's registry shows nothing.
    if (input.registry_id && *input.registry_id != call.account()) return output;
    std::optional<std::string> from;
    if (input.next_token) {
        auto decoded = wire::decode_base64(*input.next_token);
        if (!decoded || decoded.value().empty()) {
            return faults::invalid_parameter("Invalid parameter at 'nextToken'.");
        }
        from = std::move(decoded.value());
    }
    const auto most = static_cast<std::size_t>(input.max_results.value_or(page_default));
    TRY_VOID(ecr.scan(call, from, [&](RepositoryRow& row) {
        if (output.repositories.size() == most) {
            output.next_token = wire::encode_base64(row.name);
            return false;
        }
        output.repositories.push_back(describe(call, row));
        return true;
    }));
    return output;
}

}  // namespace describe_repositories_operation

constinit const aws::Operation describe_repositories =
    aws::operation<&describe_repositories_operation::run>("DescribeRepositories");

}  // namespace ecr

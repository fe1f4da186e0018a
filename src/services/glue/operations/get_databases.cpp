// GetDatabases, in the order of names.
#include "services/glue/faults.h"
#include "services/glue/glue.h"

namespace glue {
namespace get_databases_operation {

struct Input {
    std::optional<std::string> catalog_id;
    std::optional<std::string> next_token;
    std::optional<std::int32_t> max_results;
    std::optional<std::string> resource_share_type;
    std::optional<Values> attributes;
    static constexpr auto members() {
        return std::tuple{
            shape::member("CatalogId", &Input::catalog_id, optional_name_rule),
            shape::member("NextToken", &Input::next_token),
            shape::member("MaxResults", &Input::max_results, {.min = 1, .max = databases_page_max}),
            shape::member("ResourceShareType", &Input::resource_share_type,
                          {.values = "FOREIGN, ALL, FEDERATED"}),
            shape::member("AttributesToGet", &Input::attributes,
                          {.values = "NAME, TARGET_DATABASE"})};
    }
};
struct Output {
    std::vector<DatabaseOutput> databases;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{shape::member("DatabaseList", &Output::databases),
                          shape::member("NextToken", &Output::next_token)};
    }
};

aws::Reply<Output> run(Glue& glue, const aws::Call& call, Input& input) {
    TRY(scope, scope_of(call, input.catalog_id));
    Output output;
    // Nobody shares databases here.
    if (input.resource_share_type && *input.resource_share_type != "ALL") return output;
    const auto items_max = static_cast<std::size_t>(input.max_results.value_or(databases_page_max));
    TRY(page, faults::reply(glue.databases(scope, input.next_token, items_max)));
    for (DatabaseRow& row : page.items) {
        output.databases.push_back(to_output(scope, std::move(row)));
    }
    output.next_token = std::move(page.next_token);
    return output;
}

}  // namespace get_databases_operation

constinit const aws::Operation get_databases =
    aws::operation<&get_databases_operation::run>("GetDatabases");

}  // namespace glue

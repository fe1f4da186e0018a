// ListDatabases.
#include "services/athena/shapes.h"

namespace athena {
namespace list_databases_operation {

struct Input {
    std::string catalog;
    std::optional<std::string> token;
    std::optional<std::int32_t> databases_max;
    std::optional<std::string> work_group;
    static constexpr auto members() {
        return std::tuple{aws::member("CatalogName", &Input::catalog, catalog_rule),
                          aws::member("NextToken", &Input::token, token_rule),
                          aws::member("MaxResults", &Input::databases_max, {.min = 1, .max = 50}),
                          aws::member("WorkGroup", &Input::work_group, work_group_rule)};
    }
};
struct Output {
    std::vector<MetadataDatabase> databases;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{aws::member("DatabaseList", &Output::databases),
                          aws::member("NextToken", &Output::next_token)};
    }
};

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    TRY_VOID(athena.groups().find(scope_of(call), input.work_group));
    TRY_VOID(check_catalog(input.catalog));
    auto names = athena.catalog().list_databases(scope_of(call));
    if (!names) return metadata_fault(names.error());
    NamePage page = page_of(std::move(names.value()), input.token,
                            static_cast<std::size_t>(input.databases_max.value_or(50)));
    Output out;
    for (std::string& name : page.names)
        out.databases.push_back({std::move(name)});
    out.next_token = std::move(page.next_token);
    return out;
}

}  // namespace list_databases_operation

constinit const aws::Operation list_databases =
    aws::operation<&list_databases_operation::run>("ListDatabases");

}  // namespace athena

// ListDataCatalogs: AwsDataCatalog.
#include "services/athena/shapes.h"

namespace athena {
namespace list_data_catalogs_operation {

struct Input {
    std::optional<std::string> token;
    std::optional<std::int32_t> catalogs_max;
    std::optional<std::string> work_group;
    static constexpr auto members() {
        return std::tuple{aws::member("NextToken", &Input::token, token_rule),
                          aws::member("MaxResults", &Input::catalogs_max, {.min = 2, .max = 50}),
                          aws::member("WorkGroup", &Input::work_group, work_group_rule)};
    }
};
struct Summary {
    std::string name = data_catalog;
    std::string type = "GLUE";
    static constexpr auto members() {
        return std::tuple{aws::member("CatalogName", &Summary::name),
                          aws::member("Type", &Summary::type)};
    }
};
struct Output {
    std::vector<Summary> catalogs;
    static constexpr auto members() {
        return std::tuple{aws::member("DataCatalogsSummary", &Output::catalogs)};
    }
};

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    TRY_VOID(athena.groups().find(scope_of(call), input.work_group));
    if (input.token) return faults::invalid_request("The next token is not valid");
    return Output{{Summary{}}};
}

}  // namespace list_data_catalogs_operation

constinit const aws::Operation list_data_catalogs =
    aws::operation<&list_data_catalogs_operation::run>("ListDataCatalogs");

}  // namespace athena

// GetDataCatalog: AwsDataCatalog is the only one.
#include "services/athena/shapes.h"

namespace athena {
namespace get_data_catalog_operation {

struct Input {
    std::string name;
    std::optional<std::string> work_group;
    static constexpr auto members() {
        return std::tuple{aws::member("Name", &Input::name, catalog_rule),
                          aws::member("WorkGroup", &Input::work_group, work_group_rule)};
    }
};
struct DataCatalog {
    std::string name = data_catalog;
    std::string description = "The Glue data catalog of this account and region";
    std::string type = "GLUE";
    std::map<std::string, std::string> parameters;
    static constexpr auto members() {
        return std::tuple{aws::member("Name", &DataCatalog::name),
                          aws::member("Description", &DataCatalog::description),
                          aws::member("Type", &DataCatalog::type),
                          aws::member("Parameters", &DataCatalog::parameters)};
    }
};
struct Output {
    DataCatalog catalog;
    static constexpr auto members() {
        return std::tuple{aws::member("DataCatalog", &Output::catalog)};
    }
};

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    TRY_VOID(athena.groups().find(scope_of(call), input.work_group));
    TRY_VOID(check_catalog(input.name));
    Output out;
    out.catalog.parameters["catalog-id"] = call.account();
    return out;
}

}  // namespace get_data_catalog_operation

constinit const aws::Operation get_data_catalog =
    aws::operation<&get_data_catalog_operation::run>("GetDataCatalog");

}  // namespace athena

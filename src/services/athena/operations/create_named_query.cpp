// CreateNamedQuery: keeps a text; whether it is SQL is said when it runs, as at AWS.
#include "services/athena/saved_query_shapes.h"

namespace athena {
namespace create_named_query_operation {

struct Input {
    std::string name;
    std::optional<std::string> description;
    std::string database;
    std::string query;
    std::optional<std::string> token;
    std::optional<std::string> work_group;
    static constexpr auto members() {
        return std::tuple{
            aws::member("Name", &Input::name, {.required = true, .min = 1, .max = 128}),
            aws::member("Description", &Input::description, saved_description_rule),
            aws::member("Database", &Input::database, {.required = true, .min = 1, .max = 255}),
            aws::member("QueryString", &Input::query, saved_query_rule),
            aws::member("ClientRequestToken", &Input::token, {.min = 32, .max = 128}),
            aws::member("WorkGroup", &Input::work_group, work_group_rule)};
    }
};
struct Output {
    std::string id;
    static constexpr auto members() { return std::tuple{aws::member("NamedQueryId", &Output::id)}; }
};

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    NamedQueryRow row;
    row.name = std::move(input.name);
    row.description = input.description.value_or("");
    row.database = std::move(input.database);
    row.query = std::move(input.query);
    row.work_group = input.work_group.value_or(primary_work_group);
    row.token = input.token.value_or("");
    for (const std::string& part :
         {row.name, row.description, row.database, row.query, row.work_group}) {
        row.fingerprint += std::to_string(part.size()) + ":" + part;
    }
    TRY(id, athena.groups().create_query(scope_of(call), std::move(row)));
    return Output{std::move(id)};
}

}  // namespace create_named_query_operation

constinit const aws::Operation create_named_query =
    aws::operation<&create_named_query_operation::run>("CreateNamedQuery");

}  // namespace athena

// ListPreparedStatements: of one work group, by name.
#include <map>

#include "services/athena/saved_query_shapes.h"

namespace athena {
namespace list_prepared_statements_operation {

struct Input {
    std::string work_group;
    std::optional<std::string> token;
    std::optional<std::int32_t> statements_max;
    static constexpr auto members() {
        return std::tuple{
            aws::member("WorkGroup", &Input::work_group, required_group_rule),
            aws::member("NextToken", &Input::token, token_rule),
            aws::member("MaxResults", &Input::statements_max, {.min = 1, .max = batch_max})};
    }
};
struct Summary {
    std::string name;
    base::Timestamp modified;
    static constexpr auto members() {
        return std::tuple{aws::member("StatementName", &Summary::name),
                          aws::member("LastModifiedTime", &Summary::modified)};
    }
};
struct Output {
    std::vector<Summary> statements;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{aws::member("PreparedStatements", &Output::statements),
                          aws::member("NextToken", &Output::next_token)};
    }
};

aws::Reply<Output> run(Athena& athena, const aws::Call& call, Input& input) {
    TRY(group, athena.groups().find(scope_of(call), input.work_group));
    TRY(rows, athena.groups().statements(scope_of(call), group.id));
    std::map<std::string, base::Timestamp> modified;
    std::vector<std::string> names;
    for (const PreparedStatementRow& row : rows) {
        modified[row.name] = row.modified;
        names.push_back(row.name);
    }
    NamePage page = page_of(std::move(names), input.token,
                            static_cast<std::size_t>(input.statements_max.value_or(batch_max)));
    Output out;
    for (std::string& name : page.names) {
        const base::Timestamp when = modified[name];
        out.statements.push_back({std::move(name), when});
    }
    out.next_token = std::move(page.next_token);
    return out;
}

}  // namespace list_prepared_statements_operation

constinit const aws::Operation list_prepared_statements =
    aws::operation<&list_prepared_statements_operation::run>("ListPreparedStatements");

}  // namespace athena

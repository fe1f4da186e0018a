// GetTables, in the order of names; Expression is a regular expression over the whole name.
#include <re2/re2.h>

#include "services/glue/faults.h"
#include "services/glue/glue.h"

namespace glue {
namespace get_tables_operation {

struct Input {
    std::optional<std::string> catalog_id;
    std::string database;
    std::optional<std::string> expression;
    std::optional<std::string> next_token;
    std::optional<std::int32_t> max_results;
    std::optional<shape::Document> transaction;
    std::optional<shape::Document> as_of;
    std::optional<Values> attributes;
    static constexpr auto members() {
        return std::tuple{
            shape::member("CatalogId", &Input::catalog_id, optional_name_rule),
            shape::member("DatabaseName", &Input::database, name_rule),
            shape::member("Expression", &Input::expression,
                          {.min = 0, .max = 2048, .pattern = one_line}),
            shape::member("NextToken", &Input::next_token),
            shape::member("MaxResults", &Input::max_results, {.min = 1, .max = tables_page_max}),
            shape::member("TransactionId", &Input::transaction),
            shape::member("QueryAsOfTime", &Input::as_of),
            shape::member("AttributesToGet", &Input::attributes, {.values = "NAME, TABLE_TYPE"})};
    }
};
struct Output {
    std::vector<TableOutput> tables;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{shape::member("TableList", &Output::tables),
                          shape::member("NextToken", &Output::next_token)};
    }
};

aws::Reply<Output> run(Glue& glue, const aws::Call& call, Input& input) {
    TRY(scope, scope_of(call, input.catalog_id));
    TRY_VOID(faults::refuse({{"TransactionId", input.transaction.has_value()},
                             {"QueryAsOfTime", input.as_of.has_value()}}));
    TRY(database, faults::reply(glue.database(scope, input.database)));
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_case_sensitive(false);
    options.set_max_mem(1 << 20);
    const re2::RE2 pattern(input.expression.value_or(""), options);
    if (!pattern.ok()) return faults::invalid_input("Invalid Expression: " + pattern.error());
    const auto wanted = [&](const std::string& name) {
        return pattern.pattern().empty() || re2::RE2::FullMatch(name, pattern);
    };
    const auto items_max = static_cast<std::size_t>(input.max_results.value_or(tables_page_max));
    TRY(page, faults::reply(glue.tables(database, wanted, input.next_token, items_max)));
    Output output;
    for (TableRow& row : page.items) {
        output.tables.push_back(to_output(scope, database.name, std::move(row)));
    }
    output.next_token = std::move(page.next_token);
    return output;
}

}  // namespace get_tables_operation

constinit const aws::Operation get_tables = aws::operation<&get_tables_operation::run>("GetTables");

}  // namespace glue

// GetPartitions: those that Expression takes, in the order of their values, by pages.
#include "services/glue/expression.h"
#include "services/glue/faults.h"
#include "services/glue/glue.h"

namespace glue {
namespace get_partitions_operation {

struct Segment {
    std::int32_t number = 0;
    std::int32_t total = 1;
    static constexpr auto members() {
        return std::tuple{
            shape::member("SegmentNumber", &Segment::number, {.required = true, .min = 0}),
            shape::member("TotalSegments", &Segment::total,
                          {.required = true, .min = 1, .max = 10})};
    }
};

struct Input {
    std::optional<std::string> catalog_id;
    std::string database;
    std::string table;
    std::optional<std::string> expression;
    std::optional<std::string> next_token;
    std::optional<Segment> segment;
    std::optional<std::int32_t> max_results;
    std::optional<bool> exclude_column_schema;
    std::optional<shape::Document> transaction;
    std::optional<shape::Document> as_of;
    static constexpr auto members() {
        return std::tuple{shape::member("CatalogId", &Input::catalog_id, optional_name_rule),
                          shape::member("DatabaseName", &Input::database, name_rule),
                          shape::member("TableName", &Input::table, name_rule),
                          shape::member("Expression", &Input::expression,
                                        {.min = 0, .max = 2048, .pattern = many_lines}),
                          shape::member("NextToken", &Input::next_token),
                          shape::member("Segment", &Input::segment),
                          shape::member("MaxResults", &Input::max_results,
                                        {.min = 1, .max = partitions_page_max}),
                          shape::member("ExcludeColumnSchema", &Input::exclude_column_schema),
                          shape::member("TransactionId", &Input::transaction),
                          shape::member("QueryAsOfTime", &Input::as_of)};
    }
};
struct Output {
    std::vector<PartitionOutput> partitions;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{shape::member("Partitions", &Output::partitions),
                          shape::member("NextToken", &Output::next_token)};
    }
};

// Which of the segments a partition is in: the same for ever, by its values alone.
bool in_segment(const Values& values, const Segment& segment) {
    std::uint64_t hash = 14'695'981'039'346'656'037U;  // FNV-1a
    for (const auto& value : values) {
        for (const char c : value)
            hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
        hash = (hash ^ 0xff) * 1'099'511'628'211U;
    }
    return hash % static_cast<std::uint64_t>(segment.total) ==
           static_cast<std::uint64_t>(segment.number);
}

aws::Reply<Output> run(Glue& glue, const aws::Call& call, Input& input) {
    TRY(scope, scope_of(call, input.catalog_id));
    TRY_VOID(faults::refuse({{"TransactionId", input.transaction.has_value()},
                             {"QueryAsOfTime", input.as_of.has_value()}}));
    TRY(found, faults::reply(glue.table(scope, input.database, input.table)));
    if (input.segment && input.segment->number >= input.segment->total) {
        return faults::invalid_input("SegmentNumber must be less than TotalSegments.");
    }
    std::unique_ptr<Expression> expression;
    if (input.expression && !input.expression->empty()) {
        TRY(parsed, faults::reply(parse_expression(*input.expression, found.row.partition_keys)));
        expression = std::move(parsed);
    }
    const auto wanted = [&](const Values& values) {
        if (input.segment && !in_segment(values, *input.segment)) return false;
        return expression == nullptr || expression->test(values) == Truth::yes;
    };
    const auto items_max =
        static_cast<std::size_t>(input.max_results.value_or(partitions_page_max));
    TRY(page, faults::reply(glue.partitions(found.row, wanted, input.next_token, items_max)));
    Output output;
    for (Partition& one : page.items) {
        if (input.exclude_column_schema.value_or(false) && one.row.storage) {
            one.row.storage->columns.clear();
        }
        output.partitions.push_back(to_output(scope, found, std::move(one)));
    }
    output.next_token = std::move(page.next_token);
    return output;
}

}  // namespace get_partitions_operation

constinit const aws::Operation get_partitions =
    aws::operation<&get_partitions_operation::run>("GetPartitions");

}  // namespace glue

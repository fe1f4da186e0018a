// ListMetrics: metrics that had data in the last two weeks, by namespace, name and dimensions, in
// pages of 500. What services measured for the first time is stored before it is listed.
#include "services/cloudwatch/shapes.h"

namespace cloudwatch {
namespace list_metrics_operation {

constexpr std::size_t page_metrics_max = 500;
constexpr std::int64_t recently_ms = 3 * base::hour_ms;
constexpr const char* token_purpose = "ListMetrics";
// Keys of metrics may be longer than a token: it holds the beginning, and the id of the metric.
constexpr std::size_t token_key_bytes_max = 4'000;
constexpr std::size_t id_bytes = 16;

struct DimensionFilter {
    std::string name;
    std::optional<std::string> value;
    static constexpr auto members() {
        using D = DimensionFilter;
        return std::tuple{aws::member("Name", &D::name, {.required = true, .min = 1, .max = 255}),
                          aws::member("Value", &D::value, {.min = 1, .max = 1024})};
    }
};

struct Input {
    std::optional<std::string> metric_namespace;
    std::optional<std::string> metric_name;
    std::vector<DimensionFilter> dimensions;
    std::optional<std::string> next_token;
    std::optional<std::string> recently_active;
    std::optional<bool> include_linked_accounts;
    std::optional<std::string> owning_account;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{aws::member("Namespace", &I::metric_namespace, namespace_rule),
                          aws::member("MetricName", &I::metric_name, metric_name_rule),
                          aws::member("Dimensions", &I::dimensions, {.max = 10}),
                          aws::member("NextToken", &I::next_token),
                          aws::member("RecentlyActive", &I::recently_active, {.values = "PT3H"}),
                          aws::member("IncludeLinkedAccounts", &I::include_linked_accounts),
                          aws::member("OwningAccount", &I::owning_account, {.min = 1, .max = 255})};
    }
};

struct Output {
    std::vector<MetricShape> metrics;
    std::optional<std::string> next_token;
    std::optional<std::vector<std::string>> owning_accounts;
    static constexpr auto members() {
        return std::tuple{aws::member("Metrics", &Output::metrics),
                          aws::member("NextToken", &Output::next_token),
                          aws::member("OwningAccounts", &Output::owning_accounts)};
    }
};

bool matches(const Input& input, const MetricRow& row, std::int64_t since_ms) {
    if (row.active.ms < since_ms) return false;
    if (input.metric_name && row.name != *input.metric_name) return false;
    return std::all_of(
        input.dimensions.begin(), input.dimensions.end(), [&](const DimensionFilter& filter) {
            return std::any_of(row.dimensions.begin(), row.dimensions.end(),
                               [&](const DimensionRow& dimension) {
                                   return dimension.name == filter.name &&
                                          (!filter.value || dimension.value == *filter.value);
                               });
        });
}

// Where a page begins: behind the metric `id`, which stands at `from` or later.
struct Mark {
    std::string id;
    std::string from;
};

aws::Reply<Mark> open_token(const CloudWatch& cloudwatch, const std::optional<std::string>& token) {
    if (!token) return Mark{};
    const auto opened = cloudwatch.tokens().open(token_purpose, *token);
    if (!opened || opened->size() < id_bytes) {
        return faults::invalid_value_of(*token, "NextToken");
    }
    return Mark{opened->substr(0, id_bytes), opened->substr(id_bytes)};
}

Metric metric_of_row(const aws::Call& call, const MetricRow& row) {
    return {call.account(), call.region, row.metric_namespace, row.name, row.dimensions};
}

aws::Reply<Output> list(CloudWatch& cloudwatch, const aws::Call& call, const Input& input) {
    if (input.owning_account && *input.owning_account != call.account()) {
        return faults::invalid_value_of(*input.owning_account, "OwningAccount");
    }
    TRY(mark, open_token(cloudwatch, input.next_token));
    // `active` moves in steps, so what was active a step earlier may be recent too.
    const std::int64_t since_ms =
        input.recently_active ? cloudwatch.now().ms - recently_ms - active_step_ms : 0;
    Output output;
    std::string last;
    const auto visit = [&](std::string_view key, MetricRow& row) {
        if (!mark.id.empty()) {
            const bool behind = key.substr(0, token_key_bytes_max) != mark.from;
            const bool found = !behind && metric_of_row(call, row).id() == mark.id;
            if (behind || found) mark.id.clear();
            if (!behind) return true;
        }
        if (!matches(input, row, since_ms)) return true;
        if (output.metrics.size() == page_metrics_max) {
            output.next_token = cloudwatch.tokens().seal(token_purpose, last);
            return false;
        }
        if (output.metrics.size() + 1 == page_metrics_max) {
            last = metric_of_row(call, row).id();
            last += key.substr(0, token_key_bytes_max);
        }
        MetricShape shape;
        shape.metric_namespace = std::move(row.metric_namespace);
        shape.metric_name = std::move(row.name);
        for (DimensionRow& dimension : row.dimensions) {
            shape.dimensions.push_back({std::move(dimension.name), std::move(dimension.value)});
        }
        output.metrics.push_back(std::move(shape));
        return true;
    };
    const auto listed = cloudwatch.points().list(call.account(), call.region,
                                                 input.metric_namespace, mark.from, visit);
    if (!listed) return faults::from(listed.error());
    if (input.include_linked_accounts.value_or(false)) {
        output.owning_accounts.emplace(output.metrics.size(), call.account());
    }
    return output;
}

void run(CloudWatch& cloudwatch, const aws::Call& call, Input& input,
         aws::Responder<Output> respond) {
    if (!cloudwatch.points().has_fresh()) return respond(list(cloudwatch, call, input));
    cloudwatch.points().flush(
        [&cloudwatch, &call, &input, respond = std::move(respond)](base::Result<void>) mutable {
            // What could not be stored now is listed later. Not here: the writer has other work.
            cloudwatch.executor().post(
                [&cloudwatch, &call, &input, respond = std::move(respond)]() mutable {
                    respond(list(cloudwatch, call, input));
                });
        });
}

}  // namespace list_metrics_operation

constinit const aws::Operation list_metrics =
    aws::operation<&list_metrics_operation::run>("ListMetrics");

}  // namespace cloudwatch

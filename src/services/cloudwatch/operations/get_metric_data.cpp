// GetMetricData: many metrics and expressions over them, in pages of up to 100,800 data points.
// A token says behind which point of which query the next page begins, and is good for the same
// queries only.
#include <charconv>

#include "services/cloudwatch/data_query.h"
#include "wire/json.h"
#include "wire/sha256.h"

namespace cloudwatch {
namespace get_metric_data_operation {

constexpr std::int32_t page_points_max = 100'800;
constexpr const char* token_purpose = "GetMetricData ";

struct LabelOptions {
    std::optional<std::string> timezone;
    static constexpr auto members() {
        return std::tuple{
            aws::member("Timezone", &LabelOptions::timezone, {.pattern = "[+-][0-9]{4}"})};
    }
};

struct Input {
    std::vector<DataQueryShape> metric_data_queries;
    base::Timestamp start_time;
    base::Timestamp end_time;
    std::optional<std::string> next_token;
    std::optional<std::string> scan_by;
    std::optional<std::int32_t> max_datapoints;
    std::optional<LabelOptions> label_options;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{
            aws::member("MetricDataQueries", &I::metric_data_queries, {.required = true}),
            aws::member("StartTime", &I::start_time, {.required = true}),
            aws::member("EndTime", &I::end_time, {.required = true}),
            aws::member("NextToken", &I::next_token),
            aws::member("ScanBy", &I::scan_by,
                        {.values = "TimestampDescending, TimestampAscending"}),
            aws::member("MaxDatapoints", &I::max_datapoints, {.min = 1, .max = page_points_max}),
            aws::member("LabelOptions", &I::label_options)};
    }
};

struct MessageData {
    std::string code;
    std::string value;
    static constexpr auto members() {
        return std::tuple{aws::member("Code", &MessageData::code),
                          aws::member("Value", &MessageData::value)};
    }
};

struct Result {
    std::string id;
    std::string label;
    std::vector<base::Timestamp> timestamps;
    std::vector<double> values;
    std::string status_code = "Complete";
    std::optional<std::vector<MessageData>> messages;
    static constexpr auto members() {
        using R = Result;
        return std::tuple{aws::member("Id", &R::id),
                          aws::member("Label", &R::label),
                          aws::member("Timestamps", &R::timestamps),
                          aws::member("Values", &R::values),
                          aws::member("StatusCode", &R::status_code),
                          aws::member("Messages", &R::messages)};
    }
};

struct Output {
    std::vector<Result> metric_data_results;
    std::optional<std::string> next_token;
    std::vector<MessageData> messages;
    static constexpr auto members() {
        return std::tuple{aws::member("MetricDataResults", &Output::metric_data_results),
                          aws::member("NextToken", &Output::next_token),
                          aws::member("Messages", &Output::messages)};
    }
};

// Where a page begins: at a query, behind a time of it (or at its first point).
struct Place {
    std::size_t query = 0;
    std::optional<std::int64_t> behind_s;
};

// The same for every page of one request.
std::string purpose_of(const aws::Call& call, const Input& input) {
    Input same = input;
    same.next_token.reset();
    same.max_datapoints.reset();
    return token_purpose + call.account() + " " + call.region + " " +
           wire::sha256_hex(wire::encode_json(same));
}

std::string write_place(const Place& place) {
    std::string text = std::to_string(place.query);
    if (place.behind_s) text += " " + std::to_string(*place.behind_s);
    return text;
}

std::optional<Place> read_place(std::string_view text, std::size_t queries) {
    Place place;
    const char* const end = text.data() + text.size();
    const auto query = std::from_chars(text.data(), end, place.query);
    if (query.ec != std::errc() || place.query >= queries) return std::nullopt;
    if (query.ptr == end) return place;
    std::int64_t behind_s = 0;
    const auto behind = std::from_chars(query.ptr + 1, end, behind_s);
    if (behind.ec != std::errc() || behind.ptr != end) return std::nullopt;
    place.behind_s = behind_s;
    return place;
}

// Fills pages: queries in the order given, points in the order asked for.
class Pages {
  public:
    Pages(const DataQueries& queries, const std::vector<QueryResult>& results, bool ascending,
          std::size_t points_max)
        : queries_(queries), results_(results), ascending_(ascending), left_(points_max) {}

    // The page from `place` on; *next is where it ended, absent at the end of all.
    std::vector<Result> page(Place place, std::optional<Place>* next) {
        std::vector<Result> out;
        for (; place.query < queries_.all.size(); place = {place.query + 1, std::nullopt}) {
            const DataQuery& query = queries_.all[place.query];
            if (!query.returned) continue;
            const auto points = points_from(place);
            if (!points.empty() && left_ == 0) {
                *next = place;
                return out;
            }
            Result& result = out.emplace_back();
            result.id = query.id;
            result.label = query.label;
            const std::string& notice = results_[place.query].notice;
            if (!notice.empty()) result.messages.emplace().push_back({"ValuesNotKnown", notice});
            const std::size_t count = std::min(points.size(), left_);
            for (std::size_t i = 0; i < count; ++i) {
                result.timestamps.push_back({points[i].first * 1000});
                result.values.push_back(points[i].second);
            }
            left_ -= count;
            if (count == points.size()) continue;
            result.status_code = "PartialData";
            *next = Place{place.query, points[count - 1].first};
            return out;
        }
        return out;
    }

  private:
    std::vector<std::pair<std::int64_t, double>> points_from(const Place& place) const {
        auto points = std::get<Series>(results_[place.query].value).points;
        if (!ascending_) std::reverse(points.begin(), points.end());
        if (place.behind_s) {
            std::erase_if(points, [&](const auto& point) {
                return ascending_ ? point.first <= *place.behind_s : point.first >= *place.behind_s;
            });
        }
        return points;
    }

    const DataQueries& queries_;
    const std::vector<QueryResult>& results_;
    const bool ascending_;
    std::size_t left_;
};

aws::Reply<Output> run(CloudWatch& cloudwatch, const aws::Call& call, Input& input) {
    if (input.start_time >= input.end_time) {
        return faults::validation(
            "The parameter StartTime must be less than the parameter "
            "EndTime.");
    }
    TRY(queries, check_queries(call, input.metric_data_queries));
    const std::string purpose = purpose_of(call, input);
    std::optional<Place> place = Place{};
    if (input.next_token) {
        const auto opened = cloudwatch.tokens().open(purpose, *input.next_token);
        place = opened ? read_place(*opened, queries.all.size()) : std::nullopt;
        if (!place) return faults::invalid_next_token();
    }
    TRY(results,
        run_queries(cloudwatch, cloudwatch.points(), queries, input.start_time, input.end_time));
    Pages pages(queries, results, input.scan_by == "TimestampAscending",
                static_cast<std::size_t>(input.max_datapoints.value_or(page_points_max)));
    std::optional<Place> next;
    Output output;
    output.metric_data_results = pages.page(*place, &next);
    if (next) output.next_token = cloudwatch.tokens().seal(purpose, write_place(*next));
    return output;
}

}  // namespace get_metric_data_operation

constinit const aws::Operation get_metric_data =
    aws::operation<&get_metric_data_operation::run>("GetMetricData");

}  // namespace cloudwatch

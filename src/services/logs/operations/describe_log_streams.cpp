// DescribeLogStreams, by name or by the time of the last event, by pages.
#include <algorithm>

#include "services/logs/faults.h"
#include "services/logs/logs.h"
#include "wire/base64.h"

namespace logs {
namespace describe_log_streams_operation {

struct Input {
    std::optional<std::string> group;
    std::optional<std::string> identifier;
    std::optional<std::string> prefix;
    std::optional<std::string> order_by;
    std::optional<bool> descending;
    std::optional<std::string> next_token;
    std::optional<std::int32_t> limit;
    static constexpr auto members() {
        return std::tuple{
            shape::member("logGroupName", &Input::group, optional_group_name_rule),
            shape::member("logGroupIdentifier", &Input::identifier, group_identifier_rule),
            shape::member("logStreamNamePrefix", &Input::prefix, optional_stream_name_rule),
            shape::member("orderBy", &Input::order_by, {.values = "LogStreamName, LastEventTime"}),
            shape::member("descending", &Input::descending),
            shape::member("nextToken", &Input::next_token, {.min = 1}),
            shape::member("limit", &Input::limit, {.min = 1, .max = describe_page_max})};
    }
};

struct StreamOutput {
    std::string name;
    std::int64_t created_ms = 0;
    std::optional<std::int64_t> first_event_ms;
    std::optional<std::int64_t> last_event_ms;
    std::optional<std::int64_t> last_ingestion_ms;
    std::string sequence_token;
    std::string arn;
    std::int64_t stored_bytes = 0;
    static constexpr auto members() {
        using O = StreamOutput;
        return std::tuple{shape::member("logStreamName", &O::name),
                          shape::member("creationTime", &O::created_ms),
                          shape::member("firstEventTimestamp", &O::first_event_ms),
                          shape::member("lastEventTimestamp", &O::last_event_ms),
                          shape::member("lastIngestionTime", &O::last_ingestion_ms),
                          shape::member("uploadSequenceToken", &O::sequence_token),
                          shape::member("arn", &O::arn),
                          shape::member("storedBytes", &O::stored_bytes)};
    }
};

struct Output {
    std::vector<StreamOutput> streams;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{shape::member("logStreams", &Output::streams),
                          shape::member("nextToken", &Output::next_token)};
    }
};

// A stream under the key it is sorted by.
struct Item {
    std::string key;
    std::string name;
    StreamRow row;
};

std::optional<std::int64_t> milliseconds(const std::optional<base::Timestamp>& time) {
    return time ? std::optional(time->ms) : std::nullopt;
}

StreamOutput to_output(const std::string& arn, const Item& item) {
    return {item.name,
            item.row.created.ms,
            milliseconds(item.row.first_event),
            milliseconds(item.row.last_event),
            milliseconds(item.row.last_ingestion),
            position_token("", static_cast<segment_log::Position>(item.row.lane)),
            arn + item.name,
            item.row.stored_bytes};
}

aws::Reply<Output> run(Logs& logs, const aws::Call& call, Input& input) {
    TRY(group, logs.find(call, input.group, input.identifier));
    const bool by_time = input.order_by == "LastEventTime";
    if (by_time && input.prefix) {
        return faults::invalid_parameter(
            "Cannot order by LastEventTime with a logStreamNamePrefix.");
    }
    TRY(streams, faults::reply(group->streams()));
    std::vector<Item> items;
    for (auto& [name, row] : streams) {
        if (input.prefix && !name.starts_with(*input.prefix)) continue;
        meta_store::Key key;
        if (by_time)
            key.add_number(static_cast<std::uint64_t>(row.last_event.value_or(row.created).ms));
        items.push_back({key.add(name).encoded(), name, row});
    }
    const bool descending = input.descending.value_or(false);
    const auto before = [&](const std::string& a, const std::string& b) {
        return descending ? b < a : a < b;
    };
    std::sort(items.begin(), items.end(),
              [&](const Item& a, const Item& b) { return before(a.key, b.key); });
    std::optional<std::string> after;
    if (input.next_token) {
        auto decoded = wire::decode_base64(*input.next_token);
        if (!decoded) return faults::invalid_token();
        after = std::move(decoded.value());
    }
    const auto items_max = static_cast<std::size_t>(input.limit.value_or(describe_page_max));
    const std::string arn = group_arn(call, group->row().name) + ":log-stream:";
    Output output;
    std::string last;
    for (const Item& item : items) {
        if (after && !before(*after, item.key)) continue;
        if (output.streams.size() == items_max) {
            output.next_token = wire::encode_base64(last);
            break;
        }
        output.streams.push_back(to_output(arn, item));
        last = item.key;
    }
    return output;
}

}  // namespace describe_log_streams_operation

constinit const aws::Operation describe_log_streams =
    aws::operation<&describe_log_streams_operation::run>("DescribeLogStreams");

}  // namespace logs

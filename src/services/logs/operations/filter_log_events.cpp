// FilterLogEvents: all or some streams of a group together, by pages; within a page by time. A page
// may be empty although more follows: the token says where the search goes on.
#include <algorithm>

#include "services/logs/faults.h"
#include "services/logs/logs.h"

namespace logs {
namespace filter_log_events_operation {

struct Input {
    std::optional<std::string> group;
    std::optional<std::string> identifier;
    std::vector<std::string> streams;
    std::optional<std::string> stream_prefix;
    std::optional<std::int64_t> start_ms;
    std::optional<std::int64_t> end_ms;
    std::optional<std::string> pattern;
    std::optional<std::string> next_token;
    std::optional<std::int32_t> limit;
    std::optional<bool> interleaved;  // always so
    std::optional<bool> unmask;       // nothing is masked
    static constexpr auto members() {
        return std::tuple{
            shape::member("logGroupName", &Input::group, optional_group_name_rule),
            shape::member("logGroupIdentifier", &Input::identifier, group_identifier_rule),
            shape::member("logStreamNames", &Input::streams, {.max = 100}),
            shape::member("logStreamNamePrefix", &Input::stream_prefix, optional_stream_name_rule),
            shape::member("startTime", &Input::start_ms, {.min = 0}),
            shape::member("endTime", &Input::end_ms, {.min = 0}),
            shape::member("filterPattern", &Input::pattern, {.min = 0, .max = 1024}),
            shape::member("nextToken", &Input::next_token, {.min = 1}),
            shape::member("limit", &Input::limit, {.min = 1, .max = events_page_max}),
            shape::member("interleaved", &Input::interleaved),
            shape::member("unmask", &Input::unmask)};
    }
};

struct OutputEvent {
    std::string stream;
    std::int64_t timestamp_ms = 0;
    std::string message;
    std::int64_t ingestion_ms = 0;
    std::string id;
    static constexpr auto members() {
        return std::tuple{shape::member("logStreamName", &OutputEvent::stream),
                          shape::member("timestamp", &OutputEvent::timestamp_ms),
                          shape::member("message", &OutputEvent::message),
                          shape::member("ingestionTime", &OutputEvent::ingestion_ms),
                          shape::member("eventId", &OutputEvent::id)};
    }
};

struct Output {
    std::vector<OutputEvent> events;
    std::vector<shape::Document> searched_streams;  // empty, as at AWS since 2019
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{shape::member("events", &Output::events),
                          shape::member("searchedLogStreams", &Output::searched_streams),
                          shape::member("nextToken", &Output::next_token)};
    }
};

aws::Reply<void> choose_lanes(const Input& input, const std::map<std::string, StreamRow>& streams,
                              Selection& wanted) {
    if (input.streams.empty() && !input.stream_prefix) return base::ok();
    std::set<segment_log::Lane>& lanes = wanted.lanes.emplace();
    for (const std::string& name : input.streams) {
        const auto at = streams.find(name);
        if (at == streams.end()) return faults::stream_not_found();
        lanes.insert(static_cast<segment_log::Lane>(at->second.lane));
    }
    for (const auto& [name, row] : streams) {
        if (input.stream_prefix && name.starts_with(*input.stream_prefix)) {
            lanes.insert(static_cast<segment_log::Lane>(row.lane));
        }
    }
    return base::ok();
}

aws::Reply<Output> run(Logs& logs, const aws::Call& call, Input& input) {
    if (!input.streams.empty() && input.stream_prefix) {
        return faults::invalid_parameter(
            "logStreamNames and logStreamNamePrefix are mutually exclusive parameters.");
    }
    TRY(pattern, faults::reply(parse_pattern(input.pattern.value_or(""))));
    TRY(group, logs.find(call, input.group, input.identifier));
    TRY(streams, faults::reply(group->streams()));
    Selection wanted;
    wanted.from_ms = input.start_ms.value_or(0);
    if (input.end_ms && *input.end_ms < INT64_MAX) wanted.until_ms = *input.end_ms + 1;
    wanted.pattern = pattern.get();
    wanted.events_max = static_cast<std::size_t>(input.limit.value_or(events_page_max));
    wanted.bytes_max = events_page_bytes_max;
    TRY_VOID(choose_lanes(input, streams, wanted));

    const std::string prefix = group->row().id + "/";
    segment_log::Position from = 0;
    if (input.next_token) {
        const auto position = parse_position_token(prefix, *input.next_token);
        if (!position) return faults::invalid_token();
        from = *position;
    }
    TRY(page, faults::reply(group->read(from, wanted)));
    Output output;
    if (!page.at_end) output.next_token = position_token(prefix, page.next);
    std::stable_sort(page.events.begin(), page.events.end(), [](const Event& a, const Event& b) {
        return a.timestamp_ms < b.timestamp_ms;
    });
    std::unordered_map<segment_log::Lane, const std::string*> names;
    for (const auto& [name, row] : streams) {
        names[static_cast<segment_log::Lane>(row.lane)] = &name;
    }
    for (Event& event : page.events) {
        const auto name = names.find(event.lane);
        if (name == names.end()) continue;  // a stream made since; the next call shows it
        std::string id = event_id(event);
        output.events.push_back({*name->second, event.timestamp_ms, std::move(event.message),
                                 event.ingestion_ms, std::move(id)});
    }
    return output;
}

}  // namespace filter_log_events_operation

constinit const aws::Operation filter_log_events =
    aws::operation<&filter_log_events_operation::run>("FilterLogEvents");

}  // namespace logs

// GetLogEvents: one stream, page by page forward or back from its end. The last page gives the
// token it was asked with, so that a client can poll.
#include <algorithm>

#include "services/logs/faults.h"
#include "services/logs/logs.h"

namespace logs {
namespace get_log_events_operation {

struct Input {
    std::optional<std::string> group;
    std::optional<std::string> identifier;
    std::string stream;
    std::optional<std::int64_t> start_ms;
    std::optional<std::int64_t> end_ms;
    std::optional<std::string> next_token;
    std::optional<std::int32_t> limit;
    std::optional<bool> start_from_head;
    std::optional<bool> unmask;
    static constexpr auto members() {
        return std::tuple{
            shape::member("logGroupName", &Input::group, optional_group_name_rule),
            shape::member("logGroupIdentifier", &Input::identifier, group_identifier_rule),
            shape::member("logStreamName", &Input::stream, stream_name_rule),
            shape::member("startTime", &Input::start_ms, {.min = 0}),
            shape::member("endTime", &Input::end_ms, {.min = 0}),
            shape::member("nextToken", &Input::next_token, {.min = 1}),
            shape::member("limit", &Input::limit, {.min = 1, .max = events_page_max}),
            shape::member("startFromHead", &Input::start_from_head),
            shape::member("unmask", &Input::unmask)};
    }
};

struct OutputEvent {
    std::int64_t timestamp_ms = 0;
    std::string message;
    std::int64_t ingestion_ms = 0;
    static constexpr auto members() {
        return std::tuple{shape::member("timestamp", &OutputEvent::timestamp_ms),
                          shape::member("message", &OutputEvent::message),
                          shape::member("ingestionTime", &OutputEvent::ingestion_ms)};
    }
};

struct Output {
    std::vector<OutputEvent> events;
    std::string next_forward_token;
    std::string next_backward_token;
    static constexpr auto members() {
        return std::tuple{shape::member("events", &Output::events),
                          shape::member("nextForwardToken", &Output::next_forward_token),
                          shape::member("nextBackwardToken", &Output::next_backward_token)};
    }
};

aws::Reply<Output> run(Logs& logs, const aws::Call& call, Input& input) {
    TRY(group, logs.find(call, input.group, input.identifier));
    TRY(stream, faults::reply(group->find_stream(input.stream)));
    if (!stream) return faults::stream_not_found();
    Selection wanted;
    wanted.lanes = {static_cast<segment_log::Lane>(stream->lane)};
    wanted.from_ms = input.start_ms.value_or(0);
    wanted.until_ms = input.end_ms.value_or(INT64_MAX);
    wanted.events_max = static_cast<std::size_t>(input.limit.value_or(events_page_max));
    wanted.bytes_max = events_page_bytes_max;

    bool forward = input.start_from_head.value_or(false);
    segment_log::Position from = 0;
    if (input.next_token) {
        const auto after = parse_position_token("f/", *input.next_token);
        const auto before = parse_position_token("b/", *input.next_token);
        if (!after && !before) return faults::invalid_token();
        forward = after.has_value();
        from = forward ? *after : *before;
    } else if (!forward) {
        TRY(end, faults::reply(group->end()));
        from = end;
    }
    TRY(page, faults::reply(forward ? group->read(from, wanted) : group->read_back(from, wanted)));
    Output output;
    // Tokens lie between events. At the end of the stream the token stays as it was.
    const bool stays = page.events.empty() && page.at_end && input.next_token.has_value();
    const auto first = page.events.empty() ? from : page.events.front().position;
    const auto behind = forward               ? page.next
                        : page.events.empty() ? from
                                              : page.events.back().position + 1;
    output.next_forward_token = position_token("f/", stays ? from : behind);
    output.next_backward_token = position_token("b/", first);
    std::stable_sort(page.events.begin(), page.events.end(), [](const Event& a, const Event& b) {
        return a.timestamp_ms < b.timestamp_ms;
    });
    for (Event& event : page.events) {
        output.events.push_back({event.timestamp_ms, std::move(event.message), event.ingestion_ms});
    }
    return output;
}

}  // namespace get_log_events_operation

constinit const aws::Operation get_log_events =
    aws::operation<&get_log_events_operation::run>("GetLogEvents");

}  // namespace logs

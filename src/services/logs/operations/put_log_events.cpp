// PutLogEvents: answered when the events are on disk. Too old, too new and expired ones are told
// and left out, as at AWS; sequence tokens are not needed any more and taken as they come.
#include <algorithm>

#include "base/units.h"
#include "services/logs/faults.h"
#include "services/logs/logs.h"

namespace logs {
namespace put_log_events_operation {

constexpr std::int64_t span_ms_max = base::day_ms;
constexpr std::int64_t future_ms_max = 2 * base::hour_ms;
constexpr std::int64_t past_ms_max = 14 * base::day_ms;

struct InputEvent {
    std::int64_t timestamp_ms = 0;
    std::string message;
    static constexpr auto members() {
        return std::tuple{
            shape::member("timestamp", &InputEvent::timestamp_ms, {.required = true, .min = 0}),
            shape::member("message", &InputEvent::message, {.required = true, .min = 1})};
    }
};

struct Input {
    std::string group;
    std::string stream;
    std::vector<InputEvent> events;
    std::optional<std::string> sequence_token;
    static constexpr auto members() {
        return std::tuple{shape::member("logGroupName", &Input::group, group_name_rule),
                          shape::member("logStreamName", &Input::stream, stream_name_rule),
                          shape::member("logEvents", &Input::events,
                                        {.required = true, .min = 1, .max = put_events_max}),
                          shape::member("sequenceToken", &Input::sequence_token, {.min = 1})};
    }
};

struct Rejected {
    std::optional<std::int32_t> too_new_start;
    std::optional<std::int32_t> too_old_end;
    std::optional<std::int32_t> expired_end;
    static constexpr auto members() {
        return std::tuple{shape::member("tooNewLogEventStartIndex", &Rejected::too_new_start),
                          shape::member("tooOldLogEventEndIndex", &Rejected::too_old_end),
                          shape::member("expiredLogEventEndIndex", &Rejected::expired_end)};
    }
};

struct Output {
    std::string next_sequence_token;
    std::optional<Rejected> rejected;
    static constexpr auto members() {
        return std::tuple{shape::member("nextSequenceToken", &Output::next_sequence_token),
                          shape::member("rejectedLogEventsInfo", &Output::rejected)};
    }
};

std::optional<aws::Fault> check(const std::vector<InputEvent>& events) {
    std::size_t bytes = 0;
    std::int64_t last_ms = 0;
    for (const auto& event : events) {
        const std::size_t size = event.message.size() + event_overhead_bytes;
        if (size > put_bytes_max) {
            return faults::invalid_parameter("Log event too large: " + std::to_string(size) +
                                             " bytes exceeds limit of " +
                                             std::to_string(put_bytes_max));
        }
        bytes += size;
        if (event.timestamp_ms < last_ms) {
            return faults::invalid_parameter(
                "Log events in a single PutLogEvents request must be in chronological order.");
        }
        last_ms = event.timestamp_ms;
    }
    if (bytes > put_bytes_max) {
        return faults::invalid_parameter("Upload too large: " + std::to_string(bytes) +
                                         " bytes exceeds limit of " +
                                         std::to_string(put_bytes_max));
    }
    if (last_ms - events.front().timestamp_ms > span_ms_max) {
        return faults::invalid_parameter(
            "The batch of log events in a single PutLogEvents request cannot span more than 24 "
            "hours.");
    }
    return std::nullopt;
}

// The events that are taken, [first, last); the others are told in `rejected`.
std::pair<std::size_t, std::size_t> choose(const std::vector<InputEvent>& events,
                                           std::int64_t now_ms,
                                           std::optional<std::int32_t> retention_days,
                                           std::optional<Rejected>& rejected) {
    const auto index_of = [&](std::int64_t time_ms) {
        const auto at = std::lower_bound(
            events.begin(), events.end(), time_ms,
            [](const InputEvent& event, std::int64_t ms) { return event.timestamp_ms < ms; });
        return static_cast<std::size_t>(at - events.begin());
    };
    const std::size_t too_old = index_of(now_ms - past_ms_max);
    const std::size_t expired =
        retention_days ? index_of(now_ms - *retention_days * base::day_ms) : 0;
    const std::size_t too_new = index_of(now_ms + future_ms_max + 1);
    Rejected told;
    if (too_old > 0) told.too_old_end = static_cast<std::int32_t>(too_old);
    if (expired > 0) told.expired_end = static_cast<std::int32_t>(expired);
    if (too_new < events.size()) told.too_new_start = static_cast<std::int32_t>(too_new);
    if (told.too_old_end || told.expired_end || told.too_new_start) rejected = told;
    return {std::min(std::max(too_old, expired), too_new), too_new};
}

void run(Logs& logs, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    auto fault = check(input.events);
    if (fault) return respond(std::move(*fault));
    auto group = logs.find(call, input.group);
    if (!group) return respond(group.error());
    auto stream = group.value()->find_stream(input.stream);
    if (!stream) return respond(faults::from(stream.error()));
    if (!stream.value()) return respond(faults::stream_not_found());
    Output output;
    const auto [first, last] =
        choose(input.events, logs.now().ms, group.value()->row().retention_days, output.rejected);
    if (first == last) {
        output.next_sequence_token = position_token("", 0);
        return respond(std::move(output));
    }
    std::vector<NewEvent> events;
    for (std::size_t i = first; i < last; ++i) {
        events.push_back({input.events[i].timestamp_ms, input.events[i].message});
    }
    group.value()->append(
        input.stream, events,
        [respond = std::move(respond), output = std::move(output)](auto position) mutable {
            if (!position) {
                return respond(faults::from(position.error(), faults::stream_not_found()));
            }
            output.next_sequence_token = position_token("", position.value());
            respond(std::move(output));
        });
}

}  // namespace put_log_events_operation

constinit const aws::Operation put_log_events =
    aws::operation<&put_log_events_operation::run>("PutLogEvents");

}  // namespace logs

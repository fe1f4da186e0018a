// What is stored about log groups and streams. The events themselves are in the group's
// segment_log, in the directory of the group's id; a stream is a lane of it.
//
//   logs.groups     account, region, name    GroupRow
//   logs.streams    group id, stream name    StreamRow
//   logs.progress   group id                 ProgressRow
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/shape.h"

namespace logs {

using Tags = std::map<std::string, std::string>;

struct GroupRow {
    std::string id;
    std::string name;
    base::Timestamp created;
    std::optional<std::int32_t> retention_days;
    Tags tags;
    std::string group_class = "STANDARD";
    std::int64_t next_lane = 1;  // lanes are never used twice
    static constexpr auto members() {
        using G = GroupRow;
        return std::tuple{shape::member("id", &G::id),
                          shape::member("name", &G::name),
                          shape::member("created", &G::created),
                          shape::member("retention_days", &G::retention_days),
                          shape::member("tags", &G::tags),
                          shape::member("group_class", &G::group_class),
                          shape::member("next_lane", &G::next_lane)};
    }
};

// The counts are those of the time of ProgressRow; what came later is counted again at open.
struct StreamRow {
    std::int64_t lane = 0;
    base::Timestamp created;
    std::optional<base::Timestamp> first_event;
    std::optional<base::Timestamp> last_event;
    std::optional<base::Timestamp> last_ingestion;
    std::int64_t stored_bytes = 0;
    static constexpr auto members() {
        using S = StreamRow;
        return std::tuple{shape::member("lane", &S::lane),
                          shape::member("created", &S::created),
                          shape::member("first_event", &S::first_event),
                          shape::member("last_event", &S::last_event),
                          shape::member("last_ingestion", &S::last_ingestion),
                          shape::member("stored_bytes", &S::stored_bytes)};
    }
};

struct ProgressRow {
    std::int64_t counted_until = 0;  // position in the group's log
    std::int64_t stored_bytes = 0;   // of all streams together
    static constexpr auto members() {
        return std::tuple{shape::member("counted_until", &ProgressRow::counted_until),
                          shape::member("stored_bytes", &ProgressRow::stored_bytes)};
    }
};

}  // namespace logs

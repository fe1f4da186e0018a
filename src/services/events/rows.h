// What is stored about a rule: table "events.rules", key (account, region, bus, name). Its targets
// are in the row: there are few, and they change together with it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/shape.h"

namespace events {

using Tags = std::map<std::string, std::string>;

struct TransformerRow {
    std::map<std::string, std::string> paths;  // by variable
    std::string input_template;
    static constexpr auto members() {
        return std::tuple{shape::member("paths", &TransformerRow::paths),
                          shape::member("input_template", &TransformerRow::input_template)};
    }
};

inline constexpr std::int32_t retry_attempts_max = 185;
inline constexpr std::int32_t event_age_s_max = 86'400;

struct TargetRow {
    std::string id;
    std::string arn;
    std::optional<std::string> role_arn;
    std::optional<std::string> input;       // constant JSON instead of the event
    std::optional<std::string> input_path;  // a part of the event
    std::optional<TransformerRow> transformer;
    std::optional<std::int32_t> retry_attempts;  // absent: as many as may be
    std::optional<std::int32_t> event_age_s;     // the same
    static constexpr auto members() {
        using T = TargetRow;
        return std::tuple{shape::member("id", &T::id),
                          shape::member("arn", &T::arn),
                          shape::member("role_arn", &T::role_arn),
                          shape::member("input", &T::input),
                          shape::member("input_path", &T::input_path),
                          shape::member("transformer", &T::transformer),
                          shape::member("retry_attempts", &T::retry_attempts),
                          shape::member("event_age_s", &T::event_age_s)};
    }
};

struct RuleRow {
    std::string name;
    std::string schedule;
    bool enabled = true;
    std::optional<std::string> description;
    std::optional<std::string> role_arn;
    std::string created_by;  // account
    base::Timestamp anchor;  // rates count from here: when the schedule was set
    std::vector<TargetRow> targets;
    Tags tags;
    static constexpr auto members() {
        using R = RuleRow;
        return std::tuple{
            shape::member("name", &R::name),         shape::member("schedule", &R::schedule),
            shape::member("enabled", &R::enabled),   shape::member("description", &R::description),
            shape::member("role_arn", &R::role_arn), shape::member("created_by", &R::created_by),
            shape::member("anchor", &R::anchor),     shape::member("targets", &R::targets),
            shape::member("tags", &R::tags)};
    }
};

}  // namespace events

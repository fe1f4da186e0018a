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

struct TargetRow {
    std::string id;
    std::string arn;
    std::optional<std::string> role_arn;
    std::optional<std::string> input;  // constant JSON instead of the event
    static constexpr auto members() {
        using T = TargetRow;
        return std::tuple{shape::member("id", &T::id), shape::member("arn", &T::arn),
                          shape::member("role_arn", &T::role_arn),
                          shape::member("input", &T::input)};
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

// What a target is sent: the event, a constant, a part of the event, or a template filled in from
// it. Pure. Source: EventBridge user guide, "Input transformation".
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "services/events/rows.h"

namespace events {

// One event on its way to the targets of one rule.
struct Event {
    std::string json;
    std::string rule_arn;
    std::string rule_name;
    base::Timestamp received;
};

// JSON, always valid when the target passed check_input.
//   A variable whose path is not in the event is "" where a value stands, and nothing inside a
//   text. A path of InputPath that is not in the event gives null.
std::string target_input(const TargetRow& target, const Event& event);

// Input, InputPath and InputTransformer: at most one of them, and one that works.
//   errors  invalid, the message names the target
base::Result<void> check_input(const TargetRow& target);

}  // namespace events

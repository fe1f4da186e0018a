// The shapes that several operations and the resource type share.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/shape.h"
#include "services/events/rows.h"

namespace events {

using Paths = std::map<std::string, std::string>;

struct InputTransformer {
    std::optional<Paths> paths;
    std::string input_template;
    static constexpr auto members() {
        using I = InputTransformer;
        return std::tuple{shape::member("InputPathsMap", &I::paths, {.max = 100}),
                          shape::member("InputTemplate", &I::input_template,
                                        {.required = true, .min = 1, .max = 8192})};
    }
};

struct RetryPolicy {
    std::optional<std::int32_t> attempts;
    std::optional<std::int32_t> age_s;
    static constexpr auto members() {
        using R = RetryPolicy;
        return std::tuple{shape::member("MaximumRetryAttempts", &R::attempts,
                                        {.min = 0, .max = retry_attempts_max}),
                          shape::member("MaximumEventAgeInSeconds", &R::age_s,
                                        {.min = 60, .max = event_age_s_max})};
    }
};

}  // namespace events

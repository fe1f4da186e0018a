// The platform's own lines in a function's log: as text, or as JSON records of the levels that its
// LoggingConfig asks for. Source: Lambda developer guide, "System log level event mapping", and the
// schema of the Telemetry API.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "services/lambda/rows.h"

namespace lambda {

// A JSON string.
std::string quoted(std::string_view text);

enum class Ending : std::uint8_t { success, error, timeout };

struct InvocationReport {
    std::string request_id;
    Ending ending = Ending::success;
    double duration_ms = 0;
    std::uint64_t used_mib = 0;
    std::optional<double> init_ms = {};
};

// Lines without newline at their end; "" where nothing is to be said.
class PlatformLines {
  public:
    PlatformLines(const FunctionRow& function, const base::Clock& clock)
        : function_(function), clock_(clock) {}

    std::string init_start() const;
    // What kept it from starting: `type` "Runtime.ExitError", or "" where the reason says all.
    std::string init_failed(const std::string& reason, const std::string& type) const;
    std::string start(const std::string& request_id) const;
    // Why an invocation ended without an answer; in text only, JSON's report says it.
    std::string failed(const std::string& text) const;
    std::string end(const InvocationReport& report) const;
    std::string report(const InvocationReport& report) const;

  private:
    bool json() const { return function_.log_format == "JSON"; }
    std::string record(std::string_view level, std::string_view type, std::string body) const;

    const FunctionRow& function_;
    const base::Clock& clock_;
};

}  // namespace lambda

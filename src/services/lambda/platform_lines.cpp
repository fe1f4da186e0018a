#include "services/lambda/platform_lines.h"

#include <cmath>

#include "services/lambda/instance.h"
#include "wire/json.h"
#include "wire/timestamp.h"

namespace lambda {
namespace {

int rank(std::string_view level) {
    return level == "DEBUG" ? 0 : level == "INFO" ? 1 : 2;
}

std::string ending_name(Ending ending) {
    switch (ending) {
        case Ending::success:
            return R"("success")";
        case Ending::timeout:
            return R"("timeout")";
        default:
            return R"("error")";
    }
}

std::string billed(double duration_ms) {
    return std::to_string(static_cast<std::int64_t>(std::ceil(duration_ms)));
}

}  // namespace

std::string quoted(std::string_view text) {
    std::string out;
    wire::append_json_string(out, text);
    return out;
}

std::string PlatformLines::record(std::string_view level, std::string_view type,
                                  std::string body) const {
    if (rank(level) < rank(function_.system_log_level)) return "";
    return R"({"time":")" + wire::format_iso8601_ms(clock_.now()) + R"(","type":"platform.)" +
           std::string(type) + R"(","record":{)" + std::move(body) + "}}";
}

std::string PlatformLines::init_start() const {
    if (!json()) return "INIT_START Runtime Version: " + function_.runtime;
    return record("INFO", "initStart",
                  R"("initializationType":"on-demand","phase":"init","runtimeVersion":)" +
                      quoted(function_.runtime) + R"(,"functionName":)" + quoted(function_.name) +
                      R"(,"functionVersion":"$LATEST")");
}

std::string PlatformLines::init_failed(const std::string& reason, const std::string& type) const {
    if (!json()) return type.empty() ? reason : reason + "\n" + type;
    return record("WARN", "initRuntimeDone",
                  R"("initializationType":"on-demand","phase":"init","status":)" +
                      std::string(type.empty() ? R"("timeout")" : R"("error")") +
                      (type.empty() ? "" : R"(,"errorType":)" + quoted(type)) +
                      R"(,"errorMessage":)" + quoted(reason));
}

std::string PlatformLines::start(const std::string& request_id) const {
    if (!json()) return "START RequestId: " + request_id + " Version: $LATEST";
    return record("INFO", "start",
                  R"("requestId":)" + quoted(request_id) + R"(,"version":"$LATEST")");
}

std::string PlatformLines::failed(const std::string& text) const {
    return json() ? "" : text;
}

std::string PlatformLines::end(const InvocationReport& report) const {
    if (!json()) return "END RequestId: " + report.request_id;
    return record(report.ending == Ending::success ? "DEBUG" : "WARN", "runtimeDone",
                  R"("requestId":)" + quoted(report.request_id) + R"(,"status":)" +
                      ending_name(report.ending) + R"(,"metrics":{"durationMs":)" +
                      two_decimals(report.duration_ms) + "}");
}

std::string PlatformLines::report(const InvocationReport& report) const {
    const std::string memory = std::to_string(function_.memory_mib);
    const std::string used = std::to_string(report.used_mib);
    const std::string duration = two_decimals(report.duration_ms);
    if (!json()) {
        std::string text = "REPORT RequestId: " + report.request_id + "\tDuration: " + duration +
                           " ms\tBilled Duration: " + billed(report.duration_ms) +
                           " ms\tMemory Size: " + memory + " MB\tMax Memory Used: " + used +
                           " MB\t";
        if (report.init_ms) text += "Init Duration: " + two_decimals(*report.init_ms) + " ms\t";
        return text;
    }
    std::string metrics = R"("durationMs":)" + duration + R"(,"billedDurationMs":)" +
                          billed(report.duration_ms) + R"(,"memorySizeMB":)" + memory +
                          R"(,"maxMemoryUsedMB":)" + used;
    if (report.init_ms) metrics += R"(,"initDurationMs":)" + two_decimals(*report.init_ms);
    return record(report.ending == Ending::success ? "INFO" : "WARN", "report",
                  R"("requestId":)" + quoted(report.request_id) + R"(,"metrics":{)" + metrics +
                      R"(},"status":)" + ending_name(report.ending));
}

}  // namespace lambda

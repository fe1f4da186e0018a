#include "services/lambda/instance.h"

#include <fmt/format.h>

#include "wire/json.h"

namespace lambda {
namespace {

// As Go's syscall.Signal prints them, which is what AWS shows.
const char* signal_name(int signal) {
    switch (signal) {
        case 1:
            return "hangup";
        case 2:
            return "interrupt";
        case 3:
            return "quit";
        case 4:
            return "illegal instruction";
        case 5:
            return "trace/breakpoint trap";
        case 6:
            return "aborted";
        case 7:
            return "bus error";
        case 8:
            return "floating point exception";
        case 9:
            return "killed";
        case 11:
            return "segmentation fault";
        case 13:
            return "broken pipe";
        case 14:
            return "alarm clock";
        case 15:
            return "terminated";
        case 24:
            return "CPU time limit exceeded";
        case 25:
            return "file size limit exceeded";
        case 31:
            return "bad system call";
        default:
            return nullptr;
    }
}

}  // namespace

std::string exit_reason(const base::ChildExit& exit) {
    if (exit.signal != 0) {
        const char* name = signal_name(exit.signal);
        return "Runtime exited with error: signal: " +
               (name != nullptr ? std::string(name) : std::to_string(exit.signal));
    }
    if (exit.exit_code == 0) return "Runtime exited without providing a reason";
    return "Runtime exited with error: exit status " + std::to_string(exit.exit_code);
}

std::string error_payload(std::string_view type, std::string_view message) {
    std::string out = "{\"errorType\":";
    wire::append_json_string(out, type);
    out += ",\"errorMessage\":";
    wire::append_json_string(out, message);
    return out + "}";
}

std::string two_decimals(double value) {
    return fmt::format("{:.2f}", value);
}

}  // namespace lambda

// One run of a function, from whoever asked to whoever gets the answer.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "aws/fault.h"
#include "base/unique_function.h"

namespace lambda {

struct Outcome {
    std::string payload;
    std::string function_error;              // "" when it succeeded, "Unhandled" otherwise
    std::string log_tail;                    // the last 4 KB of its log
    std::optional<double> duration_ms = {};  // absent: no process came to run it
};

// A fault: it did not run at all (throttled, gone, no disk).
using OutcomeDone = base::UniqueFunction<void(aws::Reply<Outcome>)>;

struct Invocation {
    std::string request_id;
    std::string payload;
    std::string client_context;  // decoded JSON, "" when none was sent
    OutcomeDone done;
};

}  // namespace lambda

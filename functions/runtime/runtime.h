// A Lambda custom runtime in C++: asks for work, runs the handler, answers, for ever. The same
// binary runs on AWS and here; only AWS_LAMBDA_RUNTIME_API differs.
//
//   int main() {
//       return runtime::run([](const runtime::Event& event) -> runtime::Answer {
//           return "{}";
//       });
//   }
//
// Source: "Building a custom runtime", Lambda developer guide.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"

namespace runtime {

struct Event {
    std::string request_id;
    std::string body;              // JSON
    std::int64_t deadline_ms = 0;  // since 1970
    std::string function_arn;
};

// The answer's JSON, or an error: reported as {"errorType":kind,"errorMessage":message}.
using Answer = base::Result<std::string>;
using Handler = std::function<Answer(const Event&)>;

// Serve until the runtime API ends the process or is gone. Returns the process's exit status: 1
// when the environment names no runtime API or it does not answer.
int run(const Handler& handler);

// Tell that the function cannot start at all, and why. Returns 1, for main.
int fail_init(const std::string& type, const std::string& message);

// One line of the function's log.
void log(const std::string& line);

}  // namespace runtime

// One process of a function and where it stands. Guarded by the lock of the Runner, which alone
// changes it; only what is marked so is touched without.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/child_process.h"
#include "base/executor.h"
#include "services/lambda/code_store.h"
#include "services/lambda/invocation.h"
#include "services/lambda/log_lines.h"
#include "services/lambda/node_runtime.h"
#include "services/lambda/rows.h"
#include "services/lambda/runtime_api.h"

namespace lambda {

//   starting --first next--> idle --invocation--> busy --response--> finishing --next--> idle
//   any --killed, exited, replaced--> ending --process gone--> forgotten
enum class InstanceState : std::uint8_t { starting, idle, busy, finishing, ending };

struct Instance {
    std::string token;  // its secret, and the name of its directory
    std::shared_ptr<const FunctionRow> function;
    std::shared_ptr<InstanceLog> log;  // any thread
    std::uint32_t user = 0;            // the number of its user, from 0
    InstanceState state = InstanceState::starting;
    std::shared_ptr<const CodeDirectory> code;
    std::optional<NodeLaunch> node;      // of nodejs functions
    std::shared_ptr<base::Child> child;  // null until the process runs
    bool kill_wanted = false;            // before it was known to run

    RuntimeApi::Respond parked_next;       // while idle, or before we know that it runs
    std::optional<Invocation> invocation;  // while busy
    std::int64_t begun_ns = 0;             // of the invocation
    base::TimerId timer = 0;               // its timeout, or that of the start

    std::int64_t started_ns = 0;
    std::optional<double> init_ms;  // to be told in the first REPORT
    std::int64_t idle_since_ns = 0;
    std::optional<std::string> init_error;  // what the runtime itself reported
    std::uint64_t peak_bytes = 0;           // once the process is gone
};

// What the caller gets when the process ended by itself: AWS's Runtime.ExitError.
std::string exit_reason(const base::ChildExit& exit);
// {"errorType":…,"errorMessage":…}
std::string error_payload(std::string_view type, std::string_view message);
// "3.00"
std::string two_decimals(double value);

}  // namespace lambda

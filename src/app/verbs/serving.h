// What serve and up share: the stack with its signals.
#pragma once

#include <memory>

#include "app/stack.h"
#include "app/verbs/verb.h"

namespace app {

// Blocks SIGINT and SIGTERM from its construction on in this and every later thread, so that wait()
// gets them. Construct before anything that starts threads.
class StopSignals {
  public:
    StopSignals();
    // Wait for SIGINT or SIGTERM, or for one of them until `timeout_ms` passed (negative: for
    // ever). True when one came.
    bool wait(std::int64_t timeout_ms);
};

base::Result<std::unique_ptr<Stack>> open_stack(const VerbContext& context);

// "http://127.0.0.1:4566  ready in 31 ms  data in ./.datastack"
void print_ready(const VerbContext& context, const Stack& stack, std::int64_t started_ns);

}  // namespace app

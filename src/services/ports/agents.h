// What runs the program of an agent runtime and carries requests to it: Bedrock AgentCore asks, the
// app does it with a child process on a loopback port of its own.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/unique_function.h"

namespace ports {

struct AgentProgram {
    std::string key;  // the same for the same program: runtime and version
    std::string account;
    std::string region;
    std::string role_arn;      // whose credentials it gets
    std::string session_name;  // of these
    std::map<std::string, std::string> environment;
    std::int64_t idle_seconds_max = 900;
    std::int64_t lifetime_seconds_max = 28'800;
};

using AgentHeaders = std::vector<std::pair<std::string, std::string>>;
struct AgentRequest {
    AgentHeaders headers;
    std::string body;
};
struct AgentAnswer {
    int status = 0;
    AgentHeaders headers;
    std::string body;
};

class AgentHost {
  public:
    using Done = base::UniqueFunction<void(base::Result<AgentAnswer>)>;
    using Cancel = base::UniqueFunction<void()>;
    virtual ~AgentHost() = default;
    // POST /mcp of the program, which is started when it does not run. Any thread; `done` runs once
    // on a thread that may wait for the disk.
    //   returns  what to call when nobody waits for the answer any more: the program hears of it.
    //            Any thread, also after the answer; need not be called
    //   errors   unavailable: it does not start or does not answer; limit: too many wait
    virtual Cancel invoke(const AgentProgram& program, AgentRequest request, Done done) = 0;
    // End the program of that key. Requests under way fail.
    virtual void end(const std::string& key) = 0;
};

}  // namespace ports

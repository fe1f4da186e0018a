// Bedrock AgentCore: runtimes as records, and the way to their programs.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aws/service.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/random.h"
#include "meta_store/meta_store.h"
#include "services/bedrockagentcore/rows.h"
#include "services/ports/agents.h"
#include "services/ports/roles.h"

// One word for each file in operations/.
#define BEDROCKAGENTCORE_OPERATIONS(X) \
    X(create_agent_runtime)            \
    X(delete_agent_runtime)            \
    X(get_agent_runtime)               \
    X(invoke_agent_runtime)            \
    X(list_agent_runtimes)             \
    X(list_tags_for_resource)          \
    X(tag_resource)                    \
    X(untag_resource)                  \
    X(update_agent_runtime)
// One word for each file in resources/.
#define BEDROCKAGENTCORE_RESOURCES(X) X(runtime)

namespace bedrockagentcore {

AWS_DECLARE_OPERATIONS(BEDROCKAGENTCORE_OPERATIONS)
AWS_DECLARE_RESOURCES(BEDROCKAGENTCORE_RESOURCES)
extern const aws::ServiceModel model;

inline constexpr std::size_t runtimes_max = 100;  // of an account in a region
inline constexpr std::size_t tags_max = 50;
inline constexpr std::size_t audiences_max = 8;

struct Environment {
    base::Clock& clock;
    base::Random& random;
    meta_store::MetaStore& store;
    const ports::Roles& roles;
    ports::AgentHost& host;
};

// Any thread.
class AgentCore final {
  public:
    explicit AgentCore(Environment environment);

    aws::Reply<RuntimeRow> find(const aws::Call& call, const std::string& id) const;
    // Everything but id, version and times is in `row`. A token that was used before gives what it
    // made then.
    aws::Reply<RuntimeRow> create(const aws::Call& call, RuntimeRow row, const std::string& token);
    // Change a runtime durably; `version`: it runs another program from now on.
    using Edit = std::function<aws::Reply<void>(RuntimeRow&)>;
    aws::Reply<RuntimeRow> change(const aws::Call& call, const std::string& id, bool version,
                                  const Edit& edit);
    aws::Reply<void> remove(const aws::Call& call, const std::string& id);
    // In order of ids, from `from` on; `visit` returns false to stop.
    aws::Reply<void> scan(const aws::Call& call, const std::optional<std::string>& from,
                          const std::function<bool(RuntimeRow&)>& visit) const;
    // Whether AgentCore may take the role on for the runtime `id`.
    aws::Reply<void> check_role(const aws::Call& call, const std::string& role_arn,
                                const std::string& id) const;

    ports::AgentHost& host() const { return environment_.host; }
    base::Random& random() const { return environment_.random; }

  private:
    const Environment environment_;
    const meta_store::Table<RuntimeRow> runtimes_;
    base::Mutex changing_;  // over read, change, commit
};

// "name-0123456789": the same for the same token.
std::string runtime_id(const std::string& name, std::string_view token);
std::string runtime_arn(const aws::Call& call, const std::string& id);
// The id in an ARN of the caller's account and region.
aws::Reply<std::string> id_of_arn(const aws::Call& call, const std::string& arn);
// What the host knows the running program by.
std::string program_key(const aws::Call& call, const RuntimeRow& row);

}  // namespace bedrockagentcore

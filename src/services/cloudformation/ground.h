// What planning and deploying stand on.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "aws/internal_client.h"
#include "base/clock.h"
#include "base/executor.h"
#include "base/logging.h"
#include "base/metrics.h"
#include "base/random.h"
#include "meta_store/meta_store.h"
#include "object_store/object_store.h"
#include "services/cloudformation/exports.h"
#include "services/cloudformation/steps.h"
#include "services/cloudformation/tables.h"
#include "services/ports/ports.h"
#include "stack_template/stack_template.h"
#include "wire/sigv4.h"

namespace cloudformation {

// Owns the buckets that custom resources answer into, so that no user's account lists them.
inline constexpr const char* response_account = "999999999999";

struct Environment {
    base::Clock& clock;
    base::Random& random;
    base::Executor& executor;
    base::Log& log;
    base::Metrics& metrics;
    meta_store::MetaStore& store;
    object_store::ObjectStore& objects;
    aws::InternalClient& client;  // of all services, this one too
    ports::FunctionInvoker& functions;
    // Keys of response_account that are good for `ttl_ms`, for the URLs that answers are put to.
    std::function<wire::sigv4::Credentials(std::int64_t ttl_ms)> response_keys;
    // How long the answer to an operation on a stack waits for the operation's end; 0: not at all.
    std::int64_t patience_ms = 0;
};

// Which resource types there are and who works on them.
class Types : public stack_template::TypeCatalog {
  public:
    // nullptr: no such type.
    virtual ResourceWorker* find_worker(std::string_view type) = 0;
    // Whether the stack's tags are given to resources of it.
    virtual bool takes_tags(std::string_view type) const = 0;
};

struct Ground {
    explicit Ground(Environment needed)
        : environment(needed),
          stopping(std::make_shared<std::atomic<bool>>(false)),
          tables(needed.store),
          exports(tables, needed.store),
          steps{needed.client, needed.clock, needed.random, needed.executor, "", stopping} {}

    const Environment environment;
    const std::shared_ptr<std::atomic<bool>> stopping;
    const Tables tables;
    Exports exports;
    StepGround steps;  // its endpoint is set before anything runs
    Types* types = nullptr;
};

}  // namespace cloudformation

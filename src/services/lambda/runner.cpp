#include "services/lambda/runner.h"

#include "base/ids.h"
#include "services/lambda/faults.h"
#include "services/lambda/time_text.h"

namespace lambda {

Runner::Runner(RunnerOptions options, Environment environment)
    : options_(std::move(options)),
      env_(std::move(environment)),
      gate_(env_.executor),
      cold_starts_(env_.metrics.counter("datastack_lambda_cold_starts_total", "",
                                        "Processes started for functions.")),
      invocations_(env_.metrics.counter("datastack_lambda_invocations_total", "",
                                        "Invocations that began to run.")),
      function_errors_(env_.metrics.counter("datastack_lambda_function_errors_total", "",
                                            "Invocations that ended with an error.")),
      users_(user_ids_max, false) {}

Runner::~Runner() {
    stop();
}

base::Result<void> Runner::start() {
    TRY_VOID(env_.files.remove_tree(options_.directory));
    TRY_VOID(env_.files.make_directory(options_.directory, 0711));
    base::MutexLock lock(mutex_);
    sweep_timer_ = gate_.after(idle_sweep_ms, [this] { sweep_idle(); });
    return base::ok();
}

void Runner::stop() {
    Actions actions;
    {
        base::MutexLock lock(mutex_);
        stopping_ = true;
        if (sweep_timer_ != 0) env_.executor.cancel(sweep_timer_);
        sweep_timer_ = 0;
        for (auto& [id, pool] : pools_) {
            for (auto& invocation : pool.waiting) {
                actions.push_back([done = std::move(invocation.done)]() mutable {
                    done(faults::service_exception("The service is shutting down."));
                });
            }
            pool.waiting.clear();
            for (const auto& instance : pool.instances)
                end(instance, actions);
        }
    }
    run(actions);
    {
        base::MutexLock lock(mutex_);
        changed_.wait_for(lock, std::chrono::seconds(10),
                          [this]() NO_THREAD_SAFETY_ANALYSIS { return instances_.empty(); });
    }
    gate_.close();
}

std::size_t Runner::instances_count() const {
    base::MutexLock lock(mutex_);
    return instances_.size();
}

void Runner::run(Actions& actions) {
    for (auto& action : actions)
        action();
}

void Runner::invoke(std::shared_ptr<const FunctionRow> function, Invocation invocation) {
    Actions actions;
    {
        base::MutexLock lock(mutex_);
        Pool& pool = pools_[function->id];
        if (pool.current == nullptr || pool.current->generation < function->generation) {
            pool.current = std::move(function);
            end_stale(pool, actions);
        }
        InstanceRef idle;
        for (const auto& instance : pool.instances) {
            // The one used last is the warmest; the others may grow old and end.
            if (instance->state == InstanceState::idle &&
                (idle == nullptr || instance->idle_since_ns > idle->idle_since_ns)) {
                idle = instance;
            }
        }
        if (auto admitted = admit(pool, actions); !admitted) {
            actions.push_back(
                [done = std::move(invocation.done), fault = std::move(admitted.error())]() mutable {
                    done(std::move(fault));
                });
        } else if (idle != nullptr) {
            assign(idle, std::move(invocation), actions);
        } else {
            pool.waiting.push_back(std::move(invocation));
            balance(pool, actions);
        }
    }
    run(actions);
}

// May one more invocation of this function run or wait for a process?
aws::Reply<void> Runner::admit(Pool& pool, Actions& actions) {
    if (stopping_) return faults::service_exception("The service is shutting down.");
    std::size_t running = pool.waiting.size();
    bool idle = false;
    for (const auto& instance : pool.instances) {
        if (instance->state == InstanceState::busy) ++running;
        if (instance->state == InstanceState::idle) idle = true;
    }
    const auto& reserved = pool.current->reserved_concurrency;
    if (reserved && running >= static_cast<std::size_t>(*reserved)) {
        return faults::throttled("ReservedFunctionConcurrentInvocationLimitExceeded");
    }
    if (running >= options_.instances_per_function_max) {
        return faults::throttled("ConcurrentInvocationLimitExceeded");
    }
    if (!idle && living_count() >= options_.instances_max && !evict_idle(actions)) {
        return faults::throttled("ConcurrentInvocationLimitExceeded");
    }
    return base::ok();
}

std::size_t Runner::living_count() const {
    std::size_t count = 0;
    for (const auto& [token, instance] : instances_) {
        if (instance->state != InstanceState::ending) ++count;
    }
    return count;
}

// End the process that has been without work longest, of any function: one that has answered and
// not asked again counts as such. False when all work.
bool Runner::evict_idle(Actions& actions) {
    InstanceRef oldest;
    for (const auto& [token, instance] : instances_) {
        const bool free =
            instance->state == InstanceState::idle || instance->state == InstanceState::finishing;
        if (free && (oldest == nullptr || instance->idle_since_ns < oldest->idle_since_ns)) {
            oldest = instance;
        }
    }
    if (oldest != nullptr) end(oldest, actions);
    return oldest != nullptr;
}

// Start processes until every waiting invocation has one coming.
void Runner::balance(Pool& pool, Actions& actions) {
    if (stopping_ || pool.current == nullptr) return;
    std::size_t starting = 0;
    std::size_t finishing = 0;
    for (const auto& instance : pool.instances) {
        if (instance->state == InstanceState::starting) ++starting;
        if (instance->state == InstanceState::finishing) ++finishing;
    }
    if (starting < pool.waiting.size() && finishing > 0) {
        // One that has answered asks again in a moment; if it does not, look again.
        gate_.after(finishing_grace_ms, [this, id = pool.current->id] { balance_later(id); });
    }
    for (std::size_t i = starting + finishing; i < pool.waiting.size(); ++i) {
        if (!start_instance(pool, actions)) return;
    }
}

void Runner::balance_later(const std::string& function_id) {
    Actions actions;
    {
        base::MutexLock lock(mutex_);
        const auto found = pools_.find(function_id);
        if (found == pools_.end() || stopping_ || found->second.current == nullptr) return;
        Pool& pool = found->second;
        std::size_t starting = 0;
        for (const auto& instance : pool.instances) {
            if (instance->state == InstanceState::starting) ++starting;
        }
        for (std::size_t i = starting; i < pool.waiting.size(); ++i) {
            if (!start_instance(pool, actions)) break;
        }
    }
    run(actions);
}

// False when every user is taken: then the next process that ends makes room.
bool Runner::start_instance(Pool& pool, Actions& actions) {
    auto instance = std::make_shared<Instance>();
    instance->token = base::make_hex_id(env_.random, 32);
    instance->function = pool.current;
    instance->started_ns = env_.clock.monotonic_ns();
    const auto free = std::find(users_.begin(), users_.end(), false);
    if (free == users_.end()) return false;
    *free = true;
    instance->user = static_cast<std::uint32_t>(free - users_.begin());
    LogTarget target{pool.current->account, pool.current->region, pool.current->log_group_name(),
                     log_stream_name(env_.clock.now(), base::make_hex_id(env_.random, 32)),
                     is_node_runtime(pool.current->runtime)};
    instance->log =
        std::make_shared<InstanceLog>(std::move(target), env_.logs, env_.executor, env_.clock);
    pool.instances.push_back(instance);
    instances_[instance->token] = instance;
    cold_starts_.add();
    actions.push_back([this, instance] { gate_.post([this, instance] { launch(instance); }); });
    return true;
}

void Runner::end_stale(Pool& pool, Actions& actions) {
    for (const auto& instance : std::vector<InstanceRef>(pool.instances)) {
        const bool stale =
            pool.current == nullptr || instance->function->generation < pool.current->generation;
        if (stale && instance->state == InstanceState::idle) end(instance, actions);
    }
}

void Runner::assign(const InstanceRef& instance, Invocation invocation, Actions& actions) {
    CHECK(instance->state == InstanceState::idle && instance->parked_next);
    const FunctionRow& function = *instance->function;
    instance->state = InstanceState::busy;
    instance->begun_ns = env_.clock.monotonic_ns();
    const std::int64_t timeout_ms = function.timeout_seconds * std::int64_t{1000};
    wire::Response response;
    response.headers.add("Content-Type", "application/json");
    response.headers.add("Lambda-Runtime-Aws-Request-Id", invocation.request_id);
    response.headers.add("Lambda-Runtime-Deadline-Ms",
                         std::to_string(env_.clock.now().ms + timeout_ms));
    response.headers.add("Lambda-Runtime-Invoked-Function-Arn", function.arn());
    response.headers.add("Lambda-Runtime-Trace-Id", trace_id(env_.clock.now(), env_.random));
    if (!invocation.client_context.empty()) {
        response.headers.add("Lambda-Runtime-Client-Context", invocation.client_context);
    }
    response.body = std::exchange(invocation.payload, {});
    instance->child->watch(true);
    instance->log->begin_tail();
    instance->log->platform(lines_of(*instance).start(invocation.request_id));
    instance->timer = gate_.after(
        timeout_ms, [this, instance, id = invocation.request_id] { on_timeout(instance, id); });
    instance->invocation = std::move(invocation);
    invocations_.add();
    actions.push_back([respond = std::exchange(instance->parked_next, {}),
                       response = std::move(response)]() mutable { respond(std::move(response)); });
}

// Kill the process; on_exited does the rest. An invocation it still has fails there.
void Runner::end(const InstanceRef& instance, Actions& actions) {
    if (!instance->invocation) {
        instance->state = InstanceState::ending;
        if (instance->timer != 0) env_.executor.cancel(std::exchange(instance->timer, 0));
    }
    instance->kill_wanted = true;
    actions.push_back([child = instance->child, parked = std::exchange(instance->parked_next, {})] {
        if (child != nullptr) child->kill();
    });
}

// The process is gone: free its user, its directory and its place.
void Runner::forget(const InstanceRef& instance, Actions& actions) {
    if (instances_.erase(instance->token) == 0) return;
    if (instance->timer != 0) env_.executor.cancel(std::exchange(instance->timer, 0));
    users_[instance->user] = false;
    const auto found = pools_.find(instance->function->id);
    if (found != pools_.end()) {
        std::erase(found->second.instances, instance);
        if (found->second.instances.empty() && found->second.waiting.empty()) {
            pools_.erase(found);
        } else {
            balance(found->second, actions);
        }
    }
    const bool now = stopping_;
    actions.push_back([this, now, instance, code = std::exchange(instance->code, {}),
                       parked = std::exchange(instance->parked_next, {})] {
        // On the spawner's thread nothing may block, except when everything ends.
        if (now) return clean_up(instance);
        gate_.post([this, instance] { clean_up(instance); });
    });
}

void Runner::clean_up(const InstanceRef& instance) {
    instance->log->finish();
    if (auto removed = env_.files.remove_tree(options_.directory + "/" + instance->token);
        !removed) {
        env_.log.warn("cannot remove a function's directory",
                      {{"error", removed.error().describe()}});
    }
    base::MutexLock lock(mutex_);
    changed_.notify_all();
}

// A process could not start: one waiting invocation gets the reason, so that none waits for ever.
void Runner::fail_waiting(Pool& pool, const std::string& payload, const InstanceRef& instance,
                          Actions& actions) {
    if (pool.waiting.empty()) return;
    Invocation invocation = std::move(pool.waiting.front());
    pool.waiting.pop_front();
    function_errors_.add();
    std::string told = payload;
    const auto at = told.find("{request}");
    if (at != std::string::npos) told.replace(at, 9, invocation.request_id);
    actions.push_back([instance, told, done = std::move(invocation.done)]() mutable {
        done(Outcome{std::move(told), "Unhandled", instance->log->tail()});
    });
}

void Runner::replace(std::shared_ptr<const FunctionRow> function) {
    Actions actions;
    {
        base::MutexLock lock(mutex_);
        const auto found = pools_.find(function->id);
        if (found == pools_.end()) return;
        Pool& pool = found->second;
        if (pool.current != nullptr && pool.current->generation < function->generation) {
            pool.current = std::move(function);
        }
        end_stale(pool, actions);
    }
    run(actions);
}

void Runner::remove(const std::string& function_id) {
    Actions actions;
    {
        base::MutexLock lock(mutex_);
        const auto found = pools_.find(function_id);
        if (found == pools_.end()) return;
        Pool& pool = found->second;
        const std::string arn = pool.current == nullptr ? "" : pool.current->arn();
        for (auto& invocation : pool.waiting) {
            actions.push_back([done = std::move(invocation.done), arn]() mutable {
                done(faults::function_not_found(arn));
            });
        }
        pool.waiting.clear();
        pool.current = nullptr;
        end_stale(pool, actions);
    }
    run(actions);
}

void Runner::sweep_idle() {
    Actions actions;
    {
        base::MutexLock lock(mutex_);
        if (stopping_) return;
        const std::int64_t now_ns = env_.clock.monotonic_ns();
        for (const auto& [token, instance] : instances_) {
            if (instance->state == InstanceState::idle &&
                now_ns - instance->idle_since_ns >= options_.idle_ms * 1'000'000) {
                end(instance, actions);
            }
        }
        sweep_timer_ = gate_.after(idle_sweep_ms, [this] { sweep_idle(); });
    }
    run(actions);
}

}  // namespace lambda

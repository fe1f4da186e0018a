// The part of the Runner that its processes talk to: the runtime API.
#include "services/lambda/faults.h"
#include "services/lambda/runner.h"
#include "wire/base64.h"
#include "wire/json.h"

namespace lambda {
namespace {

wire::Response answer(int status, std::string body) {
    wire::Response response;
    response.status = status;
    response.headers.add("Content-Type", "application/json");
    response.body = std::move(body);
    return response;
}

wire::Response refusal(int status, const char* type, const char* message) {
    return answer(status, error_payload(type, message));
}

wire::Response accepted() {
    return answer(202, R"({"status":"OK"})");
}

// "/<token>/2018-06-01/runtime/<rest>" cut into token and rest; both empty when it is not that.
std::pair<std::string_view, std::string_view> split_path(std::string_view path) {
    constexpr std::string_view middle = "/2018-06-01/runtime/";
    if (!path.starts_with('/')) return {};
    const auto at = path.find(middle, 1);
    if (at == std::string_view::npos) return {};
    return {path.substr(1, at - 1), path.substr(at + middle.size())};
}

}  // namespace

void Runner::handle(const wire::RequestHead& head, std::string body, Respond respond) {
    const auto [token, rest] = split_path(head.path);
    InstanceRef instance;
    {
        base::MutexLock lock(mutex_);
        const auto found = instances_.find(std::string(token));
        if (found != instances_.end()) instance = found->second;
    }
    if (instance == nullptr) {
        return respond(refusal(403, "Forbidden", "No process of ours has this address."));
    }
    const bool get = head.method == "GET";
    if (rest == "invocation/next" && get) return next(instance, std::move(respond));
    if (rest == "init/error" && !get) {
        return init_error(instance, std::move(body), std::move(respond));
    }
    constexpr std::string_view prefix = "invocation/";
    if (!get && rest.starts_with(prefix)) {
        const auto slash = rest.find('/', prefix.size());
        const std::string id(rest.substr(prefix.size(), slash - prefix.size()));
        const std::string_view what =
            slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
        if (what == "response" &&
            head.headers.find("Lambda-Runtime-Function-Response-Mode") != nullptr) {
            // It is being streamed; refused whole, so that nobody takes a part for an answer.
            body = error_payload("Runtime.StreamingNotSupported",
                                 "Response streaming (awslambda.streamifyResponse) is not "
                                 "supported here: return the response instead.");
            return response(instance, id, std::move(body), true, std::move(respond));
        }
        if (what == "response" || what == "error") {
            return response(instance, id, std::move(body), what == "error", std::move(respond));
        }
    }
    respond(refusal(404, "InvalidPath", "The runtime API has no such resource."));
}

void Runner::next(const InstanceRef& instance, Respond respond) {
    Actions actions;
    {
        base::MutexLock lock(mutex_);
        if (instance->state == InstanceState::busy) {
            lock.unlock();
            return respond(refusal(403, "InvalidStateTransition",
                                   "Answer the invocation before asking for the next."));
        }
        if (instance->state == InstanceState::ending) return;  // closes the connection
        instance->parked_next = std::move(respond);
        // Quicker than the spawner's word that it runs: on_started goes on.
        if (instance->child == nullptr) return;
        take_work(instance, actions);
    }
    run(actions);
}

// It asks for work and we know its process: give it some, or keep it for later.
void Runner::take_work(const InstanceRef& instance, Actions& actions) {
    const std::int64_t now_ns = env_.clock.monotonic_ns();
    const bool served = instance->state != InstanceState::starting;
    if (!served) {
        instance->init_ms = static_cast<double>(now_ns - instance->started_ns) / 1e6;
        if (instance->timer != 0) env_.executor.cancel(std::exchange(instance->timer, 0));
    }
    instance->state = InstanceState::idle;
    instance->idle_since_ns = now_ns;
    instance->child->watch(false);
    const auto pool = pools_.find(instance->function->id);
    const bool stale = pool == pools_.end() || pool->second.current == nullptr ||
                       instance->function->generation < pool->second.current->generation;
    const bool old =
        served && now_ns - instance->started_ns > options_.instance_life_ms * 1'000'000;
    if (stale || old || stopping_) {
        end(instance, actions);
        if (pool != pools_.end()) balance(pool->second, actions);
    } else if (!pool->second.waiting.empty()) {
        Invocation invocation = std::move(pool->second.waiting.front());
        pool->second.waiting.pop_front();
        assign(instance, std::move(invocation), actions);
    }
}

void Runner::response(const InstanceRef& instance, const std::string& request_id, std::string body,
                      bool error, Respond respond) {
    std::optional<Invocation> invocation;
    double duration_ms = 0;
    {
        base::MutexLock lock(mutex_);
        if (!instance->invocation || instance->invocation->request_id != request_id) {
            lock.unlock();
            return respond(refusal(400, "InvalidRequestID", "Invalid request ID"));
        }
        invocation = std::exchange(instance->invocation, std::nullopt);
        duration_ms = static_cast<double>(env_.clock.monotonic_ns() - instance->begun_ns) / 1e6;
        if (instance->timer != 0) env_.executor.cancel(std::exchange(instance->timer, 0));
        // Killed meanwhile: the answer still counts.
        instance->state = instance->kill_wanted ? InstanceState::ending : InstanceState::finishing;
    }
    const bool too_large = body.size() > runtime_body_bytes_max;
    respond(too_large ? refusal(413, "RequestEntityTooLarge",
                                "Exceeded maximum allowed payload size (6291556 bytes).")
                      : accepted());
    if (too_large) {
        body = error_payload("Function.ResponseSizeTooLarge",
                             "Response payload size exceeded maximum allowed payload size "
                             "(6291556 bytes).");
    }
    complete(instance, std::move(*invocation), duration_ms, std::move(body),
             error || too_large ? Ending::error : Ending::success, "");
}

void Runner::init_error(const InstanceRef& instance, std::string body, Respond respond) {
    Actions actions;
    {
        base::MutexLock lock(mutex_);
        if (instance->state != InstanceState::starting) {
            lock.unlock();
            return respond(refusal(403, "InvalidStateTransition", "Initialization is over."));
        }
        // Told to the caller as it is, when it is what a caller can read.
        const bool readable = body.size() <= runtime_body_bytes_max && wire::check_json(body);
        instance->init_error =
            readable ? std::move(body)
                     : error_payload("Runtime.InitError", "The runtime failed to initialize.");
        const auto pool = pools_.find(instance->function->id);
        if (pool != pools_.end()) {
            fail_waiting(pool->second, *instance->init_error, instance, actions);
        }
        end(instance, actions);
    }
    respond(accepted());
    run(actions);
}

void Runner::complete(const InstanceRef& instance, Invocation invocation, double duration_ms,
                      std::string payload, Ending ending, std::string last_line) {
    std::shared_ptr<base::Child> child;
    InvocationReport report{invocation.request_id, ending, duration_ms};
    std::uint64_t peak_bytes = 0;
    {
        base::MutexLock lock(mutex_);
        child = instance->child;
        report.init_ms = std::exchange(instance->init_ms, std::nullopt);
        peak_bytes = instance->peak_bytes;
    }
    if (child != nullptr) {
        child->drain_output();  // all it said before it answered comes before END
        if (peak_bytes == 0) peak_bytes = child->peak_resident_bytes();
    }
    const auto memory_mib = static_cast<std::uint64_t>(instance->function->memory_mib);
    report.used_mib = std::min(memory_mib, (peak_bytes + (1 << 20) - 1) >> 20);
    const PlatformLines lines = lines_of(*instance);
    instance->log->platform(lines.failed(last_line));
    instance->log->platform(lines.end(report));
    instance->log->platform(lines.report(report));
    const bool failed = ending != Ending::success;
    if (failed) function_errors_.add();
    invocation.done(
        Outcome{std::move(payload), failed ? "Unhandled" : "", instance->log->tail(), duration_ms});
}

}  // namespace lambda

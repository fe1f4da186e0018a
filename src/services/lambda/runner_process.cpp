// The part of the Runner that starts processes and hears of their end.
#include "services/lambda/faults.h"
#include "services/lambda/runner.h"
#include "wire/timestamp.h"

namespace lambda {
namespace {

constexpr int no_such_file = 2;  // errno values, as Error::os_error has them
constexpr int not_permitted = 13;
constexpr int bad_format = 8;

// Where programs of the system live. Everything else of the machine is out of a function's reach
// where the kernel has Landlock.
const char* const system_directories[] = {"/usr",   "/bin", "/sbin", "/lib",
                                          "/lib64", "/etc", "/opt",  "/proc"};

std::string node_error(const base::Error& error, const std::string& program) {
    return "nodejs functions run with " + program +
           ", which the functions' user cannot start: " + error.describe() +
           ". Install node where every user may run it (apt-get install nodejs) or name it with "
           "--node.";
}

std::string entrypoint_error(const base::Error& error) {
    switch (error.os_error) {
        case no_such_file:
            return "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]";
        case not_permitted:
            return "fork/exec /var/task/bootstrap: permission denied";
        case bad_format:
            return "fork/exec /var/task/bootstrap: exec format error";
        default:
            return error.message;
    }
}

// As AWS starts node: V8 gives up a little before the process is killed for its memory.
std::vector<std::string> node_arguments(const NodeLaunch& node, std::int32_t memory_mib) {
    return {node.program, "--max-semi-space-size=" + std::to_string(memory_mib / 20),
            "--max-old-space-size=" + std::to_string(memory_mib * 9 / 10), node.bootstrap};
}

bool is_below(const std::string& path, const std::string& directory) {
    return path == directory || path.starts_with(directory + "/");
}

}  // namespace

// On the pool: unpacks, makes the directory, asks the spawner.
void Runner::launch(const InstanceRef& instance) {
    const FunctionRow& function = *instance->function;
    auto code = env_.code.open(function);
    if (!code) return launch_failed(instance, code.error());
    instance->log->platform(lines_of(*instance).init_start());
    std::optional<NodeLaunch> node;
    if (is_node_runtime(function.runtime)) {
        auto opened = env_.node.open();
        if (!opened && opened.error().kind == base::ErrorKind::not_found) {
            return entrypoint_failed(instance, opened.error().message);
        }
        if (!opened) return launch_failed(instance, faults::translate(opened.error()));
        node = std::move(opened.value());
    }
    const std::string path = options_.directory + "/" + instance->token;
    const auto user_id =
        env_.spawner.separate_users() ? std::optional(user_id_base + instance->user) : std::nullopt;
    auto made = env_.files.make_directory(path, 0711);
    if (made.has_value()) made = env_.files.make_directory(path + "/tmp", 0700, user_id);
    if (!made) return launch_failed(instance, faults::translate(made.error()));
    base::ChildOptions options;
    {
        base::MutexLock lock(mutex_);
        instance->code = code.value();
        instance->node = std::move(node);
        options = child_options(*instance);
        instance->timer =
            gate_.after(options_.init_ms_max, [this, instance] { on_init_timeout(instance); });
        // From here to the first question is what REPORT calls Init Duration.
        instance->started_ns = env_.clock.monotonic_ns();
    }
    options.user_id = user_id;
    env_.spawner.spawn(options, child_events(instance));
}

base::ChildEvents Runner::child_events(const InstanceRef& instance) {
    base::ChildEvents events;
    events.started = [this, instance](base::Result<std::unique_ptr<base::Child>> child) {
        on_started(instance, std::move(child));
    };
    events.output = [log = instance->log](std::string_view bytes) { return log->output(bytes); };
    events.exited = [this, instance](const base::ChildExit& exit) { on_exited(instance, exit); };
    return events;
}

base::ChildOptions Runner::child_options(const Instance& instance) const {
    const FunctionRow& function = *instance.function;
    const auto memory_bytes = static_cast<std::uint64_t>(function.memory_mib) * 1024 * 1024;
    const auto storage_bytes = static_cast<std::uint64_t>(function.storage_mib) * 1024 * 1024;
    const std::string tmp = options_.directory + "/" + instance.token + "/tmp";
    base::ChildOptions options;
    options.program = instance.code->path() + "/bootstrap";
    options.arguments = {options.program};
    if (instance.node) {
        options.program = instance.node->program;
        options.arguments = node_arguments(*instance.node, function.memory_mib);
    }
    options.environment = environment_of(instance);
    options.working_directory = instance.code->path();
    options.limits.resident_bytes_max = memory_bytes;
    // A backstop for what allocates faster than memory is sampled. Virtual memory is more than
    // what is used, so it is wide.
    options.limits.data_bytes_max = 2 * memory_bytes + 512 * 1024 * 1024;
    options.limits.file_bytes_max = storage_bytes;
    options.limits.open_files_max = 1024;
    options.limits.processes_max = 1024;
    options.capture_output = true;
    // On AWS /tmp is where a function may write, so it is here; not when that would hide its code.
    if (!is_below(options_.directory, "/tmp")) options.private_tmp = tmp;
    base::ChildFileAccess access;
    for (const char* directory : system_directories) {
        if (!is_below(options_.hidden_directory, directory)) access.read.emplace_back(directory);
    }
    access.read.push_back(instance.code->path());
    if (instance.node) {
        access.read.push_back(instance.node->program);
        access.read.push_back(instance.node->modules);
    }
    access.write.push_back(tmp);
    options.files = std::move(access);
    return options;
}

std::vector<std::string> Runner::environment_of(const Instance& instance) const {
    const FunctionRow& function = *instance.function;
    const Credentials credentials = env_.issue_credentials(function);
    const std::string tmp = options_.directory + "/" + instance.token + "/tmp";
    std::map<std::string, std::string> variables{
        {"AWS_ENDPOINT_URL", endpoint_url_},       {"HOME", tmp},   {"LANG", "en_US.UTF-8"},
        {"PATH", "/usr/local/bin:/usr/bin/:/bin"}, {"TMPDIR", tmp}, {"TZ", ":UTC"},
    };
    if (instance.node) {
        variables["NODE_PATH"] = instance.node->modules + ":" + instance.code->path();
        variables["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
    }
    for (const auto& [name, value] : function.variables)
        variables[name] = value;
    std::map<std::string, std::string> reserved{
        {"_HANDLER", function.handler},
        {"AWS_ACCESS_KEY_ID", credentials.access_key_id},
        {"AWS_DEFAULT_REGION", function.region},
        {"AWS_EXECUTION_ENV", "AWS_Lambda_" + function.runtime},
        {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", std::to_string(function.memory_mib)},
        {"AWS_LAMBDA_FUNCTION_NAME", function.name},
        {"AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"},
        {"AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"},
        {"AWS_LAMBDA_LOG_GROUP_NAME", function.log_group_name()},
        {"AWS_LAMBDA_LOG_STREAM_NAME", instance.log->target().stream},
        {"AWS_LAMBDA_RUNTIME_API", runtime_address_ + "/" + instance.token},
        {"AWS_REGION", function.region},
        {"AWS_SECRET_ACCESS_KEY", credentials.secret_access_key},
        {"AWS_SESSION_TOKEN", credentials.session_token},
        {"LAMBDA_TASK_ROOT", instance.code->path()},
    };
    if (function.log_format == "JSON") {
        reserved["AWS_LAMBDA_LOG_FORMAT"] = "JSON";
        reserved["AWS_LAMBDA_LOG_LEVEL"] = function.application_log_level;
    }
    if (instance.node) reserved["LAMBDA_RUNTIME_DIR"] = instance.node->modules;
    for (const auto& [name, value] : reserved)
        variables[name] = value;
    std::vector<std::string> out;
    for (const auto& [name, value] : variables)
        out.push_back(name + "=" + value);
    return out;
}

void Runner::on_started(const InstanceRef& instance,
                        base::Result<std::unique_ptr<base::Child>> child) {
    if (!child) {
        if (child.error().kind != base::ErrorKind::io) {
            return launch_failed(instance, faults::translate(child.error()));
        }
        return entrypoint_failed(instance, instance->node
                                               ? node_error(child.error(), instance->node->program)
                                               : entrypoint_error(child.error()));
    }
    Actions actions;
    {
        base::MutexLock lock(mutex_);
        instance->child = std::move(child.value());
        if (instance->kill_wanted) {
            instance->child->kill();
        } else {
            instance->child->watch(true);
            if (instance->parked_next) take_work(instance, actions);
        }
    }
    run(actions);
}

// What the function is to be started with is not there or cannot be: its caller is told.
void Runner::entrypoint_failed(const InstanceRef& instance, const std::string& reason) {
    instance->log->platform(lines_of(*instance).init_failed(reason, "Runtime.InvalidEntrypoint"));
    Actions actions;
    {
        base::MutexLock lock(mutex_);
        const auto pool = pools_.find(instance->function->id);
        if (pool != pools_.end()) {
            const std::string message = "RequestId: {request} Error: " + reason;
            fail_waiting(pool->second, error_payload("Runtime.InvalidEntrypoint", message),
                         instance, actions);
        }
        forget(instance, actions);
    }
    run(actions);
}

// Not the function's fault: one waiting invocation gets the fault.
void Runner::launch_failed(const InstanceRef& instance, const aws::Fault& fault) {
    env_.log.error("cannot start a function",
                   {{"function", instance->function->arn()}, {"error", fault.message}});
    Actions actions;
    {
        base::MutexLock lock(mutex_);
        const auto pool = pools_.find(instance->function->id);
        if (pool != pools_.end() && !pool->second.waiting.empty()) {
            Invocation invocation = std::move(pool->second.waiting.front());
            pool->second.waiting.pop_front();
            actions.push_back(
                [fault, done = std::move(invocation.done)]() mutable { done(std::move(fault)); });
        }
        forget(instance, actions);
    }
    run(actions);
}

void Runner::on_exited(const InstanceRef& instance, const base::ChildExit& exit) {
    Actions actions;
    std::optional<Invocation> invocation;
    double duration_ms = 0;
    const std::string reason = exit_reason(exit);
    {
        base::MutexLock lock(mutex_);
        if (instance->timer != 0) env_.executor.cancel(std::exchange(instance->timer, 0));
        invocation = std::exchange(instance->invocation, std::nullopt);
        duration_ms = static_cast<double>(env_.clock.monotonic_ns() - instance->begun_ns) / 1e6;
        instance->peak_bytes =
            exit.memory_exceeded ? static_cast<std::uint64_t>(instance->function->memory_mib) << 20
                                 : exit.peak_resident_bytes;
        if (instance->state == InstanceState::starting && !instance->kill_wanted) {
            const auto pool = pools_.find(instance->function->id);
            instance->log->platform(lines_of(*instance).init_failed(reason, "Runtime.ExitError"));
            if (pool != pools_.end()) {
                const std::string payload = instance->init_error.value_or(
                    error_payload("Runtime.ExitError", "RequestId: {request} Error: " + reason));
                fail_waiting(pool->second, payload, instance, actions);
            }
        }
        instance->state = InstanceState::ending;
    }
    if (invocation) {
        const std::string message = "RequestId: " + invocation->request_id + " Error: " + reason;
        complete(instance, std::move(*invocation), duration_ms,
                 error_payload("Runtime.ExitError", message), Ending::error,
                 message + "\nRuntime.ExitError");
    }
    {
        base::MutexLock lock(mutex_);
        forget(instance, actions);
    }
    run(actions);
}

void Runner::on_timeout(const InstanceRef& instance, const std::string& request_id) {
    Actions actions;
    std::optional<Invocation> invocation;
    {
        base::MutexLock lock(mutex_);
        if (!instance->invocation || instance->invocation->request_id != request_id) return;
        instance->timer = 0;
        invocation = std::exchange(instance->invocation, std::nullopt);
        end(instance, actions);
    }
    run(actions);
    const double seconds = instance->function->timeout_seconds;
    const std::string what = "Task timed out after " + two_decimals(seconds) + " seconds";
    const std::string line =
        wire::format_iso8601_ms(env_.clock.now()) + " " + request_id + " " + what;
    complete(instance, std::move(*invocation), seconds * 1000,
             error_payload("Sandbox.Timedout", "RequestId: " + request_id + " Error: " + what),
             Ending::timeout, line);
}

void Runner::on_init_timeout(const InstanceRef& instance) {
    Actions actions;
    {
        base::MutexLock lock(mutex_);
        if (instance->state != InstanceState::starting) return;
        instance->timer = 0;
        const std::string what = "Init timed out after " +
                                 two_decimals(static_cast<double>(options_.init_ms_max) / 1000) +
                                 " seconds";
        instance->log->platform(lines_of(*instance).init_failed(what, ""));
        const auto pool = pools_.find(instance->function->id);
        if (pool != pools_.end()) {
            fail_waiting(pool->second,
                         error_payload("Sandbox.Timedout", "RequestId: {request} Error: " + what),
                         instance, actions);
        }
        end(instance, actions);
    }
    run(actions);
}

}  // namespace lambda

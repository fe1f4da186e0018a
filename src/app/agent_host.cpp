#include "app/agent_host.h"

#include <charconv>

#include "base/ids.h"
#include "services/bedrockagentcore/invocation.h"

namespace app {

namespace {

using base::Error;
using base::ErrorKind;

constexpr std::string_view ready_mark = "http://127.0.0.1:";
constexpr std::size_t line_bytes_max = 4096;
constexpr std::size_t token_digits = 64;
constexpr int not_permitted = 13;  // an errno value, as Error::os_error has it

Error unavailable(std::string message) {
    return {ErrorKind::unavailable, std::move(message), ""};
}

// "http://127.0.0.1:4567/mcp  ready" -> 4567; 0 for any other line
std::uint16_t port_in(std::string_view line) {
    if (!line.starts_with(ready_mark) || !line.ends_with("ready")) return 0;
    line.remove_prefix(ready_mark.size());
    std::uint16_t port = 0;
    std::from_chars(line.data(), line.data() + line.size(), port);
    return port;
}

}  // namespace

AgentHost::AgentHost(Environment environment) : env_(std::move(environment)) {}

AgentHost::~AgentHost() {
    stop();
}

void AgentHost::set_endpoint(std::string endpoint) {
    base::MutexLock lock(mutex_);
    endpoint_ = std::move(endpoint);
}

AgentHost::Cancel AgentHost::invoke(const ports::AgentProgram& program, ports::AgentRequest request,
                                    Done done) {
    Job job{std::move(request), std::move(done)};
    const auto stop = job.stop;
    give(program, std::move(job));
    return [stop] {
        stop->cancelled = true;
        stop->now = true;
    };
}

void AgentHost::give(const ports::AgentProgram& program, Job job) {
    RunningPointer running;
    Error refusal;
    bool starts = false;
    {
        base::MutexLock lock(mutex_);
        const auto found = programs_.find(program.key);
        if (stopped_) {
            refusal = unavailable("the server stops");
        } else if (requests_ >= requests_max) {
            refusal = {ErrorKind::limit, "too many requests wait", ""};
        } else if (found == programs_.end()) {
            auto made = make(program);
            starts = made.has_value();
            if (made) running = std::move(made).value();
            if (!made) refusal = made.error();
        } else if (found->second->under_way.size() >= requests_of_program_max) {
            refusal = {ErrorKind::limit, "too many requests wait for the runtime", ""};
        } else {
            running = found->second;
        }
        if (running) {
            ++requests_;
            if (running->under_way.empty() && running->child) running->child->watch(true);
            running->under_way.insert(job.stop);
            running->used_ns = env_.clock.monotonic_ns();
            if (running->port == 0) {
                running->waiting.push_back(std::move(job));
                lock.unlock();
                if (starts) start(running);
                return;
            }
        }
    }
    if (!running) return job.done(std::move(refusal));
    submit(running, std::move(job));
}

// ---- the program ----

base::Result<AgentHost::RunningPointer> AgentHost::make(const ports::AgentProgram& program) {
    if (programs_.size() >= programs_max) {
        return Error{ErrorKind::limit, "too many runtimes run", ""};
    }
    std::uint32_t user = 0;
    while (users_.count(user) != 0)
        ++user;
    if (user >= user_ids_max) return Error{ErrorKind::limit, "too many runtimes end", ""};
    users_.insert(user);
    auto running = std::make_shared<Running>();
    running->program = program;
    running->token = base::make_hex_id(env_.random, token_digits);
    running->user = user;
    running->started_ns = env_.clock.monotonic_ns();
    programs_[program.key] = running;
    if (!threads_) threads_ = std::make_shared<os::ThreadPool>(threads, threads);
    look_later();
    return running;
}

base::ChildOptions AgentHost::child_options(const Running& running) {
    const ports::AgentProgram& program = running.program;
    const aws::TemporaryCredentials keys = env_.issue_credentials(program);
    std::map<std::string, std::string> variables = program.environment;
    variables.emplace("DATASTACK_MCP_SECRET", env_.secret(program));
    variables["DATASTACK_MCP_TOKEN"] = running.token;
    {
        base::MutexLock lock(mutex_);
        variables["AWS_ENDPOINT_URL"] = endpoint_;
    }
    variables["AWS_REGION"] = variables["AWS_DEFAULT_REGION"] = program.region;
    variables["AWS_ACCESS_KEY_ID"] = keys.access_key_id;
    variables["AWS_SECRET_ACCESS_KEY"] = keys.secret_access_key;
    variables["AWS_SESSION_TOKEN"] = keys.session_token;
    base::ChildOptions options;
    options.program = env_.program;
    options.arguments = {"datastack-mcp", "--hosted", "--listen", "127.0.0.1:0"};
    for (const auto& [name, value] : variables)
        options.environment.push_back(name + "=" + value);
    options.working_directory = env_.working_directory;
    options.capture_output = true;
    options.limits.resident_bytes_max = resident_bytes_max;
    options.files = base::ChildFileAccess{
        .read = {env_.program, "/etc/hosts", "/etc/resolv.conf", "/etc/ssl/certs"}, .write = {}};
    if (env_.spawner.separate_users()) {
        options.user_id = user_id_base + running.user;
        options.limits.processes_max = processes_max;
        options.working_directory = "/";  // ours is out of its reach
    }
    return options;
}

base::ChildEvents AgentHost::child_events(const RunningPointer& running) {
    base::ChildEvents events;
    events.started = [this, running](base::Result<std::unique_ptr<base::Child>> child) {
        if (!child) {
            const base::Error& error = child.error();
            const bool closed = error.os_error == not_permitted;
            return gone(running, closed ? "the runtimes' user may not execute " + env_.program
                                        : error.message);
        }
        base::MutexLock lock(mutex_);
        running->child = std::move(child).value();
        if (!running->under_way.empty()) running->child->watch(true);
        if (running->dropped) running->child->kill();
    };
    events.output = [this, running](std::string_view bytes) { return read_output(running, bytes); };
    events.exited = [this, running](const base::ChildExit& exit) {
        gone(running, "the program ended with " +
                          (exit.memory_exceeded ? "all the memory that it may have"
                           : exit.signal != 0   ? "signal " + std::to_string(exit.signal)
                                                : "exit code " + std::to_string(exit.exit_code)));
    };
    return events;
}

void AgentHost::start(const RunningPointer& running) {
    env_.spawner.spawn(child_options(*running), child_events(running));
}

std::int64_t AgentHost::read_output(const RunningPointer& running, std::string_view bytes) {
    for (const char c : bytes) {
        if (c != '\n') {
            if (running->line.size() < line_bytes_max) running->line += c;
            continue;
        }
        const std::string line = std::exchange(running->line, {});
        if (const std::uint16_t port = port_in(line); port != 0) {
            ready(running, port);
        } else {
            env_.log.info("agent runtime", {{"runtime", running->program.key}, {"said", line}});
        }
    }
    return 0;
}

void AgentHost::ready(const RunningPointer& running, std::uint16_t port) {
    std::deque<Job> jobs;
    {
        base::MutexLock lock(mutex_);
        running->port = port;
        std::swap(jobs, running->waiting);
    }
    for (Job& job : jobs)
        submit(running, std::move(job));
}

// It is no more: the next request starts another.
void AgentHost::gone(const RunningPointer& running, const std::string& why) {
    std::deque<Job> jobs;
    std::unique_ptr<base::Child> child;
    {
        base::MutexLock lock(mutex_);
        drop(running);
        users_.erase(running->user);
        std::swap(jobs, running->waiting);
        std::swap(child, running->child);
        requests_ -= jobs.size();
    }
    for (Job& job : jobs) {
        // On the spawner's thread nothing may wait.
        env_.executor.post(
            [job = std::make_shared<Job>(std::move(job)), why] { job->done(unavailable(why)); });
    }
}

// No request is given to it any more; those that it has fail.
void AgentHost::drop(const RunningPointer& running) {
    running->dropped = true;
    for (const auto& stop : running->under_way)
        stop->now = true;
    const auto found = programs_.find(running->program.key);
    if (found != programs_.end() && found->second == running) programs_.erase(found);
}

void AgentHost::end(const RunningPointer& running) {
    drop(running);
    running->unwanted = true;
    if (running->child) running->child->kill(15);
}

void AgentHost::end(const std::string& key) {
    base::MutexLock lock(mutex_);
    const auto found = programs_.find(key);
    if (found != programs_.end()) end(RunningPointer(found->second));
}

// ---- requests ----

void AgentHost::submit(const RunningPointer& running, Job job) {
    std::shared_ptr<os::ThreadPool> pool;
    {
        base::MutexLock lock(mutex_);
        pool = threads_;
    }
    pool->post([this, running, held = std::make_shared<Job>(std::move(job))] {
        carry(running, std::move(*held));
    });
}

void AgentHost::carry(const RunningPointer& running, Job job) {
    auto answer = exchange(*running, job);
    bool again = false;
    {
        base::MutexLock lock(mutex_);
        --requests_;
        running->under_way.erase(job.stop);
        running->used_ns = env_.clock.monotonic_ns();
        if (running->under_way.empty() && running->child) running->child->watch(false);
        // It has ended, and we have not heard of it yet: nothing was sent.
        again = !answer && !job.again && !job.stop->cancelled && !running->unwanted &&
                answer.error().message.starts_with("connect");
        if (again) {
            drop(running);
            // It may be there all the same, and nobody would look after it.
            if (running->child) running->child->kill();
        }
    }
    if (!again) return job.done(std::move(answer));
    job.again = true;
    job.stop->now = false;
    if (job.stop->cancelled) job.stop->now = true;
    give(running->program, std::move(job));
}

// A connection of its own for each: closing it is what tells the program that nobody waits, and
// what was sent is never sent again.
base::Result<ports::AgentAnswer> AgentHost::exchange(const Running& running, const Job& job) {
    if (job.stop->now) return unavailable("connect: nobody waits, or the program ends");
    client::HttpClient http({"127.0.0.1", running.port, false},
                            {5'000, answer_ms_max, &job.stop->now});
    client::HttpRequest sent;
    sent.method = "POST";
    sent.target = "/mcp";
    sent.headers.add("Host", "127.0.0.1:" + std::to_string(running.port));
    sent.headers.add("Connection", "close");
    sent.headers.add("Authorization", "Bearer " + running.token);
    for (const auto& [name, value] : job.request.headers)
        sent.headers.add(name, value);
    sent.body = job.request.body;
    sent.answer_bytes_max = bedrockagentcore::payload_bytes_max;
    auto got = http.request(sent);
    if (!got && got.error().kind == ErrorKind::limit) return unavailable(got.error().message);
    if (!got) return got.error();
    ports::AgentAnswer answer{got.value().status, {}, std::move(got.value().body)};
    for (const wire::Header& header : got.value().headers.fields())
        answer.headers.emplace_back(header.name, header.value);
    return answer;
}

// ---- time ----

void AgentHost::look_later() {
    if (std::exchange(looking_, true)) return;
    env_.executor.after(look_ms, [this] { look(); });
}

void AgentHost::look() {
    base::MutexLock lock(mutex_);
    looking_ = false;
    if (stopped_) return;
    const std::int64_t now_ns = env_.clock.monotonic_ns();
    std::vector<RunningPointer> over;
    for (const auto& [key, running] : programs_) {
        const bool stuck =
            running->port == 0 && now_ns - running->started_ns > start_ms_max * 1'000'000;
        const bool idle =
            running->under_way.empty() &&
            now_ns - running->used_ns > running->program.idle_seconds_max * 1'000'000'000;
        const bool old =
            now_ns - running->started_ns > running->program.lifetime_seconds_max * 1'000'000'000;
        if (stuck || idle || old) over.push_back(running);
    }
    // Without letting go in between: a request that comes now starts another program.
    for (const RunningPointer& running : over)
        end(running);
    if (!programs_.empty()) look_later();
}

void AgentHost::stop() {
    std::shared_ptr<os::ThreadPool> pool;
    {
        base::MutexLock lock(mutex_);
        stopped_ = true;
        pool = threads_;
        while (!programs_.empty())
            end(RunningPointer(programs_.begin()->second));
    }
    if (pool) pool->stop();
}

}  // namespace app

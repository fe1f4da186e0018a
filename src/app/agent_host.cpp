#include "app/agent_host.h"

#include <charconv>

namespace app {

namespace {

using base::Error;
using base::ErrorKind;

constexpr std::string_view ready_mark = "http://127.0.0.1:";
constexpr std::size_t line_bytes_max = 4096;

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

void AgentHost::invoke(const ports::AgentProgram& program, ports::AgentRequest request, Done done) {
    give(program, {std::move(request), std::move(done)});
}

void AgentHost::give(const ports::AgentProgram& program, Job job) {
    RunningPointer running;
    Error refusal;
    {
        base::MutexLock lock(mutex_);
        const auto found = programs_.find(program.key);
        bool starts = false;
        if (stopped_) {
            refusal = unavailable("the server stops");
        } else if (queued_ >= requests_waiting_max) {
            refusal = {ErrorKind::limit, "too many requests wait", ""};
        } else if (found != programs_.end()) {
            running = found->second;
        } else if (programs_.size() >= programs_max) {
            refusal = {ErrorKind::limit, "too many runtimes run", ""};
        } else {
            running = std::make_shared<Running>();
            running->program = program;
            running->started_ns = env_.clock.monotonic_ns();
            programs_[program.key] = running;
            starts = true;
            if (!threads_) {
                threads_ =
                    std::make_shared<os::ThreadPool>(requests_at_once_max, requests_at_once_max);
            }
            look_later();
        }
        if (running) {
            ++queued_;
            ++running->under_way;
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

void AgentHost::start(const RunningPointer& running) {
    const ports::AgentProgram& program = running->program;
    const aws::TemporaryCredentials keys = env_.issue_credentials(program);
    std::map<std::string, std::string> variables = program.environment;
    variables.emplace("DATASTACK_MCP_SECRET", env_.secret(program));
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
    base::ChildEvents events;
    events.started = [this, running](base::Result<std::unique_ptr<base::Child>> child) {
        if (!child) return gone(running, child.error().message);
        base::MutexLock lock(mutex_);
        running->child = std::move(child).value();
        if (running->ended) running->child->kill();
    };
    events.output = [this, running](std::string_view bytes) { return read_output(running, bytes); };
    events.exited = [this, running](const base::ChildExit& exit) {
        gone(running, "the program ended with " +
                          (exit.signal != 0 ? "signal " + std::to_string(exit.signal)
                                            : "exit code " + std::to_string(exit.exit_code)));
    };
    env_.spawner.spawn(options, std::move(events));
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
        std::swap(jobs, running->waiting);
        std::swap(child, running->child);
        queued_ -= jobs.size();
    }
    for (Job& job : jobs) {
        // On the spawner's thread nothing may wait.
        env_.executor.post(
            [job = std::make_shared<Job>(std::move(job)), why] { job->done(unavailable(why)); });
    }
}

// No request is given to it any more.
void AgentHost::drop(const RunningPointer& running) {
    running->ended = true;
    const auto found = programs_.find(running->program.key);
    if (found != programs_.end() && found->second == running) programs_.erase(found);
}

void AgentHost::end(const std::string& key) {
    base::MutexLock lock(mutex_);
    const auto found = programs_.find(key);
    if (found == programs_.end()) return;
    const RunningPointer running = found->second;
    drop(running);
    if (running->child) running->child->kill(15);
}

// ---- requests ----

void AgentHost::submit(const RunningPointer& running, Job job) {
    std::shared_ptr<os::ThreadPool> threads;
    {
        base::MutexLock lock(mutex_);
        threads = threads_;
    }
    threads->post([this, running, held = std::make_shared<Job>(std::move(job))] {
        carry(running, std::move(*held));
    });
}

void AgentHost::carry(const RunningPointer& running, Job job) {
    auto answer = exchange(running, job.request);
    // It has ended, and we have not heard of it yet: nothing was sent.
    const bool again = !answer && !job.again && answer.error().message.starts_with("connect");
    {
        base::MutexLock lock(mutex_);
        --queued_;
        --running->under_way;
        running->used_ns = env_.clock.monotonic_ns();
        if (again) drop(running);
    }
    if (again) {
        job.again = true;
        return give(running->program, std::move(job));
    }
    job.done(std::move(answer));
}

base::Result<ports::AgentAnswer> AgentHost::exchange(const RunningPointer& running,
                                                     const ports::AgentRequest& request) {
    std::unique_ptr<client::HttpClient> http;
    std::uint16_t port = 0;
    {
        base::MutexLock lock(mutex_);
        port = running->port;
        if (!running->idle.empty()) {
            http = std::move(running->idle.back());
            running->idle.pop_back();
        }
    }
    if (!http) {
        http = std::make_unique<client::HttpClient>(
            client::Target{"127.0.0.1", port, false},
            client::HttpTimeouts{5'000, answer_ms_max, &running->ended});
    }
    client::HttpRequest sent;
    sent.method = "POST";
    sent.target = "/mcp";
    sent.headers.add("Host", "127.0.0.1:" + std::to_string(port));
    for (const auto& [name, value] : request.headers)
        sent.headers.add(name, value);
    sent.body = request.body;
    TRY(got, http->request(sent));
    ports::AgentAnswer answer{got.status, {}, std::move(got.body)};
    for (const wire::Header& header : got.headers.fields())
        answer.headers.emplace_back(header.name, header.value);
    base::MutexLock lock(mutex_);
    running->idle.push_back(std::move(http));
    return answer;
}

// ---- time ----

void AgentHost::look_later() {
    if (std::exchange(looking_, true)) return;
    env_.executor.after(look_ms, [this] { look(); });
}

void AgentHost::look() {
    std::vector<std::string> over;
    {
        base::MutexLock lock(mutex_);
        looking_ = false;
        if (stopped_) return;
        const std::int64_t now_ns = env_.clock.monotonic_ns();
        for (const auto& [key, running] : programs_) {
            const bool stuck =
                running->port == 0 && now_ns - running->started_ns > start_ms_max * 1'000'000;
            const bool idle =
                running->under_way == 0 &&
                now_ns - running->used_ns > running->program.idle_seconds_max * 1'000'000'000;
            const bool old = now_ns - running->started_ns >
                             running->program.lifetime_seconds_max * 1'000'000'000;
            if (stuck || idle || old) over.push_back(key);
        }
        if (programs_.size() > over.size()) look_later();
    }
    for (const std::string& key : over)
        end(key);
}

void AgentHost::stop() {
    std::vector<std::string> keys;
    std::shared_ptr<os::ThreadPool> threads;
    {
        base::MutexLock lock(mutex_);
        stopped_ = true;
        threads = threads_;
        for (const auto& [key, running] : programs_)
            keys.push_back(key);
    }
    for (const std::string& key : keys)
        end(key);
    if (threads) threads->stop();
}

}  // namespace app

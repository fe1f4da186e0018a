// The programs of agent runtimes: `datastack-mcp --hosted` as child processes, each on a loopback
// port of its own with credentials of its role, and the requests that are carried to them. Others
// on this machine reach that port, too: a program answers only who brings the token it was given.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "aws/credentials.h"
#include "base/child_process.h"
#include "base/clock.h"
#include "base/executor.h"
#include "base/logging.h"
#include "base/mutex.h"
#include "base/random.h"
#include "functions/client/http_client.h"
#include "os/thread_pool.h"
#include "services/ports/agents.h"

namespace app {

class AgentHost final : public ports::AgentHost {
  public:
    static constexpr std::size_t programs_max = 16;
    // Of one program, also while it starts. There is a thread for each, which only waits: a slow
    // program holds up no other.
    static constexpr std::size_t requests_of_program_max = 8;
    static constexpr std::size_t threads = programs_max * requests_of_program_max;
    static constexpr std::size_t requests_max = 256;  // with those of programs that end
    // Users of programs when we are root, beside those of functions. One is free again when its
    // process is gone.
    static constexpr std::uint32_t user_id_base = 58'000;
    static constexpr std::uint32_t user_ids_max = 256;
    static constexpr std::uint64_t processes_max = 256;  // of a user: threads count
    static constexpr std::int64_t start_ms_max = 30'000;
    static constexpr std::int64_t answer_ms_max = 120'000;
    static constexpr std::int64_t look_ms = 5'000;  // between looks for programs that are idle
    // Longer than a program may live: lifetime_seconds_max is 8 hours at most.
    static constexpr std::int64_t credentials_ms = 9 * 3'600'000;
    static constexpr std::uint64_t resident_bytes_max = 512ULL * 1024 * 1024;

    using IssueCredentials =
        std::function<aws::TemporaryCredentials(const ports::AgentProgram& program)>;
    struct Environment {
        base::ChildSpawner& spawner;
        const base::Clock& clock;
        base::Executor& executor;
        base::Random& random;
        base::Log& log;
        IssueCredentials issue_credentials;
        // Seals what clients carry for a program: the same for all processes of a runtime, so that
        // cursors outlive them. Unless its environment has one.
        std::function<std::string(const ports::AgentProgram& program)> secret;
        std::string program;            // path of datastack-mcp
        std::string working_directory;  // that it may read, and is empty
    };
    explicit AgentHost(Environment environment);
    ~AgentHost() override;  // stop()

    // Where the programs reach us; before the first request.
    void set_endpoint(std::string endpoint);
    Cancel invoke(const ports::AgentProgram& program, ports::AgentRequest request,
                  Done done) override;
    void end(const std::string& key) override;
    // End the programs; requests fail.
    void stop();

  private:
    // What ends the wait for an answer, from outside of the host, too.
    struct Stop {
        std::atomic<bool> cancelled{false};
        std::atomic<bool> now{false};  // that, or the program ends
    };
    struct Job {
        ports::AgentRequest request;
        Done done;
        std::shared_ptr<Stop> stop = std::make_shared<Stop>();
        bool again = false;  // the program that it was for had ended
    };
    struct Running {
        ports::AgentProgram program;
        std::string token;
        std::uint32_t user = 0;
        std::int64_t started_ns = 0;
        std::int64_t used_ns = 0;
        std::unique_ptr<base::Child> child;
        std::uint16_t port = 0;  // 0: it has not said yet
        std::string line;        // of its output, the last one so far
        std::set<std::shared_ptr<Stop>> under_way;
        std::deque<Job> waiting;
        bool dropped = false;   // no request is given to it any more
        bool unwanted = false;  // and no other is started for those that it has
    };
    using RunningPointer = std::shared_ptr<Running>;

    void give(const ports::AgentProgram& program, Job job);
    base::Result<RunningPointer> make(const ports::AgentProgram& program) REQUIRES(mutex_);
    void start(const RunningPointer& running);
    base::ChildOptions child_options(const Running& running) EXCLUDES(mutex_);
    base::ChildEvents child_events(const RunningPointer& running);
    std::int64_t read_output(const RunningPointer& running, std::string_view bytes);
    void ready(const RunningPointer& running, std::uint16_t port);
    void gone(const RunningPointer& running, const std::string& why);
    void submit(const RunningPointer& running, Job job);
    void carry(const RunningPointer& running, Job job);
    void drop(const RunningPointer& running) REQUIRES(mutex_);
    void end(const RunningPointer& running) REQUIRES(mutex_);
    base::Result<ports::AgentAnswer> exchange(const Running& running, const Job& job);
    void look();
    void look_later() REQUIRES(mutex_);

    const Environment env_;
    base::Mutex mutex_;
    // For the programs' answers; made with the first program.
    std::shared_ptr<os::ThreadPool> threads_ GUARDED_BY(mutex_);
    std::string endpoint_ GUARDED_BY(mutex_);
    std::map<std::string, RunningPointer> programs_ GUARDED_BY(mutex_);
    std::set<std::uint32_t> users_ GUARDED_BY(mutex_);  // taken, until the process is gone
    std::size_t requests_ GUARDED_BY(mutex_) = 0;
    bool looking_ GUARDED_BY(mutex_) = false;
    bool stopped_ GUARDED_BY(mutex_) = false;
};

}  // namespace app

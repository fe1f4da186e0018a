// Programs of agent runtimes with a spawner that only notes what it is asked, and a socket for the
// program's port.
#include "app/agent_host.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <mutex>
#include <thread>

#include "services/bedrockagentcore/invocation.h"
#include "sim/recording_log.h"
#include "sim/seeded_executor.h"
#include "sim/seeded_random.h"
#include "sim/virtual_clock.h"

namespace app {
namespace {

// Answers every request with what it was sent, until it is destroyed; or never, or as it is told.
class EchoServer {
  public:
    explicit EchoServer(bool answers = true, std::string fixed = "")
        : answers_(answers), fixed_(std::move(fixed)) {
        listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address = {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* raw = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(::bind(listener_, raw, sizeof address), 0);
        EXPECT_EQ(::listen(listener_, 64), 0);
        socklen_t length = sizeof address;
        ::getsockname(listener_, raw, &length);
        port = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ~EchoServer() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
        for (const int socket : silent_)
            ::close(socket);
    }
    // Wait until so many requests have come.
    bool saw(int count) const {
        for (int i = 0; i < 5'000 && seen_ < count; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return seen_ == count;
    }
    // Of one that never answers: whether the other side closes its first connection.
    bool is_left() const {
        char byte = 0;
        const timeval patience = {5, 0};
        ::setsockopt(silent_.at(0), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        return ::recv(silent_.at(0), &byte, 1, 0) == 0;
    }
    std::uint16_t port = 0;

  private:
    void serve() {
        for (;;) {
            const int socket = ::accept(listener_, nullptr, nullptr);
            if (socket < 0) return;
            std::string seen(65'536, '\0');
            const ssize_t length = ::recv(socket, seen.data(), seen.size(), 0);
            seen.resize(static_cast<std::size_t>(std::max<ssize_t>(0, length)));
            if (!answers_) silent_.push_back(socket);
            ++seen_;  // last: who waits for it looks at silent_ next
            if (!answers_) continue;
            const std::string answer =
                !fixed_.empty()
                    ? fixed_
                    : "HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nConnection: close\r\n"
                      "Content-Length: " +
                          std::to_string(seen.size()) + "\r\n\r\n" + seen;
            ::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL);
            ::close(socket);
        }
    }
    const bool answers_;
    const std::string fixed_;
    int listener_ = -1;
    std::atomic<int> seen_{0};
    std::vector<int> silent_;
    std::thread thread_;
};

class FakeChild final : public base::Child {
  public:
    FakeChild(std::shared_ptr<std::atomic<int>> killed, std::shared_ptr<std::atomic<bool>> watched)
        : killed_(std::move(killed)), watched_(std::move(watched)) {}
    int pid() const override { return 1; }
    void kill(int signal) override { *killed_ = signal; }
    void drain_output() override {}
    void watch(bool on) override { *watched_ = on; }
    std::uint64_t peak_resident_bytes() const override { return 0; }

  private:
    const std::shared_ptr<std::atomic<int>> killed_;
    const std::shared_ptr<std::atomic<bool>> watched_;
};

struct Spawned {
    base::ChildOptions options;
    base::ChildEvents events;
    std::shared_ptr<std::atomic<int>> killed = std::make_shared<std::atomic<int>>(0);
    std::shared_ptr<std::atomic<bool>> watched = std::make_shared<std::atomic<bool>>(false);
};

class FakeSpawner final : public base::ChildSpawner {
  public:
    void spawn(const base::ChildOptions& options, base::ChildEvents events) override {
        const std::lock_guard lock(mutex_);
        spawned_.push_back(std::make_unique<Spawned>());
        spawned_.back()->options = options;
        spawned_.back()->events = std::move(events);
    }
    bool separate_users() const override { return users; }
    bool restricts_files() const override { return true; }
    std::size_t count() {
        const std::lock_guard lock(mutex_);
        return spawned_.size();
    }
    Spawned& at(std::size_t index) {
        for (int i = 0; i < 5'000 && count() <= index; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        const std::lock_guard lock(mutex_);
        return *spawned_.at(index);
    }
    bool users = false;

  private:
    std::mutex mutex_;
    std::vector<std::unique_ptr<Spawned>> spawned_;
};

class AgentHostTest : public testing::Test {
  protected:
    using Answer = base::Result<ports::AgentAnswer>;

    AgentHostTest() {
        host_ = std::make_unique<AgentHost>(AgentHost::Environment{
            spawner_, clock_, executor_, random_, log_,
            [](const ports::AgentProgram& program) {
                return aws::TemporaryCredentials{"ASIA", "secret", program.role_arn, {}};
            },
            [](const ports::AgentProgram& program) { return "of " + program.session_name; },
            "/bin/datastack-mcp", "/run"});
        host_->set_endpoint("http://127.0.0.1:4566");
    }
    static ports::AgentProgram program(const std::string& key) {
        ports::AgentProgram made;
        made.key = key;
        made.region = "us-west-2";
        made.role_arn = "role";
        made.session_name = "runtime";
        made.environment = {
            {"A", "b"}, {"AWS_REGION", "elsewhere"}, {"DATASTACK_MCP_TOKEN", "known"}};
        made.idle_seconds_max = 60;
        made.lifetime_seconds_max = 3'600;
        return made;
    }
    std::future<Answer> invoke(const std::string& key, ports::AgentHost::Cancel* cancel = nullptr) {
        auto done = std::make_shared<std::promise<Answer>>();
        auto made = host_->invoke(program(key), {{{"X-Test", "yes"}}, "payload"},
                                  [done](Answer answer) { done->set_value(std::move(answer)); });
        if (cancel != nullptr) *cancel = std::move(made);
        return done->get_future();
    }
    static std::string variable(const Spawned& one, const std::string& name) {
        for (const std::string& entry : one.options.environment) {
            if (entry.starts_with(name + "=")) return entry.substr(name.size() + 1);
        }
        return "none";
    }
    static void start(Spawned& one, const std::string& says) {
        one.events.started(
            std::unique_ptr<base::Child>(std::make_unique<FakeChild>(one.killed, one.watched)));
        one.events.output(says);
    }
    // What it waits for runs on threads of the host's, or on the executor here.
    Answer wait(std::future<Answer>& answer) {
        for (int i = 0; i < 5'000; ++i) {
            executor_.run_until_idle();
            if (answer.wait_for(std::chrono::milliseconds(1)) == std::future_status::ready) break;
        }
        return answer.get();
    }
    static std::string ready(std::uint16_t port) {
        return "http://127.0.0.1:" + std::to_string(port) + "/mcp  ready\n";
    }

    FakeSpawner spawner_;
    sim::VirtualClock clock_;
    sim::SeededExecutor executor_{1, clock_};
    sim::SeededRandom random_{1};
    sim::RecordingLog log_;
    std::unique_ptr<AgentHost> host_;
};

TEST_F(AgentHostTest, OneProgramForAllRequests) {
    const EchoServer server;
    auto first = invoke("one");
    auto second = invoke("one");
    ASSERT_EQ(spawner_.count(), 1U);
    Spawned& child = spawner_.at(0);
    const std::vector<std::string> arguments = {"datastack-mcp", "--hosted", "--listen",
                                                "127.0.0.1:0"};
    EXPECT_EQ(child.options.arguments, arguments);
    const std::string token = variable(child, "DATASTACK_MCP_TOKEN");
    EXPECT_EQ(token.size(), 64U) << "not the one that its environment has";
    const std::vector<std::string> environment = {"A=b",
                                                  "AWS_ACCESS_KEY_ID=ASIA",
                                                  "AWS_DEFAULT_REGION=us-west-2",
                                                  "AWS_ENDPOINT_URL=http://127.0.0.1:4566",
                                                  "AWS_REGION=us-west-2",
                                                  "AWS_SECRET_ACCESS_KEY=secret",
                                                  "AWS_SESSION_TOKEN=role",
                                                  "DATASTACK_MCP_SECRET=of runtime",
                                                  "DATASTACK_MCP_TOKEN=" + token};
    EXPECT_EQ(child.options.environment, environment) << "nothing is inherited, ours win";
    ASSERT_TRUE(child.options.files);
    EXPECT_TRUE(child.options.files->write.empty());
    // Its output comes in pieces, with other lines between.
    start(child, "warn something\nhttp://127.0.0.1:");
    child.events.output(std::to_string(server.port) + "/mcp  rea");
    child.events.output("dy\nmore\n");
    for (auto* answer : {&first, &second}) {
        const Answer got = wait(*answer);
        ASSERT_TRUE(got) << got.error().message;
        EXPECT_EQ(got.value().status, 201);
        EXPECT_TRUE(got.value().body.starts_with("POST /mcp HTTP/1.1\r\n")) << got.value().body;
        EXPECT_NE(got.value().body.find("X-Test: yes\r\n"), std::string::npos);
        EXPECT_TRUE(got.value().body.ends_with("\r\n\r\npayload"));
        EXPECT_NE(got.value().body.find("Authorization: Bearer " + token + "\r\n"),
                  std::string::npos);
    }
    EXPECT_FALSE(*child.watched) << "no request is under way";
    auto third = invoke("one");
    EXPECT_TRUE(wait(third));
    EXPECT_EQ(spawner_.count(), 1U);
}

TEST_F(AgentHostTest, WhatDoesNotStart) {
    auto answer = invoke("one");
    spawner_.at(0).events.started(base::Error{base::ErrorKind::io, "no such file", ""});
    EXPECT_EQ(wait(answer).error().message, "no such file");
    auto again = invoke("one");
    ASSERT_EQ(spawner_.count(), 2U) << "the next request tries anew";
    start(spawner_.at(1), "datastack-mcp: no AWS region\n");
    spawner_.at(1).events.exited({.exit_code = 1});
    EXPECT_EQ(wait(again).error().message, "the program ended with exit code 1");
}

TEST_F(AgentHostTest, WhatNeverGetsReady) {
    auto answer = invoke("one");
    start(spawner_.at(0), "");
    executor_.run_for_ms(AgentHost::start_ms_max);
    EXPECT_EQ(*spawner_.at(0).killed, 0);
    executor_.run_for_ms(2 * AgentHost::look_ms);
    EXPECT_EQ(*spawner_.at(0).killed, 15);
    spawner_.at(0).events.exited({.exit_code = -1, .signal = 15});
    EXPECT_EQ(wait(answer).error().message, "the program ended with signal 15");
}

TEST_F(AgentHostTest, WhatHasEndedUnheardIsStartedOnceMore) {
    auto answer = invoke("one");
    start(spawner_.at(0), ready(1));  // nobody listens there
    start(spawner_.at(1), ready(1));
    EXPECT_TRUE(wait(answer).error().message.starts_with("connect"));
    EXPECT_EQ(spawner_.count(), 2U);
    EXPECT_NE(*spawner_.at(0).killed, 0) << "it may be there all the same";
    EXPECT_EQ(*spawner_.at(1).killed, 0);
}

TEST_F(AgentHostTest, EachHasATokenAndAUserOfItsOwn) {
    spawner_.users = true;
    auto one = invoke("one");
    auto two = invoke("two");
    Spawned& first = spawner_.at(0);
    Spawned& second = spawner_.at(1);
    EXPECT_NE(variable(first, "DATASTACK_MCP_TOKEN"), variable(second, "DATASTACK_MCP_TOKEN"));
    EXPECT_EQ(first.options.user_id, AgentHost::user_id_base);
    EXPECT_EQ(second.options.user_id, AgentHost::user_id_base + 1);
    EXPECT_EQ(first.options.limits.processes_max, AgentHost::processes_max);
    EXPECT_EQ(first.options.working_directory, "/");
    // A program that ends keeps its user until it is gone.
    start(first, "");
    host_->end("one");
    auto after = invoke("one");
    EXPECT_EQ(spawner_.at(2).options.user_id, AgentHost::user_id_base + 2);
    first.events.exited({.exit_code = 0});
    EXPECT_FALSE(wait(one));
    auto three = invoke("three");
    EXPECT_EQ(spawner_.at(3).options.user_id, AgentHost::user_id_base);
    second.events.started(base::Error{base::ErrorKind::io, "cannot start", "exec", 13});
    EXPECT_EQ(wait(two).error().message, "the runtimes' user may not execute /bin/datastack-mcp");
}

TEST_F(AgentHostTest, NobodyWaitsAnyMore) {
    const EchoServer silent(false);
    ports::AgentHost::Cancel cancel;
    auto answer = invoke("one", &cancel);
    start(spawner_.at(0), ready(silent.port));
    ASSERT_TRUE(silent.saw(1));
    EXPECT_TRUE(*spawner_.at(0).watched);
    cancel();
    EXPECT_FALSE(wait(answer));
    EXPECT_TRUE(silent.is_left()) << "so the program hears of it";
    EXPECT_EQ(*spawner_.at(0).killed, 0) << "others may use it";
    EXPECT_EQ(spawner_.count(), 1U);
    cancel();  // does no harm
    // Before it is sent: it never is.
    auto later = invoke("two", &cancel);
    cancel();
    start(spawner_.at(1), ready(silent.port));
    EXPECT_FALSE(wait(later));
    EXPECT_TRUE(silent.saw(1));
    EXPECT_EQ(spawner_.count(), 2U);
}

TEST_F(AgentHostTest, ASlowProgramHoldsUpNoOther) {
    const EchoServer silent(false);
    const EchoServer server;
    std::vector<std::future<Answer>> slow;
    slow.push_back(invoke("slow"));
    start(spawner_.at(0), ready(silent.port));
    for (std::size_t i = 1; i < AgentHost::requests_of_program_max; ++i)
        slow.push_back(invoke("slow"));
    ASSERT_TRUE(silent.saw(static_cast<int>(AgentHost::requests_of_program_max)));
    auto beyond = invoke("slow");
    ASSERT_EQ(beyond.wait_for(std::chrono::seconds(0)), std::future_status::ready) << "at once";
    EXPECT_EQ(beyond.get().error().kind, base::ErrorKind::limit);
    auto other = invoke("other");
    start(spawner_.at(1), ready(server.port));
    EXPECT_TRUE(wait(other));
    host_->end("slow");
    for (auto& answer : slow)
        EXPECT_FALSE(wait(answer));
    EXPECT_EQ(spawner_.count(), 2U) << "what was ended is not started again";
}

TEST_F(AgentHostTest, AnswersHaveAMaximum) {
    const std::string head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ";
    const std::uint64_t max = bedrockagentcore::payload_bytes_max;
    const EchoServer large(true, head + std::to_string(max + 1) + "\r\n\r\n");
    auto answer = invoke("one");
    start(spawner_.at(0), ready(large.port));
    const Answer got = wait(answer);
    EXPECT_EQ(got.error().kind, base::ErrorKind::unavailable) << "no reason to try again";
    EXPECT_EQ(got.error().message, "the answer is too large");
}

TEST_F(AgentHostTest, WhatIsIdleOrOldEnds) {
    const EchoServer server;
    auto answer = invoke("one");
    start(spawner_.at(0), ready(server.port));
    ASSERT_TRUE(wait(answer));
    executor_.run_for_ms(60'000 - AgentHost::look_ms);
    EXPECT_EQ(*spawner_.at(0).killed, 0);
    executor_.run_for_ms(3 * AgentHost::look_ms);
    EXPECT_EQ(*spawner_.at(0).killed, 15);
    auto next = invoke("one");
    start(spawner_.at(1), ready(server.port));
    ASSERT_TRUE(wait(next));
    for (int minute = 0; minute < 62; ++minute) {
        executor_.run_for_ms(45'000);
        auto busy = invoke("one");
        if (spawner_.count() == 3) break;
        ASSERT_TRUE(wait(busy));
        executor_.run_for_ms(15'000);
    }
    EXPECT_EQ(*spawner_.at(1).killed, 15) << "busy, but old";
    EXPECT_EQ(spawner_.count(), 3U);
}

TEST_F(AgentHostTest, EndsWhatChangedAndWhatIsLeftAtTheEnd) {
    auto one = invoke("one");
    auto two = invoke("two");
    start(spawner_.at(0), "");
    host_->end("one");
    host_->end("nobody");
    EXPECT_EQ(*spawner_.at(0).killed, 15);
    host_->stop();
    // It has not said yet that it runs.
    start(spawner_.at(1), "");
    EXPECT_NE(*spawner_.at(1).killed, 0);
    spawner_.at(0).events.exited({.exit_code = 0});
    spawner_.at(1).events.exited({.exit_code = 0});
    EXPECT_FALSE(wait(one));
    EXPECT_FALSE(wait(two));
    auto late = invoke("three");
    EXPECT_EQ(wait(late).error().message, "the server stops");
    EXPECT_EQ(spawner_.count(), 2U);
}

TEST_F(AgentHostTest, HasMaxima) {
    std::vector<std::future<Answer>> waiting;
    const auto fill = [&] {
        for (std::size_t i = 0; i < AgentHost::programs_max; ++i) {
            for (std::size_t k = 0; k < AgentHost::requests_of_program_max; ++k)
                waiting.push_back(invoke("program " + std::to_string(i)));
        }
    };
    fill();
    auto refused = invoke("program 0");
    EXPECT_EQ(wait(refused).error().message, "too many requests wait for the runtime");
    auto beyond = invoke("one more");
    EXPECT_EQ(wait(beyond).error().kind, base::ErrorKind::limit);
    EXPECT_EQ(spawner_.count(), AgentHost::programs_max);
    // Those of programs that end count until they are answered.
    for (std::size_t i = 0; i < AgentHost::programs_max; ++i)
        host_->end("program " + std::to_string(i));
    fill();
    ASSERT_EQ(waiting.size(), AgentHost::requests_max);
    host_->end("program 0");
    auto last = invoke("program 0");
    EXPECT_EQ(wait(last).error().message, "too many requests wait");
    EXPECT_EQ(spawner_.count(), 2 * AgentHost::programs_max);
    for (std::size_t i = 0; i < spawner_.count(); ++i)
        spawner_.at(i).events.started(base::Error{base::ErrorKind::io, "no", ""});
    for (auto& answer : waiting)
        EXPECT_FALSE(wait(answer));
    auto after = invoke("program 0");
    EXPECT_EQ(spawner_.count(), 2 * AgentHost::programs_max + 1) << "there is room again";
    spawner_.at(2 * AgentHost::programs_max)
        .events.started(base::Error{base::ErrorKind::io, "no", ""});
    EXPECT_FALSE(wait(after));
}

}  // namespace
}  // namespace app

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

#include "sim/recording_log.h"
#include "sim/seeded_executor.h"
#include "sim/virtual_clock.h"

namespace app {
namespace {

// Answers every request with what it was sent, until it is destroyed.
class EchoServer {
  public:
    EchoServer() {
        listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address = {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* raw = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(::bind(listener_, raw, sizeof address), 0);
        EXPECT_EQ(::listen(listener_, 8), 0);
        socklen_t length = sizeof address;
        ::getsockname(listener_, raw, &length);
        port = ntohs(address.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ~EchoServer() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
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
            const std::string answer =
                "HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nConnection: close\r\n"
                "Content-Length: " +
                std::to_string(seen.size()) + "\r\n\r\n" + seen;
            ::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL);
            ::close(socket);
        }
    }
    int listener_ = -1;
    std::thread thread_;
};

class FakeChild final : public base::Child {
  public:
    explicit FakeChild(std::shared_ptr<std::atomic<int>> killed) : killed_(std::move(killed)) {}
    int pid() const override { return 1; }
    void kill(int signal) override { *killed_ = signal; }
    void drain_output() override {}
    void watch(bool) override {}
    std::uint64_t peak_resident_bytes() const override { return 0; }

  private:
    const std::shared_ptr<std::atomic<int>> killed_;
};

struct Spawned {
    base::ChildOptions options;
    base::ChildEvents events;
    std::shared_ptr<std::atomic<int>> killed = std::make_shared<std::atomic<int>>(0);
};

class FakeSpawner final : public base::ChildSpawner {
  public:
    void spawn(const base::ChildOptions& options, base::ChildEvents events) override {
        const std::lock_guard lock(mutex_);
        spawned_.push_back(std::make_unique<Spawned>());
        spawned_.back()->options = options;
        spawned_.back()->events = std::move(events);
    }
    bool separate_users() const override { return false; }
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

  private:
    std::mutex mutex_;
    std::vector<std::unique_ptr<Spawned>> spawned_;
};

class AgentHostTest : public testing::Test {
  protected:
    using Answer = base::Result<ports::AgentAnswer>;

    AgentHostTest() {
        host_ = std::make_unique<AgentHost>(AgentHost::Environment{
            spawner_, clock_, executor_, log_,
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
        made.environment = {{"A", "b"}, {"AWS_REGION", "elsewhere"}};
        made.idle_seconds_max = 60;
        made.lifetime_seconds_max = 3'600;
        return made;
    }
    std::future<Answer> invoke(const std::string& key) {
        auto done = std::make_shared<std::promise<Answer>>();
        host_->invoke(program(key), {{{"X-Test", "yes"}}, "payload"},
                      [done](Answer answer) { done->set_value(std::move(answer)); });
        return done->get_future();
    }
    static void start(Spawned& one, const std::string& says) {
        one.events.started(std::unique_ptr<base::Child>(std::make_unique<FakeChild>(one.killed)));
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
    const std::vector<std::string> environment = {"A=b",
                                                  "AWS_ACCESS_KEY_ID=ASIA",
                                                  "AWS_DEFAULT_REGION=us-west-2",
                                                  "AWS_ENDPOINT_URL=http://127.0.0.1:4566",
                                                  "AWS_REGION=us-west-2",
                                                  "AWS_SECRET_ACCESS_KEY=secret",
                                                  "AWS_SESSION_TOKEN=role",
                                                  "DATASTACK_MCP_SECRET=of runtime"};
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
    }
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
    for (std::size_t i = 0; i < AgentHost::programs_max; ++i)
        waiting.push_back(invoke("program " + std::to_string(i)));
    auto beyond = invoke("one more");
    EXPECT_EQ(wait(beyond).error().kind, base::ErrorKind::limit);
    for (std::size_t i = waiting.size(); i < AgentHost::requests_waiting_max; ++i)
        waiting.push_back(invoke("program 0"));
    auto refused = invoke("program 0");
    EXPECT_EQ(wait(refused).error().kind, base::ErrorKind::limit);
    EXPECT_EQ(spawner_.count(), AgentHost::programs_max);
    for (std::size_t i = 0; i < spawner_.count(); ++i)
        spawner_.at(i).events.started(base::Error{base::ErrorKind::io, "no", ""});
    for (auto& answer : waiting)
        EXPECT_FALSE(wait(answer));
    auto after = invoke("program 0");
    EXPECT_EQ(spawner_.count(), AgentHost::programs_max + 1) << "there is room again";
    spawner_.at(AgentHost::programs_max).events.started(base::Error{base::ErrorKind::io, "no", ""});
    EXPECT_FALSE(wait(after));
}

}  // namespace
}  // namespace app

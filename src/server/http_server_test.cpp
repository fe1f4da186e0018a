// The server over real sockets: protocol cases, hostile clients, budgets, streams, drain.
#include "server/http_server.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "os/clock.h"
#include "os/file_system.h"
#include "os/thread_pool.h"
#include "server/testing.h"
#include "sim/recording_log.h"

namespace server {
namespace {

using testing::eventually;
using testing::FunctionHandler;
using testing::RawAnswer;
using testing::RawClient;
using testing::SinkLog;

// A sink that writes into a log it shares with the test.
class LogSink final : public wire::BodySink {
  public:
    LogSink(std::shared_ptr<SinkLog> log, std::shared_ptr<Exchange> exchange)
        : log_(std::move(log)), exchange_(std::move(exchange)) {}
    base::Result<void> write(std::string_view bytes) override {
        if (on_write) on_write();
        if (keep) log_->body += bytes;
        ++log_->writes;
        total_ += bytes.size();
        log_->largest_write = std::max(log_->largest_write.load(), bytes.size());
        if (fail_after > 0 && total_ >= fail_after) {
            return base::Error{base::ErrorKind::io, "the disk is gone", ""};
        }
        return base::ok();
    }
    void finish() override {
        ++log_->finished;
        wire::Response response;
        response.body = "took " + std::to_string(total_);
        exchange_->respond(std::move(response));
    }
    void abort() override { ++log_->aborted; }

    bool keep = true;
    std::uint64_t fail_after = 0;
    std::function<void()> on_write;

  private:
    std::shared_ptr<SinkLog> log_;
    std::shared_ptr<Exchange> exchange_;
    std::uint64_t total_ = 0;
};

// A body that is made as it is read.
class PatternSource final : public wire::BodySource {
  public:
    PatternSource(std::uint64_t length, std::uint64_t fail_at) : left_(length), fail_in_(fail_at) {
        length_ = length;
    }
    std::uint64_t length() const override { return length_; }
    base::Result<std::size_t> read(std::span<char> out) override {
        if (fail_in_ == 0) return base::Error{base::ErrorKind::corrupt, "checksum differs", ""};
        const auto count = static_cast<std::size_t>(
            std::min({left_, fail_in_, static_cast<std::uint64_t>(out.size())}));
        for (std::size_t i = 0; i < count; ++i)
            out[i] = static_cast<char>('a' + (at_ + i) % 23);
        at_ += count;
        left_ -= count;
        fail_in_ -= count;
        return count;
    }

  private:
    std::uint64_t length_ = 0;
    std::uint64_t left_;
    std::uint64_t fail_in_;
    std::uint64_t at_ = 0;
};

// An exchange that a handler leaves for the test to answer.
class Parked {
  public:
    void put(std::shared_ptr<Exchange> exchange) {
        const std::lock_guard lock(mutex_);
        exchange_ = std::move(exchange);
    }
    std::shared_ptr<Exchange> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(exchange_, nullptr);
    }
    bool is_there() {
        const std::lock_guard lock(mutex_);
        return exchange_ != nullptr;
    }

  private:
    std::mutex mutex_;
    std::shared_ptr<Exchange> exchange_;
};

class HttpServerTest : public ::testing::Test {
  protected:
    ~HttpServerTest() override {
        if (server_) server_->stop(0);
        network_.stop();
        pool_.stop();
    }

    std::uint16_t serve() {
        server_ = std::make_unique<HttpServer>(
            options_, HttpServer::Environment{network_, pool_, clock_, log_, metrics_}, handler_);
        const auto port = server_->listen_tcp("127.0.0.1:0");
        EXPECT_TRUE(port) << port.error().describe();
        return port.value();
    }
    RawClient connect() { return RawClient::tcp(port_ == 0 ? port_ = serve() : port_); }

    void stream_into(
        std::shared_ptr<SinkLog> log, std::function<void(LogSink&)> change = [](LogSink&) {}) {
        handler_.on_plan = [](Exchange&) {
            BodyPlan plan;
            plan.kind = BodyPlan::Kind::stream;
            plan.body_bytes_max = std::uint64_t{6} << 30;
            return plan;
        };
        handler_.on_open = [log, change](std::shared_ptr<Exchange> exchange) {
            auto sink = std::make_unique<LogSink>(log, std::move(exchange));
            change(*sink);
            return sink;
        };
    }

    os::Network network_{1};
    os::ThreadPool pool_{1};  // everything must work with one
    os::SystemClock clock_;
    sim::RecordingLog log_;
    base::Metrics metrics_;
    FunctionHandler handler_;
    HttpOptions options_;
    std::unique_ptr<HttpServer> server_;
    std::uint16_t port_ = 0;
};

TEST_F(HttpServerTest, AnswersAndKeepsTheConnection) {
    RawClient client = connect();
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(
            client.send("POST /a%20b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"));
        const RawAnswer answer = client.read_answer();
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.body, "POST /a b hello");
        EXPECT_EQ(answer.headers.at("x-observed"), "yes");
        EXPECT_EQ(answer.headers.count("date"), 1U);
        EXPECT_EQ(answer.headers.count("connection"), 0U);
    }
    EXPECT_TRUE(eventually([this] {
        return metrics_.counter("http_sent_bytes_total", "server=\"api\"", "").value() >= 300;
    }));
}

TEST_F(HttpServerTest, AnswersPipelinedRequestsInOrder) {
    RawClient client = connect();
    std::string requests;
    for (int i = 0; i < 50; ++i) {
        const std::string body(static_cast<std::size_t>(i * 7), 'x');
        requests += "PUT /" + std::to_string(i) +
                    " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) +
                    "\r\n\r\n" + body;
    }
    ASSERT_TRUE(client.send(requests));
    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(client.read_answer().body, "PUT /" + std::to_string(i) + " " +
                                                 std::string(static_cast<std::size_t>(i * 7), 'x'));
    }
}

TEST_F(HttpServerTest, TakesARequestByteByByte) {
    RawClient client = connect();
    const std::string text = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";
    for (const char c : text)
        ASSERT_TRUE(client.send({&c, 1}));
    EXPECT_EQ(client.read_answer().body, "POST / abc");
}

TEST_F(HttpServerTest, SpeaksHttp10) {
    RawClient client = connect();
    ASSERT_TRUE(client.send("GET / HTTP/1.0\r\n\r\n"));
    const RawAnswer answer = client.read_answer();
    EXPECT_EQ(answer.headers.at("connection"), "close");
    EXPECT_TRUE(client.is_closed());
    RawClient kept = connect();
    ASSERT_TRUE(kept.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
    EXPECT_EQ(kept.read_answer().headers.at("connection"), "keep-alive");
    ASSERT_TRUE(kept.send("GET /2 HTTP/1.0\r\nConnection: close\r\n\r\n"));
    EXPECT_EQ(kept.read_answer().body, "GET /2 ");
    EXPECT_TRUE(kept.is_closed());
}

TEST_F(HttpServerTest, SendsNoBodyToHeadAnd204And304) {
    handler_.on_run = [](const std::shared_ptr<Exchange>& exchange) {
        wire::Response response;
        if (exchange->head().path == "/204") response.status = 204;
        if (exchange->head().path == "/304") response.status = 304;
        if (exchange->head().path == "/announced") response.announced_length = 77;
        response.body = response.status == 200 ? "body" : "";
        exchange->respond(std::move(response));
    };
    RawClient client = connect();
    ASSERT_TRUE(
        client.send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\nHEAD /announced HTTP/1.1\r\nHost: h\r\n\r\n"
                    "GET /204 HTTP/1.1\r\nHost: h\r\n\r\nGET /304 HTTP/1.1\r\nHost: h\r\n\r\n"
                    "GET /x HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_EQ(client.read_answer(true).headers.at("content-length"), "4");
    EXPECT_EQ(client.read_answer(true).headers.at("content-length"), "77");
    EXPECT_EQ(client.read_answer().headers.count("content-length"), 0U);
    EXPECT_EQ(client.read_answer().status, 304);
    EXPECT_EQ(client.read_answer().body, "body");
}

TEST_F(HttpServerTest, RefusesBrokenHeadsAndCloses) {
    for (const char* text :
         {"nonsense\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
        RawClient client = connect();
        ASSERT_TRUE(client.send(text));
        const RawAnswer answer = client.read_answer();
        EXPECT_EQ(answer.status, 400) << text;
        EXPECT_EQ(answer.headers.at("connection"), "close");
        EXPECT_TRUE(client.is_closed());
    }
}

TEST_F(HttpServerTest, DoesNotLoseTheAnswerToAReset) {
    // The client goes on sending a large refused body; the answer must reach it all the same.
    RawClient client = connect();
    ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4000000\r\n\r\n"));
    std::thread sender([&client] { client.send(std::string(1 << 20, 'x')); });
    EXPECT_EQ(client.read_answer().status, 413);
    sender.join();
}

TEST_F(HttpServerTest, ReadsChunkedBodies) {
    RawClient client = connect();
    ASSERT_TRUE(client.send(
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 1\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_EQ(client.read_answer().body, "POST / hello world");
    EXPECT_EQ(client.read_answer().body, "GET /next ");
    ASSERT_TRUE(
        client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"));
    EXPECT_EQ(client.read_answer().status, 400);
    EXPECT_TRUE(client.is_closed());
}

TEST_F(HttpServerTest, LimitsChunkedBodiesAsTheyGrow) {
    handler_.on_plan = [](Exchange&) {
        BodyPlan plan;
        plan.body_bytes_max = 10;
        return plan;
    };
    for (const auto& [chunks, status] :
         {std::pair<std::string, int>{"a\r\n0123456789\r\n0\r\n\r\n", 200},
          std::pair<std::string, int>{"a\r\n0123456789\r\n1\r\nx\r\n0\r\n\r\n", 413}}) {
        RawClient client = connect();
        ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" +
                                chunks));
        EXPECT_EQ(client.read_answer().status, status);
    }
}

TEST_F(HttpServerTest, SendsContinueOnlyToAdmittedBodies) {
    handler_.on_plan = [](Exchange& exchange) {
        BodyPlan plan;
        plan.body_bytes_max = 100;
        if (exchange.head().path == "/no") {
            plan.kind = BodyPlan::Kind::refuse;
            plan.refusal.status = 403;
        }
        return plan;
    };
    RawClient client = connect();
    ASSERT_TRUE(client.send(
        "PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"));
    EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    ASSERT_TRUE(client.send("abc"));
    EXPECT_EQ(client.read_answer().body, "PUT / abc");
    // One that does not wait is not invited.
    ASSERT_TRUE(client.send(
        "PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc"));
    EXPECT_EQ(client.read_answer().body, "PUT / abc");
    ASSERT_TRUE(client.send(
        "PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 101\r\n\r\n"));
    EXPECT_EQ(client.read_answer().status, 413);
    EXPECT_TRUE(client.is_closed());
    RawClient refused = connect();
    ASSERT_TRUE(refused.send(
        "PUT /no HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"));
    EXPECT_EQ(refused.read_answer().status, 403);
}

TEST_F(HttpServerTest, AnswersParkedRequestsFromAnyThread) {
    std::mutex mutex;
    std::vector<std::shared_ptr<Exchange>> parked;
    handler_.on_run = [&](std::shared_ptr<Exchange> exchange) {
        const std::lock_guard lock(mutex);
        parked.push_back(std::move(exchange));
    };
    std::vector<RawClient> clients;
    for (int i = 0; i < 8; ++i) {
        clients.push_back(connect());
        ASSERT_TRUE(clients.back().send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    }
    ASSERT_TRUE(eventually([&] {
        const std::lock_guard lock(mutex);
        return parked.size() == 8;
    }));
    EXPECT_TRUE(clients[0].is_silent(20));
    std::thread([&] {
        const std::lock_guard lock(mutex);
        for (auto& exchange : parked) {
            EXPECT_TRUE(exchange->respond({}));
            EXPECT_FALSE(exchange->respond({}));
        }
        parked.clear();
    }).join();
    for (RawClient& client : clients)
        EXPECT_EQ(client.read_answer().status, 200);
}

TEST_F(HttpServerTest, AnswersWhatTheHandlerDropped) {
    handler_.on_run = [](std::shared_ptr<Exchange> exchange) { exchange.reset(); };
    RawClient client = connect();
    ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_EQ(client.read_answer().status, 500);
}

TEST_F(HttpServerTest, TellsWhenTheClientIsGone) {
    std::atomic<int> gone{0};
    Parked parked;
    handler_.on_run = [&](std::shared_ptr<Exchange> exchange) {
        exchange->when_gone([&gone] { ++gone; });
        parked.put(std::move(exchange));
    };
    RawClient client = connect();
    ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    ASSERT_TRUE(eventually([&] { return parked.is_there(); }));
    EXPECT_EQ(gone, 0);
    client.reset();
    EXPECT_TRUE(eventually([&] { return gone == 1; }));
    const auto exchange = parked.take();
    exchange->when_gone([&gone] { ++gone; });
    EXPECT_TRUE(eventually([&] { return gone == 2; }));
    EXPECT_TRUE(exchange->respond({}));  // into the void
}

TEST_F(HttpServerTest, AnswersAClientThatStoppedSending) {
    RawClient client = connect();
    ASSERT_TRUE(client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n"));
    client.shut_sending();
    EXPECT_EQ(client.read_answer().body, "GET /x ");
    EXPECT_TRUE(client.is_closed());
    EXPECT_TRUE(eventually([&] { return server_->connection_count() == 0; }));
}

TEST_F(HttpServerTest, ClosesSlowAndIdleClients) {
    options_.head_timeout_ms = 100;
    options_.idle_timeout_ms = 200;
    options_.peer_grace_ms = 100;
    options_.sweep_period_ms = 20;
    RawClient idle = connect();
    RawClient slow_head = connect();
    RawClient slow_body = connect();
    ASSERT_TRUE(slow_head.send("GET / HT"));
    ASSERT_TRUE(slow_body.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nabc"));
    EXPECT_TRUE(slow_head.is_closed());
    EXPECT_TRUE(slow_body.is_closed());
    EXPECT_TRUE(idle.is_closed());
    EXPECT_TRUE(eventually([&] { return server_->connection_count() == 0; }));
    EXPECT_EQ(server_->memory_bytes(), 0U);
}

TEST_F(HttpServerTest, ASteadyTrickleOfHeadBytesDoesNotHoldAConnection) {
    options_.head_timeout_ms = 150;
    options_.sweep_period_ms = 20;
    RawClient client = connect();
    ASSERT_TRUE(client.send("GET / HTTP/1.1\r\n"));
    bool open = true;
    for (int i = 0; i < 100 && open; ++i) {
        open = client.send("A: b\r\n") && client.is_silent(10);
    }
    EXPECT_FALSE(open);
}

TEST_F(HttpServerTest, CutsOffSlowReadersAndGivesTheirMemoryBack) {
    options_.peer_grace_ms = 200;
    options_.sweep_period_ms = 20;
    handler_.on_run = [](const std::shared_ptr<Exchange>& exchange) {
        wire::Response response;
        response.body = std::string(64 << 20, 'x');
        exchange->respond(std::move(response));
    };
    RawClient client = connect();
    client.set_receive_buffer(4096);
    ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    ASSERT_TRUE(eventually([&] { return server_->memory_bytes() >= 64U << 20; }));
    EXPECT_TRUE(eventually([&] { return server_->connection_count() == 0; }));
    EXPECT_EQ(server_->memory_bytes(), 0U);
}

TEST_F(HttpServerTest, RefusesWhenTheMemoryBudgetIsUsedUp) {
    options_.memory_bytes_max = 1000;
    RawClient first = connect();
    ASSERT_TRUE(first.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n"));
    ASSERT_TRUE(eventually([&] { return server_->memory_bytes() == 1000; }));
    RawClient second = connect();
    ASSERT_TRUE(second.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx"));
    const RawAnswer refused = second.read_answer();
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.headers.at("connection"), "close");
    // A chunked body is refused as it grows.
    RawClient third = connect();
    ASSERT_TRUE(
        third.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"));
    EXPECT_EQ(third.read_answer().status, 503);
    ASSERT_TRUE(first.send(std::string(1000, 'y')));
    EXPECT_EQ(first.read_answer().status, 200);
    EXPECT_TRUE(eventually([&] { return server_->memory_bytes() == 0; }));
    RawClient fourth = connect();
    ASSERT_TRUE(fourth.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n"));
    EXPECT_EQ(fourth.read_answer().status, 503);
}

TEST_F(HttpServerTest, LimitsConnections) {
    options_.connections_max = 2;
    RawClient one = connect();
    RawClient two = connect();
    ASSERT_TRUE(eventually([&] { return server_->connection_count() == 2; }));
    RawClient three = connect();
    EXPECT_EQ(three.read_answer().status, 503);
    EXPECT_TRUE(three.is_closed());
    ASSERT_TRUE(two.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_EQ(two.read_answer().status, 200);
    one.reset();
    ASSERT_TRUE(eventually([&] { return server_->connection_count() <= 1; }));
    RawClient four = connect();
    ASSERT_TRUE(four.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_EQ(four.read_answer().status, 200);
}

TEST_F(HttpServerTest, StreamsBodiesOfAllSizesIntoASink) {
    RawClient client = connect();
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, std::size_t{65536}, std::size_t{65537},
          wire::body_chunk_bytes_max, 3 * wire::body_chunk_bytes_max + 17}) {
        auto log = std::make_shared<SinkLog>();
        stream_into(log);
        std::string body(size, ' ');
        for (std::size_t i = 0; i < size; ++i)
            body[i] = static_cast<char>('a' + i % 23);
        ASSERT_TRUE(client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: " +
                                std::to_string(size) + "\r\n\r\n" + body));
        EXPECT_EQ(client.read_answer().body, "took " + std::to_string(size));
        EXPECT_TRUE(log->body == body) << size;
        EXPECT_EQ(log->finished, 1);
        EXPECT_EQ(log->aborted, 0);
        EXPECT_LE(log->largest_write, wire::body_chunk_bytes_max);
    }
    EXPECT_TRUE(eventually([&] { return server_->memory_bytes() == 0; }));
}

TEST_F(HttpServerTest, StreamsChunkedBodiesAndPipelinesBehindThem) {
    auto log = std::make_shared<SinkLog>();
    stream_into(log);
    RawClient client = connect();
    std::string request = "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 300; ++i)
        request += "1000\r\n" + std::string(4096, 'c') + "\r\n";
    request += "0\r\n\r\n";
    ASSERT_TRUE(client.send(request + request));
    EXPECT_EQ(client.read_answer().body, "took 1228800");
    EXPECT_EQ(client.read_answer().body, "took 1228800");
    EXPECT_EQ(log->finished, 2);
}

TEST_F(HttpServerTest, StreamedBodiesWaitForContinue) {
    auto log = std::make_shared<SinkLog>();
    stream_into(log);
    RawClient client = connect();
    ASSERT_TRUE(client.send(
        "PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"));
    EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    ASSERT_TRUE(client.send("hello"));
    EXPECT_EQ(client.read_answer().body, "took 5");
    EXPECT_EQ(log->body, "hello");
    // Refused by open: no invitation.
    handler_.on_open = [](const std::shared_ptr<Exchange>& exchange) {
        wire::Response response;
        response.status = 403;
        exchange->respond(std::move(response));
        return nullptr;
    };
    ASSERT_TRUE(client.send(
        "PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"));
    EXPECT_EQ(client.read_answer().status, 403);
    EXPECT_TRUE(client.is_closed());
}

TEST_F(HttpServerTest, ASlowSinkHoldsTheClientBack) {
    auto log = std::make_shared<SinkLog>();
    std::atomic<bool> open{false};
    stream_into(log, [&](LogSink& sink) {
        sink.keep = false;
        sink.on_write = [&] {
            while (!open)
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
        };
    });
    RawClient client = connect();
    ASSERT_TRUE(client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 67108864\r\n\r\n"));
    std::atomic<bool> sent{false};
    std::thread sender([&] {
        const std::string piece(1 << 20, 'x');
        for (int i = 0; i < 64; ++i)
            client.send(piece);
        sent = true;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EXPECT_FALSE(sent);  // 64 MiB do not fit into the socket's buffers
    EXPECT_LE(server_->memory_bytes(), 2 * wire::body_chunk_bytes_max);
    open = true;
    EXPECT_EQ(client.read_answer().body, "took 67108864");
    sender.join();
    EXPECT_LE(server_->memory_bytes_peak(), 4 * wire::body_chunk_bytes_max);
}

TEST_F(HttpServerTest, AbortsTheSinkWhenTheClientGoes) {
    auto log = std::make_shared<SinkLog>();
    stream_into(log);
    RawClient client = connect();
    ASSERT_TRUE(client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n" +
                            std::string(500000, 'x')));
    ASSERT_TRUE(eventually([&] { return log->writes > 0; }));
    client.reset();
    EXPECT_TRUE(eventually([&] { return log->aborted == 1; }));
    EXPECT_EQ(log->finished, 0);
    EXPECT_TRUE(eventually([&] { return server_->connection_count() == 0; }));
}

TEST_F(HttpServerTest, AnswersAndAbortsWhenTheSinkFails) {
    for (const std::size_t size :
         {std::size_t{1000}, std::size_t{200'000}, std::size_t{10'000'000}}) {
        auto log = std::make_shared<SinkLog>();
        stream_into(log, [](LogSink& sink) { sink.fail_after = 1; });
        RawClient client = connect();
        std::thread sender([&] {
            client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(size) +
                        "\r\n\r\n" + std::string(size, 'x'));
        });
        const RawAnswer answer = client.read_answer();
        sender.join();
        EXPECT_EQ(answer.status, 500);
        EXPECT_EQ(answer.body, "the disk is gone");
        EXPECT_TRUE(eventually([&] { return log->aborted == 1; })) << size;
        EXPECT_EQ(log->finished, 0);
    }
}

TEST_F(HttpServerTest, StreamsAnswersOfAnySizeInLittleMemory) {
    static constexpr std::uint64_t size = 64 << 20;
    handler_.on_run = [](const std::shared_ptr<Exchange>& exchange) {
        wire::Response response;
        response.stream = std::make_unique<PatternSource>(
            size, exchange->head().path == "/fails" ? size / 2 : ~std::uint64_t{0});
        exchange->respond(std::move(response));
    };
    RawClient client = connect();
    ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    const RawAnswer answer = client.read_answer();
    ASSERT_EQ(answer.body.size(), size);
    for (std::size_t i = 0; i < size; i += 99'991)
        ASSERT_EQ(answer.body[i], static_cast<char>('a' + i % 23));
    EXPECT_LE(server_->memory_bytes_peak(), 2 * wire::body_chunk_bytes_max);
    // A body that fails is cut short, never filled up.
    ASSERT_TRUE(client.send("GET /fails HTTP/1.1\r\nHost: h\r\n\r\n"));
    const RawAnswer broken = client.read_answer();
    EXPECT_EQ(broken.status, 200);
    EXPECT_FALSE(broken.whole);
    EXPECT_FALSE(log_.lines().empty());
}

// A body that is in memory, but not as a string of the response.
class MemorySource final : public wire::BodySource {
  public:
    MemorySource(std::string text, std::uint64_t length)
        : text_(std::move(text)), length_(length) {}
    std::uint64_t length() const override { return length_; }
    std::optional<std::string_view> in_memory() const override { return text_; }
    base::Result<std::size_t> read(std::span<char>) override { return std::size_t{0}; }

  private:
    std::string text_;
    std::uint64_t length_;
};

TEST_F(HttpServerTest, SendsBodiesThatAreInMemoryAtOnce) {
    handler_.on_run = [](const std::shared_ptr<Exchange>& exchange) {
        const bool lies = exchange->head().path == "/lies";
        wire::Response response;
        response.stream =
            std::make_unique<MemorySource>(std::string(1000, 'm'), lies ? 1001 : 1000);
        exchange->respond(std::move(response));
    };
    RawClient client = connect();
    ASSERT_TRUE(client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_EQ(client.read_answer(true).headers.at("content-length"), "1000");
    EXPECT_EQ(client.read_answer().body, std::string(1000, 'm'));
    ASSERT_TRUE(client.send("GET /lies HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_FALSE(client.read_answer().whole);
}

class FileSource final : public wire::BodySource {
  public:
    explicit FileSource(wire::FileRange range) : range_(std::move(range)) {}
    std::uint64_t length() const override { return range_.length; }
    base::Result<std::size_t> read(std::span<char>) override {
        return base::Error{base::ErrorKind::internal, "should have been sent as a file", ""};
    }
    std::optional<wire::FileRange> file_range() const override { return range_; }

  private:
    wire::FileRange range_;
};

TEST_F(HttpServerTest, SendsFileRangesWithoutReadingThem) {
    const std::string path = ::testing::TempDir() + "server_range_" + std::to_string(::getpid());
    os::PosixFileSystem files;
    std::string contents(5'000'000, ' ');
    for (std::size_t i = 0; i < contents.size(); ++i)
        contents[i] = static_cast<char>('a' + i % 19);
    std::shared_ptr<base::File> file =
        std::move(files.open(path, base::OpenMode::create_empty).value());
    ASSERT_TRUE(file->write_at(0, contents));
    handler_.on_run = [&](const std::shared_ptr<Exchange>& exchange) {
        const std::uint64_t length = exchange->head().path == "/short" ? 9'000'000 : 4'000'000;
        wire::Response response;
        response.stream = std::make_unique<FileSource>(wire::FileRange{file, 1000, length});
        exchange->respond(std::move(response));
    };
    RawClient client = connect();
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
        EXPECT_TRUE(client.read_answer().body == contents.substr(1000, 4'000'000));
    }
    ASSERT_TRUE(client.send("GET /short HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_FALSE(client.read_answer().whole);
    ASSERT_TRUE(files.remove(path));
}

TEST_F(HttpServerTest, ListensOnAUnixSocket) {
    serve();
    const std::string path =
        ::testing::TempDir() + "server_" + std::to_string(::getpid()) + ".sock";
    ASSERT_TRUE(server_->listen_unix(path));
    RawClient client = RawClient::unix_socket(path);
    ASSERT_TRUE(client.send("GET /u HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_EQ(client.read_answer().body, "GET /u ");
    EXPECT_FALSE(server_->listen_unix(path));
    EXPECT_FALSE(server_->listen_unix(std::string(200, 'x')));
    EXPECT_FALSE(server_->listen_tcp("nonsense"));
    EXPECT_FALSE(server_->listen_tcp("127.0.0.1:99999"));
    EXPECT_FALSE(server_->listen_tcp("1.2.3.4:0"));  // not an address of this machine
}

TEST_F(HttpServerTest, DrainsWhatIsInFlight) {
    Parked parked;
    handler_.on_run = [&](std::shared_ptr<Exchange> exchange) { parked.put(std::move(exchange)); };
    RawClient idle = connect();
    RawClient busy = connect();
    ASSERT_TRUE(busy.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    ASSERT_TRUE(eventually([&] { return parked.is_there() && server_->connection_count() == 2; }));
    bool clean = false;
    std::thread stopper([&] { clean = server_->stop(5000); });
    EXPECT_TRUE(idle.is_closed());
    wire::Response response;
    response.body = "late";
    parked.take()->respond(std::move(response));
    const RawAnswer answer = busy.read_answer();
    EXPECT_EQ(answer.body, "late");
    EXPECT_EQ(answer.headers.at("connection"), "close");
    EXPECT_TRUE(busy.is_closed());
    busy.shut_sending();
    stopper.join();
    EXPECT_TRUE(clean);
}

TEST_F(HttpServerTest, CutsOffWhatOutlastsTheDrain) {
    Parked parked;
    handler_.on_run = [&](std::shared_ptr<Exchange> exchange) { parked.put(std::move(exchange)); };
    RawClient busy = connect();
    ASSERT_TRUE(busy.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    ASSERT_TRUE(eventually([&] { return parked.is_there(); }));
    EXPECT_FALSE(server_->stop(50));
    EXPECT_TRUE(busy.is_closed());
    EXPECT_EQ(server_->connection_count(), 0U);
    parked.take()->respond({});
}

}  // namespace
}  // namespace server

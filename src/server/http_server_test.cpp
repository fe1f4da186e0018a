// The server over real sockets: protocol cases, hostile clients, budgets, drain.
#include "server/http_server.h"

#include <unistd.h>

#include <thread>

#include "server/fixture_testing.h"

namespace server {
namespace {

using testing::eventually;
using testing::HttpServerTest;
using testing::Parked;
using testing::RawAnswer;
using testing::RawClient;

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

TEST_F(HttpServerTest, ListensOnAUnixSocket) {
    serve();
    const std::string path =
        ::testing::TempDir() + "server_" + std::to_string(::getpid()) + ".sock";
    ASSERT_TRUE(server_->listen_unix(path));
    RawClient client = RawClient::unix_socket(path);
    ASSERT_TRUE(client.send("GET /u HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_EQ(client.read_answer().body, "GET /u ");
    EXPECT_FALSE(server_->listen_unix(path));
    server_->stop(0);
    EXPECT_NE(::access(path.c_str(), F_OK), 0);
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

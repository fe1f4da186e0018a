// Answers that are written while they are sent, over real sockets.
#include "server/fixture_testing.h"
#include "wire/live_body.h"

namespace server {
namespace {

using testing::eventually;
using testing::RawClient;

constexpr const char* get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

class LiveTest : public testing::HttpServerTest {
  protected:
    // Every request is answered with a body that the test writes.
    void answer_live(std::size_t queued_bytes_max = 1 << 20) {
        handler_.on_run = [this, queued_bytes_max](const std::shared_ptr<Exchange>& exchange) {
            wire::Response response;
            response.headers.add("Content-Type", "text/event-stream");
            auto body = std::make_shared<wire::LiveBody>(queued_bytes_max);
            body->when_gone([this] { ++gone_; });
            response.live = body;
            {
                const std::lock_guard lock(mutex_);
                body_ = body;
            }
            exchange->respond(std::move(response));
        };
    }
    std::shared_ptr<wire::LiveBody> body() {
        EXPECT_TRUE(eventually([this] {
            const std::lock_guard lock(mutex_);
            return body_ != nullptr;
        }));
        const std::lock_guard lock(mutex_);
        return std::exchange(body_, nullptr);
    }
    std::atomic<int> gone_{0};

  private:
    std::mutex mutex_;
    std::shared_ptr<wire::LiveBody> body_;
};

TEST_F(LiveTest, IsSentAsItIsWritten) {
    answer_live();
    RawClient client = connect();
    ASSERT_TRUE(client.send(get));
    const auto live = body();
    EXPECT_NE(client.read_until("\r\n\r\n").find("Transfer-Encoding: chunked"), std::string::npos);
    EXPECT_TRUE(client.is_silent(20));
    EXPECT_TRUE(live->write("data: one\n\n"));
    EXPECT_EQ(client.read_until("\n\n\r\n"), "b\r\ndata: one\n\n\r\n");
    EXPECT_TRUE(live->write("data: two\n\n"));
    EXPECT_EQ(client.read_until("\n\n\r\n"), "b\r\ndata: two\n\n\r\n");
    live->finish();
    EXPECT_EQ(client.read_until("\r\n\r\n"), "0\r\n\r\n");
    EXPECT_FALSE(live->write("late"));
    // The connection goes on.
    ASSERT_TRUE(client.send(get));
    body()->finish();
    EXPECT_NE(client.read_until("0\r\n\r\n").find("200 OK"), std::string::npos);
    EXPECT_EQ(gone_, 0);
}

TEST_F(LiveTest, WhatWasWrittenBeforeTheAnswerIsSent) {
    handler_.on_run = [](const std::shared_ptr<Exchange>& exchange) {
        wire::Response response;
        response.live = std::make_shared<wire::LiveBody>();
        response.live->write("all ");
        response.live->write("of it");
        response.live->finish();
        exchange->respond(std::move(response));
    };
    RawClient client = connect();
    ASSERT_TRUE(client.send(get));
    EXPECT_NE(client.read_until("0\r\n\r\n").find("9\r\nall of it\r\n"), std::string::npos);
}

TEST_F(LiveTest, AClientThatLeavesIsNoticed) {
    answer_live();
    {
        RawClient client = connect();
        ASSERT_TRUE(client.send(get));
        client.read_until("\r\n\r\n");
    }
    const auto live = body();
    EXPECT_TRUE(eventually([&] { return gone_ == 1; }));
    EXPECT_TRUE(live->is_gone());
    EXPECT_FALSE(live->write("anybody?"));
    std::atomic<bool> told = false;
    live->when_gone([&] { told = true; });
    EXPECT_TRUE(told);
}

TEST_F(LiveTest, AnEndBeforeTheAnswerIsALeaveWhereTheHandlerSaysSo) {
    testing::Parked parked;
    std::atomic<bool> left = false;
    handler_.on_plan = [](Exchange&) {
        BodyPlan plan;
        plan.end_is_gone = true;
        return plan;
    };
    handler_.on_run = [&](const std::shared_ptr<Exchange>& exchange) {
        exchange->when_gone([&] { left = true; });
        parked.put(exchange);
    };
    RawClient client = connect();
    ASSERT_TRUE(client.send(get));
    ASSERT_TRUE(eventually([&] { return parked.is_there(); }));
    client.shut_sending();
    EXPECT_TRUE(eventually([&] { return left.load(); }));
    parked.take()->respond({});
}

TEST_F(LiveTest, AClientThatReadsTooSlowlyIsCutOffAtTheQueuesMaximum) {
    answer_live(64 * 1024);
    RawClient client = connect();
    client.set_receive_buffer(4096);
    ASSERT_TRUE(client.send(get));
    const auto live = body();
    const std::string full(64 * 1024, 'x');
    EXPECT_TRUE(live->write(full));  // exactly as much as may be queued
    int written = 1;
    while (live->write(full) && written < 10'000)
        ++written;
    EXPECT_LT(written, 10'000);
    EXPECT_TRUE(eventually([&] { return live->is_gone(); }));
    EXPECT_EQ(client.read_until("0\r\n\r\n").find("0\r\n\r\n"), std::string::npos);
}

TEST_F(LiveTest, AnIdleBodyIsNotCutOffForItsSilence) {
    options_.peer_grace_ms = 20;
    options_.sweep_period_ms = 5;
    options_.idle_timeout_ms = 20;
    options_.head_timeout_ms = 20;
    answer_live();
    RawClient client = connect();
    ASSERT_TRUE(client.send(get));
    const auto live = body();
    client.read_until("\r\n\r\n");
    EXPECT_TRUE(client.is_silent(150));
    EXPECT_TRUE(live->write("still here"));
    EXPECT_EQ(client.read_until("here\r\n"), "a\r\nstill here\r\n");
    live->finish();
}

TEST_F(LiveTest, OldClientsGetTheBytesAndTheEndOfTheConnection) {
    answer_live();
    RawClient client = connect();
    ASSERT_TRUE(client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
    const auto live = body();
    const std::string head = client.read_until("\r\n\r\n");
    EXPECT_EQ(head.find("chunked"), std::string::npos) << head;
    EXPECT_NE(head.find("Connection: close"), std::string::npos) << head;
    live->write("plain");
    EXPECT_EQ(client.read_until("plain"), "plain");
    live->finish();
    EXPECT_TRUE(client.is_closed());
}

TEST_F(LiveTest, HeadHasNoBody) {
    answer_live();
    RawClient client = connect();
    ASSERT_TRUE(client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n"));
    const auto live = body();
    EXPECT_EQ(client.read_answer(true).status, 200);
    EXPECT_TRUE(eventually([&] { return live->is_gone(); }));
    ASSERT_TRUE(client.send(get));
    body()->finish();
    EXPECT_NE(client.read_until("0\r\n\r\n").find("200 OK"), std::string::npos);
}

TEST_F(LiveTest, StopEndsBodiesThatHaveNoEnd) {
    answer_live();
    RawClient client = connect();
    ASSERT_TRUE(client.send(get));
    const auto live = body();
    client.read_until("\r\n\r\n");
    EXPECT_TRUE(server_->stop(5000));
    EXPECT_TRUE(live->is_gone());
    EXPECT_TRUE(eventually([&] { return gone_ == 1; }));
}

}  // namespace
}  // namespace server

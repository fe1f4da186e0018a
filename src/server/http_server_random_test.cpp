// Many pipelined requests of every kind, cut into pieces at random, some clients leaving in the
// middle: every answer is the right one, in order, and nothing is kept afterwards. A failure names
// its seed.
#include <random>

#include "server/fixture_testing.h"
#include "wire/sha256.h"

namespace server {
namespace {

using testing::eventually;
using testing::RawClient;

constexpr int rounds = 60;

class HashSink final : public wire::BodySink {
  public:
    HashSink(std::shared_ptr<Exchange> exchange, std::atomic<int>& ended)
        : exchange_(std::move(exchange)), ended_(ended) {}
    base::Result<void> write(std::string_view bytes) override {
        hash_.update(bytes);
        return base::ok();
    }
    void finish() override {
        ++ended_;
        wire::Response response;
        response.body = wire::to_hex(hash_.finish());
        exchange_->respond(std::move(response));
    }
    void abort() override { ++ended_; }

  private:
    std::shared_ptr<Exchange> exchange_;
    std::atomic<int>& ended_;
    wire::Sha256 hash_;
};

struct Script {
    std::string text;
    std::vector<std::string> answers;  // expected bodies
};

class RandomTest : public testing::HttpServerTest {
  protected:
    RandomTest() {
        handler_.on_plan = [](Exchange& exchange) {
            BodyPlan plan;
            plan.kind =
                exchange.head().path == "/stream" ? BodyPlan::Kind::stream : BodyPlan::Kind::buffer;
            plan.run_on_io_thread = exchange.head().path == "/inline";
            plan.body_bytes_max = 4 << 20;
            return plan;
        };
        handler_.on_run = [](const std::shared_ptr<Exchange>& exchange) {
            wire::Response response;
            response.body = wire::sha256_hex(exchange->body());
            exchange->respond(std::move(response));
        };
        handler_.on_open = [this](std::shared_ptr<Exchange> exchange) {
            ++opened_;
            return std::make_unique<HashSink>(std::move(exchange), ended_);
        };
    }

    std::size_t below(std::size_t end) { return random_() % end; }

    std::size_t body_size() {
        switch (below(6)) {
            case 0:
                return 0;
            case 1:
                return below(20);
            case 2:
                return below(5000);
            case 3:
                return 65536 - 2 + below(5);
            case 4:
                return wire::body_chunk_bytes_max - 2 + below(5);
            default:
                return below(900'000);
        }
    }

    void add_request(Script& script) {
        static constexpr const char* paths[] = {"/stream", "/buffer", "/inline"};
        std::string body(body_size(), ' ');
        for (char& c : body)
            c = static_cast<char>(random_());
        std::string head = std::string("PUT ") + paths[below(3)] + " HTTP/1.1\r\nHost: h\r\n";
        if (below(5) == 0) head += "Expect: 100-continue\r\n";
        if (below(2) == 0) {
            script.text +=
                head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
        } else {
            script.text += head + "Transfer-Encoding: chunked\r\n\r\n";
            const std::size_t chunk_max = 1 + below(below(2) == 0 ? 50 : 100'000);
            for (std::size_t at = 0; at < body.size();) {
                const std::size_t count = std::min(1 + below(chunk_max), body.size() - at);
                char size[20];
                std::snprintf(size, sizeof(size), "%zx\r\n", count);
                script.text += size + body.substr(at, count) + "\r\n";
                at += count;
            }
            script.text += "0\r\n\r\n";
        }
        script.answers.push_back(wire::sha256_hex(body));
    }

    Script make_script() {
        Script script;
        const std::size_t count = 1 + below(6);
        for (std::size_t i = 0; i < count; ++i)
            add_request(script);
        return script;
    }

    bool send_in_pieces(RawClient& client, std::string_view text) {
        const std::size_t piece_max = below(3) == 0 ? 2000 : 200'000;
        while (!text.empty()) {
            const std::size_t count = std::min(1 + below(piece_max), text.size());
            if (!client.send(text.substr(0, count))) return false;
            text.remove_prefix(count);
        }
        return true;
    }

    void expect_answers(RawClient& client, const Script& script) {
        for (const std::string& expected : script.answers) {
            testing::RawAnswer answer = client.read_answer();
            while (answer.status == 100)
                answer = client.read_answer();
            ASSERT_EQ(answer.status, 200);
            ASSERT_EQ(answer.body, expected);
        }
    }

    std::mt19937_64 random_;
    std::atomic<int> opened_{0};
    std::atomic<int> ended_{0};
};

TEST_F(RandomTest, EveryAnswerIsTheRightOne) {
    for (std::uint64_t seed = 1; seed <= rounds; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        random_.seed(seed);
        const Script script = make_script();
        RawClient client = connect();
        if (below(5) == 0) {
            send_in_pieces(client,
                           std::string_view(script.text).substr(0, below(script.text.size())));
            client.reset();
            continue;
        }
        ASSERT_TRUE(send_in_pieces(client, script.text));
        ASSERT_NO_FATAL_FAILURE(expect_answers(client, script));
    }
    EXPECT_TRUE(eventually([this] { return server_->connection_count() == 0; }));
    EXPECT_TRUE(eventually([this] { return server_->memory_bytes() == 0; }));
    EXPECT_TRUE(eventually([this] { return opened_ == ended_; }));
}

}  // namespace
}  // namespace server

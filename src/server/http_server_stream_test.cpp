// Bodies that are not held in memory, both ways, over real sockets.
#include <unistd.h>

#include <chrono>
#include <thread>

#include "os/file_system.h"
#include "server/fixture_testing.h"

namespace server {
namespace {

using testing::eventually;
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
class StreamTest : public testing::HttpServerTest {
  protected:
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
};

TEST_F(StreamTest, StreamsBodiesOfAllSizesIntoASink) {
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

TEST_F(StreamTest, StreamsChunkedBodiesAndPipelinesBehindThem) {
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

// The sink is held until all of the request lies in the server's buffers: its end must be found
// there, for nothing more will come.
TEST_F(StreamTest, FindsTheEndOfAChunkedBodyInItsBuffers) {
    for (const std::size_t size :
         {wire::body_chunk_bytes_max - 1, wire::body_chunk_bytes_max,
          wire::body_chunk_bytes_max + 1, 2 * wire::body_chunk_bytes_max + 4000}) {
        auto log = std::make_shared<SinkLog>();
        std::atomic<bool> open{false};
        stream_into(log, [&](LogSink& sink) {
            sink.on_write = [&] {
                while (!open)
                    std::this_thread::sleep_for(std::chrono::milliseconds(1));
            };
        });
        RawClient client = connect();
        std::string request = "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
        std::size_t left = size;
        for (; left >= 15; left -= 15)
            request += "f\r\n" + std::string(15, 'c') + "\r\n";
        for (; left > 0; --left)
            request += "1\r\nc\r\n";
        request += "0\r\n\r\n";
        ASSERT_TRUE(client.send(request));
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        open = true;
        EXPECT_EQ(client.read_answer().body, "took " + std::to_string(size));
        EXPECT_EQ(log->finished, 1);
    }
}

// The sink is held until its buffer is full and the end of the body lies behind it, read but not
// taken: no read may pend then, or it would take the next request's bytes.
TEST_F(StreamTest, ReadsNothingBeyondAChunkedBodysEnd) {
    for (std::size_t more = 0; more < 24'000; more += 1'500) {
        const std::size_t size = wire::body_chunk_bytes_max + more;
        std::atomic<bool> open{false};
        stream_into(std::make_shared<SinkLog>(), [&](LogSink& sink) {
            sink.on_write = [&] {
                while (!open)
                    std::this_thread::sleep_for(std::chrono::milliseconds(1));
            };
        });
        RawClient client = connect();
        std::string request = "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
        std::size_t left = size;
        for (; left >= 100; left -= 100)
            request += "64\r\n" + std::string(100, 'c') + "\r\n";
        for (; left > 0; --left)
            request += "1\r\nc\r\n";
        ASSERT_TRUE(client.send(request + "0\r\n\r\n"));
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        open = true;
        ASSERT_EQ(client.read_answer().body, "took " + std::to_string(size));
        ASSERT_TRUE(client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"));
        ASSERT_EQ(client.read_answer().body, "took 5") << size;
    }
}

TEST_F(StreamTest, StreamedBodiesWaitForContinue) {
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

TEST_F(StreamTest, ASlowSinkHoldsTheClientBack) {
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

TEST_F(StreamTest, AbortsTheSinkWhenTheClientGoes) {
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

TEST_F(StreamTest, AnswersAndAbortsWhenTheSinkFails) {
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

TEST_F(StreamTest, StreamsAnswersOfAnySizeInLittleMemory) {
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

TEST_F(StreamTest, SendsBodiesThatAreInMemoryAtOnce) {
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

TEST_F(StreamTest, SendsFileRangesWithoutReadingThem) {
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

TEST_F(StreamTest, ALengthAloneCostsNoMemory) {
    auto log = std::make_shared<SinkLog>();
    stream_into(log);
    RawClient client = connect();
    ASSERT_TRUE(client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 5368709120\r\n\r\n" +
                            std::string(600'000, 'x')));
    ASSERT_TRUE(eventually([&] { return log->writes >= 2; }));
    EXPECT_EQ(server_->memory_bytes(), 2 * wire::body_chunk_bytes_max);
    client.reset();
    EXPECT_TRUE(eventually([&] { return log->aborted == 1; }));
    RawClient larger = connect();
    ASSERT_TRUE(larger.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 6442450945\r\n\r\n"));
    EXPECT_EQ(larger.read_answer().status, 413);
}

}  // namespace
}  // namespace server

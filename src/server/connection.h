// One client's connection: a state machine on its loop's thread. Requests are taken one after
// another; what a client sends ahead waits in the socket (and one read of it in input_).
//
//   head -> body -> running -> answering -> head …            small bodies, held in memory
//   head -> opening -> streaming -> running -> answering …    streamed bodies
//   answering -> lingering -> closed                          the last answer
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "server/core.h"
#include "server/exchange.h"
#include "wire/http1.h"

namespace server {

class Connection : public std::enable_shared_from_this<Connection> {
  public:
    // One read of what is not known to be a body.
    static constexpr std::size_t ahead_bytes = 16 * 1024;

    Connection(std::shared_ptr<Core> core, std::unique_ptr<os::Socket> socket);
    ~Connection();

    // All but loop() and post_answer: on the loop.
    void start();
    // Too many connections: answer so and close.
    void start_refused();
    void sweep(std::int64_t now_ns);
    void drain();
    void close();

    const std::shared_ptr<os::EventLoop>& loop() const { return socket_->loop(); }
    Core& core() const { return *core_; }
    const os::Peer& peer() const { return socket_->peer(); }
    // The answer to request `number`. Any thread.
    void post_answer(std::uint64_t number, wire::Response response);

  private:
    enum class State { head, body, opening, streaming, running, answering, lingering, closed };

    // connection.cpp: heads and what follows from them
    void wait_for_head();
    void read_ahead();
    void take_ahead(base::Result<std::size_t> count);
    void parse_input();
    void begin_request();
    void refuse(const std::shared_ptr<ExchangeImpl>& exchange, RefusalReason reason, int status,
                const char* why);
    void refuse_head(int status, std::string_view why);
    void run(std::shared_ptr<ExchangeImpl> exchange);
    void linger();
    void peer_gone();

    // connection_body.cpp: request bodies
    void begin_body(std::shared_ptr<ExchangeImpl> exchange, const BodyPlan& plan);
    void send_continue(std::shared_ptr<ExchangeImpl> exchange);
    void receive(std::shared_ptr<ExchangeImpl> exchange);
    void read_sized(std::shared_ptr<ExchangeImpl> exchange);
    void read_chunked(std::shared_ptr<ExchangeImpl> exchange);
    bool take_chunked(const std::shared_ptr<ExchangeImpl>& exchange, std::string_view bytes,
                      std::size_t& taken);
    void body_is_whole(std::shared_ptr<ExchangeImpl> exchange);
    void open_sink(std::shared_ptr<ExchangeImpl> exchange, bool body_is_there);
    void sink_opened(std::shared_ptr<ExchangeImpl> exchange, std::shared_ptr<wire::BodySink> sink);
    void pump(const std::shared_ptr<ExchangeImpl>& exchange);
    void give_to_sink(const std::shared_ptr<ExchangeImpl>& exchange);
    void give_last_to_sink(const std::shared_ptr<ExchangeImpl>& exchange);
    std::string take_filled();
    void take_from_input(const std::shared_ptr<ExchangeImpl>& exchange, bool& refused);
    void read_for_sink(const std::shared_ptr<ExchangeImpl>& exchange);
    void pumped(std::shared_ptr<ExchangeImpl> exchange, base::Result<void> result,
                std::string buffer);
    void abort_sink();
    bool account_read(base::Result<std::size_t>& count);
    void start_waiting();
    void stop_waiting();

    // connection_answer.cpp: answers
    void answer(wire::Response response);
    void append_head();
    void start_sending();
    void write_body();
    void pull_body();
    void write_pulled(base::Result<std::size_t> count);
    void answered();

    // connection_live.cpp: bodies that are written while they are sent
    void begin_live(bool with_body);
    void write_live();
    void take_live();
    void live_gone();

    const std::shared_ptr<Core> core_;
    const std::unique_ptr<os::Socket> socket_;
    State state_ = State::head;
    std::uint64_t number_ = 0;  // of the request
    bool keep_alive_ = true;
    bool says_keep_alive_ = false;
    bool head_only_ = false;  // the request is HEAD
    bool body_is_whole_ = true;
    bool peer_done_ = false;  // it will send nothing more
    bool end_is_gone_ = false;
    bool http_1_0_ = false;  // knows no chunks
    bool reading_ = false;
    bool writing_ = false;

    std::string input_;  // read and not taken yet
    std::unique_ptr<char[]> ahead_;
    wire::http1::HeadParser parser_;
    std::int64_t deadline_ns_ = 0;  // head, lingering

    // The request's body.
    struct Incoming {
        bool streamed = false;
        bool chunked = false;
        bool expects_continue = false;
        std::uint64_t bytes_max = 0;
        std::uint64_t left = 0;      // sized bodies: not read yet
        std::uint64_t received = 0;  // payload bytes
        bool run_on_io_thread = false;
        std::unique_ptr<wire::http1::ChunkedDecoder> decoder;
        std::string filling;  // streamed: read, not given to the sink yet
        std::size_t filled = 0;
        std::string spare;  // streamed: the other buffer
        std::shared_ptr<wire::BodySink> sink;
        bool sink_busy = false;
        std::int64_t waited_ns = 0;  // for the peer, in finished reads
    };
    Incoming incoming_;
    std::weak_ptr<ExchangeImpl> exchange_;
    std::int64_t waiting_since_ns_ = 0;  // a read of the body or a write pends; 0: none
    // The peer's pace: within each peer_grace_ms of waiting it must move enough bytes.
    std::int64_t pace_waited_ns_ = 0;
    std::uint64_t pace_bytes_ = 0;

    // The answer.
    std::optional<wire::Response> waiting_answer_;  // came while a write was pending
    wire::Response response_;
    std::string response_head_;
    std::shared_ptr<wire::BodySource> source_;  // pulled on the pool
    std::shared_ptr<wire::LiveBody> live_;
    std::string live_out_;  // being written
    std::string pulled_;
    std::uint64_t body_left_ = 0;
    std::uint64_t answer_reserved_bytes_ = 0;
    std::uint64_t sent_before_ = 0;         // at the start of the pending write
    std::uint64_t counted_sent_bytes_ = 0;  // in the metric already
};

}  // namespace server

// Request bodies: into memory, or through two buffers into a sink. While the sink works on one
// buffer the other is filled; when both are full the socket is not read, so a fast client waits for
// a slow disk and nothing grows.
#include <algorithm>

#include "server/connection.h"

namespace server {

namespace {

// A body in memory grows by doubling from here, so that a length alone costs no memory.
constexpr std::size_t first_read_bytes = 64 * 1024;
// A streamed body up to this length that needs no "100 Continue" is read before its sink is
// opened: one trip to the pool instead of three.
constexpr std::uint64_t small_body_bytes = 64 * 1024;

}  // namespace

void Connection::begin_body(std::shared_ptr<ExchangeImpl> exchange, const BodyPlan& plan) {
    incoming_.streamed = plan.kind == BodyPlan::Kind::stream;
    incoming_.bytes_max = plan.body_bytes_max;
    incoming_.run_on_io_thread = plan.run_on_io_thread;
    if (incoming_.chunked) {
        incoming_.decoder = std::make_unique<wire::http1::ChunkedDecoder>(core_->options.limits);
    }
    const bool small = incoming_.streamed && !incoming_.chunked && !incoming_.expects_continue &&
                       incoming_.left <= small_body_bytes;
    const std::uint64_t need_bytes =
        incoming_.streamed && !small
            ? 2 * std::min<std::uint64_t>(wire::body_chunk_bytes_max,
                                          incoming_.chunked ? ~std::uint64_t{0} : incoming_.left)
            : incoming_.left;
    if (need_bytes > 0) {
        if (!core_->reserve(need_bytes)) {
            refuse(exchange, RefusalReason::busy, 503, "too much memory is in use");
            return;
        }
        exchange->add_reserved(need_bytes);
    }
    if (incoming_.streamed && !small) {
        open_sink(std::move(exchange), false);
        return;
    }
    state_ = State::body;
    exchange->buffer() = core_->take_buffer();
    if (body_is_whole_) {
        body_is_whole(std::move(exchange));
    } else if (incoming_.expects_continue) {
        send_continue(std::move(exchange));
    } else {
        receive(std::move(exchange));
    }
}

void Connection::send_continue(std::shared_ptr<ExchangeImpl> exchange) {
    incoming_.expects_continue = false;
    // A client that sends without waiting needs no invitation.
    if (!input_.empty()) {
        receive(std::move(exchange));
        return;
    }
    const std::string_view part = wire::http1::continue_response;
    writing_ = true;
    socket_->write({&part, 1}, [self = shared_from_this(),
                                exchange = std::move(exchange)](base::Result<void> result) mutable {
        self->writing_ = false;
        if (self->state_ == State::closed) return;
        if (!result) {
            self->close();
        } else if (self->waiting_answer_) {
            self->answer(std::move(*std::exchange(self->waiting_answer_, std::nullopt)));
        } else {
            self->receive(std::move(exchange));
        }
    });
}

void Connection::start_waiting() {
    waiting_since_ns_ = core_->environment.clock.monotonic_ns();
}

void Connection::stop_waiting() {
    incoming_.waited_ns += core_->environment.clock.monotonic_ns() - waiting_since_ns_;
    waiting_since_ns_ = 0;
}

// After a read of the body: false when there is nothing to go on with.
bool Connection::account_read(base::Result<std::size_t>& count) {
    reading_ = false;
    if (state_ == State::closed) return false;
    if (state_ != State::body && state_ != State::streaming) {
        // An answer overtook the body.
        if (!count || count.value() == 0) peer_done_ = true;
        if (state_ == State::lingering) peer_done_ ? close() : read_ahead();
        return false;
    }
    stop_waiting();
    if (!count || count.value() == 0) {
        peer_done_ = true;
        peer_gone();
        return false;
    }
    core_->received_bytes.add(count.value());
    return true;
}

// Take what input_ has, then read on.
void Connection::receive(std::shared_ptr<ExchangeImpl> exchange) {
    if (incoming_.streamed && state_ != State::body) {
        state_ = State::streaming;
        pump(exchange);
        return;
    }
    if (incoming_.chunked) {
        read_chunked(std::move(exchange));
        return;
    }
    std::string& body = exchange->buffer();
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(incoming_.left, input_.size()));
    body.assign(input_, 0, count);
    input_.erase(0, count);
    incoming_.left -= count;
    incoming_.received = count;
    if (incoming_.left == 0) {
        body_is_whole(std::move(exchange));
    } else {
        read_sized(std::move(exchange));
    }
}

void Connection::read_sized(std::shared_ptr<ExchangeImpl> exchange) {
    std::string& body = exchange->buffer();
    const auto received = static_cast<std::size_t>(incoming_.received);
    if (body.size() == received) {
        const std::size_t more = std::max(first_read_bytes, received);
        body.resize(received +
                    static_cast<std::size_t>(std::min<std::uint64_t>(incoming_.left, more)));
    }
    start_waiting();
    reading_ = true;
    socket_->read({body.data() + received, body.size() - received},
                  [self = shared_from_this(), exchange](base::Result<std::size_t> count) mutable {
                      if (!self->account_read(count)) return;
                      Incoming& incoming = self->incoming_;
                      incoming.received += count.value();
                      incoming.left -= count.value();
                      if (incoming.left > 0) {
                          self->read_sized(std::move(exchange));
                      } else {
                          self->body_is_whole(std::move(exchange));
                      }
                  });
}

// Chunked bodies, in memory and streamed alike, come through input_.
void Connection::read_chunked(std::shared_ptr<ExchangeImpl> exchange) {
    std::size_t taken = 0;
    if (!take_chunked(exchange, input_, taken)) return;
    input_.erase(0, taken);
    if (incoming_.decoder->finished()) {
        exchange->set_trailers(incoming_.decoder->trailers());
        body_is_whole(std::move(exchange));
        return;
    }
    if (!ahead_) ahead_ = std::make_unique<char[]>(ahead_bytes);
    start_waiting();
    reading_ = true;
    socket_->read({ahead_.get(), ahead_bytes},
                  [self = shared_from_this(), exchange](base::Result<std::size_t> count) mutable {
                      if (!self->account_read(count)) return;
                      self->input_.append(self->ahead_.get(), count.value());
                      self->read_chunked(std::move(exchange));
                  });
}

// Decode `bytes` into the body. False when the request was refused.
bool Connection::take_chunked(const std::shared_ptr<ExchangeImpl>& exchange, std::string_view bytes,
                              std::size_t& taken) {
    bool fits = true;
    bool budget = true;
    std::string& into = incoming_.streamed ? incoming_.filling : exchange->buffer();
    base::UniqueFunction<void(std::string_view)> emit = [&](std::string_view piece) {
        fits = fits && piece.size() <= incoming_.bytes_max - incoming_.received;
        if (!fits || !budget) return;
        if (!incoming_.streamed) {
            budget = core_->reserve(piece.size());
            if (!budget) return;
            exchange->add_reserved(piece.size());
        }
        incoming_.received += piece.size();
        into += piece;
    };
    const auto count = incoming_.decoder->feed(bytes, emit);
    if (!count) {
        refuse(exchange, RefusalReason::bad_request, incoming_.decoder->refusal().status,
               incoming_.decoder->refusal().reason.data());
    } else if (!fits) {
        refuse(exchange, RefusalReason::body_too_large, 413, "the body is too large");
    } else if (!budget) {
        refuse(exchange, RefusalReason::busy, 503, "too much memory is in use");
    } else {
        taken = *count;
        return true;
    }
    return false;
}

void Connection::body_is_whole(std::shared_ptr<ExchangeImpl> exchange) {
    body_is_whole_ = true;
    if (incoming_.streamed) {
        open_sink(std::move(exchange), true);
    } else {
        run(std::move(exchange));
    }
}

// ---- streamed ----

namespace {

// The last bytes of a body, and its end. On the pool.
void write_last(Handler& handler, Exchange& exchange, wire::BodySink& sink,
                std::string_view bytes) {
    const auto result = bytes.empty() ? base::Result<void>(base::ok()) : sink.write(bytes);
    if (result) {
        sink.finish();
        return;
    }
    exchange.respond(handler.refuse(&exchange, RefusalReason::body_failed, 500, result.error()));
    sink.abort();
}

}  // namespace

void Connection::open_sink(std::shared_ptr<ExchangeImpl> exchange, bool body_is_there) {
    state_ = State::opening;
    Handler& handler = core_->handler;
    if (body_is_there) {
        // A small body: open, write and finish in one go.
        state_ = State::running;
        core_->environment.executor.post([&handler, exchange = std::move(exchange)] {
            if (auto sink = handler.open(exchange)) {
                write_last(handler, *exchange, *sink, exchange->body());
            }
        });
        if (input_.empty()) read_ahead();
        return;
    }
    core_->environment.executor.post(
        [self = shared_from_this(), &handler, exchange = std::move(exchange)]() mutable {
            std::shared_ptr<wire::BodySink> sink = handler.open(exchange);
            self->loop()->post([self, sink, exchange = std::move(exchange)]() mutable {
                self->sink_opened(std::move(exchange), std::move(sink));
            });
        });
}

void Connection::sink_opened(std::shared_ptr<ExchangeImpl> exchange,
                             std::shared_ptr<wire::BodySink> sink) {
    incoming_.sink = std::move(sink);
    if (state_ != State::opening) {  // closed, or answered meanwhile
        abort_sink();
        return;
    }
    if (!incoming_.sink) {
        state_ = State::running;  // the answer comes
        return;
    }
    const auto capacity = static_cast<std::size_t>(
        incoming_.chunked ? wire::body_chunk_bytes_max
                          : std::min<std::uint64_t>(incoming_.left, wire::body_chunk_bytes_max));
    incoming_.filling = core_->take_buffer();
    incoming_.filling.reserve(capacity);
    state_ = State::streaming;
    if (incoming_.expects_continue) {
        send_continue(std::move(exchange));
    } else {
        pump(exchange);
    }
}

// Fill the free buffer and keep the sink busy.
void Connection::pump(const std::shared_ptr<ExchangeImpl>& exchange) {
    Incoming& in = incoming_;
    bool refused = false;
    // A read of a sized body pends into the buffer itself; one of a chunked body does not.
    const bool buffer_is_free = !reading_ || in.chunked;
    if (buffer_is_free) take_from_input(exchange, refused);
    if (refused) return;
    if (!in.sink_busy && buffer_is_free) {
        if (body_is_whole_) {
            give_last_to_sink(exchange);
            return;
        }
        if (in.filled > 0) give_to_sink(exchange);
    }
    // What is left in input_ comes first: it may hold the end of the body, and a read that pends
    // beyond that end would take bytes of the next request.
    if (!reading_ && !body_is_whole_ && input_.empty() && in.filled < wire::body_chunk_bytes_max) {
        read_for_sink(exchange);
    }
}

// What came with the head, and all of chunked bodies: until the buffer is full, the body whole, or
// nothing is left. Only in the last case may more be read, or the end of the body could lie here
// while the socket is waited for.
void Connection::take_from_input(const std::shared_ptr<ExchangeImpl>& exchange, bool& refused) {
    Incoming& in = incoming_;
    const std::size_t max = wire::body_chunk_bytes_max;
    std::string_view rest = input_;
    if (rest.empty() || body_is_whole_) return;
    in.filling.resize(in.filled);
    while (!rest.empty() && !body_is_whole_ && in.filled < max) {
        const std::string_view piece = rest.substr(0, max - in.filled);
        std::size_t taken = 0;
        if (in.chunked) {
            refused = !take_chunked(exchange, piece, taken);
            if (refused) return;
            body_is_whole_ = in.decoder->finished();
        } else {
            taken = static_cast<std::size_t>(std::min<std::uint64_t>(in.left, piece.size()));
            in.filling.append(piece.substr(0, taken));
            in.received += taken;
            in.left -= taken;
            body_is_whole_ = in.left == 0;
        }
        in.filled = in.filling.size();
        rest.remove_prefix(taken);
    }
    input_.erase(0, input_.size() - rest.size());
}

std::string Connection::take_filled() {
    Incoming& in = incoming_;
    std::string full = std::exchange(in.filling, std::exchange(in.spare, {}));
    full.resize(std::exchange(in.filled, 0));
    in.filling.clear();
    return full;
}

void Connection::give_to_sink(const std::shared_ptr<ExchangeImpl>& exchange) {
    incoming_.sink_busy = true;
    core_->environment.executor.post([self = shared_from_this(), exchange, sink = incoming_.sink,
                                      full = take_filled()]() mutable {
        auto result = std::make_shared<base::Result<void>>(sink->write(full));
        self->loop()->post(
            [self, exchange = std::move(exchange), result, full = std::move(full)]() mutable {
                self->pumped(std::move(exchange), std::move(*result), std::move(full));
            });
    });
}

// The sink is the task's from here on: whatever becomes of the connection, the body is whole.
void Connection::give_last_to_sink(const std::shared_ptr<ExchangeImpl>& exchange) {
    state_ = State::running;
    core_->environment.executor.post(
        [&handler = core_->handler, exchange, sink = std::exchange(incoming_.sink, nullptr),
         full = take_filled()] { write_last(handler, *exchange, *sink, full); });
    if (input_.empty()) read_ahead();
}

void Connection::read_for_sink(const std::shared_ptr<ExchangeImpl>& exchange) {
    Incoming& in = incoming_;
    reading_ = true;
    start_waiting();
    auto taken = [self = shared_from_this(), exchange](base::Result<std::size_t> count) mutable {
        if (!self->account_read(count)) return;
        Incoming& incoming = self->incoming_;
        if (incoming.chunked) {
            self->input_.append(self->ahead_.get(), count.value());
        } else {
            incoming.filled += count.value();
            incoming.received += count.value();
            incoming.left -= count.value();
            self->body_is_whole_ = incoming.left == 0;
        }
        self->pump(exchange);
    };
    if (in.chunked) {
        if (!ahead_) ahead_ = std::make_unique<char[]>(ahead_bytes);
        socket_->read({ahead_.get(), ahead_bytes}, std::move(taken));
        return;
    }
    const auto room = static_cast<std::size_t>(
        std::min<std::uint64_t>(wire::body_chunk_bytes_max - in.filled, in.left));
    in.filling.resize(in.filled + room);
    socket_->read({in.filling.data() + in.filled, room}, std::move(taken));
}

void Connection::pumped(std::shared_ptr<ExchangeImpl> exchange, base::Result<void> result,
                        std::string buffer) {
    incoming_.sink_busy = false;
    if (!result) {
        exchange->respond(
            core_->handler.refuse(exchange.get(), RefusalReason::body_failed, 500, result.error()));
        if (state_ == State::streaming) state_ = State::running;
        body_is_whole_ = false;  // nobody takes the rest
        abort_sink();
    } else if (state_ != State::streaming) {  // closed, or answered meanwhile
        abort_sink();
    } else {
        incoming_.spare = std::move(buffer);
        pump(exchange);
    }
}

// The sink shall undo what it took; not while a write runs: pumped comes back here.
void Connection::abort_sink() {
    if (!incoming_.sink || incoming_.sink_busy) return;
    core_->environment.executor.post(
        [sink = std::exchange(incoming_.sink, nullptr)] { sink->abort(); });
}

}  // namespace server

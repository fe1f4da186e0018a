// Heads, and the ways from one state to the next.
#include "server/connection.h"

namespace server {

namespace {

std::int64_t to_ns(std::int64_t ms) {
    return ms * 1'000'000;
}

}  // namespace

Connection::Connection(std::shared_ptr<Core> core, std::unique_ptr<os::Socket> socket)
    : core_(std::move(core)), socket_(std::move(socket)), parser_(core_->options.limits) {}

Connection::~Connection() = default;

void Connection::start() {
    wait_for_head();
}

void Connection::start_refused() {
    core_->refused.add();
    keep_alive_ = false;
    wire::Response response =
        core_->handler.refuse(nullptr, RefusalReason::busy, 503,
                              {base::ErrorKind::limit, "there are too many connections", ""});
    state_ = State::running;
    answer(std::move(response));
}

void Connection::wait_for_head() {
    state_ = State::head;
    parser_.reset();
    incoming_ = {};
    const auto& options = core_->options;
    const std::int64_t wait_ms = input_.empty() ? options.idle_timeout_ms : options.head_timeout_ms;
    deadline_ns_ = core_->environment.clock.monotonic_ns() + to_ns(wait_ms);
    if (!input_.empty()) {
        parse_input();
    } else if (peer_done_) {
        close();
    } else {
        read_ahead();
    }
}

// Reads what comes next: in head the request's head; while a request runs the first bytes of the
// next one, or that the peer is gone; in lingering what is thrown away.
void Connection::read_ahead() {
    if (reading_ || peer_done_ || state_ == State::closed) return;
    if (!ahead_) ahead_ = std::make_unique<char[]>(ahead_bytes);
    reading_ = true;
    socket_->read({ahead_.get(), ahead_bytes},
                  [self = shared_from_this()](base::Result<std::size_t> count) {
                      self->take_ahead(std::move(count));
                  });
}

void Connection::take_ahead(base::Result<std::size_t> count) {
    reading_ = false;
    if (state_ == State::closed) return;
    if (count && count.value() > 0) {
        core_->received_bytes.add(count.value());
        if (state_ == State::lingering) {
            read_ahead();
            return;
        }
        if (input_.empty() && state_ == State::head) {
            deadline_ns_ =
                core_->environment.clock.monotonic_ns() + to_ns(core_->options.head_timeout_ms);
        }
        input_.append(ahead_.get(), count.value());
        // In other states it waits here for its turn, and the rest in the socket.
        if (state_ == State::head) parse_input();
        return;
    }
    peer_done_ = true;
    // A peer that only stopped sending may still read its answer; one that reset will not.
    const bool gone = !count || end_is_gone_ || live_ != nullptr;
    if (gone || state_ == State::head || state_ == State::lingering) peer_gone();
}

void Connection::peer_gone() {
    close();
}

void Connection::parse_input() {
    using Progress = wire::http1::HeadParser::Progress;
    switch (parser_.parse(input_)) {
        case Progress::incomplete:
            read_ahead();
            break;
        case Progress::refused:
            refuse_head(parser_.refusal().status, parser_.refusal().reason);
            break;
        case Progress::complete:
            begin_request();
            break;
    }
}

void Connection::refuse_head(int status, std::string_view why) {
    core_->refused.add();
    keep_alive_ = false;
    head_only_ = false;
    wire::Response response =
        core_->handler.refuse(nullptr, RefusalReason::bad_request, status,
                              {base::ErrorKind::invalid, std::string(why), ""});
    state_ = State::running;
    answer(std::move(response));
}

void Connection::begin_request() {
    const bool expects_continue = parser_.expects_continue();
    auto exchange =
        std::make_shared<ExchangeImpl>(shared_from_this(), ++number_, std::move(parser_.head()));
    input_.erase(0, parser_.head_bytes());
    exchange_ = exchange;
    core_->requests.add();
    const wire::RequestHead& head = exchange->head();
    head_only_ = head.method == "HEAD";
    keep_alive_ = head.keep_alive;
    says_keep_alive_ = wire::equals_ignoring_case(head.headers.get("connection"), "keep-alive");
    pace_waited_ns_ = 0;
    pace_bytes_ = 0;
    incoming_.chunked = head.chunked;
    incoming_.left = head.content_length.value_or(0);
    incoming_.expects_continue = expects_continue;
    body_is_whole_ = !head.chunked && incoming_.left == 0;

    http_1_0_ = parser_.is_http_1_0();
    BodyPlan plan = core_->handler.plan(*exchange);
    end_is_gone_ = plan.end_is_gone;
    if (plan.kind == BodyPlan::Kind::refuse) {
        state_ = State::running;
        exchange->respond(std::move(plan.refusal));
        return;
    }
    if (incoming_.left > plan.body_bytes_max) {
        refuse(exchange, RefusalReason::body_too_large, 413, "the body is too large");
        return;
    }
    begin_body(std::move(exchange), plan);
}

void Connection::refuse(const std::shared_ptr<ExchangeImpl>& exchange, RefusalReason reason,
                        int status, const char* why) {
    core_->refused.add();
    if (state_ != State::streaming) state_ = State::running;
    exchange->respond(
        core_->handler.refuse(exchange.get(), reason, status, {base::ErrorKind::limit, why, ""}));
}

void Connection::run(std::shared_ptr<ExchangeImpl> exchange) {
    state_ = State::running;
    Handler& handler = core_->handler;
    if (incoming_.run_on_io_thread) {
        handler.run(std::move(exchange));
    } else {
        core_->environment.executor.post([&handler, exchange = std::move(exchange)]() mutable {
            handler.run(std::move(exchange));
        });
    }
    if (input_.empty()) read_ahead();
}

void Connection::post_answer(std::uint64_t number, wire::Response response) {
    auto shared = std::make_shared<wire::Response>(std::move(response));
    loop()->post([self = shared_from_this(), number, shared] {
        if (self->number_ == number) self->answer(std::move(*shared));
    });
}

void Connection::linger() {
    socket_->shutdown_send();
    abort_sink();
    input_.clear();
    input_.shrink_to_fit();
    if (peer_done_) {
        close();
        return;
    }
    state_ = State::lingering;
    deadline_ns_ = core_->environment.clock.monotonic_ns() + to_ns(core_->options.linger_ms);
    read_ahead();
}

void Connection::drain() {
    // A request whose head is whole is finished; everything else ends here. A live answer may have
    // no end; what was written of it still goes out, and its end when that is written.
    if (live_ && !writing_) take_live();
    const bool silent = live_ && !writing_;
    if (state_ == State::head || silent) close();
}

void Connection::close() {
    if (state_ == State::closed) return;
    const auto self = shared_from_this();
    state_ = State::closed;
    socket_->close();
    abort_sink();
    core_->release(std::exchange(answer_reserved_bytes_, 0));
    waiting_answer_.reset();
    if (!writing_) response_ = {};
    live_gone();
    if (const auto exchange = exchange_.lock()) exchange->gone();
    core_->remove(*this);
}

void Connection::sweep(std::int64_t now_ns) {
    if (state_ == State::head || state_ == State::lingering) {
        if (now_ns < deadline_ns_) return;
        if (state_ == State::head && !input_.empty()) core_->cut_off.add();
        close();
        return;
    }
    if (waiting_since_ns_ == 0) return;
    const bool sending = state_ == State::answering;
    const std::uint64_t bytes = sending ? socket_->sent_bytes() - sent_before_ : incoming_.received;
    const std::int64_t waited_ns = now_ns - waiting_since_ns_ + (sending ? 0 : incoming_.waited_ns);
    const std::int64_t grace_ms = core_->options.peer_grace_ms;
    if (waited_ns - pace_waited_ns_ < to_ns(grace_ms)) return;
    const auto least =
        core_->options.peer_bytes_per_second_min * static_cast<std::uint64_t>(grace_ms) / 1000;
    if (bytes - pace_bytes_ < std::max<std::uint64_t>(least, 1)) {
        core_->cut_off.add();
        close();
        return;
    }
    pace_waited_ns_ = waited_ns;
    pace_bytes_ = bytes;
}

}  // namespace server

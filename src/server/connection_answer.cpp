// Answers: head and body in one write, files by sendfile, other streams pulled on the pool.
#include "server/connection.h"
#include "wire/timestamp.h"

namespace server {

namespace {

bool has_no_body(int status) {
    return status == 204 || status == 304 || (status >= 100 && status < 200);
}

}  // namespace

void Connection::answer(wire::Response response) {
    if (state_ == State::closed || state_ == State::answering || state_ == State::lingering) return;
    if (writing_) {  // "100 Continue" is on its way
        waiting_answer_ = std::move(response);
        return;
    }
    state_ = State::answering;
    response_ = std::move(response);
    // Whether such a body is whole shows at the end of the connection where there are no chunks.
    if (response_.live && http_1_0_) keep_alive_ = false;
    // What the client still sends of this request cannot be told from a next one.
    if (!body_is_whole_ || core_->draining() || peer_done_) keep_alive_ = false;
    if (!body_is_whole_) abort_sink();
    append_head();
    const bool with_body = !head_only_ && !has_no_body(response_.status);
    if (!with_body) response_.stream.reset();
    if (response_.live) {
        begin_live(with_body);
        return;
    }
    std::optional<std::string_view> in_memory;
    if (response_.stream) in_memory = response_.stream->in_memory();
    // A source in memory of another length than it announced goes the way that finds out.
    if (in_memory && in_memory->size() != body_left_) in_memory.reset();
    const std::string_view body = in_memory.value_or(response_.body);
    const std::uint64_t held = std::max<std::uint64_t>(response_.body.capacity(), body.size());
    core_->reserve_anyway(held);
    answer_reserved_bytes_ = held;

    std::array<std::string_view, 2> parts{response_head_, std::string_view()};
    std::size_t count = 1;
    const bool whole = !response_.stream || in_memory;
    if (with_body && whole && !body.empty()) parts[count++] = body;
    writing_ = true;
    start_sending();
    socket_->write({parts.data(), count},
                   [self = shared_from_this(), whole](base::Result<void> result) {
                       self->writing_ = false;
                       if (self->state_ == State::closed) return;
                       if (!result) {
                           self->close();
                       } else if (whole) {
                           self->answered();
                       } else {
                           self->write_body();
                       }
                   });
}

void Connection::start_sending() {
    sent_before_ = socket_->sent_bytes();
    waiting_since_ns_ = core_->environment.clock.monotonic_ns();
    pace_waited_ns_ = 0;
    pace_bytes_ = 0;
}

void Connection::append_head() {
    const std::string date = wire::format_http_date(core_->environment.clock.now());
    wire::http1::ResponseFraming framing;
    framing.keep_alive = keep_alive_;
    framing.says_keep_alive = says_keep_alive_;
    framing.date = date;
    if (response_.live && !has_no_body(response_.status)) {
        framing.chunked = !http_1_0_;
    } else if (response_.announced_length && (head_only_ || response_.status == 304)) {
        framing.content_length = response_.announced_length;
    } else if (!has_no_body(response_.status)) {
        framing.content_length =
            response_.stream ? response_.stream->length() : response_.body.size();
    }
    body_left_ = response_.stream ? response_.stream->length() : 0;
    response_head_.clear();
    wire::http1::append_response_head(response_head_, response_, framing);
}

void Connection::write_body() {
    const auto range = response_.stream->file_range();
    if (!range || range->file->descriptor() < 0) {
        pull_body();
        return;
    }
    writing_ = true;
    socket_->send_file(range->file->descriptor(), range->offset, range->length,
                       [self = shared_from_this(), file = range->file](base::Result<void> result) {
                           self->writing_ = false;
                           if (self->state_ == State::closed) return;
                           if (result) {
                               self->answered();
                           } else {
                               self->close();
                           }
                       });
}

void Connection::pull_body() {
    if (body_left_ == 0) {
        answered();
        return;
    }
    // The disk's time is not the peer's.
    waiting_since_ns_ = 0;
    if (pulled_.empty()) {
        pulled_ = core_->take_buffer();
        pulled_.resize(static_cast<std::size_t>(
            std::min<std::uint64_t>(wire::body_chunk_bytes_max, body_left_)));
        core_->reserve_anyway(pulled_.size());
        answer_reserved_bytes_ += pulled_.size();
    }
    // The task shares the stream, so that closing the connection cannot free it meanwhile.
    if (!source_) source_ = std::move(response_.stream);
    writing_ = true;
    core_->environment.executor.post([self = shared_from_this(), source = source_] {
        auto count = std::make_shared<base::Result<std::size_t>>(source->read(self->pulled_));
        self->loop()->post([self, count] {
            self->writing_ = false;
            if (self->state_ != State::closed) self->write_pulled(std::move(*count));
        });
    });
}

void Connection::write_pulled(base::Result<std::size_t> count) {
    if (!count || count.value() == 0 || count.value() > body_left_) {
        // Shorter or longer than announced: the client must see a broken body, not a wrong one.
        core_->environment.log.error(
            "an answer's body failed and the connection was closed",
            {{"error", count ? "its length is not the announced one" : count.error().describe()}});
        close();
        return;
    }
    body_left_ -= count.value();
    const std::string_view part(pulled_.data(), count.value());
    writing_ = true;
    start_sending();
    socket_->write({&part, 1}, [self = shared_from_this()](base::Result<void> result) {
        self->writing_ = false;
        if (self->state_ == State::closed) return;
        if (result) {
            self->pull_body();
        } else {
            self->close();
        }
    });
}

void Connection::answered() {
    waiting_since_ns_ = 0;
    core_->sent_bytes.add(socket_->sent_bytes() - counted_sent_bytes_);
    counted_sent_bytes_ = socket_->sent_bytes();
    core_->release(std::exchange(answer_reserved_bytes_, 0));
    response_ = {};
    source_.reset();
    if (!pulled_.empty()) core_->keep_buffer(std::exchange(pulled_, {}));
    exchange_.reset();
    if (keep_alive_ && !core_->draining()) {
        wait_for_head();
    } else {
        linger();
    }
}

}  // namespace server

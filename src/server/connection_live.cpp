// Bodies that are written while they are sent: what their writer has queued goes out as one chunk
// when the one before is sent. Between them the connection waits, and sees when the client leaves.
#include "server/connection.h"
#include "wire/live_body.h"

namespace server {

void Connection::begin_live(bool with_body) {
    live_ = std::move(response_.live);
    live_out_ = std::exchange(response_head_, {});
    if (!with_body) {
        live_->finish();
        for (base::Task& task : live_->set_gone())
            core_->environment.executor.post(std::move(task));
        live_.reset();
    } else {
        live_->attach([weak = weak_from_this(), loop = loop()] {
            loop->post([weak] {
                const auto self = weak.lock();
                if (self && self->live_ && !self->writing_) self->take_live();
            });
        });
    }
    write_live();
    // The client may have left before the answer began.
    if (live_ && peer_done_) close();
    if (state_ == State::answering && input_.empty()) read_ahead();
}

// Send live_out_, then what has come meanwhile.
void Connection::write_live() {
    writing_ = true;
    start_sending();
    const std::string_view part = live_out_;
    socket_->write({&part, 1}, [self = shared_from_this()](base::Result<void> result) {
        self->writing_ = false;
        self->waiting_since_ns_ = 0;  // until there is more, nobody waits for the client
        self->live_out_.clear();
        if (self->state_ == State::closed) return;
        if (!result) {
            self->close();
        } else if (self->live_) {
            self->take_live();
            if (self->live_ && !self->writing_ && self->core_->draining()) self->close();
        } else {
            self->answered();
        }
    });
}

void Connection::take_live() {
    wire::LiveBody::Taken taken = live_->take();
    if (taken.broken) {
        core_->cut_off.add();
        close();
        return;
    }
    if (taken.bytes.empty() && !taken.finished) return;
    if (http_1_0_) {
        live_out_ = std::move(taken.bytes);
    } else if (!taken.bytes.empty()) {
        wire::http1::append_chunk(live_out_, taken.bytes);
    }
    if (taken.finished) {
        if (!http_1_0_) live_out_ += wire::http1::last_chunk;
        live_gone();
        if (live_out_.empty()) {
            answered();
            return;
        }
    }
    write_live();
}

// Nothing of it is sent any more.
void Connection::live_gone() {
    if (!live_) return;
    for (base::Task& task : live_->set_gone())
        core_->environment.executor.post(std::move(task));
    live_.reset();
}

}  // namespace server

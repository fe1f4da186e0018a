// The turns of a delivery: one at a time, each a task that reads a few pieces and ends by naming an
// object, by waiting for more, or by another turn. What a turn does with records is in
// delivery_object.cpp.
#include "services/firehose/delivery.h"

namespace firehose {

Delivery::Delivery(DeliveryEnvironment environment, std::shared_ptr<const DeliveryPlan> plan,
                   std::unique_ptr<Source> source, Position checkpoint)
    : environment_(environment),
      source_(std::move(source)),
      checkpoints_(checkpoints(environment.store)),
      plan_(std::move(plan)),
      checkpoint_(checkpoint),
      buffer_(checkpoint) {}

void Delivery::start() {
    source_->keep_from(checkpoint_);
    source_->watch([weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->wake(gather_ms);
    });
    wake(0);
}

void Delivery::flush(FlushDone done) {
    std::optional<base::Error> refused;
    {
        base::MutexLock lock(mutex_);
        if (stopping_) {
            refused = base::Error{base::ErrorKind::unavailable, "the delivery was stopped", ""};
        } else if (new_waiters_.size() >= flushes_waiting_max) {
            refused = base::Error{base::ErrorKind::limit, "too many flushes are waiting", ""};
        } else {
            new_waiters_.push_back({std::move(done), {}, {}});
        }
    }
    if (refused) {
        done(*refused);
    } else {
        wake(0);
    }
}

void Delivery::change(std::shared_ptr<const DeliveryPlan> plan) {
    {
        base::MutexLock lock(mutex_);
        new_plan_ = std::move(plan);
    }
    wake(0);
}

void Delivery::stop() {
    source_->unwatch();
    std::vector<Waiter> waiters;
    {
        base::MutexLock lock(mutex_);
        stopping_ = true;
        if (timer_ != 0) environment_.executor.cancel(timer_);
        timer_ = 0;
        while (phase_ == Phase::pumping)
            phase_changed_.wait(lock);
        if (phase_ != Phase::committing) phase_ = Phase::stopped;
        waiters.swap(new_waiters_);
    }
    for (auto& waiter : waiters) {
        waiter.done(
            base::Error{base::ErrorKind::unavailable, "the delivery was stopped", plan_->row.name});
    }
}

// Have a turn begin after `delay_ms`; 0 also ends the wait after a failure.
void Delivery::wake(std::int64_t delay_ms) {
    base::MutexLock lock(mutex_);
    if (stopping_) return;
    switch (phase_) {
        case Phase::waiting:
            if (delay_ms > 0) return;
            break;
        case Phase::idle:
            break;
        case Phase::pumping:
        case Phase::committing:
            woken_ = true;
            return;
        case Phase::scheduled:
        case Phase::stopped:
            return;
    }
    if (timer_ != 0) environment_.executor.cancel(timer_);
    timer_ = 0;
    phase_ = Phase::scheduled;
    const auto turn = [self = shared_from_this()] { self->pump(); };
    if (delay_ms > 0) {
        environment_.executor.after(delay_ms, turn);
    } else {
        environment_.executor.post(turn);
    }
}

// End a turn: the next begins at once when something asked for it meanwhile, otherwise when
// something does, or after `wake_after_ms`.
void Delivery::end_turn(std::int64_t wake_after_ms) {
    std::vector<Waiter> stopped;
    {
        base::MutexLock lock(mutex_);
        if (stopping_) {
            phase_ = Phase::stopped;
            stopped.swap(waiters_);
        } else if (woken_ || !new_waiters_.empty() || new_plan_) {
            phase_ = Phase::scheduled;
            environment_.executor.after(new_waiters_.empty() && !new_plan_ ? gather_ms : 0,
                                        [self = shared_from_this()] { self->pump(); });
        } else {
            phase_ = Phase::idle;
            if (wake_after_ms >= 0) {
                timer_ = environment_.executor.after(
                    wake_after_ms, [self = shared_from_this()] { self->wake(0); });
            }
        }
        phase_changed_.notify_all();
    }
    for (auto& waiter : stopped) {
        waiter.done(
            base::Error{base::ErrorKind::unavailable, "the delivery was stopped", plan_->row.name});
    }
}

// Take over what came in between turns.
void Delivery::begin_turn() {
    std::shared_ptr<const DeliveryPlan> plan;
    {
        base::MutexLock lock(mutex_);
        woken_ = false;
        plan.swap(new_plan_);
        for (auto& waiter : new_waiters_)
            waiters_.push_back(std::move(waiter));
        new_waiters_.clear();
    }
    if (plan) {
        plan_ = std::move(plan);
        reset(checkpoint_);
    }
    for (auto& waiter : waiters_) {
        if (waiter.target) continue;
        const auto end = source_->end();
        waiter.target = end ? end.value() : buffer_.until();
    }
}

void Delivery::pump() {
    {
        base::MutexLock lock(mutex_);
        if (stopping_) {
            phase_ = Phase::stopped;
            phase_changed_.notify_all();
            return;
        }
        phase_ = Phase::pumping;
    }
    begin_turn();
    at_end_ = source_gone_;
    for (int piece = 0; piece < pieces_per_turn_max && !at_end_; ++piece) {
        const auto filled = fill();
        if (!filled) return failed(filled.error());
        if (filled.value() == Filled::due || flush_reached()) return commit();
        at_end_ = filled.value() == Filled::at_end;
    }
    if (!at_end_) return next_turn();
    if (!buffer_.empty() &&
        (source_gone_ || flush_reached() || buffer_.due(plan_->hints, environment_.clock.now()))) {
        return commit();
    }
    answer_reached_flushes();
    if (buffer_.empty()) return end_turn(-1);
    const auto wait = buffer_.deadline(plan_->hints).ms - environment_.clock.now().ms;
    end_turn(std::max<std::int64_t>(wait, 0));
}

// Another turn, after others had theirs.
void Delivery::next_turn() {
    {
        base::MutexLock lock(mutex_);
        woken_ = true;
    }
    end_turn(0);
}

// Whether the buffer holds the last of what a flush waits for.
bool Delivery::flush_reached() const {
    return std::any_of(waiters_.begin(), waiters_.end(), [&](const Waiter& waiter) {
        return !buffer_.empty() && (at_end_ || *waiter.target <= buffer_.until());
    });
}

void Delivery::answer_reached_flushes() {
    std::vector<Waiter> reached;
    for (auto at = waiters_.begin(); at != waiters_.end();) {
        const bool everything = at_end_ && buffer_.empty();
        if (everything || *at->target <= checkpoint_) {
            reached.push_back(std::move(*at));
            at = waiters_.erase(at);
        } else {
            ++at;
        }
    }
    for (auto& waiter : reached)
        waiter.done(waiter.report);
}

void Delivery::fail_flushes(const base::Error& error) {
    std::vector<Waiter> waiters;
    waiters.swap(waiters_);
    for (auto& waiter : waiters)
        waiter.done(error);
}

// Nothing was named. Begin again at the checkpoint, later.
void Delivery::failed(const base::Error& error) {
    ++attempts_;
    environment_.failures.add();
    const std::int64_t shift = std::min(attempts_ - 1, 16);
    const std::int64_t delay_ms = std::min(retry_ms_max, retry_ms_min << shift);
    environment_.log.warn("a delivery failed, will retry", {{"delivery_stream", plan_->row.name},
                                                            {"bucket", plan_->bucket},
                                                            {"attempt", std::to_string(attempts_)},
                                                            {"error", error.describe()}});
    write_failure_line(error);
    reset(checkpoint_);
    fail_flushes(error);
    base::MutexLock lock(mutex_);
    if (stopping_) {
        phase_ = Phase::stopped;
    } else {
        phase_ = Phase::waiting;
        timer_ =
            environment_.executor.after(delay_ms, [self = shared_from_this()] { self->wake(0); });
    }
    phase_changed_.notify_all();
}

void Delivery::reset(Position position) {
    buffer_ = Buffer(position);
    draft_ = {};
}

}  // namespace firehose

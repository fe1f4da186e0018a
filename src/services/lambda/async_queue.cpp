#include "services/lambda/async_queue.h"

#include "services/lambda/faults.h"

namespace lambda {

AsyncQueue::AsyncQueue(AsyncOptions options, Environment environment, RunOne run)
    : options_(options),
      env_(environment),
      run_(std::move(run)),
      rows_(env_.store, "lambda.queue"),
      payloads_(env_.store, "lambda.queue_payloads"),
      dropped_(env_.metrics.counter("datastack_lambda_async_dropped_total", "",
                                    "Asynchronous invocations given up after their retries.")),
      gate_(env_.executor) {}

meta_store::Key AsyncQueue::key(std::uint64_t number) {
    meta_store::Key key;
    key.add_number(number);
    return key;
}

base::Result<void> AsyncQueue::start() {
    base::MutexLock lock(mutex_);
    TRY_VOID(rows_.scan({}, [this](std::string_view at, QueuedRow& row) NO_THREAD_SAFETY_ANALYSIS {
        Item item;
        item.number = meta_store::Key::decode_number(at);
        item.row = std::move(row);
        next_number_ = std::max(next_number_, item.number + 1);
        insert(std::move(item));
        return true;
    }));
    if (!items_.empty()) {
        env_.log.info("asynchronous invocations go on", {{"count", std::to_string(items_.size())}});
    }
    arm();
    return base::ok();
}

void AsyncQueue::stop() {
    {
        base::MutexLock lock(mutex_);
        stopping_ = true;
        if (timer_ != 0) env_.executor.cancel(std::exchange(timer_, 0));
    }
    gate_.close();
}

std::size_t AsyncQueue::size() const {
    base::MutexLock lock(mutex_);
    return items_.size();
}

void AsyncQueue::insert(Item item) {
    Line& line = lines_[item.row.function_id];
    line.due.emplace(item.row.due.ms, item.number);
    ++line.count;
    queued_bytes_ += item.row.payload_bytes;
    items_[item.number] = std::move(item);
}

void AsyncQueue::erase(std::uint64_t number) {
    const auto found = items_.find(number);
    if (found == items_.end()) return;
    const Item& item = found->second;
    const auto line = lines_.find(item.row.function_id);
    line->second.due.erase({item.row.due.ms, number});
    if (item.running) --line->second.running;
    if (--line->second.count == 0) lines_.erase(line);
    queued_bytes_ -= item.row.payload_bytes;
    items_.erase(found);
}

void AsyncQueue::add(const FunctionRow& function, std::string request_id, std::string payload,
                     base::UniqueFunction<void(aws::Reply<void>)> done) {
    Item item;
    item.row.function_id = function.id;
    item.row.account = function.account;
    item.row.region = function.region;
    item.row.name = function.name;
    item.row.request_id = std::move(request_id);
    item.row.payload_bytes = static_cast<std::int64_t>(payload.size());
    item.row.queued = item.row.due = env_.clock.now();
    const char* refused = nullptr;
    {
        base::MutexLock lock(mutex_);
        const auto line = lines_.find(function.id);
        const std::size_t count = line == lines_.end() ? 0 : line->second.count;
        if (items_.size() >= options_.queued_max || count >= options_.queued_per_function_max ||
            queued_bytes_ + item.row.payload_bytes > options_.queued_bytes_max) {
            refused = "CallerRateLimitExceeded";
        } else {
            item.number = next_number_++;
            // Counted from now on, but not due before it is durable.
            queued_bytes_ += item.row.payload_bytes;
            ++lines_[function.id].count;
        }
    }
    if (refused != nullptr) return done(faults::throttled(refused));
    meta_store::Changes changes;
    rows_.put(changes, key(item.number), item.row);
    payloads_.put(changes, key(item.number), PayloadRow{{std::move(payload)}});
    env_.store.commit(std::move(changes), [this, item = std::move(item), done = std::move(done)](
                                              base::Result<void> stored) mutable {
        {
            base::MutexLock lock(mutex_);
            const auto line = lines_.find(item.row.function_id);
            queued_bytes_ -= item.row.payload_bytes;
            if (--line->second.count == 0) lines_.erase(line);
            if (stored.has_value()) insert(std::move(item));
        }
        if (!stored) return done(faults::translate(stored.error()));
        done(base::ok());
        pump();
    });
}

// Run everything that is due and may run; set the timer for the rest.
void AsyncQueue::pump() {
    std::vector<std::uint64_t> due;
    {
        base::MutexLock lock(mutex_);
        if (stopping_) return;
        due = take_due();
        arm();
    }
    for (const auto number : due)
        run_item(number);
}

std::vector<std::uint64_t> AsyncQueue::take_due() {
    std::vector<std::uint64_t> taken;
    const std::int64_t now_ms = env_.clock.now().ms;
    for (auto& [id, line] : lines_) {
        while (!line.due.empty() && line.due.begin()->first <= now_ms &&
               line.running < options_.running_per_function_max) {
            const std::uint64_t number = line.due.begin()->second;
            line.due.erase(line.due.begin());
            items_[number].running = true;
            ++line.running;
            taken.push_back(number);
        }
    }
    return taken;
}

void AsyncQueue::arm() {
    if (timer_ != 0) env_.executor.cancel(std::exchange(timer_, 0));
    std::optional<std::int64_t> first_ms;
    for (const auto& [id, line] : lines_) {
        // A full line is looked at again when one of its runs ends.
        if (line.due.empty() || line.running >= options_.running_per_function_max) continue;
        const std::int64_t due_ms = line.due.begin()->first;
        first_ms = first_ms ? std::min(*first_ms, due_ms) : due_ms;
    }
    if (!first_ms || stopping_) return;
    const std::int64_t delay_ms = std::max<std::int64_t>(0, *first_ms - env_.clock.now().ms);
    timer_ = gate_.after(delay_ms, [this] {
        {
            base::MutexLock lock(mutex_);
            timer_ = 0;
        }
        pump();
    });
}

void AsyncQueue::run_item(std::uint64_t number) {
    QueuedRow row;
    {
        base::MutexLock lock(mutex_);
        const auto found = items_.find(number);
        if (found == items_.end()) return;
        row = found->second.row;
    }
    auto payload = payloads_.get(key(number));
    if (!payload || !payload.value()) {
        env_.log.error("the payload of an asynchronous invocation cannot be read",
                       {{"request", row.request_id}});
        return discard(number, "its payload cannot be read");
    }
    run_(row, std::move(payload.value()->payload.bytes),
         [this, number](aws::Reply<Outcome> reply) { finished(number, std::move(reply)); });
}

void AsyncQueue::finished(std::uint64_t number, aws::Reply<Outcome> reply) {
    QueuedRow row;
    std::int64_t throttle_ms = 0;
    {
        base::MutexLock lock(mutex_);
        const auto found = items_.find(number);
        if (found == items_.end() || stopping_) return;
        row = found->second.row;
        throttle_ms = found->second.throttle_ms;
    }
    if (reply.has_value() && reply.value().function_error.empty()) {
        return discard(number, nullptr);
    }
    if (reply.has_value()) {
        const auto attempt = static_cast<std::size_t>(row.attempts);
        if (attempt >= std::size(retry_delays_ms)) {
            return discard(number, "it failed three times");
        }
        return wait_again(number, retry_delays_ms[attempt], true);
    }
    if (reply.error().http_status == 404) return discard(number, "the function is gone");
    if (env_.clock.now().ms - row.queued.ms >= options_.age_ms_max) {
        return discard(number, "it found no process for too long");
    }
    wait_again(number, std::clamp(2 * throttle_ms, throttle_delay_ms_min, throttle_delay_ms_max),
               false);
}

void AsyncQueue::wait_again(std::uint64_t number, std::int64_t delay_ms, bool failed) {
    meta_store::Changes changes;
    {
        base::MutexLock lock(mutex_);
        const auto found = items_.find(number);
        if (found == items_.end()) return;
        Item& item = found->second;
        Line& line = lines_[item.row.function_id];
        item.running = false;
        --line.running;
        if (failed) ++item.row.attempts;
        item.throttle_ms = failed ? 0 : delay_ms;
        item.row.due.ms = env_.clock.now().ms + delay_ms;
        line.due.emplace(item.row.due.ms, number);
        rows_.put(changes, key(number), item.row);
    }
    // Not waited for: lost, it costs one attempt more after a crash.
    env_.store.commit(std::move(changes), [this, number](base::Result<void> stored) {
        if (!stored) {
            env_.log.warn("cannot store an attempt", {{"number", std::to_string(number)},
                                                      {"error", stored.error().describe()}});
        }
    });
    gate_.post([this] { pump(); });
}

// It is over; `why` when it was not a success.
void AsyncQueue::discard(std::uint64_t number, const char* why) {
    meta_store::Changes changes;
    rows_.erase(changes, key(number));
    payloads_.erase(changes, key(number));
    {
        base::MutexLock lock(mutex_);
        const auto found = items_.find(number);
        if (found == items_.end()) return;
        if (why != nullptr && env_.on_dropped) env_.on_dropped(found->second.row);
        if (why != nullptr) {
            dropped_.add();
            env_.log.error("an asynchronous invocation is given up",
                           {{"function", found->second.row.name},
                            {"request", found->second.row.request_id},
                            {"because", why}});
        }
        erase(number);
    }
    env_.store.commit(std::move(changes), [this, number](base::Result<void> stored) {
        if (!stored) {
            env_.log.warn(
                "cannot forget an invocation; it runs again after a restart",
                {{"number", std::to_string(number)}, {"error", stored.error().describe()}});
        }
    });
    gate_.post([this] { pump(); });
}

void AsyncQueue::drop_function(const std::string& function_id) {
    std::vector<std::uint64_t> numbers;
    {
        base::MutexLock lock(mutex_);
        for (const auto& [number, item] : items_) {
            if (item.row.function_id == function_id && !item.running) numbers.push_back(number);
        }
    }
    for (const auto number : numbers)
        discard(number, "the function is gone");
}

}  // namespace lambda

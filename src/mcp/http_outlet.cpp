#include "mcp/http_outlet.h"

#include <boost/json/serialize.hpp>

namespace mcp {

namespace json = boost::json;

namespace {

std::string event_text(const std::string& id, std::string_view data) {
    std::string text;
    if (!id.empty()) text += "id: " + id + "\n";
    text += "event: message\ndata: ";
    text += data;  // serialized JSON has no line breaks
    text += "\n\n";
    return text;
}

wire::Response stream_response(const wire::Headers& headers, std::shared_ptr<wire::LiveBody> body) {
    wire::Response response;
    response.headers = headers;
    response.headers.add("Content-Type", "text/event-stream");
    response.headers.add("Cache-Control", "no-cache, no-transform");
    response.headers.add("X-Accel-Buffering", "no");
    response.live = std::move(body);
    return response;
}

}  // namespace

HttpOutlet::HttpOutlet(std::shared_ptr<server::Exchange> exchange, std::shared_ptr<Streams> streams,
                       base::Executor& executor, Options options)
    : streams_(std::move(streams)),
      executor_(executor),
      options_(std::move(options)),
      exchange_(std::move(exchange)) {}

void HttpOutlet::start() {
    std::shared_ptr<server::Exchange> exchange;
    {
        base::MutexLock lock(mutex_);
        exchange = exchange_;
    }
    // Before a stream is open, a client that goes has nothing to come back to.
    exchange->when_gone([weak = weak_from_this()] {
        const auto held = weak.lock();
        if (!held) return;
        {
            base::MutexLock lock(held->mutex_);
            if (held->exchange_ == nullptr) return;
        }
        held->give_up();
    });
}

// ---- opening ----

bool HttpOutlet::open() {
    base::MutexLock lock(mutex_);
    return open_locked();
}

bool HttpOutlet::open_locked() {
    if (exchange_ == nullptr || !options_.may_stream) return false;
    if (!streams_->add(shared_from_this())) return false;
    const auto exchange = std::exchange(exchange_, nullptr);
    streaming_ = true;
    attach(*exchange);
    return true;
}

void HttpOutlet::attach(server::Exchange& exchange) {
    live_ = std::make_shared<wire::LiveBody>();
    const wire::LiveBody* body = live_.get();
    live_->when_gone([weak = weak_from_this(), body] {
        if (const auto held = weak.lock()) held->lost(body);
    });
    if (!options_.resumable_as.empty() && next_event_ == 0) {
        // Something to come back to, before anything was said.
        streams_->remember(shared_from_this());
        live_->write("id: " + options_.resumable_as + "-" + std::to_string(next_event_++) +
                     "\nretry: " + std::to_string(retry_ms) + "\ndata: \n\n");
    }
    if (!exchange.respond(stream_response(options_.headers, live_))) {
        executor_.post([weak = weak_from_this(), body] {
            if (const auto held = weak.lock()) held->lost(body);
        });
    }
}

bool HttpOutlet::resume(std::shared_ptr<server::Exchange> exchange, std::uint64_t seen) {
    bool whole = false;
    {
        base::MutexLock lock(mutex_);
        if (!streaming_ || gone_ || options_.resumable_as.empty()) return false;
        if (live_) live_->finish();
        ++absences_;
        attach(*exchange);
        for (const Event& event : history_) {
            if (event.number > seen) live_->write(event.text);
        }
        whole = finished_;
        if (whole) std::exchange(live_, nullptr)->finish();
    }
    if (whole) give_up();
    return true;
}

// ---- writing ----

void HttpOutlet::write_event(const json::object& message) {
    const bool resumable = !options_.resumable_as.empty();
    const std::uint64_t number = next_event_++;
    const std::string id =
        resumable ? options_.resumable_as + "-" + std::to_string(number) : std::string();
    std::string text = event_text(id, json::serialize(message));
    if (live_) live_->write(text);
    if (!resumable) return;
    history_bytes_ += text.size();
    history_.push_back({number, std::move(text)});
    while (history_.size() > history_events_max ||
           (history_bytes_ > history_bytes_max && history_.size() > 1)) {
        history_bytes_ -= history_.front().text.size();
        history_.pop_front();
    }
}

bool HttpOutlet::send(const json::object& message) {
    base::MutexLock lock(mutex_);
    if (finished_ || gone_) return false;
    if (!streaming_ && !open_locked()) return false;
    write_event(message);
    return true;
}

void HttpOutlet::finish(const json::object& response, int http_status) {
    bool delivered = true;
    {
        base::MutexLock lock(mutex_);
        if (finished_) return;
        finished_ = true;
        if (gone_) return;
        if (exchange_ != nullptr) {
            wire::Response answer;
            answer.status = http_status;
            answer.headers = options_.headers;
            answer.headers.add("Content-Type", "application/json");
            answer.body = json::serialize(response);
            std::exchange(exchange_, nullptr)->respond(std::move(answer));
            return;
        }
        write_event(response);
        delivered = live_ != nullptr;
        if (live_) live_->finish();
    }
    // Who is away may come back for it.
    if (delivered) give_up();
}

void HttpOutlet::end() {
    {
        base::MutexLock lock(mutex_);
        if (finished_) return;
        finished_ = true;
        if (exchange_ != nullptr) {
            wire::Response answer;
            answer.status = 202;
            std::exchange(exchange_, nullptr)->respond(std::move(answer));
        }
        if (live_) live_->finish();
    }
    give_up();
}

void HttpOutlet::break_off() {
    std::uint64_t absence = 0;
    {
        base::MutexLock lock(mutex_);
        if (finished_ || gone_ || options_.resumable_as.empty()) return;
        if (!streaming_ && !open_locked()) return;
        if (live_) std::exchange(live_, nullptr)->finish();
        absence = ++absences_;
    }
    give_up_unless_back(absence);
}

void HttpOutlet::keep_alive() {
    base::MutexLock lock(mutex_);
    if (live_ && !finished_) live_->write(": still here\n\n");
}

// ---- going ----

void HttpOutlet::when_gone(base::Task task) {
    {
        base::MutexLock lock(mutex_);
        if (!gone_) {
            when_gone_.push_back(std::move(task));
            return;
        }
    }
    task();
}

// The connection that `body` went to is gone.
void HttpOutlet::lost(const wire::LiveBody* body) {
    std::uint64_t absence = 0;
    {
        base::MutexLock lock(mutex_);
        if (live_.get() != body) return;
        live_ = nullptr;
        if (!finished_ && !options_.resumable_as.empty()) absence = ++absences_;
    }
    if (absence == 0) return give_up();
    give_up_unless_back(absence);
}

void HttpOutlet::give_up_unless_back(std::uint64_t absence) {
    // Holds the outlet as long as its client may come back.
    executor_.after(away_ms_max, [self = shared_from_this(), absence] {
        {
            base::MutexLock lock(self->mutex_);
            if (self->absences_ != absence || self->live_ != nullptr) return;
        }
        self->give_up();
    });
}

void HttpOutlet::give_up() {
    std::vector<base::Task> tasks;
    {
        base::MutexLock lock(mutex_);
        gone_ = true;
        history_.clear();
        std::swap(tasks, when_gone_);
    }
    streams_->remove(this);
    if (!options_.resumable_as.empty()) streams_->forget(options_.resumable_as);
    for (base::Task& task : tasks)
        task();
}

// ---- all of them ----

bool Streams::add(const std::shared_ptr<HttpOutlet>& outlet) {
    base::MutexLock lock(mutex_);
    if (stopped_ || open_.size() >= streams_max_) return false;
    open_[outlet.get()] = outlet;
    arm();
    return true;
}

void Streams::remove(const HttpOutlet* outlet) {
    base::MutexLock lock(mutex_);
    open_.erase(outlet);
}

std::size_t Streams::count() const {
    base::MutexLock lock(mutex_);
    return open_.size();
}

void Streams::remember(const std::shared_ptr<HttpOutlet>& outlet) {
    base::MutexLock lock(mutex_);
    resumable_[outlet->resumable_as()] = outlet;
}

std::shared_ptr<HttpOutlet> Streams::find(const std::string& resumable_as) const {
    base::MutexLock lock(mutex_);
    const auto found = resumable_.find(resumable_as);
    return found != resumable_.end() ? found->second.lock() : nullptr;
}

void Streams::forget(const std::string& resumable_as) {
    base::MutexLock lock(mutex_);
    resumable_.erase(resumable_as);
}

void Streams::arm() {
    if (timer_ != 0 || stopped_) return;
    timer_ = executor_.after(keep_alive_ms, [weak = weak_from_this()] {
        if (const auto held = weak.lock()) held->keep_all_alive();
    });
}

void Streams::keep_all_alive() {
    std::vector<std::shared_ptr<HttpOutlet>> outlets;
    {
        base::MutexLock lock(mutex_);
        timer_ = 0;
        if (stopped_) return;
        for (const auto& [key, weak] : open_) {
            if (auto held = weak.lock()) outlets.push_back(std::move(held));
        }
        if (!open_.empty()) arm();
    }
    for (const auto& outlet : outlets)
        outlet->keep_alive();
}

void Streams::stop() {
    base::MutexLock lock(mutex_);
    stopped_ = true;
    if (timer_ != 0) executor_.cancel(timer_);
    timer_ = 0;
}

}  // namespace mcp

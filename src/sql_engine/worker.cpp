#include "sql_engine/worker.h"

namespace sql_engine {

namespace {

QueryFailure lost(const std::string& reason) {
    return {base::ErrorKind::unavailable, std::string(code_worker_lost),
            "The SQL engine process ended while the query ran: " + reason +
                ". A query that needs too much memory is the usual cause."};
}

QueryFailure describe_open_failure(const base::Error& error) {
    return {error.kind, "HIVE_CANNOT_OPEN_SPLIT", error.message};
}

}  // namespace

// What the channel holds. It lets go of the worker on the executor, so that the channel is never
// destroyed by its own thread.
class Worker::Handler final : public base::MessageHandler {
  public:
    explicit Handler(std::shared_ptr<Worker> worker)
        : executor_(worker->executor_), worker_(std::move(worker)) {}
    void on_message(std::string message) override { worker_->on_message(std::move(message)); }
    void on_close(const std::string& reason) override {
        executor_.post([worker = std::move(worker_), reason] { worker->on_closed(reason); });
    }

  private:
    base::Executor& executor_;
    std::shared_ptr<Worker> worker_;
};

base::Result<void> Worker::start(base::ChannelLauncher& launcher) {
    TRY(channel, launcher.launch(std::make_shared<Handler>(shared_from_this())));
    channel_ = std::move(channel);
    return base::ok();
}

void Worker::assign(std::shared_ptr<RunningQuery> query) {
    query->started_ns = clock_.monotonic_ns();
    const std::string message =
        protocol::pack(protocol::Message::query, protocol::encode_query(query->plan));
    {
        base::MutexLock lock(mutex_);
        query_ = query;
    }
    // A failed send means the process is gone: on_closed finishes the query.
    auto sent = channel_->send(message);
    if (!sent && sent.error().kind == base::ErrorKind::limit) {
        finish({QueryFailure{base::ErrorKind::limit, "EXCEEDED_PLAN_SIZE",
                             "The query reads too many objects."},
                {}});
        return owner_.query_ended(shared_from_this());
    }
    // It may have been cancelled before the worker knew of it.
    base::MutexLock lock(query->mutex);
    if (query->stopped) interrupt();
}

void Worker::interrupt() {
    static_cast<void>(channel_->send(protocol::pack(protocol::Message::cancel, shape::Empty{})));
}

void Worker::kill() {
    channel_->kill();
}

std::shared_ptr<RunningQuery> Worker::current() {
    base::MutexLock lock(mutex_);
    return query_;
}

void Worker::on_message(std::string message) {
    auto unpacked = protocol::unpack(message);
    if (!unpacked) return protocol_error(unpacked.error().message);
    handle(unpacked.value());
}

void Worker::handle(const protocol::Unpacked& message) {
    const auto query = current();
    if (query == nullptr) return;  // it was finished from this side
    switch (message.message) {
        case protocol::Message::open:
        case protocol::Message::read:
        case protocol::Message::close: {
            auto request = protocol::decode<protocol::ObjectRequest>(message.body);
            if (!request) return protocol_error(request.error().message);
            const auto& wanted = request.value();
            if (message.message == protocol::Message::close) {
                base::MutexLock lock(query->mutex);
                query->open.erase(wanted.request);
                return;
            }
            const bool open = message.message == protocol::Message::open;
            executor_.post([self = shared_from_this(), query, wanted, open] {
                if (open) {
                    self->open_object(query, wanted.request, static_cast<std::size_t>(wanted.scan),
                                      static_cast<std::size_t>(wanted.object));
                } else {
                    self->read_object(query, wanted);
                }
            });
            return;
        }
        case protocol::Message::batch:
            return deliver_rows(query, message.raw);
        case protocol::Message::end: {
            auto end = protocol::decode<protocol::End>(message.body);
            if (!end) return protocol_error(end.error().message);
            executor_.post([self = shared_from_this(), ended = std::move(end.value())] {
                self->end_query(ended);
            });
            return;
        }
        default:
            return protocol_error("an unknown message");
    }
}

void Worker::open_object(const std::shared_ptr<RunningQuery>& query, std::int64_t request,
                         std::size_t scan, std::size_t object) {
    protocol::ObjectAnswer answer;
    answer.request = request;
    std::string raw;
    std::optional<wire::FileRange> range;
    const auto open = [&]() -> base::Result<void> {
        const auto& scans = query->plan.scans;
        if (scan >= scans.size() || object >= scans[scan].objects.size()) {
            return base::Error{base::ErrorKind::out_of_range, "no such object in the plan", ""};
        }
        TRY(bytes, query->plan.opener->open(scans[scan].objects[object]));
        answer.size_bytes = static_cast<std::int64_t>(bytes->size_bytes());
        range = bytes->file_range();
        if (range && range->file->descriptor() >= 0) {
            answer.descriptor = true;
            answer.offset = static_cast<std::int64_t>(range->offset);
            return base::ok();
        }
        range.reset();
        raw.resize(std::min<std::uint64_t>(bytes->size_bytes(), protocol::data_bytes_max));
        TRY(count, bytes->read_at(0, raw));
        if (count != raw.size()) {
            return base::Error{base::ErrorKind::corrupt, "an object is shorter than listed", ""};
        }
        if (raw.size() == bytes->size_bytes()) return base::ok();
        base::MutexLock lock(query->mutex);
        if (query->open.size() >= open_objects_max) {
            return base::Error{base::ErrorKind::limit, "too many open objects", ""};
        }
        query->open[request] = std::move(bytes);
        return base::ok();
    };
    if (auto opened = open(); !opened) {
        raw.clear();
        const QueryFailure failure = describe_open_failure(opened.error());
        answer.error = failure.code + ": " + failure.message;
    }
    static_cast<void>(channel_->send(protocol::pack(protocol::Message::opened, answer, raw),
                                     range ? range->file.get() : nullptr));
}

void Worker::read_object(const std::shared_ptr<RunningQuery>& query,
                         const protocol::ObjectRequest& request) {
    protocol::ObjectAnswer answer;
    answer.request = request.request;
    std::shared_ptr<const ObjectBytes> bytes;
    {
        base::MutexLock lock(query->mutex);
        const auto found = query->open.find(request.request);
        if (found != query->open.end()) bytes = found->second;
    }
    std::string raw;
    if (bytes == nullptr || request.offset < 0 || request.length < 0) {
        answer.error = "GENERIC_INTERNAL_ERROR: a read of an object that is not open";
    } else {
        raw.resize(std::min<std::size_t>(static_cast<std::size_t>(request.length),
                                         protocol::data_bytes_max));
        auto count = bytes->read_at(static_cast<std::uint64_t>(request.offset), raw);
        if (count) {
            raw.resize(count.value());
        } else {
            raw.clear();
            answer.error = "HIVE_CURSOR_ERROR: " + count.error().message;
        }
    }
    static_cast<void>(channel_->send(protocol::pack(protocol::Message::data, answer, raw)));
}

void Worker::deliver_rows(const std::shared_ptr<RunningQuery>& query, std::string_view raw) {
    auto unpacked = protocol::unpack_batch(raw);
    if (!unpacked) return protocol_error(unpacked.error().message);
    {
        base::MutexLock lock(query->mutex);
        if (query->stopped) return;
    }
    // The sink is called on the executor while this thread waits: that holds the worker back.
    base::Mutex mutex;
    base::ConditionVariable done;
    bool called = false;
    executor_.post([&] {
        auto taken = query->sink->rows(unpacked.value());
        if (!taken) {
            base::MutexLock lock(query->mutex);
            query->stopped =
                QueryFailure{taken.error().kind, "GENERIC_INTERNAL_ERROR", taken.error().message};
        }
        // Notified under the lock: the waiter owns all of this and is gone right after.
        base::MutexLock lock(mutex);
        called = true;
        done.notify_one();
    });
    {
        base::MutexLock lock(mutex);
        while (!called)
            done.wait(mutex);
    }
    base::MutexLock lock(query->mutex);
    if (query->stopped) interrupt();
}

void Worker::end_query(const protocol::End& end) {
    QueryEnd result;
    auto& statistics = result.statistics;
    statistics.bytes_scanned = static_cast<std::uint64_t>(end.bytes_scanned);
    statistics.rows_scanned = static_cast<std::uint64_t>(end.rows_scanned);
    statistics.objects_scanned = static_cast<std::uint64_t>(end.objects_scanned);
    statistics.rows_returned = static_cast<std::uint64_t>(end.rows_returned);
    if (end.kind >= 0) {
        const auto last = static_cast<std::int64_t>(base::ErrorKind::internal);
        result.failure = QueryFailure{static_cast<base::ErrorKind>(std::min(end.kind, last)),
                                      end.code, end.message};
    }
    if (finish(std::move(result))) owner_.query_ended(shared_from_this());
}

bool Worker::finish(QueryEnd end) {
    std::shared_ptr<RunningQuery> query;
    {
        base::MutexLock lock(mutex_);
        query = std::exchange(query_, nullptr);
    }
    if (query == nullptr) return false;
    if (query->time_limit != 0) executor_.cancel(query->time_limit);
    {
        base::MutexLock lock(query->mutex);
        if (query->stopped) end.failure = query->stopped;
        query->open.clear();
    }
    constexpr std::int64_t ns_per_ms = 1'000'000;
    end.statistics.queued_ms = (query->started_ns - query->queued_ns) / ns_per_ms;
    end.statistics.engine_ms = (clock_.monotonic_ns() - query->started_ns) / ns_per_ms;
    query->sink->finish(end);
    return true;
}

void Worker::on_closed(const std::string& reason) {
    finish({lost(reason), {}});
    owner_.worker_closed(shared_from_this());
}

void Worker::protocol_error(const std::string&) {
    channel_->kill();  // on_closed finishes the query
}

}  // namespace sql_engine

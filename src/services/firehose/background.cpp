// What a Firehose does on request of the program itself: flushes, and the removal of what was
// deleted.
#include "services/firehose/firehose.h"

namespace firehose {
namespace {

constexpr std::int64_t destroy_retry_ms = 5'000;

// Several flushes answered as one.
struct Gathered {
    base::Mutex mutex;
    std::size_t waiting GUARDED_BY(mutex) = 0;
    FlushReport sum GUARDED_BY(mutex);
    std::optional<base::Error> error GUARDED_BY(mutex);
    FlushDone done GUARDED_BY(mutex);

    void add(base::Result<FlushReport> report) {
        base::MutexLock lock(mutex);
        if (report) {
            sum.objects += report.value().objects;
            sum.records += report.value().records;
            sum.bytes += report.value().bytes;
        } else if (!error) {
            error = report.error();
        }
        if (--waiting != 0) return;
        FlushDone answer = std::move(done);
        const base::Result<FlushReport> result =
            error ? base::Result<FlushReport>(*error) : base::Result<FlushReport>(sum);
        lock.unlock();
        answer(result);
    }
};

}  // namespace

void Firehose::flush(const std::string& name, FlushDone done) {
    std::vector<std::shared_ptr<Delivery>> deliveries;
    {
        base::MutexLock lock(mutex_);
        for (const auto& [key, stream] : by_key_) {
            if (stream->status() != Status::active || !stream->delivery) continue;
            if (name.empty() || stream->plan()->row.name == name) {
                deliveries.push_back(stream->delivery);
            }
        }
    }
    if (deliveries.empty()) {
        if (name.empty()) return done(FlushReport{});
        return done(base::Error{base::ErrorKind::not_found, "no such delivery stream", name});
    }
    auto gathered = std::make_shared<Gathered>();
    {
        base::MutexLock lock(gathered->mutex);
        gathered->waiting = deliveries.size();
        gathered->done = std::move(done);
    }
    for (const auto& delivery : deliveries) {
        delivery->flush(
            [gathered](base::Result<FlushReport> report) { gathered->add(std::move(report)); });
    }
}

void Firehose::destroy_later(std::shared_ptr<DeliveryStream> stream, std::int64_t delay_ms) {
    environment_.executor.after(delay_ms, [this, life = life_, stream = std::move(stream)] {
        base::MutexLock alive(life->mutex);
        if (!life->stopped) destroy(stream);
    });
}

// The files first, the rows last: after a crash in between, start() finds the row and goes on.
void Firehose::destroy(const std::shared_ptr<DeliveryStream>& stream) {
    const auto plan = stream->plan();
    if (stream->delivery) {
        stream->delivery->stop();
        stream->delivery->release_source();
    }
    if (stream->log) stream->log->stop();
    if (plan->row.source_stream_arn.empty()) {
        const auto destroyed = segment_log::destroy(environment_.files, directory_of(plan->row.id));
        if (!destroyed && destroyed.error().kind != base::ErrorKind::not_found) {
            environment_.log.error(
                "a deleted delivery stream's files stay, will retry",
                {{"delivery_stream", plan->row.name}, {"error", destroyed.error().describe()}});
            destroy_later(stream, destroy_retry_ms);
            return;
        }
    }
    meta_store::Changes changes;
    rows_.erase(changes, row_key(plan->row));
    checkpoints_.erase(changes, {plan->row.id});
    environment_.store.commit(std::move(changes), [this, stream](base::Result<void> committed) {
        if (committed) return forget(*stream);
        environment_.log.error("a deleted delivery stream's row stays, will retry",
                               {{"delivery_stream", stream->plan()->row.name},
                                {"error", committed.error().describe()}});
        destroy_later(stream, destroy_retry_ms);
    });
}

}  // namespace firehose

// What a Kinesis does on its own: the retention sweep and the removal of deleted streams.
#include "services/kinesis/kinesis.h"

namespace kinesis {
namespace {

constexpr std::int64_t destroy_retry_ms = 5'000;

}  // namespace

void Kinesis::sweep_later() {
    base::MutexLock lock(mutex_);
    sweep_timer_ = environment_.executor.after(retention_sweep_interval_ms, [this, life = life_] {
        base::MutexLock alive(life->mutex);
        if (life->stopped) return;
        sweep();
        sweep_later();
    });
}

void Kinesis::sweep() {
    std::vector<std::shared_ptr<Stream>> streams;
    {
        base::MutexLock lock(mutex_);
        for (const auto& [id, stream] : by_id_)
            streams.push_back(stream);
    }
    for (const auto& stream : streams) {
        const auto state = stream->state();
        auto* log = stream->log();
        if (log == nullptr || state->status != StreamStatus::active) continue;
        const auto removed = log->expire(state->horizon(now()));
        if (!removed) {
            environment_.log.error(
                "expired records could not be deleted",
                {{"stream", state->row.name}, {"error", removed.error().describe()}});
        } else if (removed.value() != 0) {
            environment_.log.info(
                "expired segments deleted",
                {{"stream", state->row.name}, {"segments", std::to_string(removed.value())}});
        }
    }
}

void Kinesis::destroy_later(std::shared_ptr<Stream> stream, std::int64_t delay_ms) {
    environment_.executor.after(delay_ms, [this, life = life_, stream = std::move(stream)] {
        base::MutexLock alive(life->mutex);
        if (!life->stopped) destroy(stream);
    });
}

// The files first, the row last: after a crash in between, start() finds the row and goes on.
void Kinesis::destroy(const std::shared_ptr<Stream>& stream) {
    const auto state = stream->state();
    if (auto* log = stream->log()) log->stop();
    const auto destroyed = segment_log::destroy(environment_.files, directory_of(stream->id()));
    if (!destroyed && destroyed.error().kind != base::ErrorKind::not_found) {
        environment_.log.error(
            "a deleted stream's files could not be removed, will retry",
            {{"stream", state->row.name}, {"error", destroyed.error().describe()}});
        destroy_later(stream, destroy_retry_ms);
        return;
    }
    meta_store::Changes changes;
    rows_.erase(changes, row_key(state->row));
    environment_.store.commit(std::move(changes), [this, stream](base::Result<void> committed) {
        if (committed) {
            forget(*stream);
            return;
        }
        environment_.log.error(
            "a deleted stream's row could not be removed, will retry",
            {{"stream", stream->state()->row.name}, {"error", committed.error().describe()}});
        destroy_later(stream, destroy_retry_ms);
    });
}

}  // namespace kinesis

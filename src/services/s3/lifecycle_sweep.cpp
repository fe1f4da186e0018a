#include "services/s3/lifecycle_sweep.h"

namespace s3 {

using object_store::ObjectInfo;
using object_store::Removal;
using object_store::Removed;

void LifecycleSweep::schedule(std::int64_t after_ms) {
    const base::MutexLock lock(mutex_);
    if (stopped_) return;
    timer_ = executor_.after(after_ms, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        const auto again = [self] { self->schedule(self->options_.interval_ms); };
        if (!self->sweep([again](Counts) { again(); })) again();
    });
}

void LifecycleSweep::start() {
    schedule(options_.first_ms);
}

void LifecycleSweep::stop() {
    base::MutexLock lock(mutex_);
    stopped_ = true;
    if (timer_ != 0) static_cast<void>(executor_.cancel(timer_));
    timer_ = 0;
    while (turns_ > 0)
        turns_ended_.wait(lock);
}

bool LifecycleSweep::sweep(base::UniqueFunction<void(Counts)> done) {
    {
        const base::MutexLock lock(mutex_);
        if (stopped_ || sweeping_) return false;
        sweeping_ = true;
    }
    done_ = std::move(done);
    counts_ = {};
    buckets_.clear();
    phase_ = Phase::bucket;
    auto all = store_.all_buckets();
    if (!all) {
        log_.error("cannot list buckets for their lifecycle", {{"error", all.error().describe()}});
    } else {
        buckets_ = std::move(all.value());
    }
    next_turn();
    return true;
}

void LifecycleSweep::next_turn() {
    executor_.post([self = shared_from_this()] { self->turn(); });
}

void LifecycleSweep::turn() {
    {
        const base::MutexLock lock(mutex_);
        if (stopped_) return;
        ++turns_;
    }
    base::Result<void> result = base::ok();
    const bool over = buckets_.empty();
    if (!over) {
        switch (phase_) {
            case Phase::bucket:
                result = begin_bucket();
                break;
            case Phase::versions:
                result = judge_versions();
                break;
            case Phase::uploads:
                result = judge_uploads();
                break;
        }
        if (!result) {
            // A bucket that was deleted meanwhile has nothing left to expire.
            if (result.error().kind != base::ErrorKind::not_found) {
                log_.error(
                    "cannot carry out a bucket's lifecycle",
                    {{"bucket", buckets_.back().name}, {"error", result.error().describe()}});
            }
            end_bucket();
        }
    }
    {
        const base::MutexLock lock(mutex_);
        --turns_;
        turns_ended_.notify_all();
    }
    if (over) end_sweep();
}

// Buckets without rules are passed over here, many in a turn.
base::Result<void> LifecycleSweep::begin_bucket() {
    for (std::size_t looked_at = 0; looked_at < options_.page_max; ++looked_at) {
        if (buckets_.empty()) break;
        TRY(stored, store_.document(buckets_.back().name, lifecycle_document));
        rules_ = {};
        if (stored) {
            TRY_VOID(meta_store::decode_row(shape::type_of<LifecycleRules>(), *stored, &rules_));
        }
        const auto prefix = common_prefix(rules_);
        if (!prefix) {
            buckets_.pop_back();
            continue;
        }
        versions_ = {};
        versions_.prefix = *prefix;
        versions_.versions_max = options_.page_max;
        uploads_ = {};
        uploads_.prefix = *prefix;
        uploads_.uploads_max = options_.page_max;
        key_.clear();
        noncurrent_ = 0;
        marker_.reset();
        phase_ = Phase::versions;
        break;
    }
    next_turn();
    return base::ok();
}

// The marker remembered hides nothing: no older version of its key came.
void LifecycleSweep::settle_marker(std::vector<Removal>& removals) {
    if (marker_ && has_marker_expired(rules_, *marker_, clock_.now())) {
        removals.push_back({marker_->key, marker_->version_id});
    }
    marker_.reset();
}

void LifecycleSweep::judge(const ObjectInfo& info, std::vector<Removal>& removals) {
    if (info.key != key_) {
        settle_marker(removals);
        key_ = info.key;
    }
    // The newest of a key again: the page before ended at a null version that is gone now.
    if (!info.superseded) noncurrent_ = 0;
    marker_.reset();
    if (info.superseded) {
        if (has_noncurrent_expired(rules_, info, noncurrent_, clock_.now())) {
            removals.push_back({info.key, info.version_id});
        }
        ++noncurrent_;
    } else if (info.delete_marker) {
        marker_ = info;
    } else if (has_expired(rules_, info, clock_.now())) {
        removals.push_back({info.key, std::nullopt, info.etag, info.modified});
    }
}

base::Result<void> LifecycleSweep::judge_versions() {
    TRY(page, store_.list_versions(buckets_.back().name, versions_));
    std::vector<Removal> removals;
    for (const ObjectInfo& info : page.versions)
        judge(info, removals);
    if (page.truncated) {
        versions_.key_marker = std::move(page.next_key_marker);
        versions_.version_marker = std::move(page.next_version_marker);
    } else {
        settle_marker(removals);
        phase_ = Phase::uploads;
    }
    if (removals.empty()) {
        next_turn();
    } else {
        remove(std::move(removals));
    }
    return base::ok();
}

void LifecycleSweep::remove(std::vector<Removal> removals) {
    store_.remove_versions(buckets_.back().name, std::move(removals),
                           [self = shared_from_this()](base::Result<std::vector<Removed>> removed) {
                               {
                                   const base::MutexLock lock(self->mutex_);
                                   if (self->stopped_) return;
                               }
                               if (removed) {
                                   for (const Removed& one : removed.value()) {
                                       if (!one.refused && !one.version_id.empty())
                                           ++self->counts_.expired;
                                   }
                               } else if (removed.error().kind != base::ErrorKind::not_found) {
                                   self->log_.error("cannot remove what has expired",
                                                    {{"error", removed.error().describe()}});
                               }
                               self->next_turn();
                           });
}

base::Result<void> LifecycleSweep::judge_uploads() {
    TRY(page, store_.list_uploads(buckets_.back().name, uploads_));
    std::vector<object_store::Upload> due;
    for (object_store::Upload& upload : page.uploads) {
        if (is_upload_due(rules_, upload, clock_.now())) due.push_back(std::move(upload));
    }
    if (page.truncated) {
        uploads_.key_marker = std::move(page.next_key_marker);
        uploads_.id_marker = std::move(page.next_id_marker);
    }
    abort_uploads(std::make_shared<std::vector<object_store::Upload>>(std::move(due)),
                  page.truncated);
    return base::ok();
}

// One after another, then on with the sweep.
void LifecycleSweep::abort_uploads(std::shared_ptr<std::vector<object_store::Upload>> due,
                                   bool more) {
    if (due->empty()) return more ? next_turn() : end_bucket();
    const object_store::Upload upload = std::move(due->back());
    due->pop_back();
    store_.abort_upload(buckets_.back().name, upload.key, upload.id,
                        [self = shared_from_this(), due, more](base::Result<void> aborted) {
                            {
                                const base::MutexLock lock(self->mutex_);
                                if (self->stopped_) return;
                            }
                            // One that was completed meanwhile is not there any more.
                            if (aborted) ++self->counts_.aborted;
                            self->abort_uploads(due, more);
                        });
}

void LifecycleSweep::end_bucket() {
    buckets_.pop_back();
    phase_ = Phase::bucket;
    next_turn();
}

void LifecycleSweep::end_sweep() {
    if (counts_.expired > 0 || counts_.aborted > 0) {
        log_.info("lifecycle rules were carried out",
                  {{"expired", std::to_string(counts_.expired)},
                   {"uploads_aborted", std::to_string(counts_.aborted)}});
    }
    auto done = std::move(done_);
    {
        const base::MutexLock lock(mutex_);
        sweeping_ = false;
    }
    if (done) done(counts_);
}

}  // namespace s3

#include "services/cloudwatch/points.h"

#include "services/cloudwatch/batch.h"

namespace cloudwatch {

Points::Points(Environment environment, std::size_t metrics_most)
    : environment_(environment),
      metrics_most_(metrics_most),
      metrics_(environment.store, "cloudwatch.metrics"),
      blocks_(environment.store, "cloudwatch.points") {}

Points::~Points() {
    stop();
}

base::Result<void> Points::start() {
    const std::string from = metrics_.key({});
    metrics_count_ = 0;
    TRY_VOID(environment_.store.scan(from, meta_store::after_prefix(from),
                                     [this](std::string_view, std::string_view) {
                                         ++metrics_count_;
                                         return true;
                                     }));
    base::MutexLock lock(mutex_);
    flushed_ns_ = swept_ns_ = environment_.clock.monotonic_ns();
    arm();
    return base::ok();
}

void Points::stop() {
    {
        base::MutexLock lock(mutex_);
        if (std::exchange(stopped_, true)) return;
        if (timer_ != 0) environment_.executor.cancel(std::exchange(timer_, 0));
        while (writer_ == Writer::writing)
            changed_.wait(lock);
        writer_ = Writer::writing;
        flush_wanted_ = true;
        sweep_wanted_ = false;
    }
    while (write_turn()) {
    }
}

// ---- what is wanted ----

void Points::arm() {
    timer_ = environment_.executor.after(tick_ms, [this] { tick(); });
}

void Points::tick() {
    const bool fresh = environment_.meters.has_fresh();
    const std::int64_t now_ns = environment_.clock.monotonic_ns();
    const auto passed = [&](std::int64_t since_ns, std::int64_t interval_ms) {
        return now_ns - since_ns >= interval_ms * 1'000'000;
    };
    base::MutexLock lock(mutex_);
    if (stopped_) return;
    if (fresh || passed(flushed_ns_, flush_interval_ms)) {
        flush_wanted_ = true;
        flushed_ns_ = now_ns;
    }
    if (passed(swept_ns_, sweep_interval_ms)) {
        sweep_wanted_ = true;
        swept_ns_ = now_ns;
    }
    if (flush_wanted_ || sweep_wanted_) wake();
    arm();
}

void Points::put(std::vector<Sample> samples, Done done) {
    const char* refused = nullptr;
    {
        base::MutexLock lock(mutex_);
        if (stopped_) {
            refused = "the service is stopping";
        } else if (queued_samples_ + samples.size() > queued_samples_max) {
            refused = "too many samples wait to be written";
        } else {
            queued_samples_ += samples.size();
            queue_.push_back({std::move(samples), std::move(done)});
            wake();
        }
    }
    if (refused != nullptr) {
        done(base::Error{base::ErrorKind::unavailable, refused, "cloudwatch"});
    }
}

void Points::flush(Done done) {
    {
        base::MutexLock lock(mutex_);
        if (!stopped_) {
            flush_wanted_ = true;
            flushes_.push_back(std::move(done));
            wake();
            return;
        }
    }
    done(base::Error{base::ErrorKind::unavailable, "the service is stopping", "cloudwatch"});
}

void Points::sweep(Done done) {
    base::MutexLock lock(mutex_);
    sweep_wanted_ = true;
    sweeps_.push_back(std::move(done));
    wake();
}

void Points::wake() {
    if (writer_ != Writer::idle || stopped_) return;
    writer_ = Writer::posted;
    environment_.executor.post([this] { write(); });
}

// ---- the writer ----

void Points::write() {
    {
        base::MutexLock lock(mutex_);
        if (stopped_) return;  // stop() writes what is left
        writer_ = Writer::writing;
    }
    while (write_turn()) {
    }
}

// Everything that is wanted now; false when nothing was, and the writer rests.
bool Points::write_turn() {
    std::vector<Request> requests;
    std::vector<Done> flushes;
    std::vector<Done> sweeps;
    bool flush = false;
    bool sweep = false;
    {
        base::MutexLock lock(mutex_);
        std::size_t count = 0;
        std::size_t taken = 0;
        while (taken < queue_.size() && (taken == 0 || count < batch_samples_max))
            count += queue_[taken++].samples.size();
        const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(taken);
        requests.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
        queue_.erase(queue_.begin(), end);
        queued_samples_ -= count;
        flush = std::exchange(flush_wanted_, false);
        flushes.swap(flushes_);
        sweep = std::exchange(sweep_wanted_, false);
        if (sweep) sweeps.swap(sweeps_);
        if (requests.empty() && !flush && !sweep) {
            writer_ = Writer::idle;
            changed_.notify_all();
            return false;
        }
    }
    if (!requests.empty()) write_requests(std::move(requests));
    if (flush) {
        const auto written = write_measured();
        for (Done& done : flushes)
            done(written);
    }
    if (!sweep) return true;
    const auto more = sweep_turn();
    if (more && more.value()) {
        base::MutexLock lock(mutex_);
        sweep_wanted_ = !stopped_;
        for (Done& done : sweeps)
            sweeps_.push_back(std::move(done));
        return true;
    }
    if (!more) {
        environment_.log.error("old data points stay, will retry",
                               {{"error", more.error().describe()}});
    }
    for (Done& done : sweeps)
        done(more ? base::Result<void>(base::ok()) : base::Result<void>(more.error()));
    return true;
}

void Points::write_requests(std::vector<Request> requests) {
    Batch batch(metrics_, blocks_, environment_.clock.now());
    std::vector<Done> good;
    for (Request& request : requests) {
        std::size_t fresh = 0;
        const auto loaded = batch.load(request.samples, &fresh);
        if (!loaded) {
            request.done(loaded.error());
        } else if (metrics_count_ + batch.fresh_metrics() + fresh > metrics_most_) {
            request.done(base::Error{base::ErrorKind::limit, "there are too many metrics",
                                     std::to_string(metrics_most_)});
        } else {
            for (const Sample& sample : request.samples)
                batch.add(sample);
            good.push_back(std::move(request.done));
        }
    }
    if (good.empty()) return;
    const auto committed = environment_.store.commit(batch.changes());
    if (committed) metrics_count_ += batch.fresh_metrics();
    for (Done& done : good)
        done(committed);
}

base::Result<void> Points::write_measured() {
    std::shared_ptr<const std::vector<Sample>> samples;
    {
        base::MutexLock visible(visible_);
        flushing_.samples = std::make_shared<const std::vector<Sample>>(environment_.meters.take());
        if (flushing_.samples->empty()) {
            flushing_ = {};
            return base::ok();
        }
        flushing_.before = environment_.store.snapshot();
        samples = flushing_.samples;
    }
    const auto written = commit_measured(*samples);
    if (!written) {
        environment_.log.warn("metrics of services wait for the store",
                              {{"error", written.error().describe()}});
    }
    base::MutexLock visible(visible_);
    flushing_ = {};
    if (!written) environment_.meters.give_back(*samples);
    return written;
}

base::Result<void> Points::commit_measured(const std::vector<Sample>& samples) {
    Batch batch(metrics_, blocks_, environment_.clock.now());
    std::size_t fresh = 0;
    const auto loaded = batch.load(samples, &fresh);
    std::size_t lost = 0;
    for (const Sample& sample : samples) {
        // When something is wrong, what is wrong with one metric keeps no other from the disk.
        if (!loaded) {
            const auto one = batch.load({sample}, &fresh);
            if (!one && one.error().kind != base::ErrorKind::corrupt) return one.error();
            if (!one) {
                ++lost;
                continue;
            }
        }
        batch.add(sample);
    }
    if (lost > 0) {
        environment_.log.error(
            "measurements were dropped, as what they belong to is corrupt",
            {{"samples", std::to_string(lost)}, {"error", loaded.error().describe()}});
    }
    TRY_VOID(environment_.store.commit(batch.changes()));
    metrics_count_ += batch.fresh_metrics();
    return base::ok();
}

// ---- what has grown old ----

base::Result<bool> Points::sweep_turn() {
    Batch batch(metrics_, blocks_, environment_.clock.now());
    const std::string prefix = metrics_.key({});
    const std::string from = sweep_from_.empty() ? prefix : sweep_from_;
    std::vector<std::pair<std::string, MetricRow>> found;
    std::string next;
    // What is wrong with one metric keeps no other from being swept.
    std::size_t failures = 0;
    std::optional<base::Error> failed;
    const auto note = [&](const base::Error& error) {
        if (failures++ == 0) failed = error;
    };
    TRY_VOID(environment_.store.scan(
        from, meta_store::after_prefix(prefix), [&](std::string_view key, std::string_view bytes) {
            if (found.size() + failures == sweep_metrics_max) {
                next = key;
                return false;
            }
            MetricRow row;
            const auto decoded = meta_store::decode_row(shape::type_of<MetricRow>(), bytes, &row);
            if (decoded) {
                found.emplace_back(key.substr(prefix.size()), std::move(row));
            } else {
                note(decoded.error());
            }
            return true;
        }));
    sweep_from_ = next;
    for (const auto& [key, row] : found) {
        const auto swept = sweep_metric(key, row, batch);
        if (!swept) note(swept.error());
    }
    if (failed) {
        environment_.log.error(
            "old data points of some metrics stay, will retry",
            {{"metrics", std::to_string(failures)}, {"error", failed->describe()}});
    }
    if (!batch.empty()) {
        TRY_VOID(environment_.store.commit(batch.changes()));
        metrics_count_ -= batch.forgotten_metrics();
    }
    return !next.empty();
}

base::Result<void> Points::sweep_metric(std::string_view key, const MetricRow& row, Batch& batch) {
    meta_store::KeyReader reader(key);
    const std::string account = reader.text();
    const std::string region = reader.text();
    const Metric metric{account, region, row.metric_namespace, row.name, row.dimensions};
    const std::string id = metric.id();
    const std::int64_t now_s = environment_.clock.now().ms / 1000;
    bool left = false;
    for (std::size_t tier = 0; tier < tiers.size(); ++tier) {
        meta_store::Key under{id};
        under.add_number(tier);
        std::vector<Block> old;
        std::optional<base::Error> failed;
        TRY_VOID(blocks_.scan(under, [&](std::string_view at, const BlockRow& stored) {
            meta_store::KeyReader parts(at);
            parts.text();
            parts.number();
            const auto start_s = static_cast<std::int64_t>(parts.number());
            if (start_s + tiers[tier].block_s + tiers[tier].keep_s > now_s) {
                left = true;
                return false;
            }
            auto block = Block::decode(tier, start_s, stored.block.bytes);
            if (!block) {
                failed = block.error();
                return false;
            }
            old.push_back(std::move(block.value()));
            return true;
        }));
        if (failed) return *failed;
        for (const Block& block : old) {
            TRY_VOID(batch.fold(id, tier, block));
            left = left || tier + 1 < tiers.size();
        }
    }
    if (!left && now_s - row.active.ms / 1000 > day_s) {
        batch.forget_metric(std::string(key));
    }
    return base::ok();
}

// ---- reading ----

Points::View Points::view(const Metric& metric) const {
    View view;
    Flushing flushing;
    {
        base::MutexLock visible(visible_);
        flushing = flushing_;
        view.snapshot =
            flushing.before != nullptr ? flushing.before : environment_.store.snapshot();
        view.measured = environment_.meters.peek(metric);
    }
    if (flushing.samples == nullptr) return view;
    for (const Sample& sample : *flushing.samples) {
        if (sample.metric == metric) view.measured.push_back(sample);
    }
    return view;
}

base::Result<std::vector<Bucket>> Points::read(const Metric& metric, const Range& range,
                                               std::size_t& budget) const {
    const auto [snapshot, measured] = view(metric);
    std::map<std::pair<std::int64_t, Unit>, Bucket> found;
    const auto add = [&](std::int64_t time_s, Unit unit, const Statistics& numbers,
                         const Distribution& values) {
        if (time_s < range.start_s || time_s >= range.end_s) return true;
        if (range.unit && *range.unit != unit) return true;
        if (budget == 0) return false;
        --budget;
        const std::int64_t start_s =
            range.start_s + floor_to(time_s - range.start_s, range.period_s);
        Bucket& bucket = found[{start_s, unit}];
        bucket.start_s = start_s;
        bucket.unit = unit;
        bucket.numbers.merge(numbers);
        if (range.values) bucket.values.add(values);
        return true;
    };
    std::optional<base::Error> failed;
    const base::Error too_many{base::ErrorKind::limit, "too many data points", metric.name};
    const std::string id = metric.id();
    for (std::size_t tier = 0; tier < tiers.size(); ++tier) {
        if (tiers[tier].bucket_s > range.period_s) break;
        meta_store::Key under{id};
        under.add_number(tier);
        const auto from = block_key(id, tier, floor_to(range.start_s, tiers[tier].block_s));
        const auto visit = [&](std::string_view at, const BlockRow& stored) {
            meta_store::KeyReader parts(at);
            parts.text();
            parts.number();
            const auto start_s = static_cast<std::int64_t>(parts.number());
            if (start_s >= range.end_s) return false;
            const auto block = Block::decode(tier, start_s, stored.block.bytes);
            if (!block) failed = block.error();
            if (failed) return false;
            for (const Bucket& bucket : block.value().buckets()) {
                if (add(bucket.start_s, bucket.unit, bucket.numbers, bucket.values)) continue;
                failed = too_many;
                return false;
            }
            return true;
        };
        TRY_VOID(blocks_.scan(under, visit, &from, snapshot.get()));
        if (failed) return *failed;
    }
    if (tiers[standard_tier].bucket_s <= range.period_s) {
        for (const Sample& sample : measured)
            if (!add(sample.time_s, sample.unit, sample.numbers, sample.values)) return too_many;
    }
    std::vector<Bucket> buckets;
    buckets.reserve(found.size());
    for (auto& [place, bucket] : found)
        buckets.push_back(std::move(bucket));
    return buckets;
}

base::Result<void> Points::list(
    const std::string& account, const std::string& region,
    const std::optional<std::string>& metric_namespace, const std::string& first,
    const std::function<bool(std::string_view, MetricRow&)>& visit) const {
    meta_store::Key under{account, region};
    if (metric_namespace) under.add(*metric_namespace);
    const std::string prefix = metrics_.key({});
    const std::string low = prefix + under.encoded();
    const std::string from = std::max(low, prefix + first);
    const std::int64_t since_ms = environment_.clock.now().ms - listed_ms;
    std::optional<base::Error> failed;
    TRY_VOID(environment_.store.scan(
        from, meta_store::after_prefix(low), [&](std::string_view key, std::string_view bytes) {
            MetricRow row;
            auto decoded = meta_store::decode_row(shape::type_of<MetricRow>(), bytes, &row);
            if (!decoded) {
                failed = decoded.error();
                return false;
            }
            if (row.active.ms < since_ms) return true;
            return visit(key.substr(prefix.size()), row);
        }));
    if (failed) return *failed;
    return base::ok();
}

}  // namespace cloudwatch

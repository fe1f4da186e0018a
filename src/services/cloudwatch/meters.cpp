#include "services/cloudwatch/meters.h"

#include <algorithm>

namespace cloudwatch {

ResourceMeter::ResourceMeter(const ports::MeterPlace& place,
                             std::span<const ports::MetricDefinition> definitions)
    : definitions_(definitions) {
    for (const auto& definition : definitions) {
        metrics_.push_back({place.account,
                            place.region,
                            std::string(place.metric_namespace),
                            std::string(definition.name),
                            {{std::string(place.dimension), place.resource}}});
        units_.push_back(unit_of(definition.unit));
    }
    current_ = empty_minute(0);
    seen_.resize(definitions.size());
}

ResourceMeter::Minute ResourceMeter::empty_minute(std::int64_t number) const {
    return {number, std::vector<Measured>(definitions_.size())};
}

void ResourceMeter::observe(base::Timestamp at, std::span<const ports::Observation> observations) {
    const std::int64_t minute = at.ms / base::minute_ms;
    base::MutexLock lock(mutex_);
    if (minute > current_.number) {
        if (measured_) finish(std::exchange(current_, empty_minute(minute)));
        current_.number = minute;
        measured_ = false;
    }
    Minute* into = &current_;
    if (minute < current_.number) {
        into = find_finished(minute);  // what began earlier and ended now
    } else {
        measured_ = true;
    }
    for (const ports::Observation& observation : observations) {
        if (!seen_[observation.metric]) seen_[observation.metric] = fresh_ = true;
        Measured& measured = into->metrics[observation.metric];
        measured.numbers.add(observation.value);
        if (definitions_[observation.metric].percentiles) {
            measured.values.add(observation.value, 1);
        }
    }
}

void ResourceMeter::finish(Minute minute) {
    finished_.push_back(std::move(minute));
    if (finished_.size() > minutes_waiting_max) finished_.pop_front();
}

ResourceMeter::Minute* ResourceMeter::find_finished(std::int64_t number) {
    const auto found = std::find_if(finished_.begin(), finished_.end(),
                                    [&](const Minute& minute) { return minute.number == number; });
    if (found != finished_.end()) return &*found;
    finish(empty_minute(number));
    return &finished_.back();
}

void ResourceMeter::append(const Minute& minute, std::size_t index,
                           std::vector<Sample>& out) const {
    const Measured& measured = minute.metrics[index];
    if (measured.numbers.empty()) return;
    Sample sample;
    sample.metric = metrics_[index];
    sample.time_s = minute.number * 60;
    sample.unit = units_[index];
    sample.numbers = measured.numbers;
    if (definitions_[index].percentiles) {
        sample.values = measured.values;
    } else if (measured.numbers.uniform()) {
        sample.values.add(measured.numbers.minimum, measured.numbers.count);
    } else {
        sample.values.forget();
    }
    out.push_back(std::move(sample));
}

void ResourceMeter::take(std::vector<Sample>& out) {
    base::MutexLock lock(mutex_);
    if (measured_) {
        const std::int64_t number = current_.number;
        finish(std::exchange(current_, empty_minute(number)));
        measured_ = false;
    }
    fresh_ = false;
    for (const Minute& minute : finished_) {
        for (std::size_t i = 0; i < definitions_.size(); ++i)
            append(minute, i, out);
    }
    finished_.clear();
}

void ResourceMeter::peek(const std::string& metric_name, std::vector<Sample>& out) const {
    const auto found = std::find_if(
        definitions_.begin(), definitions_.end(),
        [&](const ports::MetricDefinition& definition) { return definition.name == metric_name; });
    if (found == definitions_.end()) return;
    const auto index = static_cast<std::size_t>(found - definitions_.begin());
    base::MutexLock lock(mutex_);
    for (const Minute& minute : finished_)
        append(minute, index, out);
    append(current_, index, out);
}

bool ResourceMeter::is_fresh() const {
    base::MutexLock lock(mutex_);
    return fresh_;
}

bool ResourceMeter::is_empty() const {
    base::MutexLock lock(mutex_);
    return !measured_ && finished_.empty();
}

std::string Meters::key_of(const std::string& account, const std::string& region,
                           std::string_view metric_namespace, std::string_view dimension,
                           const std::string& resource) {
    return meta_store::Key{account, region, metric_namespace, dimension, resource}.encoded();
}

std::shared_ptr<ports::Meter> Meters::meter(const ports::MeterPlace& place,
                                            std::span<const ports::MetricDefinition> definitions) {
    const std::string key = key_of(place.account, place.region, place.metric_namespace,
                                   place.dimension, place.resource);
    base::MutexLock lock(mutex_);
    auto& meter = meters_[key];
    if (meter == nullptr) meter = std::make_shared<ResourceMeter>(place, definitions);
    return meter;
}

std::vector<Sample> Meters::take() {
    base::MutexLock lock(mutex_);
    std::vector<Sample> samples = std::exchange(returned_, {});
    for (auto at = meters_.begin(); at != meters_.end();) {
        at->second->take(samples);
        // Nobody feeds it any more: its resource is gone.
        if (at->second.use_count() == 1 && at->second->is_empty()) {
            at = meters_.erase(at);
        } else {
            ++at;
        }
    }
    return samples;
}

void Meters::give_back(std::vector<Sample> samples) {
    base::MutexLock lock(mutex_);
    returned_ = std::move(samples);
    if (returned_.size() > samples_returned_max) {
        returned_.erase(returned_.begin(), returned_.end() - samples_returned_max);
    }
}

std::vector<Sample> Meters::peek(const Metric& metric) const {
    std::vector<Sample> samples;
    if (metric.dimensions.size() != 1) return samples;
    const DimensionRow& dimension = metric.dimensions.front();
    base::MutexLock lock(mutex_);
    for (const Sample& sample : returned_) {
        if (sample.metric == metric) samples.push_back(sample);
    }
    const auto found = meters_.find(key_of(metric.account, metric.region, metric.metric_namespace,
                                           dimension.name, dimension.value));
    if (found != meters_.end()) found->second->peek(metric.name, samples);
    return samples;
}

bool Meters::has_fresh() const {
    base::MutexLock lock(mutex_);
    return std::any_of(meters_.begin(), meters_.end(),
                       [](const auto& entry) { return entry.second->is_fresh(); });
}

}  // namespace cloudwatch

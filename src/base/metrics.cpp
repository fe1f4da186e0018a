#include "base/metrics.h"

#include <algorithm>
#include <bit>

namespace base {

void Histogram::observe_us(std::uint64_t microseconds) {
    const auto index = std::min<std::size_t>(
        static_cast<std::size_t>(std::bit_width(microseconds > 0 ? microseconds - 1 : 0)),
        bucket_count);
    buckets_[index].fetch_add(1, std::memory_order_relaxed);
    sum_us_.fetch_add(microseconds, std::memory_order_relaxed);
}

std::uint64_t Histogram::count() const {
    std::uint64_t total = 0;
    for (const auto& bucket : buckets_)
        total += bucket.load(std::memory_order_relaxed);
    return total;
}

template <class M>
M& Metrics::find_or_add(std::deque<Entry<M>>& entries, std::string_view name,
                        std::string_view labels, std::string_view help) {
    for (auto& entry : entries) {
        if (entry.name == name && entry.labels == labels) return entry.metric;
    }
    auto& entry = entries.emplace_back();
    entry.name = name;
    entry.labels = labels;
    entry.help = help;
    return entry.metric;
}

Counter& Metrics::counter(std::string_view name, std::string_view labels, std::string_view help) {
    MutexLock lock(mutex_);
    return find_or_add(counters_, name, labels, help);
}

Gauge& Metrics::gauge(std::string_view name, std::string_view labels, std::string_view help) {
    MutexLock lock(mutex_);
    return find_or_add(gauges_, name, labels, help);
}

Histogram& Metrics::histogram(std::string_view name, std::string_view labels,
                              std::string_view help) {
    MutexLock lock(mutex_);
    return find_or_add(histograms_, name, labels, help);
}

namespace {

std::string braces(const std::string& labels, const std::string& more = "") {
    if (labels.empty() && more.empty()) return "";
    return "{" + labels + (labels.empty() || more.empty() ? "" : ",") + more + "}";
}

void open_family(std::string& out, std::string& last, const std::string& name,
                 const std::string& help, const char* type) {
    if (last == name) return;
    last = name;
    out += "# HELP " + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
}

// Entries of one name must stand together in the exposition format.
template <class Entries>
auto by_name(const Entries& entries) {
    std::vector<const typename Entries::value_type*> sorted;
    for (const auto& entry : entries)
        sorted.push_back(&entry);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto* a, const auto* b) { return a->name < b->name; });
    return sorted;
}

void render_histogram(std::string& out, const std::string& name, const std::string& labels,
                      const Histogram& histogram) {
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < Histogram::bucket_count; ++i) {
        below += histogram.bucket(i);
        const double limit_s = static_cast<double>(std::uint64_t{1} << i) / 1e6;
        out += name + "_bucket" + braces(labels, "le=\"" + std::to_string(limit_s) + "\"") + " " +
               std::to_string(below) + "\n";
    }
    const std::string count = std::to_string(histogram.count());
    out += name + "_bucket" + braces(labels, "le=\"+Inf\"") + " " + count + "\n";
    out += name + "_sum" + braces(labels) + " " +
           std::to_string(static_cast<double>(histogram.sum_us()) / 1e6) + "\n";
    out += name + "_count" + braces(labels) + " " + count + "\n";
}

}  // namespace

std::string Metrics::render() const {
    MutexLock lock(mutex_);
    std::string out;
    std::string last;
    for (const auto* entry : by_name(counters_)) {
        open_family(out, last, entry->name, entry->help, "counter");
        out += entry->name + braces(entry->labels) + " " + std::to_string(entry->metric.value()) +
               "\n";
    }
    for (const auto* entry : by_name(gauges_)) {
        open_family(out, last, entry->name, entry->help, "gauge");
        out += entry->name + braces(entry->labels) + " " + std::to_string(entry->metric.value()) +
               "\n";
    }
    for (const auto* entry : by_name(histograms_)) {
        open_family(out, last, entry->name, entry->help, "histogram");
        render_histogram(out, entry->name, entry->labels, entry->metric);
    }
    return out;
}

}  // namespace base

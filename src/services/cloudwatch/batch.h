// Changes to points under way: blocks and metrics are read once, changed in memory, and stored
// together. One thread.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "base/clock.h"
#include "services/cloudwatch/metric.h"

namespace cloudwatch {

class Batch {
  public:
    Batch(const meta_store::Table<MetricRow>& metrics, const meta_store::Table<BlockRow>& blocks,
          base::Timestamp now)
        : metrics_(metrics), blocks_(blocks), now_(now) {}

    // Read what `samples` touch; changes nothing. *fresh: metrics among them that nobody knows.
    base::Result<void> load(const std::vector<Sample>& samples, std::size_t* fresh);
    // After load().
    void add(const Sample& sample);
    // The buckets of a block that is too old for its tier, into the next one; the block goes.
    // An error changes nothing.
    base::Result<void> fold(const std::string& metric_id, std::size_t tier, const Block& block);
    void forget_metric(const std::string& encoded_key) { gone_metrics_.push_back(encoded_key); }

    std::size_t fresh_metrics() const { return fresh_metrics_; }
    std::size_t forgotten_metrics() const { return gone_metrics_.size(); }
    bool empty() const;
    meta_store::Changes changes() const;

  private:
    using Place = std::tuple<std::string, std::size_t, std::int64_t>;  // metric id, tier, start
    struct Held {
        Block block;
        bool changed = false;
    };
    struct HeldMetric {
        MetricRow row;
        meta_store::Key key;
        bool known = false;
        bool changed = false;
    };

    // Absent: too old to be kept.
    std::optional<Place> place_of(const std::string& id, const Sample& sample) const;
    base::Result<void> load_block(const Place& place);

    const meta_store::Table<MetricRow>& metrics_;
    const meta_store::Table<BlockRow>& blocks_;
    const base::Timestamp now_;
    std::map<Place, Held> held_;
    std::map<std::string, HeldMetric> held_metrics_;  // by id
    std::vector<Place> gone_;
    std::vector<std::string> gone_metrics_;
    std::size_t fresh_metrics_ = 0;
};

meta_store::Key block_key(const std::string& metric_id, std::size_t tier, std::int64_t start_s);

}  // namespace cloudwatch

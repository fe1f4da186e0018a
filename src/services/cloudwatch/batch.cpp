#include "services/cloudwatch/batch.h"

#include <set>

#include "services/cloudwatch/points.h"

namespace cloudwatch {

meta_store::Key block_key(const std::string& metric_id, std::size_t tier, std::int64_t start_s) {
    meta_store::Key key{metric_id};
    key.add_number(tier).add_number(static_cast<std::uint64_t>(std::max<std::int64_t>(start_s, 0)));
    return key;
}

std::optional<Batch::Place> Batch::place_of(const std::string& id, const Sample& sample) const {
    std::size_t tier = sample.high_resolution ? 0 : standard_tier;
    const std::int64_t age_s = now_.ms / 1000 - sample.time_s;
    while (tier < tiers.size() && age_s > tiers[tier].keep_s)
        ++tier;
    if (tier == tiers.size()) return std::nullopt;
    return Place{id, tier, floor_to(sample.time_s, tiers[tier].block_s)};
}

base::Result<void> Batch::load_block(const Place& place) {
    if (held_.contains(place)) return base::ok();
    const auto& [id, tier, start_s] = place;
    TRY(row, blocks_.get(block_key(id, tier, start_s)));
    if (row) {
        TRY(block, Block::decode(tier, start_s, row->block.bytes));
        held_.emplace(place, Held{std::move(block)});
    } else {
        held_.emplace(place, Held{Block(tier, start_s)});
    }
    return base::ok();
}

base::Result<void> Batch::load(const std::vector<Sample>& samples, std::size_t* fresh) {
    std::set<std::string> unknown;
    for (const Sample& sample : samples) {
        const std::string id = sample.metric.id();
        const auto found = held_metrics_.find(id);
        if (found == held_metrics_.end()) {
            HeldMetric held;
            held.key = sample.metric.key();
            TRY(row, metrics_.get(held.key));
            held.known = row.has_value();
            if (row) held.row = std::move(*row);
            if (!held.known) unknown.insert(id);
            held_metrics_.emplace(id, std::move(held));
        } else if (!found->second.known && !found->second.changed) {
            unknown.insert(id);
        }
        if (const auto place = place_of(id, sample)) {
            TRY_VOID(load_block(*place));
        }
    }
    *fresh = unknown.size();
    return base::ok();
}

void Batch::add(const Sample& sample) {
    const std::string id = sample.metric.id();
    const auto place = place_of(id, sample);
    if (!place) return;
    Held& held = held_.at(*place);
    held.block.add(sample.time_s, sample.unit, sample.numbers, sample.values);
    held.changed = true;
    HeldMetric& metric = held_metrics_.at(id);
    if (!metric.known && !metric.changed) {
        ++fresh_metrics_;
        metric.row = {sample.metric.metric_namespace, sample.metric.name, sample.metric.dimensions,
                      now_};
        metric.changed = true;
    } else if (now_.ms - metric.row.active.ms >= active_step_ms) {
        metric.row.active = now_;
        metric.changed = true;
    }
}

base::Result<void> Batch::fold(const std::string& metric_id, std::size_t tier, const Block& block) {
    // What this batch added to the block goes along.
    const auto held_here = held_.find({metric_id, tier, block.start_s()});
    const bool added = held_here != held_.end() && held_here->second.changed;
    const std::vector<Bucket> buckets = added ? held_here->second.block.buckets() : block.buckets();
    const std::size_t next = tier + 1;
    const auto place_in_next = [&](const Bucket& bucket) {
        return Place{metric_id, next, floor_to(bucket.start_s, tiers[next].block_s)};
    };
    if (next < tiers.size()) {
        // All is read before anything changes.
        for (const Bucket& bucket : buckets) {
            TRY_VOID(load_block(place_in_next(bucket)));
        }
        for (const Bucket& bucket : buckets) {
            Held& held = held_.at(place_in_next(bucket));
            held.block.add(bucket.start_s, bucket.unit, bucket.numbers, bucket.values);
            held.changed = true;
        }
    }
    if (added) held_here->second.changed = false;
    gone_.emplace_back(metric_id, tier, block.start_s());
    return base::ok();
}

bool Batch::empty() const {
    if (!gone_.empty() || !gone_metrics_.empty()) return false;
    for (const auto& [place, held] : held_) {
        if (held.changed) return false;
    }
    return true;
}

meta_store::Changes Batch::changes() const {
    meta_store::Changes changes;
    for (const auto& [place, held] : held_) {
        if (!held.changed) continue;
        const auto& [id, tier, start_s] = place;
        blocks_.put(changes, block_key(id, tier, start_s), {{held.block.encode()}});
    }
    for (const auto& [id, metric] : held_metrics_) {
        if (metric.changed) metrics_.put(changes, metric.key, metric.row);
    }
    for (const auto& [id, tier, start_s] : gone_)
        blocks_.erase(changes, block_key(id, tier, start_s));
    for (const std::string& key : gone_metrics_)
        changes.erase(metrics_.key({}) + key);
    return changes;
}

}  // namespace cloudwatch

#include "object_store/compaction.h"

#include "object_store/transaction.h"

namespace object_store {

namespace {

// A live record: where it is and which row says so.
struct Live {
    segment_log::Position position = 0;
    PlaceRow place;
};

// Point the owner's extent from `from` to `to`. False when it does not refer to `from`.
bool redirect(ExtentRow& extent, segment_log::Position from, segment_log::Position to) {
    if (extent.position != static_cast<std::int64_t>(from)) return false;
    extent.position = static_cast<std::int64_t>(to);
    return true;
}

// The owner's row with the extent redirected; empty when it does not refer to `from` any more.
base::Result<std::optional<std::string>> redirect_row(std::string_view owner,
                                                      std::string_view bytes,
                                                      segment_log::Position from,
                                                      segment_log::Position to) {
    std::optional<std::string> changed;
    if (owner.starts_with(objects_table) || owner.starts_with(versions_table)) {
        TRY(row, decode<ObjectRow>(bytes));
        if (redirect(row.extent, from, to)) changed = encode(row);
    } else if (owner.starts_with(parts_table)) {
        TRY(row, decode<PartRow>(bytes));
        if (redirect(row.extent, from, to)) changed = encode(row);
    } else if (owner.starts_with(layouts_table)) {
        TRY(row, decode<LayoutRow>(bytes));
        for (ExtentRow& extent : row.extents) {
            if (redirect(extent, from, to)) changed = encode(row);
        }
    }
    return changed;
}

// Record i of `moved` is now also at first + i.
base::Result<void> plan_moves(Core& core, const std::vector<Live>& moved,
                              segment_log::Position first, Plan& plan) {
    // Several parts of one layout may move together: each row is read once and changed in turn.
    std::map<std::string, std::optional<std::string>> owners;
    std::set<std::string> changed;
    for (std::size_t i = 0; i < moved.size(); ++i) {
        const std::string from_key = place_key(moved[i].position);
        TRY(raw_place, plan.read(core.environment.store, from_key));
        if (!raw_place) continue;                  // died: the copy is dead bytes
        TRY(place, decode<PlaceRow>(*raw_place));  // an upload may have been completed meanwhile
        const std::string& owner = place.owner.bytes;
        if (!owners.contains(owner)) {
            TRY(raw, plan.read(core.environment.store, owner));
            owners[owner] = std::move(raw);
        }
        plan.changes.erase(from_key);
        std::optional<std::string>& bytes = owners[owner];
        if (!bytes) continue;
        const segment_log::Position to = first + i;
        TRY(row, redirect_row(owner, *bytes, moved[i].position, to));
        if (!row) continue;
        bytes = std::move(*row);
        changed.insert(owner);
        plan.changes.put(place_key(to), encode(place));
    }
    for (const std::string& owner : changed)
        plan.changes.put(owner, *owners[owner]);
    return base::ok();
}

class Pass : public std::enable_shared_from_this<Pass> {
  public:
    Pass(std::shared_ptr<Core> core, base::UniqueFunction<void(base::Result<std::size_t>)> done)
        : core_(std::move(core)), done_(std::move(done)) {}

    void run() {
        core_->dead_bytes.store(0);
        auto chosen = choose();
        if (!chosen) return end(chosen.error());
        next_segment();
    }

  private:
    base::Result<void> choose();
    void next_segment();
    void next_copies();
    void copied(std::vector<Live> live, segment_log::Position first, Floors::Hold hold);
    base::Result<std::vector<Live>> live_records(const segment_log::SegmentInfo& segment,
                                                 std::size_t records_max) const;
    base::Result<std::vector<segment_log::Record>> read(const std::vector<Live>& live) const;
    void end(base::Result<std::size_t> result) {
        core_->compacting.store(false);
        done_(std::move(result));
    }

    std::shared_ptr<Core> core_;
    base::UniqueFunction<void(base::Result<std::size_t>)> done_;
    std::vector<segment_log::SegmentInfo> segments_;  // the last one is worked on
    std::size_t removed_ = 0;
};

base::Result<void> Pass::choose() {
    for (const segment_log::SegmentInfo& segment : core_->small->segments()) {
        if (!segment.sealed || segment.first == 0) continue;
        std::uint64_t live_bytes = 0;
        std::optional<base::Error> failed;
        TRY_VOID(core_->environment.store.scan(
            place_key(segment.first), place_key(segment.last + 1),
            [&](std::string_view, std::string_view value) {
                auto place = decode<PlaceRow>(value);
                if (!place) {
                    failed = place.error();
                    return false;
                }
                live_bytes += static_cast<std::uint64_t>(place.value().size);
                return live_bytes * 100 <= segment.bytes * live_percent_max;
            }));
        if (failed) return *failed;
        if (live_bytes * 100 <= segment.bytes * live_percent_max) segments_.push_back(segment);
    }
    return base::ok();
}

void Pass::next_segment() {
    // Segments that a write in flight may still refer to wait for a later pass.
    while (!segments_.empty() && !core_->floors.are_above(segments_.back().last)) {
        segments_.pop_back();
    }
    if (segments_.empty() || core_->stopped.load()) return end(removed_);
    core_->environment.executor.post([self = shared_from_this()] { self->next_copies(); });
}

base::Result<std::vector<Live>> Pass::live_records(const segment_log::SegmentInfo& segment,
                                                   std::size_t records_max) const {
    std::vector<Live> live;
    std::uint64_t bytes = 0;
    std::optional<base::Error> failed;
    TRY_VOID(core_->environment.store.scan(
        place_key(segment.first), place_key(segment.last + 1),
        [&](std::string_view key, std::string_view value) {
            auto place = decode<PlaceRow>(value);
            if (!place) {
                failed = place.error();
                return false;
            }
            bytes += static_cast<std::uint64_t>(place.value().size);
            if (!live.empty() && bytes > copied_bytes_max) return false;
            live.push_back({base::load_ordered<std::uint64_t>(key.data() + places_table.size()),
                            std::move(place.value())});
            return live.size() < records_max;
        }));
    if (failed) return *failed;
    return live;
}

base::Result<std::vector<segment_log::Record>> Pass::read(const std::vector<Live>& live) const {
    std::vector<segment_log::Record> records;
    for (const Live& one : live) {
        TRY(batch, core_->small->read_one(one.position));
        if (batch.records.size() != 1) {
            return base::Error{base::ErrorKind::corrupt, "a live record is missing",
                               std::to_string(one.position)};
        }
        records.push_back({0, batch.records[0].time, std::string(batch.records[0].payload)});
    }
    return records;
}

// Copy some of what lives in the segment, or remove it when nothing does.
void Pass::next_copies() {
    if (core_->stopped.load()) return end(removed_);
    const segment_log::SegmentInfo& segment = segments_.back();
    auto live = live_records(segment, copied_records_max);
    if (!live) return end(live.error());
    if (live.value().empty()) {
        auto removed = core_->small->remove_segment(segment.id);
        if (!removed) return end(removed.error());
        ++removed_;
        segments_.pop_back();
        return next_segment();
    }
    auto records = read(live.value());
    if (!records) return end(records.error());
    Floors::Hold hold = core_->floors.hold(*core_->small);
    core_->small->append(
        std::move(records.value()),
        [self = shared_from_this(), moved = std::move(live.value()),
         hold = std::move(hold)](base::Result<segment_log::Position> first) mutable {
            if (!first) return self->end(first.error());
            self->copied(std::move(moved), first.value(), std::move(hold));
        });
}

// The copies are durable: let their owners refer to them, each unless it changed meanwhile.
void Pass::copied(std::vector<Live> live, segment_log::Position first, Floors::Hold hold) {
    run_transaction(
        core_,
        [core = core_, moved = std::move(live), first](Plan& plan) {
            return plan_moves(*core, moved, first, plan);
        },
        {},
        [self = shared_from_this(), hold = std::move(hold)](base::Result<void> result) mutable {
            hold = {};
            if (!result) return self->end(result.error());
            self->core_->environment.executor.post([self] { self->next_copies(); });
        });
}

}  // namespace

void compact(const std::shared_ptr<Core>& core,
             base::UniqueFunction<void(base::Result<std::size_t>)> done) {
    if (core->compacting.exchange(true)) {
        core->environment.executor.post([done = std::move(done)]() mutable {
            done(base::Error{base::ErrorKind::unavailable, "a compaction is running", {}});
        });
        return;
    }
    auto pass = std::make_shared<Pass>(core, std::move(done));
    core->environment.executor.post([pass] { pass->run(); });
}

void start_compaction(const std::shared_ptr<Core>& core) {
    if (core->compacting.load()) return;
    compact(core, [core](base::Result<std::size_t> removed) {
        if (!removed) {
            if (removed.error().kind == base::ErrorKind::unavailable) return;
            core->environment.log.error("compaction of small objects failed",
                                        {{"error", removed.error().describe()}});
        } else if (removed.value() > 0) {
            core->environment.log.info("compacted small objects",
                                       {{"segments_removed", std::to_string(removed.value())}});
        }
    });
}

}  // namespace object_store

#include "object_store/versions.h"

#include "object_store/index.h"

namespace object_store {

namespace {

bool is_null(const ObjectRow& row) {
    return !row.version.has_value();
}

bool condition_holds(const Removal& removal, const ObjectRow& row) {
    if (removal.if_etag && row.etag != *removal.if_etag) return false;
    return !removal.if_modified || row.modified == *removal.if_modified;
}

bool has_condition(const Removal& removal) {
    return removal.if_etag.has_value() || removal.if_modified.has_value();
}

base::Error no_such_version() {
    return {base::ErrorKind::not_found, "there is no such version", "version"};
}

}  // namespace

base::Result<void> KeyVersions::load() {
    TRY(raw, plan_.read(core_.environment.store, object_key(bucket_, key_)));
    if (raw) {
        TRY(row, decode<ObjectRow>(*raw));
        live_ = std::move(row);
        was_live_ = true;
    }
    return base::ok();
}

base::Result<std::optional<KeyVersions::Stored>> KeyVersions::stored(std::int64_t sequence) {
    std::optional<Stored> found;
    if (const auto changed = changed_.find(sequence); changed != changed_.end()) {
        if (changed->second) found = Stored{sequence, *changed->second};
        return found;
    }
    TRY(raw, plan_.read(core_.environment.store, version_key(bucket_, key_, sequence)));
    if (!raw) return found;
    TRY(row, decode<ObjectRow>(*raw));
    found = Stored{sequence, std::move(row)};
    return found;
}

// The newest of what `versions` holds, as changed so far.
base::Result<std::optional<KeyVersions::Stored>> KeyVersions::newest_stored() {
    std::optional<std::int64_t> newest;
    for (const auto& [sequence, row] : changed_) {
        if (row) newest = sequence;
    }
    const std::string prefix = version_prefix(bucket_, key_);
    TRY_VOID(core_.environment.store.scan(prefix, meta_store::after_prefix(prefix),
                                          [&](std::string_view at, std::string_view) {
                                              const std::int64_t sequence = sequence_of_key(at);
                                              if (changed_.contains(sequence)) return true;
                                              if (!newest || sequence > *newest) newest = sequence;
                                              return false;
                                          }));
    if (!newest) return std::optional<Stored>();
    return stored(*newest);
}

base::Result<std::optional<std::int64_t>> KeyVersions::null_sequence() {
    if (!null_known_) {
        TRY(raw, plan_.read(core_.environment.store, null_key(bucket_, key_)));
        if (raw) {
            TRY(row, decode<NullRow>(*raw));
            null_ = row.sequence;
        }
        null_known_ = true;
    }
    return null_;
}

base::Result<std::optional<KeyVersions::Stored>> KeyVersions::find_stored(
    const std::string& version_id) {
    std::optional<std::int64_t> sequence = sequence_of_id(version_id);
    if (version_id == "null") {
        TRY(at, null_sequence());
        sequence = at;
    }
    if (!sequence) return std::optional<Stored>();
    TRY(found, stored(*sequence));
    if (found && found->row.version.value_or("null") != version_id) found.reset();
    return found;
}

void KeyVersions::store(Stored version) {
    if (is_null(version.row)) {
        null_ = version.sequence;
        null_known_ = null_changed_ = true;
    }
    changed_[version.sequence] = std::move(version.row);
}

// The null version goes for good, wherever it is: a new one takes its place.
base::Result<void> KeyVersions::drop_null() {
    if (live_ && is_null(*live_)) {
        freed_.push_back(std::move(*live_));
        live_.reset();
        live_changed_ = true;
    }
    TRY(sequence, null_sequence());
    if (!sequence) return base::ok();
    TRY(old, stored(*sequence));
    if (old && !old->row.marker.value_or(false)) freed_.push_back(old->row);
    changed_[*sequence] = std::nullopt;
    null_.reset();
    null_changed_ = true;
    return base::ok();
}

// The newest version, if any is left, is the newest no more.
base::Result<void> KeyVersions::supersede(std::optional<Stored> top) {
    const base::Timestamp now = core_.environment.clock.now();
    if (live_) {
        Stored down{sequence_of(*live_), std::move(*live_)};
        down.row.superseded = now;
        live_.reset();
        live_changed_ = true;
        store(std::move(down));
    } else if (top && !top->row.superseded) {
        const auto now_there = changed_.find(top->sequence);
        if (now_there != changed_.end() && !now_there->second) return base::ok();  // dropped
        top->row.superseded = now;
        changed_[top->sequence] = std::move(top->row);
    }
    return base::ok();
}

// Make the newest version the second newest; the sequence of the one to come.
base::Result<std::int64_t> KeyVersions::make_room() {
    std::int64_t newest = 0;
    std::optional<Stored> top;
    TRY_VOID(settle());
    if (live_) {
        newest = sequence_of(*live_);
    } else {
        TRY(found, newest_stored());
        top = std::move(found);
        if (top) newest = top->sequence;
    }
    if (bucket_.versioning == versioning_suspended) {
        TRY_VOID(drop_null());
    }
    TRY_VOID(supersede(std::move(top)));
    const std::int64_t next = newest + 1;
    // Of two that take the same place one has to start over.
    if (!changed_.contains(next)) plan_.require_absent(version_key(bucket_, key_, next));
    return next;
}

base::Result<void> KeyVersions::put(ObjectRow& row) {
    row.sequence.reset();
    row.version.reset();
    if (!bucket_.versioning) {
        if (live_) freed_.push_back(std::move(*live_));
    } else {
        TRY(sequence, make_room());
        row.sequence = sequence;
        if (bucket_.versioning == versioning_enabled) {
            row.version = make_version_id(sequence, core_.environment.random);
        }
    }
    live_ = row;
    live_changed_ = true;
    live_moved_ = false;
    return base::ok();
}

base::Result<Removed> KeyVersions::remove() {
    if (!bucket_.versioning) {
        if (!live_) return Removed{};
        freed_.push_back(std::move(*live_));
        live_.reset();
        live_changed_ = true;
        return Removed{"null", false, false};
    }
    TRY(sequence, make_room());
    ObjectRow marker;
    marker.modified = core_.environment.clock.now();
    marker.marker = true;
    marker.sequence = sequence;
    if (bucket_.versioning == versioning_enabled) {
        marker.version = make_version_id(sequence, core_.environment.random);
    }
    Removed removed{marker.version.value_or("null"), true, false};
    store({sequence, std::move(marker)});
    return removed;
}

// When the newest version went, the one below it is the newest now.
base::Result<void> KeyVersions::settle() {
    if (!std::exchange(newest_gone_, false)) return base::ok();
    TRY(top, newest_stored());
    if (!top) return base::ok();
    top->row.superseded.reset();
    if (top->row.marker.value_or(false)) {
        changed_[top->sequence] = std::move(top->row);
        return base::ok();
    }
    if (is_null(top->row)) {
        null_.reset();
        null_known_ = null_changed_ = true;
    }
    changed_[top->sequence] = std::nullopt;
    live_ = std::move(top->row);
    live_changed_ = true;
    live_moved_ = true;
    return base::ok();
}

base::Result<Removed> KeyVersions::remove_version(const Removal& removal) {
    const std::string& id = *removal.version_id;
    if (live_ && live_->version.value_or("null") == id) {
        if (!condition_holds(removal, *live_)) return Removed{id, false, true};
        freed_.push_back(std::move(*live_));
        live_.reset();
        live_changed_ = true;
        newest_gone_ = true;
        return Removed{id, false, false};
    }
    TRY(found, find_stored(id));
    if (!found) return Removed{{}, false, has_condition(removal)};
    if (!condition_holds(removal, found->row)) return Removed{id, false, true};
    const bool marker = found->row.marker.value_or(false);
    const bool newest = !found->row.superseded && !live_;
    if (!marker) freed_.push_back(found->row);
    if (is_null(found->row)) {
        null_.reset();
        null_known_ = null_changed_ = true;
    }
    changed_[found->sequence] = std::nullopt;
    if (newest) newest_gone_ = true;
    return Removed{id, marker, false};
}

base::Result<ObjectRow> KeyVersions::set_tags(const std::optional<std::string>& version_id,
                                              const std::map<std::string, std::string>& tags) {
    const std::optional<Tags> wanted = tags.empty() ? std::nullopt : std::optional<Tags>(tags);
    if (live_ && (!version_id || live_->version.value_or("null") == *version_id)) {
        live_->tags = wanted;
        live_changed_ = true;
        return *live_;
    }
    if (!version_id) {
        return base::Error{base::ErrorKind::not_found, "there is no such object", "key"};
    }
    TRY(found, find_stored(*version_id));
    if (!found) return no_such_version();
    if (found->row.marker.value_or(false)) {
        return base::Error{base::ErrorKind::invalid, "the version is a delete marker", "marker"};
    }
    found->row.tags = wanted;
    changed_[found->sequence] = found->row;
    return found->row;
}

base::Result<void> KeyVersions::finish() {
    TRY_VOID(settle());
    const auto own = [&](const ObjectRow& row, const std::string& owner) {
        if (!row.extent.position) return;
        plan_.changes.put(place_key(static_cast<segment_log::Position>(*row.extent.position)),
                          encode(PlaceRow{{owner}, row.extent.size}));
    };
    if (live_changed_) {
        std::string at = object_key(bucket_, key_);
        if (live_) {
            if (live_moved_) own(*live_, at);
            plan_.changes.put(std::move(at), encode(*live_));
        } else if (was_live_) {
            plan_.changes.erase(std::move(at));
        }
    }
    for (const auto& [sequence, row] : changed_) {
        std::string at = version_key(bucket_, key_, sequence);
        if (row) {
            own(*row, at);
            plan_.changes.put(std::move(at), encode(*row));
        } else {
            plan_.changes.erase(std::move(at));
        }
    }
    if (null_changed_) {
        std::string at = null_key(bucket_, key_);
        if (null_) {
            plan_.changes.put(std::move(at), encode(NullRow{*null_}));
        } else {
            plan_.changes.erase(std::move(at));
        }
    }
    for (const ObjectRow& row : freed_)
        free_object(plan_, row);
    return base::ok();
}

base::Result<ObjectRow> find_version(const Core& core, const Bucket& bucket, const std::string& key,
                                     const std::string& version_id) {
    // One moment for all reads: the version may be moving up or down.
    const auto snapshot = core.environment.store.snapshot();
    const meta_store::MetaStore& store = core.environment.store;
    TRY(live, store.get(object_key(bucket, key), snapshot.get()));
    if (live) {
        TRY(row, decode<ObjectRow>(*live));
        if (row.version.value_or("null") == version_id) return row;
    }
    std::optional<std::int64_t> sequence = sequence_of_id(version_id);
    if (version_id == "null") {
        TRY(raw, store.get(null_key(bucket, key), snapshot.get()));
        if (raw) {
            TRY(row, decode<NullRow>(*raw));
            sequence = row.sequence;
        }
    }
    if (!sequence) return no_such_version();
    TRY(raw, store.get(version_key(bucket, key, *sequence), snapshot.get()));
    if (!raw) return no_such_version();
    TRY(row, decode<ObjectRow>(*raw));
    if (row.version.value_or("null") != version_id) return no_such_version();
    return row;
}

base::Result<std::optional<ObjectInfo>> find_marker(const Core& core, const std::string& bucket,
                                                    const std::string& key) {
    TRY(row, core.bucket(bucket));
    std::optional<ObjectInfo> marker;
    const auto snapshot = core.environment.store.snapshot();
    TRY(live, core.environment.store.get(object_key(row.bucket, key), snapshot.get()));
    if (live) return marker;
    std::optional<base::Error> failed;
    const std::string prefix = version_prefix(row.bucket, key);
    const auto look = [&](std::string_view, std::string_view value) {
        auto version = decode<ObjectRow>(value);
        if (!version) {
            failed = version.error();
        } else if (version.value().marker.value_or(false)) {
            marker = to_info(key, std::move(version.value()));
        }
        return false;
    };
    TRY_VOID(core.environment.store.scan(prefix, meta_store::after_prefix(prefix), look,
                                         snapshot.get()));
    if (failed) return *failed;
    return marker;
}

base::Result<void> remove_versions(Core& core, Plan& plan, const std::string& bucket,
                                   const std::vector<Removal>& removals,
                                   std::vector<Removed>& answers) {
    TRY(found, require_bucket(core, plan, bucket));
    answers.assign(removals.size(), {});
    std::map<std::string_view, std::vector<std::size_t>> by_key;
    for (std::size_t i = 0; i < removals.size(); ++i)
        by_key[removals[i].key].push_back(i);
    for (const auto& [key, indexes] : by_key) {
        KeyVersions versions(core, plan, found, std::string(key));
        TRY_VOID(versions.load());
        for (const std::size_t i : indexes) {
            if (!removals[i].version_id) continue;
            TRY(removed, versions.remove_version(removals[i]));
            answers[i] = std::move(removed);
        }
        TRY_VOID(versions.settle());
        std::optional<Removed> plain;
        for (const std::size_t i : indexes) {
            if (removals[i].version_id) continue;
            if (!plain && has_condition(removals[i]) &&
                (!versions.live() || !condition_holds(removals[i], *versions.live()))) {
                answers[i].refused = true;
                continue;
            }
            if (!plain) {
                TRY(removed, versions.remove());
                plain = std::move(removed);
            }
            answers[i] = *plain;
        }
        TRY_VOID(versions.finish());
    }
    return base::ok();
}

}  // namespace object_store

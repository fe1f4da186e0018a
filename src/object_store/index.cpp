#include "object_store/index.h"

namespace object_store {

namespace {

// if_etag of S3: one etag; the quotes are the caller's to remove.
base::Result<void> check_condition(const Condition& condition,
                                   const std::optional<ObjectRow>& old) {
    const auto refused = [] {
        return base::Error{base::ErrorKind::invalid, "the condition does not hold", "precondition"};
    };
    if (condition.if_none_exists && old) return refused();
    if (condition.if_etag) {
        if (!old) return base::Error{base::ErrorKind::not_found, "there is no such object", "key"};
        if (old->etag != *condition.if_etag) return refused();
    }
    return base::ok();
}

void free_object(Plan& plan, const ObjectRow& old) {
    free_extent(plan, old.extent);
    if (old.layout) {
        Garbage garbage{Garbage::Kind::layout, static_cast<std::uint64_t>(*old.layout)};
        plan.changes.put(garbage.key(), {});
        plan.garbage.push_back(std::move(garbage));
    }
}

}  // namespace

void free_extent(Plan& plan, const ExtentRow& extent) {
    if (extent.file) {
        Garbage garbage{Garbage::Kind::file, static_cast<std::uint64_t>(*extent.file)};
        plan.changes.erase(file_key(garbage.number));
        plan.changes.put(garbage.key(), {});
        plan.garbage.push_back(std::move(garbage));
    } else if (extent.position) {
        plan.changes.erase(place_key(static_cast<segment_log::Position>(*extent.position)));
        plan.dead_bytes += static_cast<std::uint64_t>(extent.size);
    }
}

base::Result<Bucket> require_bucket(Core& core, Plan& plan, const std::string& bucket) {
    TRY(raw, plan.read(core.environment.store, bucket_key(bucket)));
    if (!raw) return base::Error{base::ErrorKind::not_found, "there is no such bucket", "bucket"};
    TRY(row, decode<BucketRow>(*raw));
    if (row.deleting) {
        return base::Error{base::ErrorKind::not_found, "the bucket is being deleted", "bucket"};
    }
    return std::move(row.bucket);
}

base::Result<void> replace_object(Core& core, Plan& plan, const Bucket& bucket,
                                  const std::string& key, const Condition& condition,
                                  const ObjectRow& row) {
    std::string at = object_key(bucket, key);
    TRY(raw, plan.read(core.environment.store, at));
    std::optional<ObjectRow> old;
    if (raw) {
        TRY(decoded, decode<ObjectRow>(*raw));
        old = std::move(decoded);
    }
    TRY_VOID(check_condition(condition, old));
    if (old) free_object(plan, *old);
    plan.changes.put(std::move(at), encode(row));
    return base::ok();
}

base::Result<void> remove_objects(Core& core, Plan& plan, const std::string& bucket,
                                  const std::vector<std::string>& keys) {
    TRY(row, core.bucket(bucket));
    for (const std::string& key : std::set<std::string>(keys.begin(), keys.end())) {
        std::string at = object_key(row.bucket, key);
        TRY(present, core.environment.store.get(at));
        if (!present) continue;  // no need to depend on its absence
        TRY(raw, plan.read(core.environment.store, at));
        if (!raw) continue;
        TRY(old, decode<ObjectRow>(*raw));
        free_object(plan, old);
        plan.changes.erase(std::move(at));
    }
    return base::ok();
}

}  // namespace object_store

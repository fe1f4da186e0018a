#include "object_store/index.h"

#include "object_store/versions.h"

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

void free_object(Plan& plan, const ObjectRow& old) {
    free_extent(plan, old.extent);
    if (old.layout) {
        Garbage garbage{Garbage::Kind::layout, static_cast<std::uint64_t>(*old.layout)};
        plan.changes.put(garbage.key(), {});
        plan.garbage.push_back(std::move(garbage));
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
                                  ObjectRow& row) {
    KeyVersions versions(core, plan, bucket, key);
    TRY_VOID(versions.load());
    TRY_VOID(check_condition(condition, versions.live()));
    TRY_VOID(versions.put(row));
    return versions.finish();
}

}  // namespace object_store

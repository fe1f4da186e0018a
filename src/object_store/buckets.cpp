#include "object_store/buckets.h"

#include "base/ids.h"
#include "object_store/collector.h"
#include "object_store/index.h"

namespace object_store {

namespace {

// No objects, and no versions or delete markers either.
base::Result<bool> is_empty(const Core& core, const Bucket& bucket) {
    bool empty = true;
    for (const std::string_view table : {objects_table, versions_table}) {
        const std::string prefix = std::string(table) + bucket.id;
        TRY_VOID(core.environment.store.scan(prefix, meta_store::after_prefix(prefix),
                                             [&](std::string_view, std::string_view) {
                                                 empty = false;
                                                 return false;
                                             }));
    }
    return empty;
}

base::Result<void> erase_documents(const Core& core, const Bucket& bucket,
                                   meta_store::Changes& changes) {
    const std::string prefix = document_key(bucket, {});
    return core.environment.store.scan(prefix, meta_store::after_prefix(prefix),
                                       [&](std::string_view key, std::string_view) {
                                           changes.erase(std::string(key));
                                           return true;
                                       });
}

// Give the parts of all uploads of a bucket to the collector, in batches.
base::Result<void> end_uploads(Core& core, const Bucket& bucket) {
    constexpr std::size_t batch_max = 1000;
    const std::string prefix =
        upload_key(bucket, {}, {}).substr(0, uploads_table.size() + bucket.id.size());
    while (true) {
        std::vector<std::string> keys;
        TRY_VOID(core.environment.store.scan(prefix, meta_store::after_prefix(prefix),
                                             [&](std::string_view key, std::string_view) {
                                                 keys.emplace_back(key);
                                                 return keys.size() < batch_max;
                                             }));
        if (keys.empty()) return base::ok();
        meta_store::Changes changes;
        std::vector<Garbage> garbage;
        for (std::string& key : keys) {
            Garbage upload{Garbage::Kind::upload, 0, key.substr(key.size() - upload_id_digits)};
            changes.put(upload.key(), {});
            changes.erase(std::move(key));
            garbage.push_back(std::move(upload));
        }
        TRY_VOID(core.environment.store.commit(std::move(changes)));
        core.collector->add(std::move(garbage));
    }
}

// The bucket is marked: nothing is added any more.
//   errors  invalid (not empty), unavailable (somebody else finished the deletion meanwhile)
base::Result<void> finish_deletion(Core& core, BucketRow row) {
    TRY(empty, is_empty(core, row.bucket));
    meta_store::Changes changes;
    changes.require_value(bucket_key(row.bucket.name), encode(row));
    if (!empty) {
        row.deleting = false;
        changes.put(bucket_key(row.bucket.name), encode(row));
        TRY_VOID(core.environment.store.commit(std::move(changes)));
        return base::Error{base::ErrorKind::invalid, "the bucket is not empty", "not-empty"};
    }
    TRY_VOID(end_uploads(core, row.bucket));
    TRY_VOID(erase_documents(core, row.bucket, changes));
    changes.erase(bucket_key(row.bucket.name));
    return core.environment.store.commit(std::move(changes));
}

}  // namespace

base::Result<void> create_bucket(Core& core, const Bucket& bucket) {
    BucketRow row{bucket};
    if (row.bucket.id.empty()) {
        row.bucket.id = base::make_hex_id(core.environment.random, bucket_id_digits);
    }
    if (row.bucket.id.size() != bucket_id_digits) {
        return base::Error{base::ErrorKind::invalid, "a bucket id has 16 digits", row.bucket.id};
    }
    meta_store::Changes changes;
    const std::string key = bucket_key(bucket.name);
    changes.require_absent(key);
    changes.put(key, encode(row));
    return core.environment.store.commit(std::move(changes));
}

base::Result<void> delete_bucket(Core& core, const std::string& name) {
    std::string bytes;
    TRY(row, core.bucket(name, &bytes));
    TRY(empty, is_empty(core, row.bucket));
    if (!empty) {
        return base::Error{base::ErrorKind::invalid, "the bucket is not empty", "not-empty"};
    }
    if (!row.deleting) {
        row.deleting = true;
        meta_store::Changes changes;
        const std::string key = bucket_key(name);
        changes.require_value(key, bytes);
        changes.put(key, encode(row));
        TRY_VOID(core.environment.store.commit(std::move(changes)));
    }
    return finish_deletion(core, std::move(row));
}

base::Result<void> finish_bucket_deletions(Core& core) {
    std::vector<BucketRow> interrupted;
    std::optional<base::Error> failed;
    TRY_VOID(core.environment.store.scan(buckets_table, meta_store::after_prefix(buckets_table),
                                         [&](std::string_view, std::string_view value) {
                                             auto row = decode<BucketRow>(value);
                                             if (!row) {
                                                 failed = row.error();
                                                 return false;
                                             }
                                             if (row.value().deleting)
                                                 interrupted.push_back(std::move(row.value()));
                                             return true;
                                         }));
    if (failed) return *failed;
    for (BucketRow& row : interrupted) {
        auto finished = finish_deletion(core, std::move(row));
        if (!finished && finished.error().kind != base::ErrorKind::invalid) {
            return finished.error();
        }
    }
    return base::ok();
}

base::Result<std::vector<Bucket>> list_buckets(const Core& core,
                                               const std::optional<std::string>& account) {
    std::vector<Bucket> buckets;
    std::optional<base::Error> failed;
    TRY_VOID(core.environment.store.scan(buckets_table, meta_store::after_prefix(buckets_table),
                                         [&](std::string_view, std::string_view value) {
                                             auto row = decode<BucketRow>(value);
                                             if (!row) {
                                                 failed = row.error();
                                                 return false;
                                             }
                                             const Bucket& bucket = row.value().bucket;
                                             const bool wanted =
                                                 !account || bucket.account == *account;
                                             if (wanted && !row.value().deleting) {
                                                 buckets.push_back(std::move(row.value().bucket));
                                             }
                                             return true;
                                         }));
    if (failed) return *failed;
    return buckets;
}

base::Result<void> update_bucket(Core& core, const std::string& name,
                                 const std::function<void(Bucket&)>& change) {
    Planner planner = [&](Plan& plan) -> base::Result<void> {
        TRY(bucket, require_bucket(core, plan, name));
        change(bucket);
        plan.changes.put(bucket_key(name), encode(BucketRow{std::move(bucket)}));
        return base::ok();
    };
    return run_transaction_waiting(core, planner);
}

base::Result<void> put_document(Core& core, const std::string& bucket, const std::string& name,
                                const std::optional<std::string>& bytes) {
    Planner planner = [&](Plan& plan) -> base::Result<void> {
        TRY(found, require_bucket(core, plan, bucket));
        std::string key = document_key(found, name);
        if (bytes) {
            plan.changes.put(std::move(key), *bytes);
        } else {
            plan.changes.erase(std::move(key));
        }
        return base::ok();
    };
    return run_transaction_waiting(core, planner);
}

base::Result<std::optional<std::string>> find_document(const Core& core, const std::string& bucket,
                                                       const std::string& name) {
    TRY(row, core.bucket(bucket));
    return core.environment.store.get(document_key(row.bucket, name));
}

}  // namespace object_store

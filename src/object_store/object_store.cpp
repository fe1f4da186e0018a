// The store as its callers see it: each call goes to the file that does it.
#include "object_store/object_store.h"

#include "object_store/buckets.h"
#include "object_store/collector.h"
#include "object_store/compaction.h"
#include "object_store/index.h"
#include "object_store/listing.h"
#include "object_store/reader.h"
#include "object_store/uploads.h"
#include "object_store/verify.h"
#include "object_store/version_listing.h"
#include "object_store/versions.h"
#include "object_store/writer.h"

namespace object_store {

namespace {

// One object put, over its attempts.
struct Putting {
    std::shared_ptr<Core> core;
    std::string bucket;
    std::string key;
    std::unique_ptr<Prepared> prepared;
    ObjectRow row;
    Condition condition;

    base::Result<void> plan(Plan& attempt) {
        TRY(found, require_bucket(*core, attempt, bucket));
        TRY_VOID(replace_object(*core, attempt, found, key, condition, row));
        prepared->add_to(attempt, object_key(found, key));
        return base::ok();
    }
};

std::shared_ptr<Putting> make_putting(const std::shared_ptr<Core>& core, const std::string& bucket,
                                      const std::string& key,
                                      std::unique_ptr<PreparedObject> prepared,
                                      const ObjectProperties& properties) {
    auto state = std::make_shared<Putting>();
    state->core = core;
    state->bucket = bucket;
    state->key = key;
    // Every PreparedObject of this store is a Prepared.
    state->prepared.reset(static_cast<Prepared*>(prepared.release()));
    state->row = to_row(properties);
    state->row.size = static_cast<std::int64_t>(state->prepared->size_bytes());
    state->row.etag = state->prepared->md5_hex();
    state->row.modified = core->environment.clock.now();
    state->row.extent = state->prepared->extent();
    return state;
}

class Store final : public ObjectStore {
  public:
    explicit Store(std::shared_ptr<Core> core) : core_(std::move(core)) {}
    ~Store() override { core_->stop(); }

    base::Result<void> create_bucket(const Bucket& bucket) override {
        return object_store::create_bucket(*core_, bucket);
    }
    base::Result<void> delete_bucket(const std::string& bucket) override {
        return object_store::delete_bucket(*core_, bucket);
    }
    base::Result<Bucket> find_bucket(const std::string& bucket) const override {
        TRY(row, core_->bucket(bucket));
        return std::move(row.bucket);
    }
    base::Result<std::vector<Bucket>> list_buckets(const std::string& account) const override {
        return object_store::list_buckets(*core_, account);
    }

    base::Result<std::vector<Bucket>> all_buckets() const override {
        return object_store::list_buckets(*core_, std::nullopt);
    }
    base::Result<void> update_bucket(const std::string& bucket,
                                     const std::function<void(Bucket&)>& change) override {
        return object_store::update_bucket(*core_, bucket, change);
    }
    base::Result<void> put_document(const std::string& bucket, const std::string& name,
                                    std::optional<std::string> bytes) override {
        return object_store::put_document(*core_, bucket, name, bytes);
    }
    base::Result<std::optional<std::string>> document(const std::string& bucket,
                                                      const std::string& name) const override {
        return find_document(*core_, bucket, name);
    }

    std::unique_ptr<ObjectWriter> writer() override {
        return std::make_unique<Writer>(core_, core_->options.small_object_bytes_max);
    }

    void commit(const std::string& bucket, const std::string& key,
                std::unique_ptr<PreparedObject> prepared, ObjectProperties properties,
                Condition condition, meta_store::Changes more,
                base::UniqueFunction<void(base::Result<ObjectInfo>)> done) override {
        const auto state = make_putting(core_, bucket, key, std::move(prepared), properties);
        state->condition = std::move(condition);
        run_transaction(
            core_, [state](Plan& plan) { return state->plan(plan); }, std::move(more),
            [state, done = std::move(done)](base::Result<void> result) mutable {
                state->prepared->committed(result);
                if (!result) return done(result.error());
                done(to_info(state->key, std::move(state->row)));
            });
    }

    base::Result<ObjectInfo> put(const std::string& bucket, const std::string& key,
                                 std::string_view bytes, ObjectProperties properties) override {
        TRY_VOID(core_->bucket(bucket));
        Writer writer(core_, 0);
        if (!bytes.empty()) {
            TRY_VOID(writer.write(bytes));
        }
        TRY(prepared, writer.finish_file());
        const auto state = make_putting(core_, bucket, key, std::move(prepared), properties);
        Planner planner = [state](Plan& plan) { return state->plan(plan); };
        auto result = run_transaction_waiting(*core_, planner);
        state->prepared->committed(result);
        if (!result) return result.error();
        return to_info(key, std::move(state->row));
    }

    base::Result<std::unique_ptr<ObjectReader>> open_object(const std::string& bucket,
                                                            const std::string& key) const override {
        return object_store::open_object(core_, bucket, key);
    }
    base::Result<ObjectInfo> head(const std::string& bucket,
                                  const std::string& key) const override {
        return head_object(*core_, bucket, key);
    }
    void remove(const std::string& bucket, std::vector<std::string> keys,
                base::UniqueFunction<void(base::Result<void>)> done) override {
        std::vector<Removal> removals;
        for (std::string& key : keys)
            removals.push_back({std::move(key)});
        remove_versions(
            bucket, std::move(removals),
            [done = std::move(done)](base::Result<std::vector<Removed>> removed) mutable {
                if (!removed) return done(removed.error());
                done(base::ok());
            });
    }
    void remove_versions(
        const std::string& bucket, std::vector<Removal> removals,
        base::UniqueFunction<void(base::Result<std::vector<Removed>>)> done) override {
        auto answers = std::make_shared<std::vector<Removed>>();
        run_transaction(
            core_,
            [core = core_, bucket, removals = std::move(removals), answers](Plan& plan) {
                return object_store::remove_versions(*core, plan, bucket, removals, *answers);
            },
            {},
            [answers, done = std::move(done)](base::Result<void> result) mutable {
                if (!result) return done(result.error());
                done(std::move(*answers));
            });
    }
    base::Result<std::unique_ptr<ObjectReader>> open_version(
        const std::string& bucket, const std::string& key,
        const std::string& version_id) const override {
        return object_store::open_object(core_, bucket, key, version_id);
    }
    base::Result<ObjectInfo> head_version(const std::string& bucket, const std::string& key,
                                          const std::string& version_id) const override {
        return head_object(*core_, bucket, key, version_id);
    }
    base::Result<std::optional<ObjectInfo>> find_marker(const std::string& bucket,
                                                        const std::string& key) const override {
        return object_store::find_marker(*core_, bucket, key);
    }
    base::Result<VersionsAnswer> list_versions(const std::string& bucket,
                                               const VersionsRequest& request) const override {
        return object_store::list_versions(*core_, bucket, request);
    }
    void set_tags(const std::string& bucket, const std::string& key,
                  std::optional<std::string> version_id, std::map<std::string, std::string> tags,
                  base::UniqueFunction<void(base::Result<ObjectInfo>)> done) override {
        auto info = std::make_shared<ObjectInfo>();
        run_transaction(
            core_,
            [core = core_, bucket, key, version_id = std::move(version_id), tags = std::move(tags),
             info](Plan& plan) -> base::Result<void> {
                TRY(found, require_bucket(*core, plan, bucket));
                KeyVersions versions(*core, plan, found, key);
                TRY_VOID(versions.load());
                TRY(row, versions.set_tags(version_id, tags));
                *info = to_info(key, std::move(row));
                return versions.finish();
            },
            {},
            [info, done = std::move(done)](base::Result<void> result) mutable {
                if (!result) return done(result.error());
                done(std::move(*info));
            });
    }

    base::Result<ListAnswer> list(const std::string& bucket,
                                  const ListRequest& request) const override {
        return list_objects(*core_, bucket, request);
    }

    void create_upload(const std::string& bucket, const std::string& key,
                       ObjectProperties properties, std::string checksum_algorithm,
                       base::UniqueFunction<void(base::Result<Upload>)> done) override {
        object_store::create_upload(core_, bucket, key, std::move(properties),
                                    std::move(checksum_algorithm), std::move(done));
    }
    base::Result<Upload> find_upload(const std::string& bucket, const std::string& key,
                                     const std::string& upload_id) const override {
        return object_store::find_upload(*core_, bucket, key, upload_id);
    }
    void put_part(const std::string& bucket, const std::string& key, const std::string& upload_id,
                  std::int32_t number, std::unique_ptr<PreparedObject> prepared,
                  std::map<std::string, std::string> checksums,
                  base::UniqueFunction<void(base::Result<Part>)> done) override {
        object_store::put_part(core_, bucket, key, upload_id, number, std::move(prepared),
                               std::move(checksums), std::move(done));
    }
    base::Result<PartsAnswer> list_parts(const std::string& bucket, const std::string& key,
                                         const std::string& upload_id, std::int32_t after,
                                         std::size_t parts_max) const override {
        return object_store::list_parts(*core_, bucket, key, upload_id, after, parts_max);
    }
    base::Result<UploadsAnswer> list_uploads(const std::string& bucket,
                                             const UploadsRequest& request) const override {
        return object_store::list_uploads(*core_, bucket, request);
    }
    void complete_upload(const std::string& bucket, const std::string& key,
                         const std::string& upload_id, Completion completion,
                         base::UniqueFunction<void(base::Result<ObjectInfo>)> done) override {
        object_store::complete_upload(core_, bucket, key, upload_id, std::move(completion),
                                      std::move(done));
    }
    void abort_upload(const std::string& bucket, const std::string& key,
                      const std::string& upload_id,
                      base::UniqueFunction<void(base::Result<void>)> done) override {
        object_store::abort_upload(core_, bucket, key, upload_id, std::move(done));
    }

    void compact(base::UniqueFunction<void(base::Result<std::size_t>)> done) override {
        object_store::compact(core_, std::move(done));
    }
    base::Result<std::uint64_t> verify() const override { return verify_all(core_); }
    void stop() override { core_->stop(); }

  private:
    std::shared_ptr<Core> core_;
};

}  // namespace

base::Result<std::unique_ptr<ObjectStore>> ObjectStore::open(Options options,
                                                             Environment environment) {
    TRY(core, Core::open(std::move(options), environment));
    return std::unique_ptr<ObjectStore>(std::make_unique<Store>(std::move(core)));
}

base::Result<std::string> ObjectStore::get(const std::string& bucket, const std::string& key,
                                           std::uint64_t bytes_max) const {
    TRY(reader, open_object(bucket, key));
    const std::uint64_t size = reader->info().size_bytes;
    if (size > bytes_max) {
        return base::Error{base::ErrorKind::limit, "the object is larger than allowed here", key};
    }
    std::string bytes(static_cast<std::size_t>(size), '\0');
    TRY(count, reader->read_at(0, bytes));
    if (count != bytes.size()) {
        return base::Error{base::ErrorKind::corrupt, "the object ends early", key};
    }
    return bytes;
}

}  // namespace object_store

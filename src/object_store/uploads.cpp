#include "object_store/uploads.h"

#include "base/ids.h"
#include "object_store/index.h"
#include "object_store/listing.h"

namespace object_store {

namespace {

base::Error no_such_upload() {
    return {base::ErrorKind::not_found, "there is no such upload", "upload"};
}

bool is_upload_id(std::string_view id) {
    return id.size() == upload_id_digits;
}

Upload to_upload(std::string_view key, std::string_view id, UploadRow row) {
    Upload upload;
    upload.id = std::string(id);
    upload.key = std::string(key);
    upload.started = row.started;
    upload.properties.content_type = std::move(row.type);
    upload.properties.headers = std::move(row.headers);
    upload.properties.checksum_type = std::move(row.checksum_type);
    if (row.tags) upload.properties.tags = std::move(*row.tags);
    upload.checksum_algorithm = std::move(row.checksum_algorithm);
    return upload;
}

Part to_part(std::int32_t number, PartRow row) {
    return {number, static_cast<std::uint64_t>(row.extent.size), std::move(row.etag), row.modified,
            std::move(row.checksums)};
}

// Uploads of one key are listed by their start: the time is the first half of the id.
std::string make_upload_id(Core& core) {
    std::string start;
    base::append_ordered(start, static_cast<std::uint64_t>(core.environment.clock.now().ms));
    return base::to_hex(start) + base::make_hex_id(core.environment.random, upload_id_digits - 16);
}

// Make the plan depend on the upload going on; its row.
base::Result<UploadRow> require_upload(Core& core, Plan& plan, const Bucket& bucket,
                                       const std::string& key, const std::string& upload_id) {
    if (!is_upload_id(upload_id)) return no_such_upload();
    TRY(raw, plan.read(core.environment.store, upload_key(bucket, key, upload_id)));
    if (!raw) return no_such_upload();
    return decode<UploadRow>(*raw);
}

}  // namespace

void create_upload(const std::shared_ptr<Core>& core, const std::string& bucket,
                   const std::string& key, ObjectProperties properties,
                   std::string checksum_algorithm,
                   base::UniqueFunction<void(base::Result<Upload>)> done) {
    UploadRow row{core->environment.clock.now(), properties.content_type, properties.headers,
                  std::move(checksum_algorithm), properties.checksum_type};
    if (!properties.tags.empty()) row.tags = properties.tags;
    const std::string id = make_upload_id(*core);
    run_transaction(
        core,
        [core, bucket, key, id, row](Plan& plan) -> base::Result<void> {
            TRY(found, require_bucket(*core, plan, bucket));
            plan.changes.put(upload_key(found, key, id), encode(row));
            return base::ok();
        },
        {},
        [key, id, row, done = std::move(done)](base::Result<void> result) mutable {
            if (!result) return done(result.error());
            done(to_upload(key, id, std::move(row)));
        });
}

base::Result<Upload> find_upload(const Core& core, const std::string& bucket,
                                 const std::string& key, const std::string& upload_id) {
    TRY(bucket_row, core.bucket(bucket));
    if (!is_upload_id(upload_id)) return no_such_upload();
    TRY(row,
        get_row<UploadRow>(core.environment.store, upload_key(bucket_row.bucket, key, upload_id)));
    if (!row) return no_such_upload();
    return to_upload(key, upload_id, std::move(*row));
}

void put_part(const std::shared_ptr<Core>& core, const std::string& bucket, const std::string& key,
              const std::string& upload_id, std::int32_t number,
              std::unique_ptr<PreparedObject> prepared_base,
              std::map<std::string, std::string> checksums,
              base::UniqueFunction<void(base::Result<Part>)> done) {
    // Every PreparedObject of this store is a Prepared.
    const std::shared_ptr<Prepared> prepared(static_cast<Prepared*>(prepared_base.release()));
    PartRow row{prepared->md5_hex(), core->environment.clock.now(), std::move(checksums),
                prepared->extent()};
    run_transaction(
        core,
        [core, bucket, key, upload_id, number, prepared, row](Plan& plan) -> base::Result<void> {
            if (number < 1 || number > part_number_max) {
                return base::Error{base::ErrorKind::invalid, "part numbers are 1 to 10000",
                                   "part-number"};
            }
            TRY(found, require_bucket(*core, plan, bucket));
            TRY_VOID(require_upload(*core, plan, found, key, upload_id));
            const std::string at = part_key(upload_id, number);
            TRY(raw, plan.read(core->environment.store, at));
            if (raw) {
                TRY(old, decode<PartRow>(*raw));
                free_extent(plan, old.extent);
            }
            prepared->add_to(plan, at);
            plan.changes.put(at, encode(row));
            return base::ok();
        },
        {},
        [number, row, prepared, done = std::move(done)](base::Result<void> result) mutable {
            prepared->committed(result);
            if (!result) return done(result.error());
            done(to_part(number, std::move(row)));
        });
}

base::Result<PartsAnswer> list_parts(const Core& core, const std::string& bucket,
                                     const std::string& key, const std::string& upload_id,
                                     std::int32_t after, std::size_t parts_max) {
    TRY_VOID(find_upload(core, bucket, key, upload_id));
    PartsAnswer answer;
    std::optional<base::Error> failed;
    const std::string prefix = std::string(parts_table) + upload_id;
    TRY_VOID(core.environment.store.scan(
        part_key(upload_id, std::max(after, 0) + 1), meta_store::after_prefix(prefix),
        [&](std::string_view at, std::string_view value) {
            if (answer.parts.size() == parts_max) {
                answer.truncated = true;
                return false;
            }
            auto row = decode<PartRow>(value);
            if (!row) {
                failed = row.error();
                return false;
            }
            const auto number = base::load_ordered<std::uint32_t>(at.data() + prefix.size());
            answer.parts.push_back(
                to_part(static_cast<std::int32_t>(number), std::move(row.value())));
            return true;
        }));
    if (failed) return *failed;
    return answer;
}

base::Result<UploadsAnswer> list_uploads(const Core& core, const std::string& bucket,
                                         const UploadsRequest& request) {
    TRY(bucket_row, core.bucket(bucket));
    UploadsAnswer answer;
    if (request.uploads_max == 0) return answer;
    const auto has_room = [&](std::string_view key, std::string_view id) {
        if (answer.uploads.size() + answer.common_prefixes.size() == request.uploads_max) {
            answer.truncated = true;
            return false;
        }
        answer.next_key_marker = std::string(key);
        answer.next_id_marker = std::string(id);
        return true;
    };
    constexpr std::size_t suffix_bytes = 1 + upload_id_digits;
    Walk list;
    list.base = upload_key(bucket_row.bucket, {}, {});
    list.base.pop_back();  // the zero byte behind the key
    list.prefix = request.prefix;
    list.delimiter = request.delimiter;
    list.suffix_bytes = suffix_bytes;
    if (!request.key_marker.empty()) {
        // Behind all uploads of that key, or behind the one named.
        list.from = request.key_marker + '\0' + request.id_marker;
        list.from.push_back(request.id_marker.empty() ? '\x7f' : '\0');
    }
    list.item = [&](std::string_view text, std::string_view value) -> base::Result<bool> {
        const std::string_view key = text.substr(0, text.size() - suffix_bytes);
        const std::string_view id = text.substr(text.size() - upload_id_digits);
        if (!has_room(key, id)) return false;
        TRY(row, decode<UploadRow>(value));
        answer.uploads.push_back(to_upload(key, id, std::move(row)));
        return true;
    };
    list.group = [&](std::string_view common_prefix) {
        if (common_prefix == request.key_marker) return true;
        if (!has_room(common_prefix, {})) return false;
        answer.common_prefixes.emplace_back(common_prefix);
        return true;
    };
    const auto snapshot = core.environment.store.snapshot();
    TRY_VOID(walk(core.environment.store, snapshot.get(), std::move(list)));
    if (!answer.truncated) {
        answer.next_key_marker.clear();
        answer.next_id_marker.clear();
    }
    return answer;
}

void abort_upload(const std::shared_ptr<Core>& core, const std::string& bucket,
                  const std::string& key, const std::string& upload_id,
                  base::UniqueFunction<void(base::Result<void>)> done) {
    run_transaction(
        core,
        [core, bucket, key, upload_id](Plan& plan) -> base::Result<void> {
            TRY(found, require_bucket(*core, plan, bucket));
            TRY_VOID(require_upload(*core, plan, found, key, upload_id));
            plan.changes.erase(upload_key(found, key, upload_id));
            Garbage parts{Garbage::Kind::upload, 0, upload_id};
            plan.changes.put(parts.key(), {});
            plan.garbage.push_back(std::move(parts));
            return base::ok();
        },
        {}, std::move(done));
}

}  // namespace object_store

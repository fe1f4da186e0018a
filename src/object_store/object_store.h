// Buckets, objects and their versions. Small objects are records of a segment_log, large ones a
// file each, all encrypted; the index is in meta_store. An object is whole or absent; a reader
// holds its version, so an overwrite or delete while it reads is safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/file_system.h"
#include "base/logging.h"
#include "base/random.h"
#include "base/result.h"
#include "base/shape.h"
#include "meta_store/meta_store.h"
#include "segment_log/segment_log.h"
#include "wire/http.h"

namespace object_store {

// How a bucket asks for objects to be encrypted that do not say it themselves. All of them are, by
// us; this is what they carry as headers.
struct DefaultEncryption {
    std::string algorithm;  // "AES256", "aws:kms"
    std::string key_id;     // of aws:kms; "" is the account's own key for S3
    bool bucket_key = false;
    static constexpr auto members() {
        return std::tuple{shape::member("algorithm", &DefaultEncryption::algorithm),
                          shape::member("key_id", &DefaultEncryption::key_id),
                          shape::member("bucket_key", &DefaultEncryption::bucket_key)};
    }
};

inline constexpr const char* versioning_enabled = "Enabled";
inline constexpr const char* versioning_suspended = "Suspended";

struct Bucket {
    std::string name;
    std::string account;
    std::string region;
    base::Timestamp created;
    std::string id;  // internal: a re-created bucket is a new one
    // versioning_enabled or versioning_suspended; absent: it was never on.
    std::optional<std::string> versioning = {};
    std::optional<DefaultEncryption> encryption = {};
    static constexpr auto members() {
        return std::tuple{shape::member("name", &Bucket::name),
                          shape::member("account", &Bucket::account),
                          shape::member("region", &Bucket::region),
                          shape::member("created", &Bucket::created),
                          shape::member("id", &Bucket::id),
                          shape::member("versioning", &Bucket::versioning),
                          shape::member("encryption", &Bucket::encryption)};
    }
};

// The index entry of an object: everything but its bytes. Where the bytes are is the store's own.
struct ObjectInfo {
    std::string key;
    std::uint64_t size_bytes = 0;
    std::string etag;  // without quotes: MD5 hex, or md5-of-md5s-N
    base::Timestamp modified;
    std::string content_type;
    // Content-Encoding, Cache-Control, … by lower-case header name, and x-amz-meta-*.
    std::map<std::string, std::string> headers;
    // "CRC64NVME" -> base64, and its ChecksumType (FULL_OBJECT, COMPOSITE).
    std::map<std::string, std::string> checksums;
    std::string checksum_type;
    std::vector<std::uint64_t> part_sizes;  // of a multipart object; not filled by list
    std::map<std::string, std::string> tags;
    std::string version_id = "null";  // "null": put while the bucket had no versioning on
    bool delete_marker = false;       // only in lists of versions
    // When a newer version took its place; absent for the newest one.
    std::optional<base::Timestamp> superseded;
    bool encrypted = false;  // its bytes on disk are
};

// Headers and checksums a writer gives with the bytes.
struct ObjectProperties {
    std::string content_type = "binary/octet-stream";
    std::map<std::string, std::string> headers = {};
    std::map<std::string, std::string> checksums = {};
    std::string checksum_type = {};
    std::map<std::string, std::string> tags = {};
};

struct Condition {
    bool if_none_exists = false;              // If-None-Match: *
    std::optional<std::string> if_etag = {};  // If-Match
};

// Bytes that are durable but not yet named: invisible until commit puts them under a key. Dropping
// it uncommitted frees the bytes.
class PreparedObject {
  public:
    virtual ~PreparedObject() = default;
    virtual std::uint64_t size_bytes() const = 0;
    virtual const std::string& md5_hex() const = 0;
};
using PreparedDone = base::UniqueFunction<void(base::Result<std::unique_ptr<PreparedObject>>)>;

// Takes the bytes of one object as they arrive. Not for several threads at once.
class ObjectWriter {
  public:
    virtual ~ObjectWriter() = default;  // before finish: discards
    virtual base::Result<void> write(std::string_view bytes) = 0;
    // Make the bytes durable; `done` runs on the executor (small objects share a group commit).
    virtual void finish(PreparedDone done) = 0;
};

// A reader of one version of an object. read_at from any thread.
class ObjectReader {
  public:
    virtual ~ObjectReader() = default;
    virtual const ObjectInfo& info() const = 0;
    virtual base::Result<std::size_t> read_at(std::uint64_t offset, std::span<char> out) const = 0;
    // [offset, offset+length) as a body; a file range when the object is a plain file.
    virtual std::unique_ptr<wire::BodySource> body(std::uint64_t offset,
                                                   std::uint64_t length) const = 0;
    // The whole object as a plain file on disk, for the SQL engine's scan list: absent when the
    // bytes are not such a range (all that is encrypted): then the caller copies them.
    virtual std::optional<wire::FileRange> file_range() const = 0;
};

// Keys in the order of their UTF-8 bytes. With a delimiter, keys that share the text up to its
// first occurrence behind the prefix are rolled up into one common prefix; a common prefix equal to
// start_after was given before and is left out whole.
struct ListRequest {
    std::string prefix = {};
    std::string delimiter = {};
    std::string start_after = {};  // exclusive
    std::size_t keys_max = 1000;   // objects and common prefixes together
};
struct ListAnswer {
    std::vector<ObjectInfo> objects;
    std::vector<std::string> common_prefixes;
    bool truncated = false;
    std::string next_start_after;  // pass as start_after to go on
};

// ---- versions: what a bucket keeps of a key once versioning is on ----

// Versions by key, newest first; delete markers among them. Common prefixes as in ListRequest.
struct VersionsRequest {
    std::string prefix = {};
    std::string delimiter = {};
    // Versions of keys after key_marker; with a version_marker also those of key_marker itself
    // that are older than that version, which need not be there any more.
    std::string key_marker = {};
    std::string version_marker = {};
    std::size_t versions_max = 1000;
};
struct VersionsAnswer {
    std::vector<ObjectInfo> versions;
    std::vector<std::string> common_prefixes;
    bool truncated = false;
    std::string next_key_marker;
    std::string next_version_marker;
};

// Whether a text has the form of a version id, "null" included.
bool is_version_id(std::string_view text);

struct Removal {
    std::string key;
    // That version for ever. Absent: what the bucket's versioning says, which with versioning on
    // puts a delete marker on top.
    std::optional<std::string> version_id = {};
    // Only if the version (without version_id: the object) has this ETag, this time.
    std::optional<std::string> if_etag = {};
    std::optional<base::Timestamp> if_modified = {};
};
struct Removed {
    std::string version_id = {};  // that is gone, or of the new delete marker; "" when neither
    bool delete_marker = false;   // what is gone was one, or one was put
    bool refused = false;         // the condition does not hold: nothing happened
};

// ---- multipart uploads: parts are durable and listed, but no object until completed ----

inline constexpr std::int32_t part_number_max = 10'000;

struct Upload {
    std::string id;
    std::string key;
    base::Timestamp started;
    ObjectProperties properties;     // of the object to be; checksums unused
    std::string checksum_algorithm;  // as asked for at creation, "" when not
};

struct Part {
    std::int32_t number = 0;  // 1..part_number_max
    std::uint64_t size_bytes = 0;
    std::string etag;  // MD5 hex
    base::Timestamp modified;
    std::map<std::string, std::string> checksums = {};
};

struct PartsAnswer {
    std::vector<Part> parts;  // by number
    bool truncated = false;
};

struct UploadsRequest {
    std::string prefix = {};
    std::string delimiter = {};
    // Uploads of keys after key_marker; with an id_marker also those of key_marker itself that
    // come after that id.
    std::string key_marker = {};
    std::string id_marker = {};
    std::size_t uploads_max = 1000;
};
struct UploadsAnswer {
    std::vector<Upload> uploads;  // by key, then by start
    std::vector<std::string> common_prefixes;
    bool truncated = false;
    std::string next_key_marker;
    std::string next_id_marker;
};

struct CompletedPart {
    std::int32_t number = 0;
    std::string etag;  // must be the part's, without quotes
};
struct Completion {
    std::vector<CompletedPart> parts;  // 1..part_number_max, numbers ascending
    std::uint64_t part_bytes_min = 0;  // of every part but the last
    std::map<std::string, std::string> checksums = {};
    std::string checksum_type = {};
    Condition condition = {};
};

struct Options {
    std::string directory;  // objects/ and the small-object log live below
    // Larger ones are files of their own, at the price of a directory sync.
    std::uint64_t small_object_bytes_max = 512 * 1024;
    // Files are encrypted. false: as they were before that was so; they stay readable for ever.
    bool seal_files = true;
    std::uint64_t small_segment_bytes_max = 64 * 1024 * 1024;
    bool relaxed_durability = false;
    // Look for segments of small objects worth compacting this long after start; 0: only when
    // enough small objects were overwritten or deleted since.
    std::int64_t compaction_check_ms = 10 * 60 * 1000;
};

struct Environment {
    base::FileSystem& files;
    base::Clock& clock;
    base::Random& random;
    base::Executor& executor;
    base::Log& log;
    const segment_log::MasterKey& master_key;
    meta_store::MetaStore& store;
};

class ObjectStore {
  public:
    static base::Result<std::unique_ptr<ObjectStore>> open(Options options,
                                                           Environment environment);
    virtual ~ObjectStore() = default;

    // Buckets. errors already_exists (the name is taken, by anyone), not_found, invalid (not empty)
    virtual base::Result<void> create_bucket(const Bucket& bucket) = 0;
    virtual base::Result<void> delete_bucket(const std::string& bucket) = 0;
    virtual base::Result<Bucket> find_bucket(const std::string& bucket) const = 0;
    virtual base::Result<std::vector<Bucket>> list_buckets(const std::string& account) const = 0;
    // Change versioning or encryption of a bucket; durable when it returns. `change` may run more
    // than once, and must leave the rest as it is.
    virtual base::Result<void> update_bucket(const std::string& bucket,
                                             const std::function<void(Bucket& bucket)>& change) = 0;

    // Texts that are kept with a bucket and go with it, by name: its policy, its lifecycle, …
    // Durable when it returns.
    //   bytes   nullopt takes the document away
    //   errors  not_found (bucket)
    virtual base::Result<void> put_document(const std::string& bucket, const std::string& name,
                                            std::optional<std::string> bytes) = 0;
    virtual base::Result<std::optional<std::string>> document(const std::string& bucket,
                                                              const std::string& name) const = 0;
    // All buckets of all accounts, by name.
    virtual base::Result<std::vector<Bucket>> all_buckets() const = 0;

    // Writing: writer -> write* -> finish -> prepared -> commit. Any number at once.
    virtual std::unique_ptr<ObjectWriter> writer() = 0;
    // Put prepared bytes under a key, together with `more` in one durable batch.
    //   errors  not_found (no such bucket; context "key": if_etag and no object), invalid
    //   (condition
    //           not met: context "precondition"), what the preconditions of `more` say, unavailable
    virtual void commit(const std::string& bucket, const std::string& key,
                        std::unique_ptr<PreparedObject> prepared, ObjectProperties properties,
                        Condition condition, meta_store::Changes more,
                        base::UniqueFunction<void(base::Result<ObjectInfo>)> done) = 0;
    // All of the above for bytes in memory, waiting: for other services, not for hot paths. Waits
    // for the disk only, never for the executor, so a pool of one cannot deadlock; therefore the
    // bytes get a file of their own whatever their size.
    virtual base::Result<ObjectInfo> put(const std::string& bucket, const std::string& key,
                                         std::string_view bytes,
                                         ObjectProperties properties = {}) = 0;

    virtual base::Result<std::unique_ptr<ObjectReader>> open_object(
        const std::string& bucket, const std::string& key) const = 0;
    // The whole object in memory; limit when larger than bytes_max.
    base::Result<std::string> get(const std::string& bucket, const std::string& key,
                                  std::uint64_t bytes_max) const;
    virtual base::Result<ObjectInfo> head(const std::string& bucket,
                                          const std::string& key) const = 0;
    // Deleting what is not there succeeds. Durable when `done` runs. With versioning on, puts
    // delete markers.
    virtual void remove(const std::string& bucket, std::vector<std::string> keys,
                        base::UniqueFunction<void(base::Result<void>)> done) = 0;
    virtual base::Result<ListAnswer> list(const std::string& bucket,
                                          const ListRequest& request) const = 0;

    // Versions. Ids as in ObjectInfo::version_id.
    //   errors  not_found (bucket; context "version": no such one), invalid (context "marker": that
    //           version is a delete marker)
    virtual base::Result<std::unique_ptr<ObjectReader>> open_version(
        const std::string& bucket, const std::string& key, const std::string& version_id) const = 0;
    virtual base::Result<ObjectInfo> head_version(const std::string& bucket, const std::string& key,
                                                  const std::string& version_id) const = 0;
    // The delete marker that hides a key, if one does.
    virtual base::Result<std::optional<ObjectInfo>> find_marker(const std::string& bucket,
                                                                const std::string& key) const = 0;
    virtual base::Result<VersionsAnswer> list_versions(const std::string& bucket,
                                                       const VersionsRequest& request) const = 0;
    // All in one durable batch; `done` gets one answer for each. Of one key, versions are removed
    // before a removal without version_id, of which there is one at most. What is not there is
    // removed with success.
    virtual void remove_versions(
        const std::string& bucket, std::vector<Removal> removals,
        base::UniqueFunction<void(base::Result<std::vector<Removed>>)> done) = 0;
    // Replace the tags of an object or of one version.
    //   errors  not_found (context "bucket", "key", "version"), invalid (context "marker")
    virtual void set_tags(const std::string& bucket, const std::string& key,
                          std::optional<std::string> version_id,
                          std::map<std::string, std::string> tags,
                          base::UniqueFunction<void(base::Result<ObjectInfo>)> done) = 0;

    // Multipart uploads. `done` runs on the executor when the change is durable.
    //   errors  not_found (bucket, or no such upload: context "upload")
    virtual void create_upload(const std::string& bucket, const std::string& key,
                               ObjectProperties properties, std::string checksum_algorithm,
                               base::UniqueFunction<void(base::Result<Upload>)> done) = 0;
    virtual base::Result<Upload> find_upload(const std::string& bucket, const std::string& key,
                                             const std::string& upload_id) const = 0;
    // Replaces an earlier part of that number.
    virtual void put_part(const std::string& bucket, const std::string& key,
                          const std::string& upload_id, std::int32_t number,
                          std::unique_ptr<PreparedObject> prepared,
                          std::map<std::string, std::string> checksums,
                          base::UniqueFunction<void(base::Result<Part>)> done) = 0;
    // Parts with a number above `after`.
    virtual base::Result<PartsAnswer> list_parts(const std::string& bucket, const std::string& key,
                                                 const std::string& upload_id, std::int32_t after,
                                                 std::size_t parts_max) const = 0;
    virtual base::Result<UploadsAnswer> list_uploads(const std::string& bucket,
                                                     const UploadsRequest& request) const = 0;
    // Makes the object of the listed parts without copying them; the others are freed. Repeating
    // it after success, while its object is still the key's, succeeds again.
    //   errors  out_of_range (a part that does not exist or has another etag), limit (a part but
    //           the last is smaller than part_bytes_min), invalid (order of parts; condition not
    //           met: context "precondition"), not_found as commit and above
    virtual void complete_upload(const std::string& bucket, const std::string& key,
                                 const std::string& upload_id, Completion completion,
                                 base::UniqueFunction<void(base::Result<ObjectInfo>)> done) = 0;
    virtual void abort_upload(const std::string& bucket, const std::string& key,
                              const std::string& upload_id,
                              base::UniqueFunction<void(base::Result<void>)> done) = 0;

    // Rewrite what lives of small-object segments that are mostly dead, and delete them. Runs by
    // itself in the background; `done` gets the number of segments removed by this pass.
    virtual void compact(base::UniqueFunction<void(base::Result<std::size_t>)> done) = 0;

    // Read everything back against its checksums, logging each damaged object.
    //   returns the number of objects; corrupt when any was damaged
    virtual base::Result<std::uint64_t> verify() const = 0;
    // End background work and wait for what of it is running. Idempotent.
    virtual void stop() = 0;
};

}  // namespace object_store

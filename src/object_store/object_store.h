// Buckets and objects. Small objects are records of a segment_log, large ones a file each; the
// index is in meta_store. An object is whole or absent; a reader holds its version, so an overwrite
// or delete while it reads is safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
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

struct Bucket {
    std::string name;
    std::string account;
    std::string region;
    base::Timestamp created;
    std::string id;  // internal: a re-created bucket is a new one
    static constexpr auto members() {
        return std::tuple{shape::member("name", &Bucket::name),
                          shape::member("account", &Bucket::account),
                          shape::member("region", &Bucket::region),
                          shape::member("created", &Bucket::created),
                          shape::member("id", &Bucket::id)};
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
    std::vector<std::uint64_t> part_sizes;  // of a multipart object
};

// Headers and checksums a writer gives with the bytes.
struct ObjectProperties {
    std::string content_type = "binary/octet-stream";
    std::map<std::string, std::string> headers = {};
    std::map<std::string, std::string> checksums = {};
    std::string checksum_type = {};
    // Overrides the MD5 of the bytes (multipart completion).
    std::optional<std::string> etag = {};
    std::vector<std::uint64_t> part_sizes = {};
};

struct Condition {
    bool if_none_exists = false;               // If-None-Match: *
    std::optional<std::string> if_etag = {};   // If-Match
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
    // bytes are not such a range (small, encrypted): then the caller copies them.
    virtual std::optional<wire::FileRange> file_range() const = 0;
};

struct ListRequest {
    std::string prefix = {};
    std::string delimiter = {};
    std::string start_after = {};  // exclusive
    std::size_t keys_max = 1000;
};
struct ListAnswer {
    std::vector<ObjectInfo> objects;
    std::vector<std::string> common_prefixes;
    bool truncated = false;
    std::string next_start_after;  // pass as start_after to go on
};

struct Options {
    std::string directory;  // objects/ and the small-object log live below
    std::uint64_t small_object_bytes_max = 1024 * 1024;
    bool relaxed_durability = false;
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

    // Writing: writer -> write* -> finish -> prepared -> commit. Any number at once.
    virtual std::unique_ptr<ObjectWriter> writer() = 0;
    // Put prepared bytes under a key, together with `more` in one durable batch.
    //   errors  not_found (bucket), invalid (condition not met: context "precondition")
    virtual void commit(const std::string& bucket, const std::string& key,
                        std::unique_ptr<PreparedObject> prepared, ObjectProperties properties,
                        Condition condition, meta_store::Changes more,
                        base::UniqueFunction<void(base::Result<ObjectInfo>)> done) = 0;
    // All of the above for bytes in memory, waiting: for other services, not for hot paths.
    base::Result<ObjectInfo> put(const std::string& bucket, const std::string& key,
                                 std::string_view bytes, ObjectProperties properties = {});

    virtual base::Result<std::unique_ptr<ObjectReader>> open_object(
        const std::string& bucket, const std::string& key) const = 0;
    // The whole object in memory; limit when larger than bytes_max.
    base::Result<std::string> get(const std::string& bucket, const std::string& key,
                                  std::uint64_t bytes_max) const;
    virtual base::Result<ObjectInfo> head(const std::string& bucket,
                                          const std::string& key) const = 0;
    // Deleting what is not there succeeds. Durable when `done` runs.
    virtual void remove(const std::string& bucket, std::vector<std::string> keys,
                        base::UniqueFunction<void(base::Result<void>)> done) = 0;
    virtual base::Result<ListAnswer> list(const std::string& bucket,
                                          const ListRequest& request) const = 0;

    virtual base::Result<std::uint64_t> verify() const = 0;  // read all back; number of objects
    virtual void stop() = 0;
};

}  // namespace object_store

// What the store keeps in meta_store: the rows of its tables and their keys. Keys are built here
// and nowhere else; docs/formats/object_store.md describes them for readers of a data directory.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "meta_store/meta_store.h"
#include "object_store/object_store.h"

namespace object_store {

// Where a run of an object's bytes is: a file of its own or a record of the small-object log. A
// run of no bytes is neither.
struct ExtentRow {
    std::optional<std::int64_t> file;      // id of a file under objects/
    std::optional<std::int64_t> position;  // in the small-object log
    std::int64_t size = 0;
    std::optional<bool> sealed = {};  // the file is encrypted; absent: a plain one
    static constexpr auto members() {
        return std::tuple{shape::member("file", &ExtentRow::file),
                          shape::member("position", &ExtentRow::position),
                          shape::member("size", &ExtentRow::size),
                          shape::member("sealed", &ExtentRow::sealed)};
    }
    // The small-object log always is.
    bool encrypted() const { return !file || sealed.value_or(false); }
};

using Tags = std::map<std::string, std::string>;

struct BucketRow {
    Bucket bucket;
    // Set while delete_bucket looks whether it is empty: nothing can be put meanwhile.
    bool deleting = false;
    static constexpr auto members() {
        return std::tuple{shape::member("bucket", &BucketRow::bucket),
                          shape::member("deleting", &BucketRow::deleting)};
    }
};

// A version of an object: in `objects` the one that a plain read finds, in `versions` the others
// and delete markers. The members behind `layout` are absent in most rows.
struct ObjectRow {
    std::int64_t size = 0;
    std::string etag;
    base::Timestamp modified;
    std::string type;
    std::map<std::string, std::string> headers;
    std::map<std::string, std::string> checksums;
    std::string checksum_type;
    ExtentRow extent;                    // of an object in one piece
    std::optional<std::int64_t> layout;  // id of the LayoutRow of one in parts
    std::optional<bool> sealed;          // with layout: all its extents are encrypted
    std::optional<Tags> tags;
    std::optional<std::int64_t> sequence;       // order of the versions of a key; absent: 0
    std::optional<std::string> version;         // its id; absent: the null version
    std::optional<bool> marker;                 // a delete marker
    std::optional<base::Timestamp> superseded;  // absent: it is the newest version
    static constexpr auto members() {
        return std::tuple{shape::member("size", &ObjectRow::size),
                          shape::member("etag", &ObjectRow::etag),
                          shape::member("modified", &ObjectRow::modified),
                          shape::member("type", &ObjectRow::type),
                          shape::member("headers", &ObjectRow::headers),
                          shape::member("checksums", &ObjectRow::checksums),
                          shape::member("checksum_type", &ObjectRow::checksum_type),
                          shape::member("extent", &ObjectRow::extent),
                          shape::member("layout", &ObjectRow::layout),
                          shape::member("sealed", &ObjectRow::sealed),
                          shape::member("tags", &ObjectRow::tags),
                          shape::member("sequence", &ObjectRow::sequence),
                          shape::member("version", &ObjectRow::version),
                          shape::member("marker", &ObjectRow::marker),
                          shape::member("superseded", &ObjectRow::superseded)};
    }
};

// Where the null version of a key is among its versions, when it is there and not the newest.
struct NullRow {
    std::int64_t sequence = 0;
    static constexpr auto members() {
        return std::tuple{shape::member("sequence", &NullRow::sequence)};
    }
};

// The parts of a completed multipart object, apart from its index row so that listing stays fast.
struct LayoutRow {
    std::string upload;  // id of the upload it came from
    std::vector<ExtentRow> extents;
    static constexpr auto members() {
        return std::tuple{shape::member("upload", &LayoutRow::upload),
                          shape::member("extents", &LayoutRow::extents)};
    }
};

struct UploadRow {
    base::Timestamp started;
    std::string type;
    std::map<std::string, std::string> headers;
    std::string checksum_algorithm;
    std::string checksum_type;
    std::optional<Tags> tags = {};
    static constexpr auto members() {
        return std::tuple{shape::member("started", &UploadRow::started),
                          shape::member("type", &UploadRow::type),
                          shape::member("headers", &UploadRow::headers),
                          shape::member("checksum_algorithm", &UploadRow::checksum_algorithm),
                          shape::member("checksum_type", &UploadRow::checksum_type),
                          shape::member("tags", &UploadRow::tags)};
    }
};

struct PartRow {
    std::string etag;
    base::Timestamp modified;
    std::map<std::string, std::string> checksums;
    ExtentRow extent;
    static constexpr auto members() {
        return std::tuple{shape::member("etag", &PartRow::etag),
                          shape::member("modified", &PartRow::modified),
                          shape::member("checksums", &PartRow::checksums),
                          shape::member("extent", &PartRow::extent)};
    }
};

// Which row refers to a record of the small-object log: what makes the record live.
struct PlaceRow {
    base::Blob owner;  // the raw key of an object, part or layout row
    std::int64_t size = 0;
    static constexpr auto members() {
        return std::tuple{shape::member("owner", &PlaceRow::owner),
                          shape::member("size", &PlaceRow::size)};
    }
};

// How far file ids were given out, see ids.h.
struct IdsRow {
    std::int64_t reserved_until = 1;
    std::int64_t settled_below = 1;
    static constexpr auto members() {
        return std::tuple{shape::member("reserved_until", &IdsRow::reserved_until),
                          shape::member("settled_below", &IdsRow::settled_below)};
    }
};

// Something that nothing refers to any more and whose bytes are still to be freed.
struct Garbage {
    enum class Kind : char { file = 'f', layout = 'l', upload = 'u', uncommitted = 'x' } kind;
    std::uint64_t number = 0;  // file, uncommitted (never stored): file id; layout: its id
    std::string upload = {};   // upload: its id; its parts are freed

    std::string key() const;
    static base::Result<Garbage> from_key(std::string_view key);
};

inline constexpr std::size_t bucket_id_digits = 16;
inline constexpr std::size_t upload_id_digits = 32;

// Table prefixes; each ends in a zero byte.
inline constexpr std::string_view buckets_table("object_store.buckets\0", 21);
inline constexpr std::string_view objects_table("object_store.objects\0", 21);
inline constexpr std::string_view versions_table("object_store.versions\0", 22);
inline constexpr std::string_view nulls_table("object_store.nulls\0", 19);
inline constexpr std::string_view documents_table("object_store.documents\0", 23);
inline constexpr std::string_view uploads_table("object_store.uploads\0", 21);
inline constexpr std::string_view parts_table("object_store.parts\0", 19);
inline constexpr std::string_view layouts_table("object_store.layouts\0", 21);
inline constexpr std::string_view files_table("object_store.files\0", 19);
inline constexpr std::string_view places_table("object_store.places\0", 20);
inline constexpr std::string_view garbage_table("object_store.garbage\0", 21);

std::string bucket_key(std::string_view name);
// Behind the table: bucket id, then the key's own bytes, so that byte order is list order and a
// prefix of keys is a prefix of rows.
std::string object_key(const Bucket& bucket, std::string_view key);
// bucket id, then the key with each zero byte as 00 FF, 00 01, and the inverted sequence: the
// versions of a key are together, newest first, in the order of the keys' bytes.
std::string version_prefix(const Bucket& bucket, std::string_view key);
std::string version_key(const Bucket& bucket, std::string_view key, std::int64_t sequence);
std::string escape_key(std::string_view key);
std::string unescape_key(std::string_view escaped);
// What stands behind the escaped key.
inline constexpr std::size_t version_suffix_bytes = 2 + 8;
std::int64_t sequence_of_key(std::string_view raw_version_key);
std::string null_key(const Bucket& bucket, std::string_view key);
std::string document_key(const Bucket& bucket, std::string_view name);
// bucket id, key, zero byte, upload id.
std::string upload_key(const Bucket& bucket, std::string_view key, std::string_view upload_id);
std::string part_key(std::string_view upload_id, std::int32_t number);
std::string layout_key(std::uint64_t id);
std::string file_key(std::uint64_t id);
std::string place_key(segment_log::Position position);
std::string ids_key();

template <class Row>
std::string encode(const Row& row) {
    return meta_store::encode_row(shape::type_of<Row>(), &row);
}
template <class Row>
base::Result<Row> decode(std::string_view bytes) {
    Row row;
    TRY_VOID(meta_store::decode_row(shape::type_of<Row>(), bytes, &row));
    return row;
}
// The row at a key, empty when there is none.
template <class Row>
base::Result<std::optional<Row>> get_row(const meta_store::MetaStore& store, std::string_view key) {
    TRY(bytes, store.get(key));
    std::optional<Row> row;
    if (bytes) {
        TRY(decoded, decode<Row>(*bytes));
        row = std::move(decoded);
    }
    return row;
}

inline std::int64_t sequence_of(const ObjectRow& row) {
    return row.sequence.value_or(0);
}
// 32 characters that hold the sequence, so that a version is found by its id, and 128 random bits.
std::string make_version_id(std::int64_t sequence, base::Random& random);
// The sequence in such an id; nullopt when it is none ("null" is none).
std::optional<std::int64_t> sequence_of_id(std::string_view version_id);

// What a client sees of a row; part_sizes are not in it.
ObjectInfo to_info(std::string_view key, ObjectRow row);
ObjectRow to_row(const ObjectProperties& properties);

}  // namespace object_store

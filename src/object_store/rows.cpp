// Keys of the store's tables, and rows as the values of its interface.
#include "object_store/rows.h"

#include "wire/base64.h"

namespace object_store {

namespace {

std::string numbered(std::string_view table, std::uint64_t number) {
    std::string key(table);
    base::append_ordered(key, number);
    return key;
}

}  // namespace

std::string bucket_key(std::string_view name) {
    std::string key(buckets_table);
    key.append(name);
    return key;
}

std::string object_key(const Bucket& bucket, std::string_view key) {
    std::string out(objects_table);
    out.append(bucket.id).append(key);
    return out;
}

std::string escape_key(std::string_view key) {
    std::string out;
    for (const char c : key) {
        out.push_back(c);
        if (c == '\0') out.push_back('\xff');
    }
    return out;
}

std::string unescape_key(std::string_view escaped) {
    std::string out;
    for (std::size_t i = 0; i < escaped.size(); ++i) {
        out.push_back(escaped[i]);
        if (escaped[i] == '\0') ++i;
    }
    return out;
}

std::string version_prefix(const Bucket& bucket, std::string_view key) {
    std::string out(versions_table);
    out.append(bucket.id).append(escape_key(key)).append("\0\1", 2);
    return out;
}

std::string version_key(const Bucket& bucket, std::string_view key, std::int64_t sequence) {
    std::string out = version_prefix(bucket, key);
    base::append_ordered(out, ~static_cast<std::uint64_t>(sequence));
    return out;
}

std::int64_t sequence_of_key(std::string_view raw) {
    if (raw.size() < 8) return 0;
    return static_cast<std::int64_t>(
        ~base::load_ordered<std::uint64_t>(raw.data() + raw.size() - 8));
}

std::string null_key(const Bucket& bucket, std::string_view key) {
    std::string out(nulls_table);
    out.append(bucket.id).append(key);
    return out;
}

std::string document_key(const Bucket& bucket, std::string_view name) {
    std::string out(documents_table);
    out.append(bucket.id).append(name);
    return out;
}

namespace {

constexpr std::size_t version_id_characters = 32;  // base64 of 24 bytes, with ._ for +/

}  // namespace

std::string make_version_id(std::int64_t sequence, base::Random& random) {
    std::string bytes;
    base::append_ordered(bytes, static_cast<std::uint64_t>(sequence));
    bytes += random.bytes(16);
    // Neighbours in order do not look alike.
    for (std::size_t i = 0; i < 8; ++i)
        bytes[i] = static_cast<char>(bytes[i] ^ bytes[8 + i]);
    std::string id = wire::encode_base64(bytes);
    for (char& c : id) {
        if (c == '+') c = '.';
        if (c == '/') c = '_';
    }
    return id;
}

std::optional<std::int64_t> sequence_of_id(std::string_view version_id) {
    if (version_id.size() != version_id_characters) return std::nullopt;
    std::string text(version_id);
    for (char& c : text) {
        if (c == '+' || c == '/') return std::nullopt;
        if (c == '.') c = '+';
        if (c == '_') c = '/';
    }
    auto bytes = wire::decode_base64(text);
    if (!bytes || bytes.value().size() != 24) return std::nullopt;
    for (std::size_t i = 0; i < 8; ++i) {
        bytes.value()[i] = static_cast<char>(bytes.value()[i] ^ bytes.value()[8 + i]);
    }
    const auto sequence = base::load_ordered<std::uint64_t>(bytes.value().data());
    if (sequence > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
    return static_cast<std::int64_t>(sequence);
}

bool is_version_id(std::string_view text) {
    return text == "null" || sequence_of_id(text).has_value();
}

std::string upload_key(const Bucket& bucket, std::string_view key, std::string_view upload_id) {
    std::string out(uploads_table);
    out.append(bucket.id).append(key).push_back('\0');
    out.append(upload_id);
    return out;
}

std::string part_key(std::string_view upload_id, std::int32_t number) {
    std::string out(parts_table);
    out.append(upload_id);
    base::append_ordered(out, static_cast<std::uint32_t>(number));
    return out;
}

std::string layout_key(std::uint64_t id) {
    return numbered(layouts_table, id);
}

std::string file_key(std::uint64_t id) {
    return numbered(files_table, id);
}

std::string place_key(segment_log::Position position) {
    return numbered(places_table, position);
}

std::string ids_key() {
    return std::string("object_store.ids\0", 17);
}

std::string Garbage::key() const {
    std::string out(garbage_table);
    out.push_back(static_cast<char>(kind));
    if (kind == Kind::upload) {
        out.append(upload);
    } else {
        base::append_ordered(out, number);
    }
    return out;
}

base::Result<Garbage> Garbage::from_key(std::string_view key) {
    const std::string_view rest = key.substr(std::min(key.size(), garbage_table.size()));
    if (!rest.empty()) {
        const auto kind = static_cast<Kind>(rest[0]);
        if ((kind == Kind::file || kind == Kind::layout) && rest.size() == 9) {
            return Garbage{kind, base::load_ordered<std::uint64_t>(rest.data() + 1)};
        }
        if (kind == Kind::upload && rest.size() == 1 + upload_id_digits) {
            return Garbage{kind, 0, std::string(rest.substr(1))};
        }
    }
    return base::Error{base::ErrorKind::corrupt, "unknown entry in the garbage table",
                       base::to_hex(key)};
}

ObjectInfo to_info(std::string_view key, ObjectRow row) {
    ObjectInfo info;
    info.encrypted = row.layout ? row.sealed.value_or(false) : row.extent.encrypted();
    if (row.tags) info.tags = std::move(*row.tags);
    if (row.version) info.version_id = std::move(*row.version);
    info.delete_marker = row.marker.value_or(false);
    info.superseded = row.superseded;
    info.key = std::string(key);
    info.size_bytes = static_cast<std::uint64_t>(row.size);
    info.etag = std::move(row.etag);
    info.modified = row.modified;
    info.content_type = std::move(row.type);
    info.headers = std::move(row.headers);
    info.checksums = std::move(row.checksums);
    info.checksum_type = std::move(row.checksum_type);
    return info;
}

ObjectRow to_row(const ObjectProperties& properties) {
    ObjectRow row;
    row.type = properties.content_type;
    row.headers = properties.headers;
    row.checksums = properties.checksums;
    row.checksum_type = properties.checksum_type;
    if (!properties.tags.empty()) row.tags = properties.tags;
    return row;
}

}  // namespace object_store

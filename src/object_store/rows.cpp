// Keys of the store's tables, and rows as the values of its interface.
#include "object_store/rows.h"

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
    return row;
}

}  // namespace object_store

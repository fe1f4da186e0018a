#include "object_store/verify.h"

#include "object_store/reader.h"
#include "object_store/writer.h"

namespace object_store {

namespace {

constexpr std::size_t read_bytes = 1024 * 1024;

// Object keys are looked at in pages, so that no iterator is open while gigabytes are read.
constexpr std::size_t page_max = 1000;

base::Result<void> verify_object(const ObjectReader& reader, std::string& buffer) {
    const ObjectInfo& info = reader.info();
    const auto md5 = wire::Checksum::make(wire::ChecksumKind::md5);
    std::uint64_t offset = 0;
    while (offset < info.size_bytes) {
        TRY(count, reader.read_at(offset, buffer));
        if (count == 0) break;
        md5->update(std::string_view(buffer).substr(0, count));
        offset += count;
    }
    if (offset != info.size_bytes) {
        return base::Error{base::ErrorKind::corrupt, "the object ends early", info.key};
    }
    const bool of_parts = !info.part_sizes.empty();
    if (!of_parts && md5->finish_hex() != info.etag) {
        return base::Error{base::ErrorKind::corrupt, "the bytes differ from the MD5", info.key};
    }
    return base::ok();
}

base::Result<void> verify_part(Core& core, const PartRow& part, std::string& buffer) {
    const auto md5 = wire::Checksum::make(wire::ChecksumKind::md5);
    if (part.extent.file) {
        TRY(file, core.open_files.open(part.extent));
        for (std::uint64_t offset = 0; offset < file->size_bytes();) {
            TRY(count, file->read_at(offset, buffer));
            md5->update(std::string_view(buffer).substr(0, count));
            offset += count;
        }
    } else if (part.extent.position) {
        TRY(batch, core.small->read_one(static_cast<segment_log::Position>(*part.extent.position)));
        if (batch.records.size() == 1) md5->update(batch.records[0].payload);
    }
    if (md5->finish_hex() != part.etag) {
        return base::Error{base::ErrorKind::corrupt, "a part differs from its MD5", {}};
    }
    return base::ok();
}

// A part that was replaced meanwhile, or whose upload ended and is being freed, is no damage.
bool was_freed(const Core& core, const std::string& key, const std::string& value) {
    const Garbage upload{Garbage::Kind::upload, 0,
                         key.substr(parts_table.size(), upload_id_digits)};
    const auto ended = core.environment.store.get(upload.key());
    const auto now = core.environment.store.get(key);
    return (ended && ended.value()) || (now && now.value() != value);
}

// Rows of a table, a page at a time: visit(key, value) for each.
template <class F>
base::Result<void> for_each_row(const Core& core, std::string from, const std::string& until,
                                F&& visit) {
    while (true) {
        std::vector<std::pair<std::string, std::string>> page;
        TRY_VOID(core.environment.store.scan(from, until,
                                             [&](std::string_view key, std::string_view value) {
                                                 page.emplace_back(key, value);
                                                 return page.size() < page_max;
                                             }));
        for (const auto& [key, value] : page)
            visit(key, value);
        if (page.size() < page_max) return base::ok();
        from = page.back().first + '\0';
    }
}

}  // namespace

base::Result<std::uint64_t> verify_all(const std::shared_ptr<Core>& core) {
    std::string buffer(read_bytes, '\0');
    std::uint64_t objects = 0;
    std::uint64_t damaged = 0;
    const auto report = [&](const std::string& what, const base::Error& error) {
        ++damaged;
        core->environment.log.error("damaged object",
                                    {{"object", what}, {"error", error.describe()}});
    };
    std::vector<Bucket> buckets;
    TRY_VOID(for_each_row(*core, std::string(buckets_table),
                          meta_store::after_prefix(buckets_table),
                          [&](const std::string& key, const std::string& value) {
                              auto row = decode<BucketRow>(value);
                              if (!row) return report(base::to_hex(key), row.error());
                              buckets.push_back(std::move(row.value().bucket));
                          }));
    for (const Bucket& bucket : buckets) {
        const auto check = [&](const std::string& key, const std::string& version_id) {
            auto reader = open_object(core, bucket.name, key, version_id);
            if (!reader && reader.error().kind == base::ErrorKind::not_found) return;  // gone
            ++objects;
            auto read = reader ? verify_object(*reader.value(), buffer)
                               : base::Result<void>(reader.error());
            if (!read) report(bucket.name + "/" + key, read.error());
        };
        const std::string live = object_key(bucket, {});
        TRY_VOID(for_each_row(
            *core, live, meta_store::after_prefix(live),
            [&](const std::string& at, const std::string&) { check(at.substr(live.size()), {}); }));
        const std::string older = std::string(versions_table) + bucket.id;
        TRY_VOID(
            for_each_row(*core, older, meta_store::after_prefix(older),
                         [&](const std::string& at, const std::string& value) {
                             const std::string key = unescape_key(std::string_view(at).substr(
                                 older.size(), at.size() - older.size() - version_suffix_bytes));
                             auto row = decode<ObjectRow>(value);
                             if (!row) return report(bucket.name + "/" + key, row.error());
                             if (row.value().marker.value_or(false)) return;
                             check(key, row.value().version.value_or("null"));
                         }));
    }
    TRY_VOID(for_each_row(*core, std::string(parts_table), meta_store::after_prefix(parts_table),
                          [&](const std::string& at, const std::string& value) {
                              auto part = decode<PartRow>(value);
                              auto read = part ? verify_part(*core, part.value(), buffer)
                                               : base::Result<void>(part.error());
                              if (read || was_freed(*core, at, value)) return;
                              report("part " + base::to_hex(at), read.error());
                          }));
    if (damaged > 0) {
        return base::Error{base::ErrorKind::corrupt, "objects are damaged, see the log",
                           std::to_string(damaged) + " of " + std::to_string(objects)};
    }
    return objects;
}

}  // namespace object_store

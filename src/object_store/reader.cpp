#include "object_store/reader.h"

#include <algorithm>

#include "object_store/collector.h"
#include "object_store/versions.h"

namespace object_store {

namespace {

// Times that an object may move or be replaced under an opening reader before it gives up.
constexpr int attempts_max = 100;

base::Error no_such_key() {
    return {base::ErrorKind::not_found, "there is no such object", "key"};
}

base::Error lost_bytes(const std::string& key) {
    return {base::ErrorKind::corrupt, "the bytes of an object are missing", key};
}

base::Error changes_too_fast(const std::string& key) {
    return {base::ErrorKind::unavailable, "the object is replaced faster than it can be opened",
            key};
}

// A record of the small-object log: `memory` holds what `bytes` shows.
struct SmallBytes {
    segment_log::Batch memory;
    std::string_view bytes;
};

base::Result<SmallBytes> read_small(const Core& core, const ExtentRow& extent) {
    SmallBytes small;
    TRY(batch, core.small->read_one(static_cast<segment_log::Position>(*extent.position)));
    small.memory = std::move(batch);
    if (small.memory.records.size() != 1 ||
        small.memory.records[0].payload.size() != static_cast<std::size_t>(extent.size)) {
        return base::Error{base::ErrorKind::corrupt,
                           "a record of the small-object log has another length",
                           std::to_string(*extent.position)};
    }
    small.bytes = small.memory.records[0].payload;
    return small;
}

// A hold on a file or layout against the collector.
class Pin {
  public:
    Pin(std::shared_ptr<const Core> core, std::uint64_t number)
        : core_(std::move(core)), number_(number) {
        core_->collector->pin(number_);
    }
    ~Pin() { core_->collector->unpin(number_); }
    Pin(const Pin&) = delete;
    Pin& operator=(const Pin&) = delete;

  private:
    std::shared_ptr<const Core> core_;
    std::uint64_t number_;
};

// The bytes of one version in one of its forms: nothing, in memory, one file, many extents.
class Version {
  public:
    explicit Version(std::shared_ptr<Core> core) : core_(std::move(core)) {}

    // False when the row became stale meanwhile: start over.
    base::Result<bool> open(const ObjectRow& row, std::uint64_t generation);
    base::Result<std::size_t> read_at(std::uint64_t offset, std::span<char> out) const;
    std::optional<wire::FileRange> file_range(std::uint64_t offset, std::uint64_t length,
                                              bool only_checked) const;
    std::size_t block_bytes() const { return file_ ? file_->block_bytes() : 1; }
    // A range of an object that was read whole when it was opened.
    std::optional<std::string_view> in_memory(std::uint64_t offset, std::uint64_t length) const;

    ObjectInfo info;

  private:
    base::Result<bool> open_layout();
    base::Result<void> read_extent(std::size_t index, std::uint64_t offset,
                                   std::span<char> out) const;
    base::Result<void> read_moved(std::size_t index, std::uint64_t offset,
                                  std::span<char> out) const;

    std::shared_ptr<Core> core_;
    std::unique_ptr<Pin> pin_;
    SmallBytes small_;
    std::shared_ptr<LargeFile> file_;
    std::uint64_t layout_id_ = 0;
    std::vector<ExtentRow> extents_;
    std::vector<std::uint64_t> starts_;  // of each extent
};

base::Result<bool> Version::open(const ObjectRow& row, std::uint64_t generation) {
    if (row.extent.position) {
        auto small = read_small(*core_, row.extent);
        if (!small) {
            // Compaction may have moved it between our two reads.
            if (small.error().kind == base::ErrorKind::not_found) return false;
            return small.error();
        }
        small_ = std::move(small.value());
        return true;
    }
    if (!row.extent.file && !row.layout) return true;  // no bytes
    const auto number = static_cast<std::uint64_t>(row.layout ? *row.layout : *row.extent.file);
    pin_ = std::make_unique<Pin>(core_, number);
    if (core_->collector->generation() != generation) return false;
    if (row.layout) {
        layout_id_ = number;
        return open_layout();
    }
    TRY(file, core_->open_files.open(row.extent));
    file_ = std::move(file);
    return true;
}

base::Result<bool> Version::open_layout() {
    TRY(layout, core_->layout(layout_id_));
    if (!layout) return lost_bytes(info.key);
    extents_ = std::move(layout->extents);
    std::uint64_t start = 0;
    for (const ExtentRow& extent : extents_) {
        starts_.push_back(start);
        info.part_sizes.push_back(static_cast<std::uint64_t>(extent.size));
        start += static_cast<std::uint64_t>(extent.size);
    }
    if (start != info.size_bytes) return lost_bytes(info.key);
    return true;
}

base::Result<void> Version::read_extent(std::size_t index, std::uint64_t offset,
                                        std::span<char> out) const {
    const ExtentRow& extent = extents_[index];
    if (extent.position) {
        auto small = read_small(*core_, extent);
        if (!small && small.error().kind == base::ErrorKind::not_found) {
            return read_moved(index, offset, out);
        }
        if (!small) return small.error();
        std::copy_n(small.value().bytes.data() + offset, out.size(), out.data());
        return base::ok();
    }
    if (!extent.file) return lost_bytes(info.key);
    TRY(file, core_->open_files.open(extent));
    TRY(count, file->read_at(offset, out));
    if (count != out.size()) return lost_bytes(info.key);
    return base::ok();
}

// Compaction moved a small part; the pinned layout's row says where to.
base::Result<void> Version::read_moved(std::size_t index, std::uint64_t offset,
                                       std::span<char> out) const {
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        TRY(layout, core_->layout(layout_id_));
        if (!layout || layout->extents.size() <= index || !layout->extents[index].position) break;
        auto small = read_small(*core_, layout->extents[index]);
        if (!small && small.error().kind == base::ErrorKind::not_found) continue;
        if (!small) return small.error();
        std::copy_n(small.value().bytes.data() + offset, out.size(), out.data());
        return base::ok();
    }
    return lost_bytes(info.key);
}

base::Result<std::size_t> Version::read_at(std::uint64_t offset, std::span<char> out) const {
    if (offset >= info.size_bytes) return std::size_t{0};
    out = out.first(
        static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), info.size_bytes - offset)));
    if (file_) {
        TRY(count, file_->read_at(offset, out));
        if (count != out.size()) return lost_bytes(info.key);
        return count;
    }
    if (extents_.empty()) {
        std::copy_n(small_.bytes.data() + offset, out.size(), out.data());
        return out.size();
    }
    // The last extent that starts at or before the offset; extents without bytes are passed over.
    const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
    std::size_t index = static_cast<std::size_t>(after - starts_.begin()) - 1;
    std::size_t done = 0;
    while (done < out.size()) {
        const std::uint64_t within = offset + done - starts_[index];
        const std::uint64_t left = info.part_sizes[index] - within;
        const auto count =
            static_cast<std::size_t>(std::min<std::uint64_t>(left, out.size() - done));
        if (count > 0) {
            TRY_VOID(read_extent(index, within, out.subspan(done, count)));
        }
        done += count;
        ++index;
    }
    return done;
}

std::optional<wire::FileRange> Version::file_range(std::uint64_t offset, std::uint64_t length,
                                                   bool only_checked) const {
    if (!file_) return std::nullopt;
    return file_->file_range(offset, length, only_checked);
}

std::optional<std::string_view> Version::in_memory(std::uint64_t offset,
                                                   std::uint64_t length) const {
    if (file_ || !extents_.empty()) return std::nullopt;
    return small_.bytes.substr(std::min<std::uint64_t>(offset, small_.bytes.size()), length);
}

class RangeBody final : public wire::BodySource {
  public:
    RangeBody(std::shared_ptr<const Version> version, std::uint64_t offset, std::uint64_t length)
        : version_(std::move(version)), at_(offset), end_(offset + length), length_(length) {}

    std::uint64_t length() const override { return length_; }
    base::Result<std::size_t> read(std::span<char> out) override {
        auto count = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), end_ - at_));
        // End at a block's end, so that no block is opened twice.
        const std::size_t over = (at_ + count) % version_->block_bytes();
        if (over < count && at_ + count < end_) count -= over;
        TRY(got, version_->read_at(at_, out.first(count)));
        at_ += got;
        return got;
    }
    std::optional<std::string_view> in_memory() const override {
        return version_->in_memory(at_, end_ - at_);
    }
    // Bytes whose checksums were found right before, since the file was opened: the first reading
    // goes through read.
    std::optional<wire::FileRange> file_range() const override {
        return version_->file_range(at_, end_ - at_, true);
    }

  private:
    std::shared_ptr<const Version> version_;
    std::uint64_t at_;
    std::uint64_t end_;
    std::uint64_t length_;
};

class Reader final : public ObjectReader {
  public:
    explicit Reader(std::shared_ptr<const Version> version) : version_(std::move(version)) {}

    const ObjectInfo& info() const override { return version_->info; }
    base::Result<std::size_t> read_at(std::uint64_t offset, std::span<char> out) const override {
        return version_->read_at(offset, out);
    }
    std::unique_ptr<wire::BodySource> body(std::uint64_t offset,
                                           std::uint64_t length) const override {
        const std::uint64_t size = version_->info.size_bytes;
        offset = std::min(offset, size);
        return std::make_unique<RangeBody>(version_, offset, std::min(length, size - offset));
    }
    std::optional<wire::FileRange> file_range() const override {
        return version_->file_range(0, version_->info.size_bytes, false);
    }

  private:
    std::shared_ptr<const Version> version_;
};

// The row that is asked for, as it is now.
base::Result<ObjectRow> find_row(const Core& core, const Bucket& bucket, const std::string& key,
                                 const std::string& version_id) {
    if (!version_id.empty()) {
        TRY(version, find_version(core, bucket, key, version_id));
        if (version.marker.value_or(false)) {
            return base::Error{base::ErrorKind::invalid, "the version is a delete marker",
                               "marker"};
        }
        return version;
    }
    TRY(row, get_row<ObjectRow>(core.environment.store, object_key(bucket, key)));
    if (!row) return no_such_key();
    return std::move(*row);
}

}  // namespace

base::Result<std::unique_ptr<ObjectReader>> open_object(const std::shared_ptr<Core>& core,
                                                        const std::string& bucket,
                                                        const std::string& key,
                                                        const std::string& version_id) {
    TRY(bucket_row, core->bucket(bucket));
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        const std::uint64_t generation = core->collector->generation();
        TRY(row, find_row(*core, bucket_row.bucket, key, version_id));
        auto version = std::make_shared<Version>(core);
        version->info = to_info(key, row);
        TRY(opened, version->open(row, generation));
        if (opened) return std::unique_ptr<ObjectReader>(std::make_unique<Reader>(version));
    }
    return changes_too_fast(key);
}

base::Result<ObjectInfo> head_object(const Core& core, const std::string& bucket,
                                     const std::string& key, const std::string& version_id) {
    TRY(bucket_row, core.bucket(bucket));
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        TRY(row, find_row(core, bucket_row.bucket, key, version_id));
        const std::optional<std::int64_t> layout_id = row.layout;
        ObjectInfo info = to_info(key, std::move(row));
        if (!layout_id) return info;
        TRY(layout, core.layout(static_cast<std::uint64_t>(*layout_id)));
        if (!layout) continue;  // replaced between the two reads
        for (const ExtentRow& extent : layout->extents) {
            info.part_sizes.push_back(static_cast<std::uint64_t>(extent.size));
        }
        return info;
    }
    return changes_too_fast(key);
}

}  // namespace object_store

#include "object_store/block_file.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "base/check.h"
#include "wire/checksums.h"

namespace object_store {

namespace {

constexpr std::string_view magic("DSOBJF\0\1", 8);

base::Error damaged(const std::string& path, std::string what) {
    return {base::ErrorKind::corrupt, std::move(what), path};
}

std::string make_footer(std::uint64_t id, std::uint64_t size, std::string_view checksums) {
    std::string footer(magic);
    base::append_fixed(footer, id);
    base::append_fixed(footer, size);
    base::append_fixed(footer, static_cast<std::uint32_t>(plain_block_bytes));
    base::append_fixed(footer, wire::crc32c(checksums));
    base::append_fixed(footer, std::uint32_t{0});
    base::append_fixed(footer, wire::crc32c(footer));
    CHECK(footer.size() == block_footer_bytes);
    return footer;
}

}  // namespace

base::Result<std::unique_ptr<LargeFileWriter>> BlockFileWriter::create(base::FileSystem& files,
                                                                       const std::string& path,
                                                                       std::uint64_t id) {
    TRY(file, files.open(path, base::OpenMode::create_new));
    return std::unique_ptr<LargeFileWriter>(new BlockFileWriter(std::move(file), id));
}

void BlockFileWriter::add_to_checksums(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto piece = bytes.substr(0, plain_block_bytes - block_filled_);
        block_crc_ = wire::crc32c(piece, block_crc_);
        block_filled_ += piece.size();
        bytes.remove_prefix(piece.size());
        if (block_filled_ == plain_block_bytes) {
            base::append_fixed(checksums_, block_crc_);
            block_crc_ = 0;
            block_filled_ = 0;
        }
    }
}

base::Result<void> BlockFileWriter::flush() {
    if (buffer_.empty()) return base::ok();
    TRY_VOID(file_->write_at(written_, buffer_));
    written_ += buffer_.size();
    buffer_.clear();
    return base::ok();
}

base::Result<void> BlockFileWriter::append(std::string_view bytes) {
    add_to_checksums(bytes);
    size_ += bytes.size();
    if (buffer_.size() + bytes.size() > buffer_bytes_max) {
        TRY_VOID(flush());
    }
    if (bytes.size() < buffer_bytes_max) {
        buffer_.append(bytes);
        return base::ok();
    }
    TRY_VOID(file_->write_at(written_, bytes));
    written_ += bytes.size();
    return base::ok();
}

base::Result<void> BlockFileWriter::finish(bool sync) {
    if (block_filled_ > 0) base::append_fixed(checksums_, block_crc_);
    buffer_.append(checksums_);
    buffer_.append(make_footer(id_, size_, checksums_));
    TRY_VOID(flush());
    if (sync) {
        TRY_VOID(file_->sync_data());
    }
    file_.reset();
    return base::ok();
}

BlockFile::BlockFile(std::shared_ptr<const base::File> file, std::string path, std::uint64_t size)
    : file_(std::move(file)),
      path_(std::move(path)),
      size_(size),
      block_count_((size + plain_block_bytes - 1) / plain_block_bytes),
      checked_(block_count_ / 64 + 1) {}

base::Result<std::shared_ptr<BlockFile>> BlockFile::open(base::FileSystem& files,
                                                         const std::string& path, std::uint64_t id,
                                                         std::uint64_t size) {
    TRY(file, files.open(path, base::OpenMode::read));
    TRY(length, file->size());
    const std::uint64_t blocks = (size + plain_block_bytes - 1) / plain_block_bytes;
    if (length != size + blocks * 4 + block_footer_bytes) {
        return damaged(path, "the file's length does not fit the object's");
    }
    std::shared_ptr<BlockFile> opened(new BlockFile(std::move(file), path, size));
    TRY_VOID(opened->load_checksums(id));
    return opened;
}

base::Result<void> BlockFile::load_checksums(std::uint64_t id) {
    std::string tail(block_count_ * 4 + block_footer_bytes, '\0');
    TRY_VOID(read_whole(size_, tail));
    checksums_ = tail.substr(0, block_count_ * 4);
    if (std::string_view(tail).substr(checksums_.size()) != make_footer(id, size_, checksums_)) {
        return damaged(path_, "the footer or the table of checksums is damaged");
    }
    return base::ok();
}

std::size_t BlockFile::length_of_block(std::uint64_t block) const {
    return static_cast<std::size_t>(
        std::min<std::uint64_t>(plain_block_bytes, size_ - block * plain_block_bytes));
}

base::Result<void> BlockFile::read_whole(std::uint64_t offset, std::span<char> out) const {
    TRY(count, file_->read_at(offset, out));
    if (count < out.size()) return damaged(path_, "the file ends early");
    return base::ok();
}

base::Result<void> BlockFile::check_block(std::uint64_t block, std::string_view bytes) const {
    const auto expected = base::load_fixed<std::uint32_t>(checksums_.data() + block * 4);
    if (wire::crc32c(bytes) != expected) {
        return damaged(path_, "block " + std::to_string(block) + " differs from its checksum");
    }
    checked_[block / 64].fetch_or(std::uint64_t{1} << (block % 64), std::memory_order_relaxed);
    return base::ok();
}

base::Result<std::size_t> BlockFile::read_at(std::uint64_t offset, std::span<char> out) const {
    if (offset >= size_) return std::size_t{0};
    out = out.first(static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), size_ - offset)));
    std::size_t done = 0;
    while (done < out.size()) {
        const std::uint64_t block = (offset + done) / plain_block_bytes;
        const std::size_t within = (offset + done) % plain_block_bytes;
        const std::size_t left = out.size() - done;
        if (within == 0 && left >= length_of_block(block)) {
            // Whole blocks go straight to the caller, as many as fit at once.
            std::uint64_t end = block;
            std::size_t bytes = 0;
            while (end < block_count_ && bytes + length_of_block(end) <= left) {
                bytes += length_of_block(end++);
            }
            TRY_VOID(read_whole(offset + done, out.subspan(done, bytes)));
            for (std::uint64_t b = block; b < end; ++b) {
                const std::size_t start = (b - block) * plain_block_bytes;
                TRY_VOID(check_block(b, {out.data() + done + start, length_of_block(b)}));
            }
            done += bytes;
            continue;
        }
        std::string whole(length_of_block(block), '\0');
        TRY_VOID(read_whole(block * plain_block_bytes, whole));
        TRY_VOID(check_block(block, whole));
        const std::size_t count = std::min(left, whole.size() - within);
        std::copy_n(whole.data() + within, count, out.data() + done);
        done += count;
    }
    return done;
}

std::optional<wire::FileRange> BlockFile::file_range(std::uint64_t offset, std::uint64_t length,
                                                     bool only_checked) const {
    if (only_checked && !is_checked(offset, length)) return std::nullopt;
    return wire::FileRange{file_, offset, length};
}

bool BlockFile::is_checked(std::uint64_t offset, std::uint64_t length) const {
    if (length == 0) return true;
    for (std::uint64_t block = offset / plain_block_bytes;
         block <= (offset + length - 1) / plain_block_bytes; ++block) {
        const std::uint64_t word = checked_[block / 64].load(std::memory_order_relaxed);
        if ((word >> (block % 64) & 1) == 0) return false;
    }
    return true;
}

}  // namespace object_store

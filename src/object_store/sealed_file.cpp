#include "object_store/sealed_file.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"
#include "wire/checksums.h"

namespace object_store {

namespace {

constexpr std::string_view magic("DSOBJS\0\1", 8);
constexpr std::size_t wrapped_bytes = segment_log::wrapped_key_bytes;
constexpr std::size_t frame_bytes = sealed_block_bytes + segment_log::tag_bytes;

base::Error damaged(const std::string& path, std::string what) {
    return {base::ErrorKind::corrupt, std::move(what), path};
}

// What the wrapping of the key is bound to.
std::string key_associated(std::uint64_t id) {
    std::string text(magic);
    base::append_fixed(text, id);
    return text;
}

std::string make_header(std::uint64_t id, const segment_log::DataKey& key,
                        const segment_log::MasterKey& master_key, base::Random& random) {
    std::string header(magic);
    base::append_fixed(header, id);
    base::append_fixed(header, static_cast<std::uint32_t>(sealed_block_bytes));
    base::append_fixed(header, static_cast<std::uint32_t>(master_key.id.size()));
    header += segment_log::wrap_key(key, master_key, key_associated(id), random);
    header += master_key.id;
    CHECK(header.size() <= sealed_header_bytes - 4);
    header.resize(sealed_header_bytes - 4, '\0');
    base::append_fixed(header, wire::crc32c(header));
    return header;
}

base::Result<segment_log::DataKey> open_header(std::string_view header, std::uint64_t id,
                                               const segment_log::MasterKey& master_key,
                                               const std::string& path) {
    const std::string_view body = header.substr(0, sealed_header_bytes - 4);
    if (base::load_fixed<std::uint32_t>(header.data() + body.size()) != wire::crc32c(body) ||
        !body.starts_with(magic) || base::load_fixed<std::uint64_t>(body.data() + 8) != id) {
        return damaged(path, "the header is damaged");
    }
    const auto id_bytes = base::load_fixed<std::uint32_t>(body.data() + 20);
    if (base::load_fixed<std::uint32_t>(body.data() + 16) != sealed_block_bytes ||
        id_bytes > body.size() - 24 - wrapped_bytes) {
        return damaged(path, "the header is of an unknown form");
    }
    if (body.substr(24 + wrapped_bytes, id_bytes) != master_key.id) {
        return base::Error{base::ErrorKind::invalid, "sealed under another master key", path};
    }
    auto key =
        segment_log::unwrap_key(body.substr(24, wrapped_bytes), master_key, key_associated(id));
    if (!key) return damaged(path, "the data key does not open");
    return std::move(key.value());
}

std::string block_associated(std::uint64_t id, std::uint64_t block, bool last) {
    std::string text;
    base::append_fixed(text, id);
    base::append_fixed(text, block);
    text.push_back(last ? '\1' : '\0');
    return text;
}

std::uint64_t blocks_of(std::uint64_t size) {
    return (size + sealed_block_bytes - 1) / sealed_block_bytes;
}

}  // namespace

std::uint64_t sealed_file_bytes(std::uint64_t size) {
    return sealed_header_bytes + size + blocks_of(size) * segment_log::tag_bytes;
}

SealedFileWriter::SealedFileWriter(std::unique_ptr<base::File> file, std::uint64_t id,
                                   const segment_log::DataKey& key)
    : file_(std::move(file)), id_(id), cipher_(key.bytes()) {
    block_.reserve(sealed_block_bytes);
    sealed_.reserve(sealed_header_bytes + buffer_blocks_max * frame_bytes);
}

base::Result<std::unique_ptr<LargeFileWriter>> SealedFileWriter::create(
    base::FileSystem& files, const std::string& path, std::uint64_t id,
    const segment_log::MasterKey& master_key, base::Random& random) {
    TRY(file, files.open(path, base::OpenMode::create_new));
    const segment_log::DataKey key(random);
    std::unique_ptr<SealedFileWriter> writer(new SealedFileWriter(std::move(file), id, key));
    writer->sealed_ = make_header(id, key, master_key, random);
    return std::unique_ptr<LargeFileWriter>(std::move(writer));
}

void SealedFileWriter::seal_block(bool last) {
    const std::string_view parts[] = {block_};
    const std::size_t at = sealed_.size();
    sealed_.resize(at + block_.size() + segment_log::tag_bytes);
    cipher_.seal(segment_log::frame_nonce(blocks_), block_associated(id_, blocks_, last), parts,
                 sealed_.data() + at);
    ++blocks_;
    block_.clear();
}

base::Result<void> SealedFileWriter::flush() {
    if (sealed_.empty()) return base::ok();
    TRY_VOID(file_->write_at(written_, sealed_));
    written_ += sealed_.size();
    sealed_.clear();
    return base::ok();
}

base::Result<void> SealedFileWriter::append(std::string_view bytes) {
    size_ += bytes.size();
    while (!bytes.empty()) {
        if (block_.size() == sealed_block_bytes) {
            seal_block(false);
            if (sealed_.size() >= buffer_blocks_max * frame_bytes) {
                TRY_VOID(flush());
            }
        }
        const auto piece = bytes.substr(0, sealed_block_bytes - block_.size());
        block_.append(piece);
        bytes.remove_prefix(piece.size());
    }
    return base::ok();
}

base::Result<void> SealedFileWriter::finish(bool sync) {
    if (!block_.empty()) seal_block(true);
    TRY_VOID(flush());
    if (sync) {
        TRY_VOID(file_->sync_data());
    }
    file_.reset();
    return base::ok();
}

SealedFile::SealedFile(std::unique_ptr<base::File> file, std::string path, std::uint64_t id,
                       std::uint64_t size, segment_log::DataKey key)
    : file_(std::move(file)), path_(std::move(path)), id_(id), size_(size), key_(key) {}

base::Result<std::shared_ptr<LargeFile>> SealedFile::open(
    base::FileSystem& files, const std::string& path, std::uint64_t id, std::uint64_t size,
    const segment_log::MasterKey& master_key) {
    TRY(file, files.open(path, base::OpenMode::read));
    TRY(length, file->size());
    if (length != sealed_file_bytes(size)) {
        return damaged(path, "the file's length does not fit the object's");
    }
    std::string header(sealed_header_bytes, '\0');
    TRY(count, file->read_at(0, header));
    if (count != header.size()) return damaged(path, "the file ends early");
    TRY(key, open_header(header, id, master_key, path));
    return std::shared_ptr<LargeFile>(new SealedFile(std::move(file), path, id, size, key));
}

std::unique_ptr<segment_log::Cipher> SealedFile::take_cipher() const {
    {
        const base::MutexLock lock(mutex_);
        if (!idle_.empty()) {
            auto cipher = std::move(idle_.back());
            idle_.pop_back();
            return cipher;
        }
    }
    return std::make_unique<segment_log::Cipher>(key_.bytes());
}

void SealedFile::give_back(std::unique_ptr<segment_log::Cipher> cipher) const {
    const base::MutexLock lock(mutex_);
    if (idle_.size() < idle_ciphers_max) idle_.push_back(std::move(cipher));
}

std::size_t SealedFile::length_of_block(std::uint64_t block) const {
    return static_cast<std::size_t>(
        std::min<std::uint64_t>(sealed_block_bytes, size_ - block * sealed_block_bytes));
}

// `out` has the block's length; `scratch` holds what is read.
base::Result<void> SealedFile::read_block(segment_log::Cipher& cipher, std::uint64_t block,
                                          std::span<char> scratch, std::span<char> out) const {
    const std::span<char> sealed = scratch.first(out.size() + segment_log::tag_bytes);
    TRY(count, file_->read_at(sealed_header_bytes + block * frame_bytes, sealed));
    if (count != sealed.size()) return damaged(path_, "the file ends early");
    const bool last = block + 1 == blocks_of(size_);
    const std::span<char> parts[] = {out};
    if (!cipher.open(segment_log::frame_nonce(block), block_associated(id_, block, last),
                     {sealed.data(), sealed.size()}, parts)) {
        return damaged(path_, "block " + std::to_string(block) + " does not open");
    }
    return base::ok();
}

base::Result<std::size_t> SealedFile::read_at(std::uint64_t offset, std::span<char> out) const {
    if (offset >= size_) return std::size_t{0};
    out = out.first(static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), size_ - offset)));
    const auto scratch = std::make_unique_for_overwrite<char[]>(frame_bytes);
    std::string part;  // of a block that is not wanted whole
    auto cipher = take_cipher();
    std::size_t done = 0;
    while (done < out.size()) {
        const std::uint64_t block = (offset + done) / sealed_block_bytes;
        const std::size_t within = (offset + done) % sealed_block_bytes;
        const std::size_t length = length_of_block(block);
        const std::size_t wanted = std::min(length - within, out.size() - done);
        const std::span<char> room = out.subspan(done, wanted);
        if (wanted == length) {
            TRY_VOID(read_block(*cipher, block, {scratch.get(), frame_bytes}, room));
        } else {
            part.resize(length);
            TRY_VOID(read_block(*cipher, block, {scratch.get(), frame_bytes}, part));
            std::copy_n(part.data() + within, wanted, room.data());
        }
        done += wanted;
    }
    give_back(std::move(cipher));
    return done;
}

}  // namespace object_store

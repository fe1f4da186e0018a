// The plain file of one large object, as they were written before files were sealed: its bytes as
// they are, so that a range of them is a range of the file (sendfile, the SQL engine), then a
// CRC-32C for each block of them, then a footer.
//
//   [bytes][u32 crc of each block][footer]          see docs/formats/object_store.md
//
// Reads check every block that they touch. A block found right once is remembered as long as the
// file stays open, so that from then on the kernel may send it without us seeing the bytes.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_system.h"
#include "base/result.h"
#include "object_store/large_file.h"

namespace object_store {

inline constexpr std::size_t plain_block_bytes = 64 * 1024;
inline constexpr std::size_t block_footer_bytes = 40;

// Writes one such file front to back. One thread at a time.
class BlockFileWriter final : public LargeFileWriter {
  public:
    static constexpr std::size_t buffer_bytes_max = 256 * 1024;

    // The file must not exist; its directory must.
    static base::Result<std::unique_ptr<LargeFileWriter>> create(base::FileSystem& files,
                                                                 const std::string& path,
                                                                 std::uint64_t id);
    base::Result<void> append(std::string_view bytes) override;
    base::Result<void> finish(bool sync) override;
    std::uint64_t size_bytes() const override { return size_; }

  private:
    BlockFileWriter(std::unique_ptr<base::File> file, std::uint64_t id)
        : file_(std::move(file)), id_(id) {}
    void add_to_checksums(std::string_view bytes);
    base::Result<void> flush();

    std::unique_ptr<base::File> file_;
    std::uint64_t id_;
    std::uint64_t size_ = 0;     // given to append
    std::uint64_t written_ = 0;  // of it on file
    std::string buffer_;
    std::uint32_t block_crc_ = 0;
    std::size_t block_filled_ = 0;
    std::string checksums_;
};

// One such file, open for reading. Any thread.
class BlockFile final : public LargeFile {
  public:
    //   size   of the object's bytes, from the index
    //   errors not_found, corrupt (footer or checksum table), io
    static base::Result<std::shared_ptr<BlockFile>> open(base::FileSystem& files,
                                                         const std::string& path, std::uint64_t id,
                                                         std::uint64_t size);
    base::Result<std::size_t> read_at(std::uint64_t offset, std::span<char> out) const override;
    std::optional<wire::FileRange> file_range(std::uint64_t offset, std::uint64_t length,
                                              bool only_checked) const override;
    std::size_t block_bytes() const override { return plain_block_bytes; }
    // Whether all blocks of the range were read and found right since the file was opened.
    bool is_checked(std::uint64_t offset, std::uint64_t length) const;
    std::uint64_t size_bytes() const override { return size_; }

  private:
    BlockFile(std::shared_ptr<const base::File> file, std::string path, std::uint64_t size);
    base::Result<void> load_checksums(std::uint64_t id);
    std::size_t length_of_block(std::uint64_t block) const;
    base::Result<void> check_block(std::uint64_t block, std::string_view bytes) const;
    base::Result<void> read_whole(std::uint64_t offset, std::span<char> out) const;

    std::shared_ptr<const base::File> file_;
    std::string path_;
    std::uint64_t size_;
    std::uint64_t block_count_;
    std::string checksums_;
    mutable std::vector<std::atomic<std::uint64_t>> checked_;  // a bit for each block
};

}  // namespace object_store

// The encrypted file of one large object: a header with the object's own data key, wrapped by the
// master key, then its bytes in blocks, each sealed by AES-256-GCM.
//
//   [header][block, tag][block, tag]…        see docs/formats/object_store.md
//
// A block's nonce is its number: a key seals one file once. The tag covers the file's id, the
// block's number and whether it is the last one, so that blocks cannot be moved, dropped or added.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_system.h"
#include "base/mutex.h"
#include "base/random.h"
#include "base/result.h"
#include "object_store/large_file.h"
#include "segment_log/cipher.h"

namespace object_store {

inline constexpr std::size_t sealed_block_bytes = 64 * 1024;
inline constexpr std::size_t sealed_header_bytes = 256;

// The length of the file of an object of that size (> 0).
std::uint64_t sealed_file_bytes(std::uint64_t size);

class SealedFileWriter final : public LargeFileWriter {
  public:
    static constexpr std::size_t buffer_blocks_max = 4;

    // The file must not exist; its directory must.
    static base::Result<std::unique_ptr<LargeFileWriter>> create(
        base::FileSystem& files, const std::string& path, std::uint64_t id,
        const segment_log::MasterKey& master_key, base::Random& random);
    base::Result<void> append(std::string_view bytes) override;
    base::Result<void> finish(bool sync) override;
    std::uint64_t size_bytes() const override { return size_; }

  private:
    SealedFileWriter(std::unique_ptr<base::File> file, std::uint64_t id,
                     const segment_log::DataKey& key);
    void seal_block(bool last);
    base::Result<void> flush();

    std::unique_ptr<base::File> file_;
    std::uint64_t id_;
    segment_log::Cipher cipher_;
    std::uint64_t size_ = 0;
    std::uint64_t blocks_ = 0;   // sealed
    std::uint64_t written_ = 0;  // of the file
    std::string block_;          // not sealed yet: it may be the last
    std::string sealed_;         // not written yet
};

class SealedFile final : public LargeFile {
  public:
    //   size   of the object's bytes, from the index
    //   errors not_found, corrupt (another length, a damaged header), invalid (sealed under another
    //          master key), io
    static base::Result<std::shared_ptr<LargeFile>> open(base::FileSystem& files,
                                                         const std::string& path, std::uint64_t id,
                                                         std::uint64_t size,
                                                         const segment_log::MasterKey& master_key);
    std::uint64_t size_bytes() const override { return size_; }
    base::Result<std::size_t> read_at(std::uint64_t offset, std::span<char> out) const override;
    std::size_t block_bytes() const override { return sealed_block_bytes; }

  private:
    SealedFile(std::unique_ptr<base::File> file, std::string path, std::uint64_t id,
               std::uint64_t size, segment_log::DataKey key);
    std::unique_ptr<segment_log::Cipher> take_cipher() const EXCLUDES(mutex_);
    void give_back(std::unique_ptr<segment_log::Cipher> cipher) const EXCLUDES(mutex_);
    std::size_t length_of_block(std::uint64_t block) const;
    base::Result<void> read_block(segment_log::Cipher& cipher, std::uint64_t block,
                                  std::span<char> scratch, std::span<char> out) const;

    static constexpr std::size_t idle_ciphers_max = 8;

    std::unique_ptr<base::File> file_;
    std::string path_;
    std::uint64_t id_;
    std::uint64_t size_;
    segment_log::DataKey key_;
    mutable base::Mutex mutex_;
    mutable std::vector<std::unique_ptr<segment_log::Cipher>> idle_ GUARDED_BY(mutex_);
};

}  // namespace object_store

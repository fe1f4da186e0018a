// The file of a large object, in either of its forms: sealed (encrypted, all new ones) or plain.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "wire/http.h"

namespace object_store {

// Open for reading. Any thread.
class LargeFile {
  public:
    virtual ~LargeFile() = default;
    virtual std::uint64_t size_bytes() const = 0;
    // Up to out.size() bytes; fewer only at the end of the object.
    //   errors  corrupt (what is there is not what was written), io
    virtual base::Result<std::size_t> read_at(std::uint64_t offset, std::span<char> out) const = 0;
    // The bytes as they are on disk, where they are that. `only_checked`: only when all of the
    // range was read and found right since the file was opened.
    virtual std::optional<wire::FileRange> file_range(std::uint64_t offset, std::uint64_t length,
                                                      bool only_checked) const {
        static_cast<void>(offset), static_cast<void>(length), static_cast<void>(only_checked);
        return std::nullopt;
    }
    // Reads that begin and end at multiples of it cost least.
    virtual std::size_t block_bytes() const = 0;
};

// Writes one such file front to back. One thread at a time.
class LargeFileWriter {
  public:
    virtual ~LargeFileWriter() = default;
    virtual base::Result<void> append(std::string_view bytes) = 0;
    // Write what is left; fdatasync unless `sync` is false. The directory entry is the caller's to
    // sync.
    virtual base::Result<void> finish(bool sync) = 0;
    virtual std::uint64_t size_bytes() const = 0;
};

}  // namespace object_store

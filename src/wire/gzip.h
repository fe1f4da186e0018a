// Gzip (RFC 1952) over ISA-L: level 1 out, anything in. Output is deterministic: no time, no name.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_function.h"

namespace wire {

// The whole of `bytes` as one gzip member.
std::string gzip_compress(std::string_view bytes);

// One gzip member made piece by piece, with a few hundred KiB of memory however long it gets. One
// thread at a time.
class GzipWriter {
  public:
    GzipWriter();
    ~GzipWriter();
    GzipWriter(GzipWriter&&) noexcept;
    GzipWriter& operator=(GzipWriter&&) noexcept;

    // Compress `bytes`; what comes out by now is appended to `out`.
    void write(std::string_view bytes, std::string& out);
    // End the member; appends the rest. Afterwards only destruction.
    void finish(std::string& out);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// One or more members one after another, read piece by piece with bounded memory. Checksums and
// lengths are verified. One thread at a time.
class GzipReader {
  public:
    // Takes the next bytes of output, at most gzip_piece_bytes_max; an error ends the reading.
    using Sink = base::UniqueFunction<base::Result<void>(std::string_view)>;

    // More output than `output_bytes_max` is refused: a bomb of a few KiB can hold gigabytes.
    explicit GzipReader(std::uint64_t output_bytes_max);
    ~GzipReader();
    GzipReader(GzipReader&&) noexcept;
    GzipReader& operator=(GzipReader&&) noexcept;

    //   errors  corrupt (not gzip, checksum), limit, those of `sink`; afterwards only destruction
    base::Result<void> write(std::string_view bytes, Sink& sink);
    //   errors  corrupt when the last member is not whole, or there was none
    base::Result<void> finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};
inline constexpr std::size_t gzip_piece_bytes_max = 64 * 1024;

//   errors  corrupt, limit
base::Result<std::string> gzip_decompress(std::string_view bytes, std::uint64_t output_bytes_max);

}  // namespace wire

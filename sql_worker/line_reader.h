// The lines of one object: bytes come from an OpenObject, are inflated when it is gzip (also of
// several members), and are given out line by line from one buffer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "object_client.h"

struct inflate_state;

namespace sql_worker {

// One line may be this long; a longer one fails the query with HIVE_CURSOR_ERROR.
inline constexpr std::size_t line_bytes_max = 64 * 1024 * 1024;
// Readable bytes behind every line, as simdjson wants them.
inline constexpr std::size_t line_padding_bytes = 64;

class ByteSource {
  public:
    virtual ~ByteSource() = default;
    // Up to out.size() next bytes, 0 at the end. Throws ObjectError.
    virtual std::size_t read(std::span<char> out) = 0;
};

// The object's bytes as they are, or inflated.
std::unique_ptr<ByteSource> make_byte_source(OpenObject& object, bool gzip);

class LineReader {
  public:
    explicit LineReader(std::unique_ptr<ByteSource> source);
    // The next line without its end ("\n" or "\r\n"); valid until the next call. A last line
    // without '\n' counts, an empty rest does not. Throws ObjectError.
    std::optional<std::string_view> next();

  private:
    bool fill();

    std::unique_ptr<ByteSource> source_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;    // of the line being looked for
    std::size_t scanned_ = 0;  // no '\n' in [begin_, scanned_)
    std::size_t end_ = 0;
    bool at_end_ = false;
};

}  // namespace sql_worker

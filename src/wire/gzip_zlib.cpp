// GzipReader of gzip.h over zlib, for programs that link statically or run on other processors than
// x86: ISA-L comes as a shared library only. Not part of the folder's library.
#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/check.h"
#include "wire/gzip.h"

namespace wire {

namespace {

constexpr int gzip_only = 15 + 16;  // the largest window, a gzip header and trailer
constexpr std::size_t input_piece_bytes_max = std::numeric_limits<uInt>::max();

base::Error corrupt(std::string message) {
    return {base::ErrorKind::corrupt, std::move(message), {}};
}

}  // namespace

struct GzipReader::State {
    enum class Place { start, inside, between };

    explicit State(std::uint64_t output_bytes_max) : output_left(output_bytes_max) {
        CHECK(::inflateInit2(&stream, gzip_only) == Z_OK);
    }
    ~State() { ::inflateEnd(&stream); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    base::Result<void> inflate_all(std::string_view bytes, Sink& sink);

    z_stream stream{};
    std::array<std::uint8_t, gzip_piece_bytes_max> output;
    std::uint64_t output_left;
    Place place = Place::start;
};

base::Result<void> GzipReader::State::inflate_all(std::string_view bytes, Sink& sink) {
    // zlib does not write through its input pointer; it only lacks the const.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    while (true) {
        if (place != Place::inside) {
            if (stream.avail_in == 0) return base::ok();
            CHECK(::inflateReset(&stream) == Z_OK);
            place = Place::inside;
        }
        stream.next_out = output.data();
        stream.avail_out = static_cast<uInt>(output.size());
        const int result = ::inflate(&stream, Z_NO_FLUSH);
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
            return corrupt("not gzip data, or damaged (" + std::to_string(result) + ")");
        }
        const std::size_t count = output.size() - stream.avail_out;
        if (count > output_left) {
            return base::Error{
                base::ErrorKind::limit, "the gzip data holds more than is allowed", {}};
        }
        output_left -= count;
        if (count > 0) {
            TRY_VOID(sink({reinterpret_cast<const char*>(output.data()), count}));
        }
        if (result == Z_STREAM_END) {
            place = Place::between;
        } else if (stream.avail_in == 0 && stream.avail_out > 0) {
            return base::ok();
        }
    }
}

GzipReader::GzipReader(std::uint64_t output_bytes_max)
    : state_(std::make_unique<State>(output_bytes_max)) {}
GzipReader::~GzipReader() = default;
GzipReader::GzipReader(GzipReader&&) noexcept = default;
GzipReader& GzipReader::operator=(GzipReader&&) noexcept = default;

base::Result<void> GzipReader::write(std::string_view bytes, Sink& sink) {
    while (!bytes.empty()) {
        const std::string_view piece = bytes.substr(0, input_piece_bytes_max);
        TRY_VOID(state_->inflate_all(piece, sink));
        bytes.remove_prefix(piece.size());
    }
    return base::ok();
}

base::Result<void> GzipReader::finish() {
    if (state_->place == State::Place::start) return corrupt("empty, not gzip data");
    if (state_->place == State::Place::inside) return corrupt("the gzip data ends early");
    return base::ok();
}

}  // namespace wire

#include "wire/gzip.h"

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "base/check.h"

namespace wire {

namespace {

constexpr std::uint32_t level = 1;
// ISA-L counts in 32 bits; larger inputs are given in pieces.
constexpr std::size_t input_piece_bytes_max = std::size_t{1} << 30;

// ISA-L does not write through its input pointers; they only lack the const.
std::uint8_t* input_pointer(std::string_view bytes) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(bytes.data()));
}

base::Error corrupt(std::string message) {
    return {base::ErrorKind::corrupt, std::move(message), {}};
}

}  // namespace

struct GzipWriter::State {
    isal_zstream stream{};
    std::vector<std::uint8_t> level_buffer = std::vector<std::uint8_t>(ISAL_DEF_LVL1_DEFAULT);
    std::array<std::uint8_t, gzip_piece_bytes_max> output;

    State() {
        isal_deflate_init(&stream);
        stream.gzip_flag = IGZIP_GZIP;
        stream.level = level;
        stream.level_buf = level_buffer.data();
        stream.level_buf_size = static_cast<std::uint32_t>(level_buffer.size());
    }

    // Run until the input is used up (and, at the end, everything is out).
    void run(std::string& out) {
        do {
            stream.next_out = output.data();
            stream.avail_out = static_cast<std::uint32_t>(output.size());
            CHECK(isal_deflate(&stream) == COMP_OK);
            out.append(reinterpret_cast<const char*>(output.data()),
                       output.size() - stream.avail_out);
        } while (stream.avail_out == 0 || stream.avail_in > 0);
    }
};

GzipWriter::GzipWriter() : state_(std::make_unique<State>()) {}
GzipWriter::~GzipWriter() = default;
GzipWriter::GzipWriter(GzipWriter&&) noexcept = default;
GzipWriter& GzipWriter::operator=(GzipWriter&&) noexcept = default;

void GzipWriter::write(std::string_view bytes, std::string& out) {
    while (!bytes.empty()) {
        const std::string_view piece = bytes.substr(0, input_piece_bytes_max);
        state_->stream.next_in = input_pointer(piece);
        state_->stream.avail_in = static_cast<std::uint32_t>(piece.size());
        state_->run(out);
        bytes.remove_prefix(piece.size());
    }
}

void GzipWriter::finish(std::string& out) {
    state_->stream.end_of_stream = 1;
    state_->stream.next_in = nullptr;
    state_->stream.avail_in = 0;
    state_->run(out);
    CHECK(state_->stream.internal_state.state == ZSTATE_END);
}

std::string gzip_compress(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() / 4 + 64);
    GzipWriter writer;
    writer.write(bytes, out);
    writer.finish(out);
    return out;
}

struct GzipReader::State {
    enum class Place { start, inside, between };

    explicit State(std::uint64_t output_bytes_max) : output_left(output_bytes_max) { begin(); }

    void begin() {
        isal_inflate_init(&stream);
        stream.crc_flag = ISAL_GZIP;
    }

    base::Result<void> inflate_all(std::string_view bytes, Sink& sink);
    base::Result<void> deliver(std::size_t count, Sink& sink);

    inflate_state stream{};
    std::array<std::uint8_t, gzip_piece_bytes_max> output;
    std::uint64_t output_left;
    Place place = Place::start;
};

base::Result<void> GzipReader::State::deliver(std::size_t count, Sink& sink) {
    if (count > output_left) {
        return base::Error{base::ErrorKind::limit, "the gzip data holds more than is allowed", {}};
    }
    output_left -= count;
    if (count == 0) return base::ok();
    return sink({reinterpret_cast<const char*>(output.data()), count});
}

base::Result<void> GzipReader::State::inflate_all(std::string_view bytes, Sink& sink) {
    stream.next_in = input_pointer(bytes);
    stream.avail_in = static_cast<std::uint32_t>(bytes.size());
    while (true) {
        if (place != Place::inside) {
            if (stream.avail_in == 0) return base::ok();
            place = Place::inside;
        }
        stream.next_out = output.data();
        stream.avail_out = static_cast<std::uint32_t>(output.size());
        const int result = isal_inflate(&stream);
        if (result != ISAL_DECOMP_OK && result != ISAL_END_INPUT) {
            return corrupt("not gzip data, or damaged (" + std::to_string(result) + ")");
        }
        TRY_VOID(deliver(output.size() - stream.avail_out, sink));
        if (stream.block_state == ISAL_BLOCK_FINISH) {
            // Bytes that the bit buffer took from behind the member belong to the next one.
            const int unread = stream.read_in_length / 8;
            std::array<char, 8> ahead{};
            for (int i = 0; i < unread; ++i) {
                ahead[static_cast<std::size_t>(i)] = static_cast<char>(stream.read_in >> (8 * i));
            }
            const std::string_view rest(reinterpret_cast<const char*>(stream.next_in),
                                        stream.avail_in);
            begin();
            place = Place::between;
            if (unread > 0) {
                TRY_VOID(inflate_all({ahead.data(), static_cast<std::size_t>(unread)}, sink));
            }
            stream.next_in = input_pointer(rest);
            stream.avail_in = static_cast<std::uint32_t>(rest.size());
            continue;
        }
        if (stream.avail_in == 0 && stream.avail_out > 0) return base::ok();
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

base::Result<std::string> gzip_decompress(std::string_view bytes, std::uint64_t output_bytes_max) {
    std::string out;
    GzipReader::Sink sink = [&out](std::string_view piece) -> base::Result<void> {
        out.append(piece);
        return base::ok();
    };
    GzipReader reader(output_bytes_max);
    TRY_VOID(reader.write(bytes, sink));
    TRY_VOID(reader.finish());
    return out;
}

}  // namespace wire

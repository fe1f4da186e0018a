#include "line_reader.h"

#include <isa-l/igzip_lib.h>

#include <cstring>

namespace sql_worker {

namespace {

constexpr std::size_t compressed_bytes = 256 * 1024;
constexpr std::size_t first_buffer_bytes = 1024 * 1024;

class PlainSource final : public ByteSource {
  public:
    explicit PlainSource(OpenObject& object) : object_(object) {}
    std::size_t read(std::span<char> out) override { return object_.read(out); }

  private:
    OpenObject& object_;
};

class GzipSource final : public ByteSource {
  public:
    explicit GzipSource(OpenObject& object)
        : object_(object),
          compressed_(compressed_bytes),
          state_(std::make_unique<inflate_state>()) {
        start_member();
    }

    std::size_t read(std::span<char> out) override {
        state_->next_out = reinterpret_cast<std::uint8_t*>(out.data());
        state_->avail_out =
            static_cast<std::uint32_t>(std::min<std::size_t>(out.size(), std::size_t{1} << 30));
        const std::uint32_t room = state_->avail_out;
        while (state_->avail_out == room) {
            if (state_->avail_in == 0 && !refill()) {
                if (in_member_)
                    throw ObjectError{"HIVE_CURSOR_ERROR: Unexpected end of input stream"};
                return 0;
            }
            if (state_->block_state == ISAL_BLOCK_FINISH) start_member();
            in_member_ = true;
            const int result = isal_inflate(state_.get());
            if (result != ISAL_DECOMP_OK && result != ISAL_END_INPUT) {
                throw ObjectError{"HIVE_CURSOR_ERROR: incorrect gzip data (" +
                                  std::to_string(result) + ")"};
            }
            if (state_->block_state == ISAL_BLOCK_FINISH) in_member_ = false;
        }
        return room - state_->avail_out;
    }

  private:
    void start_member() {
        std::uint8_t* const in = state_->next_in;
        const std::uint32_t in_bytes = state_->avail_in;
        std::uint8_t* const out = state_->next_out;
        const std::uint32_t out_bytes = state_->avail_out;
        isal_inflate_init(state_.get());
        state_->crc_flag = ISAL_GZIP;
        state_->next_in = in;
        state_->avail_in = in_bytes;
        state_->next_out = out;
        state_->avail_out = out_bytes;
    }

    bool refill() {
        const std::size_t count = object_.read(compressed_);
        state_->next_in = reinterpret_cast<std::uint8_t*>(compressed_.data());
        state_->avail_in = static_cast<std::uint32_t>(count);
        return count > 0;
    }

    OpenObject& object_;
    std::vector<char> compressed_;
    std::unique_ptr<inflate_state> state_;
    bool in_member_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> make_byte_source(OpenObject& object, bool gzip) {
    if (gzip) return std::make_unique<GzipSource>(object);
    return std::make_unique<PlainSource>(object);
}

LineReader::LineReader(std::unique_ptr<ByteSource> source)
    : source_(std::move(source)), buffer_(first_buffer_bytes) {}

bool LineReader::fill() {
    if (at_end_) return false;
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        scanned_ -= begin_;
        begin_ = 0;
    }
    if (end_ + line_padding_bytes >= buffer_.size()) {
        if (buffer_.size() >= line_bytes_max) {
            throw ObjectError{"HIVE_CURSOR_ERROR: a line is longer than " +
                              std::to_string(line_bytes_max) + " bytes"};
        }
        buffer_.resize(buffer_.size() * 2);
    }
    const std::size_t room = buffer_.size() - end_ - line_padding_bytes;
    const std::size_t count = source_->read({buffer_.data() + end_, room});
    end_ += count;
    if (count == 0) at_end_ = true;
    return count > 0;
}

std::optional<std::string_view> LineReader::next() {
    for (;;) {
        const char* start = buffer_.data() + scanned_;
        const void* found = std::memchr(start, '\n', end_ - scanned_);
        std::size_t line_end = 0;
        std::size_t next_begin = 0;
        if (found != nullptr) {
            line_end = static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data());
            next_begin = line_end + 1;
        } else {
            scanned_ = end_;
            if (fill()) continue;
            if (begin_ == end_) return std::nullopt;
            line_end = next_begin = end_;
        }
        std::string_view line(buffer_.data() + begin_, line_end - begin_);
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        begin_ = scanned_ = next_begin;
        return line;
    }
}

}  // namespace sql_worker

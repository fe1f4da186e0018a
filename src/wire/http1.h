// HTTP/1.0 and 1.1 on the server's side, pure: heads out of bytes, chunked bodies out of bytes,
// responses into bytes. Strict where leniency lets two parsers disagree about where a request
// ends: bare CR or LF, folded lines, blanks before a colon, Content-Length beside
// Transfer-Encoding, repeated Content-Length, unknown transfer codings, chunk sizes with signs or
// blanks are all refused.
// Source: RFC 9110, RFC 9112.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/unique_function.h"
#include "wire/http.h"

namespace wire::http1 {

struct Limits {
    std::size_t head_bytes_max = 64 * 1024;
    std::size_t target_bytes_max = 16 * 1024;
    std::size_t header_count_max = 128;
    std::size_t query_count_max = 256;
    std::size_t trailer_bytes_max = 16 * 1024;
    std::size_t chunk_line_bytes_max = 1024;
};

// Why a request is refused: the status to answer before closing.
struct Refusal {
    int status = 400;
    std::string_view reason;  // a literal, one sentence
};

// One head. Bytes are collected by the caller: parse is called again with the same buffer grown.
class HeadParser {
  public:
    explicit HeadParser(const Limits& limits) : limits_(limits) {}

    enum class Progress { incomplete, complete, refused };
    // Look for a whole head at the start of `buffer`; empty lines before it are skipped. Linear
    // over all calls: bytes searched once are not searched again.
    Progress parse(std::string_view buffer);

    // complete: the head, and how many bytes of the buffer it took.
    RequestHead& head() { return head_; }
    std::size_t head_bytes() const { return head_bytes_; }
    bool expects_continue() const { return expects_continue_; }
    bool is_http_1_0() const { return http_1_0_; }
    const Refusal& refusal() const { return refusal_; }
    // Ready for the next head.
    void reset();

  private:
    Progress refuse(int status, std::string_view reason);
    Progress parse_lines(std::string_view text);
    bool parse_request_line(std::string_view line);
    bool parse_target();
    bool parse_field(std::string_view line);
    bool check_framing();
    bool check_connection();

    const Limits& limits_;
    RequestHead head_;
    std::size_t searched_ = 0;
    std::size_t head_bytes_ = 0;
    bool http_1_0_ = false;
    bool expects_continue_ = false;
    Refusal refusal_;
};

// The chunked transfer coding.
class ChunkedDecoder {
  public:
    explicit ChunkedDecoder(const Limits& limits) : limits_(limits) {}

    // Decode from the start of `bytes`; `emit` gets the payload in pieces that are views into
    // them. Returns how many bytes were taken: all of them unless the body ended. nullopt: refused.
    std::optional<std::size_t> feed(std::string_view bytes,
                                    base::UniqueFunction<void(std::string_view)>& emit);
    bool finished() const { return state_ == State::done; }
    const Headers& trailers() const { return trailers_; }
    const Refusal& refusal() const { return refusal_; }

  private:
    enum class State { size_line, data, data_end, trailer, done };
    bool refuse(int status, std::string_view reason);
    bool read_size(std::string_view line);
    bool read_trailer(std::string_view line);

    const Limits& limits_;
    State state_ = State::size_line;
    std::string line_;
    std::uint64_t chunk_left_ = 0;
    std::size_t trailer_bytes_ = 0;
    Headers trailers_;
    Refusal refusal_;
};

struct ResponseFraming {
    std::optional<std::uint64_t> content_length;  // absent: none is written (1xx, 204)
    bool chunked = false;  // the body follows in chunks; no content_length then
    bool keep_alive = true;
    bool says_keep_alive = false;  // HTTP/1.0 clients wait for the word
    std::string_view date;         // an HTTP date, "" for none
};

// Status line and headers with the empty line behind them. Bytes that would break a line (CR, LF,
// NUL) in names or values become spaces, so that no value from outside can forge a header.
void append_response_head(std::string& out, const Response& response,
                          const ResponseFraming& framing);

// One chunk of the chunked coding around `bytes` (not empty), and the end of all.
void append_chunk(std::string& out, std::string_view bytes);
inline constexpr std::string_view last_chunk = "0\r\n\r\n";

inline constexpr std::string_view continue_response = "HTTP/1.1 100 Continue\r\n\r\n";

// "Not Found"; "Unknown" for numbers without a phrase.
std::string_view reason_phrase(int status);

}  // namespace wire::http1

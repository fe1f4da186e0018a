// The aws-chunked content encoding: a body in chunks that carry their own signatures, and trailing
// headers with checksums. Decoded as it arrives; what comes out is a view into what went in.
//
//   10000;chunk-signature=ad80c7…\r\n <65536 bytes> \r\n … 0;chunk-signature=b6c6…\r\n
//   x-amz-checksum-crc32c:sOO8/Q==\r\n x-amz-trailer-signature:d81f82…\r\n \r\n
//
// A chunk's bytes are handed out before its signature can be known: the receiver must undo
// everything when a later call fails.
// Source: S3 User Guide, "Signature calculations for the authorization header: transferring
// payload in multiple chunks", with and without trailing headers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/unique_function.h"
#include "wire/http.h"
#include "wire/sha256.h"
#include "wire/sigv4.h"

namespace wire::aws_chunked {

inline constexpr std::size_t chunk_line_bytes_max = 256;
inline constexpr std::size_t trailer_bytes_max = 16 * 1024;
inline constexpr std::size_t trailer_count_max = 32;
inline constexpr std::uint64_t chunk_bytes_max = std::uint64_t{8} << 30;

struct Options {
    sigv4::Payload payload = sigv4::Payload::streaming_unsigned_trailer;
    std::uint64_t decoded_length = 0;  // x-amz-decoded-content-length
    // Signed payloads only. With `verify` false (authentication is off) the signatures must be
    // there and are not compared.
    bool verify = true;
    std::string seed_signature = {};
    std::string timestamp = {};
    sigv4::Scope scope = {};
    sigv4::SigningKey key = {};
    // x-amz-trailer: only these trailing headers are taken, "" takes none.
    std::string announced_trailers = {};
};

enum class Problem {
    malformed,  // not aws-chunked
    too_long,   // a line, the trailer or a chunk is past its maximum
    length,     // more or fewer bytes than x-amz-decoded-content-length
    signature,  // a chunk's or the trailer's signature differs
};
struct Failure {
    Problem problem = Problem::malformed;
    std::string message;
};

class Decoder {
  public:
    explicit Decoder(Options options);

    // Decode the next bytes of the body. `emit` gets the payload in order, in pieces that are views
    // into `bytes`; when it returns false decoding stops and feed returns nullopt: the caller knows
    // why. After a failure the decoder is not to be used again.
    std::optional<Failure> feed(std::string_view bytes,
                                base::UniqueFunction<bool(std::string_view)>& emit);
    // The encoded body is at its end: is it whole?
    std::optional<Failure> finish() const;

    bool finished() const { return state_ == State::done; }
    const Headers& trailers() const { return trailers_; }

  private:
    enum class State { line, data, data_end, trailer, done };

    std::optional<Failure> read_line(std::string_view line);
    std::optional<Failure> read_trailer(std::string_view line);
    std::optional<Failure> end_chunk();
    std::optional<Failure> end_trailers();
    std::optional<Failure> check(std::string_view algorithm, std::string_view hashes,
                                 std::string_view claimed);
    bool is_signed() const;
    // Appends to line_ up to and including "\n". True when a whole line is there.
    bool take_line(std::string_view& bytes);

    Options options_;
    State state_ = State::line;
    std::string line_;
    std::uint64_t chunk_left_ = 0;
    std::uint64_t decoded_ = 0;
    bool last_chunk_ = false;
    std::string chunk_signature_;
    std::string previous_signature_;
    Sha256 chunk_hash_;
    Headers trailers_;
    std::string trailer_text_;  // canonical: "name:value\n"
    std::string trailer_signature_;
    std::size_t trailer_bytes_ = 0;
};

// Encodes a whole body, for clients and tests: chunks of `chunk_bytes`, then `trailers`.
std::string encode(std::string_view body, std::size_t chunk_bytes, const Options& options,
                   const Headers& trailers);

}  // namespace wire::aws_chunked

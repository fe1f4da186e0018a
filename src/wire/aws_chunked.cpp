#include "wire/aws_chunked.h"

#include <algorithm>
#include <charconv>

#include "base/bytes.h"

namespace wire::aws_chunked {

namespace {

constexpr std::string_view chunk_algorithm = "AWS4-HMAC-SHA256-PAYLOAD";
constexpr std::string_view trailer_algorithm = "AWS4-HMAC-SHA256-TRAILER";
constexpr std::string_view signature_extension = "chunk-signature=";
constexpr std::string_view trailer_signature_name = "x-amz-trailer-signature";

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

std::string lower_case(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return out;
}

bool is_announced(std::string_view announced, std::string_view name) {
    while (!announced.empty()) {
        const std::size_t end = std::min(announced.find(','), announced.size());
        if (equals_ignoring_case(trim(announced.substr(0, end)), name)) return true;
        announced.remove_prefix(std::min(end + 1, announced.size()));
    }
    return false;
}

bool has_trailers(sigv4::Payload payload) {
    return payload != sigv4::Payload::streaming_signed;
}

std::string text_to_sign(const Options& options, std::string_view algorithm,
                         std::string_view previous, std::string_view hashes) {
    const std::string scope = options.scope.text();
    std::string out(algorithm);
    for (const std::string_view part :
         {std::string_view(options.timestamp), std::string_view(scope), previous, hashes}) {
        out += '\n';
        out += part;
    }
    return out;
}

}  // namespace

Decoder::Decoder(Options options)
    : options_(std::move(options)), previous_signature_(options_.seed_signature) {}

bool Decoder::is_signed() const {
    return options_.payload != sigv4::Payload::streaming_unsigned_trailer;
}

bool Decoder::take_line(std::string_view& bytes) {
    const std::size_t end = bytes.find('\n');
    const std::size_t count = end == std::string_view::npos ? bytes.size() : end + 1;
    line_ += bytes.substr(0, count);
    bytes.remove_prefix(count);
    return end != std::string_view::npos;
}

std::optional<Failure> Decoder::feed(std::string_view bytes,
                                     base::UniqueFunction<bool(std::string_view)>& emit) {
    while (!bytes.empty()) {
        if (state_ == State::done) {
            return Failure{Problem::malformed, "Bytes follow the end of the chunked body."};
        }
        if (state_ == State::data) {
            const std::size_t count =
                static_cast<std::size_t>(std::min<std::uint64_t>(chunk_left_, bytes.size()));
            const std::string_view piece = bytes.substr(0, count);
            if (is_signed() && options_.verify) chunk_hash_.update(piece);
            decoded_ += count;
            chunk_left_ -= count;
            bytes.remove_prefix(count);
            if (chunk_left_ == 0) state_ = State::data_end;
            if (!emit(piece)) return std::nullopt;
            continue;
        }
        const bool whole = take_line(bytes);
        const std::size_t max =
            state_ == State::trailer ? trailer_bytes_max - trailer_bytes_ : chunk_line_bytes_max;
        if (line_.size() > max) return Failure{Problem::too_long, "A line is too long."};
        if (!whole) return std::nullopt;
        if (line_.size() < 2 || line_[line_.size() - 2] != '\r') {
            return Failure{Problem::malformed, "A line does not end with CRLF."};
        }
        const std::string line = std::exchange(line_, {});
        const std::string_view text = std::string_view(line).substr(0, line.size() - 2);
        std::optional<Failure> failure;
        if (state_ == State::line) {
            failure = read_line(text);
        } else if (state_ == State::data_end) {
            failure = text.empty()
                          ? end_chunk()
                          : Failure{Problem::malformed, "A chunk is longer than its size."};
        } else {
            trailer_bytes_ += line.size();
            failure = read_trailer(text);
        }
        if (failure) return failure;
    }
    return std::nullopt;
}

std::optional<Failure> Decoder::read_line(std::string_view line) {
    const std::size_t semicolon = std::min(line.find(';'), line.size());
    const std::string_view size = line.substr(0, semicolon);
    std::uint64_t count = 0;
    const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), count, 16);
    if (size.empty() || error == std::errc::invalid_argument || end != size.data() + size.size()) {
        return Failure{Problem::malformed, "A chunk size is not a hexadecimal number."};
    }
    if (error != std::errc() || count > chunk_bytes_max) {
        return Failure{Problem::too_long, "A chunk is too long."};
    }
    chunk_signature_.clear();
    const std::string_view extension = line.substr(std::min(semicolon + 1, line.size()));
    if (extension.substr(0, signature_extension.size()) == signature_extension) {
        chunk_signature_ = extension.substr(signature_extension.size());
    } else if (!extension.empty()) {
        return Failure{Problem::malformed, "A chunk has an unknown extension."};
    }
    if (is_signed() && chunk_signature_.size() != 64) {
        return Failure{Problem::signature, "A chunk has no signature."};
    }
    if (count > options_.decoded_length - decoded_) {
        return Failure{Problem::length, "The body is longer than x-amz-decoded-content-length."};
    }
    chunk_left_ = count;
    last_chunk_ = count == 0;
    state_ = last_chunk_ ? State::trailer : State::data;
    // The last chunk has no bytes: its signature is checked at once, then come the trailers.
    return last_chunk_ ? end_chunk() : std::nullopt;
}

std::optional<Failure> Decoder::end_chunk() {
    if (!last_chunk_) state_ = State::line;
    if (!is_signed() || !options_.verify) return std::nullopt;
    std::string hashes(empty_sha256_hex);
    hashes += '\n';
    hashes += to_hex(chunk_hash_.finish());
    return check(chunk_algorithm, hashes, chunk_signature_);
}

std::optional<Failure> Decoder::check(std::string_view algorithm, std::string_view hashes,
                                      std::string_view claimed) {
    std::string signature = sigv4::signature_of(
        options_.key, text_to_sign(options_, algorithm, previous_signature_, hashes));
    if (!equal_in_constant_time(signature, claimed)) {
        return Failure{Problem::signature, "The signature of a chunk does not match."};
    }
    previous_signature_ = std::move(signature);
    return std::nullopt;
}

std::optional<Failure> Decoder::read_trailer(std::string_view line) {
    if (line.empty()) return end_trailers();
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) {
        return Failure{Problem::malformed, "A trailing header has no name."};
    }
    if (trailers_.fields().size() == trailer_count_max) {
        return Failure{Problem::too_long, "There are too many trailing headers."};
    }
    std::string name = lower_case(trim(line.substr(0, colon)));
    std::string value(trim(line.substr(colon + 1)));
    if (!trailer_signature_.empty()) {
        return Failure{Problem::malformed, "A trailing header follows the trailer's signature."};
    }
    if (name == trailer_signature_name) {
        trailer_signature_ = std::move(value);
        return std::nullopt;
    }
    if (!has_trailers(options_.payload) || !is_announced(options_.announced_trailers, name)) {
        return Failure{Problem::malformed, "The trailing header '" + name + "' is not announced."};
    }
    if (trailers_.find(name) != nullptr) {
        return Failure{Problem::malformed, "The trailing header '" + name + "' is repeated."};
    }
    trailer_text_ += name + ':' + value + '\n';
    trailers_.add(std::move(name), std::move(value));
    return std::nullopt;
}

std::optional<Failure> Decoder::end_trailers() {
    state_ = State::done;
    if (options_.payload == sigv4::Payload::streaming_signed_trailer) {
        if (trailer_signature_.empty()) {
            return Failure{Problem::signature, "The trailer has no signature."};
        }
        if (options_.verify) {
            auto failure = check(trailer_algorithm, sha256_hex(trailer_text_), trailer_signature_);
            if (failure) return failure;
        }
    }
    if (decoded_ != options_.decoded_length) {
        return Failure{Problem::length, "The body is shorter than x-amz-decoded-content-length."};
    }
    return std::nullopt;
}

std::optional<Failure> Decoder::finish() const {
    if (state_ != State::done) {
        return Failure{Problem::malformed, "The chunked body ends early."};
    }
    return std::nullopt;
}

std::string encode(std::string_view body, std::size_t chunk_bytes, const Options& options,
                   const Headers& trailers) {
    const bool is_signed = options.payload != sigv4::Payload::streaming_unsigned_trailer;
    std::string previous = options.seed_signature;
    std::string out;
    while (true) {
        const std::string_view chunk = body.substr(0, chunk_bytes);
        body.remove_prefix(chunk.size());
        char size[16];
        const auto end = std::to_chars(size, size + sizeof(size), chunk.size(), 16);
        out.append(size, end.ptr);
        if (is_signed) {
            const std::string hashes = std::string(empty_sha256_hex) + '\n' + sha256_hex(chunk);
            previous = sigv4::signature_of(
                options.key, text_to_sign(options, chunk_algorithm, previous, hashes));
            out += ';';
            out += signature_extension;
            out += previous;
        }
        out += "\r\n";
        if (chunk.empty()) break;
        out += chunk;
        out += "\r\n";
    }
    std::string canonical;
    for (const Header& field : trailers.fields()) {
        out += field.name + ':' + field.value + "\r\n";
        canonical += lower_case(field.name) + ':' + field.value + '\n';
    }
    if (options.payload == sigv4::Payload::streaming_signed_trailer) {
        out += trailer_signature_name;
        out += ':';
        out += sigv4::signature_of(
            options.key, text_to_sign(options, trailer_algorithm, previous, sha256_hex(canonical)));
        out += "\r\n";
    }
    out += "\r\n";
    return out;
}

}  // namespace wire::aws_chunked

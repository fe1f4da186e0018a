// aws-chunked bodies: any split gives the same, never more than the announced length comes out, and
// what is accepted encodes back to a body that decodes to the same.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "wire/aws_chunked.h"

namespace {

using wire::aws_chunked::Decoder;
using wire::aws_chunked::Options;

struct Outcome {
    bool accepted = false;
    std::string body;
    wire::Headers trailers;
};

Outcome decode(const Options& options, std::string_view bytes, std::size_t step) {
    Decoder decoder(options);
    Outcome out;
    base::UniqueFunction<bool(std::string_view)> emit = [&out](std::string_view piece) {
        out.body += piece;
        return true;
    };
    while (!bytes.empty()) {
        const std::string_view piece = bytes.substr(0, step);
        bytes.remove_prefix(piece.size());
        if (decoder.feed(piece, emit)) return out;
    }
    out.accepted = !decoder.finish();
    out.trailers = decoder.trailers();
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    using wire::sigv4::Payload;
    Options options;
    options.payload = data[0] % 3 == 0   ? Payload::streaming_unsigned_trailer
                      : data[0] % 3 == 1 ? Payload::streaming_signed
                                         : Payload::streaming_signed_trailer;
    options.verify = false;
    options.decoded_length = data[1];
    options.announced_trailers = "x-amz-checksum-crc32,x-amz-checksum-sha256";
    const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
    const Outcome whole = decode(options, text, text.size() + 1);
    const Outcome slow = decode(options, text, 1);
    if (whole.accepted != slow.accepted) std::abort();
    if (whole.body.size() > options.decoded_length) std::abort();
    if (!whole.accepted) return 0;
    if (whole.body != slow.body || whole.body.size() != options.decoded_length) std::abort();
    const std::string again = wire::aws_chunked::encode(whole.body, 7, options, whole.trailers);
    const Outcome second = decode(options, again, 3);
    if (!second.accepted || second.body != whole.body) std::abort();
    return 0;
}

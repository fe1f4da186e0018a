// HTTP/1 heads and chunked bodies: any split gives the same, what is accepted is framed once, and
// no accepted name or value could end a line.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "wire/http1.h"

namespace {

using wire::http1::ChunkedDecoder;
using wire::http1::HeadParser;

void require(bool condition) {
    if (!condition) std::abort();
}

const wire::http1::Limits limits{.head_bytes_max = 2048,
                                 .target_bytes_max = 512,
                                 .header_count_max = 16,
                                 .query_count_max = 8,
                                 .trailer_bytes_max = 256,
                                 .chunk_line_bytes_max = 64};

void check_head(const wire::RequestHead& head) {
    require(!(head.chunked && head.content_length.has_value()));
    require(head.headers.fields().size() <= limits.header_count_max);
    require(head.query.size() <= limits.query_count_max);
    for (const auto& field : head.headers.fields()) {
        require(!field.name.empty());
        require((field.name + field.value).find_first_of(std::string_view("\r\n\0", 3)) ==
                std::string::npos);
    }
    require(head.target.find_first_of(" \r\n\t") == std::string::npos);
    require(head.path == "*" || (!head.path.empty() && head.path.front() == '/'));
}

std::string decode(std::string_view bytes, std::size_t step, bool& finished) {
    ChunkedDecoder decoder(limits);
    std::string out;
    base::UniqueFunction<void(std::string_view)> emit = [&out](std::string_view piece) {
        out += piece;
    };
    while (!bytes.empty() && !decoder.finished()) {
        const auto taken = decoder.feed(bytes.substr(0, step), emit);
        if (!taken) return "refused";
        require(*taken <= bytes.size());
        bytes.remove_prefix(*taken);
    }
    finished = decoder.finished();
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    HeadParser whole(limits);
    const auto progress = whole.parse(text);
    if (progress == HeadParser::Progress::complete) {
        check_head(whole.head());
        require(whole.head_bytes() <= size);
        HeadParser slow(limits);
        auto last = HeadParser::Progress::incomplete;
        for (std::size_t i = 0; i <= size && last == HeadParser::Progress::incomplete; ++i) {
            last = slow.parse(text.substr(0, i));
        }
        require(last == HeadParser::Progress::complete);
        require(slow.head_bytes() == whole.head_bytes());
        require(slow.head().target == whole.head().target);
        require(slow.head().headers.fields().size() == whole.head().headers.fields().size());
    } else if (progress == HeadParser::Progress::refused) {
        require(!whole.refusal().reason.empty() && whole.refusal().status >= 400);
    }
    bool finished_whole = false;
    bool finished_slow = false;
    const std::string body = decode(text, size, finished_whole);
    // Pieces come out before a refusal further on, so only the verdicts are compared then.
    require(decode(text, 1, finished_slow) == body);
    require(finished_whole == finished_slow);
    return 0;
}

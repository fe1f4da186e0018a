// Hostile gzip: whole and in pieces give the same, within the limit.
#include <cstdlib>

#include "wire/gzip.h"

namespace {

constexpr std::uint64_t output_bytes_max = 1 << 20;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto whole = wire::gzip_decompress(bytes, output_bytes_max);
    std::string out;
    wire::GzipReader::Sink sink = [&](std::string_view part) -> base::Result<void> {
        out += part;
        return base::ok();
    };
    wire::GzipReader reader(output_bytes_max);
    bool good = true;
    const std::size_t piece = 1 + (size > 0 ? data[0] % 64U : 0U);
    for (std::size_t at = 0; at < bytes.size() && good; at += piece) {
        good = reader.write(bytes.substr(at, piece), sink).has_value();
    }
    good = good && reader.finish().has_value();
    if (good != whole.has_value() || (good && out != whole.value())) std::abort();
    if (out.size() > output_bytes_max) std::abort();
    const auto back = wire::gzip_decompress(wire::gzip_compress(bytes), output_bytes_max);
    if (size <= output_bytes_max && (!back || back.value() != bytes)) std::abort();
    return 0;
}

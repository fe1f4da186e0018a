// What comes from outside to a client of AWS: answers of services and of the endpoints that give
// keys, the shared files, endpoints; the first byte says which.
#include "functions/client/credentials.h"
#include "functions/client/profile.h"
#include "mcp/wire_s3.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto cut = std::min(text.find('\n'), text.size());
    client::HttpAnswer answer;
    answer.status = data[0] % 2 == 0 ? 200 : 400;
    answer.body = text;
    answer.headers.add("content-range", text.substr(0, cut));
    switch (data[0] % 5) {
        case 0:
            static_cast<void>(client::read_service_error(answer));
            break;
        case 1:
            static_cast<void>(client::read_credentials(text));
            break;
        case 2:
            for (const auto file :
                 {client::ProfileFile::credentials, client::ProfileFile::config}) {
                static_cast<void>(client::read_profile(text, file, text.substr(0, cut)));
            }
            break;
        case 3:
            static_cast<void>(client::parse_endpoint(text));
            static_cast<void>(mcp::wire_s3::object_bytes(answer));
            break;
        default: {
            const boost::json::object input{{"Bucket", "lake"}, {"Prefix", text}};
            auto encoded = mcp::wire_s3::encode("ListObjectsV2", input);
            if (encoded) static_cast<void>(encoded.value().decode(answer));
        }
    }
    return 0;
}

// Hostile messages, headers and addresses of MCP, and objects whose rows are counted: the first
// byte says which.
#include "mcp/era.h"
#include "mcp/tools/parquet_footer.h"
#include "mcp/tools/row_estimate.h"
#include "mcp/uri_template.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto cut = std::min(text.find('\n'), text.size());
    const std::string_view first = text.substr(0, cut);
    const std::string_view rest = text.substr(std::min(cut + 1, text.size()));
    if (data[0] % 2 == 0) {
        static_cast<void>(mcp::match_template(first, rest));
        static_cast<void>(mcp::decode_header_value(text));
        static_cast<void>(mcp::tools::parquet_footer_bytes(text));
        static_cast<void>(mcp::tools::parquet_rows(text));
        static_cast<void>(mcp::tools::count_rows(text, data[0] % 4 == 0));
        return 0;
    }
    const mcp::Parsed parsed = mcp::parse_message(rest);
    if (parsed.error) return 0;
    wire::RequestHead head;
    head.headers.add("mcp-method", std::string(first));
    if (data[0] % 4 == 1) head.headers.add("mcp-protocol-version", "2026-07-28");
    if (data[0] % 8 == 1) head.headers.add("mcp-name", std::string(first));
    for (const wire::RequestHead* one : {static_cast<const wire::RequestHead*>(&head),
                                         static_cast<const wire::RequestHead*>(nullptr)}) {
        static_cast<void>(mcp::classify(parsed.message, one));
        static_cast<void>(mcp::check_stateless(parsed.message, one, {data[0] % 16 < 8}));
    }
    const mcp::HeaderParameter parameters[] = {{"a", "A"}};
    static_cast<void>(mcp::check_parameters(parsed.message, head, parameters, {}));
    return 0;
}

// Claims of signatures: reading never fails otherwise than by a refusal, and nothing is accepted
// under a key that did not sign it.
#include <cstdint>
#include <cstdlib>

#include "wire/http1.h"
#include "wire/sigv4.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    namespace sigv4 = wire::sigv4;
    static const wire::http1::Limits limits;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    wire::http1::HeadParser parser(limits);
    wire::RequestHead head;
    if (parser.parse(text) == wire::http1::HeadParser::Progress::complete) {
        head = parser.head();
    } else {
        // Most inputs are no head: use them as the header that matters.
        head.method = "GET";
        head.target = head.path = "/";
        head.headers.add("Host", "h");
        head.headers.add("X-Amz-Date", "20260301T120005Z");
        head.headers.add("Authorization", "AWS4-HMAC-SHA256 " + std::string(text));
    }
    const auto read = sigv4::read_claim(head);
    if (!read) {
        if (read.error().message.empty()) std::abort();
        return 0;
    }
    if (!read.value()) return 0;
    const sigv4::Claim& claim = *read.value();
    if (claim.signed_headers.size() > sigv4::signed_headers_max) std::abort();
    static_cast<void>(sigv4::check_time(claim, {1'772'366'405'000}));
    const auto key = sigv4::derive_signing_key("a secret nobody signed with", claim.scope);
    const std::string payload =
        sigv4::named_payload(head, claim).value_or(std::string(wire::empty_sha256_hex));
    static_cast<void>(sigv4::payload_of(payload));
    if (sigv4::check_signature(head, claim, key, payload)) std::abort();
    return 0;
}

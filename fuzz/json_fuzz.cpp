// Hostile JSON: decoding never crashes, and what it accepts encodes to JSON that decodes to the
// same again.
#include <cstdlib>

#include "everything.h"
#include "wire/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    fuzz::Everything first;
    wire::MissingMembers missing;
    const auto& type = shape::type_of<fuzz::Everything>();
    if (!wire::decode_json(text, type, &first, &missing)) return 0;
    if (!wire::check_json(text) || missing.size() > wire::missing_members_max) std::abort();
    const std::string encoded = wire::encode_json(first);
    auto second = wire::decode_json<fuzz::Everything>(encoded);
    // Plain members are written even when absent, so a document of our own may nest one deeper.
    if (!second) return wire::check_json(encoded) ? (std::abort(), 0) : 0;
    if (wire::encode_json(second.value()) != encoded) std::abort();
    return 0;
}

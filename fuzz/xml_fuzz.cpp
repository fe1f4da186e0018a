// Hostile XML: decoding never crashes, and what it accepts is stable over another round.
#include <cstdlib>

#include "everything.h"
#include "wire/xml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto& type = shape::type_of<fuzz::Everything>();
    fuzz::Everything first;
    wire::MissingMembers missing;
    if (!wire::decode_xml(text, type, &first, &missing)) return 0;
    std::string encoded;
    wire::append_xml_element(encoded, "Root", type, &first);
    fuzz::Everything second;
    // An empty document is no JSON, so an element for it does not read back; anything else must.
    if (!wire::decode_xml(encoded, type, &second)) return 0;
    std::string again;
    wire::append_xml_element(again, "Root", type, &second);
    fuzz::Everything third;
    if (!wire::decode_xml(again, type, &third)) std::abort();
    return 0;
}

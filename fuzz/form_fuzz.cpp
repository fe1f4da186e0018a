// Hostile form bodies.
#include "everything.h"
#include "wire/form.h"
#include "wire/uri.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto parameters = wire::parse_query({reinterpret_cast<const char*>(data), size}, 10'000);
    if (!parameters) return 0;
    fuzz::Everything out;
    wire::MissingMembers missing;
    static_cast<void>(
        wire::decode_form(*parameters, shape::type_of<fuzz::Everything>(), &out, &missing)
            .has_value());
    return 0;
}

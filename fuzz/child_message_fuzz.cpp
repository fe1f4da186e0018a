// Packets between the server and its spawner process: decoding never crashes, and what it takes
// encodes to the same bytes.
#include <cstdlib>

#include "os/child_message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    os::ChildCommand command;
    if (os::decode(bytes, command)) {
        os::ChildCommand again;
        if (!os::decode(os::encode(command), again)) std::abort();
        if (os::encode(again) != os::encode(command)) std::abort();
    }
    os::ChildReport report;
    if (os::decode(bytes, report)) {
        os::ChildReport again;
        if (!os::decode(os::encode(report), again)) std::abort();
        if (os::encode(again) != os::encode(report)) std::abort();
    }
    return 0;
}

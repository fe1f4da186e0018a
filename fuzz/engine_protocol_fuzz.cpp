// What a broken or taken-over engine process could send: unpacking and decoding never crash, and
// batches and types that are taken go back to the same bytes.
#include <cstdlib>

#include "sql_engine/protocol.h"

namespace protocol = sql_engine::protocol;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto batch = protocol::unpack_batch(bytes)) {
        if (protocol::pack_batch(batch.value()) != bytes) std::abort();
    }
    const auto message = protocol::unpack(bytes);
    if (!message) return 0;
    const std::string_view body = message.value().body;
    (void)protocol::decode<protocol::Query>(body);
    (void)protocol::decode<protocol::ObjectRequest>(body);
    (void)protocol::decode<protocol::ObjectAnswer>(body);
    (void)protocol::decode<protocol::End>(body);
    (void)protocol::unpack_batch(message.value().raw);
    const auto type = protocol::decode<protocol::Type>(body);
    if (!type) return 0;
    if (const auto known = protocol::decode_type(type.value())) {
        if (!protocol::decode_type(protocol::encode_type(known.value()))) std::abort();
    }
    return 0;
}

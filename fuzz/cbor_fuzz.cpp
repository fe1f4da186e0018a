// Hostile CBOR: decoding never crashes, and what it accepts encodes and decodes to the same bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "wire/cbor.h"

namespace {

struct Node {
    std::string text;
    std::optional<std::int64_t> number;
    double real = 0;
    base::Blob blob;
    base::Timestamp time;
    std::vector<Node> list;
    std::map<std::string, std::vector<std::string>> map;
    std::unique_ptr<Node> child;
    static constexpr auto members() {
        return std::tuple{
            shape::member("text", &Node::text), shape::member("number", &Node::number),
            shape::member("real", &Node::real), shape::member("blob", &Node::blob),
            shape::member("time", &Node::time), shape::member("list", &Node::list),
            shape::member("map", &Node::map),   shape::member("child", &Node::child)};
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto& type = shape::type_of<Node>();
    Node first;
    if (!wire::decode_cbor(type, bytes, &first)) return 0;
    const std::string encoded = wire::encode_cbor(type, &first);
    Node second;
    if (!wire::decode_cbor(type, encoded, &second)) std::abort();
    if (wire::encode_cbor(type, &second) != encoded) std::abort();
    return 0;
}

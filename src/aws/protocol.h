// How values travel: one Codec per protocol, over the same shapes. Codecs are pure: they neither
// check constraints nor know services.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/service.h"
#include "wire/http.h"
#include "wire/json.h"

namespace aws {

// The parts of the path that the operation's uri names: {"Bucket", "b"}, percent-decoded.
struct PathParameter {
    std::string name;
    std::string value;
};
using PathParameters = std::vector<PathParameter>;

// What a codec needs to know of the exchange.
struct Message {
    const ServiceModel* service = nullptr;  // null: unknown
    const Operation* operation = nullptr;   // null: unknown
    const wire::RequestHead* head = nullptr;
    const PathParameters* path = nullptr;
    std::string_view request_id;
};

class Codec {
  public:
    virtual ~Codec() = default;
    // Fill `input` (default-constructed) from head, path and body; note absent required members.
    //   errors  faults with the protocol's code for a body or header that does not decode
    virtual Reply<void> decode(const Message& message, std::string_view body, void* input,
                               wire::MissingMembers& missing) const = 0;
    // `output` may be moved from.
    virtual wire::Response encode(const Message& message, void* output) const = 0;
    virtual wire::Response encode_fault(const Message& message, const Fault& fault) const = 0;
};

// Static, stateless.
const Codec& codec_of(Protocol protocol);

}  // namespace aws

// The faults that do not belong to one service: what the dispatcher and the server refuse by
// themselves. Codes differ by protocol, so the route's protocol is asked for where they do.
#pragma once

#include <string>
#include <string_view>

#include "aws/fault.h"
#include "aws/service.h"

namespace aws {

// 501: SDKs do not retry it. `operation` may be empty when the service itself is unknown.
Fault not_implemented(std::string_view service, std::string_view operation);
// A body in CBOR, which Java's SDKs send to Kinesis unless told otherwise.
Fault cbor_not_implemented();
// The request names no operation.
Fault no_operation(std::string_view service, Protocol protocol);
// The body does not decode.
Fault malformed_body(Protocol protocol, std::string message);
Fault body_too_large(Protocol protocol, std::uint64_t bytes_max);
// A bug of ours; the details are in the log under the request id.
Fault internal_failure(Protocol protocol);
// Too much at once, a full disk, draining: clients back off and retry.
Fault busy(Protocol protocol);

}  // namespace aws

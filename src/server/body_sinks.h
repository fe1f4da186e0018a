// Sinks between the connection and an operation: they verify what the signature promised of the
// body while it streams, and take the aws-chunked coding off.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "aws/fault.h"
#include "base/unique_function.h"
#include "server/authentication.h"
#include "wire/aws_chunked.h"
#include "wire/http.h"

namespace server {

// Keeps the fault a sink failed with; the answer is made from it. Called at most once.
using RefuseBody = base::UniqueFunction<void(aws::Fault)>;

// Wraps `inner` as `promise` asks. `decoded` is where streaming payloads end (from
// chunked_options). When the body does not keep the promise: `refuse` with the fault, then
// inner->abort().
std::unique_ptr<wire::BodySink> verify_body(std::unique_ptr<wire::BodySink> inner,
                                            const PayloadPromise& promise, aws::Protocol protocol,
                                            std::optional<wire::aws_chunked::Options> decoded,
                                            RefuseBody refuse);

// How to decode the body of this head. nullopt: it is not aws-chunked. Faults when the head lacks
// what the coding needs.
aws::Reply<std::optional<wire::aws_chunked::Options>> chunked_options(
    const wire::RequestHead& head, const PayloadPromise& promise);

// The head as the operation shall see it: the decoded length, no aws-chunked in Content-Encoding.
void describe_decoded(wire::RequestHead& head, std::uint64_t decoded_length);

// Verify (and decode in place) a body that is held in memory. Trailers become headers of the head.
aws::Reply<void> verify_whole_body(wire::RequestHead& head, std::string& body,
                                   const PayloadPromise& promise, aws::Protocol protocol);

}  // namespace server

// The members of REST shapes that travel outside the body: path, query, headers, status.
#pragma once

#include "aws/protocol.h"

namespace aws {

// Fill the members of `input` that head and path hold; note absent required ones.
//   errors  invalid, naming the parameter or header
base::Result<void> decode_rest_values(const Message& message, void* input,
                                      wire::MissingMembers& missing);

// Set status and headers of `response` from the members of `output`. Content-Length becomes
// announced_length. Control characters in values become spaces: no header can be smuggled in.
void encode_rest_values(const Message& message, const void* output, wire::Response& response);

// The member that is the whole body, nullptr when the body members make it up.
const shape::Member* payload_member(const shape::Type& type);
bool has_body_members(const shape::Type& type);

}  // namespace aws

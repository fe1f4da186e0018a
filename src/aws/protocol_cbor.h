// Smithy RPC v2 CBOR: POST /service/<target prefix>/operation/<name>, inputs and outputs as CBOR
// maps by member names. Models of services name the protocol that they spoke first; this one a
// route has when a client of today asks for it with the header smithy-protocol.
#pragma once

#include "aws/protocol.h"

namespace aws {

// Beside those that a model may name.
inline constexpr Protocol rpc_cbor{5};

inline constexpr std::string_view rpc_cbor_name = "rpc-v2-cbor";  // of the header

class RpcCborCodec final : public Codec {
  public:
    Reply<void> decode(const Message& message, std::string_view body, void* input,
                       wire::MissingMembers& missing) const override;
    wire::Response encode(const Message& message, void* output) const override;
    wire::Response encode_fault(const Message& message, const Fault& fault) const override;
};

// The operation that a path names for a service: "/service/Granite…/operation/PutMetricData"; ""
// for any other path.
std::string_view rpc_cbor_operation(std::string_view path, std::string_view target_prefix);

}  // namespace aws

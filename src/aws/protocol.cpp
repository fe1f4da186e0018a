#include "aws/protocol.h"

#include "aws/protocol_json.h"

namespace aws {

const Codec& codec_of(Protocol protocol) {
    static const JsonCodec json_1_0("application/x-amz-json-1.0");
    static const JsonCodec json_1_1("application/x-amz-json-1.1");
    return protocol == Protocol::json_1_0 ? json_1_0 : json_1_1;
}

}  // namespace aws

#include "aws/protocol.h"

#include "aws/protocol_cbor.h"
#include "aws/protocol_json.h"
#include "aws/protocol_query.h"
#include "aws/protocol_rest.h"

namespace aws {

const Codec& codec_of(Protocol protocol) {
    static const JsonCodec json_1_0("application/x-amz-json-1.0");
    static const JsonCodec json_1_1("application/x-amz-json-1.1");
    static const QueryCodec query;
    static const RestXmlCodec rest_xml;
    static const RestJsonCodec rest_json;
    static const RpcCborCodec cbor;
    if (protocol == rpc_cbor) return cbor;
    switch (protocol) {
        case Protocol::json_1_0:
            return json_1_0;
        case Protocol::json_1_1:
            return json_1_1;
        case Protocol::query:
            return query;
        case Protocol::rest_xml:
            return rest_xml;
        case Protocol::rest_json:
            return rest_json;
    }
    return json_1_1;
}

}  // namespace aws

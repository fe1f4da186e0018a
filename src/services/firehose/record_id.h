// The opaque ids that PutRecord and PutRecordBatch answer: which delivery stream, which position.
#pragma once

#include <string>

#include "base/bytes.h"
#include "services/firehose/source.h"
#include "wire/base64.h"

namespace firehose {

inline std::string make_record_id(const std::string& stream_id, Position position) {
    std::string bytes = stream_id;
    base::append_ordered(bytes, position);
    return wire::encode_base64(bytes);
}

}  // namespace firehose

// JSON codecs by hand for the operations that carry records: a PutRecords body is read once,
// straight into its records. Whatever is not the plain case
// (an unknown or repeated member, an escape, null, an error of any kind) is left to the generic
// decoder, which also finds the words for a refusal; so the two cannot disagree on what is
// accepted.
#pragma once

#include <string>
#include <string_view>

#include "aws/fault.h"
#include "services/kinesis/hot_shapes.h"

namespace kinesis {

// aws::DecodeHook of PutRecords; `input` is a PutRecordsInput. A Fault means: ask the generic one,
// with a fresh object.
aws::Reply<void> decode_put_records(std::string_view body, void* input);

// aws::EncodeHooks; they append exactly what wire::append_json does.
void encode_put_records(const void* output, std::string& body);
void encode_get_records(const void* output, std::string& body);

}  // namespace kinesis

// What PutRecord and PutRecords share: the checks that the model cannot express.
#pragma once

#include "aws/fault.h"
#include "services/kinesis/kinesis.h"

namespace kinesis {

// A record's size is its data and partition key together, against the stream's own maximum.
//   at  "data" or "records.3.member.data", for the message
//   errors  ValidationException
aws::Reply<void> check_record_size(const StreamRow& row, std::size_t data_bytes,
                                   std::size_t key_bytes, const std::string& at);

// errors  InvalidArgumentException
aws::Reply<std::optional<HashKey>> parse_explicit_hash_key(
    const std::optional<std::string>& explicit_hash_key);

}  // namespace kinesis

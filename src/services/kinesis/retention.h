// How long a stream keeps its records: the rules that both retention operations share.
#pragma once

#include "services/kinesis/kinesis.h"

namespace kinesis {

enum class RetentionChange : std::uint8_t { increase, decrease };

// errors  InvalidArgumentException (outside 24..8760, or in the other direction)
void change_retention(Kinesis& kinesis, std::shared_ptr<Stream> stream, std::int64_t hours,
                      RetentionChange change, Kinesis::Done done);

}  // namespace kinesis

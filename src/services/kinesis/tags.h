// Tags of a stream: the rules of their characters and number, for every operation that takes them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "aws/fault.h"
#include "services/kinesis/kinesis.h"

namespace kinesis {

// errors  ValidationException (length), InvalidArgumentException (characters)
aws::Reply<void> check_tags(const std::map<std::string, std::string>& tags);

// Add or overwrite / remove, durably.
//   errors  InvalidArgumentException (characters, more than tags_max)
void add_tags(Kinesis& kinesis, std::shared_ptr<Stream> stream,
              std::map<std::string, std::string> tags, Kinesis::Done done);
void remove_tags(Kinesis& kinesis, std::shared_ptr<Stream> stream, std::vector<std::string> keys,
                 Kinesis::Done done);

std::vector<Tag> list_tags(const StreamRow& row);

}  // namespace kinesis

// Between the destination as clients write it and as it is stored: what is supported, and clear
// words for the rest.
#pragma once

#include "aws/fault.h"
#include "services/firehose/rows.h"
#include "services/firehose/shapes.h"

namespace firehose {

// Put what `fields` says over `row`; absent members leave it as it is.
//   errors  InvalidArgumentException for what is not supported or contradicts itself
aws::Reply<void> apply_destination(const S3Fields& fields, DestinationRow& row);
aws::Reply<void> apply_destination(const ExtendedS3Fields& fields, DestinationRow& row);

// The opposite, complete.
ExtendedS3Configuration describe_destination(const DestinationRow& row);

// Tags in requests. errors InvalidArgumentException (reserved prefix, characters)
aws::Reply<void> check_tags(const std::vector<Tag>& tags);

}  // namespace firehose

// Lifecycle rules between the shape that clients send and the one that is kept.
#pragma once

#include "aws/fault.h"
#include "services/s3/bucket_shapes.h"
#include "services/s3/lifecycle.h"

namespace s3 {

// errors  MalformedXML, InvalidArgument, InvalidRequest, InvalidTag; NotImplemented for transitions
aws::Reply<LifecycleRules> to_lifecycle(const LifecycleConfiguration& configuration);
LifecycleConfiguration to_configuration(const LifecycleRules& rules);

}  // namespace s3

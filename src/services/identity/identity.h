// STS, as far as the main job needs it: who am I. It keeps no state; keys and sessions are
// aws/credentials.h.
#pragma once

#include "aws/service.h"

// One word for each file in operations/.
#define IDENTITY_OPERATIONS(X) X(get_caller_identity)

namespace identity {

AWS_DECLARE_OPERATIONS(IDENTITY_OPERATIONS)
extern const aws::ServiceModel model;

class Identity {};

}  // namespace identity

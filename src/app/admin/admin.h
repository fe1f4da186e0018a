// What the command line asks of a running server beside AWS's own operations. A service like the
// others (JSON 1.1, X-Amz-Target "DataStack_20261122.…"), so that it is signed and counted the
// same.
#pragma once

#include "aws/service.h"
#include "services/firehose/firehose.h"

// One word for each file in operations/.
#define ADMIN_OPERATIONS(X) X(flush)

namespace app::admin {

AWS_DECLARE_OPERATIONS(ADMIN_OPERATIONS)
extern const aws::ServiceModel model;

class Admin {
  public:
    explicit Admin(firehose::Firehose& deliveries) : deliveries_(deliveries) {}
    firehose::Firehose& deliveries() { return deliveries_; }

  private:
    firehose::Firehose& deliveries_;
};

}  // namespace app::admin

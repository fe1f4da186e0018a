#include "services/cloudwatch/cloudwatch.h"

namespace cloudwatch {
namespace {

constexpr const aws::Operation* operations[] = {AWS_LIST_OPERATIONS(CLOUDWATCH_OPERATIONS)};

}  // namespace

// Query is the protocol of old clients; those between them and today's speak JSON 1.0, told by its
// target prefix.
const aws::ServiceModel model = {.id = "cloudwatch",
                                 .signing_name = "monitoring",
                                 .target_prefix = "GraniteServiceVersion20100801",
                                 .api_version = "2010-08-01",
                                 .xml_namespace = "http://monitoring.amazonaws.com/doc/2010-08-01/",
                                 .protocol = aws::Protocol::query,
                                 .operations = operations,
                                 .validation_code = "ValidationError"};

CloudWatch::CloudWatch(Environment environment, Options options)
    : environment_(environment),
      tokens_(environment.master_key, "datastack cloudwatch tokens 1", environment.random),
      points_(
          {environment.clock, environment.executor, environment.log, environment.store, meters_},
          options.metrics_most) {}

base::Result<void> CloudWatch::start() {
    return points_.start();
}

void CloudWatch::stop() {
    points_.stop();
}

}  // namespace cloudwatch

// CloudWatch metrics: what clients put and what the services measure of themselves, kept by minutes
// (by seconds for three hours where asked for), coarser with age, and asked by statistics, labels
// and metric math. Alarms, dashboards and streams of metrics are not here.
#pragma once

#include <string>
#include <vector>

#include "aws/service.h"
#include "aws/token_sealer.h"
#include "base/random.h"
#include "services/cloudwatch/meters.h"
#include "services/cloudwatch/points.h"

// One word for each file in operations/.
#define CLOUDWATCH_OPERATIONS(X) \
    X(get_metric_data)           \
    X(get_metric_statistics)     \
    X(list_metrics)              \
    X(put_metric_data)

namespace cloudwatch {

AWS_DECLARE_OPERATIONS(CLOUDWATCH_OPERATIONS)
extern const aws::ServiceModel model;

struct Environment {
    base::Clock& clock;
    base::Random& random;
    base::Executor& executor;
    base::Log& log;
    meta_store::MetaStore& store;
    std::string_view master_key;  // 32 bytes
};

struct Options {
    std::size_t metrics_most = metrics_max;
};

// Any thread. Outlives everything that holds a meter of it; destroy after the executor ended.
class CloudWatch {
  public:
    explicit CloudWatch(Environment environment, Options options = {});

    base::Result<void> start();
    // Writes what was measured until now. After whoever measures has stopped.
    void stop();

    // For services that measure themselves; good from construction on.
    ports::MetricPublisher& publisher() { return meters_; }

    // ---- for the operations ----
    Points& points() { return points_; }
    const aws::TokenSealer& tokens() const { return tokens_; }
    base::Executor& executor() const { return environment_.executor; }
    base::Timestamp now() const { return environment_.clock.now(); }

  private:
    const Environment environment_;
    const aws::TokenSealer tokens_;
    Meters meters_;
    Points points_;
};

}  // namespace cloudwatch

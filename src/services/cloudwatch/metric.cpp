#include "services/cloudwatch/metric.h"

#include "wire/sha256.h"

namespace cloudwatch {

meta_store::Key Metric::key() const {
    meta_store::Key key{account, region, metric_namespace, name};
    for (const DimensionRow& dimension : dimensions)
        key.add(dimension.name).add(dimension.value);
    return key;
}

std::string Metric::id() const {
    const auto hash = wire::sha256(key().encoded());
    return {reinterpret_cast<const char*>(hash.data()), 16};
}

}  // namespace cloudwatch

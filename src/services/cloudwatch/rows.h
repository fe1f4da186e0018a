// What is stored. Table "cloudwatch.metrics", key (account, region, namespace, name, then name and
// value of each dimension in order): a metric. Table "cloudwatch.points", key (metric id, tier,
// first second): a block of its points, see block.h.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/shape.h"

namespace cloudwatch {

struct DimensionRow {
    std::string name;
    std::string value;
    auto operator<=>(const DimensionRow&) const = default;
    static constexpr auto members() {
        return std::tuple{shape::member("name", &DimensionRow::name),
                          shape::member("value", &DimensionRow::value)};
    }
};

struct MetricRow {
    std::string metric_namespace;
    std::string name;
    std::vector<DimensionRow> dimensions;  // by name
    base::Timestamp active;                // when data last came, to ten minutes
    static constexpr auto members() {
        using M = MetricRow;
        return std::tuple{
            shape::member("namespace", &M::metric_namespace), shape::member("name", &M::name),
            shape::member("dimensions", &M::dimensions), shape::member("active", &M::active)};
    }
};

struct BlockRow {
    base::Blob block;
    static constexpr auto members() { return std::tuple{shape::member("block", &BlockRow::block)}; }
};

}  // namespace cloudwatch

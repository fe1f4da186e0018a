// A metric's identity, and a sample on its way in.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "meta_store/meta_store.h"
#include "services/cloudwatch/block.h"
#include "services/cloudwatch/rows.h"

namespace cloudwatch {

struct Metric {
    std::string account;
    std::string region;
    std::string metric_namespace;
    std::string name;
    std::vector<DimensionRow> dimensions;  // by name: their order says nothing

    bool operator==(const Metric&) const = default;
    meta_store::Key key() const;
    // 16 bytes: the beginning of a hash of key().
    std::string id() const;
};

struct Sample {
    Metric metric;
    std::int64_t time_s = 0;
    bool high_resolution = false;
    Unit unit = unit_none;
    Statistics numbers;
    Distribution values;
};

}  // namespace cloudwatch

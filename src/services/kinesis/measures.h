// What a stream measures of itself for CloudWatch: AWS/Kinesis by StreamName, as AWS publishes it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "services/ports/metrics.h"

namespace kinesis {

enum class Measure : std::size_t {
    get_bytes,
    get_iterator_age,
    get_latency,
    get_records,
    get_success,
    incoming_bytes,
    incoming_records,
    put_record_bytes,
    put_record_latency,
    put_record_success,
    put_records_bytes,
    put_records_failed,
    put_records_latency,
    put_records_success,
    put_records_successful,
    put_records_throttled,
    put_records_total,
    read_exceeded,
    write_exceeded,
};

// In the order of Measure.
inline constexpr std::array<ports::MetricDefinition, 19> measures{{
    {"GetRecords.Bytes", "Bytes"},
    {"GetRecords.IteratorAgeMilliseconds", "Milliseconds"},
    {"GetRecords.Latency", "Milliseconds", true},
    {"GetRecords.Records", "Count"},
    {"GetRecords.Success", "Count"},
    {"IncomingBytes", "Bytes"},
    {"IncomingRecords", "Count"},
    {"PutRecord.Bytes", "Bytes"},
    {"PutRecord.Latency", "Milliseconds", true},
    {"PutRecord.Success", "Count"},
    {"PutRecords.Bytes", "Bytes"},
    {"PutRecords.FailedRecords", "Count"},
    {"PutRecords.Latency", "Milliseconds", true},
    {"PutRecords.Success", "Count"},
    {"PutRecords.SuccessfulRecords", "Count"},
    {"PutRecords.ThrottledRecords", "Count"},
    {"PutRecords.TotalRecords", "Count"},
    {"ReadProvisionedThroughputExceeded", "Count"},
    {"WriteProvisionedThroughputExceeded", "Count"},
}};

inline ports::Observation measured(Measure measure, double value) {
    return {static_cast<std::size_t>(measure), value};
}
inline ports::Observation measured(Measure measure, std::size_t value) {
    return measured(measure, static_cast<double>(value));
}

inline double milliseconds(std::int64_t nanoseconds) {
    return static_cast<double>(nanoseconds) / 1e6;
}

}  // namespace kinesis

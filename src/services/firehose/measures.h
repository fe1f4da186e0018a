// What a delivery stream measures of itself for CloudWatch: AWS/Firehose by DeliveryStreamName, as
// AWS publishes it. DeliveryToS3.Bytes counts objects as they are stored, compressed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "services/ports/metrics.h"

namespace firehose {

enum class Measure : std::size_t {
    incoming_bytes,
    incoming_records,
    put_record_bytes,
    put_record_latency,
    put_record_requests,
    put_batch_bytes,
    put_batch_latency,
    put_batch_records,
    put_batch_requests,
    read_bytes,
    read_records,
    behind_latest,
    delivered_bytes,
    delivered_freshness,
    delivered_objects,
    delivered_records,
    delivered_success,
};

// In the order of Measure.
inline constexpr std::array<ports::MetricDefinition, 17> measures{{
    {"IncomingBytes", "Bytes"},
    {"IncomingRecords", "Count"},
    {"PutRecord.Bytes", "Bytes"},
    {"PutRecord.Latency", "Milliseconds", true},
    {"PutRecord.Requests", "Count"},
    {"PutRecordBatch.Bytes", "Bytes"},
    {"PutRecordBatch.Latency", "Milliseconds", true},
    {"PutRecordBatch.Records", "Count"},
    {"PutRecordBatch.Requests", "Count"},
    {"DataReadFromKinesisStream.Bytes", "Bytes"},
    {"DataReadFromKinesisStream.Records", "Count"},
    {"KinesisMillisBehindLatest", "Milliseconds"},
    {"DeliveryToS3.Bytes", "Bytes"},
    {"DeliveryToS3.DataFreshness", "Seconds", true},
    {"DeliveryToS3.ObjectCount", "Count"},
    {"DeliveryToS3.Records", "Count"},
    {"DeliveryToS3.Success", "Count"},
}};

inline ports::Observation measured(Measure measure, double value) {
    return {static_cast<std::size_t>(measure), value};
}
inline ports::Observation measured(Measure measure, std::uint64_t value) {
    return measured(measure, static_cast<double>(value));
}

}  // namespace firehose

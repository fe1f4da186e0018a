// Inputs and outputs of the operations that carry records, which have hand-written codecs.
#pragma once

#include "services/kinesis/shapes.h"

namespace kinesis {

inline constexpr std::int64_t data_bytes_max = 10'485'760;
inline constexpr std::size_t put_records_max = 500;

struct PutRecordsEntry {
    base::Blob data;
    std::optional<std::string> explicit_hash_key;
    std::string partition_key;
    static constexpr auto members() {
        using S = PutRecordsEntry;
        return std::tuple{
            aws::member("Data", &S::data, {.required = true, .min = 0, .max = data_bytes_max}),
            aws::member("ExplicitHashKey", &S::explicit_hash_key, {.pattern = hash_key_pattern}),
            aws::member("PartitionKey", &S::partition_key,
                        {.required = true, .min = 1, .max = 256})};
    }
};

struct PutRecordsInput : StreamTarget {
    std::vector<PutRecordsEntry> records;
    static constexpr auto members() {
        return with_target(aws::member("Records", &PutRecordsInput::records,
                                       {.required = true, .min = 1, .max = put_records_max}));
    }
};

struct PutRecordsResultEntry {
    std::optional<std::string> sequence_number;
    std::optional<std::string> shard_id;
    std::optional<std::string> error_code;
    std::optional<std::string> error_message;
    static constexpr auto members() {
        using S = PutRecordsResultEntry;
        return std::tuple{aws::member("SequenceNumber", &S::sequence_number),
                          aws::member("ShardId", &S::shard_id),
                          aws::member("ErrorCode", &S::error_code),
                          aws::member("ErrorMessage", &S::error_message)};
    }
};

struct PutRecordsOutput {
    std::int32_t failed_record_count = 0;
    std::vector<PutRecordsResultEntry> records;
    std::optional<std::string> encryption_type;
    static constexpr auto members() {
        using S = PutRecordsOutput;
        return std::tuple{aws::member("FailedRecordCount", &S::failed_record_count),
                          aws::member("Records", &S::records, {.required = true}),
                          aws::member("EncryptionType", &S::encryption_type)};
    }
};

struct RecordShape {
    std::string sequence_number;
    base::Timestamp approximate_arrival_timestamp;
    base::Blob data;
    std::string partition_key;
    std::optional<std::string> encryption_type;
    static constexpr auto members() {
        using S = RecordShape;
        return std::tuple{
            aws::member("SequenceNumber", &S::sequence_number, {.required = true}),
            aws::member("ApproximateArrivalTimestamp", &S::approximate_arrival_timestamp),
            aws::member("Data", &S::data, {.required = true}),
            aws::member("PartitionKey", &S::partition_key, {.required = true}),
            aws::member("EncryptionType", &S::encryption_type)};
    }
};

struct GetRecordsOutput {
    std::vector<RecordShape> records;
    std::optional<std::string> next_shard_iterator;
    std::int64_t millis_behind_latest = 0;
    static constexpr auto members() {
        using S = GetRecordsOutput;
        return std::tuple{aws::member("Records", &S::records, {.required = true}),
                          aws::member("NextShardIterator", &S::next_shard_iterator),
                          aws::member("MillisBehindLatest", &S::millis_behind_latest)};
    }
};

}  // namespace kinesis

// Every fault that Kinesis answers with, in AWS's words, and the translation of base::Error.
#pragma once

#include <string>

#include "aws/fault.h"

namespace kinesis::faults {

inline aws::Fault invalid_argument(std::string message) {
    return {"InvalidArgumentException", std::move(message)};
}
inline aws::Fault validation(std::string message) {
    return {"ValidationException", std::move(message)};
}
inline aws::Fault limit_exceeded(std::string message) {
    return {"LimitExceededException", std::move(message)};
}
inline aws::Fault stream_not_found(const std::string& name, const std::string& account) {
    return {"ResourceNotFoundException",
            "Stream " + name + " under account " + account + " not found."};
}
inline aws::Fault stream_exists(const std::string& name, const std::string& account) {
    return {"ResourceInUseException",
            "Stream " + name + " under account " + account + " already exists."};
}
inline aws::Fault stream_not_active(const std::string& name, const std::string& account,
                                    const char* status) {
    return {"ResourceInUseException", "Stream " + name + " under account " + account +
                                          " not ACTIVE, instead in state " + status};
}
inline aws::Fault shard_not_found(const std::string& shard_id, const std::string& stream,
                                  const std::string& account) {
    return {"ResourceNotFoundException", "Shard " + shard_id + " in stream " + stream +
                                             " under account " + account + " does not exist"};
}
// A shard id that is not even of the right form.
inline aws::Fault shard_unknown(const std::string& shard_id, const std::string& stream,
                                const std::string& account) {
    return {"ResourceNotFoundException", "Could not find shard " + shard_id + " in stream " +
                                             stream + " under account " + account + "."};
}
// Also the words of a single record that PutRecords refused.
inline std::string rate_exceeded_message(const std::string& shard_id, const std::string& stream,
                                         const std::string& account) {
    return "Rate exceeded for shard " + shard_id + " in stream " + stream + " under account " +
           account + ".";
}
inline constexpr const char* rate_exceeded_code = "ProvisionedThroughputExceededException";
inline aws::Fault rate_exceeded(const std::string& shard_id, const std::string& stream,
                                const std::string& account) {
    return {rate_exceeded_code, rate_exceeded_message(shard_id, stream, account)};
}
inline aws::Fault invalid_iterator() {
    return invalid_argument("Invalid ShardIterator.");
}
inline aws::Fault expired_iterator(std::string message) {
    return {"ExpiredIteratorException", std::move(message)};
}
inline aws::Fault expired_next_token() {
    return {"ExpiredNextTokenException",
            "The pagination token is older than 300 seconds. Call the operation again without it."};
}
inline aws::Fault key_not_found(const std::string& key_id) {
    return {
        "KMSNotFoundException",
        "Key '" + key_id +
            "' does not exist. The only key here is alias/aws/kinesis: this server has no KMS."};
}

// What went wrong below: the log or the store.
inline aws::Fault from(const base::Error& error) {
    switch (error.kind) {
        case base::ErrorKind::unavailable:
        case base::ErrorKind::limit:
            // Full queues and disks. The SDKs retry it with backoff.
            return {rate_exceeded_code, "The server cannot take more now: " + error.message};
        default:
            return {"InternalFailure", "Internal failure: " + error.describe(), 500};
    }
}

}  // namespace kinesis::faults

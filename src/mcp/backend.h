// The AWS services as the tools see them: operations by name, JSON by the model's member names.
// Two implementations: in process over aws::InternalClient, and over the wire with SigV4, so that
// the same tools run inside `datastack`, beside it, or against AWS.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "aws/fault.h"
#include "base/unique_function.h"

namespace mcp {

// A part of an object in S3.
struct ObjectPart {
    std::string bytes;
    std::uint64_t object_bytes = 0;  // of the whole object
};

class Backend {
  public:
    using Done = base::UniqueFunction<void(aws::Reply<boost::json::object>)>;
    using ReadDone = base::UniqueFunction<void(aws::Reply<ObjectPart>)>;
    virtual ~Backend() = default;

    // Run `operation` ("StartQueryExecution") of `service` ("athena", "glue", "s3", "kinesis",
    // "firehose", "cloudwatch"). `input` and the answer have the model's member names wherever
    // they travel on the wire; blobs are base64 text, timestamps are epoch seconds. Never waits for
    // the answer: `done` is called once, from any thread, possibly before call() returns.
    //   errors  the operation's own faults; "ServiceUnavailable" (503) when nobody answers;
    //           "UnknownOperationException" or "InternalFailure" for what the target lacks
    virtual void call(std::string_view service, std::string_view operation,
                      boost::json::object input, Done done) = 0;

    // Up to `bytes_max` bytes of an object from `offset`. As call().
    virtual void read_object(std::string bucket, std::string key, std::uint64_t offset,
                             std::uint64_t bytes_max, ReadDone done) = 0;

    // The program ends: what waits for an answer is given up and what is asked from now on is
    // refused, both with "ServiceUnavailable". Only what stops something still goes out.
    virtual void drain() {}
};

}  // namespace mcp

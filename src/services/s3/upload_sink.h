// A request body on its way into the object store: bytes to a writer, digests computed beside it.
#pragma once

#include <memory>

#include "services/s3/checksums.h"
#include "services/s3/s3.h"

namespace s3 {

// Checked and durable bytes, or why not.
struct Received {
    std::unique_ptr<object_store::PreparedObject> prepared;
    std::map<std::string, std::string> checksums;
};
using ReceivedDone = base::UniqueFunction<void(aws::Reply<Received>)>;

// `done` is called once, from any thread. errors BadDigest, …; of the store, for `bucket`
std::unique_ptr<wire::BodySink> make_upload_sink(S3& s3, const std::string& bucket,
                                                 Digester digester, ReceivedDone done);

// The length of the payload as announced. errors MissingContentLength, EntityTooLarge
aws::Reply<std::uint64_t> announced_length(const aws::Call& call);

}  // namespace s3

// Amazon S3 over the object store: REST-XML, objects streamed both ways. This file is the state
// and the list of operations; operations/ has one file for each, what they share is in the other
// files of this folder.
#pragma once

#include <string>

#include "aws/service.h"
#include "base/clock.h"
#include "base/executor.h"
#include "object_store/object_store.h"

// One word for each file in operations/.
#define S3_OPERATIONS(X)         \
    X(abort_multipart_upload)    \
    X(complete_multipart_upload) \
    X(copy_object)               \
    X(create_bucket)             \
    X(create_multipart_upload)   \
    X(delete_bucket)             \
    X(delete_object)             \
    X(delete_objects)            \
    X(get_bucket_location)       \
    X(get_object)                \
    X(get_object_attributes)     \
    X(get_object_tagging)        \
    X(head_bucket)               \
    X(head_object)               \
    X(list_buckets)              \
    X(list_multipart_uploads)    \
    X(list_objects)              \
    X(list_objects_v2)           \
    X(list_parts)                \
    X(put_object)                \
    X(upload_part)               \
    X(upload_part_copy)

namespace s3 {

AWS_DECLARE_OPERATIONS(S3_OPERATIONS)
extern const aws::ServiceModel model;

inline constexpr std::uint64_t object_bytes_max = 5ULL << 30;  // of one PUT, part or copy
inline constexpr std::uint64_t part_bytes_min = 5ULL << 20;    // of every part but the last
inline constexpr std::size_t key_bytes_max = 1024;
inline constexpr std::size_t metadata_bytes_max = 2048;
inline constexpr std::size_t keys_per_page_max = 1000;
inline constexpr std::size_t deleted_keys_max = 1000;

// Any thread.
class S3 {
  public:
    S3(object_store::ObjectStore& store, base::Clock& clock, base::Executor& executor)
        : store_(store), clock_(clock), executor_(executor) {}

    object_store::ObjectStore& store() { return store_; }
    base::Clock& clock() { return clock_; }
    base::Executor& executor() { return executor_; }

    // The bucket, if it is the caller's (there are no policies that open it to others) and
    // `expected_owner` (x-amz-expected-bucket-owner), where given, owns it.
    aws::Reply<object_store::Bucket> bucket(const aws::Call& call, const std::string& name,
                                            const std::optional<std::string>& expected_owner);

  private:
    object_store::ObjectStore& store_;
    base::Clock& clock_;
    base::Executor& executor_;
};

}  // namespace s3

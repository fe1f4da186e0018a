// Amazon S3 over the object store: REST-XML, objects streamed both ways. This file is the state
// and the list of operations; operations/ has one file for each, what they share is in the other
// files of this folder.
#pragma once

#include <string>

#include "aws/service.h"
#include "base/clock.h"
#include "base/executor.h"
#include "object_store/object_store.h"
#include "services/ports/ports.h"
#include "services/s3/lifecycle_sweep.h"

// One word for each file in operations/.
#define S3_OPERATIONS(X)                  \
    X(abort_multipart_upload)             \
    X(complete_multipart_upload)          \
    X(copy_object)                        \
    X(create_bucket)                      \
    X(create_multipart_upload)            \
    X(delete_bucket)                      \
    X(delete_bucket_encryption)           \
    X(delete_bucket_lifecycle)            \
    X(delete_bucket_ownership_controls)   \
    X(delete_bucket_policy)               \
    X(delete_bucket_tagging)              \
    X(delete_object)                      \
    X(delete_object_tagging)              \
    X(delete_objects)                     \
    X(delete_public_access_block)         \
    X(get_bucket_acl)                     \
    X(get_bucket_encryption)              \
    X(get_bucket_lifecycle_configuration) \
    X(get_bucket_location)                \
    X(get_bucket_ownership_controls)      \
    X(get_bucket_policy)                  \
    X(get_bucket_policy_status)           \
    X(get_bucket_tagging)                 \
    X(get_bucket_versioning)              \
    X(get_object)                         \
    X(get_object_acl)                     \
    X(get_object_attributes)              \
    X(get_object_tagging)                 \
    X(get_public_access_block)            \
    X(head_bucket)                        \
    X(head_object)                        \
    X(list_buckets)                       \
    X(list_multipart_uploads)             \
    X(list_object_versions)               \
    X(list_objects)                       \
    X(list_objects_v2)                    \
    X(list_parts)                         \
    X(put_bucket_encryption)              \
    X(put_bucket_lifecycle_configuration) \
    X(put_bucket_ownership_controls)      \
    X(put_bucket_policy)                  \
    X(put_bucket_tagging)                 \
    X(put_bucket_versioning)              \
    X(put_object)                         \
    X(put_object_tagging)                 \
    X(put_public_access_block)            \
    X(upload_part)                        \
    X(upload_part_copy)
// One word for each file in resources/.
#define S3_RESOURCES(X) \
    X(bucket)           \
    X(bucket_policy)

namespace s3 {

AWS_DECLARE_OPERATIONS(S3_OPERATIONS)
AWS_DECLARE_RESOURCES(S3_RESOURCES)
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
    // `keys` finds keys of KMS; null: keys are named, and nobody looks whether they exist.
    S3(object_store::ObjectStore& store, base::Clock& clock, base::Executor& executor,
       base::Log& log, ports::Encryption* keys = nullptr, SweepOptions sweep = {});
    ~S3();

    // Lifecycle rules are carried out from start to stop.
    void start();
    void stop();

    object_store::ObjectStore& store() { return store_; }
    base::Clock& clock() { return clock_; }
    base::Executor& executor() { return executor_; }
    ports::Encryption* keys() { return keys_; }
    LifecycleSweep& sweep() { return *sweep_; }

    // Make a bucket of this name for the account unless it has one already: for the buckets that
    // tools take for granted, the CDK's assets. Waits for the disk when it makes one.
    //   errors  already_exists (somebody else's), invalid (no name for a bucket)
    base::Result<void> ensure_bucket(const std::string& account, const std::string& region,
                                     const std::string& name);

    // The bucket, if it is the caller's (there are no policies that open it to others) and
    // `expected_owner` (x-amz-expected-bucket-owner), where given, owns it.
    aws::Reply<object_store::Bucket> bucket(const aws::Call& call, const std::string& name,
                                            const std::optional<std::string>& expected_owner);

  private:
    object_store::ObjectStore& store_;
    base::Clock& clock_;
    base::Executor& executor_;
    ports::Encryption* keys_;
    std::shared_ptr<LifecycleSweep> sweep_;
};

}  // namespace s3

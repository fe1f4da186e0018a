// What the operations share that may name a version of an object.
#pragma once

#include "services/s3/faults.h"
#include "services/s3/request.h"
#include "services/s3/s3.h"

namespace s3 {

struct VersionTarget : ObjectTarget {
    Text version_id;
    static constexpr auto members() {
        return join(ObjectTarget::members(),
                    std::tuple{member("VersionId", &VersionTarget::version_id,
                                      {.wire_name = "versionId", .location = Location::query})});
    }
};

struct VersionHeader {
    Text version_id;
    static constexpr auto members() {
        return std::tuple{member("VersionId", &VersionHeader::version_id,
                                 {.wire_name = "x-amz-version-id", .location = Location::header})};
    }
};

// Answers name versions only for buckets that have, or had, versioning on.
VersionHeader version_header(const object_store::Bucket& bucket, const std::string& version_id);

// errors InvalidArgument
aws::Reply<void> check_version_id(const Text& version_id);

// The entry of an object or of one version.
//   errors  NoSuchKey, NoSuchVersion, MethodNotAllowed (a delete marker), and those of the key
aws::Reply<object_store::ObjectInfo> head(S3& s3, const object_store::Bucket& bucket,
                                          const VersionTarget& target);
// The same, open for reading.
aws::Reply<std::unique_ptr<object_store::ObjectReader>> open(S3& s3,
                                                             const object_store::Bucket& bucket,
                                                             const std::string& key,
                                                             const Text& version_id);

}  // namespace s3

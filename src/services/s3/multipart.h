// What the operations of multipart uploads share.
#pragma once

#include "services/s3/checksums.h"
#include "services/s3/request.h"
#include "services/s3/s3.h"

namespace s3 {

struct UploadTarget : ObjectTarget {
    std::string upload_id;
    static constexpr auto members() {
        return join(ObjectTarget::members(),
                    std::tuple{member(
                        "UploadId", &UploadTarget::upload_id,
                        {.required = true, .wire_name = "uploadId", .location = Location::query})});
    }
};

// The upload, if it is the caller's. errors NoSuchUpload and those of the bucket
aws::Reply<object_store::Upload> find_upload(S3& s3, const aws::Call& call,
                                             const UploadTarget& target);
// What the store says of an upload's operation.
aws::Fault upload_fault(const base::Error& error, const UploadTarget& target);

// The algorithm whose checksum every part of the upload gets: the one asked for at its creation,
// or CRC64NVME.
wire::ChecksumKind checksum_kind_of(const object_store::Upload& upload);

// A part that declares another algorithm than its upload has is refused. errors InvalidRequest
aws::Reply<void> check_part_algorithm(const object_store::Upload& upload, const Declared& declared);

// Put a received part; its checksums as they are kept and answered.
void put_part(S3& s3, const UploadTarget& target, std::int32_t number,
              std::unique_ptr<object_store::PreparedObject> prepared,
              std::map<std::string, std::string> checksums,
              base::UniqueFunction<void(aws::Reply<object_store::Part>)> done);

}  // namespace s3

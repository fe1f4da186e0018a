// Server-side encryption as clients see it. Every object is encrypted at rest; what a request or
// its bucket asks for is kept with the object as headers and given back with it.
#pragma once

#include "services/s3/s3.h"
#include "services/s3/shapes.h"

namespace s3 {

// In requests and in answers.
struct EncryptionHeaders {
    Text algorithm, key_id;
    std::optional<bool> bucket_key;
    static constexpr auto members() {
        return std::tuple{
            member("ServerSideEncryption", &EncryptionHeaders::algorithm,
                   {.wire_name = "x-amz-server-side-encryption", .location = Location::header}),
            member("SSEKMSKeyId", &EncryptionHeaders::key_id,
                   {.wire_name = "x-amz-server-side-encryption-aws-kms-key-id",
                    .location = Location::header}),
            member("BucketKeyEnabled", &EncryptionHeaders::bucket_key,
                   {.wire_name = "x-amz-server-side-encryption-bucket-key-enabled",
                    .location = Location::header})};
    }
};

// "AES256" or "aws:kms". errors InvalidArgument; NotImplemented for aws:kms:dsse
aws::Reply<void> check_algorithm(const std::string& algorithm);

// Add to `properties` what the request asks for, else its bucket. A key of KMS must exist and be
// enabled. errors InvalidArgument, NotImplemented, KMS.NotFoundException, KMS.DisabledException, …
aws::Reply<void> apply_encryption(S3& s3, const aws::Call& call, const object_store::Bucket& bucket,
                                  const EncryptionHeaders& asked,
                                  object_store::ObjectProperties& properties);
// Operations that take no such headers refuse them. errors InvalidArgument
aws::Reply<void> refuse_encryption_headers(const aws::Call& call);

// As answers have it. An object that was stored in the plain, before files were encrypted, claims
// nothing.
EncryptionHeaders encryption_of(const object_store::ObjectInfo& info);
EncryptionHeaders encryption_of(const object_store::ObjectProperties& properties);

}  // namespace s3

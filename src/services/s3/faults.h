// Every fault that S3 answers with, in AWS's words, and the translation of base::Error.
#pragma once

#include <cstdint>
#include <string>

#include "aws/fault.h"

namespace s3::faults {

// The translation of what the object store says about a bucket, a key or an upload of it.
aws::Fault from(const base::Error& error, const std::string& bucket, const std::string& key = {});

aws::Fault no_such_bucket(const std::string& bucket);
aws::Fault no_such_key(const std::string& key);
aws::Fault no_such_upload(const std::string& upload_id);
aws::Fault bucket_exists(const std::string& bucket);
aws::Fault bucket_owned_by_you(const std::string& bucket);
aws::Fault bucket_not_empty(const std::string& bucket);
aws::Fault invalid_bucket_name(const std::string& bucket);
aws::Fault illegal_location(std::string message);
aws::Fault access_denied();
// What KMS says of a key, with S3's prefix.
aws::Fault of_key(const aws::Fault& fault);
aws::Fault no_such_version(const std::string& key, const std::string& version_id);
aws::Fault invalid_version_id(const std::string& version_id);
// A delete marker was asked for by its id; or it hides the key.
aws::Fault marker_not_allowed(const std::string& version_id);
aws::Fault hidden_by_marker(const std::string& key, const std::string& version_id);

aws::Fault invalid_argument(std::string message, const std::string& name, const std::string& value);
aws::Fault invalid_request(std::string message);
aws::Fault key_too_long(std::size_t size);
aws::Fault invalid_uri(const std::string& key);
aws::Fault metadata_too_large(std::size_t size);
aws::Fault malformed_xml();
// A header whose function we do not have: refused, never ignored.
aws::Fault header_not_implemented(const std::string& header);
aws::Fault acl_not_supported();
aws::Fault invalid_storage_class();

// Settings of buckets.
aws::Fault bad_request(std::string message);
aws::Fault not_implemented(std::string message);
aws::Fault invalid_tag(std::string message, const std::string& name, const std::string& value);
aws::Fault malformed_policy(std::string message);
aws::Fault public_policy_blocked();
aws::Fault no_such_bucket_policy(const std::string& bucket);
aws::Fault no_such_lifecycle(const std::string& bucket);
aws::Fault no_such_public_access_block(const std::string& bucket);
aws::Fault no_such_tag_set(const std::string& bucket);
aws::Fault no_such_ownership_controls(const std::string& bucket);
aws::Fault illegal_versioning(std::string message);

aws::Fault precondition_failed(const std::string& condition);
aws::Fault invalid_range(const std::string& range, std::uint64_t size);

aws::Fault missing_content_length();
aws::Fault incomplete_body();
aws::Fault entity_too_large(std::uint64_t size, std::uint64_t max);
aws::Fault invalid_digest(const std::string& digest);
aws::Fault bad_md5(const std::string& expected, const std::string& calculated);
aws::Fault bad_checksum(const std::string& algorithm);
aws::Fault invalid_checksum_header(const std::string& header);

aws::Fault entity_too_small(std::uint64_t size, std::uint64_t min, std::int32_t part_number,
                            const std::string& etag);
aws::Fault invalid_part(const std::string& upload_id, std::int32_t part_number,
                        const std::string& etag);
aws::Fault invalid_part_order(const std::string& upload_id);

}  // namespace s3::faults

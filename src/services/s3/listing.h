// What ListObjects and ListObjectsV2 have in common, and the tokens of all lists.
#pragma once

#include <string>
#include <vector>

#include "services/s3/request.h"
#include "services/s3/s3.h"

namespace s3 {

// An opaque continuation token around a key, and back. errors InvalidArgument
std::string encode_token(std::string_view key);
aws::Reply<std::string> decode_token(const std::string& token);

struct ListedObject {
    std::string key, last_modified, etag;
    std::vector<std::string> checksum_algorithm;
    Text checksum_type;
    std::int64_t size = 0;
    std::string storage_class = "STANDARD";
    std::optional<Owner> owner;
    static constexpr auto members() {
        return std::tuple{
            member("Key", &ListedObject::key),
            member("LastModified", &ListedObject::last_modified),
            member("ETag", &ListedObject::etag),
            member("ChecksumAlgorithm", &ListedObject::checksum_algorithm, {.flattened = true}),
            member("ChecksumType", &ListedObject::checksum_type),
            member("Size", &ListedObject::size),
            member("Owner", &ListedObject::owner),
            member("StorageClass", &ListedObject::storage_class)};
    }
};

struct ListInput : BucketTarget {
    Text prefix, delimiter, max_keys, encoding_type;
    static constexpr auto members() {
        return join(
            BucketTarget::members(),
            std::tuple{member("Prefix", &ListInput::prefix,
                              {.wire_name = "prefix", .location = Location::query}),
                       member("Delimiter", &ListInput::delimiter,
                              {.wire_name = "delimiter", .location = Location::query}),
                       member("MaxKeys", &ListInput::max_keys,
                              {.wire_name = "max-keys", .location = Location::query}),
                       member("EncodingType", &ListInput::encoding_type,
                              {.wire_name = "encoding-type", .location = Location::query})});
    }
};

struct ListOutput {
    std::string name, prefix;
    Text delimiter;
    std::int32_t max_keys = 0;
    Text encoding_type;
    bool is_truncated = false;
    std::vector<ListedObject> contents;
    std::vector<CommonPrefix> common_prefixes;
    static constexpr auto members() {
        return std::tuple{
            member("Name", &ListOutput::name),
            member("Prefix", &ListOutput::prefix),
            member("Delimiter", &ListOutput::delimiter),
            member("MaxKeys", &ListOutput::max_keys),
            member("EncodingType", &ListOutput::encoding_type),
            member("IsTruncated", &ListOutput::is_truncated),
            member("Contents", &ListOutput::contents, {.flattened = true}),
            member("CommonPrefixes", &ListOutput::common_prefixes, {.flattened = true})};
    }
};

// Whether keys are to be percent-encoded. errors InvalidArgument
aws::Reply<bool> wants_encoding(const Text& encoding_type);
std::string encode_key(const std::string& key, bool encoded);

struct Listed {
    ListOutput output;
    std::string next;  // to go on after, "" at the end; not encoded
    bool encoded = false;
};
// errors of the bucket, InvalidArgument
aws::Reply<Listed> list(S3& s3, const aws::Call& call, const ListInput& input,
                        const std::string& start_after, bool with_owner);

}  // namespace s3

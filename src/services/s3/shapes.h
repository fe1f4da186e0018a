// Members that many operations share. A struct of an operation derives from these and joins their
// members() with its own.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "aws/operation.h"

namespace s3 {

using aws::member;
using shape::Location;
using Text = std::optional<std::string>;

template <class... Parts>
constexpr auto join(Parts... parts) {
    return std::tuple_cat(parts...);
}

struct BucketTarget {
    std::string bucket;
    Text expected_owner;
    static constexpr auto members() {
        return std::tuple{
            member("Bucket", &BucketTarget::bucket, {.required = true, .location = Location::path}),
            member("ExpectedBucketOwner", &BucketTarget::expected_owner,
                   {.wire_name = "x-amz-expected-bucket-owner", .location = Location::header})};
    }
};

struct ObjectTarget : BucketTarget {
    std::string key;
    static constexpr auto members() {
        return join(BucketTarget::members(),
                    std::tuple{member("Key", &ObjectTarget::key,
                                      {.required = true, .location = Location::path})});
    }
};

// What is kept with an object and given back with it.
struct ContentHeaders {
    Text cache_control, content_disposition, content_encoding, content_language, content_type,
        expires;
    std::map<std::string, std::string> metadata;
    static constexpr auto members() {
        return std::tuple{
            member("CacheControl", &ContentHeaders::cache_control,
                   {.wire_name = "Cache-Control", .location = Location::header}),
            member("ContentDisposition", &ContentHeaders::content_disposition,
                   {.wire_name = "Content-Disposition", .location = Location::header}),
            member("ContentEncoding", &ContentHeaders::content_encoding,
                   {.wire_name = "Content-Encoding", .location = Location::header}),
            member("ContentLanguage", &ContentHeaders::content_language,
                   {.wire_name = "Content-Language", .location = Location::header}),
            member("ContentType", &ContentHeaders::content_type,
                   {.wire_name = "Content-Type", .location = Location::header}),
            member("Expires", &ContentHeaders::expires,
                   {.wire_name = "Expires", .location = Location::header}),
            member("Metadata", &ContentHeaders::metadata,
                   {.wire_name = "x-amz-meta-", .location = Location::header_prefix})};
    }
};

// The checksums of an object or part, base64: in headers …
struct ChecksumHeaders {
    Text crc32, crc32c, crc64nvme, sha1, sha256, type;
    static constexpr auto members() {
        return std::tuple{
            member("ChecksumCRC32", &ChecksumHeaders::crc32,
                   {.wire_name = "x-amz-checksum-crc32", .location = Location::header}),
            member("ChecksumCRC32C", &ChecksumHeaders::crc32c,
                   {.wire_name = "x-amz-checksum-crc32c", .location = Location::header}),
            member("ChecksumCRC64NVME", &ChecksumHeaders::crc64nvme,
                   {.wire_name = "x-amz-checksum-crc64nvme", .location = Location::header}),
            member("ChecksumSHA1", &ChecksumHeaders::sha1,
                   {.wire_name = "x-amz-checksum-sha1", .location = Location::header}),
            member("ChecksumSHA256", &ChecksumHeaders::sha256,
                   {.wire_name = "x-amz-checksum-sha256", .location = Location::header}),
            member("ChecksumType", &ChecksumHeaders::type,
                   {.wire_name = "x-amz-checksum-type", .location = Location::header})};
    }
};

// … and in XML.
struct ChecksumElements {
    Text crc32, crc32c, crc64nvme, sha1, sha256;
    static constexpr auto members() {
        return std::tuple{member("ChecksumCRC32", &ChecksumElements::crc32),
                          member("ChecksumCRC32C", &ChecksumElements::crc32c),
                          member("ChecksumCRC64NVME", &ChecksumElements::crc64nvme),
                          member("ChecksumSHA1", &ChecksumElements::sha1),
                          member("ChecksumSHA256", &ChecksumElements::sha256)};
    }
};

struct Owner {
    std::string id;  // the canonical user id of an account
    static constexpr auto members() { return std::tuple{member("ID", &Owner::id)}; }
};

struct CommonPrefix {
    std::string prefix;
    static constexpr auto members() { return std::tuple{member("Prefix", &CommonPrefix::prefix)}; }
};

// The calls of If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since on reads.
struct ReadConditions {
    Text if_match, if_none_match, if_modified_since, if_unmodified_since;
    static constexpr auto members() {
        return std::tuple{
            member("IfMatch", &ReadConditions::if_match,
                   {.wire_name = "If-Match", .location = Location::header}),
            member("IfNoneMatch", &ReadConditions::if_none_match,
                   {.wire_name = "If-None-Match", .location = Location::header}),
            member("IfModifiedSince", &ReadConditions::if_modified_since,
                   {.wire_name = "If-Modified-Since", .location = Location::header}),
            member("IfUnmodifiedSince", &ReadConditions::if_unmodified_since,
                   {.wire_name = "If-Unmodified-Since", .location = Location::header})};
    }
};

}  // namespace s3

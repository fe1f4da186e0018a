// Copying on the server: where from, under which conditions, and the bytes moved in steps that
// leave the pool free for others in between.
#pragma once

#include <memory>
#include <string>

#include "services/s3/checksums.h"
#include "services/s3/read.h"
#include "services/s3/s3.h"
#include "services/s3/upload_sink.h"

namespace s3 {

struct CopySourceInput {
    std::string copy_source;
    Text if_match, if_none_match, if_modified_since, if_unmodified_since, expected_source_owner;
    static constexpr auto members() {
        constexpr auto header = [](const char* name, Text CopySourceInput::*at,
                                   const char* wire_name) {
            return member(name, at, {.wire_name = wire_name, .location = Location::header});
        };
        return std::tuple{
            member(
                "CopySource", &CopySourceInput::copy_source,
                {.required = true, .wire_name = "x-amz-copy-source", .location = Location::header}),
            header("CopySourceIfMatch", &CopySourceInput::if_match, "x-amz-copy-source-if-match"),
            header("CopySourceIfNoneMatch", &CopySourceInput::if_none_match,
                   "x-amz-copy-source-if-none-match"),
            header("CopySourceIfModifiedSince", &CopySourceInput::if_modified_since,
                   "x-amz-copy-source-if-modified-since"),
            header("CopySourceIfUnmodifiedSince", &CopySourceInput::if_unmodified_since,
                   "x-amz-copy-source-if-unmodified-since"),
            header("ExpectedSourceBucketOwner", &CopySourceInput::expected_source_owner,
                   "x-amz-source-expected-bucket-owner")};
    }
};

// Which version was copied.
struct CopySourceVersion {
    Text source_version_id;
    static constexpr auto members() {
        return std::tuple{
            member("CopySourceVersionId", &CopySourceVersion::source_version_id,
                   {.wire_name = "x-amz-copy-source-version-id", .location = Location::header})};
    }
};

struct CopySource {
    std::string bucket;
    std::string key;
    Text version_id;
};
// "bucket/key" or "/bucket/key", percent-encoded, maybe with "?versionId=…". errors InvalidArgument
aws::Reply<CopySource> parse_copy_source(const std::string& text);

struct OpenSource {
    std::shared_ptr<object_store::ObjectReader> reader;
    CopySourceVersion version;
};
// The source object, open, when its conditions hold. errors of bucket and key, PreconditionFailed
aws::Reply<OpenSource> open_copy_source(S3& s3, const aws::Call& call, const CopySourceInput& input,
                                        const CopySource& source);

// Copy a range of `reader` into durable bytes of `bucket`; `done` once, from any thread.
void copy_bytes(S3& s3, std::shared_ptr<object_store::ObjectReader> reader, ByteRange range,
                const std::string& bucket, Digester digester, ReceivedDone done);

}  // namespace s3

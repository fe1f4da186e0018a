// What GetObject and HeadObject have in common: which bytes are asked for, and the headers that
// describe them.
#pragma once

#include <optional>
#include <string>

#include "services/s3/checksums.h"
#include "services/s3/encryption.h"
#include "services/s3/request.h"
#include "services/s3/s3.h"
#include "services/s3/version.h"

namespace s3 {

struct ReadInput : VersionTarget, ReadConditions {
    Text range, part_number, checksum_mode;
    Text response_cache_control, response_content_disposition, response_content_encoding,
        response_content_language, response_content_type, response_expires;
    static constexpr auto members() {
        constexpr auto override_of = [](const char* name, Text ReadInput::*at,
                                        const char* wire_name) {
            return member(name, at, {.wire_name = wire_name, .location = Location::query});
        };
        return join(
            VersionTarget::members(), ReadConditions::members(),
            std::tuple{
                member("Range", &ReadInput::range, {.location = Location::header}),
                member("PartNumber", &ReadInput::part_number,
                       {.wire_name = "partNumber", .location = Location::query}),
                member("ChecksumMode", &ReadInput::checksum_mode,
                       {.wire_name = "x-amz-checksum-mode", .location = Location::header}),
                override_of("ResponseCacheControl", &ReadInput::response_cache_control,
                            "response-cache-control"),
                override_of("ResponseContentDisposition", &ReadInput::response_content_disposition,
                            "response-content-disposition"),
                override_of("ResponseContentEncoding", &ReadInput::response_content_encoding,
                            "response-content-encoding"),
                override_of("ResponseContentLanguage", &ReadInput::response_content_language,
                            "response-content-language"),
                override_of("ResponseContentType", &ReadInput::response_content_type,
                            "response-content-type"),
                override_of("ResponseExpires", &ReadInput::response_expires, "response-expires")});
    }
};

struct ReadOutput : ContentHeaders, ChecksumHeaders, EncryptionHeaders, VersionHeader {
    std::int32_t status = 200;
    std::string accept_ranges = "bytes";
    std::string etag;
    base::Timestamp last_modified;
    Text content_range;
    std::optional<std::int64_t> parts_count, tag_count;
    static constexpr auto members() {
        return join(
            std::tuple{member("Status", &ReadOutput::status, {.location = Location::status}),
                       member("AcceptRanges", &ReadOutput::accept_ranges,
                              {.wire_name = "accept-ranges", .location = Location::header}),
                       member("LastModified", &ReadOutput::last_modified,
                              {.wire_name = "Last-Modified", .location = Location::header}),
                       member("ETag", &ReadOutput::etag, {.location = Location::header}),
                       member("ContentRange", &ReadOutput::content_range,
                              {.wire_name = "Content-Range", .location = Location::header}),
                       member("PartsCount", &ReadOutput::parts_count,
                              {.wire_name = "x-amz-mp-parts-count", .location = Location::header}),
                       member("TagCount", &ReadOutput::tag_count,
                              {.wire_name = "x-amz-tagging-count", .location = Location::header})},
            ContentHeaders::members(), ChecksumHeaders::members(), EncryptionHeaders::members(),
            VersionHeader::members());
    }
};

// Bytes [offset, offset + length) of an object.
struct ByteRange {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    bool operator==(const ByteRange&) const = default;
};

// "bytes=0-99", "bytes=100-", "bytes=-5" against a size. nullopt: no range that S3 knows, so the
// whole object is meant (also several ranges).
// errors InvalidRange (nothing of it is there)
aws::Reply<std::optional<ByteRange>> parse_range(const std::string& text, std::uint64_t size);
// "bytes=0-99" only, as x-amz-copy-source-range has it. errors InvalidArgument, InvalidRequest
aws::Reply<ByteRange> parse_copy_range(const std::string& text, std::uint64_t size);

// A read decided from the object's info: status 200, 206 or 304, headers, and which bytes.
struct Decided {
    ReadOutput output;
    ByteRange range;
};
// errors NoSuchKey …, PreconditionFailed, InvalidRange, InvalidPartNumber
aws::Reply<Decided> decide_read(const aws::Call& call, const object_store::Bucket& bucket,
                                const ReadInput& input, const object_store::ObjectInfo& info);

}  // namespace s3

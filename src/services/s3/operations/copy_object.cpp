#include "services/s3/copy.h"
#include "services/s3/encryption.h"
#include "services/s3/faults.h"
#include "services/s3/tagging.h"
#include "services/s3/version.h"

namespace s3 {

namespace copy_object_operation {

struct Input : ObjectTarget, ContentHeaders, CopySourceInput, EncryptionHeaders {
    Text metadata_directive, tagging_directive, tagging, checksum_algorithm;
    Text put_if_match, put_if_none_match;
    static constexpr auto members() {
        constexpr auto header = [](const char* name, Text Input::*at, const char* wire_name) {
            return member(name, at, {.wire_name = wire_name, .location = Location::header});
        };
        return join(
            ObjectTarget::members(), ContentHeaders::members(), CopySourceInput::members(),
            EncryptionHeaders::members(),
            std::tuple{
                header("MetadataDirective", &Input::metadata_directive, "x-amz-metadata-directive"),
                header("TaggingDirective", &Input::tagging_directive, "x-amz-tagging-directive"),
                header("Tagging", &Input::tagging, "x-amz-tagging"),
                header("ChecksumAlgorithm", &Input::checksum_algorithm, "x-amz-checksum-algorithm"),
                header("IfMatch", &Input::put_if_match, "If-Match"),
                header("IfNoneMatch", &Input::put_if_none_match, "If-None-Match")});
    }
};
struct CopyObjectResult : ChecksumElements {
    std::string etag, last_modified;
    Text checksum_type;
    static constexpr auto members() {
        return join(std::tuple{member("ETag", &CopyObjectResult::etag),
                               member("LastModified", &CopyObjectResult::last_modified),
                               member("ChecksumType", &CopyObjectResult::checksum_type)},
                    ChecksumElements::members());
    }
};
struct Output : CopySourceVersion, EncryptionHeaders, VersionHeader {
    CopyObjectResult result;
    static constexpr auto members() {
        return join(CopySourceVersion::members(), EncryptionHeaders::members(),
                    VersionHeader::members(),
                    std::tuple{member("CopyObjectResult", &Output::result,
                                      {.location = Location::payload})});
    }
};

using Respond = aws::Responder<Output>;

// Everything decided before bytes move.
struct Copying {
    object_store::Bucket bucket;
    std::string key;
    std::shared_ptr<object_store::ObjectReader> reader;
    object_store::ObjectProperties properties;
    object_store::Condition condition;
    std::optional<wire::ChecksumKind> checksum;
    CopySourceVersion version;
};

// errors InvalidArgument for a directive that is none
aws::Reply<bool> replaces(const Text& directive, const std::string& header) {
    if (!directive || *directive == "COPY") return false;
    if (*directive == "REPLACE") return true;
    return faults::invalid_argument("Unknown metadata directive.", header, *directive);
}

// The checksum of the copy: what is asked for, else the source's.
aws::Reply<std::optional<wire::ChecksumKind>> checksum_of_copy(
    const Text& asked, const object_store::ObjectInfo& info) {
    if (asked) {
        const auto kind = checksum_algorithm(*asked);
        if (!kind) {
            return faults::invalid_request("Checksum algorithm provided is unsupported.");
        }
        return kind;
    }
    if (info.checksums.empty()) return std::optional<wire::ChecksumKind>();
    return checksum_algorithm(info.checksums.begin()->first);
}

aws::Reply<Copying> prepare(S3& s3, const aws::Call& call, const Input& input) {
    TRY_VOID(check_key(input.key));
    TRY_VOID(refuse_unsupported_headers(call));
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    TRY(source, parse_copy_source(input.copy_source));
    TRY(replace, replaces(input.metadata_directive, "x-amz-metadata-directive"));
    TRY(replace_tags, replaces(input.tagging_directive, "x-amz-tagging-directive"));
    // Another version, other encryption or other tags make it another object.
    const bool changes = replace || replace_tags || source.version_id || input.algorithm;
    if (!changes && source.bucket == input.bucket && source.key == input.key &&
        !input.checksum_algorithm) {
        return faults::invalid_request(
            "This copy request is illegal because it is trying to copy an object to itself without "
            "changing the object's metadata, storage class, website redirect location or "
            "encryption attributes.");
    }
    Copying copying{bucket, input.key, {}, {}, {}, {}, {}};
    TRY(opened, open_copy_source(s3, call, input, source));
    copying.reader = std::move(opened.reader);
    copying.version = std::move(opened.version);
    const object_store::ObjectInfo& info = copying.reader->info();
    if (info.size_bytes > object_bytes_max) {
        return faults::invalid_request(
            "The specified copy source is larger than the maximum allowable size for a copy "
            "source: " +
            std::to_string(object_bytes_max));
    }
    TRY(properties, to_properties(replace ? static_cast<const ContentHeaders&>(input)
                                          : to_content_headers(info)));
    copying.properties = std::move(properties);
    copying.properties.tags = info.tags;
    if (replace_tags) {
        TRY(tags, parse_tagging_header(input.tagging.value_or("")));
        copying.properties.tags = std::move(tags);
    }
    TRY_VOID(apply_encryption(s3, call, bucket, input, copying.properties));
    TRY(condition, write_condition(input.put_if_match, input.put_if_none_match));
    copying.condition = std::move(condition);
    TRY(checksum, checksum_of_copy(input.checksum_algorithm, info));
    copying.checksum = checksum;
    return copying;
}

void commit(S3& s3, Copying copying, Received received, Respond respond) {
    copying.properties.checksums = received.checksums;
    copying.properties.checksum_type = full_object;
    const std::string bucket = copying.bucket.name;
    const std::string key = copying.key;
    s3.store().commit(
        bucket, key, std::move(received.prepared), std::move(copying.properties),
        std::move(copying.condition), {},
        [owner = copying.bucket, version = copying.version, key,
         respond = std::move(respond)](base::Result<object_store::ObjectInfo> info) mutable {
            if (!info) {
                return respond(faults::from(info.error(), owner.name, key));
            }
            Output output;
            static_cast<CopySourceVersion&>(output) = version;
            static_cast<EncryptionHeaders&>(output) = encryption_of(info.value());
            static_cast<VersionHeader&>(output) = version_header(owner, info.value().version_id);
            static_cast<ChecksumElements&>(output.result) = to_elements(info.value().checksums);
            output.result.etag = quote(info.value().etag);
            output.result.last_modified = xml_time(info.value().modified);
            output.result.checksum_type = info.value().checksum_type;
            respond(std::move(output));
        });
}

void run(S3& s3, const aws::Call& call, Input& input, Respond respond) {
    auto prepared = prepare(s3, call, input);
    if (!prepared) return respond(std::move(prepared.error()));
    Copying copying = std::move(prepared.value());
    const auto reader = std::exchange(copying.reader, nullptr);
    const ByteRange whole{0, reader->info().size_bytes};
    const std::string bucket = copying.bucket.name;
    Digester digester({}, copying.checksum);
    copy_bytes(s3, reader, whole, bucket, std::move(digester),
               [&s3, copying = std::move(copying),
                respond = std::move(respond)](aws::Reply<Received> received) mutable {
                   if (!received) return respond(std::move(received.error()));
                   commit(s3, std::move(copying), std::move(received.value()), std::move(respond));
               });
}

}  // namespace copy_object_operation

constinit const aws::Operation copy_object = aws::operation<&copy_object_operation::run>(
    "CopyObject", {.http = {"PUT", "/{Bucket}/{Key+}"}});

}  // namespace s3

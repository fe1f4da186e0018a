#include "services/s3/encryption.h"
#include "services/s3/faults.h"
#include "services/s3/request.h"
#include "services/s3/s3.h"
#include "services/s3/tagging.h"
#include "services/s3/upload_sink.h"
#include "services/s3/version.h"

namespace s3 {

namespace put_object_operation {

struct Input : ObjectTarget, ContentHeaders, EncryptionHeaders {
    Text if_match, if_none_match, tagging;
    static constexpr auto members() {
        return join(
            ObjectTarget::members(), ContentHeaders::members(), EncryptionHeaders::members(),
            std::tuple{member("IfMatch", &Input::if_match,
                              {.wire_name = "If-Match", .location = Location::header}),
                       member("IfNoneMatch", &Input::if_none_match,
                              {.wire_name = "If-None-Match", .location = Location::header}),
                       member("Tagging", &Input::tagging,
                              {.wire_name = "x-amz-tagging", .location = Location::header})});
    }
};
struct Output : ChecksumHeaders, EncryptionHeaders, VersionHeader {
    std::string etag;
    static constexpr auto members() {
        return join(std::tuple{member("ETag", &Output::etag, {.location = Location::header})},
                    ChecksumHeaders::members(), EncryptionHeaders::members(),
                    VersionHeader::members());
    }
};

// Known before the body comes.
struct Putting {
    S3& s3;
    object_store::Bucket bucket;
    std::string key;
    object_store::ObjectProperties properties;
    object_store::Condition condition;
};

void store(Putting putting, Received received, aws::Responder<Output> respond) {
    putting.properties.checksums = received.checksums;
    putting.properties.checksum_type = full_object;
    // Read before it is moved from: the order of arguments is nobody's promise.
    S3& s3 = putting.s3;
    const std::string bucket = putting.bucket.name;
    const std::string key = putting.key;
    const bool only_new = putting.condition.if_none_exists;
    const object_store::ObjectProperties properties = std::move(putting.properties);
    s3.store().commit(
        bucket, key, std::move(received.prepared), properties, std::move(putting.condition), {},
        [owner = putting.bucket, bucket, key, only_new, encryption = encryption_of(properties),
         respond = std::move(respond)](base::Result<object_store::ObjectInfo> info) mutable {
            if (!info) {
                if (only_new && info.error().kind == base::ErrorKind::invalid) {
                    return respond(faults::precondition_failed("If-None-Match"));
                }
                return respond(faults::from(info.error(), bucket, key));
            }
            Output output;
            output.etag = quote(info.value().etag);
            static_cast<ChecksumHeaders&>(output) =
                to_headers(info.value().checksums, info.value().checksum_type);
            static_cast<EncryptionHeaders&>(output) = std::move(encryption);
            static_cast<VersionHeader&>(output) = version_header(owner, info.value().version_id);
            respond(std::move(output));
        });
}

aws::Reply<std::unique_ptr<wire::BodySink>> run(S3& s3, const aws::Call& call, Input& input,
                                                aws::Responder<Output> respond) {
    TRY_VOID(check_key(input.key));
    TRY_VOID(refuse_unsupported_headers(call));
    TRY_VOID(announced_length(call));
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    TRY(properties, to_properties(input));
    TRY_VOID(apply_encryption(s3, call, bucket, input, properties));
    if (input.tagging) {
        TRY(tags, parse_tagging_header(*input.tagging));
        properties.tags = std::move(tags);
    }
    TRY(condition, write_condition(input.if_match, input.if_none_match));
    TRY(declared, declared_checksums(call));
    auto done = [putting = Putting{s3, std::move(bucket), input.key, std::move(properties),
                                   std::move(condition)},
                 respond = std::move(respond)](aws::Reply<Received> received) mutable {
        if (!received) return respond(std::move(received.error()));
        store(std::move(putting), std::move(received.value()), std::move(respond));
    };
    return make_upload_sink(s3, input.bucket, Digester(std::move(declared), {}), std::move(done));
}

}  // namespace put_object_operation

constinit const aws::Operation put_object = aws::operation<&put_object_operation::run>(
    "PutObject", {.http = {"PUT", "/{Bucket}/{Key+}"}, .body_bytes_max = object_bytes_max});

}  // namespace s3

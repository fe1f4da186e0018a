#include <set>

#include "services/s3/checksums.h"
#include "services/s3/faults.h"
#include "services/s3/request.h"
#include "services/s3/version.h"
#include "wire/xml.h"

namespace s3 {

namespace delete_objects_operation {

constexpr std::size_t body_bytes_max = 4 * 1024 * 1024;

struct Entry {
    std::string key;
    Text version_id, etag, last_modified_time, size;
    static constexpr auto members() {
        return std::tuple{member("Key", &Entry::key, {.required = true}),
                          member("VersionId", &Entry::version_id), member("ETag", &Entry::etag),
                          member("LastModifiedTime", &Entry::last_modified_time),
                          member("Size", &Entry::size)};
    }
};
struct Delete {
    std::vector<Entry> objects;
    bool quiet = false;
    static constexpr auto members() {
        return std::tuple{
            member("Objects", &Delete::objects, {.wire_name = "Object", .flattened = true}),
            member("Quiet", &Delete::quiet)};
    }
};
struct Input : BucketTarget {
    static constexpr auto members() { return BucketTarget::members(); }
};
struct Deleted {
    std::string key;
    Text version_id;
    std::optional<bool> delete_marker;
    Text marker_version_id;
    static constexpr auto members() {
        return std::tuple{member("Key", &Deleted::key), member("VersionId", &Deleted::version_id),
                          member("DeleteMarker", &Deleted::delete_marker),
                          member("DeleteMarkerVersionId", &Deleted::marker_version_id)};
    }
};
struct Failed {
    std::string key;
    Text version_id;
    std::string code, message;
    static constexpr auto members() {
        return std::tuple{member("Key", &Failed::key), member("VersionId", &Failed::version_id),
                          member("Code", &Failed::code), member("Message", &Failed::message)};
    }
};
struct Output {
    std::vector<Deleted> deleted;
    std::vector<Failed> errors;
    static constexpr auto members() {
        return std::tuple{
            member("Deleted", &Output::deleted, {.flattened = true}),
            member("Errors", &Output::errors, {.wire_name = "Error", .flattened = true})};
    }
};

// What is wrong with one key, if anything.
std::optional<Failed> refuse(const Entry& entry) {
    const auto failed = [&](const aws::Fault& fault) {
        return Failed{entry.key, entry.version_id, fault.code, fault.message};
    };
    if (const auto good = check_key(entry.key); !good) return failed(good.error());
    if (const auto good = check_version_id(entry.version_id); !good) {
        return failed(aws::Fault("NoSuchVersion", "The specified version does not exist.", 404));
    }
    if (entry.last_modified_time || entry.size) {
        return failed(aws::Fault("NotImplemented", "Conditional deletes are not implemented."));
    }
    return std::nullopt;
}

// The body whole, since its digest is compared before anything is deleted.
class DeleteSink final : public wire::BodySink {
  public:
    DeleteSink(S3& s3, object_store::Bucket bucket, Declared declared,
               aws::Responder<Output> respond)
        : s3_(s3),
          bucket_(std::move(bucket)),
          has_digest_(declared.md5 || declared.value || declared.in_trailer),
          digester_(std::move(declared), {}),
          respond_(std::move(respond)) {}

    base::Result<void> write(std::string_view bytes) override {
        if (body_.size() + bytes.size() > body_bytes_max) {
            answer(faults::malformed_xml());
            return base::Error{base::ErrorKind::limit, "the list of keys is too long",
                               bucket_.name};
        }
        body_.append(bytes);
        return base::ok();
    }
    void trailers(const wire::Headers& fields) override {
        auto taken = digester_.set_trailers(fields);
        if (!taken) answer(std::move(taken.error()));
    }
    void finish() override {
        if (!respond_) return;
        auto request = parse();
        if (!request) return answer(std::move(request.error()));
        remove(std::move(request.value()));
    }
    void abort() override { answer(faults::incomplete_body()); }

  private:
    aws::Reply<Delete> parse() {
        if (!has_digest_) {
            return faults::invalid_request(
                "Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
        }
        const auto md5 = wire::Checksum::make(wire::ChecksumKind::md5);
        md5->update(body_);
        digester_.update(body_);
        TRY_VOID(digester_.finish(md5->finish_hex()));
        Delete request;
        wire::MissingMembers missing;
        const auto decoded = wire::decode_xml(body_, shape::type_of<Delete>(), &request, &missing);
        if (!decoded || !missing.empty() || request.objects.empty() ||
            request.objects.size() > deleted_keys_max) {
            return faults::malformed_xml();
        }
        return request;
    }
    void remove(Delete request) {
        Output output;
        std::vector<object_store::Removal> removals;
        for (Entry& entry : request.objects) {
            if (auto failed = refuse(entry)) {
                output.errors.push_back(std::move(*failed));
                continue;
            }
            removals.push_back({std::move(entry.key), std::move(entry.version_id)});
            if (entry.etag) removals.back().if_etag = unquote(*entry.etag);
        }
        auto asked = removals;
        s3_.store().remove_versions(
            bucket_.name, std::move(removals),
            [bucket = bucket_, quiet = request.quiet, asked = std::move(asked),
             output = std::move(output), respond = std::move(*respond_)](auto removed) mutable {
                if (!removed) return respond(faults::from(removed.error(), bucket.name));
                for (std::size_t i = 0; i < asked.size(); ++i) {
                    report(bucket, asked[i], removed.value()[i], quiet, output);
                }
                respond(std::move(output));
            });
        respond_.reset();
    }
    static void report(const object_store::Bucket& bucket, const object_store::Removal& asked,
                       const object_store::Removed& removed, bool quiet, Output& output) {
        if (removed.refused) {
            const aws::Fault fault = faults::precondition_failed("If-Match");
            output.errors.push_back({asked.key, asked.version_id, fault.code, fault.message});
            return;
        }
        if (quiet) return;
        Deleted deleted{asked.key, asked.version_id, {}, {}};
        if (bucket.versioning && removed.delete_marker) {
            deleted.delete_marker = true;
            deleted.marker_version_id = removed.version_id;
        }
        output.deleted.push_back(std::move(deleted));
    }
    void answer(aws::Fault fault) {
        if (!respond_) return;
        auto respond = std::move(*respond_);
        respond_.reset();
        respond(std::move(fault));
    }

    S3& s3_;
    object_store::Bucket bucket_;
    bool has_digest_;
    Digester digester_;
    std::optional<aws::Responder<Output>> respond_;
    std::string body_;
};

aws::Reply<std::unique_ptr<wire::BodySink>> run(S3& s3, const aws::Call& call, Input& input,
                                                aws::Responder<Output> respond) {
    TRY_VOID(refuse_unsupported_headers(call));
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    TRY(declared, declared_checksums(call));
    return std::unique_ptr<wire::BodySink>(std::make_unique<DeleteSink>(
        s3, std::move(bucket), std::move(declared), std::move(respond)));
}

}  // namespace delete_objects_operation

constinit const aws::Operation delete_objects = aws::operation<&delete_objects_operation::run>(
    "DeleteObjects", {.http = {"POST", "/{Bucket}?delete"},
                      .body_bytes_max = delete_objects_operation::body_bytes_max,
                      .output_element = "DeleteResult"});

}  // namespace s3

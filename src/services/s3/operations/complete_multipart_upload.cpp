#include <charconv>

#include "services/s3/encryption.h"
#include "services/s3/faults.h"
#include "services/s3/multipart.h"
#include "services/s3/version.h"

namespace s3 {

namespace complete_multipart_upload_operation {

struct ListedPart : ChecksumElements {
    Text etag;
    std::optional<std::int32_t> part_number;
    static constexpr auto members() {
        return join(std::tuple{member("ETag", &ListedPart::etag),
                               member("PartNumber", &ListedPart::part_number)},
                    ChecksumElements::members());
    }
};
struct PartList {
    std::vector<ListedPart> parts;
    static constexpr auto members() {
        return std::tuple{
            member("Parts", &PartList::parts, {.wire_name = "Part", .flattened = true})};
    }
};
struct Input : UploadTarget {
    std::optional<PartList> list;
    Text object_size, checksum_type, if_match, if_none_match;
    static constexpr auto members() {
        constexpr auto header = [](const char* name, Text Input::*at, const char* wire_name) {
            return member(name, at, {.wire_name = wire_name, .location = Location::header});
        };
        return join(
            UploadTarget::members(),
            std::tuple{member("MultipartUpload", &Input::list, {.location = Location::payload}),
                       header("MpuObjectSize", &Input::object_size, "x-amz-mp-object-size"),
                       header("ChecksumType", &Input::checksum_type, "x-amz-checksum-type"),
                       header("IfMatch", &Input::if_match, "If-Match"),
                       header("IfNoneMatch", &Input::if_none_match, "If-None-Match")});
    }
};
struct Output : ChecksumElements, EncryptionHeaders, VersionHeader {
    std::string location, bucket, key, etag;
    Text checksum_type;
    static constexpr auto members() {
        return join(
            std::tuple{member("Location", &Output::location), member("Bucket", &Output::bucket),
                       member("Key", &Output::key), member("ETag", &Output::etag),
                       member("ChecksumType", &Output::checksum_type)},
            ChecksumElements::members(), EncryptionHeaders::members(), VersionHeader::members());
    }
};

using Parts = std::map<std::int32_t, object_store::Part>;

// All parts that were uploaded; `exists` false when the upload is gone.
aws::Reply<Parts> uploaded_parts(S3& s3, const UploadTarget& target) {
    Parts parts;
    std::int32_t after = 0;
    while (true) {
        auto page = s3.store().list_parts(target.bucket, target.key, target.upload_id, after, 1000);
        if (!page) return upload_fault(page.error(), target);
        for (object_store::Part& part : page.value().parts) {
            after = part.number;
            parts.emplace(part.number, std::move(part));
        }
        if (!page.value().truncated) return parts;
    }
}

// The listed parts as they were uploaded, in the listed order. errors InvalidPart …
aws::Reply<std::vector<object_store::Part>> match_parts(const object_store::Upload& upload,
                                                        const Input& input, const Parts& parts) {
    const wire::ChecksumKind kind = checksum_kind_of(upload);
    const bool must_state =
        !upload.checksum_algorithm.empty() && upload.properties.checksum_type == composite;
    std::vector<object_store::Part> matched;
    std::int32_t before = 0;
    for (const ListedPart& listed : input.list->parts) {
        if (!listed.etag || !listed.part_number) return faults::malformed_xml();
        const std::int32_t number = *listed.part_number;
        if (number <= before) return faults::invalid_part_order(upload.id);
        before = number;
        const std::string etag = unquote(*listed.etag);
        const auto found = parts.find(number);
        if (found == parts.end() || found->second.etag != etag) {
            return faults::invalid_part(upload.id, number, etag);
        }
        const object_store::Part& part = found->second;
        const Text& stated = element_of(listed, kind);
        const auto kept = part.checksums.find(std::string(wire::checksum_name(kind)));
        if (stated && (kept == part.checksums.end() || kept->second != *stated)) {
            return faults::invalid_part(upload.id, number, etag);
        }
        if (must_state && !stated) {
            return faults::invalid_request(
                "The upload was created using a " + upload.checksum_algorithm +
                " checksum. The complete request must include the checksum for each part. It was "
                "missing for part " +
                std::to_string(number) + " in the request.");
        }
        matched.push_back(part);
    }
    return matched;
}

// x-amz-mp-object-size. errors InvalidRequest
aws::Reply<void> check_size(const Text& stated, const std::vector<object_store::Part>& parts) {
    if (!stated) return base::ok();
    std::uint64_t size = 0;
    for (const object_store::Part& part : parts)
        size += part.size_bytes;
    if (*stated == std::to_string(size)) return base::ok();
    return faults::invalid_request("The provided 'x-amz-mp-object-size' header value " + *stated +
                                   " does not match what was computed: " + std::to_string(size));
}

// The object's checksum, compared with the one in the request's headers. errors BadDigest
aws::Reply<void> set_checksum(const aws::Call& call, const object_store::Upload& upload,
                              const Input& input, const std::vector<object_store::Part>& parts,
                              object_store::Completion& completion) {
    const wire::ChecksumKind kind = checksum_kind_of(upload);
    const std::string& type = upload.properties.checksum_type;
    if (input.checksum_type && *input.checksum_type != type) {
        return faults::invalid_request("The upload was created using the " + type +
                                       " checksum mode. The complete request must use the same "
                                       "checksum mode.");
    }
    const std::string name(wire::checksum_name(kind));
    const auto value = checksum_of_parts(kind, type, parts);
    if (value) {
        completion.checksums[name] = *value;
        completion.checksum_type = type;
    }
    for (const char* header :
         {"x-amz-checksum-crc32", "x-amz-checksum-crc32c", "x-amz-checksum-crc64nvme",
          "x-amz-checksum-sha1", "x-amz-checksum-sha256"}) {
        const std::string_view stated = call.header(header);
        if (stated.empty()) continue;
        const bool same_kind =
            wire::equals_ignoring_case(std::string_view(header).substr(15), name);
        // A composite value may be stated with or without its number of parts.
        if (!same_kind || !value ||
            (stated != *value && stated != value->substr(0, value->find('-')))) {
            return faults::bad_checksum(std::string(wire::checksum_name(kind)));
        }
    }
    return base::ok();
}

aws::Reply<object_store::Completion> prepare(S3& s3, const aws::Call& call, const Input& input) {
    TRY_VOID(check_key(input.key));
    TRY_VOID(refuse_unsupported_headers(call));
    TRY_VOID(s3.bucket(call, input.bucket, input.expected_owner));
    if (!input.list || input.list->parts.empty() ||
        input.list->parts.size() > static_cast<std::size_t>(object_store::part_number_max)) {
        return faults::malformed_xml();
    }
    object_store::Completion completion;
    completion.part_bytes_min = part_bytes_min;
    for (const ListedPart& part : input.list->parts) {
        completion.parts.push_back({part.part_number.value_or(0), unquote(part.etag.value_or(""))});
    }
    TRY(condition, write_condition(input.if_match, input.if_none_match));
    completion.condition = std::move(condition);
    auto upload = s3.store().find_upload(input.bucket, input.key, input.upload_id);
    if (!upload) {
        // It may be complete already: the store knows, and answers a repetition.
        if (upload.error().context == "upload") return completion;
        return upload_fault(upload.error(), input);
    }
    TRY(uploaded, uploaded_parts(s3, input));
    TRY(parts, match_parts(upload.value(), input, uploaded));
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        if (parts[i].size_bytes >= part_bytes_min) continue;
        return faults::entity_too_small(parts[i].size_bytes, part_bytes_min, parts[i].number,
                                        parts[i].etag);
    }
    TRY_VOID(check_size(input.object_size, parts));
    TRY_VOID(set_checksum(call, upload.value(), input, parts, completion));
    return completion;
}

// What changed between our look at the parts and the store's.
aws::Fault completion_fault(const base::Error& error, const UploadTarget& target) {
    if (error.kind == base::ErrorKind::out_of_range) {
        std::int32_t number = 0;
        std::from_chars(error.context.data(), error.context.data() + error.context.size(), number);
        return faults::invalid_part(target.upload_id, number, {});
    }
    if (error.kind == base::ErrorKind::invalid && error.context == "order") {
        return faults::invalid_part_order(target.upload_id);
    }
    if (error.kind == base::ErrorKind::limit) {
        return {"EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size",
                400};
    }
    return upload_fault(error, target);
}

void run(S3& s3, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    auto completion = prepare(s3, call, input);
    if (!completion) return respond(std::move(completion.error()));
    auto bucket = s3.bucket(call, input.bucket, input.expected_owner);
    if (!bucket) return respond(std::move(bucket.error()));
    const std::string location = call.endpoint + "/" + input.bucket + "/" + input.key;
    s3.store().complete_upload(
        input.bucket, input.key, input.upload_id, std::move(completion.value()),
        [target = UploadTarget(input), location, bucket = std::move(bucket.value()),
         respond = std::move(respond)](base::Result<object_store::ObjectInfo> info) mutable {
            if (!info) return respond(completion_fault(info.error(), target));
            Output output;
            static_cast<ChecksumElements&>(output) = to_elements(info.value().checksums);
            static_cast<EncryptionHeaders&>(output) = encryption_of(info.value());
            static_cast<VersionHeader&>(output) = version_header(bucket, info.value().version_id);
            output.location = location;
            output.bucket = target.bucket;
            output.key = target.key;
            output.etag = quote(info.value().etag);
            if (!info.value().checksums.empty()) output.checksum_type = info.value().checksum_type;
            respond(std::move(output));
        });
}

}  // namespace complete_multipart_upload_operation

constinit const aws::Operation complete_multipart_upload =
    aws::operation<&complete_multipart_upload_operation::run>(
        "CompleteMultipartUpload", {.http = {"POST", "/{Bucket}/{Key+}"},
                                    .body_bytes_max = 4 * 1024 * 1024,
                                    .output_element = "CompleteMultipartUploadResult"});

}  // namespace s3

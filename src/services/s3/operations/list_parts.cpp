#include "services/s3/multipart.h"

namespace s3 {

namespace list_parts_operation {

constexpr std::size_t parts_per_page_max = 1000;

struct Input : UploadTarget {
    Text max_parts, part_number_marker;
    static constexpr auto members() {
        return join(
            UploadTarget::members(),
            std::tuple{member("MaxParts", &Input::max_parts,
                              {.wire_name = "max-parts", .location = Location::query}),
                       member("PartNumberMarker", &Input::part_number_marker,
                              {.wire_name = "part-number-marker", .location = Location::query})});
    }
};
struct ListedPart : ChecksumElements {
    std::int32_t part_number = 0;
    std::string last_modified, etag;
    std::int64_t size = 0;
    static constexpr auto members() {
        return join(
            std::tuple{member("PartNumber", &ListedPart::part_number),
                       member("LastModified", &ListedPart::last_modified),
                       member("ETag", &ListedPart::etag), member("Size", &ListedPart::size)},
            ChecksumElements::members());
    }
};
struct Output {
    std::string bucket, key, upload_id;
    Owner initiator, owner;
    std::string storage_class = "STANDARD";
    std::int32_t part_number_marker = 0, next_part_number_marker = 0, max_parts = 0;
    bool is_truncated = false;
    Text checksum_algorithm, checksum_type;
    std::vector<ListedPart> parts;
    static constexpr auto members() {
        return std::tuple{
            member("Bucket", &Output::bucket),
            member("Key", &Output::key),
            member("UploadId", &Output::upload_id),
            member("Initiator", &Output::initiator),
            member("Owner", &Output::owner),
            member("StorageClass", &Output::storage_class),
            member("PartNumberMarker", &Output::part_number_marker),
            member("NextPartNumberMarker", &Output::next_part_number_marker),
            member("MaxParts", &Output::max_parts),
            member("IsTruncated", &Output::is_truncated),
            member("ChecksumAlgorithm", &Output::checksum_algorithm),
            member("ChecksumType", &Output::checksum_type),
            member("Parts", &Output::parts, {.wire_name = "Part", .flattened = true})};
    }
};

aws::Reply<Output> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(upload, find_upload(s3, call, input));
    TRY(max, parse_count(input.max_parts, "max-parts", parts_per_page_max, parts_per_page_max));
    TRY(after, parse_count(input.part_number_marker, "part-number-marker", 0,
                           static_cast<std::size_t>(object_store::part_number_max)));
    auto listed = s3.store().list_parts(input.bucket, input.key, input.upload_id,
                                        static_cast<std::int32_t>(after), max);
    if (!listed) return upload_fault(listed.error(), input);
    Output output;
    output.bucket = input.bucket;
    output.key = input.key;
    output.upload_id = input.upload_id;
    output.initiator.id = output.owner.id = canonical_user_id(call.account());
    output.part_number_marker = static_cast<std::int32_t>(after);
    output.max_parts = static_cast<std::int32_t>(max);
    output.is_truncated = listed.value().truncated;
    const bool with_checksums = !upload.checksum_algorithm.empty();
    if (with_checksums) {
        output.checksum_algorithm = upload.checksum_algorithm;
        output.checksum_type = upload.properties.checksum_type;
    }
    for (const object_store::Part& part : listed.value().parts) {
        ListedPart one;
        if (with_checksums) static_cast<ChecksumElements&>(one) = to_elements(part.checksums);
        one.part_number = part.number;
        one.last_modified = xml_time(part.modified);
        one.etag = quote(part.etag);
        one.size = static_cast<std::int64_t>(part.size_bytes);
        output.parts.push_back(std::move(one));
    }
    if (!output.parts.empty()) output.next_part_number_marker = output.parts.back().part_number;
    return output;
}

}  // namespace list_parts_operation

constinit const aws::Operation list_parts = aws::operation<&list_parts_operation::run>(
    "ListParts", {.http = {"GET", "/{Bucket}/{Key+}"}, .output_element = "ListPartsResult"});

}  // namespace s3

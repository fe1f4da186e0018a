#include <set>

#include "services/s3/checksums.h"
#include "services/s3/faults.h"
#include "services/s3/request.h"
#include "services/s3/s3.h"
#include "services/s3/version.h"

namespace s3 {

namespace get_object_attributes_operation {

constexpr std::size_t parts_per_page_max = 1000;

struct Input : VersionTarget {
    std::vector<std::string> attributes;
    Text max_parts, part_number_marker;
    static constexpr auto members() {
        return join(
            VersionTarget::members(),
            std::tuple{
                member("ObjectAttributes", &Input::attributes,
                       {.required = true,
                        .wire_name = "x-amz-object-attributes",
                        .location = Location::header}),
                member("MaxParts", &Input::max_parts,
                       {.wire_name = "x-amz-max-parts", .location = Location::header}),
                member("PartNumberMarker", &Input::part_number_marker,
                       {.wire_name = "x-amz-part-number-marker", .location = Location::header})});
    }
};
struct Checksum : ChecksumElements {
    Text type;
    static constexpr auto members() {
        return join(ChecksumElements::members(),
                    std::tuple{member("ChecksumType", &Checksum::type)});
    }
};
struct Part {
    std::int32_t number = 0;
    std::int64_t size = 0;
    static constexpr auto members() {
        return std::tuple{member("PartNumber", &Part::number), member("Size", &Part::size)};
    }
};
struct ObjectParts {
    std::int32_t total = 0, marker = 0, next_marker = 0, max_parts = 0;
    bool is_truncated = false;
    std::vector<Part> parts;
    static constexpr auto members() {
        return std::tuple{
            member("TotalPartsCount", &ObjectParts::total, {.wire_name = "PartsCount"}),
            member("PartNumberMarker", &ObjectParts::marker),
            member("NextPartNumberMarker", &ObjectParts::next_marker),
            member("MaxParts", &ObjectParts::max_parts),
            member("IsTruncated", &ObjectParts::is_truncated),
            member("Parts", &ObjectParts::parts, {.wire_name = "Part", .flattened = true})};
    }
};
struct Output : VersionHeader {
    base::Timestamp last_modified;
    Text etag;
    std::optional<Checksum> checksum;
    std::optional<ObjectParts> object_parts;
    Text storage_class;
    std::optional<std::int64_t> object_size;
    static constexpr auto members() {
        return join(VersionHeader::members(),
                    std::tuple{member("LastModified", &Output::last_modified,
                                      {.wire_name = "Last-Modified", .location = Location::header}),
                               member("ETag", &Output::etag), member("Checksum", &Output::checksum),
                               member("ObjectParts", &Output::object_parts),
                               member("StorageClass", &Output::storage_class),
                               member("ObjectSize", &Output::object_size)});
    }
};

aws::Reply<ObjectParts> parts_of(const Input& input, const object_store::ObjectInfo& info) {
    ObjectParts out;
    TRY(max, parse_count(input.max_parts, "max-parts", parts_per_page_max, parts_per_page_max));
    TRY(marker, parse_count(input.part_number_marker, "part-number-marker", 0,
                            static_cast<std::size_t>(object_store::part_number_max)));
    out.total = static_cast<std::int32_t>(info.part_sizes.size());
    out.marker = static_cast<std::int32_t>(marker);
    out.max_parts = static_cast<std::int32_t>(max);
    for (std::size_t i = marker; i < info.part_sizes.size(); ++i) {
        if (out.parts.size() == max) {
            out.is_truncated = true;
            break;
        }
        out.parts.push_back(
            {static_cast<std::int32_t>(i + 1), static_cast<std::int64_t>(info.part_sizes[i])});
        out.next_marker = static_cast<std::int32_t>(i + 1);
    }
    return out;
}

aws::Reply<Output> run(S3& s3, const aws::Call& call, Input& input) {
    TRY_VOID(check_key(input.key));
    TRY_VOID(refuse_unsupported_headers(call));
    const std::set<std::string> wanted(input.attributes.begin(), input.attributes.end());
    for (const std::string& name : wanted) {
        static const std::set<std::string> known = {"ETag", "Checksum", "ObjectParts",
                                                    "StorageClass", "ObjectSize"};
        if (!known.contains(name)) {
            return faults::invalid_argument("Invalid attribute name specified.",
                                            "x-amz-object-attributes", name);
        }
    }
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    TRY(info, head(s3, bucket, input));
    Output output;
    static_cast<VersionHeader&>(output) = version_header(bucket, info.version_id);
    output.last_modified = whole_seconds(info.modified);
    if (wanted.contains("ETag")) output.etag = info.etag;
    if (wanted.contains("Checksum") && !info.checksums.empty()) {
        output.checksum.emplace();
        static_cast<ChecksumElements&>(*output.checksum) = to_elements(info.checksums);
        output.checksum->type = info.checksum_type;
    }
    if (wanted.contains("ObjectParts") && !info.part_sizes.empty()) {
        TRY(parts, parts_of(input, info));
        output.object_parts = std::move(parts);
    }
    if (wanted.contains("StorageClass")) output.storage_class = "STANDARD";
    if (wanted.contains("ObjectSize")) {
        output.object_size = static_cast<std::int64_t>(info.size_bytes);
    }
    return output;
}

}  // namespace get_object_attributes_operation

constinit const aws::Operation get_object_attributes =
    aws::operation<&get_object_attributes_operation::run>(
        "GetObjectAttributes", {.http = {"GET", "/{Bucket}/{Key+}?attributes"},
                                .output_element = "GetObjectAttributesResponse"});

}  // namespace s3

#include "services/s3/listing.h"

namespace s3 {

namespace list_objects_operation {

struct Input : ListInput {
    Text marker;
    static constexpr auto members() {
        return join(ListInput::members(),
                    std::tuple{member("Marker", &Input::marker,
                                      {.wire_name = "marker", .location = Location::query})});
    }
};
struct Output : ListOutput {
    std::string marker;
    Text next_marker;
    static constexpr auto members() {
        return join(ListOutput::members(), std::tuple{member("Marker", &Output::marker),
                                                      member("NextMarker", &Output::next_marker)});
    }
};

aws::Reply<Output> run(S3& s3, const aws::Call& call, Input& input) {
    const std::string marker = input.marker.value_or("");
    TRY(listed, list(s3, call, input, marker, true));
    Output output;
    static_cast<ListOutput&>(output) = std::move(listed.output);
    output.marker = encode_key(marker, listed.encoded);
    // Without a delimiter clients go on after the last key they got.
    if (output.is_truncated && output.delimiter) {
        output.next_marker = encode_key(listed.next, listed.encoded);
    }
    return output;
}

}  // namespace list_objects_operation

constinit const aws::Operation list_objects = aws::operation<&list_objects_operation::run>(
    "ListObjects", {.http = {"GET", "/{Bucket}"}, .output_element = "ListBucketResult"});

}  // namespace s3

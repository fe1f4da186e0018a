#include "services/s3/listing.h"

namespace s3 {

namespace list_objects_v2_operation {

struct Input : ListInput {
    Text continuation_token, start_after, fetch_owner;
    static constexpr auto members() {
        return join(
            ListInput::members(),
            std::tuple{member("ContinuationToken", &Input::continuation_token,
                              {.wire_name = "continuation-token", .location = Location::query}),
                       member("StartAfter", &Input::start_after,
                              {.wire_name = "start-after", .location = Location::query}),
                       member("FetchOwner", &Input::fetch_owner,
                              {.wire_name = "fetch-owner", .location = Location::query})});
    }
};
struct Output : ListOutput {
    std::int32_t key_count = 0;
    Text continuation_token, next_continuation_token, start_after;
    static constexpr auto members() {
        return join(ListOutput::members(),
                    std::tuple{member("KeyCount", &Output::key_count),
                               member("ContinuationToken", &Output::continuation_token),
                               member("NextContinuationToken", &Output::next_continuation_token),
                               member("StartAfter", &Output::start_after)});
    }
};

aws::Reply<Output> run(S3& s3, const aws::Call& call, Input& input) {
    std::string after = input.start_after.value_or("");
    if (input.continuation_token) {
        TRY(decoded, decode_token(*input.continuation_token));
        after = std::move(decoded);
    }
    TRY(listed, list(s3, call, input, after, input.fetch_owner == "true"));
    Output output;
    static_cast<ListOutput&>(output) = std::move(listed.output);
    output.key_count =
        static_cast<std::int32_t>(output.contents.size() + output.common_prefixes.size());
    output.continuation_token = input.continuation_token;
    if (input.start_after) output.start_after = encode_key(*input.start_after, listed.encoded);
    if (output.is_truncated) output.next_continuation_token = encode_token(listed.next);
    return output;
}

}  // namespace list_objects_v2_operation

constinit const aws::Operation list_objects_v2 = aws::operation<&list_objects_v2_operation::run>(
    "ListObjectsV2",
    {.http = {"GET", "/{Bucket}?list-type=2"}, .output_element = "ListBucketResult"});

}  // namespace s3

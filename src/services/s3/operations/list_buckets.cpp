#include "services/s3/faults.h"
#include "services/s3/listing.h"
#include "services/s3/request.h"
#include "services/s3/s3.h"

namespace s3 {

namespace list_buckets_operation {

constexpr std::size_t buckets_per_page_max = 10'000;

struct Input {
    Text max_buckets, continuation_token, prefix, bucket_region;
    static constexpr auto members() {
        return std::tuple{
            member("MaxBuckets", &Input::max_buckets,
                   {.wire_name = "max-buckets", .location = Location::query}),
            member("ContinuationToken", &Input::continuation_token,
                   {.wire_name = "continuation-token", .location = Location::query}),
            member("Prefix", &Input::prefix, {.wire_name = "prefix", .location = Location::query}),
            member("BucketRegion", &Input::bucket_region,
                   {.wire_name = "bucket-region", .location = Location::query})};
    }
};
struct Bucket {
    std::string name, creation_date, region, arn;
    static constexpr auto members() {
        return std::tuple{
            member("Name", &Bucket::name), member("CreationDate", &Bucket::creation_date),
            member("BucketRegion", &Bucket::region), member("BucketArn", &Bucket::arn)};
    }
};
struct Output {
    Owner owner;
    std::vector<Bucket> buckets;
    Text prefix, continuation_token;
    static constexpr auto members() {
        return std::tuple{member("Owner", &Output::owner),
                          member("Buckets", &Output::buckets, {.element_name = "Bucket"}),
                          member("Prefix", &Output::prefix),
                          member("ContinuationToken", &Output::continuation_token)};
    }
};

aws::Reply<Output> run(S3& s3, const aws::Call& call, Input& input) {
    TRY(max,
        parse_count(input.max_buckets, "max-buckets", buckets_per_page_max, buckets_per_page_max));
    if (max == 0) {
        return faults::invalid_argument(
            "Argument max-buckets must be an integer between 1 and "
            "10000",
            "max-buckets", "0");
    }
    std::string after;
    if (input.continuation_token) {
        TRY(decoded, decode_token(*input.continuation_token));
        after = std::move(decoded);
    }
    auto buckets = s3.store().list_buckets(call.account());
    if (!buckets) return faults::from(buckets.error(), {});
    Output output;
    output.owner.id = canonical_user_id(call.account());
    output.prefix = input.prefix;
    for (const object_store::Bucket& bucket : buckets.value()) {
        if (bucket.name <= after) continue;
        if (input.prefix && !bucket.name.starts_with(*input.prefix)) continue;
        if (input.bucket_region && bucket.region != *input.bucket_region) continue;
        if (output.buckets.size() == max) {
            output.continuation_token = encode_token(output.buckets.back().name);
            break;
        }
        output.buckets.push_back(
            {bucket.name, xml_time(bucket.created), bucket.region, "arn:aws:s3:::" + bucket.name});
    }
    return output;
}

}  // namespace list_buckets_operation

constinit const aws::Operation list_buckets = aws::operation<&list_buckets_operation::run>(
    "ListBuckets", {.http = {"GET", "/"}, .output_element = "ListAllMyBucketsResult"});

}  // namespace s3

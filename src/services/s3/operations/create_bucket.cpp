#include "services/s3/faults.h"
#include "services/s3/request.h"
#include "services/s3/s3.h"

namespace s3 {

namespace create_bucket_operation {

struct Tag {
    std::string key, value;
    static constexpr auto members() {
        return std::tuple{member("Key", &Tag::key), member("Value", &Tag::value)};
    }
};
struct Configuration {
    Text location_constraint;
    std::optional<shape::Empty> location, bucket;
    std::vector<Tag> tags;
    static constexpr auto members() {
        return std::tuple{member("LocationConstraint", &Configuration::location_constraint),
                          member("Location", &Configuration::location),
                          member("Bucket", &Configuration::bucket),
                          member("Tags", &Configuration::tags, {.element_name = "Tag"})};
    }
};
struct Input {
    std::string bucket;
    std::optional<Configuration> configuration;
    Text ownership, object_lock;
    static constexpr auto members() {
        return std::tuple{
            member("Bucket", &Input::bucket, {.required = true, .location = Location::path}),
            member("CreateBucketConfiguration", &Input::configuration,
                   {.location = Location::payload}),
            member("ObjectOwnership", &Input::ownership,
                   {.wire_name = "x-amz-object-ownership", .location = Location::header}),
            member(
                "ObjectLockEnabledForBucket", &Input::object_lock,
                {.wire_name = "x-amz-bucket-object-lock-enabled", .location = Location::header})};
    }
};
struct Output {
    std::string location;
    static constexpr auto members() {
        return std::tuple{member("Location", &Output::location, {.location = Location::header})};
    }
};

// The region of the new bucket: us-east-1 takes any constraint, other regions only their own.
aws::Reply<std::string> region_of(const aws::Call& call, const Input& input) {
    const Text constraint = input.configuration ? input.configuration->location_constraint : Text();
    if (call.region == "us-east-1") {
        if (constraint == "us-east-1") {
            return aws::Fault("InvalidLocationConstraint",
                              "The specified location-constraint is not valid", 400);
        }
        return constraint.value_or(call.region) == "EU" ? "eu-west-1"
                                                        : constraint.value_or(call.region);
    }
    if (!constraint) {
        return faults::illegal_location(
            "The unspecified location constraint is incompatible for the region specific endpoint "
            "this request was sent to.");
    }
    if (*constraint != call.region) {
        return faults::illegal_location(
            "The " + *constraint +
            " location constraint is incompatible for the region specific endpoint this request "
            "was sent to.");
    }
    return call.region;
}

aws::Reply<Output> run(S3& s3, const aws::Call& call, Input& input) {
    TRY_VOID(refuse_unsupported_headers(call));
    if (!is_bucket_name(input.bucket)) return faults::invalid_bucket_name(input.bucket);
    if (input.object_lock && *input.object_lock != "false") {
        return faults::header_not_implemented("x-amz-bucket-object-lock-enabled");
    }
    if (input.ownership && *input.ownership != "BucketOwnerEnforced") {
        return faults::header_not_implemented("x-amz-object-ownership");
    }
    if (input.configuration && (input.configuration->location || input.configuration->bucket ||
                                !input.configuration->tags.empty())) {
        return aws::Fault("NotImplemented",
                          "Directory buckets and tags of buckets are not implemented.", 501);
    }
    TRY(region, region_of(call, input));
    const object_store::Bucket bucket{input.bucket, call.account(), region, s3.clock().now(), {}};
    auto created = s3.store().create_bucket(bucket);
    if (!created) {
        if (created.error().kind != base::ErrorKind::already_exists) {
            return faults::from(created.error(), input.bucket);
        }
        auto there = s3.store().find_bucket(input.bucket);
        if (!there || there.value().account != call.account()) {
            return faults::bucket_exists(input.bucket);
        }
        // Only us-east-1 lets its owner create a bucket again.
        if (call.region != "us-east-1") return faults::bucket_owned_by_you(input.bucket);
    }
    return Output{"/" + input.bucket};
}

}  // namespace create_bucket_operation

constinit const aws::Operation create_bucket = aws::operation<&create_bucket_operation::run>(
    "CreateBucket", {.http = {"PUT", "/{Bucket}"}, .body_bytes_max = 64 * 1024});

}  // namespace s3

// AWS::S3::BucketPolicy. Source: CloudFormation's resource reference.
#include "aws/resource_type.h"
#include "services/s3/s3.h"

namespace s3 {
namespace {

namespace json = boost::json;

struct BucketPolicyResource {
    struct Properties {
        std::string bucket;
        shape::Document policy;
        static constexpr auto members() {
            return std::tuple{
                aws::member("Bucket", &Properties::bucket, {.required = true, .replaces = true}),
                aws::member("PolicyDocument", &Properties::policy, {.required = true})};
        }
    };
    static constexpr auto attributes = aws::no_attributes;

    static aws::ResourceStep step(const Properties& properties, const char* operation,
                                  std::vector<std::string> done_codes = {}) {
        return {"s3", operation, {{"Bucket", properties.bucket}}, std::move(done_codes)};
    }
    // A bucket has one policy.
    static std::string identify(const aws::ResourceContext&, const Properties& properties) {
        return properties.bucket;
    }
    static aws::Reply<aws::ResourceSteps> create(const aws::ResourceContext&,
                                                 const Properties& properties) {
        aws::ResourceStep put = step(properties, "PutBucketPolicy");
        put.input["Policy"] = properties.policy.json;
        return aws::ResourceSteps{std::move(put)};
    }
    static aws::Reply<aws::ResourceSteps> update(const aws::ResourceContext& context,
                                                 const Properties&, const Properties& after) {
        return create(context, after);
    }
    static aws::ResourceSteps remove(const aws::ResourceContext&, const Properties& properties) {
        return {step(properties, "DeleteBucketPolicy", {"NoSuchBucket"})};
    }
    static aws::ResourceSteps read(const aws::ResourceContext&, const Properties& properties) {
        return {step(properties, "GetBucketPolicy", {"NoSuchBucketPolicy", "NoSuchBucket"})};
    }
    static json::object describe(const aws::ResourceContext&, const Properties&,
                                 const aws::ResourceOutputs&) {
        return {};
    }
};

}  // namespace

constinit const aws::ResourceType bucket_policy_resource =
    aws::resource_type<BucketPolicyResource>("AWS::S3::BucketPolicy");

}  // namespace s3

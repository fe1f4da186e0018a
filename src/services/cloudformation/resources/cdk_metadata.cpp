// AWS::CDK::Metadata: what the CDK tells AWS about the constructs of an app. Nothing is made.
#include "aws/resource_type.h"
#include "services/cloudformation/cloudformation.h"

namespace cloudformation {
namespace {

struct CdkMetadata {
    struct Properties {
        std::optional<std::string> analytics;
        static constexpr auto members() {
            return std::tuple{aws::member("Analytics", &Properties::analytics)};
        }
    };
    static constexpr auto attributes = aws::no_attributes;

    static std::string identify(const aws::ResourceContext& context, const Properties&) {
        return aws::uuid_of_token(context.token);
    }
    static aws::Reply<aws::ResourceSteps> create(const aws::ResourceContext&, const Properties&) {
        return aws::ResourceSteps{};
    }
    static aws::Reply<aws::ResourceSteps> update(const aws::ResourceContext&, const Properties&,
                                                 const Properties&) {
        return aws::ResourceSteps{};
    }
    static aws::ResourceSteps remove(const aws::ResourceContext&, const Properties&) { return {}; }
    static aws::ResourceSteps read(const aws::ResourceContext&, const Properties&) { return {}; }
    static boost::json::object describe(const aws::ResourceContext&, const Properties&,
                                        aws::ResourceOutputs) {
        return {};
    }
};

}  // namespace

constinit const aws::ResourceType cdk_metadata_resource =
    aws::resource_type<CdkMetadata>("AWS::CDK::Metadata");

}  // namespace cloudformation

// AWS::KMS::Alias. Source: CloudFormation's resource reference.
#include "aws/resource_type.h"
#include "services/kms/kms.h"

namespace kms {
namespace {

namespace json = boost::json;

struct AliasResource {
    struct Properties {
        std::string alias_name;
        std::string target_key_id;
        static constexpr auto members() {
            return std::tuple{
                aws::member("AliasName", &Properties::alias_name,
                            {.required = true, .replaces = true}),
                aws::member("TargetKeyId", &Properties::target_key_id, {.required = true})};
        }
    };
    static constexpr auto attributes = aws::no_attributes;

    static std::string identify(const aws::ResourceContext&, const Properties& properties) {
        return properties.alias_name;
    }
    static aws::Reply<aws::ResourceSteps> create(const aws::ResourceContext& context,
                                                 const Properties& properties) {
        return put("CreateAlias", context, properties, {"AlreadyExistsException"});
    }
    static aws::Reply<aws::ResourceSteps> update(const aws::ResourceContext& context,
                                                 const Properties&, const Properties& after) {
        return put("UpdateAlias", context, after, {});
    }
    static aws::ResourceSteps remove(const aws::ResourceContext& context, const Properties&) {
        return {
            {"kms", "DeleteAlias", {{"AliasName", context.physical_id}}, {"NotFoundException"}}};
    }
    static aws::ResourceSteps read(const aws::ResourceContext& context, const Properties&) {
        return {{"kms", "DescribeKey", {{"KeyId", context.physical_id}}, {"NotFoundException"}}};
    }
    static json::object describe(const aws::ResourceContext&, const Properties&,
                                 const aws::ResourceOutputs&) {
        return {};
    }

  private:
    static aws::ResourceSteps put(std::string operation, const aws::ResourceContext& context,
                                  const Properties& properties,
                                  std::vector<std::string> done_codes) {
        return {{"kms",
                 std::move(operation),
                 {{"AliasName", context.physical_id}, {"TargetKeyId", properties.target_key_id}},
                 std::move(done_codes)}};
    }
};

}  // namespace

constinit const aws::ResourceType alias_resource =
    aws::resource_type<AliasResource>("AWS::KMS::Alias");

}  // namespace kms

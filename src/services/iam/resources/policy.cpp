// AWS::IAM::Policy: one inline policy of one role or more. Source: CloudFormation's resource
// reference. Not here: Users and Groups, of which IAM here has none.
#include "services/iam/iam.h"
#include "services/iam/resources/steps.h"

namespace iam {
namespace {

namespace json = boost::json;

struct PolicyResource {
    struct Properties {
        shape::Document policy_document;
        std::string policy_name;
        std::vector<std::string> roles;
        static constexpr auto members() {
            using P = Properties;
            return std::tuple{
                aws::member("PolicyDocument", &P::policy_document, {.required = true}),
                aws::member("PolicyName", &P::policy_name, {.required = true}),
                aws::member("Roles", &P::roles)};
        }
    };
    static constexpr std::string_view attributes[] = {"Id"};

    static std::string identify(const aws::ResourceContext& context, const Properties&) {
        return aws::generated_name(context, 128);
    }
    static aws::Reply<aws::ResourceSteps> create(const aws::ResourceContext& context,
                                                 const Properties& properties);
    static aws::Reply<aws::ResourceSteps> update(const aws::ResourceContext& context,
                                                 const Properties& before, const Properties& after);
    static aws::ResourceSteps remove(const aws::ResourceContext& context,
                                     const Properties& properties);
    static aws::ResourceSteps read(const aws::ResourceContext& context,
                                   const Properties& properties);
    // A policy of no role is nowhere.
    static bool present(const aws::ResourceContext&, const Properties& properties,
                        const json::object&) {
        return !properties.roles.empty();
    }
    static json::object describe(const aws::ResourceContext& context, const Properties&,
                                 const aws::ResourceOutputs&) {
        return {{"Id", context.physical_id}};
    }
};

aws::Reply<void> check(const PolicyResource::Properties& properties) {
    if (!properties.roles.empty()) return base::ok();
    return aws::Fault("ValidationError", "At least one of [Groups,Roles,Users] must be non-empty.");
}

aws::ResourceStep put(const std::string& role, const PolicyResource::Properties& properties) {
    return step("PutRolePolicy", {{"RoleName", role},
                                  {"PolicyName", properties.policy_name},
                                  {"PolicyDocument", document_text(properties.policy_document)}});
}
aws::ResourceStep remove_from(const std::string& role, const std::string& policy) {
    return step("DeleteRolePolicy", {{"RoleName", role}, {"PolicyName", policy}}, gone);
}

aws::Reply<aws::ResourceSteps> PolicyResource::create(const aws::ResourceContext&,
                                                      const Properties& properties) {
    TRY_VOID(check(properties));
    aws::ResourceSteps steps;
    for (const std::string& role : properties.roles)
        steps.push_back(put(role, properties));
    return steps;
}

// What comes is put before what goes is deleted, so that no role is without its rights meanwhile.
aws::Reply<aws::ResourceSteps> PolicyResource::update(const aws::ResourceContext&,
                                                      const Properties& before,
                                                      const Properties& after) {
    TRY_VOID(check(after));
    const bool renamed = before.policy_name != after.policy_name;
    const bool rewritten =
        document_text(before.policy_document) != document_text(after.policy_document);
    const std::vector<std::string> none;
    aws::ResourceSteps steps;
    for (const std::string& role : after.roles) {
        if (renamed || rewritten || !contains(before.roles, role)) {
            steps.push_back(put(role, after));
        }
    }
    for (const std::string& role : missing(before.roles, renamed ? none : after.roles))
        steps.push_back(remove_from(role, before.policy_name));
    return steps;
}

aws::ResourceSteps PolicyResource::remove(const aws::ResourceContext&,
                                          const Properties& properties) {
    aws::ResourceSteps steps;
    for (const std::string& role : properties.roles)
        steps.push_back(remove_from(role, properties.policy_name));
    return steps;
}

aws::ResourceSteps PolicyResource::read(const aws::ResourceContext&, const Properties& properties) {
    if (properties.roles.empty()) return {step("ListRoles", {{"MaxItems", 1}})};
    return {step("GetRolePolicy",
                 {{"RoleName", properties.roles.front()}, {"PolicyName", properties.policy_name}},
                 {"NoSuchEntity"})};
}

}  // namespace

constinit const aws::ResourceType policy_resource =
    aws::resource_type<PolicyResource>("AWS::IAM::Policy");

}  // namespace iam

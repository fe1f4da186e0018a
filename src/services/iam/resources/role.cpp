// AWS::IAM::Role. Source: CloudFormation's resource reference. Ref is the role's name.
#include "services/iam/iam.h"
#include "services/iam/resources/steps.h"

namespace iam {
namespace {

namespace json = boost::json;

struct InlinePolicy {
    std::string policy_name;
    shape::Document policy_document;
    static constexpr auto members() {
        using P = InlinePolicy;
        return std::tuple{aws::member("PolicyName", &P::policy_name, {.required = true}),
                          aws::member("PolicyDocument", &P::policy_document, {.required = true})};
    }
};

struct RoleResource {
    struct Properties {
        shape::Document assume_role_policy_document;
        std::optional<std::string> description;
        std::vector<std::string> managed_policy_arns;
        std::optional<std::int32_t> max_session_duration;
        std::optional<std::string> path;
        std::optional<std::string> permissions_boundary;
        std::vector<InlinePolicy> policies;
        std::optional<std::string> role_name;
        std::vector<aws::Tag> tags;
        static constexpr auto members() {
            using P = Properties;
            return std::tuple{aws::member("AssumeRolePolicyDocument",
                                          &P::assume_role_policy_document, {.required = true}),
                              aws::member("Description", &P::description),
                              aws::member("ManagedPolicyArns", &P::managed_policy_arns),
                              aws::member("MaxSessionDuration", &P::max_session_duration),
                              aws::member("Path", &P::path, {.replaces = true}),
                              aws::member("PermissionsBoundary", &P::permissions_boundary),
                              aws::member("Policies", &P::policies),
                              aws::member("RoleName", &P::role_name, {.replaces = true}),
                              aws::member("Tags", &P::tags)};
        }
    };
    static constexpr std::string_view attributes[] = {"Arn", "RoleId"};

    static std::string identify(const aws::ResourceContext& context, const Properties& properties) {
        return properties.role_name ? *properties.role_name : aws::generated_name(context, 64);
    }
    static aws::Reply<aws::ResourceSteps> create(const aws::ResourceContext& context,
                                                 const Properties& properties);
    static aws::Reply<aws::ResourceSteps> update(const aws::ResourceContext& context,
                                                 const Properties& before, const Properties& after);
    static aws::ResourceSteps remove(const aws::ResourceContext& context,
                                     const Properties& properties);
    static aws::ResourceSteps read(const aws::ResourceContext& context, const Properties&) {
        return {step("GetRole", {{"RoleName", context.physical_id}}, {"NoSuchEntity"})};
    }
    static json::object describe(const aws::ResourceContext&, const Properties&,
                                 const aws::ResourceOutputs& outputs) {
        const auto& role = outputs[0].at("Role").as_object();
        return {{"Arn", role.at("Arn")}, {"RoleId", role.at("RoleId")}};
    }
};

using Properties = RoleResource::Properties;

aws::ResourceStep put_policy(const std::string& role, const InlinePolicy& policy) {
    return step("PutRolePolicy", {{"RoleName", role},
                                  {"PolicyName", policy.policy_name},
                                  {"PolicyDocument", document_text(policy.policy_document)}});
}
aws::ResourceStep delete_policy(const std::string& role, const std::string& name) {
    return step("DeleteRolePolicy", {{"RoleName", role}, {"PolicyName", name}}, gone);
}

aws::Reply<aws::ResourceSteps> RoleResource::create(const aws::ResourceContext& context,
                                                    const Properties& properties) {
    const std::string& name = context.physical_id;
    json::object input = {
        {"RoleName", name},
        {"AssumeRolePolicyDocument", document_text(properties.assume_role_policy_document)}};
    if (properties.path) input["Path"] = *properties.path;
    if (properties.description) input["Description"] = *properties.description;
    if (properties.max_session_duration) {
        input["MaxSessionDuration"] = *properties.max_session_duration;
    }
    if (properties.permissions_boundary) {
        input["PermissionsBoundary"] = *properties.permissions_boundary;
    }
    const auto tags = aws::merge_tags(context, properties.tags);
    if (!tags.empty()) input["Tags"] = to_json(tags);
    aws::ResourceSteps steps;
    steps.push_back(step("CreateRole", std::move(input), {"EntityAlreadyExists"}));
    for (const InlinePolicy& policy : properties.policies)
        steps.push_back(put_policy(name, policy));
    for (const std::string& arn : properties.managed_policy_arns)
        steps.push_back(attach(name, arn));
    return steps;
}

// What goes is taken away first, so that no limit stands in the way of what comes.
void change_policies(aws::ResourceSteps& steps, const std::string& role, const Properties& before,
                     const Properties& after) {
    std::map<std::string, std::string> old_documents;
    for (const InlinePolicy& policy : before.policies)
        old_documents[policy.policy_name] = document_text(policy.policy_document);
    std::map<std::string, const InlinePolicy*> wanted;
    for (const InlinePolicy& policy : after.policies)
        wanted[policy.policy_name] = &policy;
    for (const auto& [name, document] : old_documents) {
        if (!wanted.contains(name)) steps.push_back(delete_policy(role, name));
    }
    for (const std::string& arn : missing(before.managed_policy_arns, after.managed_policy_arns))
        steps.push_back(detach(role, arn));
    for (const auto& [name, policy] : wanted) {
        const auto old = old_documents.find(name);
        if (old == old_documents.end() || old->second != document_text(policy->policy_document)) {
            steps.push_back(put_policy(role, *policy));
        }
    }
    for (const std::string& arn : missing(after.managed_policy_arns, before.managed_policy_arns))
        steps.push_back(attach(role, arn));
}

aws::Reply<aws::ResourceSteps> RoleResource::update(const aws::ResourceContext& context,
                                                    const Properties& before,
                                                    const Properties& after) {
    const std::string& name = context.physical_id;
    aws::ResourceSteps steps;
    const std::string trust = document_text(after.assume_role_policy_document);
    if (trust != document_text(before.assume_role_policy_document)) {
        steps.push_back(
            step("UpdateAssumeRolePolicy", {{"RoleName", name}, {"PolicyDocument", trust}}));
    }
    if (before.description != after.description ||
        before.max_session_duration != after.max_session_duration) {
        steps.push_back(step("UpdateRole",
                             {{"RoleName", name},
                              {"Description", after.description.value_or("")},
                              {"MaxSessionDuration", after.max_session_duration.value_or(3'600)}}));
    }
    if (before.permissions_boundary != after.permissions_boundary) {
        if (after.permissions_boundary) {
            steps.push_back(
                step("PutRolePermissionsBoundary",
                     {{"RoleName", name}, {"PermissionsBoundary", *after.permissions_boundary}}));
        } else {
            steps.push_back(step("DeleteRolePermissionsBoundary", {{"RoleName", name}}));
        }
    }
    change_policies(steps, name, before, after);
    const auto changes = aws::change_tags(context, before.tags, after.tags);
    if (!changes.removed.empty()) {
        steps.push_back(step("UntagRole", {{"RoleName", name},
                                           {"TagKeys", json::array(changes.removed.begin(),
                                                                   changes.removed.end())}}));
    }
    if (!changes.set.empty()) {
        steps.push_back(step("TagRole", {{"RoleName", name}, {"Tags", to_json(changes.set)}}));
    }
    return steps;
}

// Policies that others gave the role stay, and then it does too: DeleteConflict, as at AWS.
aws::ResourceSteps RoleResource::remove(const aws::ResourceContext& context,
                                        const Properties& properties) {
    const std::string& name = context.physical_id;
    aws::ResourceSteps steps;
    for (const InlinePolicy& policy : properties.policies)
        steps.push_back(delete_policy(name, policy.policy_name));
    for (const std::string& arn : properties.managed_policy_arns)
        steps.push_back(detach(name, arn));
    steps.push_back(step("DeleteRole", {{"RoleName", name}}, gone));
    return steps;
}

}  // namespace

constinit const aws::ResourceType role_resource =
    aws::resource_type<RoleResource>("AWS::IAM::Role");

}  // namespace iam

// AWS::IAM::ManagedPolicy. Source: CloudFormation's resource reference. Ref is the ARN. Not here:
// Users and Groups, of which IAM here has none.
#include "services/iam/iam.h"
#include "services/iam/resources/steps.h"
#include "wire/timestamp.h"

namespace iam {
namespace {

namespace json = boost::json;

struct ManagedPolicyResource {
    struct Properties {
        std::optional<std::string> description;
        std::optional<std::string> managed_policy_name;
        std::optional<std::string> path;
        shape::Document policy_document;
        std::vector<std::string> roles;
        static constexpr auto members() {
            using P = Properties;
            return std::tuple{
                aws::member("Description", &P::description, {.replaces = true}),
                aws::member("ManagedPolicyName", &P::managed_policy_name, {.replaces = true}),
                aws::member("Path", &P::path, {.replaces = true}),
                aws::member("PolicyDocument", &P::policy_document, {.required = true}),
                aws::member("Roles", &P::roles)};
        }
    };
    static constexpr std::string_view attributes[] = {
        "PolicyArn",  "PolicyId",     "DefaultVersionId", "AttachmentCount",
        "CreateDate", "IsAttachable", "UpdateDate",       "PermissionsBoundaryUsageCount"};

    static std::string identify(const aws::ResourceContext& context, const Properties& properties) {
        return aws::make_arn("iam", "", context.account,
                             "policy" + properties.path.value_or("/") + name(context, properties));
    }
    static aws::Reply<aws::ResourceSteps> create(const aws::ResourceContext& context,
                                                 const Properties& properties);
    static aws::Reply<aws::ResourceSteps> update(const aws::ResourceContext& context,
                                                 const Properties& before, const Properties& after);
    static aws::ResourceSteps remove(const aws::ResourceContext& context,
                                     const Properties& properties);
    static aws::ResourceSteps read(const aws::ResourceContext& context, const Properties&) {
        return {step("GetPolicy", {{"PolicyArn", context.physical_id}}, {"NoSuchEntity"})};
    }
    static json::object describe(const aws::ResourceContext&, const Properties&,
                                 const aws::ResourceOutputs& outputs);

    static std::string name(const aws::ResourceContext& context, const Properties& properties) {
        return properties.managed_policy_name ? *properties.managed_policy_name
                                              : aws::generated_name(context, 128);
    }
};

// No policy has it: deleting it is done before it begins.
constexpr const char* no_version = "v9999999999";

// Of ListPolicyVersions' output, oldest first, without the default one.
std::vector<std::string> other_versions(const json::object& output) {
    std::vector<std::string> ids;
    const auto* versions = output.if_contains("Versions");
    if (versions == nullptr) return ids;
    for (const json::value& version : versions->as_array()) {
        if (!version.at("IsDefaultVersion").as_bool()) {
            ids.emplace_back(version.at("VersionId").as_string());
        }
    }
    std::reverse(ids.begin(), ids.end());
    return ids;
}

aws::Reply<aws::ResourceSteps> ManagedPolicyResource::create(const aws::ResourceContext& context,
                                                             const Properties& properties) {
    json::object input = {{"PolicyName", name(context, properties)},
                          {"PolicyDocument", document_text(properties.policy_document)}};
    if (properties.path) input["Path"] = *properties.path;
    if (properties.description) input["Description"] = *properties.description;
    aws::ResourceSteps steps;
    steps.push_back(step("CreatePolicy", std::move(input), {"EntityAlreadyExists"}));
    for (const std::string& role : properties.roles)
        steps.push_back(attach(role, context.physical_id));
    return steps;
}

// Another document is another version; the one before it goes, so that five are never reached.
void add_version(aws::ResourceSteps& steps, const std::string& arn, std::string document) {
    steps.push_back(step(
        "CreatePolicyVersion",
        {{"PolicyArn", arn}, {"PolicyDocument", std::move(document)}, {"SetAsDefault", true}}));
    steps.push_back(step("ListPolicyVersions", {{"PolicyArn", arn}}));
    aws::ResourceStep drop = step("DeletePolicyVersion", {{"PolicyArn", arn}}, gone);
    drop.complete = [](std::span<const json::object> outputs, json::object& input) {
        const auto versions = other_versions(outputs.back());
        input["VersionId"] = versions.empty() ? no_version : versions.front();
    };
    steps.push_back(std::move(drop));
}

aws::Reply<aws::ResourceSteps> ManagedPolicyResource::update(const aws::ResourceContext& context,
                                                             const Properties& before,
                                                             const Properties& after) {
    const std::string& arn = context.physical_id;
    aws::ResourceSteps steps;
    std::string document = document_text(after.policy_document);
    if (document != document_text(before.policy_document)) {
        add_version(steps, arn, std::move(document));
    }
    for (const std::string& role : missing(before.roles, after.roles))
        steps.push_back(detach(role, arn));
    for (const std::string& role : missing(after.roles, before.roles))
        steps.push_back(attach(role, arn));
    return steps;
}

aws::ResourceSteps ManagedPolicyResource::remove(const aws::ResourceContext& context,
                                                 const Properties& properties) {
    const std::string& arn = context.physical_id;
    aws::ResourceSteps steps;
    // The versions come first: `complete` finds their list at the beginning of the outputs.
    steps.push_back(step("ListPolicyVersions", {{"PolicyArn", arn}}, gone));
    for (std::size_t i = 1; i < policy_versions_max; ++i) {
        aws::ResourceStep drop = step("DeletePolicyVersion", {{"PolicyArn", arn}}, gone);
        drop.complete = [](std::span<const json::object> outputs, json::object& input) {
            const auto versions = other_versions(outputs.front());
            const std::size_t nth = outputs.size() - 1;
            input["VersionId"] = nth < versions.size() ? versions[nth] : no_version;
        };
        steps.push_back(std::move(drop));
    }
    for (const std::string& role : properties.roles)
        steps.push_back(detach(role, arn));
    steps.push_back(step("DeletePolicy", {{"PolicyArn", arn}}, gone));
    return steps;
}

json::object ManagedPolicyResource::describe(const aws::ResourceContext&, const Properties&,
                                             const aws::ResourceOutputs& outputs) {
    const auto& policy = outputs[0].at("Policy").as_object();
    json::object out = {{"PolicyArn", policy.at("Arn")}};
    for (const char* name : {"PolicyId", "DefaultVersionId", "AttachmentCount", "IsAttachable",
                             "PermissionsBoundaryUsageCount"}) {
        out[name] = policy.at(name);
    }
    for (const char* name : {"CreateDate", "UpdateDate"}) {
        const double seconds = policy.at(name).to_number<double>();
        out[name] = wire::format_iso8601({static_cast<std::int64_t>(seconds) * 1000});
    }
    return out;
}

}  // namespace

constinit const aws::ResourceType managed_policy_resource =
    aws::resource_type<ManagedPolicyResource>("AWS::IAM::ManagedPolicy");

}  // namespace iam

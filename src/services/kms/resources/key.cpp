// AWS::KMS::Key. Source: CloudFormation's resource reference. Its id comes from the stack's token,
// so that a deployment that was cut off finds its key again. Deleting it schedules the deletion.
// Not here: multi-Region keys, imported material.
#include <boost/json/array.hpp>

#include "aws/resource_type.h"
#include "services/kms/key_policy.h"
#include "services/kms/kms.h"

namespace kms {
namespace {

namespace json = boost::json;

struct KeyResource {
    struct Properties {
        std::optional<shape::Document> key_policy;
        std::optional<std::string> description;
        std::optional<bool> enabled;
        std::optional<bool> enable_key_rotation;
        std::optional<std::int32_t> rotation_period_in_days;
        std::optional<std::int32_t> pending_window_in_days;
        std::optional<std::string> key_spec;
        std::optional<std::string> key_usage;
        std::optional<std::string> origin;
        std::optional<bool> bypass_policy_lockout_safety_check;
        std::vector<aws::Tag> tags;
        static constexpr auto members() {
            using P = Properties;
            return std::tuple{aws::member("KeyPolicy", &P::key_policy),
                              aws::member("Description", &P::description),
                              aws::member("Enabled", &P::enabled),
                              aws::member("EnableKeyRotation", &P::enable_key_rotation),
                              aws::member("RotationPeriodInDays", &P::rotation_period_in_days),
                              aws::member("PendingWindowInDays", &P::pending_window_in_days),
                              aws::member("KeySpec", &P::key_spec, {.replaces = true}),
                              aws::member("KeyUsage", &P::key_usage, {.replaces = true}),
                              aws::member("Origin", &P::origin, {.replaces = true}),
                              aws::member("BypassPolicyLockoutSafetyCheck",
                                          &P::bypass_policy_lockout_safety_check),
                              aws::member("Tags", &P::tags)};
        }
    };
    static constexpr std::string_view attributes[] = {"Arn", "KeyId"};

    static std::string identify(const aws::ResourceContext& context, const Properties&) {
        return aws::uuid_of_token(context.token);
    }
    static aws::Reply<aws::ResourceSteps> create(const aws::ResourceContext& context,
                                                 const Properties& properties);
    static aws::Reply<aws::ResourceSteps> update(const aws::ResourceContext& context,
                                                 const Properties& before, const Properties& after);
    static aws::ResourceSteps remove(const aws::ResourceContext& context,
                                     const Properties& properties);
    static aws::ResourceSteps read(const aws::ResourceContext& context, const Properties&);
    static json::object describe(const aws::ResourceContext&, const Properties&,
                                 const aws::ResourceOutputs& outputs);
};

using Properties = KeyResource::Properties;

aws::ResourceStep step(const aws::ResourceContext& context, std::string operation,
                       json::object input = {}, std::vector<std::string> done_codes = {}) {
    input["KeyId"] = context.physical_id;
    return {"kms", std::move(operation), std::move(input), std::move(done_codes)};
}

json::array to_json(const std::map<std::string, std::string>& tags) {
    json::array out;
    for (const auto& [key, value] : tags) {
        out.push_back(json::object{{"TagKey", key}, {"TagValue", value}});
    }
    return out;
}

void add_rotation(aws::ResourceSteps& steps, const aws::ResourceContext& context,
                  const Properties& properties, std::vector<std::string> done_codes = {}) {
    json::object input;
    if (properties.rotation_period_in_days) {
        input["RotationPeriodInDays"] = *properties.rotation_period_in_days;
    }
    steps.push_back(step(context, "EnableKeyRotation", std::move(input), std::move(done_codes)));
}

aws::Reply<aws::ResourceSteps> KeyResource::create(const aws::ResourceContext& context,
                                                   const Properties& properties) {
    json::object input;
    if (properties.key_policy) input["Policy"] = properties.key_policy->json;
    if (properties.description) input["Description"] = *properties.description;
    if (properties.key_spec) input["KeySpec"] = *properties.key_spec;
    if (properties.key_usage) input["KeyUsage"] = *properties.key_usage;
    if (properties.origin) input["Origin"] = *properties.origin;
    if (properties.bypass_policy_lockout_safety_check) {
        input["BypassPolicyLockoutSafetyCheck"] = *properties.bypass_policy_lockout_safety_check;
    }
    const auto tags = aws::merge_tags(context, properties.tags);
    if (!tags.empty()) input["Tags"] = to_json(tags);
    aws::ResourceSteps steps;
    steps.push_back({"kms", "CreateKey", std::move(input)});
    // Before the key is disabled: a disabled key takes no rotation. On a second run it may be.
    if (properties.enable_key_rotation.value_or(false)) {
        add_rotation(steps, context, properties, {"DisabledException"});
    }
    if (!properties.enabled.value_or(true)) steps.push_back(step(context, "DisableKey"));
    return steps;
}

aws::Reply<aws::ResourceSteps> KeyResource::update(const aws::ResourceContext& context,
                                                   const Properties& before,
                                                   const Properties& after) {
    aws::ResourceSteps steps;
    const bool enabled = after.enabled.value_or(true);
    if (enabled && !before.enabled.value_or(true)) steps.push_back(step(context, "EnableKey"));
    if (before.key_policy != after.key_policy) {
        json::object input{{"Policy", after.key_policy ? after.key_policy->json
                                                       : default_policy(context.account)}};
        if (after.bypass_policy_lockout_safety_check) {
            input["BypassPolicyLockoutSafetyCheck"] = *after.bypass_policy_lockout_safety_check;
        }
        steps.push_back(step(context, "PutKeyPolicy", std::move(input)));
    }
    if (before.description != after.description) {
        steps.push_back(step(context, "UpdateKeyDescription",
                             {{"Description", after.description.value_or("")}}));
    }
    const bool rotates = after.enable_key_rotation.value_or(false);
    if (rotates && (!before.enable_key_rotation.value_or(false) ||
                    before.rotation_period_in_days != after.rotation_period_in_days)) {
        add_rotation(steps, context, after);
    }
    if (!rotates && before.enable_key_rotation.value_or(false)) {
        steps.push_back(step(context, "DisableKeyRotation"));
    }
    const auto changes = aws::change_tags(context, before.tags, after.tags);
    if (!changes.removed.empty()) {
        steps.push_back(
            step(context, "UntagResource",
                 {{"TagKeys", json::array(changes.removed.begin(), changes.removed.end())}}));
    }
    if (!changes.set.empty()) {
        steps.push_back(step(context, "TagResource", {{"Tags", to_json(changes.set)}}));
    }
    if (!enabled && before.enabled.value_or(true)) steps.push_back(step(context, "DisableKey"));
    return steps;
}

aws::ResourceSteps KeyResource::remove(const aws::ResourceContext& context,
                                       const Properties& properties) {
    json::object input;
    if (properties.pending_window_in_days) {
        input["PendingWindowInDays"] = *properties.pending_window_in_days;
    }
    return {step(context, "ScheduleKeyDeletion", std::move(input),
                 {"NotFoundException", "KMSInvalidStateException"})};
}

aws::ResourceSteps KeyResource::read(const aws::ResourceContext& context, const Properties&) {
    return {step(context, "DescribeKey", {}, {"NotFoundException"})};
}

json::object KeyResource::describe(const aws::ResourceContext&, const Properties&,
                                   const aws::ResourceOutputs& outputs) {
    const auto& metadata = outputs[0].at("KeyMetadata").as_object();
    return {{"Arn", metadata.at("Arn")}, {"KeyId", metadata.at("KeyId")}};
}

}  // namespace

constinit const aws::ResourceType key_resource = aws::resource_type<KeyResource>("AWS::KMS::Key");

}  // namespace kms

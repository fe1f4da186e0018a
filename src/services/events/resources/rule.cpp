// AWS::Events::Rule with its targets. Source: CloudFormation's resource reference. Not here: event
// patterns, other buses, dead-letter queues and what is for targets that are not functions.
#include <algorithm>
#include <boost/json/array.hpp>

#include "aws/json_values.h"
#include "aws/resource_type.h"
#include "services/events/events.h"
#include "services/events/shapes.h"

namespace events {
namespace {

namespace json = boost::json;

struct TargetProperties {
    std::string id;
    std::string arn;
    std::optional<std::string> role_arn;
    std::optional<std::string> input;
    std::optional<std::string> input_path;
    std::optional<InputTransformer> transformer;
    std::optional<RetryPolicy> retry;
    static constexpr auto members() {
        using T = TargetProperties;
        return std::tuple{aws::member("Id", &T::id, {.required = true}),
                          aws::member("Arn", &T::arn, {.required = true}),
                          aws::member("RoleArn", &T::role_arn),
                          aws::member("Input", &T::input),
                          aws::member("InputPath", &T::input_path),
                          aws::member("InputTransformer", &T::transformer),
                          aws::member("RetryPolicy", &T::retry)};
    }
};

struct RuleResource {
    struct Properties {
        std::optional<std::string> name;
        std::optional<std::string> description;
        std::optional<std::string> bus;
        std::optional<std::string> role_arn;
        std::optional<std::string> schedule;
        std::optional<std::string> state;
        std::vector<TargetProperties> targets;
        std::vector<aws::Tag> tags;
        static constexpr auto members() {
            using P = Properties;
            return std::tuple{aws::member("Name", &P::name, {.replaces = true}),
                              aws::member("Description", &P::description),
                              aws::member("EventBusName", &P::bus, {.replaces = true}),
                              aws::member("RoleArn", &P::role_arn),
                              aws::member("ScheduleExpression", &P::schedule),
                              aws::member("State", &P::state),
                              aws::member("Targets", &P::targets),
                              aws::member("Tags", &P::tags)};
        }
    };
    static constexpr std::string_view attributes[] = {"Arn"};

    static std::string identify(const aws::ResourceContext& context, const Properties& properties) {
        return properties.name ? *properties.name : aws::generated_name(context, 64);
    }
    static aws::Reply<aws::ResourceSteps> create(const aws::ResourceContext& context,
                                                 const Properties& properties);
    static aws::Reply<aws::ResourceSteps> update(const aws::ResourceContext& context,
                                                 const Properties& before, const Properties& after);
    static aws::ResourceSteps remove(const aws::ResourceContext& context,
                                     const Properties& properties);
    static aws::ResourceSteps read(const aws::ResourceContext& context,
                                   const Properties& properties);
    static json::object describe(const aws::ResourceContext&, const Properties&,
                                 const aws::ResourceOutputs& outputs);
};

using Properties = RuleResource::Properties;

constexpr const char* not_found = "ResourceNotFoundException";

// `name_member` is how the operation calls the rule's name: "Name" or "Rule".
aws::ResourceStep step(const aws::ResourceContext& context, const Properties& properties,
                       std::string operation, const char* name_member, json::object input = {},
                       std::vector<std::string> done_codes = {}) {
    input[name_member] = context.physical_id;
    if (properties.bus) input["EventBusName"] = *properties.bus;
    return {"events", std::move(operation), std::move(input), std::move(done_codes)};
}

json::array to_list(const std::map<std::string, std::string>& tags) {
    json::array out;
    for (const auto& [key, value] : tags)
        out.push_back({{"Key", key}, {"Value", value}});
    return out;
}

json::object rule_input(const Properties& properties) {
    json::object input = aws::to_json(properties);
    input.erase("Targets");
    input.erase("Tags");
    return input;
}

// PutTargets tells what it could not put in its answer.
aws::Reply<aws::Settled> all_are_put(const json::object& output) {
    if (output.at("FailedEntryCount") == 0) return aws::Settled::yes;
    const json::value& failed = output.at("FailedEntries").at(0);
    return aws::Fault(std::string(failed.at("ErrorCode").as_string()),
                      std::string(failed.at("ErrorMessage").as_string()));
}

void add_targets(aws::ResourceSteps& steps, const aws::ResourceContext& context,
                 const Properties& properties) {
    if (properties.targets.empty()) return;
    json::array targets;
    for (const TargetProperties& target : properties.targets)
        targets.push_back(aws::to_json(target));
    steps.push_back(
        step(context, properties, "PutTargets", "Rule", {{"Targets", std::move(targets)}}));
    steps.back().settled = &all_are_put;
}

aws::Reply<aws::ResourceSteps> RuleResource::create(const aws::ResourceContext& context,
                                                    const Properties& properties) {
    json::object input = rule_input(properties);
    const auto tags = aws::merge_tags(context, properties.tags);
    if (!tags.empty()) input["Tags"] = to_list(tags);
    aws::ResourceSteps steps;
    steps.push_back(step(context, properties, "PutRule", "Name", std::move(input)));
    add_targets(steps, context, properties);
    return steps;
}

aws::Reply<aws::ResourceSteps> RuleResource::update(const aws::ResourceContext& context,
                                                    const Properties& before,
                                                    const Properties& after) {
    aws::ResourceSteps steps;
    steps.push_back(step(context, after, "PutRule", "Name", rule_input(after)));
    json::array gone;
    for (const TargetProperties& target : before.targets) {
        const bool stays =
            std::any_of(after.targets.begin(), after.targets.end(),
                        [&](const TargetProperties& one) { return one.id == target.id; });
        if (!stays) gone.push_back(json::string(target.id));
    }
    if (!gone.empty()) {
        steps.push_back(step(context, after, "RemoveTargets", "Rule", {{"Ids", std::move(gone)}}));
    }
    add_targets(steps, context, after);
    const std::string arn =
        aws::make_arn("events", context.region, context.account, "rule/" + context.physical_id);
    const auto changes = aws::change_tags(context, before.tags, after.tags);
    if (!changes.removed.empty()) {
        steps.push_back(
            {"events",
             "UntagResource",
             {{"ResourceARN", arn},
              {"TagKeys", json::array(changes.removed.begin(), changes.removed.end())}}});
    }
    if (!changes.set.empty()) {
        steps.push_back(
            {"events", "TagResource", {{"ResourceARN", arn}, {"Tags", to_list(changes.set)}}});
    }
    return steps;
}

// Targets that somebody added beside the stack go with the rule.
void take_targets(std::span<const json::object> outputs, json::object& input) {
    const json::value* listed = outputs[0].if_contains("Targets");
    if (listed == nullptr) return;
    json::array& ids = input["Ids"].as_array();
    for (const json::value& target : listed->as_array()) {
        const json::value& id = target.at("Id");
        if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
    }
}

aws::ResourceSteps RuleResource::remove(const aws::ResourceContext& context,
                                        const Properties& properties) {
    aws::ResourceSteps steps;
    if (!properties.targets.empty()) {
        json::array ids;
        for (const TargetProperties& target : properties.targets)
            ids.push_back(json::string(target.id));
        steps.push_back(step(context, properties, "ListTargetsByRule", "Rule", {}, {not_found}));
        steps.push_back(step(context, properties, "RemoveTargets", "Rule",
                             {{"Ids", std::move(ids)}}, {not_found}));
        steps.back().complete = &take_targets;
    }
    steps.push_back(step(context, properties, "DeleteRule", "Name", {}, {not_found}));
    return steps;
}

aws::ResourceSteps RuleResource::read(const aws::ResourceContext& context,
                                      const Properties& properties) {
    return {step(context, properties, "DescribeRule", "Name", {}, {not_found})};
}

json::object RuleResource::describe(const aws::ResourceContext&, const Properties&,
                                    const aws::ResourceOutputs& outputs) {
    return {{"Arn", outputs[0].at("Arn")}};
}

}  // namespace

constinit const aws::ResourceType rule_resource =
    aws::resource_type<RuleResource>("AWS::Events::Rule");

}  // namespace events

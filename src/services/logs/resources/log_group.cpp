// AWS::Logs::LogGroup. Source: CloudFormation's resource reference. Not here: KMS keys (everything
// is encrypted with the server's own), deletion protection, data protection and index policies.
#include <boost/json/array.hpp>

#include "aws/resource_type.h"
#include "services/logs/logs.h"

namespace logs {
namespace {

namespace json = boost::json;

struct LogGroupResource {
    struct Properties {
        std::optional<std::string> name;
        std::optional<std::int32_t> retention_days;
        std::optional<std::string> group_class;
        std::vector<aws::Tag> tags;
        static constexpr auto members() {
            using P = Properties;
            return std::tuple{aws::member("LogGroupName", &P::name, {.replaces = true}),
                              aws::member("RetentionInDays", &P::retention_days),
                              aws::member("LogGroupClass", &P::group_class),
                              aws::member("Tags", &P::tags)};
        }
    };
    static constexpr std::string_view attributes[] = {"Arn"};

    static std::string identify(const aws::ResourceContext& context, const Properties& properties) {
        return properties.name ? *properties.name : aws::generated_name(context, 512);
    }
    static aws::Reply<aws::ResourceSteps> create(const aws::ResourceContext& context,
                                                 const Properties& properties);
    static aws::Reply<aws::ResourceSteps> update(const aws::ResourceContext& context,
                                                 const Properties& before, const Properties& after);
    static aws::ResourceSteps remove(const aws::ResourceContext& context, const Properties&);
    static aws::ResourceSteps read(const aws::ResourceContext& context, const Properties&);
    static json::object describe(const aws::ResourceContext& context, const Properties&,
                                 const aws::ResourceOutputs&);
    static bool present(const aws::ResourceContext& context, const Properties&,
                        const json::object& output);
};

std::string arn_of(const aws::ResourceContext& context) {
    return aws::make_arn("logs", context.region, context.account,
                         "log-group:" + context.physical_id);
}

aws::ResourceStep step(const aws::ResourceContext& context, std::string operation,
                       json::object input = {}, std::vector<std::string> done_codes = {}) {
    input["logGroupName"] = context.physical_id;
    return {"logs", std::move(operation), std::move(input), std::move(done_codes)};
}

json::object to_object(const std::map<std::string, std::string>& tags) {
    json::object out;
    for (const auto& [key, value] : tags)
        out[key] = value;
    return out;
}

aws::Reply<aws::ResourceSteps> LogGroupResource::create(const aws::ResourceContext& context,
                                                        const Properties& properties) {
    json::object input;
    if (properties.group_class) input["logGroupClass"] = *properties.group_class;
    const auto tags = aws::merge_tags(context, properties.tags);
    if (!tags.empty()) input["tags"] = to_object(tags);
    aws::ResourceSteps steps;
    steps.push_back(
        step(context, "CreateLogGroup", std::move(input), {"ResourceAlreadyExistsException"}));
    if (properties.retention_days) {
        steps.push_back(
            step(context, "PutRetentionPolicy", {{"retentionInDays", *properties.retention_days}}));
    }
    return steps;
}

aws::Reply<aws::ResourceSteps> LogGroupResource::update(const aws::ResourceContext& context,
                                                        const Properties& before,
                                                        const Properties& after) {
    const std::string standard = "STANDARD";
    if (before.group_class.value_or(standard) != after.group_class.value_or(standard)) {
        return aws::Fault("InvalidParameterException",
                          "LogGroupClass can not be changed once the log group is created");
    }
    aws::ResourceSteps steps;
    if (after.retention_days && after.retention_days != before.retention_days) {
        steps.push_back(
            step(context, "PutRetentionPolicy", {{"retentionInDays", *after.retention_days}}));
    }
    if (!after.retention_days && before.retention_days) {
        steps.push_back(step(context, "DeleteRetentionPolicy"));
    }
    const auto changes = aws::change_tags(context, before.tags, after.tags);
    if (!changes.removed.empty()) {
        steps.push_back(
            {"logs",
             "UntagResource",
             {{"resourceArn", arn_of(context)},
              {"tagKeys", json::array(changes.removed.begin(), changes.removed.end())}}});
    }
    if (!changes.set.empty()) {
        steps.push_back({"logs",
                         "TagResource",
                         {{"resourceArn", arn_of(context)}, {"tags", to_object(changes.set)}}});
    }
    return steps;
}

aws::ResourceSteps LogGroupResource::remove(const aws::ResourceContext& context,
                                            const Properties&) {
    return {step(context, "DeleteLogGroup", {}, {"ResourceNotFoundException"})};
}

// Of the groups whose names begin with this one's, it is the first.
aws::ResourceSteps LogGroupResource::read(const aws::ResourceContext& context, const Properties&) {
    return {
        {"logs", "DescribeLogGroups", {{"logGroupNamePrefix", context.physical_id}, {"limit", 1}}}};
}

bool LogGroupResource::present(const aws::ResourceContext& context, const Properties&,
                               const json::object& output) {
    const json::array& groups = output.at("logGroups").as_array();
    return !groups.empty() && groups[0].at("logGroupName") == json::string(context.physical_id);
}

json::object LogGroupResource::describe(const aws::ResourceContext& context, const Properties&,
                                        const aws::ResourceOutputs&) {
    return {{"Arn", arn_of(context) + ":*"}};
}

}  // namespace

constinit const aws::ResourceType log_group_resource =
    aws::resource_type<LogGroupResource>("AWS::Logs::LogGroup");

}  // namespace logs

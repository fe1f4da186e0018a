// AWS::SSM::Parameter. Source: CloudFormation's resource reference. SecureString is not for
// templates at AWS either; policies and the advanced tier are not here.
#include <boost/json/array.hpp>

#include "aws/resource_type.h"
#include "services/ssm/ssm.h"

namespace ssm {
namespace {

namespace json = boost::json;

struct ParameterResource {
    struct Properties {
        std::string type;
        std::string value;
        std::optional<std::string> name;
        std::optional<std::string> description;
        std::optional<std::string> allowed_pattern;
        std::optional<std::string> data_type;
        std::optional<std::string> tier;
        std::map<std::string, std::string> tags;
        static constexpr auto members() {
            using P = Properties;
            return std::tuple{aws::member("Type", &P::type, {.required = true}),
                              aws::member("Value", &P::value, {.required = true}),
                              aws::member("Name", &P::name, {.replaces = true}),
                              aws::member("Description", &P::description),
                              aws::member("AllowedPattern", &P::allowed_pattern),
                              aws::member("DataType", &P::data_type),
                              aws::member("Tier", &P::tier),
                              aws::member("Tags", &P::tags)};
        }
    };
    static constexpr std::string_view attributes[] = {"Type", "Value"};

    static std::string identify(const aws::ResourceContext& context, const Properties& properties) {
        return properties.name ? *properties.name
                               : "CFN-" + aws::generated_name(context, name_length_max - 4);
    }
    static aws::Reply<aws::ResourceSteps> create(const aws::ResourceContext& context,
                                                 const Properties& properties);
    static aws::Reply<aws::ResourceSteps> update(const aws::ResourceContext& context,
                                                 const Properties& before, const Properties& after);
    static aws::ResourceSteps remove(const aws::ResourceContext& context, const Properties&) {
        return {{"ssm", "DeleteParameter", {{"Name", context.physical_id}}, {"ParameterNotFound"}}};
    }
    static aws::ResourceSteps read(const aws::ResourceContext& context, const Properties&);
    static json::object describe(const aws::ResourceContext&, const Properties&,
                                 const aws::ResourceOutputs& outputs) {
        const auto& parameter = outputs[1].at("Parameter").as_object();
        return {{"Type", parameter.at("Type")}, {"Value", parameter.at("Value")}};
    }
};

using Properties = ParameterResource::Properties;

json::array to_json(const std::map<std::string, std::string>& tags) {
    json::array out;
    for (const auto& [key, value] : tags) {
        out.push_back(json::object{{"Key", key}, {"Value", value}});
    }
    return out;
}

aws::Reply<json::object> put_input(const aws::ResourceContext& context,
                                   const Properties& properties) {
    if (properties.type == "SecureString") {
        return aws::Fault("ValidationError",
                          "CloudFormation doesn't support creating a SecureString parameter type.");
    }
    json::object input{
        {"Name", context.physical_id}, {"Type", properties.type}, {"Value", properties.value}};
    if (properties.data_type) input["DataType"] = *properties.data_type;
    if (properties.tier) input["Tier"] = *properties.tier;
    return input;
}

aws::Reply<aws::ResourceSteps> ParameterResource::create(const aws::ResourceContext& context,
                                                         const Properties& properties) {
    TRY(input, put_input(context, properties));
    if (properties.description) input["Description"] = *properties.description;
    if (properties.allowed_pattern) input["AllowedPattern"] = *properties.allowed_pattern;
    const auto tags = aws::merge_tags(context, properties.tags);
    if (!tags.empty()) input["Tags"] = to_json(tags);
    return aws::ResourceSteps{
        {"ssm", "PutParameter", std::move(input), {"ParameterAlreadyExists"}}};
}

aws::Reply<aws::ResourceSteps> ParameterResource::update(const aws::ResourceContext& context,
                                                         const Properties& before,
                                                         const Properties& after) {
    aws::ResourceSteps steps;
    if (before.type != after.type || before.value != after.value ||
        before.description != after.description ||
        before.allowed_pattern != after.allowed_pattern || before.data_type != after.data_type ||
        before.tier != after.tier) {
        TRY(input, put_input(context, after));
        input["Overwrite"] = true;
        // What an overwrite leaves out stays: what the template no longer has is emptied.
        input["Description"] = after.description.value_or("");
        input["AllowedPattern"] = after.allowed_pattern.value_or("");
        steps.push_back({"ssm", "PutParameter", std::move(input)});
    }
    const auto changes = aws::change_tags(context, before.tags, after.tags);
    const json::object tagged{{"ResourceType", "Parameter"}, {"ResourceId", context.physical_id}};
    if (!changes.removed.empty()) {
        json::object input = tagged;
        input["TagKeys"] = json::array(changes.removed.begin(), changes.removed.end());
        steps.push_back({"ssm", "RemoveTagsFromResource", std::move(input)});
    }
    if (!changes.set.empty()) {
        json::object input = tagged;
        input["Tags"] = to_json(changes.set);
        steps.push_back({"ssm", "AddTagsToResource", std::move(input)});
    }
    return steps;
}

// The tags first: the bootstrap version, which is there although nobody made it, has none, so that
// the bootstrap stack makes its own.
aws::ResourceSteps ParameterResource::read(const aws::ResourceContext& context, const Properties&) {
    return {{"ssm",
             "ListTagsForResource",
             {{"ResourceType", "Parameter"}, {"ResourceId", context.physical_id}},
             {"InvalidResourceId"}},
            {"ssm", "GetParameter", {{"Name", context.physical_id}}}};
}

}  // namespace

constinit const aws::ResourceType parameter_resource =
    aws::resource_type<ParameterResource>("AWS::SSM::Parameter");

}  // namespace ssm

// AWS::Athena::WorkGroup. Source: CloudFormation's resource reference. Not here: the deprecated
// WorkGroupConfigurationUpdates, and what the service has not (Spark, managed results, …).
#include <boost/json/array.hpp>

#include "aws/json_values.h"
#include "aws/resource_type.h"
#include "services/athena/athena.h"
#include "services/athena/faults.h"

namespace athena {
namespace {

namespace json = boost::json;

struct EncryptionProperties {
    std::string option;
    std::optional<std::string> key;
    static constexpr auto members() {
        using E = EncryptionProperties;
        return std::tuple{aws::member("EncryptionOption", &E::option, {.required = true}),
                          aws::member("KmsKey", &E::key)};
    }
};
struct AclProperties {
    std::string option;
    static constexpr auto members() {
        return std::tuple{aws::member("S3AclOption", &AclProperties::option, {.required = true})};
    }
};
struct ResultProperties {
    std::optional<std::string> output_location;
    std::optional<EncryptionProperties> encryption;
    std::optional<std::string> expected_bucket_owner;
    std::optional<AclProperties> acl;
    static constexpr auto members() {
        using R = ResultProperties;
        return std::tuple{aws::member("OutputLocation", &R::output_location),
                          aws::member("EncryptionConfiguration", &R::encryption),
                          aws::member("ExpectedBucketOwner", &R::expected_bucket_owner),
                          aws::member("AclConfiguration", &R::acl)};
    }
};
struct EngineVersionProperties {
    std::optional<std::string> selected;
    static constexpr auto members() {
        return std::tuple{aws::member("SelectedEngineVersion", &EngineVersionProperties::selected)};
    }
};
struct ConfigurationProperties {
    std::optional<ResultProperties> result;
    std::optional<bool> enforced;
    std::optional<bool> publishes_metrics;
    std::optional<std::int64_t> scanned_bytes_max;
    std::optional<bool> requester_pays;
    std::optional<EngineVersionProperties> version;
    static constexpr auto members() {
        using C = ConfigurationProperties;
        return std::tuple{aws::member("ResultConfiguration", &C::result),
                          aws::member("EnforceWorkGroupConfiguration", &C::enforced),
                          aws::member("PublishCloudWatchMetricsEnabled", &C::publishes_metrics),
                          aws::member("BytesScannedCutoffPerQuery", &C::scanned_bytes_max),
                          aws::member("RequesterPaysEnabled", &C::requester_pays),
                          aws::member("EngineVersion", &C::version)};
    }
};

struct WorkGroupResource {
    struct Properties {
        std::string name;
        std::optional<std::string> description;
        std::optional<std::string> state;
        std::optional<bool> recursive_delete;
        std::optional<ConfigurationProperties> configuration;
        std::vector<aws::Tag> tags;
        static constexpr auto members() {
            using P = Properties;
            return std::tuple{aws::member("Name", &P::name, {.required = true, .replaces = true}),
                              aws::member("Description", &P::description),
                              aws::member("State", &P::state),
                              aws::member("RecursiveDeleteOption", &P::recursive_delete),
                              aws::member("WorkGroupConfiguration", &P::configuration),
                              aws::member("Tags", &P::tags)};
        }
    };
    static constexpr std::string_view attributes[] = {"CreationTime"};

    static std::string identify(const aws::ResourceContext&, const Properties& properties) {
        return properties.name;
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

aws::ResourceStep step(std::string operation, json::object input,
                       std::vector<std::string> done_codes = {}) {
    return {"athena", std::move(operation), std::move(input), std::move(done_codes)};
}

json::array to_list(const std::map<std::string, std::string>& tags) {
    json::array out;
    for (const auto& [key, value] : tags)
        out.push_back({{"Key", key}, {"Value", value}});
    return out;
}

aws::Reply<aws::ResourceSteps> WorkGroupResource::create(const aws::ResourceContext& context,
                                                         const Properties& properties) {
    json::object input = {{"Name", context.physical_id}};
    if (properties.description) input["Description"] = *properties.description;
    if (properties.configuration) {
        input["Configuration"] = aws::to_json(*properties.configuration);
    }
    const auto tags = aws::merge_tags(context, properties.tags);
    if (!tags.empty()) input["Tags"] = to_list(tags);
    aws::ResourceSteps steps;
    steps.push_back(step("CreateWorkGroup", std::move(input), {faults::group_exists}));
    if (properties.state.value_or(group_enabled) != group_enabled) {
        steps.push_back(step("UpdateWorkGroup",
                             {{"WorkGroup", context.physical_id}, {"State", *properties.state}}));
    }
    return steps;
}

// What is not in the template any more is removed, or takes the default of a new group.
json::object result_updates(const ResultProperties& result) {
    json::object out = aws::to_json(result);
    for (const char* name :
         {"OutputLocation", "EncryptionConfiguration", "ExpectedBucketOwner", "AclConfiguration"}) {
        if (!out.contains(name)) out[std::string("Remove") + name] = true;
    }
    return out;
}

json::object configuration_updates(const ConfigurationProperties& configuration) {
    json::object out = aws::to_json(configuration);
    out.erase("ResultConfiguration");
    out["ResultConfigurationUpdates"] =
        result_updates(configuration.result.value_or(ResultProperties()));
    const WorkGroupRow defaults;
    out["EnforceWorkGroupConfiguration"] = configuration.enforced.value_or(defaults.enforced);
    out["PublishCloudWatchMetricsEnabled"] =
        configuration.publishes_metrics.value_or(defaults.publishes_metrics);
    if (!configuration.scanned_bytes_max) out["RemoveBytesScannedCutoffPerQuery"] = true;
    if (!configuration.version || !configuration.version->selected) {
        out["EngineVersion"] = json::object{{"SelectedEngineVersion", defaults.engine_version}};
    }
    return out;
}

aws::Reply<aws::ResourceSteps> WorkGroupResource::update(const aws::ResourceContext& context,
                                                         const Properties& before,
                                                         const Properties& after) {
    const std::string arn = aws::make_arn("athena", context.region, context.account,
                                          "workgroup/" + context.physical_id);
    aws::ResourceSteps steps;
    steps.push_back(
        step("UpdateWorkGroup",
             {{"WorkGroup", context.physical_id},
              {"Description", after.description.value_or("")},
              {"State", after.state.value_or(group_enabled)},
              {"ConfigurationUpdates",
               configuration_updates(after.configuration.value_or(ConfigurationProperties()))}}));
    const auto changes = aws::change_tags(context, before.tags, after.tags);
    if (!changes.removed.empty()) {
        steps.push_back(step("UntagResource", {{"ResourceARN", arn},
                                               {"TagKeys", json::array(changes.removed.begin(),
                                                                       changes.removed.end())}}));
    }
    if (!changes.set.empty()) {
        steps.push_back(
            step("TagResource", {{"ResourceARN", arn}, {"Tags", to_list(changes.set)}}));
    }
    return steps;
}

aws::ResourceSteps WorkGroupResource::remove(const aws::ResourceContext& context,
                                             const Properties& properties) {
    return {step("DeleteWorkGroup",
                 {{"WorkGroup", context.physical_id},
                  {"RecursiveDeleteOption", properties.recursive_delete.value_or(false)}},
                 {faults::group_not_found})};
}

aws::ResourceSteps WorkGroupResource::read(const aws::ResourceContext& context, const Properties&) {
    return {step("GetWorkGroup", {{"WorkGroup", context.physical_id}}, {faults::group_not_found})};
}

// CreationTime: "1582761016", UNIX time in seconds.
json::object WorkGroupResource::describe(const aws::ResourceContext&, const Properties&,
                                         const aws::ResourceOutputs& outputs) {
    const json::object& group = outputs[0].at("WorkGroup").as_object();
    const json::value* created = group.if_contains("CreationTime");
    const double seconds = created != nullptr ? created->to_number<double>() : 0;
    return {{"CreationTime", std::to_string(static_cast<std::int64_t>(seconds))}};
}

}  // namespace

constinit const aws::ResourceType work_group_resource =
    aws::resource_type<WorkGroupResource>("AWS::Athena::WorkGroup");

}  // namespace athena

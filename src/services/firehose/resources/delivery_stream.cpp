// AWS::KinesisFirehose::DeliveryStream, to S3. Source: CloudFormation's resource reference. Not
// here: other sources and destinations, encryption with KMS keys, backup and format conversion.
#include <boost/json/array.hpp>

#include "aws/json_values.h"
#include "aws/resource_type.h"
#include "services/firehose/firehose.h"
#include "services/firehose/shapes.h"

namespace firehose {
namespace {

namespace json = boost::json;

struct StreamSourceProperties {
    std::string stream_arn;
    std::string role_arn;
    static constexpr auto members() {
        using S = StreamSourceProperties;
        return std::tuple{aws::member("KinesisStreamARN", &S::stream_arn, {.required = true}),
                          aws::member("RoleARN", &S::role_arn, {.required = true})};
    }
};

struct DirectPutProperties {
    std::optional<std::int32_t> throughput_hint_mbs;
    static constexpr auto members() {
        return std::tuple{
            aws::member("ThroughputHintInMBs", &DirectPutProperties::throughput_hint_mbs)};
    }
};

struct DeliveryStreamResource {
    struct Properties {
        std::optional<std::string> name;
        std::optional<std::string> type;
        std::optional<DirectPutProperties> direct_put;
        std::optional<StreamSourceProperties> kinesis;
        std::optional<S3Configuration> s3;
        std::optional<ExtendedS3Configuration> extended_s3;
        std::vector<aws::Tag> tags;
        static constexpr auto members() {
            using P = Properties;
            return std::tuple{
                aws::member("DeliveryStreamName", &P::name, {.replaces = true}),
                aws::member("DeliveryStreamType", &P::type, {.replaces = true}),
                aws::member("DirectPutSourceConfiguration", &P::direct_put, {.replaces = true}),
                aws::member("KinesisStreamSourceConfiguration", &P::kinesis, {.replaces = true}),
                aws::member("S3DestinationConfiguration", &P::s3),
                aws::member("ExtendedS3DestinationConfiguration", &P::extended_s3),
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
    static aws::ResourceSteps remove(const aws::ResourceContext& context, const Properties&);
    static aws::ResourceSteps read(const aws::ResourceContext& context, const Properties&);
    static json::object describe(const aws::ResourceContext&, const Properties&,
                                 const aws::ResourceOutputs& outputs);
};

constexpr const char* not_found = "ResourceNotFoundException";

aws::ResourceStep step(const aws::ResourceContext& context, std::string operation,
                       json::object input = {}, std::vector<std::string> done_codes = {}) {
    input["DeliveryStreamName"] = context.physical_id;
    return {"firehose", std::move(operation), std::move(input), std::move(done_codes)};
}

json::array to_list(const std::map<std::string, std::string>& tags) {
    json::array out;
    for (const auto& [key, value] : tags)
        out.push_back({{"Key", key}, {"Value", value}});
    return out;
}

const json::object& description(const json::object& output) {
    return output.at("DeliveryStreamDescription").as_object();
}

aws::Reply<aws::Settled> is_active(const json::object& output) {
    const json::value& status = description(output).at("DeliveryStreamStatus");
    if (status == "CREATING_FAILED") {
        return aws::Fault("NotStabilized", "The delivery stream could not be created");
    }
    return status == "ACTIVE" ? aws::Settled::yes : aws::Settled::not_yet;
}

aws::Reply<aws::Settled> is_gone(const json::object&) {
    return aws::Settled::not_yet;  // then it is not found
}

aws::Reply<aws::ResourceSteps> DeliveryStreamResource::create(const aws::ResourceContext& context,
                                                              const Properties& properties) {
    json::object input = aws::to_json(properties);
    input.erase("Tags");
    const auto tags = aws::merge_tags(context, properties.tags);
    if (!tags.empty()) input["Tags"] = to_list(tags);
    return aws::ResourceSteps{
        step(context, "CreateDeliveryStream", std::move(input), {"ResourceInUseException"})};
}

// UpdateDestination keeps what is absent; a template that says nothing means the default.
json::object whole_destination(json::object destination, bool extended) {
    const json::object defaults = {
        {"Prefix", ""},
        {"ErrorOutputPrefix", ""},
        {"BufferingHints", {{"SizeInMBs", 5}, {"IntervalInSeconds", 300}}},
        {"CompressionFormat", "UNCOMPRESSED"},
        {"CloudWatchLoggingOptions",
         {{"Enabled", false}, {"LogGroupName", ""}, {"LogStreamName", ""}}}};
    const json::object extended_defaults = {{"ProcessingConfiguration", {{"Enabled", false}}},
                                            {"FileExtension", ""},
                                            {"CustomTimeZone", "UTC"}};
    destination.insert(defaults.begin(), defaults.end());
    if (extended) destination.insert(extended_defaults.begin(), extended_defaults.end());
    return destination;
}

void take_version(std::span<const json::object> outputs, json::object& input) {
    const json::object& shown = description(outputs[0]);
    input["CurrentDeliveryStreamVersionId"] = shown.at("VersionId");
    input["DestinationId"] = shown.at("Destinations").at(0).at("DestinationId");
}

aws::Reply<aws::ResourceSteps> DeliveryStreamResource::update(const aws::ResourceContext& context,
                                                              const Properties& before,
                                                              const Properties& after) {
    json::object input;
    if (after.s3) {
        input["S3DestinationUpdate"] = whole_destination(aws::to_json(*after.s3), false);
    }
    if (after.extended_s3) {
        input["ExtendedS3DestinationUpdate"] =
            whole_destination(aws::to_json(*after.extended_s3), true);
    }
    aws::ResourceSteps steps;
    steps.push_back(step(context, "DescribeDeliveryStream"));
    steps.push_back(step(context, "UpdateDestination", std::move(input)));
    steps.back().complete = &take_version;
    const auto changes = aws::change_tags(context, before.tags, after.tags);
    if (!changes.removed.empty()) {
        steps.push_back(
            step(context, "UntagDeliveryStream",
                 {{"TagKeys", json::array(changes.removed.begin(), changes.removed.end())}}));
    }
    if (!changes.set.empty()) {
        steps.push_back(step(context, "TagDeliveryStream", {{"Tags", to_list(changes.set)}}));
    }
    return steps;
}

aws::ResourceSteps DeliveryStreamResource::remove(const aws::ResourceContext& context,
                                                  const Properties&) {
    aws::ResourceSteps steps;
    // In use: it is being deleted already.
    steps.push_back(
        step(context, "DeleteDeliveryStream", {}, {not_found, "ResourceInUseException"}));
    steps.push_back(step(context, "DescribeDeliveryStream", {}, {not_found}));
    steps.back().settled = &is_gone;
    return steps;
}

aws::ResourceSteps DeliveryStreamResource::read(const aws::ResourceContext& context,
                                                const Properties&) {
    aws::ResourceSteps steps;
    steps.push_back(step(context, "DescribeDeliveryStream", {}, {not_found}));
    steps.back().settled = &is_active;
    return steps;
}

json::object DeliveryStreamResource::describe(const aws::ResourceContext&, const Properties&,
                                              const aws::ResourceOutputs& outputs) {
    return {{"Arn", description(outputs[0]).at("DeliveryStreamARN")}};
}

}  // namespace

constinit const aws::ResourceType delivery_stream_resource =
    aws::resource_type<DeliveryStreamResource>("AWS::KinesisFirehose::DeliveryStream");

}  // namespace firehose

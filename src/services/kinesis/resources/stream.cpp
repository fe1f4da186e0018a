// AWS::Kinesis::Stream. Source: CloudFormation's resource reference. Not here: shard-level metrics
// and warm throughput, which the service does not have.
#include "aws/resource_type.h"
#include "services/kinesis/kinesis.h"

namespace kinesis {
namespace {

namespace json = boost::json;

struct StreamEncryption {
    std::string encryption_type;
    std::string key_id;
    bool operator==(const StreamEncryption&) const = default;
    static constexpr auto members() {
        return std::tuple{
            aws::member("EncryptionType", &StreamEncryption::encryption_type, {.required = true}),
            aws::member("KeyId", &StreamEncryption::key_id, {.required = true})};
    }
};

struct StreamResource {
    struct Properties {
        std::optional<std::string> name;
        std::optional<std::int32_t> retention_period_hours;
        std::optional<std::int32_t> shard_count;
        std::optional<StreamModeDetails> stream_mode_details;
        std::optional<StreamEncryption> stream_encryption;
        std::optional<std::int32_t> max_record_size_kib;
        std::vector<aws::Tag> tags;
        static constexpr auto members() {
            return std::tuple{
                aws::member("Name", &Properties::name, {.replaces = true}),
                aws::member("RetentionPeriodHours", &Properties::retention_period_hours),
                aws::member("ShardCount", &Properties::shard_count),
                aws::member("StreamModeDetails", &Properties::stream_mode_details),
                aws::member("StreamEncryption", &Properties::stream_encryption),
                aws::member("MaxRecordSizeInKiB", &Properties::max_record_size_kib),
                aws::member("Tags", &Properties::tags)};
        }
    };
    static constexpr std::string_view attributes[] = {"Arn"};

    static std::string identify(const aws::ResourceContext& context, const Properties& properties);
    static aws::Reply<aws::ResourceSteps> create(const aws::ResourceContext& context,
                                                 const Properties& properties);
    static aws::Reply<aws::ResourceSteps> update(const aws::ResourceContext& context,
                                                 const Properties& before, const Properties& after);
    static aws::ResourceSteps remove(const aws::ResourceContext& context, const Properties&);
    static aws::ResourceSteps read(const aws::ResourceContext& context, const Properties&);
    static json::object describe(const aws::ResourceContext&, const Properties&,
                                 const aws::ResourceOutputs& outputs);
};

// CloudFormation's default is provisioned when a shard count is given, on demand otherwise.
std::string mode_of(const StreamResource::Properties& properties) {
    if (properties.stream_mode_details) return properties.stream_mode_details->stream_mode;
    return properties.shard_count ? "PROVISIONED" : "ON_DEMAND";
}

aws::ResourceStep step(std::string operation, json::object input,
                       std::vector<std::string> done_codes = {}) {
    return {"kinesis", std::move(operation), std::move(input), std::move(done_codes)};
}

json::object to_json(const std::map<std::string, std::string>& tags) {
    json::object out;
    for (const auto& [key, value] : tags) {
        out[key] = value;
    }
    return out;
}

void add_retention(aws::ResourceSteps& steps, const std::string& name, std::int32_t before,
                   std::int32_t after) {
    if (before == after) return;
    steps.push_back(
        step(after > before ? "IncreaseStreamRetentionPeriod" : "DecreaseStreamRetentionPeriod",
             {{"StreamName", name}, {"RetentionPeriodHours", after}}));
}

void add_encryption(aws::ResourceSteps& steps, const std::string& name,
                    const std::optional<StreamEncryption>& before,
                    const std::optional<StreamEncryption>& after) {
    if (before == after) return;
    if (before) {
        steps.push_back(step("StopStreamEncryption",
                             {{"StreamName", name},
                              {"EncryptionType", before->encryption_type},
                              {"KeyId", before->key_id}},
                             {"ResourceInUseException"}));
    }
    if (after) {
        steps.push_back(step("StartStreamEncryption",
                             {{"StreamName", name},
                              {"EncryptionType", after->encryption_type},
                              {"KeyId", after->key_id}},
                             {"ResourceInUseException"}));
    }
}

std::string StreamResource::identify(const aws::ResourceContext& context,
                                     const Properties& properties) {
    return properties.name ? *properties.name : aws::generated_name(context, 128);
}

aws::Reply<aws::ResourceSteps> StreamResource::create(const aws::ResourceContext& context,
                                                      const Properties& properties) {
    const std::string& name = context.physical_id;
    json::object input = {{"StreamName", name},
                          {"StreamModeDetails", {{"StreamMode", mode_of(properties)}}}};
    if (properties.shard_count) input["ShardCount"] = *properties.shard_count;
    if (properties.max_record_size_kib) {
        input["MaxRecordSizeInKiB"] = *properties.max_record_size_kib;
    }
    const auto tags = aws::merge_tags(context, properties.tags);
    if (!tags.empty()) input["Tags"] = to_json(tags);
    aws::ResourceSteps steps;
    steps.push_back(step("CreateStream", std::move(input), {"ResourceInUseException"}));
    if (properties.retention_period_hours) {
        add_retention(steps, name, static_cast<std::int32_t>(retention_hours_min),
                      *properties.retention_period_hours);
    }
    add_encryption(steps, name, std::nullopt, properties.stream_encryption);
    return steps;
}

aws::Reply<aws::ResourceSteps> StreamResource::update(const aws::ResourceContext& context,
                                                      const Properties& before,
                                                      const Properties& after) {
    const std::string& name = context.physical_id;
    const std::string arn =
        aws::make_arn("kinesis", context.region, context.account, "stream/" + name);
    const bool provisioned = mode_of(after) == "PROVISIONED";
    if (provisioned && before.shard_count != after.shard_count) {
        return aws::Fault("InvalidRequest",
                          "ShardCount cannot be changed: this server has no UpdateShardCount");
    }
    aws::ResourceSteps steps;
    if (mode_of(before) != mode_of(after)) {
        steps.push_back(
            step("UpdateStreamMode",
                 {{"StreamARN", arn}, {"StreamModeDetails", {{"StreamMode", mode_of(after)}}}}));
    }
    const auto hours_min = static_cast<std::int32_t>(retention_hours_min);
    add_retention(steps, name, before.retention_period_hours.value_or(hours_min),
                  after.retention_period_hours.value_or(hours_min));
    add_encryption(steps, name, before.stream_encryption, after.stream_encryption);
    if (before.max_record_size_kib != after.max_record_size_kib) {
        steps.push_back(step("UpdateMaxRecordSize",
                             {{"StreamARN", arn},
                              {"MaxRecordSizeInKiB", after.max_record_size_kib.value_or(1024)}}));
    }
    const auto changes = aws::change_tags(context, before.tags, after.tags);
    if (!changes.removed.empty()) {
        steps.push_back(
            step("RemoveTagsFromStream",
                 {{"StreamName", name},
                  {"TagKeys", json::array(changes.removed.begin(), changes.removed.end())}}));
    }
    if (!changes.set.empty()) {
        steps.push_back(
            step("AddTagsToStream", {{"StreamName", name}, {"Tags", to_json(changes.set)}}));
    }
    return steps;
}

aws::ResourceSteps StreamResource::remove(const aws::ResourceContext& context, const Properties&) {
    return {step("DeleteStream",
                 {{"StreamName", context.physical_id}, {"EnforceConsumerDeletion", true}},
                 {"ResourceNotFoundException"})};
}

aws::ResourceSteps StreamResource::read(const aws::ResourceContext& context, const Properties&) {
    return {step("DescribeStreamSummary", {{"StreamName", context.physical_id}},
                 {"ResourceNotFoundException"})};
}

json::object StreamResource::describe(const aws::ResourceContext&, const Properties&,
                                      const aws::ResourceOutputs& outputs) {
    return {{"Arn", outputs[0].at("StreamDescriptionSummary").at("StreamARN")}};
}

}  // namespace

constinit const aws::ResourceType stream_resource =
    aws::resource_type<StreamResource>("AWS::Kinesis::Stream");

}  // namespace kinesis

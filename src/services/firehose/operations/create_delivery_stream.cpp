// CreateDeliveryStream: to S3, from a Kinesis stream (from its end at this moment on) or DirectPut.
#include "services/firehose/destination.h"
#include "services/firehose/faults.h"
#include "services/firehose/firehose.h"

namespace firehose {
namespace create_delivery_stream_operation {

struct StreamSource {
    std::string stream_arn;
    std::string role_arn;
    static constexpr auto members() {
        return std::tuple{
            aws::member("KinesisStreamARN", &StreamSource::stream_arn,
                        {.required = true, .min = 1, .max = 512, .pattern = stream_arn_pattern}),
            aws::member("RoleARN", &StreamSource::role_arn,
                        {.required = true, .min = 1, .max = 512, .pattern = role_arn_pattern})};
    }
};

struct DirectPutSource {
    std::int32_t throughput_hint_mbs = 0;
    static constexpr auto members() {
        return std::tuple{aws::member("ThroughputHintInMBs", &DirectPutSource::throughput_hint_mbs,
                                      {.required = true, .min = 1, .max = 100})};
    }
};

using Other = std::optional<shape::Document>;  // known to AWS, refused here

struct Input {
    std::string name;
    std::optional<std::string> type;
    std::optional<DirectPutSource> direct_put;
    std::optional<StreamSource> kinesis;
    Other encryption;
    std::optional<S3Configuration> s3;
    std::optional<ExtendedS3Configuration> extended_s3;
    Other redshift, elasticsearch, opensearch, splunk, http_endpoint, opensearch_serverless, msk,
        snowflake, iceberg, database;
    std::optional<std::vector<Tag>> tags;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{
            name_member(&I::name),
            aws::member("DeliveryStreamType", &I::type,
                        {.values = "DirectPut, KinesisStreamAsSource, MSKAsSource, "
                                   "DatabaseAsSource"}),
            aws::member("DirectPutSourceConfiguration", &I::direct_put),
            aws::member("KinesisStreamSourceConfiguration", &I::kinesis),
            aws::member("DeliveryStreamEncryptionConfigurationInput", &I::encryption),
            aws::member("S3DestinationConfiguration", &I::s3),
            aws::member("ExtendedS3DestinationConfiguration", &I::extended_s3),
            aws::member("RedshiftDestinationConfiguration", &I::redshift),
            aws::member("ElasticsearchDestinationConfiguration", &I::elasticsearch),
            aws::member("AmazonopensearchserviceDestinationConfiguration", &I::opensearch),
            aws::member("SplunkDestinationConfiguration", &I::splunk),
            aws::member("HttpEndpointDestinationConfiguration", &I::http_endpoint),
            aws::member("AmazonOpenSearchServerlessDestinationConfiguration",
                        &I::opensearch_serverless),
            aws::member("MSKSourceConfiguration", &I::msk),
            aws::member("SnowflakeDestinationConfiguration", &I::snowflake),
            aws::member("IcebergDestinationConfiguration", &I::iceberg),
            aws::member("DatabaseSourceConfiguration", &I::database),
            aws::member("Tags", &I::tags, {.min = 1, .max = 50})};
    }
};

struct Output {
    std::string arn;
    static constexpr auto members() {
        return std::tuple{aws::member("DeliveryStreamARN", &Output::arn)};
    }
};

aws::Reply<void> refuse_others(const Input& input) {
    const std::pair<const Other*, const char*> others[] = {
        {&input.encryption, "DeliveryStreamEncryptionConfigurationInput"},
        {&input.redshift, "RedshiftDestinationConfiguration"},
        {&input.elasticsearch, "ElasticsearchDestinationConfiguration"},
        {&input.opensearch, "AmazonopensearchserviceDestinationConfiguration"},
        {&input.splunk, "SplunkDestinationConfiguration"},
        {&input.http_endpoint, "HttpEndpointDestinationConfiguration"},
        {&input.opensearch_serverless, "AmazonOpenSearchServerlessDestinationConfiguration"},
        {&input.msk, "MSKSourceConfiguration"},
        {&input.snowflake, "SnowflakeDestinationConfiguration"},
        {&input.iceberg, "IcebergDestinationConfiguration"},
        {&input.database, "DatabaseSourceConfiguration"}};
    for (const auto& [member, name] : others) {
        if (member->has_value()) {
            return faults::invalid_argument(std::string(name) + " is not supported here.");
        }
    }
    return base::ok();
}

aws::Reply<DeliveryStreamRow> make_row(const aws::Call& call, const Input& input) {
    TRY_VOID(refuse_others(input));
    if (input.s3.has_value() == input.extended_s3.has_value()) {
        return faults::invalid_argument(
            "Exactly one destination configuration is supported for a Firehose");
    }
    DeliveryStreamRow row;
    row.account = call.account();
    row.region = call.region;
    row.name = input.name;
    const std::string type = input.type.value_or("DirectPut");
    if (type != "DirectPut" && type != "KinesisStreamAsSource") {
        return faults::invalid_argument("DeliveryStreamType " + type + " is not supported here.");
    }
    if ((type == "KinesisStreamAsSource") != input.kinesis.has_value()) {
        return faults::invalid_argument(
            "KinesisStreamSourceConfiguration must be given exactly when DeliveryStreamType is "
            "KinesisStreamAsSource.");
    }
    if (input.kinesis) {
        row.source_stream_arn = input.kinesis->stream_arn;
        row.source_role_arn = input.kinesis->role_arn;
    }
    if (input.s3) {
        TRY_VOID(apply_destination(*input.s3, row.destination));
    } else {
        TRY_VOID(apply_destination(*input.extended_s3, row.destination));
    }
    if (input.tags) {
        TRY_VOID(check_tags(*input.tags));
        for (const auto& tag : *input.tags)
            row.tags[tag.key] = tag.value.value_or("");
    }
    return row;
}

void run(Firehose& firehose, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    auto row = make_row(call, input);
    if (!row) return respond(std::move(row.error()));
    Output output{
        aws::make_arn("firehose", call.region, call.account(), "deliverystream/" + input.name)};
    firehose.create(std::move(row.value()),
                    [output, respond = std::move(respond)](aws::Reply<void> created) mutable {
                        if (!created) return respond(std::move(created.error()));
                        respond(std::move(output));
                    });
}

}  // namespace create_delivery_stream_operation

constinit const aws::Operation create_delivery_stream =
    aws::operation<&create_delivery_stream_operation::run>("CreateDeliveryStream");

}  // namespace firehose

// DescribeDeliveryStream: the delivery stream with its one destination, in both of AWS's forms.
#include "services/firehose/destination.h"
#include "services/firehose/firehose.h"

namespace firehose {
namespace describe_delivery_stream_operation {

struct Input {
    std::string name;
    std::optional<std::int32_t> limit;
    std::optional<std::string> exclusive_start_destination_id;
    static constexpr auto members() {
        return std::tuple{
            name_member(&Input::name),
            aws::member("Limit", &Input::limit, {.min = 1, .max = 10000}),
            aws::member("ExclusiveStartDestinationId", &Input::exclusive_start_destination_id,
                        {.min = 1, .max = 100, .pattern = "[a-zA-Z0-9-]+"})};
    }
};

struct StreamSource {
    std::string stream_arn;
    std::string role_arn;
    base::Timestamp delivery_start;
    static constexpr auto members() {
        using S = StreamSource;
        return std::tuple{aws::member("KinesisStreamARN", &S::stream_arn),
                          aws::member("RoleARN", &S::role_arn),
                          aws::member("DeliveryStartTimestamp", &S::delivery_start)};
    }
};

struct SourceDescription {
    std::optional<StreamSource> kinesis;
    static constexpr auto members() {
        return std::tuple{
            aws::member("KinesisStreamSourceDescription", &SourceDescription::kinesis)};
    }
};

struct Destination {
    std::string id;
    S3Configuration s3;
    ExtendedS3Configuration extended_s3;
    static constexpr auto members() {
        using S = Destination;
        return std::tuple{aws::member("DestinationId", &S::id, {.required = true}),
                          aws::member("S3DestinationDescription", &S::s3),
                          aws::member("ExtendedS3DestinationDescription", &S::extended_s3)};
    }
};

struct Encryption {
    std::string status = "DISABLED";
    static constexpr auto members() {
        return std::tuple{aws::member("Status", &Encryption::status)};
    }
};

struct Description {
    std::string name;
    std::string arn;
    std::string status;
    Encryption encryption;
    std::string type;
    std::string version_id;
    base::Timestamp created;
    std::optional<base::Timestamp> updated;
    std::optional<SourceDescription> source;
    std::vector<Destination> destinations;
    bool has_more_destinations = false;
    static constexpr auto members() {
        using S = Description;
        return std::tuple{
            aws::member("DeliveryStreamName", &S::name, {.required = true}),
            aws::member("DeliveryStreamARN", &S::arn, {.required = true}),
            aws::member("DeliveryStreamStatus", &S::status, {.required = true}),
            aws::member("DeliveryStreamEncryptionConfiguration", &S::encryption),
            aws::member("DeliveryStreamType", &S::type, {.required = true}),
            aws::member("VersionId", &S::version_id, {.required = true}),
            aws::member("CreateTimestamp", &S::created),
            aws::member("LastUpdateTimestamp", &S::updated),
            aws::member("Source", &S::source),
            aws::member("Destinations", &S::destinations, {.required = true}),
            aws::member("HasMoreDestinations", &S::has_more_destinations, {.required = true})};
    }
};

struct Output {
    Description description;
    static constexpr auto members() {
        return std::tuple{
            aws::member("DeliveryStreamDescription", &Output::description, {.required = true})};
    }
};

aws::Reply<Output> run(Firehose& firehose, const aws::Call& call, Input& input) {
    TRY(stream, firehose.find(call, input.name));
    const auto plan = stream->plan();
    const DeliveryStreamRow& row = plan->row;
    Output output;
    Description& shown = output.description;
    shown.name = row.name;
    shown.arn = plan->arn;
    shown.status = to_string(stream->status());
    shown.type = row.source_stream_arn.empty() ? "DirectPut" : "KinesisStreamAsSource";
    shown.version_id = std::to_string(row.version);
    shown.created = row.created;
    if (row.updated.ms != 0) shown.updated = row.updated;
    if (!row.source_stream_arn.empty()) {
        shown.source.emplace().kinesis = {row.source_stream_arn, row.source_role_arn, row.created};
    }
    if (input.exclusive_start_destination_id.value_or("") < destination_id) {
        Destination& destination = shown.destinations.emplace_back();
        destination.id = destination_id;
        destination.extended_s3 = describe_destination(row.destination);
        static_cast<S3Fields&>(destination.s3) = destination.extended_s3;
    }
    return output;
}

}  // namespace describe_delivery_stream_operation

constinit const aws::Operation describe_delivery_stream =
    aws::operation<&describe_delivery_stream_operation::run>("DescribeDeliveryStream");

}  // namespace firehose

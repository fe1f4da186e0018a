// UpdateDestination: what is given replaces what was; the version counts up. Records that are
// buffered are delivered by the new settings.
#include "services/firehose/destination.h"
#include "services/firehose/faults.h"
#include "services/firehose/firehose.h"

namespace firehose {
namespace update_destination_operation {

using Other = std::optional<shape::Document>;  // known to AWS, refused here

struct Input {
    std::string name;
    std::string version_id;
    std::string destination;
    std::optional<S3Update> s3;
    std::optional<ExtendedS3Update> extended_s3;
    Other redshift, elasticsearch, opensearch, splunk, http_endpoint, opensearch_serverless,
        snowflake, iceberg;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{
            name_member(&I::name),
            aws::member("CurrentDeliveryStreamVersionId", &I::version_id,
                        {.required = true, .min = 1, .max = 50, .pattern = "[0-9]+"}),
            aws::member("DestinationId", &I::destination,
                        {.required = true, .min = 1, .max = 100, .pattern = "[a-zA-Z0-9-]+"}),
            aws::member("S3DestinationUpdate", &I::s3),
            aws::member("ExtendedS3DestinationUpdate", &I::extended_s3),
            aws::member("RedshiftDestinationUpdate", &I::redshift),
            aws::member("ElasticsearchDestinationUpdate", &I::elasticsearch),
            aws::member("AmazonopensearchserviceDestinationUpdate", &I::opensearch),
            aws::member("SplunkDestinationUpdate", &I::splunk),
            aws::member("HttpEndpointDestinationUpdate", &I::http_endpoint),
            aws::member("AmazonOpenSearchServerlessDestinationUpdate", &I::opensearch_serverless),
            aws::member("SnowflakeDestinationUpdate", &I::snowflake),
            aws::member("IcebergDestinationUpdate", &I::iceberg)};
    }
};
using Output = shape::Empty;

aws::Reply<DeliveryStreamRow> change(const Input& input, DeliveryStreamRow row,
                                     base::Timestamp now) {
    for (const Other* other :
         {&input.redshift, &input.elasticsearch, &input.opensearch, &input.splunk,
          &input.http_endpoint, &input.opensearch_serverless, &input.snowflake, &input.iceberg}) {
        if (other->has_value()) {
            return faults::invalid_argument("Only destinations in S3 are supported here.");
        }
    }
    if (input.destination != destination_id) {
        return faults::invalid_argument("Destination Id " + input.destination + " not found");
    }
    if (input.version_id != std::to_string(row.version)) {
        return aws::Fault("ConcurrentModificationException",
                          "Cannot update firehose: " + row.name +
                              " since the current version id: " + std::to_string(row.version) +
                              " and specified version id: " + input.version_id + " do not match");
    }
    if (input.s3.has_value() == input.extended_s3.has_value()) {
        return faults::invalid_argument(
            "Exactly one destination configuration is supported for a Firehose");
    }
    if (input.s3) {
        TRY_VOID(apply_destination(*input.s3, row.destination));
    } else {
        TRY_VOID(apply_destination(*input.extended_s3, row.destination));
    }
    ++row.version;
    row.updated = now;
    return row;
}

void run(Firehose& firehose, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    auto stream = firehose.find(call, input.name);
    if (!stream) return respond(std::move(stream.error()));
    const auto plan = stream.value()->plan();
    auto row = change(input, plan->row, firehose.now());
    if (!row) return respond(std::move(row.error()));
    firehose.update(std::move(stream.value()), plan, std::move(row.value()),
                    [respond = std::move(respond)](aws::Reply<void> changed) mutable {
                        if (!changed) return respond(std::move(changed.error()));
                        respond(Output{});
                    });
}

}  // namespace update_destination_operation

constinit const aws::Operation update_destination =
    aws::operation<&update_destination_operation::run>("UpdateDestination");

}  // namespace firehose

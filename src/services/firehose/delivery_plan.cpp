#include "aws/call.h"
#include "base/units.h"
#include "services/firehose/delivery.h"

namespace firehose {
namespace {

constexpr std::string_view bucket_arn_head = ":s3:::";

}  // namespace

base::Result<std::shared_ptr<const DeliveryPlan>> DeliveryPlan::make(DeliveryStreamRow row,
                                                                     base::FileSystem& files) {
    auto plan = std::make_shared<DeliveryPlan>();
    const DestinationRow& to = row.destination;
    TRY(prefixes, compile_prefixes(to.prefix, to.error_output_prefix));
    plan->prefixes = std::move(prefixes);
    TRY(zone, TimeZone::load(files, to.time_zone));
    plan->time_zone = std::move(zone);
    const std::size_t at = to.bucket_arn.find(bucket_arn_head);
    if (at == std::string::npos) {
        return base::Error{base::ErrorKind::invalid, "BucketARN is not a bucket's", to.bucket_arn};
    }
    plan->bucket = to.bucket_arn.substr(at + bucket_arn_head.size());
    plan->hints = {static_cast<std::uint64_t>(to.size_mib) * base::mib,
                   std::max(interval_ms_min, to.interval_s * base::second_ms)};
    plan->arn = aws::make_arn("firehose", row.region, row.account, "deliverystream/" + row.name);
    plan->row = std::move(row);
    return std::shared_ptr<const DeliveryPlan>(std::move(plan));
}

std::string DeliveryPlan::object_key(base::Timestamp oldest, base::Random& random) const {
    const LocalTime time = time_zone.at(oldest);
    std::string key = prefixes.prefix.evaluate(time, random) +
                      make_object_name(row.name, row.version, time, random);
    if (!row.destination.file_extension.empty()) {
        key += row.destination.file_extension;
    } else if (gzip()) {
        key += ".gz";
    }
    return key;
}

}  // namespace firehose

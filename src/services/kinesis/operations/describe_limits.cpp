// DescribeLimits: how many shards and on-demand streams there are and may be.
#include "services/kinesis/kinesis.h"

namespace kinesis {
namespace describe_limits_operation {

using Input = shape::Empty;

struct Output {
    std::int32_t shard_limit = 0;
    std::int32_t open_shard_count = 0;
    std::int32_t on_demand_stream_count = 0;
    std::int32_t on_demand_stream_count_limit = 0;
    static constexpr auto members() {
        return std::tuple{
            aws::member("ShardLimit", &Output::shard_limit, {.required = true}),
            aws::member("OpenShardCount", &Output::open_shard_count, {.required = true}),
            aws::member("OnDemandStreamCount", &Output::on_demand_stream_count, {.required = true}),
            aws::member("OnDemandStreamCountLimit", &Output::on_demand_stream_count_limit,
                        {.required = true})};
    }
};

aws::Reply<Output> run(Kinesis& kinesis, const aws::Call& call, Input&) {
    Output output;
    output.shard_limit = static_cast<std::int32_t>(shards_max);
    output.on_demand_stream_count_limit = static_cast<std::int32_t>(on_demand_streams_max);
    for (const auto& stream : kinesis.list(call)) {
        const auto state = stream->state();
        if (state->row.on_demand) {
            ++output.on_demand_stream_count;
        } else {
            output.open_shard_count += static_cast<std::int32_t>(state->row.shards.size());
        }
    }
    return output;
}

}  // namespace describe_limits_operation

constinit const aws::Operation describe_limits =
    aws::operation<&describe_limits_operation::run>("DescribeLimits");

}  // namespace kinesis

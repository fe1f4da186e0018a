// UntagDeliveryStream: keys that are not there are no error.
#include "services/firehose/firehose.h"
#include "services/firehose/shapes.h"

namespace firehose {
namespace untag_delivery_stream_operation {

struct Input {
    std::string name;
    std::vector<std::string> tag_keys;
    static constexpr auto members() {
        return std::tuple{
            name_member(&Input::name),
            aws::member("TagKeys", &Input::tag_keys, {.required = true, .min = 1, .max = 50})};
    }
};
using Output = shape::Empty;

void run(Firehose& firehose, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    auto stream = firehose.find(call, input.name);
    if (!stream) return respond(std::move(stream.error()));
    const auto plan = stream.value()->plan();
    DeliveryStreamRow row = plan->row;
    for (const auto& key : input.tag_keys)
        row.tags.erase(key);
    firehose.update(std::move(stream.value()), plan, std::move(row),
                    [respond = std::move(respond)](aws::Reply<void> changed) mutable {
                        if (!changed) return respond(std::move(changed.error()));
                        respond(Output{});
                    });
}

}  // namespace untag_delivery_stream_operation

constinit const aws::Operation untag_delivery_stream =
    aws::operation<&untag_delivery_stream_operation::run>("UntagDeliveryStream");

}  // namespace firehose

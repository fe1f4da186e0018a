// TagDeliveryStream: adds or overwrites.
#include "services/firehose/destination.h"
#include "services/firehose/faults.h"
#include "services/firehose/firehose.h"

namespace firehose {
namespace tag_delivery_stream_operation {

struct Input {
    std::string name;
    std::vector<Tag> tags;
    static constexpr auto members() {
        return std::tuple{
            name_member(&Input::name),
            aws::member("Tags", &Input::tags, {.required = true, .min = 1, .max = 50})};
    }
};
using Output = shape::Empty;

void run(Firehose& firehose, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    auto stream = firehose.find(call, input.name);
    if (!stream) return respond(std::move(stream.error()));
    auto checked = check_tags(input.tags);
    if (!checked) return respond(std::move(checked.error()));
    const auto plan = stream.value()->plan();
    DeliveryStreamRow row = plan->row;
    for (const auto& tag : input.tags)
        row.tags[tag.key] = tag.value.value_or("");
    if (row.tags.size() > tags_max) {
        return respond(faults::limit_exceeded("A Firehose cannot have more than " +
                                              std::to_string(tags_max) + " tags."));
    }
    firehose.update(std::move(stream.value()), plan, std::move(row),
                    [respond = std::move(respond)](aws::Reply<void> changed) mutable {
                        if (!changed) return respond(std::move(changed.error()));
                        respond(Output{});
                    });
}

}  // namespace tag_delivery_stream_operation

constinit const aws::Operation tag_delivery_stream =
    aws::operation<&tag_delivery_stream_operation::run>("TagDeliveryStream");

}  // namespace firehose

// AddTagsToStream: adds or overwrites.
#include "services/kinesis/tags.h"

namespace kinesis {
namespace add_tags_to_stream_operation {

struct Input : StreamTarget {
    std::map<std::string, std::string> tags;
    static constexpr auto members() {
        return with_target(
            aws::member("Tags", &Input::tags, {.required = true, .min = 1, .max = 200}));
    }
};
using Output = shape::Empty;

void run(Kinesis& kinesis, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    auto stream = kinesis.find(call, input);
    if (!stream) return respond(std::move(stream.error()));
    add_tags(kinesis, std::move(stream.value()), std::move(input.tags),
             [respond = std::move(respond)](aws::Reply<void> changed) mutable {
                 if (!changed) return respond(std::move(changed.error()));
                 respond(Output{});
             });
}

}  // namespace add_tags_to_stream_operation

constinit const aws::Operation add_tags_to_stream =
    aws::operation<&add_tags_to_stream_operation::run>("AddTagsToStream");

}  // namespace kinesis

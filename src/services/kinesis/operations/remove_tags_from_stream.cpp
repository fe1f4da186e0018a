// RemoveTagsFromStream: keys that are not there are no error.
#include "services/kinesis/tags.h"

namespace kinesis {
namespace remove_tags_from_stream_operation {

struct Input : StreamTarget {
    std::vector<std::string> tag_keys;
    static constexpr auto members() {
        return with_target(
            aws::member("TagKeys", &Input::tag_keys, {.required = true, .min = 1, .max = 50}));
    }
};
using Output = shape::Empty;

void run(Kinesis& kinesis, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    auto stream = kinesis.find(call, input);
    if (!stream) return respond(std::move(stream.error()));
    remove_tags(kinesis, std::move(stream.value()), std::move(input.tag_keys),
                [respond = std::move(respond)](aws::Reply<void> changed) mutable {
                    if (!changed) return respond(std::move(changed.error()));
                    respond(Output{});
                });
}

}  // namespace remove_tags_from_stream_operation

constinit const aws::Operation remove_tags_from_stream =
    aws::operation<&remove_tags_from_stream_operation::run>("RemoveTagsFromStream");

}  // namespace kinesis

// DeleteStream: DELETING durably when it answers; files and name are freed right after.
#include "services/kinesis/kinesis.h"

namespace kinesis {
namespace delete_stream_operation {

struct Input : StreamTarget {
    std::optional<bool> enforce_consumer_deletion;  // nothing to do: there are no consumers
    static constexpr auto members() {
        return with_target(
            aws::member("EnforceConsumerDeletion", &Input::enforce_consumer_deletion));
    }
};
using Output = shape::Empty;

void run(Kinesis& kinesis, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    auto stream = kinesis.find(call, input);
    if (!stream) return respond(std::move(stream.error()));
    kinesis.remove(std::move(stream.value()),
                   [respond = std::move(respond)](aws::Reply<void> removed) mutable {
                       if (!removed) return respond(std::move(removed.error()));
                       respond(Output{});
                   });
}

}  // namespace delete_stream_operation

constinit const aws::Operation delete_stream =
    aws::operation<&delete_stream_operation::run>("DeleteStream");

}  // namespace kinesis

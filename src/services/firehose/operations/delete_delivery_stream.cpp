// DeleteDeliveryStream: DELETING durably when it answers; a last delivery is tried before its files
// go.
#include "services/firehose/faults.h"
#include "services/firehose/firehose.h"
#include "services/firehose/shapes.h"

namespace firehose {
namespace delete_delivery_stream_operation {

struct Input {
    std::string name;
    std::optional<bool> allow_force_delete;  // for KMS grants, of which there are none
    static constexpr auto members() {
        return std::tuple{name_member(&Input::name),
                          aws::member("AllowForceDelete", &Input::allow_force_delete)};
    }
};
using Output = shape::Empty;

void run(Firehose& firehose, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    auto stream = firehose.find(call, input.name);
    if (!stream) return respond(std::move(stream.error()));
    firehose.remove(std::move(stream.value()),
                    [respond = std::move(respond)](aws::Reply<void> removed) mutable {
                        if (!removed) return respond(std::move(removed.error()));
                        respond(Output{});
                    });
}

}  // namespace delete_delivery_stream_operation

constinit const aws::Operation delete_delivery_stream =
    aws::operation<&delete_delivery_stream_operation::run>("DeleteDeliveryStream");

}  // namespace firehose

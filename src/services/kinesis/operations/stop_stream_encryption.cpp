// StopStreamEncryption: clients are told NONE again. At rest nothing changes (see start).
#include "services/kinesis/faults.h"
#include "services/kinesis/kinesis.h"

namespace kinesis {
namespace stop_stream_encryption_operation {

struct Input : StreamTarget {
    std::string encryption_type;
    std::string key_id;
    static constexpr auto members() {
        return with_target(
            aws::member("EncryptionType", &Input::encryption_type,
                        {.required = true, .values = "NONE, KMS"}),
            aws::member("KeyId", &Input::key_id, {.required = true, .min = 1, .max = 2048}));
    }
};
using Output = shape::Empty;

void run(Kinesis& kinesis, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    auto stream = kinesis.find(call, input);
    if (!stream) return respond(std::move(stream.error()));
    if (input.encryption_type != "KMS") {
        return respond(faults::invalid_argument("EncryptionType must be KMS: the one to stop."));
    }
    kinesis.update(
        std::move(stream.value()),
        [key_id = input.key_id](StreamRow& row) -> aws::Reply<bool> {
            if (row.encryption_key_id.empty()) return false;
            if (row.encryption_key_id != key_id) {
                return faults::invalid_argument("KeyId " + key_id + " is not the key that stream " +
                                                row.name + " under account " + row.account +
                                                " uses.");
            }
            row.encryption_key_id.clear();
            return true;
        },
        [respond = std::move(respond)](aws::Reply<void> changed) mutable {
            if (!changed) return respond(std::move(changed.error()));
            respond(Output{});
        });
}

}  // namespace stop_stream_encryption_operation

constinit const aws::Operation stop_stream_encryption =
    aws::operation<&stop_stream_encryption_operation::run>("StopStreamEncryption");

}  // namespace kinesis

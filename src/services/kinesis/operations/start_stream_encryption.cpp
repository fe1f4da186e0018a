// StartStreamEncryption: what clients are told. At rest every record is sealed with AES-256-GCM
// under our own master key in any case; there is no KMS here, so AWS's own key is the only one.
#include "services/kinesis/faults.h"
#include "services/kinesis/kinesis.h"

namespace kinesis {
namespace start_stream_encryption_operation {

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

bool is_own_key(const std::string& key_id) {
    constexpr std::string_view alias = "alias/aws/kinesis";
    return key_id == alias || (key_id.starts_with("arn:aws:kms:") && key_id.ends_with(alias));
}

void run(Kinesis& kinesis, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    auto stream = kinesis.find(call, input);
    if (!stream) return respond(std::move(stream.error()));
    if (input.encryption_type != "KMS") {
        return respond(faults::invalid_argument(
            "EncryptionType must be KMS. Use StopStreamEncryption to stop."));
    }
    if (!is_own_key(input.key_id)) return respond(faults::key_not_found(input.key_id));
    kinesis.update(
        std::move(stream.value()),
        [key_id = input.key_id](StreamRow& row) -> aws::Reply<bool> {
            const bool changed = row.encryption_key_id != key_id;
            row.encryption_key_id = key_id;
            return changed;
        },
        [respond = std::move(respond)](aws::Reply<void> changed) mutable {
            if (!changed) return respond(std::move(changed.error()));
            respond(Output{});
        });
}

}  // namespace start_stream_encryption_operation

constinit const aws::Operation start_stream_encryption =
    aws::operation<&start_stream_encryption_operation::run>("StartStreamEncryption");

}  // namespace kinesis

// GenerateDataKeyWithoutPlaintext: a random key, encrypted only, for later.
#include "services/kms/data_key.h"

namespace kms {
namespace generate_data_key_without_plaintext_operation {

struct Input {
    std::string key_id;
    Context encryption_context;
    std::optional<std::int32_t> number_of_bytes;
    std::optional<std::string> key_spec;
    GrantTokens grant_tokens;
    std::optional<bool> dry_run;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{shape::member("KeyId", &I::key_id, key_id_rule),
                          shape::member("EncryptionContext", &I::encryption_context),
                          shape::member("NumberOfBytes", &I::number_of_bytes, number_of_bytes_rule),
                          shape::member("KeySpec", &I::key_spec, data_key_spec_rule),
                          shape::member("GrantTokens", &I::grant_tokens, grant_tokens_rule),
                          shape::member("DryRun", &I::dry_run)};
    }
};
struct Output {
    base::Blob ciphertext_blob;
    std::string key_id;
    std::string key_material_id;
    static constexpr auto members() {
        return std::tuple{shape::member("CiphertextBlob", &Output::ciphertext_blob),
                          shape::member("KeyId", &Output::key_id),
                          shape::member("KeyMaterialId", &Output::key_material_id)};
    }
};

aws::Reply<Output> run(Kms& kms, const aws::Call& call, Input& input) {
    TRY_VOID(check_use(input.grant_tokens));
    TRY(bytes, data_key_bytes(input.key_spec, input.number_of_bytes));
    TRY(made, make_data_key(kms, call, input.key_id, bytes, input.encryption_context));
    if (input.dry_run.value_or(false)) return faults::dry_run();
    Output output;
    output.ciphertext_blob.bytes = std::move(made.blob);
    output.key_id = key_arn(call, made.key.id);
    output.key_material_id = made.key.materials.back().id;
    return output;
}

}  // namespace generate_data_key_without_plaintext_operation

constinit const aws::Operation generate_data_key_without_plaintext =
    aws::operation<&generate_data_key_without_plaintext_operation::run>(
        "GenerateDataKeyWithoutPlaintext");

}  // namespace kms

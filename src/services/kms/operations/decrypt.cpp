// Decrypt: the ciphertext names its key and the version that it was made with.
#include "services/kms/shapes.h"

namespace kms {
namespace decrypt_operation {

struct Input {
    base::Blob ciphertext_blob;
    Context encryption_context;
    GrantTokens grant_tokens;
    std::optional<std::string> key_id;
    std::optional<std::string> encryption_algorithm;
    std::optional<shape::Document> recipient;
    std::optional<bool> dry_run;
    std::vector<std::string> dry_run_modifiers;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{
            shape::member("CiphertextBlob", &I::ciphertext_blob, ciphertext_rule),
            shape::member("EncryptionContext", &I::encryption_context),
            shape::member("GrantTokens", &I::grant_tokens, grant_tokens_rule),
            shape::member("KeyId", &I::key_id, optional_key_id_rule),
            shape::member("EncryptionAlgorithm", &I::encryption_algorithm, algorithm_rule),
            shape::member("Recipient", &I::recipient),
            shape::member("DryRun", &I::dry_run),
            shape::member("DryRunModifiers", &I::dry_run_modifiers)};
    }
};
struct Output {
    std::string key_id;
    base::Blob plaintext;
    std::string encryption_algorithm = symmetric_default;
    std::string key_material_id;
    static constexpr auto members() {
        return std::tuple{shape::member("KeyId", &Output::key_id),
                          shape::member("Plaintext", &Output::plaintext, {.sensitive = true}),
                          shape::member("EncryptionAlgorithm", &Output::encryption_algorithm),
                          shape::member("KeyMaterialId", &Output::key_material_id)};
    }
};

aws::Reply<Output> run(Kms& kms, const aws::Call& call, Input& input) {
    TRY_VOID(check_use(input.grant_tokens, input.encryption_algorithm));
    if (input.recipient) return no_recipients();
    if (!input.dry_run_modifiers.empty()) return no_dry_run_modifiers();
    TRY_VOID(check_ciphertext(input.ciphertext_blob));
    TRY(opened,
        kms.open(call, input.ciphertext_blob.bytes, input.encryption_context, input.key_id));
    if (input.dry_run.value_or(false)) return faults::dry_run();
    Output output;
    output.key_id = key_arn(call, opened.key.id);
    output.plaintext.bytes = std::move(opened.plain);
    output.key_material_id = std::move(opened.material_id);
    return output;
}

}  // namespace decrypt_operation

constinit const aws::Operation decrypt = aws::operation<&decrypt_operation::run>("Decrypt");

}  // namespace kms

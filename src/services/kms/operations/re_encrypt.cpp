// ReEncrypt: from one key or context to another without the plaintext leaving the server.
#include "services/kms/shapes.h"

namespace kms {
namespace re_encrypt_operation {

struct Input {
    base::Blob ciphertext_blob;
    Context source_context;
    std::optional<std::string> source_key_id;
    std::string destination_key_id;
    Context destination_context;
    std::optional<std::string> source_algorithm;
    std::optional<std::string> destination_algorithm;
    GrantTokens grant_tokens;
    std::optional<bool> dry_run;
    std::vector<std::string> dry_run_modifiers;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{
            shape::member("CiphertextBlob", &I::ciphertext_blob, ciphertext_rule),
            shape::member("SourceEncryptionContext", &I::source_context),
            shape::member("SourceKeyId", &I::source_key_id, optional_key_id_rule),
            shape::member("DestinationKeyId", &I::destination_key_id, key_id_rule),
            shape::member("DestinationEncryptionContext", &I::destination_context),
            shape::member("SourceEncryptionAlgorithm", &I::source_algorithm, algorithm_rule),
            shape::member("DestinationEncryptionAlgorithm", &I::destination_algorithm,
                          algorithm_rule),
            shape::member("GrantTokens", &I::grant_tokens, grant_tokens_rule),
            shape::member("DryRun", &I::dry_run),
            shape::member("DryRunModifiers", &I::dry_run_modifiers)};
    }
};
struct Output {
    base::Blob ciphertext_blob;
    std::string source_key_id;
    std::string key_id;
    std::string source_algorithm = symmetric_default;
    std::string destination_algorithm = symmetric_default;
    std::string source_material_id;
    std::string destination_material_id;
    static constexpr auto members() {
        using O = Output;
        return std::tuple{
            shape::member("CiphertextBlob", &O::ciphertext_blob),
            shape::member("SourceKeyId", &O::source_key_id),
            shape::member("KeyId", &O::key_id),
            shape::member("SourceEncryptionAlgorithm", &O::source_algorithm),
            shape::member("DestinationEncryptionAlgorithm", &O::destination_algorithm),
            shape::member("SourceKeyMaterialId", &O::source_material_id),
            shape::member("DestinationKeyMaterialId", &O::destination_material_id)};
    }
};

aws::Reply<Output> run(Kms& kms, const aws::Call& call, Input& input) {
    TRY_VOID(check_use(input.grant_tokens, input.source_algorithm));
    TRY_VOID(check_use(input.grant_tokens, input.destination_algorithm));
    if (!input.dry_run_modifiers.empty()) return no_dry_run_modifiers();
    TRY_VOID(check_ciphertext(input.ciphertext_blob));
    TRY(opened,
        kms.open(call, input.ciphertext_blob.bytes, input.source_context, input.source_key_id));
    TRY(key, kms.resolve(call, input.destination_key_id));
    TRY(blob, kms.seal(key, opened.plain, input.destination_context));
    if (input.dry_run.value_or(false)) return faults::dry_run();
    Output output;
    output.ciphertext_blob.bytes = std::move(blob);
    output.source_key_id = key_arn(call, opened.key.id);
    output.key_id = key_arn(call, key.id);
    output.source_material_id = std::move(opened.material_id);
    output.destination_material_id = key.materials.back().id;
    return output;
}

}  // namespace re_encrypt_operation

constinit const aws::Operation re_encrypt = aws::operation<&re_encrypt_operation::run>("ReEncrypt");

}  // namespace kms

// Encrypt up to 4,096 bytes under the current version of a key.
#include "services/kms/shapes.h"

namespace kms {
namespace encrypt_operation {

struct Input {
    std::string key_id;
    base::Blob plaintext;
    Context encryption_context;
    GrantTokens grant_tokens;
    std::optional<std::string> encryption_algorithm;
    std::optional<bool> dry_run;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{
            shape::member("KeyId", &I::key_id, key_id_rule),
            shape::member(
                "Plaintext", &I::plaintext,
                {.required = true, .min = 1, .max = plaintext_bytes_max, .sensitive = true}),
            shape::member("EncryptionContext", &I::encryption_context),
            shape::member("GrantTokens", &I::grant_tokens, grant_tokens_rule),
            shape::member("EncryptionAlgorithm", &I::encryption_algorithm, algorithm_rule),
            shape::member("DryRun", &I::dry_run)};
    }
};
struct Output {
    base::Blob ciphertext_blob;
    std::string key_id;
    std::string encryption_algorithm = symmetric_default;
    static constexpr auto members() {
        return std::tuple{shape::member("CiphertextBlob", &Output::ciphertext_blob),
                          shape::member("KeyId", &Output::key_id),
                          shape::member("EncryptionAlgorithm", &Output::encryption_algorithm)};
    }
};

aws::Reply<Output> run(Kms& kms, const aws::Call& call, Input& input) {
    TRY_VOID(check_use(input.grant_tokens, input.encryption_algorithm));
    TRY(key, kms.resolve(call, input.key_id));
    TRY(blob, kms.seal(key, input.plaintext.bytes, input.encryption_context));
    if (input.dry_run.value_or(false)) return faults::dry_run();
    return Output{{std::move(blob)}, key_arn(call, key.id)};
}

}  // namespace encrypt_operation

constinit const aws::Operation encrypt = aws::operation<&encrypt_operation::run>("Encrypt");

}  // namespace kms

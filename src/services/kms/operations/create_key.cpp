// CreateKey: symmetric keys with material of our own.
#include "services/kms/key_policy.h"
#include "services/kms/shapes.h"

namespace kms {
namespace create_key_operation {

constexpr const char* key_specs =
    "RSA_2048, RSA_3072, RSA_4096, ECC_NIST_P256, ECC_NIST_P384, ECC_NIST_P521, ECC_SECG_P256K1, "
    "SYMMETRIC_DEFAULT, HMAC_224, HMAC_256, HMAC_384, HMAC_512, SM2, ML_DSA_44, ML_DSA_65, "
    "ML_DSA_87, ECC_NIST_EDWARDS25519";
constexpr const char* old_key_specs =
    "RSA_2048, RSA_3072, RSA_4096, ECC_NIST_P256, ECC_NIST_P384, ECC_NIST_P521, ECC_SECG_P256K1, "
    "SYMMETRIC_DEFAULT, HMAC_224, HMAC_256, HMAC_384, HMAC_512, SM2";

struct Input {
    std::optional<std::string> policy;
    std::string description;
    std::optional<std::string> key_usage;
    std::optional<std::string> customer_master_key_spec;
    std::optional<std::string> key_spec;
    std::optional<std::string> origin;
    std::optional<std::string> custom_key_store_id;
    std::optional<bool> bypass_policy_lockout_safety_check;
    std::vector<Tag> tags;
    std::optional<bool> multi_region;
    std::optional<std::string> xks_key_id;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{
            shape::member("Policy", &I::policy, policy_rule),
            shape::member("Description", &I::description, {.max = 8192}),
            shape::member("KeyUsage", &I::key_usage,
                          {.values = "SIGN_VERIFY, ENCRYPT_DECRYPT, GENERATE_VERIFY_MAC, "
                                     "KEY_AGREEMENT"}),
            shape::member("CustomerMasterKeySpec", &I::customer_master_key_spec,
                          {.values = old_key_specs}),
            shape::member("KeySpec", &I::key_spec, {.values = key_specs}),
            shape::member("Origin", &I::origin,
                          {.values = "AWS_KMS, EXTERNAL, AWS_CLOUDHSM, EXTERNAL_KEY_STORE"}),
            shape::member("CustomKeyStoreId", &I::custom_key_store_id, {.min = 1, .max = 64}),
            shape::member("BypassPolicyLockoutSafetyCheck", &I::bypass_policy_lockout_safety_check),
            shape::member("Tags", &I::tags),
            shape::member("MultiRegion", &I::multi_region),
            shape::member("XksKeyId", &I::xks_key_id,
                          {.min = 1, .max = 128, .pattern = "[a-zA-Z0-9-_.]+"})};
    }
};

aws::Reply<void> check(const Input& input) {
    if (input.key_spec && input.customer_master_key_spec) {
        return faults::validation(
            "You cannot specify KeySpec and CustomerMasterKeySpec in the same request.");
    }
    const std::string spec =
        input.key_spec.value_or(input.customer_master_key_spec.value_or(symmetric_default));
    if (spec != symmetric_default) {
        return faults::unsupported("KeySpec " + spec +
                                   " is not supported by this server: its keys are "
                                   "SYMMETRIC_DEFAULT.");
    }
    if (input.key_usage && *input.key_usage != "ENCRYPT_DECRYPT") {
        return faults::validation(
            "The operation failed because the KeyUsage value of the KMS key "
            "is " +
            *input.key_usage +
            ". SYMMETRIC_DEFAULT keys are for "
            "ENCRYPT_DECRYPT.");
    }
    if ((input.origin && *input.origin != "AWS_KMS") || input.custom_key_store_id ||
        input.xks_key_id) {
        return faults::unsupported(
            "Imported key material and key stores are not supported by this server: Origin is "
            "AWS_KMS.");
    }
    if (input.multi_region.value_or(false)) {
        return faults::unsupported("Multi-Region keys are not supported by this server.");
    }
    return base::ok();
}

aws::Reply<KeyMetadataOutput> run(Kms& kms, const aws::Call& call, Input& input) {
    TRY_VOID(check(input));
    KeyRow key;
    key.description = std::move(input.description);
    if (input.policy) {
        TRY_VOID(check_policy(call, *input.policy,
                              input.bypass_policy_lockout_safety_check.value_or(false)));
    }
    key.policy = input.policy ? std::move(*input.policy) : default_policy(call.account());
    TRY_VOID(set_tags(key.tags, input.tags));
    TRY(made, kms.create(call, std::move(key)));
    return KeyMetadataOutput{describe(call, made)};
}

}  // namespace create_key_operation

constinit const aws::Operation create_key = aws::operation<&create_key_operation::run>("CreateKey");

}  // namespace kms

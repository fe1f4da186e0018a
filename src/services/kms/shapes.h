// Shapes and rules that several operations share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/kms/faults.h"
#include "services/kms/kms.h"
#include "wire/base64.h"

namespace kms {

inline constexpr shape::Constraints key_id_rule{.required = true, .min = 1, .max = 2048};
inline constexpr shape::Constraints optional_key_id_rule{.min = 1, .max = 2048};
inline constexpr shape::Constraints alias_rule{
    .required = true, .min = 1, .max = 256, .pattern = "[a-zA-Z0-9:/_-]+"};
inline constexpr shape::Constraints limit_rule{.min = 1, .max = 1000};
inline constexpr shape::Constraints marker_rule{.min = 1, .max = 1024};
inline constexpr shape::Constraints policy_name_rule{.min = 1, .max = 128, .pattern = "[\\w]+"};
inline constexpr shape::Constraints policy_rule{
    .min = 1, .max = 131072, .pattern = "[\\x{09}\\x{0A}\\x{0D}\\x{20}-\\x{FF}]+"};
inline constexpr shape::Constraints required_policy_rule{
    .required = true,
    .min = 1,
    .max = 131072,
    .pattern = "[\\x{09}\\x{0A}\\x{0D}\\x{20}-\\x{FF}]+"};
inline constexpr shape::Constraints algorithm_rule{
    .values = "SYMMETRIC_DEFAULT, RSAES_OAEP_SHA_1, RSAES_OAEP_SHA_256, SM2PKE"};
inline constexpr shape::Constraints grant_tokens_rule{.max = 10};
inline constexpr shape::Constraints ciphertext_rule{.min = 1, .max = 6144};

inline constexpr const char* symmetric_default = "SYMMETRIC_DEFAULT";
inline constexpr const char* default_policy_name = "default";

using GrantTokens = std::vector<std::string>;

struct KeyIdInput {
    std::string key_id;
    static constexpr auto members() {
        return std::tuple{shape::member("KeyId", &KeyIdInput::key_id, key_id_rule)};
    }
};

struct Tag {
    std::string key;
    std::string value;
    static constexpr auto members() {
        return std::tuple{
            shape::member("TagKey", &Tag::key, {.required = true, .min = 1, .max = 128}),
            shape::member("TagValue", &Tag::value, {.required = true, .max = 256})};
    }
};

// Put `tags` over those of a key.
inline aws::Reply<void> set_tags(Tags& tags, const std::vector<Tag>& added) {
    for (std::size_t i = 0; i < added.size(); ++i) {
        if (added[i].key.starts_with("aws:")) {
            return faults::tag("aws: prefixed tag key names are not allowed for external use.");
        }
        for (std::size_t j = 0; j < i; ++j) {
            if (added[j].key == added[i].key) return faults::tag("Duplicate tag keys");
        }
        tags[added[i].key] = added[i].value;
    }
    if (tags.size() > tags_max) return faults::limit_exceeded("A key has at most 50 tags.");
    return base::ok();
}

struct KeyMetadata {
    std::string account;
    std::string key_id;
    std::string arn;
    base::Timestamp created;
    bool enabled = true;
    std::string description;
    std::string key_usage = "ENCRYPT_DECRYPT";
    std::string key_state;
    std::optional<base::Timestamp> deletion_date;
    std::string origin = "AWS_KMS";
    std::string key_manager;
    std::string customer_master_key_spec = symmetric_default;
    std::string key_spec = symmetric_default;
    std::vector<std::string> encryption_algorithms = {symmetric_default};
    bool multi_region = false;
    std::string current_key_material_id;
    static constexpr auto members() {
        using M = KeyMetadata;
        return std::tuple{shape::member("AWSAccountId", &M::account),
                          shape::member("KeyId", &M::key_id),
                          shape::member("Arn", &M::arn),
                          shape::member("CreationDate", &M::created),
                          shape::member("Enabled", &M::enabled),
                          shape::member("Description", &M::description),
                          shape::member("KeyUsage", &M::key_usage),
                          shape::member("KeyState", &M::key_state),
                          shape::member("DeletionDate", &M::deletion_date),
                          shape::member("Origin", &M::origin),
                          shape::member("KeyManager", &M::key_manager),
                          shape::member("CustomerMasterKeySpec", &M::customer_master_key_spec),
                          shape::member("KeySpec", &M::key_spec),
                          shape::member("EncryptionAlgorithms", &M::encryption_algorithms),
                          shape::member("MultiRegion", &M::multi_region),
                          shape::member("CurrentKeyMaterialId", &M::current_key_material_id)};
    }
};

inline const char* key_state(const KeyRow& key) {
    if (key.deletion_date) return "PendingDeletion";
    return key.enabled ? "Enabled" : "Disabled";
}

inline KeyMetadata describe(const aws::Call& call, const KeyRow& key) {
    KeyMetadata out;
    out.account = key.account;
    out.key_id = key.id;
    out.arn = key_arn(call, key.id);
    out.created = key.created;
    out.enabled = key.enabled && !key.deletion_date;
    out.description = key.description;
    out.key_state = key_state(key);
    out.deletion_date = key.deletion_date;
    out.key_manager = key.managed ? "AWS" : "CUSTOMER";
    out.current_key_material_id = key.materials.back().id;
    return out;
}

struct KeyMetadataOutput {
    KeyMetadata key;
    static constexpr auto members() {
        return std::tuple{shape::member("KeyMetadata", &KeyMetadataOutput::key)};
    }
};

// A key that waits for its deletion takes no changes.
inline aws::Reply<void> check_not_deleting(const aws::Call& call, const KeyRow& key) {
    if (key.deletion_date) return faults::pending_deletion(key_arn(call, key.id));
    return base::ok();
}

// Markers are the next name, in base64.
inline aws::Reply<std::optional<std::string>> read_marker(
    const std::optional<std::string>& marker) {
    if (!marker) return std::optional<std::string>();
    auto decoded = wire::decode_base64(*marker);
    if (!decoded || decoded.value().empty()) return faults::invalid_marker();
    return std::optional<std::string>(std::move(decoded.value()));
}
inline std::optional<std::string> write_marker(const std::optional<std::string>& next) {
    if (!next) return std::nullopt;
    return wire::encode_base64(*next);
}

// What every use of a key refuses: grants, and algorithms of keys that there are none of.
inline aws::Reply<void> check_use(const GrantTokens& grant_tokens,
                                  const std::optional<std::string>& algorithm = std::nullopt) {
    if (!grant_tokens.empty()) return faults::invalid_grant_token();
    if (algorithm && *algorithm != symmetric_default) {
        return faults::invalid_key_usage("Algorithm " + *algorithm +
                                         " and key spec SYMMETRIC_DEFAULT are incompatible.");
    }
    return base::ok();
}

inline aws::Fault no_recipients() {
    return faults::unsupported("Recipient is not supported by this server: it has no enclaves.");
}

inline aws::Fault no_dry_run_modifiers() {
    return faults::unsupported("DryRunModifiers are not supported by this server.");
}

// The model lets it out for a kind of dry run that is not here.
inline aws::Reply<void> check_ciphertext(const base::Blob& blob) {
    if (!blob.bytes.empty()) return base::ok();
    return faults::validation(
        "1 validation error detected: Value null at 'ciphertextBlob' failed to satisfy "
        "constraint: Member must not be null");
}

// The name behind "alias/".
inline aws::Reply<std::string> alias_name(const std::string& text) {
    if (!text.starts_with(alias_prefix)) return faults::validation("Invalid identifier");
    return text.substr(alias_prefix.size());
}

}  // namespace kms

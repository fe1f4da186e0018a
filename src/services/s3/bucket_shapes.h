// The documents of the operations on buckets' settings, each asked for and answered alike.
#pragma once

#include <vector>

#include "base/clock.h"
#include "services/s3/shapes.h"
#include "services/s3/tagging.h"

namespace s3 {

struct EncryptionByDefault {
    std::string algorithm;
    Text key_id;
    static constexpr auto members() {
        return std::tuple{member("SSEAlgorithm", &EncryptionByDefault::algorithm),
                          member("KMSMasterKeyID", &EncryptionByDefault::key_id)};
    }
};
struct BlockedEncryption {
    std::vector<std::string> types;
    static constexpr auto members() {
        return std::tuple{member("EncryptionType", &BlockedEncryption::types, {.flattened = true})};
    }
};
struct EncryptionRule {
    std::optional<EncryptionByDefault> by_default;
    std::optional<bool> bucket_key;
    std::optional<BlockedEncryption> blocked;
    static constexpr auto members() {
        return std::tuple{member("ApplyServerSideEncryptionByDefault", &EncryptionRule::by_default),
                          member("BucketKeyEnabled", &EncryptionRule::bucket_key),
                          member("BlockedEncryptionTypes", &EncryptionRule::blocked)};
    }
};
struct EncryptionConfiguration {
    std::vector<EncryptionRule> rules;
    static constexpr auto members() {
        return std::tuple{member("Rules", &EncryptionConfiguration::rules,
                                 {.wire_name = "Rule", .flattened = true})};
    }
};

struct PublicAccessBlock {
    std::optional<bool> block_acls, ignore_acls, block_policy, restrict_buckets;
    static constexpr auto members() {
        using P = PublicAccessBlock;
        return std::tuple{member("BlockPublicAcls", &P::block_acls),
                          member("IgnorePublicAcls", &P::ignore_acls),
                          member("BlockPublicPolicy", &P::block_policy),
                          member("RestrictPublicBuckets", &P::restrict_buckets)};
    }
};

struct OwnershipRule {
    std::string ownership;
    static constexpr auto members() {
        return std::tuple{member("ObjectOwnership", &OwnershipRule::ownership)};
    }
};
struct OwnershipControls {
    std::vector<OwnershipRule> rules;
    static constexpr auto members() {
        return std::tuple{
            member("Rules", &OwnershipControls::rules, {.wire_name = "Rule", .flattened = true})};
    }
};

// ---- lifecycle ----

struct LifecycleExpiration {
    std::optional<base::Timestamp> date;
    std::optional<std::int32_t> days;
    std::optional<bool> expired_marker;
    static constexpr auto members() {
        using E = LifecycleExpiration;
        return std::tuple{member("Date", &E::date, {.timestamp = shape::TimestampFormat::iso8601}),
                          member("Days", &E::days),
                          member("ExpiredObjectDeleteMarker", &E::expired_marker)};
    }
};
struct LifecycleAnd {
    Text prefix;
    std::vector<Tag> tags;
    std::optional<std::int64_t> larger_than, smaller_than;
    static constexpr auto members() {
        using A = LifecycleAnd;
        return std::tuple{member("Prefix", &A::prefix),
                          member("Tags", &A::tags, {.wire_name = "Tag", .flattened = true}),
                          member("ObjectSizeGreaterThan", &A::larger_than),
                          member("ObjectSizeLessThan", &A::smaller_than)};
    }
};
struct LifecycleFilter {
    Text prefix;
    std::optional<Tag> tag;
    std::optional<std::int64_t> larger_than, smaller_than;
    std::optional<LifecycleAnd> all;
    static constexpr auto members() {
        using F = LifecycleFilter;
        return std::tuple{member("Prefix", &F::prefix), member("Tag", &F::tag),
                          member("ObjectSizeGreaterThan", &F::larger_than),
                          member("ObjectSizeLessThan", &F::smaller_than), member("And", &F::all)};
    }
};
// Read to refuse it: there is no other storage class to move to.
struct LifecycleTransition {
    Text storage_class;
    static constexpr auto members() {
        return std::tuple{member("StorageClass", &LifecycleTransition::storage_class)};
    }
};
struct NoncurrentExpiration {
    std::optional<std::int32_t> days, newer;
    static constexpr auto members() {
        return std::tuple{member("NoncurrentDays", &NoncurrentExpiration::days),
                          member("NewerNoncurrentVersions", &NoncurrentExpiration::newer)};
    }
};
struct AbortIncomplete {
    std::optional<std::int32_t> days;
    static constexpr auto members() {
        return std::tuple{member("DaysAfterInitiation", &AbortIncomplete::days)};
    }
};
struct LifecycleRuleShape {
    std::optional<LifecycleExpiration> expiration;
    Text id, prefix;
    std::optional<LifecycleFilter> filter;
    std::string status;
    std::vector<LifecycleTransition> transitions, noncurrent_transitions;
    std::optional<NoncurrentExpiration> noncurrent;
    std::optional<AbortIncomplete> abort;
    static constexpr auto members() {
        using R = LifecycleRuleShape;
        return std::tuple{
            member("Expiration", &R::expiration),
            member("ID", &R::id),
            member("Prefix", &R::prefix),
            member("Filter", &R::filter),
            member("Status", &R::status),
            member("Transitions", &R::transitions, {.wire_name = "Transition", .flattened = true}),
            member("NoncurrentVersionTransitions", &R::noncurrent_transitions,
                   {.wire_name = "NoncurrentVersionTransition", .flattened = true}),
            member("NoncurrentVersionExpiration", &R::noncurrent),
            member("AbortIncompleteMultipartUpload", &R::abort)};
    }
};
struct LifecycleConfiguration {
    std::vector<LifecycleRuleShape> rules;
    static constexpr auto members() {
        return std::tuple{member("Rules", &LifecycleConfiguration::rules,
                                 {.wire_name = "Rule", .flattened = true})};
    }
};

// ---- access control lists, of which there is one: the owner may do all ----

struct Grantee {
    std::string xsi = "http://www.w3.org/2001/XMLSchema-instance", type = "CanonicalUser", id;
    static constexpr auto members() {
        return std::tuple{
            member("XmlNamespace", &Grantee::xsi,
                   {.wire_name = "xmlns:xsi", .xml_attribute = true}),
            member("Type", &Grantee::type, {.wire_name = "xsi:type", .xml_attribute = true}),
            member("ID", &Grantee::id)};
    }
};
struct Grant {
    Grantee grantee;
    std::string permission = "FULL_CONTROL";
    static constexpr auto members() {
        return std::tuple{member("Grantee", &Grant::grantee),
                          member("Permission", &Grant::permission)};
    }
};
struct AccessControlPolicy {
    Owner owner;
    std::vector<Grant> grants;
    static constexpr auto members() {
        return std::tuple{member("Owner", &AccessControlPolicy::owner),
                          member("Grants", &AccessControlPolicy::grants,
                                 {.wire_name = "AccessControlList", .element_name = "Grant"})};
    }
};

}  // namespace s3

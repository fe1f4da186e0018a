// AWS::S3::Bucket. Source: CloudFormation's resource reference. Not here, because the service does
// not have it: CORS, websites, notifications, logging, replication, object lock, transitions,
// inventories, metrics, transfer acceleration.
#include <algorithm>
#include <array>

#include "aws/resource_type.h"
#include "services/s3/s3.h"

namespace s3 {
namespace {

namespace json = boost::json;
using aws::member;

struct ByDefault {
    std::string algorithm;
    std::optional<std::string> key_id;
    bool operator==(const ByDefault&) const = default;
    static constexpr auto members() {
        return std::tuple{member("SSEAlgorithm", &ByDefault::algorithm, {.required = true}),
                          member("KMSMasterKeyID", &ByDefault::key_id)};
    }
};
struct EncryptionRule {
    std::optional<ByDefault> by_default;
    std::optional<bool> bucket_key;
    bool operator==(const EncryptionRule&) const = default;
    static constexpr auto members() {
        return std::tuple{member("ServerSideEncryptionByDefault", &EncryptionRule::by_default),
                          member("BucketKeyEnabled", &EncryptionRule::bucket_key)};
    }
};
struct Encryption {
    std::vector<EncryptionRule> rules;
    bool operator==(const Encryption&) const = default;
    static constexpr auto members() {
        return std::tuple{
            member("ServerSideEncryptionConfiguration", &Encryption::rules, {.required = true})};
    }
};

struct PublicAccess {
    std::optional<bool> block_acls, ignore_acls, block_policy, restrict_buckets;
    bool operator==(const PublicAccess&) const = default;
    static constexpr auto members() {
        return std::tuple{member("BlockPublicAcls", &PublicAccess::block_acls),
                          member("IgnorePublicAcls", &PublicAccess::ignore_acls),
                          member("BlockPublicPolicy", &PublicAccess::block_policy),
                          member("RestrictPublicBuckets", &PublicAccess::restrict_buckets)};
    }
};

struct Versioning {
    std::string status;
    bool operator==(const Versioning&) const = default;
    static constexpr auto members() {
        return std::tuple{member("Status", &Versioning::status, {.required = true})};
    }
};

struct OwnershipRule {
    std::optional<std::string> ownership;
    bool operator==(const OwnershipRule&) const = default;
    static constexpr auto members() {
        return std::tuple{member("ObjectOwnership", &OwnershipRule::ownership)};
    }
};
struct Ownership {
    std::vector<OwnershipRule> rules;
    bool operator==(const Ownership&) const = default;
    static constexpr auto members() {
        return std::tuple{member("Rules", &Ownership::rules, {.required = true})};
    }
};

struct NoncurrentExpiration {
    std::int32_t days = 0;
    std::optional<std::int32_t> newer;
    bool operator==(const NoncurrentExpiration&) const = default;
    static constexpr auto members() {
        return std::tuple{member("NoncurrentDays", &NoncurrentExpiration::days, {.required = true}),
                          member("NewerNoncurrentVersions", &NoncurrentExpiration::newer)};
    }
};
struct AbortIncomplete {
    std::int32_t days = 0;
    bool operator==(const AbortIncomplete&) const = default;
    static constexpr auto members() {
        return std::tuple{
            member("DaysAfterInitiation", &AbortIncomplete::days, {.required = true})};
    }
};
struct RuleProperties {
    std::optional<std::string> id, prefix, date;
    std::string status;
    std::optional<std::int32_t> days, noncurrent_days;
    std::optional<bool> expired_marker;
    std::optional<NoncurrentExpiration> noncurrent;
    std::optional<AbortIncomplete> abort;
    std::vector<aws::Tag> tags;
    std::optional<std::int64_t> larger_than, smaller_than;
    bool operator==(const RuleProperties&) const = default;
    static constexpr auto members() {
        using R = RuleProperties;
        return std::tuple{member("Id", &R::id),
                          member("Prefix", &R::prefix),
                          member("Status", &R::status, {.required = true}),
                          member("ExpirationDate", &R::date),
                          member("ExpirationInDays", &R::days),
                          member("ExpiredObjectDeleteMarker", &R::expired_marker),
                          member("NoncurrentVersionExpiration", &R::noncurrent),
                          member("NoncurrentVersionExpirationInDays", &R::noncurrent_days),
                          member("AbortIncompleteMultipartUpload", &R::abort),
                          member("TagFilters", &R::tags),
                          member("ObjectSizeGreaterThan", &R::larger_than),
                          member("ObjectSizeLessThan", &R::smaller_than)};
    }
};
struct Lifecycle {
    std::vector<RuleProperties> rules;
    bool operator==(const Lifecycle&) const = default;
    static constexpr auto members() {
        return std::tuple{member("Rules", &Lifecycle::rules, {.required = true})};
    }
};

struct BucketResource {
    struct Properties {
        std::optional<std::string> name, access_control;
        std::optional<Encryption> encryption;
        std::optional<PublicAccess> public_access;
        std::optional<Versioning> versioning;
        std::optional<Ownership> ownership;
        std::optional<Lifecycle> lifecycle;
        std::vector<aws::Tag> tags;
        static constexpr auto members() {
            using P = Properties;
            return std::tuple{member("BucketName", &P::name, {.replaces = true}),
                              member("AccessControl", &P::access_control),
                              member("BucketEncryption", &P::encryption),
                              member("PublicAccessBlockConfiguration", &P::public_access),
                              member("VersioningConfiguration", &P::versioning),
                              member("OwnershipControls", &P::ownership),
                              member("LifecycleConfiguration", &P::lifecycle),
                              member("Tags", &P::tags)};
        }
    };
    static constexpr std::string_view attributes[] = {"Arn", "DomainName", "RegionalDomainName",
                                                      "DualStackDomainName", "WebsiteURL"};

    static std::string identify(const aws::ResourceContext& context, const Properties& properties);
    static aws::Reply<aws::ResourceSteps> create(const aws::ResourceContext& context,
                                                 const Properties& properties);
    static aws::Reply<aws::ResourceSteps> update(const aws::ResourceContext& context,
                                                 const Properties& before, const Properties& after);
    static aws::ResourceSteps remove(const aws::ResourceContext& context, const Properties&);
    static aws::ResourceSteps read(const aws::ResourceContext& context, const Properties&);
    static json::object describe(const aws::ResourceContext&, const Properties&,
                                 const aws::ResourceOutputs& outputs);
};

aws::ResourceStep step(const aws::ResourceContext& context, std::string operation,
                       json::object input = {}, std::vector<std::string> done_codes = {}) {
    input["Bucket"] = context.physical_id;
    return {"s3", std::move(operation), std::move(input), std::move(done_codes)};
}

template <class T>
void put(json::object& object, const char* name, const std::optional<T>& value) {
    if (value) object[name] = *value;
}

json::object to_json(const Encryption& encryption) {
    json::array rules;
    for (const EncryptionRule& rule : encryption.rules) {
        json::object out;
        if (rule.by_default) {
            json::object& by_default = out["ApplyServerSideEncryptionByDefault"].emplace_object();
            by_default["SSEAlgorithm"] = rule.by_default->algorithm;
            put(by_default, "KMSMasterKeyID", rule.by_default->key_id);
        }
        put(out, "BucketKeyEnabled", rule.bucket_key);
        rules.push_back(std::move(out));
    }
    return {{"ServerSideEncryptionConfiguration", {{"Rules", std::move(rules)}}}};
}

json::object to_json(const PublicAccess& block) {
    json::object out;
    put(out, "BlockPublicAcls", block.block_acls);
    put(out, "IgnorePublicAcls", block.ignore_acls);
    put(out, "BlockPublicPolicy", block.block_policy);
    put(out, "RestrictPublicBuckets", block.restrict_buckets);
    return {{"PublicAccessBlockConfiguration", std::move(out)}};
}

json::object to_json(const Ownership& ownership) {
    json::array rules;
    for (const OwnershipRule& rule : ownership.rules) {
        json::object out;
        put(out, "ObjectOwnership", rule.ownership);
        rules.push_back(std::move(out));
    }
    return {{"OwnershipControls", {{"Rules", std::move(rules)}}}};
}

json::array to_json(const std::map<std::string, std::string>& tags) {
    json::array set;
    for (const auto& [key, value] : tags)
        set.push_back({{"Key", key}, {"Value", value}});
    return set;
}

// One condition stands alone in S3's filter, several in an And.
json::object filter_of(const RuleProperties& rule) {
    json::object conditions;
    put(conditions, "Prefix", rule.prefix);
    put(conditions, "ObjectSizeGreaterThan", rule.larger_than);
    put(conditions, "ObjectSizeLessThan", rule.smaller_than);
    json::array tags;
    for (const aws::Tag& tag : rule.tags)
        tags.push_back({{"Key", tag.key}, {"Value", tag.value}});
    if (tags.empty() && conditions.size() <= 1) {
        if (conditions.empty()) conditions["Prefix"] = "";
        return conditions;
    }
    if (tags.size() == 1 && conditions.empty()) return {{"Tag", std::move(tags[0])}};
    if (!tags.empty()) conditions["Tags"] = std::move(tags);
    return {{"And", std::move(conditions)}};
}

// The property is "2026-01-01" or has a time too, the operation wants the time.
std::string with_time(const std::string& date) {
    return date.size() == 10 ? date + "T00:00:00Z" : date;
}

json::object to_json(const Lifecycle& lifecycle) {
    json::array rules;
    for (const RuleProperties& rule : lifecycle.rules) {
        json::object out = {{"Status", rule.status}, {"Filter", filter_of(rule)}};
        put(out, "ID", rule.id);
        json::object expiration;
        put(expiration, "Days", rule.days);
        put(expiration, "ExpiredObjectDeleteMarker", rule.expired_marker);
        if (rule.date) expiration["Date"] = with_time(*rule.date);
        if (!expiration.empty()) out["Expiration"] = std::move(expiration);
        if (rule.noncurrent) {
            json::object& older = out["NoncurrentVersionExpiration"].emplace_object();
            older["NoncurrentDays"] = rule.noncurrent->days;
            put(older, "NewerNoncurrentVersions", rule.noncurrent->newer);
        } else if (rule.noncurrent_days) {
            out["NoncurrentVersionExpiration"] = {{"NoncurrentDays", *rule.noncurrent_days}};
        }
        if (rule.abort) {
            out["AbortIncompleteMultipartUpload"] = {{"DaysAfterInitiation", rule.abort->days}};
        }
        rules.push_back(std::move(out));
    }
    return {{"LifecycleConfiguration", {{"Rules", std::move(rules)}}}};
}

// Steps for each setting that differs; `before` has none of them when the bucket is new.
aws::Reply<aws::ResourceSteps> settings(const aws::ResourceContext& context,
                                        const BucketResource::Properties& before,
                                        const BucketResource::Properties& after) {
    if (after.access_control && *after.access_control != "Private") {
        return aws::Fault("InvalidRequest", "AccessControl " + *after.access_control +
                                                " is not supported: there are no access control "
                                                "lists, only Private");
    }
    aws::ResourceSteps steps;
    const auto change = [&](const auto& old, const auto& wanted, const char* put_operation,
                            const char* delete_operation) {
        if (old == wanted) return;
        steps.push_back(wanted ? step(context, put_operation, to_json(*wanted))
                               : step(context, delete_operation));
    };
    change(before.encryption, after.encryption, "PutBucketEncryption", "DeleteBucketEncryption");
    change(before.public_access, after.public_access, "PutPublicAccessBlock",
           "DeletePublicAccessBlock");
    change(before.ownership, after.ownership, "PutBucketOwnershipControls",
           "DeleteBucketOwnershipControls");
    if (before.versioning != after.versioning) {
        // Once on it cannot be taken away, only suspended.
        const std::string status =
            after.versioning ? after.versioning->status : std::string("Suspended");
        steps.push_back(step(context, "PutBucketVersioning",
                             {{"VersioningConfiguration", {{"Status", status}}}}));
    }
    change(before.lifecycle, after.lifecycle, "PutBucketLifecycleConfiguration",
           "DeleteBucketLifecycle");
    return steps;
}

void add_tags(aws::ResourceSteps& steps, const aws::ResourceContext& context,
              const std::vector<aws::Tag>& tags) {
    const auto merged = aws::merge_tags(context, tags);
    steps.push_back(merged.empty() ? step(context, "DeleteBucketTagging")
                                   : step(context, "PutBucketTagging",
                                          {{"Tagging", {{"TagSet", to_json(merged)}}}}));
}

std::string BucketResource::identify(const aws::ResourceContext& context,
                                     const Properties& properties) {
    return properties.name ? *properties.name : aws::generated_lower_name(context, 63);
}

aws::Reply<aws::ResourceSteps> BucketResource::create(const aws::ResourceContext& context,
                                                      const Properties& properties) {
    json::object input;
    if (context.region != "us-east-1") {
        input["CreateBucketConfiguration"] = {{"LocationConstraint", context.region}};
    }
    aws::ResourceSteps steps;
    steps.push_back(step(context, "CreateBucket", std::move(input), {"BucketAlreadyOwnedByYou"}));
    TRY(more, settings(context, {}, properties));
    steps.insert(steps.end(), more.begin(), more.end());
    if (!aws::merge_tags(context, properties.tags).empty()) {
        add_tags(steps, context, properties.tags);
    }
    return steps;
}

aws::Reply<aws::ResourceSteps> BucketResource::update(const aws::ResourceContext& context,
                                                      const Properties& before,
                                                      const Properties& after) {
    TRY(steps, settings(context, before, after));
    const auto changes = aws::change_tags(context, before.tags, after.tags);
    if (!changes.set.empty() || !changes.removed.empty()) add_tags(steps, context, after.tags);
    return steps;
}

aws::ResourceSteps BucketResource::remove(const aws::ResourceContext& context, const Properties&) {
    return {step(context, "DeleteBucket", {}, {"NoSuchBucket"})};
}

aws::ResourceSteps BucketResource::read(const aws::ResourceContext& context, const Properties&) {
    return {step(context, "GetBucketLocation", {}, {"NoSuchBucket"})};
}

// Regions whose website endpoints have a dash before the region's name; the others have a dot.
constexpr std::array dashed_regions = {"us-east-1",      "us-west-1",      "us-west-2",
                                       "ap-southeast-1", "ap-southeast-2", "ap-northeast-1",
                                       "eu-west-1",      "sa-east-1",      "us-gov-west-1"};

json::object BucketResource::describe(const aws::ResourceContext& context, const Properties&,
                                      const aws::ResourceOutputs&) {
    const std::string& name = context.physical_id;
    const bool dashed = std::find(dashed_regions.begin(), dashed_regions.end(), context.region) !=
                        dashed_regions.end();
    const std::string regional = "." + context.region + ".amazonaws.com";
    return {{"Arn", "arn:aws:s3:::" + name},
            {"DomainName", name + ".s3.amazonaws.com"},
            {"RegionalDomainName", name + ".s3" + regional},
            {"DualStackDomainName", name + ".s3.dualstack" + regional},
            {"WebsiteURL", "http://" + name + ".s3-website" + (dashed ? "-" : ".") +
                               context.region + ".amazonaws.com"}};
}

}  // namespace

constinit const aws::ResourceType bucket_resource =
    aws::resource_type<BucketResource>("AWS::S3::Bucket");

}  // namespace s3

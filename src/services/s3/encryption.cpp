#include "services/s3/encryption.h"

#include "services/s3/faults.h"

namespace s3 {

namespace {

constexpr const char* algorithm_header = "x-amz-server-side-encryption";
constexpr const char* key_header = "x-amz-server-side-encryption-aws-kms-key-id";
constexpr const char* bucket_key_header = "x-amz-server-side-encryption-bucket-key-enabled";
constexpr const char* aes = "AES256";
constexpr const char* kms = "aws:kms";
constexpr const char* default_key = "alias/aws/s3";

using Headers = std::map<std::string, std::string>;

EncryptionHeaders from_headers(const Headers& headers) {
    EncryptionHeaders out;
    const auto algorithm = headers.find(algorithm_header);
    if (algorithm == headers.end()) return out;
    out.algorithm = algorithm->second;
    if (const auto key = headers.find(key_header); key != headers.end()) out.key_id = key->second;
    if (headers.contains(bucket_key_header)) out.bucket_key = true;
    return out;
}

// The ARN of the key, which must be usable.
aws::Reply<std::string> find_key(S3& s3, const aws::Call& call, const object_store::Bucket& bucket,
                                 const std::string& key) {
    if (s3.keys() == nullptr) {
        if (key.starts_with("arn:")) return key;
        const std::string resource = key.starts_with("alias/") ? key : "key/" + key;
        return aws::make_arn("kms", call.region, call.account(), resource);
    }
    const std::string arn = "arn:aws:s3:::" + bucket.name;
    auto sealed = s3.keys()->encrypt_under(call, key, "s3", {{"aws:s3:arn", arn}});
    if (!sealed) return faults::of_key(sealed.error());
    return std::move(sealed.value().key_arn);
}

}  // namespace

aws::Reply<void> check_algorithm(const std::string& algorithm) {
    if (algorithm == aes || algorithm == kms) return base::ok();
    if (algorithm == "aws:kms:dsse") return faults::header_not_implemented(algorithm_header);
    return faults::invalid_argument("The encryption method specified is not supported",
                                    algorithm_header, algorithm);
}

aws::Reply<void> apply_encryption(S3& s3, const aws::Call& call, const object_store::Bucket& bucket,
                                  const EncryptionHeaders& asked,
                                  object_store::ObjectProperties& properties) {
    std::string algorithm = aes;
    std::string key;
    bool bucket_key = asked.bucket_key.value_or(false);
    if (asked.algorithm) {
        TRY_VOID(check_algorithm(*asked.algorithm));
        algorithm = *asked.algorithm;
        key = asked.key_id.value_or("");
        if (algorithm != kms && asked.key_id) {
            return faults::invalid_argument(
                "Server Side Encryption with AWS KMS managed key requires HTTP header "
                "x-amz-server-side-encryption : aws:kms",
                algorithm_header, algorithm);
        }
    } else if (asked.key_id) {
        return faults::invalid_argument(
            "Server Side Encryption with AWS KMS managed key requires HTTP header "
            "x-amz-server-side-encryption : aws:kms",
            algorithm_header, "null");
    } else if (bucket.encryption) {
        algorithm = bucket.encryption->algorithm;
        key = bucket.encryption->key_id;
        bucket_key = asked.bucket_key.value_or(bucket.encryption->bucket_key);
    }
    // AES256 is what every object has: it needs no room in the index.
    if (algorithm == aes) return base::ok();
    TRY(arn, find_key(s3, call, bucket, key.empty() ? default_key : key));
    properties.headers[algorithm_header] = kms;
    properties.headers[key_header] = arn;
    if (bucket_key) properties.headers[bucket_key_header] = "true";
    return base::ok();
}

aws::Reply<void> refuse_encryption_headers(const aws::Call& call) {
    for (const char* name : {algorithm_header, key_header, bucket_key_header}) {
        if (call.head == nullptr || call.head->headers.find(name) == nullptr) continue;
        return faults::invalid_argument(
            std::string(name) + " header is not supported for this operation.", name,
            std::string(call.header(name)));
    }
    return base::ok();
}

EncryptionHeaders encryption_of(const object_store::ObjectInfo& info) {
    EncryptionHeaders out = from_headers(info.headers);
    if (!out.algorithm && info.encrypted) out.algorithm = aes;
    return out;
}

EncryptionHeaders encryption_of(const object_store::ObjectProperties& properties) {
    EncryptionHeaders out = from_headers(properties.headers);
    if (!out.algorithm) out.algorithm = aes;
    return out;
}

}  // namespace s3

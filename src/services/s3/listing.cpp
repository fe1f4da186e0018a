#include "services/s3/listing.h"

#include "services/s3/faults.h"
#include "wire/base64.h"
#include "wire/uri.h"

namespace s3 {

namespace {

constexpr char token_version = '1';

}  // namespace

std::string encode_token(std::string_view key) {
    return wire::encode_base64(token_version + std::string(key));
}

aws::Reply<std::string> decode_token(const std::string& token) {
    const auto bytes = wire::decode_base64(token);
    if (!bytes || bytes.value().empty() || bytes.value().front() != token_version) {
        return faults::invalid_argument("The continuation token provided is incorrect",
                                        "continuation-token", token);
    }
    return bytes.value().substr(1);
}

aws::Reply<bool> wants_encoding(const Text& encoding_type) {
    if (!encoding_type) return false;
    if (*encoding_type != "url") {
        return faults::invalid_argument("Invalid Encoding Method specified in Request",
                                        "encoding-type", *encoding_type);
    }
    return true;
}

std::string encode_key(const std::string& key, bool encoded) {
    return encoded ? wire::percent_encode(key, true) : key;
}

aws::Reply<Listed> list(S3& s3, const aws::Call& call, const ListInput& input,
                        const std::string& start_after, bool with_owner) {
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    TRY(encoded, wants_encoding(input.encoding_type));
    TRY(keys_max, parse_count(input.max_keys, "max-keys", keys_per_page_max, keys_per_page_max));
    object_store::ListRequest request;
    request.prefix = input.prefix.value_or("");
    request.delimiter = input.delimiter.value_or("");
    request.start_after = start_after;
    request.keys_max = keys_max;
    auto answer = s3.store().list(bucket.name, request);
    if (!answer) return faults::from(answer.error(), bucket.name);

    Listed listed;
    listed.encoded = encoded;
    listed.next = std::move(answer.value().next_start_after);
    ListOutput& output = listed.output;
    output.name = bucket.name;
    output.prefix = encode_key(request.prefix, encoded);
    if (!request.delimiter.empty()) output.delimiter = encode_key(request.delimiter, encoded);
    output.max_keys = static_cast<std::int32_t>(keys_max);
    if (encoded) output.encoding_type = "url";
    output.is_truncated = answer.value().truncated;
    for (object_store::ObjectInfo& info : answer.value().objects) {
        ListedObject object;
        object.key = encode_key(info.key, encoded);
        object.last_modified = xml_time(info.modified);
        object.etag = quote(info.etag);
        for (const auto& [algorithm, value] : info.checksums) {
            object.checksum_algorithm.push_back(algorithm);
        }
        if (!info.checksums.empty()) object.checksum_type = info.checksum_type;
        object.size = static_cast<std::int64_t>(info.size_bytes);
        if (with_owner) object.owner = Owner{canonical_user_id(bucket.account)};
        output.contents.push_back(std::move(object));
    }
    for (const std::string& prefix : answer.value().common_prefixes) {
        output.common_prefixes.push_back({encode_key(prefix, encoded)});
    }
    return listed;
}

}  // namespace s3

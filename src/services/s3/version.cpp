#include "services/s3/version.h"

namespace s3 {

namespace {

// Why a version, or what a plain read finds, is not there.
aws::Fault missing(S3& s3, const base::Error& error, const object_store::Bucket& bucket,
                   const std::string& key, const Text& version_id) {
    if (error.context == "marker") return faults::marker_not_allowed(version_id.value_or(""));
    if (error.context == "version") return faults::no_such_version(key, version_id.value_or(""));
    if (error.kind == base::ErrorKind::not_found && error.context == "key" && bucket.versioning) {
        auto marker = s3.store().find_marker(bucket.name, key);
        if (marker && marker.value()) {
            return faults::hidden_by_marker(key, marker.value()->version_id);
        }
    }
    return faults::from(error, bucket.name, key);
}

}  // namespace

VersionHeader version_header(const object_store::Bucket& bucket, const std::string& version_id) {
    if (!bucket.versioning) return {};
    return {version_id};
}

aws::Reply<void> check_version_id(const Text& version_id) {
    if (!version_id || object_store::is_version_id(*version_id)) return base::ok();
    return faults::invalid_version_id(*version_id);
}

aws::Reply<object_store::ObjectInfo> head(S3& s3, const object_store::Bucket& bucket,
                                          const VersionTarget& target) {
    TRY_VOID(check_key(target.key));
    TRY_VOID(check_version_id(target.version_id));
    auto info = target.version_id
                    ? s3.store().head_version(bucket.name, target.key, *target.version_id)
                    : s3.store().head(bucket.name, target.key);
    if (!info) return missing(s3, info.error(), bucket, target.key, target.version_id);
    return std::move(info.value());
}

aws::Reply<std::unique_ptr<object_store::ObjectReader>> open(S3& s3,
                                                             const object_store::Bucket& bucket,
                                                             const std::string& key,
                                                             const Text& version_id) {
    TRY_VOID(check_key(key));
    TRY_VOID(check_version_id(version_id));
    auto reader = version_id ? s3.store().open_version(bucket.name, key, *version_id)
                             : s3.store().open_object(bucket.name, key);
    if (!reader) return missing(s3, reader.error(), bucket, key, version_id);
    return std::move(reader.value());
}

}  // namespace s3

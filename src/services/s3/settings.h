// What a bucket is told about itself: documents that the object store keeps with it.
#pragma once

#include "meta_store/meta_store.h"
#include "services/s3/faults.h"
#include "services/s3/request.h"
#include "services/s3/s3.h"

namespace s3 {

// Names of documents; lifecycle_document is in lifecycle.h. They are stored: for ever.
inline constexpr const char* policy_document = "policy";
inline constexpr const char* tagging_document = "tagging";
inline constexpr const char* public_access_document = "public_access_block";
inline constexpr const char* ownership_document = "ownership_controls";

struct TagsRow {
    std::map<std::string, std::string> tags;
    static constexpr auto members() { return std::tuple{shape::member("tags", &TagsRow::tags)}; }
};

// New buckets block all public access; so does a bucket without such a document.
struct PublicAccessRow {
    bool block_acls = true, ignore_acls = true, block_policy = true, restrict_buckets = true;
    bool removed = false;  // by DeletePublicAccessBlock
    static constexpr auto members() {
        using R = PublicAccessRow;
        return std::tuple{shape::member("block_acls", &R::block_acls),
                          shape::member("ignore_acls", &R::ignore_acls),
                          shape::member("block_policy", &R::block_policy),
                          shape::member("restrict_buckets", &R::restrict_buckets),
                          shape::member("removed", &R::removed)};
    }
};

struct OwnershipRow {
    bool removed = false;  // by DeleteBucketOwnershipControls; else BucketOwnerEnforced
    static constexpr auto members() {
        return std::tuple{shape::member("removed", &OwnershipRow::removed)};
    }
};

// The document's text; nullopt when there is none.
inline aws::Reply<std::optional<std::string>> read_document(S3& s3, const std::string& bucket,
                                                            const char* name) {
    auto text = s3.store().document(bucket, name);
    if (!text) return faults::from(text.error(), bucket);
    return std::move(text.value());
}

inline aws::Reply<void> write_document(S3& s3, const std::string& bucket, const char* name,
                                       std::optional<std::string> text) {
    auto written = s3.store().put_document(bucket, name, std::move(text));
    if (!written) return faults::from(written.error(), bucket);
    return base::ok();
}

// The same for documents that are rows.
template <class Row>
aws::Reply<std::optional<Row>> read_setting(S3& s3, const std::string& bucket, const char* name) {
    TRY(text, read_document(s3, bucket, name));
    std::optional<Row> row;
    if (!text) return row;
    auto decoded = meta_store::decode_row(shape::type_of<Row>(), *text, &row.emplace());
    if (!decoded) return faults::from(decoded.error(), bucket);
    return row;
}

template <class Row>
aws::Reply<void> write_setting(S3& s3, const std::string& bucket, const char* name,
                               const Row& row) {
    return write_document(s3, bucket, name, meta_store::encode_row(shape::type_of<Row>(), &row));
}

}  // namespace s3

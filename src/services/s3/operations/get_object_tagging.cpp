// Objects have no tags here (what would set them is refused), so the answer is always the empty
// set. The AWS CLI asks for it before it copies an object in parts.
#include "services/s3/faults.h"
#include "services/s3/request.h"
#include "services/s3/s3.h"

namespace s3 {

namespace {

struct Input : ObjectTarget {
    static constexpr auto members() { return ObjectTarget::members(); }
};
struct Tag {
    std::string key, value;
    static constexpr auto members() {
        return std::tuple{member("Key", &Tag::key), member("Value", &Tag::value)};
    }
};
struct Output {
    std::vector<Tag> tag_set;
    static constexpr auto members() {
        return std::tuple{member("TagSet", &Output::tag_set, {.element_name = "Tag"})};
    }
};

aws::Reply<Output> run(S3& s3, const aws::Call& call, Input& input) {
    TRY_VOID(check_key(input.key));
    TRY(bucket, s3.bucket(call, input.bucket, input.expected_owner));
    auto info = s3.store().head(bucket.name, input.key);
    if (!info) return faults::from(info.error(), bucket.name, input.key);
    return Output{};
}

}  // namespace

constinit const aws::Operation get_object_tagging = aws::operation<&run>(
    "GetObjectTagging", {.http = {"GET", "/{Bucket}/{Key+}?tagging"}, .output_element = "Tagging"});

}  // namespace s3

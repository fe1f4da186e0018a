// Tags of buckets and of objects: their shapes, their rules, and the header that gives them with an
// object.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "aws/fault.h"
#include "services/s3/shapes.h"

namespace s3 {

inline constexpr std::size_t bucket_tags_max = 50;
inline constexpr std::size_t object_tags_max = 10;

using Tags = std::map<std::string, std::string>;

struct Tag {
    std::string key, value;
    static constexpr auto members() {
        return std::tuple{member("Key", &Tag::key), member("Value", &Tag::value)};
    }
};

struct Tagging {
    std::vector<Tag> tag_set;
    static constexpr auto members() {
        return std::tuple{member("TagSet", &Tagging::tag_set, {.element_name = "Tag"})};
    }
};

// errors InvalidTag (a key twice, lengths, reserved prefix), BadRequest (too many)
aws::Reply<Tags> to_tags(const Tagging& tagging, std::size_t tags_max);
std::vector<Tag> to_tag_set(const Tags& tags);

// x-amz-tagging: "a=1&b=2", form-encoded. errors InvalidArgument and those above
aws::Reply<Tags> parse_tagging_header(const std::string& text);

}  // namespace s3

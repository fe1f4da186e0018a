#include "services/s3/tagging.h"

#include "services/s3/faults.h"
#include "wire/uri.h"
#include "wire/utf8.h"

namespace s3 {

namespace {

constexpr std::size_t key_characters_max = 128;
constexpr std::size_t value_characters_max = 256;

std::size_t characters_of(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) {
        if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) ++count;
    }
    return count;
}

bool is_prefixed(std::string_view key) {
    return key.size() >= 4 && wire::equals_ignoring_case(key.substr(0, 4), "aws:");
}

aws::Reply<void> add_tag(Tags& tags, const std::string& key, const std::string& value) {
    if (key.empty() || characters_of(key) > key_characters_max || !wire::is_utf8(key)) {
        return faults::invalid_tag("The TagKey you have provided is invalid", "TagKey", key);
    }
    if (characters_of(value) > value_characters_max || !wire::is_utf8(value)) {
        return faults::invalid_tag("The TagValue you have provided is invalid", "TagValue", value);
    }
    if (is_prefixed(key)) {
        return faults::invalid_tag("System tags cannot be added/updated by requester", "TagKey",
                                   key);
    }
    if (!tags.emplace(key, value).second) {
        return faults::invalid_tag("Cannot provide multiple Tags with the same key", "TagKey", key);
    }
    return base::ok();
}

aws::Reply<void> check_count(std::size_t count, std::size_t tags_max) {
    if (count <= tags_max) return base::ok();
    return faults::bad_request((tags_max == object_tags_max ? "Object" : "Bucket") +
                               std::string(" tags cannot be greater than ") +
                               std::to_string(tags_max));
}

}  // namespace

aws::Reply<Tags> to_tags(const Tagging& tagging, std::size_t tags_max) {
    TRY_VOID(check_count(tagging.tag_set.size(), tags_max));
    Tags tags;
    for (const Tag& tag : tagging.tag_set) {
        TRY_VOID(add_tag(tags, tag.key, tag.value));
    }
    return tags;
}

std::vector<Tag> to_tag_set(const Tags& tags) {
    std::vector<Tag> set;
    for (const auto& [key, value] : tags)
        set.push_back({key, value});
    return set;
}

aws::Reply<Tags> parse_tagging_header(const std::string& text) {
    const auto pairs = wire::parse_query(text, 1000);
    if (!pairs) {
        return faults::invalid_argument(
            "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query "
            "parameters without tag name duplicates.",
            "x-amz-tagging", text);
    }
    TRY_VOID(check_count(pairs->size(), object_tags_max));
    Tags tags;
    for (const wire::QueryParameter& pair : *pairs) {
        TRY_VOID(add_tag(tags, pair.name, pair.value));
    }
    return tags;
}

}  // namespace s3

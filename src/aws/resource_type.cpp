#include "aws/resource_type.h"

#include <algorithm>

#include "aws/json_values.h"

namespace aws {

namespace {

constexpr std::size_t suffix_length = 12;

std::map<std::string, std::string> as_map(const std::vector<Tag>& tags) {
    std::map<std::string, std::string> map;
    for (const Tag& tag : tags) {
        map[tag.key] = tag.value;
    }
    return map;
}

}  // namespace

std::string generated_name(const ResourceContext& context, std::size_t length_max) {
    std::string suffix = context.token.substr(0, suffix_length);
    std::transform(suffix.begin(), suffix.end(), suffix.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    const std::size_t room = length_max - suffix_length - 2;
    std::string stack = context.stack_name;
    std::string logical = context.logical_id;
    if (stack.size() + logical.size() > room) {
        const std::size_t half = room / 2;
        if (stack.size() <= half) {
            logical.resize(room - stack.size());
        } else if (logical.size() <= room - half) {
            stack.resize(room - logical.size());
        } else {
            stack.resize(half);
            logical.resize(room - half);
        }
    }
    return stack + "-" + logical + "-" + suffix;
}

std::string generated_lower_name(const ResourceContext& context, std::size_t length_max) {
    std::string name = generated_name(context, length_max);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return name;
}

std::string uuid_of_token(std::string_view token) {
    std::string digits(token.substr(0, 32));
    digits.resize(32, '0');
    digits[12] = '4';  // version: random
    digits[16] = "89ab"[static_cast<unsigned char>(digits[16]) & 3];
    return digits.substr(0, 8) + "-" + digits.substr(8, 4) + "-" + digits.substr(12, 4) + "-" +
           digits.substr(16, 4) + "-" + digits.substr(20);
}

std::map<std::string, std::string> merge_tags(const ResourceContext& context,
                                              const std::map<std::string, std::string>& tags) {
    std::map<std::string, std::string> merged = tags;
    merged.insert(context.tags.begin(), context.tags.end());
    return merged;
}

std::map<std::string, std::string> merge_tags(const ResourceContext& context,
                                              const std::vector<Tag>& tags) {
    return merge_tags(context, as_map(tags));
}

TagChanges change_tags(const ResourceContext& context,
                       const std::map<std::string, std::string>& before,
                       const std::map<std::string, std::string>& after) {
    std::map<std::string, std::string> all_before = before;
    all_before.insert(context.tags_before.begin(), context.tags_before.end());
    const auto all_after = merge_tags(context, after);
    TagChanges changes;
    for (const auto& [key, value] : all_after) {
        const auto old = all_before.find(key);
        if (old == all_before.end() || old->second != value) changes.set[key] = value;
    }
    for (const auto& [key, value] : all_before) {
        if (!all_after.contains(key)) changes.removed.push_back(key);
    }
    return changes;
}

TagChanges change_tags(const ResourceContext& context, const std::vector<Tag>& before,
                       const std::vector<Tag>& after) {
    return change_tags(context, as_map(before), as_map(after));
}

Reply<std::shared_ptr<void>> decode_properties(const ResourceType& type,
                                               const std::string& logical_id,
                                               const boost::json::value& json) {
    std::shared_ptr<void> properties = type.make_properties();
    const auto problems = from_json(json, type.properties(), properties.get(),
                                    JsonOptions{.coerce_scalars = true, .require_members = true});
    std::string text;
    for (const JsonProblem& problem : problems) {
        text += (text.empty() ? "" : "\n") + problem.path + ": " + problem.message;
    }
    if (text.empty()) return properties;
    return Fault("ValidationError", "Properties validation failed for resource " + logical_id +
                                        " with message:\n" + text);
}

}  // namespace aws

#include "services/cloudformation/names.h"

#include <algorithm>
#include <array>

#include "aws/call.h"
#include "base/check.h"
#include "base/ids.h"

namespace cloudformation {

namespace {

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// "arn:aws:cloudformation:<region>:<account>:<resource>"
struct Parts {
    std::string_view region;
    std::string_view account;
    std::string_view resource;
};
std::optional<Parts> split_arn(std::string_view arn) {
    constexpr std::string_view prefix = "arn:aws:cloudformation:";
    if (!arn.starts_with(prefix)) return std::nullopt;
    arn.remove_prefix(prefix.size());
    std::array<std::string_view, 2> found;
    for (std::string_view& part : found) {
        const std::size_t colon = arn.find(':');
        if (colon == std::string_view::npos) return std::nullopt;
        part = arn.substr(0, colon);
        arn.remove_prefix(colon + 1);
    }
    return Parts{found[0], found[1], arn};
}

// "<kind>/<name>/<id>"
struct NamedResource {
    std::string_view name;
    std::string_view id;
};
std::optional<NamedResource> split_resource(std::string_view resource, std::string_view kind) {
    if (!resource.starts_with(kind)) return std::nullopt;
    resource.remove_prefix(kind.size());
    const std::size_t slash = resource.find('/');
    if (slash == std::string_view::npos || slash == 0 || slash + 1 == resource.size()) {
        return std::nullopt;
    }
    return NamedResource{resource.substr(0, slash), resource.substr(slash + 1)};
}

}  // namespace

std::optional<StackArn> parse_stack_arn(std::string_view arn) {
    const auto parts = split_arn(arn);
    if (!parts) return std::nullopt;
    const auto resource = split_resource(parts->resource, "stack/");
    if (!resource) return std::nullopt;
    return StackArn{
        {std::string(parts->account), std::string(parts->region), std::string(resource->id)},
        std::string(resource->name)};
}

std::string make_stack_arn(const StackKey& key, std::string_view name) {
    return aws::make_arn("cloudformation", key.region, key.account,
                         "stack/" + std::string(name) + "/" + key.uuid);
}

StackKey key_of(const std::string& stack_arn) {
    auto parsed = parse_stack_arn(stack_arn);
    CHECK(parsed.has_value());
    return std::move(parsed->key);
}

std::optional<std::string> change_set_name_of(std::string_view arn) {
    const auto parts = split_arn(arn);
    if (!parts) return std::nullopt;
    const auto resource = split_resource(parts->resource, "changeSet/");
    if (!resource) return std::nullopt;
    return std::string(resource->name);
}

std::string make_change_set_arn(const StackKey& key, std::string_view name, base::Random& random) {
    return aws::make_arn("cloudformation", key.region, key.account,
                         "changeSet/" + std::string(name) + "/" + base::make_uuid(random));
}

bool is_stack_name(std::string_view name) {
    if (name.empty() || name.size() > stack_name_length_max || !is_letter(name[0])) return false;
    return std::ranges::all_of(
        name, [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; });
}

}  // namespace cloudformation

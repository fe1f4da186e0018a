// Shapes and rules that several operations share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/ssm/faults.h"
#include "services/ssm/ssm.h"
#include "wire/base64.h"

namespace ssm {

inline constexpr shape::Constraints name_rule{.required = true, .min = 1, .max = 2048};
inline constexpr shape::Constraints names_rule{.required = true, .min = 1, .max = 10};
inline constexpr shape::Constraints page_rule{.min = 1, .max = 50};
inline constexpr shape::Constraints resource_type_rule{
    .required = true,
    .values =
        "Document, ManagedInstance, MaintenanceWindow, Parameter, PatchBaseline, OpsItem, "
        "OpsMetadata, Automation, Association"};
inline constexpr shape::Constraints resource_id_rule{.required = true};
inline constexpr const char* tag_pattern = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*";
inline constexpr const char* standard_tier = "Standard";
inline constexpr const char* text_data = "text";

struct Tag {
    std::string key;
    std::string value;
    static constexpr auto members() {
        return std::tuple{
            shape::member("Key", &Tag::key,
                          {.required = true, .min = 1, .max = 128, .pattern = tag_pattern}),
            shape::member("Value", &Tag::value,
                          {.required = true, .max = 256, .pattern = tag_pattern})};
    }
};

inline aws::Reply<void> set_tags(Tags& tags, const std::vector<Tag>& added) {
    for (const Tag& tag : added) {
        if (tag.key.starts_with("aws:")) {
            return faults::validation("Tag keys can't begin with aws:, which is reserved.");
        }
        tags[tag.key] = tag.value;
    }
    if (tags.size() > tags_max) return faults::too_many_tags();
    return base::ok();
}

// A parameter as GetParameter and its likes give it.
struct ParameterOutput {
    std::string name;
    std::string type;
    std::string value;
    std::int64_t version = 1;
    std::optional<std::string> selector;
    base::Timestamp last_modified_date;
    std::string arn;
    std::string data_type = text_data;
    static constexpr auto members() {
        using P = ParameterOutput;
        return std::tuple{shape::member("Name", &P::name),
                          shape::member("Type", &P::type),
                          shape::member("Value", &P::value, {.sensitive = true}),
                          shape::member("Version", &P::version),
                          shape::member("Selector", &P::selector),
                          shape::member("LastModifiedDate", &P::last_modified_date),
                          shape::member("ARN", &P::arn),
                          shape::member("DataType", &P::data_type)};
    }
};

inline aws::Reply<ParameterOutput> show(const Ssm& ssm, const aws::Call& call, const Found& found,
                                        bool decrypt) {
    ParameterOutput out;
    TRY(value, ssm.value_of(call, found.parameter.name, found.version, decrypt));
    out.name = found.parameter.name;
    out.type = found.version.type;
    out.value = std::move(value);
    out.version = found.version.number;
    if (!found.selector.empty()) out.selector = found.selector;
    out.last_modified_date = found.version.modified;
    out.arn = parameter_arn(call, found.parameter.name);
    return out;
}

// Tokens are where to go on, in base64.
inline aws::Reply<std::optional<std::string>> read_token(const std::optional<std::string>& token) {
    if (!token) return std::optional<std::string>();
    auto decoded = wire::decode_base64(*token);
    if (!decoded || decoded.value().empty()) return faults::invalid_next_token();
    return std::optional<std::string>(std::move(decoded.value()));
}

// Only parameters have tags here.
inline aws::Reply<void> check_resource_type(const std::string& type) {
    if (type != "Parameter") return faults::invalid_resource_type();
    return base::ok();
}

// ResourceId is a name; clients also send the ARN.
inline std::string resource_name(const aws::Call& call, const std::string& id) {
    const Selector selector = parse_selector(call, id);
    return selector.names.empty() ? id : selector.names.front();
}

// Change the tags of a parameter that is there.
template <class Edit>
aws::Reply<void> change_tags(Ssm& ssm, const aws::Call& call, const std::string& id, Edit edit) {
    return ssm.update(call, resource_name(call, id),
                      [&](const std::optional<ParameterRow>& before) -> aws::Reply<Ssm::Change> {
                          if (!before) return faults::invalid_resource_id();
                          ParameterRow row = *before;
                          TRY_VOID(edit(row.tags));
                          return Ssm::Change{std::move(row), std::nullopt};
                      });
}

}  // namespace ssm

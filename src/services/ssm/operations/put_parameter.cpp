// PutParameter: a new parameter, or with Overwrite a new version of one. What an overwrite leaves
// out stays as it was.
#include <re2/re2.h>

#include "services/ssm/shapes.h"
#include "wire/utf8.h"

namespace ssm {
namespace put_parameter_operation {

struct Input {
    std::string name;
    std::optional<std::string> description;
    std::optional<std::string> value;
    std::optional<std::string> type;
    std::optional<std::string> key_id;
    bool overwrite = false;
    std::optional<std::string> allowed_pattern;
    std::vector<Tag> tags;
    std::optional<std::string> tier;
    std::optional<std::string> policies;
    std::optional<std::string> data_type;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{
            shape::member("Name", &I::name, name_rule),
            shape::member("Description", &I::description, {.max = 1024}),
            shape::member("Value", &I::value, {.required = true, .min = 1, .sensitive = true}),
            shape::member("Type", &I::type, {.values = "String, StringList, SecureString"}),
            shape::member("KeyId", &I::key_id,
                          {.min = 1, .max = 256, .pattern = "([a-zA-Z0-9:/_-]+)"}),
            shape::member("Overwrite", &I::overwrite),
            shape::member("AllowedPattern", &I::allowed_pattern, {.max = 1024}),
            shape::member("Tags", &I::tags, {.max = 1000}),
            shape::member("Tier", &I::tier, {.values = "Standard, Advanced, Intelligent-Tiering"}),
            shape::member("Policies", &I::policies, {.min = 1, .max = 4096}),
            shape::member("DataType", &I::data_type, {.max = 128})};
    }
};
struct Output {
    std::int64_t version = 1;
    std::string tier = standard_tier;
    static constexpr auto members() {
        return std::tuple{shape::member("Version", &Output::version),
                          shape::member("Tier", &Output::tier)};
    }
};

aws::Reply<void> check_value(const std::string& value) {
    if (wire::utf8_length(value) > value_characters_max) {
        return faults::validation(
            "Standard tier parameters support a maximum parameter value of 4096 characters. To "
            "create a larger parameter value, upgrade the parameter to use the advanced-parameter "
            "tier. For more information, see "
            "https://docs.aws.amazon.com/systems-manager/latest/userguide/"
            "parameter-store-advanced-parameters.html");
    }
    const auto open = value.find("{{");
    if (open != std::string::npos && value.find("}}", open) != std::string::npos) {
        return faults::validation(
            "Parameter value can't nest another parameter. Do not use \"{{}}\" in the value.");
    }
    return base::ok();
}

// What does not depend on the parameter that is there.
aws::Reply<void> check(const Input& input) {
    TRY_VOID(check_new_name(input.name));
    TRY_VOID(check_value(*input.value));
    if (input.overwrite && !input.tags.empty()) {
        return faults::validation(
            "Invalid request: tags and overwrite can't be used together. To create a parameter "
            "with tags, please remove overwrite flag. To update tags for an existing parameter, "
            "please use AddTagsToResource or RemoveTagsFromResource.");
    }
    if (input.tier == "Advanced") {
        return faults::validation(
            "Tier Advanced is not supported by this server: its parameters "
            "are of the standard tier.");
    }
    if (input.policies) {
        return faults::validation(
            "Policies are not supported by this server: they need the advanced tier.");
    }
    if (input.data_type && *input.data_type != text_data) {
        return faults::validation("The following data type is not supported: " + *input.data_type +
                                  " (Data type names are all lowercase.)");
    }
    return base::ok();
}

aws::Reply<void> check_pattern(const std::string& pattern, const std::string& value) {
    if (pattern.empty()) return base::ok();
    RE2::Options options;
    options.set_log_errors(false);
    const RE2 compiled(pattern, options);
    if (!compiled.ok()) return faults::bad_pattern();
    if (!RE2::PartialMatch(value, compiled)) return faults::pattern_mismatch(pattern);
    return base::ok();
}

// An empty text takes away what was there.
void replace(std::optional<std::string>& text, const std::optional<std::string>& with) {
    if (!with) return;
    text = with;
    if (text->empty()) text.reset();
}

// The version that the request makes of what is there.
aws::Reply<VersionRow> make_version(const Ssm& ssm, const aws::Call& call, const Input& input,
                                    const std::optional<ParameterRow>& before) {
    VersionRow version = before ? before->latest : VersionRow();
    version.number = before ? before->latest.number + 1 : 1;
    if (!before && !input.type) {
        return faults::validation("A parameter type is required when you create a parameter.");
    }
    if (before && input.type && *input.type != version.type) return faults::type_mismatch();
    if (input.type) version.type = *input.type;
    replace(version.description, input.description);
    replace(version.allowed_pattern, input.allowed_pattern);
    TRY_VOID(check_pattern(version.allowed_pattern.value_or(""), *input.value));
    version.modified = ssm.now();
    version.modified_by = call.caller.arn;
    if (version.type != "SecureString") {
        if (input.key_id) {
            return faults::validation("KeyId is required for SecureString type parameter only.");
        }
        version.value = *input.value;
        return version;
    }
    version.key_id = input.key_id.value_or(default_key);
    TRY(sealed, ssm.encrypt(call, input.name, *version.key_id, *input.value));
    version.value = std::move(sealed);
    return version;
}

// Room for one more version: the oldest goes, unless a label holds it.
aws::Reply<void> make_room(ParameterRow& parameter) {
    if (parameter.latest.number - parameter.first + 1 <= versions_max) return base::ok();
    for (const auto& [label, number] : parameter.labels) {
        if (number == parameter.first) return faults::max_versions(parameter.name);
    }
    ++parameter.first;
    return base::ok();
}

aws::Reply<Output> run(Ssm& ssm, const aws::Call& call, Input& input) {
    TRY_VOID(check(input));
    Output output;
    TRY_VOID(ssm.update(call, input.name,
                        [&](const std::optional<ParameterRow>& before) -> aws::Reply<Ssm::Change> {
                            if (before && !input.overwrite) return faults::already_exists();
                            TRY(version, make_version(ssm, call, input, before));
                            ParameterRow parameter = before.value_or(ParameterRow());
                            parameter.name = input.name;
                            parameter.latest = version;
                            TRY_VOID(make_room(parameter));
                            TRY_VOID(set_tags(parameter.tags, input.tags));
                            output.version = version.number;
                            return Ssm::Change{std::move(parameter), std::move(version)};
                        }));
    return output;
}

}  // namespace put_parameter_operation

constinit const aws::Operation put_parameter =
    aws::operation<&put_parameter_operation::run>("PutParameter");

}  // namespace ssm

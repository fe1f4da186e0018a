// GetParameterHistory: every version that there is, oldest first, with its labels.
#include "services/ssm/shapes.h"

namespace ssm {
namespace get_parameter_history_operation {

constexpr std::int32_t page_default = 50;

struct Input {
    std::string name;
    bool with_decryption = false;
    std::optional<std::int32_t> max_results;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{shape::member("Name", &Input::name, name_rule),
                          shape::member("WithDecryption", &Input::with_decryption),
                          shape::member("MaxResults", &Input::max_results, page_rule),
                          shape::member("NextToken", &Input::next_token)};
    }
};
struct Entry {
    std::string name;
    std::string type;
    std::optional<std::string> key_id;
    base::Timestamp last_modified_date;
    std::string last_modified_user;
    std::optional<std::string> description;
    std::string value;
    std::optional<std::string> allowed_pattern;
    std::int64_t version = 1;
    std::vector<std::string> labels;
    std::string tier = standard_tier;
    std::vector<shape::Empty> policies;
    std::string data_type = text_data;
    static constexpr auto members() {
        using E = Entry;
        return std::tuple{shape::member("Name", &E::name),
                          shape::member("Type", &E::type),
                          shape::member("KeyId", &E::key_id),
                          shape::member("LastModifiedDate", &E::last_modified_date),
                          shape::member("LastModifiedUser", &E::last_modified_user),
                          shape::member("Description", &E::description),
                          shape::member("Value", &E::value, {.sensitive = true}),
                          shape::member("AllowedPattern", &E::allowed_pattern),
                          shape::member("Version", &E::version),
                          shape::member("Labels", &E::labels),
                          shape::member("Tier", &E::tier),
                          shape::member("Policies", &E::policies),
                          shape::member("DataType", &E::data_type)};
    }
};
struct Output {
    std::vector<Entry> parameters;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{shape::member("Parameters", &Output::parameters),
                          shape::member("NextToken", &Output::next_token)};
    }
};

aws::Reply<Entry> make_entry(const Ssm& ssm, const aws::Call& call, const ParameterRow& parameter,
                             const VersionRow& version, bool decrypt) {
    Entry entry;
    TRY(value, ssm.value_of(call, parameter.name, version, decrypt));
    entry.name = parameter.name;
    entry.type = version.type;
    entry.key_id = version.key_id;
    entry.last_modified_date = version.modified;
    entry.last_modified_user = version.modified_by;
    entry.description = version.description;
    entry.value = std::move(value);
    entry.allowed_pattern = version.allowed_pattern;
    entry.version = version.number;
    for (const auto& [label, number] : parameter.labels) {
        if (number == version.number) entry.labels.push_back(label);
    }
    return entry;
}

aws::Reply<Output> run(Ssm& ssm, const aws::Call& call, Input& input) {
    TRY(token, read_token(input.next_token));
    TRY(parameter, ssm.read(call, resource_name(call, input.name)));
    if (!parameter) return faults::not_found();
    const auto most = static_cast<std::size_t>(input.max_results.value_or(page_default));
    std::int64_t from = parameter->first;
    if (token) {
        // The token is the number of a version, in as many digits as it takes.
        if (token->size() > 18 || token->find_first_not_of("0123456789") != std::string::npos) {
            return faults::invalid_next_token();
        }
        from = std::stoll(*token);
    }
    std::vector<VersionRow> versions;
    Output output;
    TRY_VOID(ssm.scan_versions(call, parameter->name, from, [&](VersionRow& version) {
        if (versions.size() == most) {
            output.next_token = wire::encode_base64(std::to_string(version.number));
            return false;
        }
        versions.push_back(std::move(version));
        return true;
    }));
    for (const VersionRow& version : versions) {
        TRY(entry, make_entry(ssm, call, *parameter, version, input.with_decryption));
        output.parameters.push_back(std::move(entry));
    }
    return output;
}

}  // namespace get_parameter_history_operation

constinit const aws::Operation get_parameter_history =
    aws::operation<&get_parameter_history_operation::run>("GetParameterHistory");

}  // namespace ssm

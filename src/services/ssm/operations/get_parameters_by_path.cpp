// GetParametersByPath: the parameters below a path, by pages.
#include "services/ssm/filters.h"
#include "services/ssm/shapes.h"

namespace ssm {
namespace get_parameters_by_path_operation {

constexpr std::int32_t page_default = 10;

struct Input {
    std::string path;
    bool recursive = false;
    std::vector<Filter> parameter_filters;
    bool with_decryption = false;
    std::optional<std::int32_t> max_results;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{shape::member("Path", &I::path, name_rule),
                          shape::member("Recursive", &I::recursive),
                          shape::member("ParameterFilters", &I::parameter_filters),
                          shape::member("WithDecryption", &I::with_decryption),
                          shape::member("MaxResults", &I::max_results, {.min = 1, .max = 10}),
                          shape::member("NextToken", &I::next_token)};
    }
};
struct Output {
    std::vector<ParameterOutput> parameters;
    std::optional<std::string> next_token;
    static constexpr auto members() {
        return std::tuple{shape::member("Parameters", &Output::parameters),
                          shape::member("NextToken", &Output::next_token)};
    }
};

aws::Reply<Output> run(Ssm& ssm, const aws::Call& call, Input& input) {
    if (!input.path.starts_with('/')) {
        return faults::validation(
            "The parameter doesn't meet the parameter name requirements. The parameter name must "
            "begin with a forward slash \"/\". It can't be prefixed with \"aws\" or \"ssm\" "
            "(case-insensitive). It must use only letters, numbers, or the following symbols: . "
            "(period), - (hyphen), _ (underscore). Special characters are not allowed. All "
            "sub-paths, if specified, must use the forward slash symbol \"/\". Valid example: "
            "/get/parameters2-/by1./path0_.");
    }
    TRY_VOID(check_filters(input.parameter_filters, FilterUse::by_path));
    TRY(token, read_token(input.next_token));
    const auto most = static_cast<std::size_t>(input.max_results.value_or(page_default));
    std::string prefix = input.path;
    while (prefix.ends_with('/'))
        prefix.pop_back();
    std::vector<ParameterRow> rows;
    Output output;
    const auto visit = [&](ParameterRow& row) {
        if (!lies_below(row.name, input.path, input.recursive)) return true;
        if (!matches(input.parameter_filters, row)) return true;
        if (rows.size() == most) {
            output.next_token = wire::encode_base64(row.name);
            return false;
        }
        rows.push_back(std::move(row));
        return true;
    };
    TRY_VOID(ssm.scan(call, prefix.empty() ? prefix : prefix + "/", token, visit));
    for (ParameterRow& row : rows) {
        VersionRow version = row.latest;
        TRY(parameter,
            show(ssm, call, {std::move(row), std::move(version), ""}, input.with_decryption));
        output.parameters.push_back(std::move(parameter));
    }
    return output;
}

}  // namespace get_parameters_by_path_operation

constinit const aws::Operation get_parameters_by_path =
    aws::operation<&get_parameters_by_path_operation::run>("GetParametersByPath");

}  // namespace ssm

// DescribeParameters: what is known about parameters, without their values, by filters and pages.
#include "services/ssm/filters.h"
#include "services/ssm/shapes.h"

namespace ssm {
namespace describe_parameters_operation {

constexpr std::int32_t page_default = 50;

struct Input {
    std::vector<OldFilter> filters;
    std::vector<Filter> parameter_filters;
    std::optional<std::int32_t> max_results;
    std::optional<std::string> next_token;
    bool shared = false;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{shape::member("Filters", &I::filters),
                          shape::member("ParameterFilters", &I::parameter_filters),
                          shape::member("MaxResults", &I::max_results, page_rule),
                          shape::member("NextToken", &I::next_token),
                          shape::member("Shared", &I::shared)};
    }
};
struct Entry {
    std::string name;
    std::string arn;
    std::string type;
    std::optional<std::string> key_id;
    base::Timestamp last_modified_date;
    std::string last_modified_user;
    std::optional<std::string> description;
    std::optional<std::string> allowed_pattern;
    std::int64_t version = 1;
    std::string tier = standard_tier;
    std::vector<shape::Empty> policies;
    std::string data_type = text_data;
    static constexpr auto members() {
        using E = Entry;
        return std::tuple{shape::member("Name", &E::name),
                          shape::member("ARN", &E::arn),
                          shape::member("Type", &E::type),
                          shape::member("KeyId", &E::key_id),
                          shape::member("LastModifiedDate", &E::last_modified_date),
                          shape::member("LastModifiedUser", &E::last_modified_user),
                          shape::member("Description", &E::description),
                          shape::member("AllowedPattern", &E::allowed_pattern),
                          shape::member("Version", &E::version),
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

Entry make_entry(const aws::Call& call, const ParameterRow& row) {
    const VersionRow& latest = row.latest;
    Entry entry;
    entry.name = row.name;
    entry.arn = parameter_arn(call, row.name);
    entry.type = latest.type;
    entry.key_id = latest.key_id;
    entry.last_modified_date = latest.modified;
    entry.last_modified_user = latest.modified_by;
    entry.description = latest.description;
    entry.allowed_pattern = latest.allowed_pattern;
    entry.version = latest.number;
    return entry;
}

aws::Reply<Output> run(Ssm& ssm, const aws::Call& call, Input& input) {
    if (!input.filters.empty() && !input.parameter_filters.empty()) {
        return faults::validation(
            "You can use either Filters or ParameterFilters in a single request.");
    }
    if (!input.filters.empty()) input.parameter_filters = translate(input.filters);
    TRY_VOID(check_filters(input.parameter_filters, FilterUse::describe));
    TRY(token, read_token(input.next_token));
    // Nobody shares parameters with an account of this server.
    if (input.shared) return Output{};
    const auto most = static_cast<std::size_t>(input.max_results.value_or(page_default));
    Output output;
    TRY_VOID(ssm.scan(call, "", token, [&](ParameterRow& row) {
        if (!matches(input.parameter_filters, row)) return true;
        if (output.parameters.size() == most) {
            output.next_token = wire::encode_base64(row.name);
            return false;
        }
        output.parameters.push_back(make_entry(call, row));
        return true;
    }));
    return output;
}

}  // namespace describe_parameters_operation

constinit const aws::Operation describe_parameters =
    aws::operation<&describe_parameters_operation::run>("DescribeParameters");

}  // namespace ssm

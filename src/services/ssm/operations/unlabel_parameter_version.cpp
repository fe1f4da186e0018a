// UnlabelParameterVersion.
#include "services/ssm/labels.h"
#include "services/ssm/shapes.h"

namespace ssm {
namespace unlabel_parameter_version_operation {

struct Input {
    std::string name;
    std::int64_t parameter_version = 0;
    std::vector<std::string> labels;
    static constexpr auto members() {
        return std::tuple{
            shape::member("Name", &Input::name, name_rule),
            shape::member("ParameterVersion", &Input::parameter_version, {.required = true}),
            shape::member("Labels", &Input::labels, labels_rule)};
    }
};
struct Output {
    std::vector<std::string> removed_labels;
    std::vector<std::string> invalid_labels;
    static constexpr auto members() {
        return std::tuple{shape::member("RemovedLabels", &Output::removed_labels),
                          shape::member("InvalidLabels", &Output::invalid_labels)};
    }
};

aws::Reply<Output> run(Ssm& ssm, const aws::Call& call, Input& input) {
    Output output;
    const std::string name = resource_name(call, input.name);
    TRY_VOID(ssm.update(
        call, name, [&](const std::optional<ParameterRow>& before) -> aws::Reply<Ssm::Change> {
            if (!before) return faults::not_found();
            ParameterRow row = *before;
            TRY_VOID(check_version(row, input.parameter_version));
            for (const std::string& label : input.labels) {
                const auto at = row.labels.find(label);
                if (at != row.labels.end() && at->second == input.parameter_version) {
                    row.labels.erase(at);
                    output.removed_labels.push_back(label);
                } else {
                    output.invalid_labels.push_back(label);
                }
            }
            return Ssm::Change{std::move(row), std::nullopt};
        }));
    return output;
}

}  // namespace unlabel_parameter_version_operation

constinit const aws::Operation unlabel_parameter_version =
    aws::operation<&unlabel_parameter_version_operation::run>("UnlabelParameterVersion");

}  // namespace ssm

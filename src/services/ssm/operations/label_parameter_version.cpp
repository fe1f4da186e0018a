// LabelParameterVersion: a label is on one version of a parameter at a time.
#include "services/ssm/labels.h"
#include "services/ssm/shapes.h"

namespace ssm {
namespace label_parameter_version_operation {

struct Input {
    std::string name;
    std::optional<std::int64_t> parameter_version;
    std::vector<std::string> labels;
    static constexpr auto members() {
        return std::tuple{shape::member("Name", &Input::name, name_rule),
                          shape::member("ParameterVersion", &Input::parameter_version),
                          shape::member("Labels", &Input::labels, labels_rule)};
    }
};
struct Output {
    std::vector<std::string> invalid_labels;
    std::int64_t parameter_version = 0;
    static constexpr auto members() {
        return std::tuple{shape::member("InvalidLabels", &Output::invalid_labels),
                          shape::member("ParameterVersion", &Output::parameter_version)};
    }
};

aws::Reply<Output> run(Ssm& ssm, const aws::Call& call, Input& input) {
    Output output;
    const std::string name = resource_name(call, input.name);
    TRY_VOID(ssm.update(
        call, name, [&](const std::optional<ParameterRow>& before) -> aws::Reply<Ssm::Change> {
            if (!before) return faults::not_found();
            ParameterRow row = *before;
            const std::int64_t number = input.parameter_version.value_or(row.latest.number);
            TRY_VOID(check_version(row, number));
            output.parameter_version = number;
            for (const std::string& label : input.labels) {
                if (is_label(label)) {
                    row.labels[label] = number;
                } else {
                    output.invalid_labels.push_back(label);
                }
            }
            if (labels_of(row, number) > labels_max) return faults::too_many_labels();
            return Ssm::Change{std::move(row), std::nullopt};
        }));
    return output;
}

}  // namespace label_parameter_version_operation

constinit const aws::Operation label_parameter_version =
    aws::operation<&label_parameter_version_operation::run>("LabelParameterVersion");

}  // namespace ssm

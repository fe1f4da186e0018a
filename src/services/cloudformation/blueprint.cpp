#include "services/cloudformation/blueprint.h"

#include <algorithm>

#include "stack_template/compare.h"

namespace cloudformation {

base::Result<std::shared_ptr<const Blueprint>> Blueprint::make(
    std::shared_ptr<const stack_template::Template> parsed, stack_template::ParameterValues values,
    const std::string& stack_id, const std::string& stack_name,
    const std::vector<std::string>& notification_arns) {
    std::shared_ptr<Blueprint> made(new Blueprint());
    made->parsed_ = std::move(parsed);
    made->values_ = std::move(values);
    const StackKey key = key_of(stack_id);
    made->pseudo_.account_id = key.account;
    made->pseudo_.region = key.region;
    made->pseudo_.stack_id = stack_id;
    made->pseudo_.stack_name = stack_name;
    made->pseudo_.notification_arns = notification_arns;
    TRY(evaluator, stack_template::Evaluator::make(*made->parsed_, made->values_, made->pseudo_));
    made->evaluator_ = std::make_unique<stack_template::Evaluator>(std::move(evaluator));
    TRY(graph, made->evaluator_->graph());
    made->graph_ = std::move(graph);
    return std::shared_ptr<const Blueprint>(std::move(made));
}

base::Result<std::shared_ptr<const Blueprint>> Blueprint::make(
    const std::string& text, const ConfigurationRow& configuration, const std::string& stack_id,
    const std::string& stack_name) {
    TRY(parsed, stack_template::parse(text));
    return make(std::make_shared<const stack_template::Template>(std::move(parsed)),
                to_values(configuration.parameters), stack_id, stack_name,
                configuration.notification_arns);
}

const stack_template::Resource* Blueprint::find_active(const std::string& logical_id) const {
    const stack_template::Resource* found = parsed_->find_resource(logical_id);
    return found != nullptr && evaluator_->is_active(*found) ? found : nullptr;
}

std::vector<ParameterRow> to_rows(const stack_template::Template& parsed,
                                  const stack_template::ParameterValues& values) {
    std::vector<ParameterRow> rows;
    for (const stack_template::Parameter& parameter : parsed.parameters) {
        const auto found = values.find(parameter.name);
        if (found == values.end()) continue;
        ParameterRow row{parameter.name, found->second.value, {}, found->second.no_echo};
        if (parameter.is_ssm_value()) row.resolved = found->second.resolved;
        rows.push_back(std::move(row));
    }
    return rows;
}

stack_template::ParameterValues to_values(const std::vector<ParameterRow>& rows) {
    stack_template::ParameterValues values;
    for (const ParameterRow& row : rows) {
        values[row.key] = {row.value, row.resolved.value_or(row.value), row.no_echo};
    }
    return values;
}

boost::json::object without_secrets(const Blueprint& blueprint,
                                    const stack_template::Resource& resource,
                                    boost::json::object properties) {
    const auto& values = blueprint.values();
    const bool secrets = std::any_of(values.begin(), values.end(),
                                     [](const auto& value) { return value.second.no_echo; });
    if (!secrets) return properties;
    for (auto& [name, value] : properties) {
        const boost::json::value* unresolved = resource.properties.if_contains(name);
        if (unresolved == nullptr) continue;
        for (const auto& cause : stack_template::references_of(*unresolved, blueprint.parsed())) {
            const auto found = values.find(cause.causing_entity);
            if (found != values.end() && found->second.no_echo) value = "****";
        }
    }
    return properties;
}

std::string to_text(stack_template::RemovalPolicy policy) {
    switch (policy) {
        case stack_template::RemovalPolicy::retain:
            return "Retain";
        case stack_template::RemovalPolicy::retain_except_on_create:
            return "RetainExceptOnCreate";
        default:
            return "";
    }
}

}  // namespace cloudformation

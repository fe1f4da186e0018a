#include "services/cloudformation/deploy_resolver.h"

#include "services/cloudformation/faults.h"
#include "services/cloudformation/parse.h"

namespace cloudformation {

namespace {

stack_template::Resolver::Answer absent(const std::string& logical_id) {
    return base::Error{base::ErrorKind::internal, "a resource is asked for before it is there",
                       logical_id};
}

}  // namespace

const InstanceRow* DeployResolver::find(const std::string& logical_id) {
    const auto found = deployment_.rows_.find(logical_id);
    if (found == deployment_.rows_.end() || is_gone(found->second)) return nullptr;
    return &*found->second.current;
}

stack_template::Resolver::Answer DeployResolver::ref(const std::string& logical_id) {
    const InstanceRow* instance = find(logical_id);
    if (instance == nullptr) return absent(logical_id);
    return std::optional<json::value>(instance->physical_id);
}

stack_template::Resolver::Answer DeployResolver::attribute(const std::string& logical_id,
                                                           const std::string& attribute) {
    const InstanceRow* instance = find(logical_id);
    if (instance == nullptr) return absent(logical_id);
    const json::object attributes = parse_object(instance->attributes);
    if (const json::value* value = attributes.if_contains(attribute)) {
        return std::optional<json::value>(*value);
    }
    const bool custom = instance->type.starts_with("Custom::") ||
                        instance->type == "AWS::CloudFormation::CustomResource";
    return base::Error{base::ErrorKind::invalid,
                       custom ? "CustomResource attribute error: Vendor response doesn't contain " +
                                    attribute + " attribute"
                              : "Attribute '" + attribute + "' does not exist",
                       logical_id};
}

stack_template::Resolver::Answer DeployResolver::import_value(const std::string& export_name) {
    TRY(found, deployment_.ground_.exports.find(deployment_.key_, export_name));
    if (!found) return base::Error{base::ErrorKind::invalid, faults::no_export(export_name), ""};
    deployment_.imports_.insert(export_name);
    return std::optional<json::value>(std::move(*found));
}

stack_template::Resolver::Answer DeployResolver::ssm_parameter(const std::string& name) {
    TRY(value, deployment_.ssm_.ssm_parameter(name));
    return std::optional<json::value>(std::move(value));
}

}  // namespace cloudformation

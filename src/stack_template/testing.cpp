#include "stack_template/testing.h"

namespace stack_template::testing {

namespace {

Resolver::Answer known(const json::value& value) {
    return std::optional<json::value>(value);
}

base::Error missing(std::string message) {
    return base::Error{base::ErrorKind::not_found, std::move(message), {}};
}

}  // namespace

Resolver::Answer MapResolver::ref(const std::string& logical_id) {
    asked.push_back("ref " + logical_id);
    const auto found = refs.find(logical_id);
    if (found == refs.end()) return std::optional<json::value>();
    return known(json::string(found->second));
}

Resolver::Answer MapResolver::attribute(const std::string& logical_id,
                                        const std::string& attribute) {
    asked.push_back("attribute " + logical_id + "." + attribute);
    const auto found = attributes.find(logical_id + "." + attribute);
    if (found == attributes.end()) return std::optional<json::value>();
    return known(found->second);
}

Resolver::Answer MapResolver::import_value(const std::string& export_name) {
    asked.push_back("import " + export_name);
    const auto found = exports.find(export_name);
    if (found == exports.end()) return missing("No export named " + export_name + " found");
    return known(json::string(found->second));
}

Resolver::Answer MapResolver::ssm_parameter(const std::string& name) {
    asked.push_back("ssm " + name);
    const auto found = ssm.find(name);
    if (found == ssm.end()) return missing("no parameter " + name);
    return known(json::string(found->second));
}

base::Result<std::string> MapParameterSource::ssm_parameter(const std::string& name) {
    const auto found = ssm.find(name);
    if (found == ssm.end()) return missing("no parameter " + name);
    return found->second;
}

PseudoParameters pseudo_parameters() {
    PseudoParameters pseudo;
    pseudo.account_id = "000000000000";
    pseudo.region = "us-west-2";
    pseudo.stack_name = "Shop";
    pseudo.stack_id = "arn:aws:cloudformation:us-west-2:000000000000:stack/Shop/1";
    pseudo.notification_arns = {"arn:one", "arn:two"};
    return pseudo;
}

}  // namespace stack_template::testing

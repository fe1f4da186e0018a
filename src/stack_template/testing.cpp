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

std::string evaluated(std::string_view expression, std::string_view sections, Resolver& resolver) {
    std::string text(sections);
    if (sections.find("Resources:") == std::string_view::npos) {
        text += "\nResources:\n  Bucket: {Type: AWS::S3::Bucket}\n";
    }
    text += "\n  Subject: {Type: T, Properties: {P: " + std::string(expression) + "}}\n";
    auto parsed = parse(text);
    if (!parsed) return "error: " + parsed.error().message;
    MapParameterSource source;
    source.ssm = {{"/version", "33"}, {"/zones", "a, b"}};
    auto values = bind_parameters(parsed.value(), {}, nullptr, source);
    if (!values) return "error: " + values.error().message;
    const PseudoParameters pseudo = pseudo_parameters();
    auto evaluator = Evaluator::make(parsed.value(), values.value(), pseudo);
    if (!evaluator) return "error: " + evaluator.error().message;
    auto properties =
        evaluator.value().properties(*parsed.value().find_resource("Subject"), resolver);
    if (!properties) return "error: " + properties.error().message;
    const json::value* made = properties.value().if_contains("P");
    return made == nullptr ? "(none)" : serialize(*made);
}

}  // namespace stack_template::testing

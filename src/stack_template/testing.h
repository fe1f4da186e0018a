// For tests of this folder and of those that evaluate templates: the outside of a template as maps.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "stack_template/evaluate.h"

namespace stack_template::testing {

// Answers from maps. Resources that are not there are not known yet; exports and SSM parameters do
// not exist.
class MapResolver : public Resolver {
  public:
    std::map<std::string, std::string> refs;
    std::map<std::string, json::value> attributes;  // "Bucket.Arn"
    std::map<std::string, std::string> exports;
    std::map<std::string, std::string> ssm;  // "/a/b" or "/a/b:3"
    std::vector<std::string> asked;          // every question, in order: "ref Bucket"

    Answer ref(const std::string& logical_id) override;
    Answer attribute(const std::string& logical_id, const std::string& attribute) override;
    Answer import_value(const std::string& export_name) override;
    Answer ssm_parameter(const std::string& name) override;
};

// Values of SSM parameters, for bind_parameters.
class MapParameterSource : public ParameterSource {
  public:
    std::map<std::string, std::string> ssm;
    base::Result<std::string> ssm_parameter(const std::string& name) override;
};

PseudoParameters pseudo_parameters();

// What `expression` (YAML, flow style) is worth as a property beside the `sections` of a template:
// JSON, "(none)" for AWS::NoValue, "error: …". `sections` has Resources, or Bucket is the only one.
// Parameters have their defaults.
std::string evaluated(std::string_view expression, std::string_view sections, Resolver& resolver);

}  // namespace stack_template::testing

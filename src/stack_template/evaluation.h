// One evaluation of expressions: what the Evaluator's functions share while they run.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stack_template/evaluate.h"
#include "stack_template/functions.h"

namespace stack_template {

class Evaluation {
  public:
    using Conditions = std::map<std::string, bool, std::less<>>;
    // nullopt: AWS::NoValue
    using Value = std::optional<json::value>;

    // `resolver` is null among conditions and rules.
    Evaluation(const Template& parsed, const ParameterValues& values,
               const PseudoParameters& pseudo, const Conditions& conditions, Resolver* resolver)
        : template_(parsed),
          values_(values),
          pseudo_(pseudo),
          conditions_(conditions),
          resolver_(resolver) {}

    base::Result<Value> value(const json::value& expression, Place place = Place::values);
    // A boolean expression of conditions or rules.
    base::Result<bool> boolean(const json::value& expression, Place place);
    // Replace {{resolve:…}} in all strings of a value.
    base::Result<json::value> with_dynamic_references(json::value value);

  private:
    base::Result<Value> call(const Call& call, Place place);
    base::Result<Value> ref(const std::string& name);
    base::Result<Value> attribute(const std::string& resource, const std::string& attribute);
    base::Result<Value> get_att(const Call& call);
    base::Result<Value> find_in_map(const Call& call, Place place);
    base::Result<Value> join(const Call& call, Place place);
    base::Result<Value> select(const Call& call, Place place);
    base::Result<Value> split(const Call& call, Place place);
    base::Result<Value> sub(const Call& call, Place place);
    base::Result<Value> import_value(const Call& call);
    base::Result<Value> base64(const Call& call);
    base::Result<Value> length(const Call& call, Place place);
    base::Result<Value> to_json_string(const Call& call, Place place);
    base::Result<json::value> replace_references(const json::string& text);
    base::Result<std::string> dynamic_reference(std::string_view reference);

    // The value as text; unknown stays unknown_value. Lists, maps and NoValue: the call's message.
    base::Result<std::string> text_argument(const Call& call, const json::value& argument,
                                            Place place);
    base::Result<std::vector<std::string>> text_list(const Call& call, const json::value& argument,
                                                     Place place);
    base::Result<bool> equal(const Call& call, Place place);
    base::Result<bool> rule_list(const Call& call);
    bool is_active(const Resource& resource) const;
    // Adds to what has been produced.  errors  limit
    base::Result<void> charge(std::size_t bytes);
    static Value unknown() { return json::value(json::string(unknown_value)); }

    const Template& template_;
    const ParameterValues& values_;
    const PseudoParameters& pseudo_;
    const Conditions& conditions_;
    Resolver* resolver_;
    std::size_t bytes_ = 0;
};

// A string that is unknown_value.
bool is_unknown(const json::value& value);
// Roughly the bytes that a copy of it takes.
std::size_t weight_of(const json::value& value);

}  // namespace stack_template

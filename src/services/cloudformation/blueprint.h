// A template with its parameters and conditions evaluated: what a plan and a deployment work from.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "aws/fault.h"
#include "base/result.h"
#include "services/cloudformation/names.h"
#include "services/cloudformation/rows.h"
#include "stack_template/evaluate.h"

namespace cloudformation {

// Holds addresses of its own members: lives on the heap and stays there.
class Blueprint {
  public:
    // errors  the template language's, in CloudFormation's words
    static base::Result<std::shared_ptr<const Blueprint>> make(
        std::shared_ptr<const stack_template::Template> parsed,
        stack_template::ParameterValues values, const std::string& stack_id,
        const std::string& stack_name, const std::vector<std::string>& notification_arns);
    // The same from what is stored.
    static base::Result<std::shared_ptr<const Blueprint>> make(
        const std::string& text, const ConfigurationRow& configuration, const std::string& stack_id,
        const std::string& stack_name);

    const stack_template::Template& parsed() const { return *parsed_; }
    const stack_template::ParameterValues& values() const { return values_; }
    const stack_template::Evaluator& evaluator() const { return *evaluator_; }
    const stack_template::Graph& graph() const { return graph_; }
    // The resource when its condition holds, otherwise nullptr.
    const stack_template::Resource* find_active(const std::string& logical_id) const;

    Blueprint(const Blueprint&) = delete;
    Blueprint& operator=(const Blueprint&) = delete;

  private:
    Blueprint() = default;

    std::shared_ptr<const stack_template::Template> parsed_;
    stack_template::ParameterValues values_;
    stack_template::PseudoParameters pseudo_;
    std::unique_ptr<const stack_template::Evaluator> evaluator_;
    stack_template::Graph graph_;
};

// Stored parameters and bound ones.
std::vector<ParameterRow> to_rows(const stack_template::Template& parsed,
                                  const stack_template::ParameterValues& values);
stack_template::ParameterValues to_values(const std::vector<ParameterRow>& rows);

// `properties` of the resource with "****" for those that use a NoEcho parameter.
boost::json::object without_secrets(const Blueprint& blueprint,
                                    const stack_template::Resource& resource,
                                    boost::json::object properties);

// "Retain", "RetainExceptOnCreate", "" for Delete.
std::string to_text(stack_template::RemovalPolicy policy);

}  // namespace cloudformation

// DescribeStackResource: one resource of a stack.
#include "services/cloudformation/answers.h"
#include "services/cloudformation/cloudformation.h"
#include "services/cloudformation/faults.h"

namespace cloudformation {
namespace describe_stack_resource_operation {

struct Input {
    std::string stack_name;
    std::string logical_resource_id;
    static constexpr auto members() {
        return std::tuple{
            aws::member("StackName", &Input::stack_name, required_rule),
            aws::member("LogicalResourceId", &Input::logical_resource_id, required_rule)};
    }
};

struct Output {
    StackResourceDetail stack_resource_detail;
    static constexpr auto members() {
        return std::tuple{aws::member("StackResourceDetail", &Output::stack_resource_detail)};
    }
};

aws::Reply<Output> run(CloudFormation& stacks, const aws::Call& call, Input& input) {
    TRY(stack, stacks.find_stack(call, input.stack_name, CloudFormation::Wording::of_resources));
    auto row =
        stacks.tables().resources.get(Tables::at(key_of(stack.id), input.logical_resource_id));
    if (!row) return faults::from(row.error());
    if (!row.value()) return faults::resource_not_found(input.logical_resource_id, stack.name);
    StackResource resource = to_resource(stack, *row.value());
    Output output;
    StackResourceDetail& detail = output.stack_resource_detail;
    detail.stack_name = std::move(resource.stack_name);
    detail.stack_id = std::move(resource.stack_id);
    detail.logical_resource_id = std::move(resource.logical_resource_id);
    detail.physical_resource_id = std::move(resource.physical_resource_id);
    detail.resource_type = std::move(resource.resource_type);
    detail.last_updated_timestamp = resource.timestamp;
    detail.resource_status = std::move(resource.resource_status);
    detail.resource_status_reason = std::move(resource.resource_status_reason);
    if (row.value()->current) detail.metadata = optional_text(row.value()->current->metadata);
    detail.drift_information = resource.drift_information;
    return output;
}

}  // namespace describe_stack_resource_operation

constinit const aws::Operation describe_stack_resource =
    aws::operation<&describe_stack_resource_operation::run>("DescribeStackResource");

}  // namespace cloudformation

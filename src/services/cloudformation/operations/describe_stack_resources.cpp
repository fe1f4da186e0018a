// DescribeStackResources: a stack's resources, by the stack or by one of them.
#include "services/cloudformation/answers.h"
#include "services/cloudformation/cloudformation.h"
#include "services/cloudformation/faults.h"

namespace cloudformation {
namespace describe_stack_resources_operation {

struct Input {
    std::optional<std::string> stack_name;
    std::optional<std::string> logical_resource_id;
    std::optional<std::string> physical_resource_id;
    static constexpr auto members() {
        return std::tuple{aws::member("StackName", &Input::stack_name),
                          aws::member("LogicalResourceId", &Input::logical_resource_id),
                          aws::member("PhysicalResourceId", &Input::physical_resource_id)};
    }
};

struct Output {
    std::vector<StackResource> stack_resources;
    static constexpr auto members() {
        return std::tuple{aws::member("StackResources", &Output::stack_resources)};
    }
};

// The stack that a physical id belongs to.
aws::Reply<StackRow> find_owner(CloudFormation& stacks, const aws::Call& call,
                                const std::string& physical_id) {
    std::string stack_id;
    auto scanned = stacks.tables().owners.scan({call.account(), call.region},
                                               [&](std::string_view key, const OwnerRow& row) {
                                                   const auto parts = meta_store::Key::split(key);
                                                   if (parts[3] == physical_id)
                                                       stack_id = row.stack_id;
                                                   return stack_id.empty();
                                               });
    if (!scanned) return faults::from(scanned.error());
    if (stack_id.empty()) {
        return faults::validation("Stack for " + physical_id + " does not exist");
    }
    return stacks.find_stack(call, stack_id, CloudFormation::Wording::with_id);
}

aws::Reply<Output> run(CloudFormation& stacks, const aws::Call& call, Input& input) {
    if (input.stack_name.has_value() == input.physical_resource_id.has_value()) {
        return faults::validation(
            "Either StackName or PhysicalResourceId must be specified, and not both");
    }
    TRY(stack, input.stack_name
                   ? stacks.find_stack(call, *input.stack_name, CloudFormation::Wording::with_id)
                   : find_owner(stacks, call, *input.physical_resource_id));
    auto rows = stacks.tables().resources_of(key_of(stack.id));
    if (!rows) return faults::from(rows.error());
    Output output;
    for (const auto& [id, row] : rows.value()) {
        if (input.logical_resource_id && id != *input.logical_resource_id) continue;
        if (output.stack_resources.size() == page_max) break;  // as at AWS
        output.stack_resources.push_back(to_resource(stack, row));
    }
    return output;
}

}  // namespace describe_stack_resources_operation

constinit const aws::Operation describe_stack_resources =
    aws::operation<&describe_stack_resources_operation::run>("DescribeStackResources");

}  // namespace cloudformation

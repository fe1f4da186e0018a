#include "services/cloudformation/types.h"

#include <algorithm>

#include "services/cloudformation/cloudformation.h"
#include "services/cloudformation/resources/custom_worker.h"
#include "services/cloudformation/resources/nested_worker.h"
#include "services/cloudformation/statuses.h"
#include "services/cloudformation/step_worker.h"

namespace cloudformation {

namespace {

bool is_custom(std::string_view type) {
    constexpr std::string_view prefix = "Custom::";
    return type == "AWS::CloudFormation::CustomResource" ||
           (type.starts_with(prefix) && type.size() > prefix.size());
}

class AllTypes final : public Types {
  public:
    AllTypes(Ground& ground, CloudFormation& stacks)
        : client_(ground.environment.client),
          steps_(ground.steps),
          custom_(ground),
          nested_(ground, stacks) {}

    bool has_type(std::string_view type) const override {
        return is_custom(type) || type == stack_type || client_.find_resource_type(type) != nullptr;
    }
    bool has_attribute(std::string_view type, std::string_view attribute) const override {
        if (is_custom(type)) return true;
        if (type == stack_type) return attribute.starts_with("Outputs.");
        const aws::ResourceType* found = client_.find_resource_type(type);
        return found != nullptr &&
               std::ranges::find(found->attributes, attribute) != found->attributes.end();
    }
    ResourceWorker* find_worker(std::string_view type) override {
        if (is_custom(type)) return &custom_;
        if (type == stack_type) return &nested_;
        return client_.find_resource_type(type) != nullptr ? &steps_ : nullptr;
    }
    bool takes_tags(std::string_view type) const override {
        if (type == stack_type) return true;
        const aws::ResourceType* found = client_.find_resource_type(type);
        return found != nullptr && has_tags(*found);
    }

  private:
    const aws::InternalClient& client_;
    StepWorker steps_;
    CustomWorker custom_;
    NestedWorker nested_;
};

}  // namespace

std::unique_ptr<Types> make_types(Ground& ground, CloudFormation& stacks) {
    return std::make_unique<AllTypes>(ground, stacks);
}

}  // namespace cloudformation

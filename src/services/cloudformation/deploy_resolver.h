// What the resources that are there, exports and SSM tell those that are being made.
#pragma once

#include "services/cloudformation/deployment.h"

namespace cloudformation {

// For one evaluation; the caller holds the deployment's lock.
class DeployResolver final : public stack_template::Resolver {
  public:
    explicit DeployResolver(Deployment& deployment) : deployment_(deployment) {}

    Answer ref(const std::string& logical_id) override;
    Answer attribute(const std::string& logical_id, const std::string& attribute) override;
    Answer import_value(const std::string& export_name) override NO_THREAD_SAFETY_ANALYSIS;
    Answer ssm_parameter(const std::string& name) override NO_THREAD_SAFETY_ANALYSIS;

  private:
    // nullptr: not there. The analysis cannot see whose lock the caller holds.
    const InstanceRow* find(const std::string& logical_id) NO_THREAD_SAFETY_ANALYSIS;

    Deployment& deployment_;
};

}  // namespace cloudformation

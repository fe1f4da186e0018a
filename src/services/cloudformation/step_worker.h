// Resources of the types that our services describe (aws/resource_type.h).
#pragma once

#include "services/cloudformation/steps.h"
#include "services/cloudformation/worker.h"

namespace cloudformation {

class StepWorker final : public ResourceWorker {
  public:
    explicit StepWorker(const StepGround& ground) : ground_(ground) {}

    Outcome<std::string> identify(const Work& work) override;
    bool replaces(const std::string& type, const json::object& before,
                  const json::object& after) override;
    Outcome<void> check(const Work& work) override;
    void exists(Work work, Done<bool> done) override;
    void create(Work work, bool again, Done<Made> done) override;
    void update(Work work, json::object before, bool again, Done<Made> done) override;
    void adopt(Work work, Done<Made> done) override;
    void remove(Work work, Done<void> done) override;

  private:
    // Read it and answer with its attributes.
    void look(Work work, std::shared_ptr<void> properties, Done<Made> done);
    const aws::ResourceType& type(const std::string& name) const;

    const StepGround& ground_;
};

// "Resource handler returned message: "…" (RequestToken: …, HandlerErrorCode: …)"
std::string describe_failure(const aws::Fault& fault, const std::string& token);
// Whether `type` has a member Tags, so that the stack's tags concern it.
bool has_tags(const aws::ResourceType& type);

}  // namespace cloudformation

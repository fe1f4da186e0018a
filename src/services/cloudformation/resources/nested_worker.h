// AWS::CloudFormation::Stack: a stack of its own, whose template is an object, whose outputs are
// the attributes Outputs.<Name>. Its ARN is decided before it is made, like every physical id.
#pragma once

#include "services/cloudformation/ground.h"
#include "services/cloudformation/worker.h"

namespace cloudformation {

class CloudFormation;

class NestedWorker final : public ResourceWorker {
  public:
    NestedWorker(Ground& ground, CloudFormation& stacks) : ground_(ground), stacks_(stacks) {}

    Outcome<std::string> identify(const Work& work) override;
    bool replaces(const std::string&, const json::object&, const json::object&) override {
        return false;
    }
    Outcome<void> check(const Work& work) override;
    void exists(Work work, Done<bool> done) override;
    void create(Work work, bool again, Done<Made> done) override;
    void update(Work work, json::object before, bool again, Done<Made> done) override;
    void adopt(Work work, Done<Made> done) override;
    void remove(Work work, Done<void> done) override;

  private:
    void wait_for(Work work, const char* verb, Done<Made> done);

    Ground& ground_;
    CloudFormation& stacks_;
};

}  // namespace cloudformation

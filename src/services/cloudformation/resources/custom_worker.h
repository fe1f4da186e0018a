// AWS::CloudFormation::CustomResource and Custom::*: somebody's Lambda function makes the resource
// and puts its answer to a presigned URL. The URL names an object in a bucket of ours that no
// account lists, so an answer is durable when it was accepted, and is found after a restart.
#pragma once

#include "services/cloudformation/ground.h"
#include "services/cloudformation/worker.h"

namespace cloudformation {

// As at AWS.
inline constexpr std::size_t response_bytes_max = 4'096;
inline constexpr std::int64_t response_seconds_max = 3'600;  // and ServiceTimeout's default
// How soon an answer is seen; it is also looked for when the invocation ends.
inline constexpr std::int64_t response_poll_ms_min = 20;
inline constexpr std::int64_t response_poll_ms_max = 1'000;
// A function that has failed is not waited for any longer: its answer would be there by then.
inline constexpr std::int64_t response_grace_ms = 2'000;
inline constexpr std::int64_t response_keep_ms = 2'000;

class CustomWorker final : public ResourceWorker {
  public:
    explicit CustomWorker(Ground& ground) : ground_(ground) {}

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

    // "cloudformation-custom-resource-response-uswest2"
    static std::string bucket_name(const std::string& region);

  private:
    Ground& ground_;
};

}  // namespace cloudformation

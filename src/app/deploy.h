// Deploys an assembly through the CloudFormation API as the CDK CLI does: assets into their bucket,
// a change set for each stack that differs, its events until the stack is done. So `datastack up`
// and `cdk deploy` make the same stacks, and can take turns.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/api.h"
#include "app/assembly.h"

namespace app {

inline constexpr std::uint64_t asset_bytes_max = 250 * 1024 * 1024;

// One line of a stack's history.
struct DeployEvent {
    std::string logical_id;
    std::string physical_id;
    std::string type;    // "AWS::Kinesis::Stream"
    std::string status;  // "CREATE_COMPLETE"
    std::string reason;
};

enum class Deployed { created, updated, unchanged };

struct DeployObserver {
    std::function<void(const AssemblyStack& stack)> begin;
    // Of the stack's resources, as they happen; not of the stack itself.
    std::function<void(const AssemblyStack& stack, const DeployEvent& event)> event;
    std::function<void(const AssemblyStack& stack, Deployed how)> end;
};

// One stack after the other, in the order given; stops at the first that fails, which is rolled
// back by then. What a stack that is gone has left behind (a retained bucket) is taken in again.
//   errors  invalid (the stack failed, with the first reason), those of Api, files
base::Result<void> deploy(Api& api, const std::vector<AssemblyStack>& stacks,
                          base::FileSystem& files, const DeployObserver& observer);

}  // namespace app

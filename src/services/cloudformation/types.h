// The resource types there are: those of all services, and those that need more than steps.
#pragma once

#include <memory>

#include "services/cloudformation/ground.h"

namespace cloudformation {

class CloudFormation;

std::unique_ptr<Types> make_types(Ground& ground, CloudFormation& stacks);

}  // namespace cloudformation

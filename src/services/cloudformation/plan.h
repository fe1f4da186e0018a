// What a template would do to a stack: the changes of a change set, or why it cannot be done. Also
// what is checked before a stack is created or updated without a change set, so that an unknown
// property fails before anything is made.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "services/cloudformation/blueprint.h"
#include "services/cloudformation/ground.h"
#include "services/cloudformation/shapes.h"
#include "services/cloudformation/tables.h"

namespace cloudformation {

struct PlanRequest {
    StackRow stack;
    ResourceRows rows;
    std::shared_ptr<const stack_template::Template> before;  // deployed; null: none yet
    std::shared_ptr<const Blueprint> blueprint;
    ConfigurationRow target;
    bool import_existing = false;
    std::map<std::string, std::string> to_import;
};

struct Plan {
    std::vector<Change> changes;  // in the template's order, removals last
    bool outputs_change = false;
    bool tags_change = false;
    std::string failure;  // "": it can be done

    bool is_empty() const { return changes.empty() && !outputs_change && !tags_change; }
};

// `done` is called once, from any thread, possibly before this returns. Calls other services only
// for SSM parameters, and to look for what is to be imported.
void make_plan(Ground& ground, PlanRequest request, base::UniqueFunction<void(Plan)> done);

}  // namespace cloudformation

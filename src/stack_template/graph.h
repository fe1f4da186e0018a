// Which resource waits for which.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stack_template {

struct Graph {
    using Edges = std::map<std::string, std::set<std::string, std::less<>>, std::less<>>;

    // logical id -> what it waits for (DependsOn, Ref, Fn::GetAtt, Fn::Sub). Each resource is a
    // key.
    Edges dependencies;
    // The reverse: what waits for it; for deletion.
    Edges dependents;
    // Every resource after all that it depends on; ties in the template's order.
    std::vector<std::string> order;
    // The same in groups: a resource of levels[n] depends on one of levels[n-1] and on none later.
    std::vector<std::vector<std::string>> levels;

    // All that `logical_id` needs, or that needs it, directly or not.
    std::set<std::string, std::less<>> all_dependencies(std::string_view logical_id) const;
    std::set<std::string, std::less<>> all_dependents(std::string_view logical_id) const;
};

// From direct dependencies (each resource a key; targets that are no keys are left out); `in_order`
// breaks ties. Also for graphs kept from an earlier deploy, whose template is gone.
//   errors  invalid: "Circular dependency between resources: [A, B]", names sorted
base::Result<Graph> make_graph(const Graph::Edges& dependencies,
                               const std::vector<std::string>& in_order);

}  // namespace stack_template

// Topological order by levels (Kahn), and the cycle when there is none.
#include "stack_template/graph.h"

#include "stack_template/functions.h"

namespace stack_template {

namespace {

using Names = std::set<std::string, std::less<>>;

Names reachable(const Graph::Edges& edges, std::string_view from) {
    Names found;
    std::vector<std::string_view> open{from};
    while (!open.empty()) {
        const auto at = edges.find(open.back());
        open.pop_back();
        if (at == edges.end()) continue;
        for (const std::string& target : at->second) {
            const auto [position, is_new] = found.insert(target);
            if (is_new) open.emplace_back(*position);
        }
    }
    return found;
}

// One cycle among `left`, of which each has a dependency in `left`.
std::vector<std::string> find_cycle(const Graph::Edges& dependencies, const Names& left) {
    std::vector<std::string> path;
    std::map<std::string_view, std::size_t> position;
    std::string_view at = *left.begin();
    while (position.emplace(at, path.size()).second) {
        path.emplace_back(at);
        for (const std::string& target : dependencies.find(at)->second) {
            if (left.contains(target)) {
                at = target;
                break;
            }
        }
    }
    path.erase(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(position[at]));
    std::sort(path.begin(), path.end());
    return path;
}

}  // namespace

Names Graph::all_dependencies(std::string_view logical_id) const {
    return reachable(dependencies, logical_id);
}

Names Graph::all_dependents(std::string_view logical_id) const {
    return reachable(dependents, logical_id);
}

base::Result<Graph> make_graph(const Graph::Edges& dependencies,
                               const std::vector<std::string>& in_order) {
    Graph graph;
    std::map<std::string_view, std::size_t> waiting, rank;
    for (const auto& [name, targets] : dependencies) {
        graph.dependents.try_emplace(name);
        Names& kept = graph.dependencies[name];
        for (const std::string& target : targets) {
            if (!dependencies.contains(target)) continue;  // made already, or gone
            kept.insert(target);
            graph.dependents[target].insert(name);
        }
        waiting[name] = kept.size();
    }
    for (const std::string& name : in_order) {
        rank.emplace(name, rank.size());
    }
    for (const auto& [name, targets] : dependencies) {
        rank.emplace(name, rank.size());
    }
    const auto by_rank = [&](std::string_view left, std::string_view right) {
        return rank[left] < rank[right];
    };

    std::vector<std::string_view> ready;
    for (const auto& [name, count] : waiting) {
        if (count == 0) ready.emplace_back(name);
    }
    std::sort(ready.begin(), ready.end(), by_rank);
    while (!ready.empty()) {
        std::vector<std::string> level;
        std::vector<std::string_view> next;
        for (const std::string_view name : ready) {
            level.emplace_back(name);
            graph.order.emplace_back(name);
            for (const std::string& dependent : graph.dependents.find(name)->second) {
                if (--waiting[dependent] == 0) next.emplace_back(dependent);
            }
        }
        std::sort(next.begin(), next.end(), by_rank);
        graph.levels.push_back(std::move(level));
        ready = std::move(next);
    }
    if (graph.order.size() == graph.dependencies.size()) return graph;
    Names left;
    for (const auto& [name, count] : waiting) {
        if (count > 0) left.emplace(name);
    }
    return invalid("Circular dependency between resources: " +
                   bracketed(find_cycle(graph.dependencies, left)));
}

}  // namespace stack_template

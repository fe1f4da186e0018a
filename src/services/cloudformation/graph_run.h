// Work along a graph: each node once all that it waits for is done, independent nodes at the same
// time. Knows nothing of stacks.
//
//   GraphRun::start(executor, {.waits_for = …, .order = …, .parallel_max = 16},
//                   [](const std::string& node, GraphRun::Done done) { …; done(true); },
//                   [](GraphRun::Outcome outcome) { … });
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/executor.h"
#include "base/mutex.h"
#include "base/unique_function.h"

namespace cloudformation {

class GraphRun final : public std::enable_shared_from_this<GraphRun> {
  public:
    using Edges = std::map<std::string, std::set<std::string, std::less<>>, std::less<>>;
    // Called once for each node that ran, from any thread; false: it failed.
    using Done = base::UniqueFunction<void(bool)>;
    using Visit = std::function<void(const std::string& node, Done done)>;

    struct Plan {
        Edges waits_for;                 // each node a key; targets that are no keys do not count
        std::vector<std::string> order;  // the nodes; the earlier one starts first
        std::size_t parallel_max = 16;
        // Begin nothing new after a failure. Otherwise only what waits for it is left out.
        bool stop_on_failure = true;
    };
    struct Outcome {
        std::vector<std::string> failed;
        std::vector<std::string> left_out;  // never begun
    };
    using Finished = base::UniqueFunction<void(Outcome)>;

    // `visit` runs on the executor; `finished` once, when nothing runs any more.
    static std::shared_ptr<GraphRun> start(base::Executor& executor, Plan plan, Visit visit,
                                           Finished finished);
    // Begin no further node; `finished` comes when those that run are done.
    void halt();

  private:
    GraphRun(base::Executor& executor, Plan plan, Visit visit, Finished finished);
    void advance();
    void finish_one(const std::string& node, bool succeeded);

    base::Executor& executor_;
    const Plan plan_;
    base::Mutex mutex_;
    // Both let go at the end: who visits often owns us. A visit that still returns has its own
    // hold.
    std::shared_ptr<const Visit> visit_ GUARDED_BY(mutex_);
    Finished finished_ GUARDED_BY(mutex_);
    // How many each node still waits for, and who waits for it.
    std::map<std::string, std::size_t> waiting_ GUARDED_BY(mutex_);
    std::map<std::string, std::vector<std::string>> dependents_ GUARDED_BY(mutex_);
    std::map<std::size_t, std::string> ready_ GUARDED_BY(mutex_);  // by place in the order
    std::map<std::string, std::size_t> places_;
    std::size_t running_ GUARDED_BY(mutex_) = 0;
    bool halted_ GUARDED_BY(mutex_) = false;
    std::vector<std::string> failed_ GUARDED_BY(mutex_);
    std::set<std::string> begun_ GUARDED_BY(mutex_);
};

}  // namespace cloudformation

#include "services/cloudformation/graph_run.h"

namespace cloudformation {

GraphRun::GraphRun(base::Executor& executor, Plan plan, Visit visit, Finished finished)
    : executor_(executor),
      plan_(std::move(plan)),
      visit_(std::make_shared<const Visit>(std::move(visit))),
      finished_(std::move(finished)) {
    for (std::size_t i = 0; i < plan_.order.size(); ++i)
        places_[plan_.order[i]] = i;
    for (const std::string& node : plan_.order) {
        std::size_t count = 0;
        const auto edges = plan_.waits_for.find(node);
        if (edges != plan_.waits_for.end()) {
            for (const std::string& target : edges->second) {
                if (!places_.contains(target) || target == node) continue;
                dependents_[target].push_back(node);
                ++count;
            }
        }
        if (count == 0) {
            ready_[places_[node]] = node;
        } else {
            waiting_[node] = count;
        }
    }
}

std::shared_ptr<GraphRun> GraphRun::start(base::Executor& executor, Plan plan, Visit visit,
                                          Finished finished) {
    std::shared_ptr<GraphRun> run(
        new GraphRun(executor, std::move(plan), std::move(visit), std::move(finished)));
    run->advance();
    return run;
}

void GraphRun::halt() {
    base::MutexLock lock(mutex_);
    halted_ = true;
}

void GraphRun::advance() {
    std::vector<std::string> begin;
    Finished finished;
    Outcome outcome;
    std::shared_ptr<const Visit> visit;
    {
        base::MutexLock lock(mutex_);
        visit = visit_;
        while (!halted_ && running_ < plan_.parallel_max && !ready_.empty()) {
            begin.push_back(ready_.begin()->second);
            begun_.insert(begin.back());
            ready_.erase(ready_.begin());
            ++running_;
        }
        if (running_ == 0 && finished_) {
            finished = std::exchange(finished_, {});
            visit_ = nullptr;
            outcome.failed = failed_;
            for (const std::string& node : plan_.order) {
                if (!begun_.contains(node)) outcome.left_out.push_back(node);
            }
        }
    }
    for (std::string& node : begin) {
        executor_.post([self = shared_from_this(), visit, node = std::move(node)] {
            (*visit)(node, [self, node](bool succeeded) {  //
                self->finish_one(node, succeeded);
            });
        });
    }
    if (finished) {
        executor_.post([finished = std::move(finished), outcome = std::move(outcome)]() mutable {
            finished(std::move(outcome));
        });
    }
}

void GraphRun::finish_one(const std::string& node, bool succeeded) {
    {
        base::MutexLock lock(mutex_);
        --running_;
        if (!succeeded) {
            failed_.push_back(node);
            if (plan_.stop_on_failure) halted_ = true;
        } else {
            for (const std::string& dependent : dependents_[node]) {
                if (--waiting_[dependent] == 0) ready_[places_[dependent]] = dependent;
            }
        }
    }
    advance();
}

}  // namespace cloudformation

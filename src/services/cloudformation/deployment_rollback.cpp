// Rollback of an update: each resource that it touched becomes what it was. What the update made
// anew is put aside and removed afterwards, by the clean-up.
#include "services/cloudformation/deployment.h"
#include "services/cloudformation/parse.h"
#include "services/cloudformation/statuses.h"
#include "stack_template/compare.h"

namespace cloudformation {

void Deployment::restore() {
    GraphRun::Plan plan;
    plan.stop_on_failure = false;
    plan.parallel_max = parallel_resources_max;
    base::MutexLock lock(mutex_);
    for (const auto& [id, row] : rows_) {
        if (row.operation_id != operation_.id || !row.previous || row.restored) continue;
        plan.order.push_back(id);
        plan.waits_for[id].insert(row.previous->dependencies.begin(),
                                  row.previous->dependencies.end());
    }
    run_ = GraphRun::start(
        ground_.environment.executor, std::move(plan),
        [self = shared_from_this()](const std::string& id, NodeDone done) {
            self->restore_node(id, std::move(done));
        },
        [self = shared_from_this()](const GraphRun::Outcome& outcome) {
            self->restore_done(outcome);
        });
}

void Deployment::restore_node(const std::string& id, NodeDone done) {
    if (is_stopped()) return;
    meta_store::Changes changes;
    bool in_place = false;
    {
        base::MutexLock lock(mutex_);
        ResourceRow& row = rows_[id];
        const InstanceRow& current = *row.current;
        const bool skip =
            std::find(operation_.skip.begin(), operation_.skip.end(), id) != operation_.skip.end();
        const bool same = stack_template::same_value(parse_object(current.properties),
                                                     parse_object(row.previous->properties)) &&
                          current.stack_tags == row.previous->stack_tags && current.whole;
        const bool quiet = same && !row.is_replaced() && is_complete(row.status);
        in_place = !skip && !row.is_replaced() && !same;
        if (in_place) {
            add_event(changes, id, *row.previous, current.physical_id, "UPDATE_IN_PROGRESS", "");
            put(changes, row, "UPDATE_IN_PROGRESS", "");
        } else {
            if (row.is_replaced() && current.made && !skip) row.obsolete.push_back(current);
            row.current = row.previous;
            row.restored = true;
            if (!quiet) {
                add_event(changes, id, *row.current, row.current->physical_id, "UPDATE_COMPLETE",
                          skip ? "Resource was skipped" : "");
            }
            put(changes, row, quiet ? row.status : "UPDATE_COMPLETE", "");
        }
    }
    write(std::move(changes),
          [self = shared_from_this(), id, in_place, done = std::move(done)]() mutable {
              if (!in_place) return done(true);
              Work work;
              json::object before;
              {
                  base::MutexLock lock(self->mutex_);
                  const ResourceRow& row = self->rows_[id];
                  work = self->work_of(id, *row.previous, parse_object(row.previous->properties));
                  work.context.tags_before = row.current->stack_tags;
                  before = parse_object(row.current->properties);
              }
              ResourceWorker* worker = self->ground_.types->find_worker(work.type);
              if (worker == nullptr) {
                  return self->restored(id, Failure{"Unrecognized resource type: " + work.type},
                                        std::move(done));
              }
              worker->update(std::move(work), std::move(before), true,
                             [self, id, done = std::move(done)](Outcome<Made> outcome) mutable {
                                 self->restored(id, std::move(outcome), std::move(done));
                             });
          });
}

void Deployment::restored(const std::string& id, Outcome<Made> outcome, NodeDone done) {
    if (is_stopped()) return;
    meta_store::Changes changes;
    const bool succeeded = outcome.has_value();
    {
        base::MutexLock lock(mutex_);
        ResourceRow& row = rows_[id];
        if (succeeded) {
            row.current = row.previous;
            row.current->attributes = stack_template::serialize(outcome.value().attributes);
            row.restored = true;
        }
        const std::string status = succeeded ? "UPDATE_COMPLETE" : "UPDATE_FAILED";
        const std::string reason = succeeded ? "" : outcome.error().reason;
        add_event(changes, id, *row.current, row.current->physical_id, status, reason);
        put(changes, row, status, reason);
    }
    write(std::move(changes), [succeeded, done = std::move(done)]() mutable { done(succeeded); });
}

void Deployment::restore_done(const GraphRun::Outcome& outcome) {
    if (is_stopped()) return;
    bool imports = false;
    std::string list;
    {
        base::MutexLock lock(mutex_);
        imports = operation_.kind == "IMPORT";
        for (const std::string& id : outcome.failed)
            list += (list.empty() ? "" : ", ") + id;
    }
    if (!list.empty() || !outcome.left_out.empty()) {
        return end_halted(imports ? "IMPORT_ROLLBACK_FAILED" : "UPDATE_ROLLBACK_FAILED",
                          "The following resource(s) failed to update: [" + list + "]. ");
    }
    if (imports) return enter_phase("rollback_cleanup", "IMPORT_ROLLBACK_IN_PROGRESS", "");
    enter_phase("rollback_cleanup", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "");
}

}  // namespace cloudformation

// Removal, in the reverse of the order of making: of all resources of a stack, or of what an
// update or its rollback has left over.
#include "services/cloudformation/deployment.h"
#include "services/cloudformation/parse.h"
#include "services/cloudformation/statuses.h"

namespace cloudformation {

namespace {

bool left_a_previous_one(const ResourceRow& row) {
    return row.previous && row.current && row.previous->made && row.is_replaced();
}

std::string join(const std::vector<std::string>& ids) {
    std::string list;
    for (const std::string& id : ids)
        list += (list.empty() ? "" : ", ") + id;
    return list;
}

}  // namespace

std::optional<Deployment::Removal> Deployment::next_removal(const std::string& id) {
    const ResourceRow& row = rows_[id];
    if (!is_cleanup()) {
        if (is_gone(row)) return std::nullopt;
        // What an update that was left half done had put aside goes before the resource itself.
        if (!row.obsolete.empty()) return Removal{row.obsolete.back(), Removal::What::obsolete};
        if (left_a_previous_one(row)) {
            return Removal{*row.previous, Removal::What::previous};
        }
        return Removal{*row.current, Removal::What::resource};
    }
    if (!row.obsolete.empty()) return Removal{row.obsolete.back(), Removal::What::obsolete};
    if (is_gone(row)) return std::nullopt;
    const bool touched = row.operation_id == operation_.id;
    if (operation_.phase == "cleanup") {
        if (touched && left_a_previous_one(row))
            return Removal{*row.previous, Removal::What::previous};
        if (blueprint_->find_active(id) == nullptr) {
            return Removal{*row.current, Removal::What::resource};
        }
        return std::nullopt;
    }
    if (touched && row.created_here) return Removal{*row.current, Removal::What::resource};
    return std::nullopt;
}

std::vector<std::string> Deployment::removals() {
    std::vector<std::string> ids;
    for (const auto& [id, row] : rows_) {
        if (next_removal(id)) ids.push_back(id);
    }
    return ids;
}

GraphRun::Edges Deployment::removal_edges(const std::vector<std::string>& ids) {
    GraphRun::Edges edges;
    for (const std::string& id : ids) {
        const auto removal = next_removal(id);
        for (const std::string& dependency : removal->instance.dependencies)
            edges[dependency].insert(id);
    }
    return edges;
}

void Deployment::remove_all() {
    {
        base::MutexLock lock(mutex_);
        left_before_round_ = removals().size();
    }
    remove_round(true);
}

void Deployment::remove_round(bool in_order) {
    GraphRun::Plan plan;
    plan.stop_on_failure = false;
    plan.parallel_max = parallel_resources_max;
    base::MutexLock lock(mutex_);
    plan.order = removals();
    if (in_order) plan.waits_for = removal_edges(plan.order);
    run_ = GraphRun::start(
        ground_.environment.executor, std::move(plan),
        [self = shared_from_this()](const std::string& id, NodeDone done) {
            self->remove_node(id, std::move(done));
        },
        [self = shared_from_this(), in_order](const GraphRun::Outcome& outcome) {
            self->round_done(outcome, in_order);
        });
}

bool Deployment::is_retained(const std::string& id, const Removal& removal) {
    const ResourceRow& row = rows_[id];
    if (operation_.kind == "DELETE" && removal.what == Removal::What::resource &&
        std::find(operation_.retain.begin(), operation_.retain.end(), id) !=
            operation_.retain.end()) {
        return true;
    }
    if (removal.what == Removal::What::obsolete) return false;
    const bool creation_taken_back =
        operation_.kind != "DELETE" && operation_.phase != "cleanup" && row.created_here;
    if (creation_taken_back && row.adopted) return true;  // let go of, as it was
    if (!removal.instance.whole) return false;
    const std::string& policy = removal.what == Removal::What::previous
                                    ? row.current->replace_policy
                                    : removal.instance.deletion_policy;
    if (creation_taken_back && operation_.retain_except_on_create) return false;
    if (policy == "RetainExceptOnCreate") return !creation_taken_back;
    return policy == "Retain";
}

void Deployment::remove_node(const std::string& id, NodeDone done) {
    if (is_stopped()) return;
    std::optional<Removal> removal;
    bool retained = false;
    meta_store::Changes changes;
    {
        base::MutexLock lock(mutex_);
        removal = next_removal(id);
        if (removal) retained = is_retained(id, *removal);
        if (removal && !retained && removal->instance.made) {
            ResourceRow& row = rows_[id];
            add_event(changes, id, removal->instance, removal->instance.physical_id,
                      "DELETE_IN_PROGRESS", "");
            if (removal->what == Removal::What::resource) {
                put(changes, row, "DELETE_IN_PROGRESS", "");
            }
        }
    }
    if (!removal) return done(true);
    if (retained) return removed(id, *removal, "DELETE_SKIPPED", "", std::move(done));
    if (!removal->instance.made) {
        return removed(id, *removal, "DELETE_COMPLETE", "", std::move(done));
    }
    write(std::move(changes), [self = shared_from_this(), id, removal = std::move(*removal),
                               done = std::move(done)]() mutable {
        self->run_removal(id, std::move(removal), std::move(done));
    });
}

void Deployment::run_removal(const std::string& id, Removal removal, NodeDone done) {
    if (is_stopped()) return;
    Work work;
    {
        base::MutexLock lock(mutex_);
        work = work_of(id, removal.instance, parse_object(removal.instance.properties));
    }
    ResourceWorker* worker = ground_.types->find_worker(work.type);
    if (worker == nullptr) {
        return removed(id, removal, "DELETE_FAILED", "Unrecognized resource type: " + work.type,
                       std::move(done));
    }
    worker->remove(std::move(work), [self = shared_from_this(), id, removal = std::move(removal),
                                     done = std::move(done)](Outcome<void> outcome) mutable {
        const bool gone = outcome.has_value();
        self->removed(id, removal, gone ? "DELETE_COMPLETE" : "DELETE_FAILED",
                      gone ? "" : outcome.error().reason, std::move(done));
    });
}

void Deployment::removed(const std::string& id, const Removal& removal, const std::string& status,
                         const std::string& reason, NodeDone done) {
    if (is_stopped()) return;
    const bool failed = status == "DELETE_FAILED";
    meta_store::Changes changes;
    {
        base::MutexLock lock(mutex_);
        ResourceRow& row = rows_[id];
        add_event(changes, id, removal.instance, removal.instance.physical_id, status, reason);
        if (!failed) disown(changes, id, removal.instance);
        if (failed) {
            if (removal.what == Removal::What::resource) put(changes, row, status, reason);
        } else if (removal.what == Removal::What::previous) {
            row.previous = row.current;
            put(changes, row, row.status, row.status_reason);
        } else if (removal.what == Removal::What::obsolete) {
            row.obsolete.pop_back();
            put(changes, row, row.status, row.status_reason);
        } else if (is_cleanup()) {
            rows_.erase(id);
            ground_.tables.resources.erase(changes, Tables::at(key_, id));
        } else {
            row.current->made = false;
            row.current->whole = false;
            put(changes, row, status, reason);
        }
    }
    write(std::move(changes),
          [self = shared_from_this(), id, failed, done = std::move(done)]() mutable {
              if (failed) return done(false);
              self->remove_node(id, std::move(done));  // there may be another instance of it
          });
}

// What failed is tried again as long as something else could be removed meanwhile: it may have
// been in use by a resource that the template does not tie to it.
void Deployment::round_done(const GraphRun::Outcome& outcome, bool in_order) {
    if (is_stopped()) return;
    std::vector<std::string> left;
    bool progress = false;
    {
        base::MutexLock lock(mutex_);
        left = removals();
        progress = left.size() < left_before_round_;
        left_before_round_ = left.size();
    }
    if (left.empty()) return remove_done({});
    if (progress) return remove_round(in_order);
    // Old and new dependencies together may go round in a circle.
    if (in_order && outcome.failed.empty()) return remove_round(false);
    remove_done(left);
}

void Deployment::remove_done(const std::vector<std::string>& left) {
    std::string phase;
    std::string kind;
    bool force = false;
    {
        base::MutexLock lock(mutex_);
        phase = operation_.phase;
        kind = operation_.kind;
        force = operation_.force;
    }
    const std::string failed = "The following resource(s) failed to delete: [" + join(left) + "]. ";
    if (phase == "cleanup") {
        return end(
            "UPDATE_COMPLETE",
            left.empty() ? "" : "Update successful. One or more resources could not be deleted.");
    }
    if (phase == "removal") {
        if (!left.empty() && !force) return end("DELETE_FAILED", failed);
        return finish_removal("DELETE_COMPLETE");
    }
    if (phase == "rollback_cleanup") {
        return finish_removal(kind == "IMPORT" ? "IMPORT_ROLLBACK_COMPLETE"
                                               : "UPDATE_ROLLBACK_COMPLETE");
    }
    if (!left.empty()) return end("ROLLBACK_FAILED", failed);
    finish_removal("ROLLBACK_COMPLETE");
}

// What the stack exports and imports is what it did before: for a new or deleted stack, nothing.
void Deployment::finish_removal(const std::string& status) {
    meta_store::Changes changes;
    StackRow before;
    std::vector<OutputRow> outputs;
    std::set<std::string> imports;
    const bool deleted = status == "DELETE_COMPLETE";
    {
        base::MutexLock lock(mutex_);
        before = stack_;
        if (blueprint_) {
            if (auto named = blueprint_->evaluator().imports()) {
                before.imports.insert(before.imports.end(), named.value().begin(),
                                      named.value().end());
            }
        }
        if (!deleted && !is_create()) {
            outputs = stack_.outputs;
            imports.insert(stack_.imports.begin(), stack_.imports.end());
        }
    }
    auto committed = ground_.exports.commit(before, outputs, imports, std::move(changes));
    if (!committed && committed.error().code == "ValidationError") {
        return end("DELETE_FAILED", committed.error().message);
    }
    if (!committed) {
        ground_.environment.executor.after(journal_retry_ms, [self = shared_from_this(), status] {
            if (!self->is_stopped()) self->finish_removal(status);
        });
        return;
    }
    if (!deleted) return end(status, "");
    {
        base::MutexLock lock(mutex_);
        stack_.deleted = ground_.environment.clock.now();
        auto name = ground_.tables.names.get(Tables::at(key_.account, key_.region, stack_.name));
        if (name && name.value() && name.value()->uuid == key_.uuid) {
            ground_.tables.names.erase(changes, Tables::at(key_.account, key_.region, stack_.name));
        }
        auto sets = ground_.tables.change_sets_of(key_);
        if (sets) {
            for (const ChangeSetRow& row : sets.value())
                ground_.tables.change_sets.erase(changes, Tables::at(key_, row.name));
        }
    }
    {
        base::MutexLock lock(mutex_);
        ground_.tables.operations.erase(changes, Tables::at(key_));
        set_status(changes, "DELETE_COMPLETE", "");
    }
    write(std::move(changes), [self = shared_from_this()] {
        auto ended = std::exchange(self->ended_, {});
        if (ended) ended();
    });
}

}  // namespace cloudformation

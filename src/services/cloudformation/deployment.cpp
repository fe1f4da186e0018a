#include "services/cloudformation/deployment.h"

#include "base/ids.h"
#include "services/cloudformation/parse.h"
#include "services/cloudformation/statuses.h"

namespace cloudformation {

bool is_gone(const ResourceRow& row) {
    return !row.current || row.status == "DELETE_COMPLETE" || row.status == "DELETE_SKIPPED";
}

base::Result<std::shared_ptr<Deployment>> Deployment::open(Ground& ground, const StackKey& key,
                                                           Ended ended) {
    const Tables& tables = ground.tables;
    TRY(stack, tables.stacks.get(Tables::at(key)));
    TRY(operation, tables.operations.get(Tables::at(key)));
    if (!stack || !operation) {
        return base::Error{base::ErrorKind::not_found, "no operation on the stack", key.uuid};
    }
    TRY(rows, tables.resources_of(key));
    TRY(events,
        EventWriter::open(tables, key, ground.environment.clock, ground.environment.random));
    std::shared_ptr<const Blueprint> blueprint;
    if (operation->kind != "DELETE") {
        TRY(text, tables.template_text(key, operation->target.template_id));
        TRY(made, Blueprint::make(text, operation->target, stack->id, stack->name));
        blueprint = std::move(made);
    }
    std::shared_ptr<Deployment> deployment(
        new Deployment(ground, key, std::move(events), std::move(ended)));
    deployment->journal_ = std::make_shared<Journal>(
        ground.environment.store, ground.environment.executor, ground.environment.log);
    deployment->blueprint_ = std::move(blueprint);
    base::MutexLock lock(deployment->mutex_);
    deployment->stack_ = std::move(*stack);
    deployment->operation_ = std::move(*operation);
    deployment->rows_ = std::move(rows);
    if (deployment->operation_.cancel_requested) {
        deployment->cancelled_ = deployment->operation_.failure;
        deployment->abandoned_->store(true);
    }
    return deployment;
}

void Deployment::start() {
    ground_.environment.executor.post([self = shared_from_this()] { self->run_phase(); });
}

void Deployment::stop() {
    journal_->stop();
    std::shared_ptr<GraphRun> run;  // may be the last that holds us: let go without the lock
    {
        base::MutexLock lock(mutex_);
        if (timeout_ != 0) ground_.environment.executor.cancel(timeout_);
        timeout_ = 0;
        run = std::exchange(run_, nullptr);
    }
    if (run) run->halt();
}

void Deployment::run_phase() {
    if (is_stopped()) return;
    std::string phase;
    {
        base::MutexLock lock(mutex_);
        phase = operation_.phase;
        // Back on the way: nobody gives up any more.
        if (phase != "forward") abandoned_->store(false);
    }
    if (phase == "forward") return forward();
    bool restores = false;
    {
        base::MutexLock lock(mutex_);
        restores = phase == "rollback" && !is_create();
    }
    if (restores) return restore();
    remove_all();
}

void Deployment::cancel(const std::string& reason, bool and_delete, base::Task done) {
    meta_store::Changes changes;
    std::shared_ptr<GraphRun> run;
    {
        base::MutexLock lock(mutex_);
        if (operation_.phase == "forward" && cancelled_.empty()) {
            cancelled_ = reason;
            operation_.cancel_requested = true;
            operation_.failure = reason;
            if (and_delete) operation_.on_failure = "DELETE";
            ground_.tables.operations.put(changes, Tables::at(key_), operation_);
            abandoned_->store(true);
            run = run_;
        }
    }
    if (run) run->halt();
    journal_->write(std::move(changes), std::move(done));
}

void Deployment::set_status(meta_store::Changes& changes, const std::string& status,
                            const std::string& reason) {
    stack_.status = status;
    stack_.status_reason = reason;
    ground_.tables.stacks.put(changes, Tables::at(key_), stack_);
    EventRow event;
    event.logical_id = stack_.name;
    event.physical_id = stack_.id;
    event.type = stack_type;
    event.status = status;
    event.reason = reason;
    event.client_token = operation_.client_token;
    event.operation_id = operation_.id;
    events_.add(changes, std::move(event));
}

void Deployment::enter_phase(const std::string& phase, const std::string& status,
                             const std::string& reason, meta_store::Changes more) {
    {
        base::MutexLock lock(mutex_);
        operation_.phase = phase;
        ground_.tables.operations.put(more, Tables::at(key_), operation_);
        set_status(more, status, reason);
    }
    write(std::move(more), [self = shared_from_this()] { self->run_phase(); });
}

void Deployment::finish_change_set(meta_store::Changes& changes, bool succeeded) {
    if (operation_.change_set_id.empty()) return;
    const auto name = change_set_name_of(operation_.change_set_id);
    if (!name) return;
    auto row = ground_.tables.change_sets.get(Tables::at(key_, *name));
    if (!row || !row.value() || row.value()->id != operation_.change_set_id) return;
    row.value()->execution_status = succeeded ? "EXECUTE_COMPLETE" : "EXECUTE_FAILED";
    ground_.tables.change_sets.put(changes, Tables::at(key_, *name), *row.value());
}

// The operation is over.
void Deployment::end(const std::string& status, const std::string& reason) {
    meta_store::Changes changes;
    {
        base::MutexLock lock(mutex_);
        if (timeout_ != 0) ground_.environment.executor.cancel(timeout_);
        timeout_ = 0;
        const bool succeeded = status == "CREATE_COMPLETE" || status == "UPDATE_COMPLETE" ||
                               status == "IMPORT_COMPLETE";
        finish_change_set(changes, succeeded);
        ground_.tables.operations.erase(changes, Tables::at(key_));
        // The template that was not deployed, or is no more.
        const std::string& target = operation_.target.template_id;
        if (!succeeded && is_update_rollback(status) && target != stack_.deployed.template_id) {
            ground_.tables.templates.erase(changes, Tables::at(key_, target));
        }
        set_status(changes, status, reason);
    }
    write(std::move(changes), [self = shared_from_this()] {
        auto ended = std::exchange(self->ended_, {});
        if (ended) ended();
    });
}

// The operation stands still until somebody says how to go on: its row stays.
void Deployment::end_halted(const std::string& status, const std::string& reason) {
    meta_store::Changes changes;
    {
        base::MutexLock lock(mutex_);
        if (timeout_ != 0) ground_.environment.executor.cancel(timeout_);
        timeout_ = 0;
        finish_change_set(changes, false);
        operation_.halted = true;
        ground_.tables.operations.put(changes, Tables::at(key_), operation_);
        set_status(changes, status, reason);
    }
    write(std::move(changes), [self = shared_from_this()] {
        auto ended = std::exchange(self->ended_, {});
        if (ended) ended();
    });
}

// The store cannot be read: nothing can be decided, so nothing is. The next start goes on.
void Deployment::fail_stored(const base::Error& error) {
    ground_.environment.log.error("a stack's deployment stands still until the next start",
                                  {{"stack", key_.uuid}, {"error", error.describe()}});
}

Work Deployment::work_of(const std::string& id, const InstanceRow& instance,
                         json::object properties) {
    Work work;
    work.type = instance.type;
    work.context.account = key_.account;
    work.context.region = key_.region;
    work.context.stack_name = stack_.name;
    work.context.stack_id = stack_.id;
    work.context.logical_id = id;
    work.context.physical_id = instance.physical_id;
    work.context.token = instance.token;
    work.context.tags = instance.stack_tags;
    work.context.tags_before = instance.stack_tags;
    work.properties = std::move(properties);
    return work;
}

void Deployment::add_event(meta_store::Changes& changes, const std::string& id,
                           const InstanceRow& instance, const std::string& physical_id,
                           const std::string& status, const std::string& reason) {
    EventRow event;
    event.logical_id = id;
    event.physical_id = physical_id;
    event.type = instance.type;
    event.status = status;
    event.reason = reason;
    event.properties = shown_properties(id, instance);
    event.client_token = operation_.client_token;
    event.operation_id = operation_.id;
    events_.add(changes, std::move(event));
}

// Without secrets, and not without end.
std::string Deployment::shown_properties(const std::string& id, const InstanceRow& instance) const {
    if (!blueprint_ || instance.properties.size() > event_properties_bytes_max) return "";
    const stack_template::Resource* resource = blueprint_->find_active(id);
    if (resource == nullptr) return "";
    return stack_template::serialize(
        without_secrets(*blueprint_, *resource, parse_object(instance.properties)));
}

void Deployment::put(meta_store::Changes& changes, ResourceRow& row, const std::string& status,
                     const std::string& reason) {
    row.status = status;
    row.status_reason = reason;
    row.updated = ground_.environment.clock.now();
    ground_.tables.resources.put(changes, Tables::at(key_, row.logical_id), row);
}

void Deployment::own(meta_store::Changes& changes, const std::string& id,
                     const InstanceRow& instance) {
    if (instance.physical_id.empty()) return;
    ground_.tables.owners.put(changes, Tables::owner_at(key_, instance.type, instance.physical_id),
                              {stack_.id, id});
}

// Only when it is this resource's: a name that another one has taken since is not touched.
void Deployment::disown(meta_store::Changes& changes, const std::string& id,
                        const InstanceRow& instance) {
    const meta_store::Key at = Tables::owner_at(key_, instance.type, instance.physical_id);
    auto owner = ground_.tables.owners.get(at);
    if (!owner || !owner.value()) return;
    if (key_of(owner.value()->stack_id) != key_ || owner.value()->logical_id != id) return;
    ground_.tables.owners.erase(changes, at);
}

void Deployment::write(meta_store::Changes changes, base::Task then) {
    journal_->write(std::move(changes), std::move(then));
}

bool Deployment::is_touched(const ResourceRow& row) const {
    return row.operation_id == operation_.id && row.attempt == operation_.attempt;
}

}  // namespace cloudformation

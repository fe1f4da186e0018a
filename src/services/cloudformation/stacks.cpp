// What begins on stacks: create, update, delete, cancel, roll back. Each decision and its commit
// are made under one lock; the work is a Deployment's.
#include "base/ids.h"
#include "services/cloudformation/cloudformation.h"
#include "services/cloudformation/faults.h"
#include "services/cloudformation/statuses.h"

namespace cloudformation {

namespace {

std::set<std::string> imports_of(const Prepared& prepared) {
    auto named = prepared.blueprint->evaluator().imports();
    return named ? std::move(named.value()) : std::set<std::string>();
}

std::string on_failure_of(const Manner& manner) {
    return manner.disable_rollback ? "DO_NOTHING" : manner.on_failure;
}

}  // namespace

aws::Reply<StackRow> CloudFormation::new_stack(const aws::Call& call, const std::string& name,
                                               const Manner& manner) {
    if (!is_stack_name(name)) {
        return faults::validation("1 validation error detected: Value '" + name.substr(0, 256) +
                                  "' at 'stackName' failed to satisfy constraint: Member must "
                                  "satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*");
    }
    StackKey key{call.account(), call.region, manner.uuid};
    if (key.uuid.empty()) key.uuid = base::make_uuid(ground_.environment.random);
    StackRow row;
    row.name = name;
    row.id = make_stack_arn(key, name);
    row.created = ground_.environment.clock.now();
    row.parent_id = manner.parent_id;
    row.root_id = manner.root_id;
    row.termination_protection = manner.termination_protection;
    row.timeout_minutes = manner.timeout_minutes;
    row.disable_rollback = manner.disable_rollback;
    return row;
}

// The name becomes the stack's. The caller puts the row itself.
aws::Reply<void> CloudFormation::insert_stack(const StackRow& row, meta_store::Changes& changes) {
    const StackKey key = key_of(row.id);
    const meta_store::Key at = Tables::at(key.account, key.region, row.name);
    auto taken = ground_.tables.names.get(at);
    if (!taken) return faults::from(taken.error());
    if (taken.value()) return faults::stack_already_exists(row.name);
    std::size_t count = 0;
    auto counted =
        ground_.tables.names.scan({key.account, key.region}, [&](std::string_view, NameRow&) {
            ++count;
            return true;
        });
    if (!counted) return faults::from(counted.error());
    if (count >= stacks_max) return faults::limit_exceeded("stacks");
    ground_.tables.names.put(changes, at, {key.uuid});
    return base::ok();
}

// Make it durable that the operation has begun, and begin.
aws::Reply<void> CloudFormation::launch(StackRow stack, OperationRow operation,
                                        const std::string& status,
                                        const std::set<std::string>& imports,
                                        meta_store::Changes changes) {
    if (ground_.stopping->load()) return faults::stopping();
    const StackKey key = key_of(stack.id);
    const Tables& tables = ground_.tables;
    if (operation.id.empty()) operation.id = base::make_uuid(ground_.environment.random);
    operation.started = ground_.environment.clock.now();
    operation.halted = false;
    operation.cancel_requested = false;
    operation.failure.clear();
    stack.status = status;
    stack.status_reason = "User Initiated";
    if (operation.kind != "DELETE") stack.last_template_id = operation.target.template_id;
    if (stack.deployed.template_id.empty()) {
        // So that a stack that is being created shows what from.
        stack.deployed = operation.target;
        stack.deployed.template_id.clear();
    }
    stack.last_token = operation.client_token;
    stack.last_operation = operation.kind;
    stack.change_set_id =
        operation.change_set_id.empty() ? stack.change_set_id : operation.change_set_id;
    auto events =
        EventWriter::open(tables, key, ground_.environment.clock, ground_.environment.random);
    if (!events) return faults::from(events.error());
    EventRow event;
    event.logical_id = stack.name;
    event.physical_id = stack.id;
    event.type = stack_type;
    event.status = status;
    event.reason = "User Initiated";
    event.client_token = operation.client_token;
    event.operation_id = operation.id;
    events.value().add(changes, std::move(event));
    tables.stacks.put(changes, Tables::at(key), stack);
    tables.operations.put(changes, Tables::at(key), operation);
    auto stored = ground_.exports.reserve(stack, imports, std::move(changes));
    if (!stored) return faults::from(stored.error());
    run(key);
    return base::ok();
}

// ---- create ----

void CloudFormation::create_stack(const aws::Call& call, const std::string& name, Wanted wanted,
                                  Manner manner, Answer<std::string> done) {
    auto existing = find_stack(call, name);
    if (existing && !manner.client_token.empty() &&
        existing.value().last_token == manner.client_token) {
        if (existing.value().last_operation != "CREATE") {
            return done(faults::token_used(manner.client_token));
        }
        return done(existing.value().id);
    }
    if (existing) return done(faults::stack_already_exists(name));
    auto made = new_stack(call, name, manner);
    if (!made) return done(std::move(made.error()));
    const StackRow stack = std::move(made.value());
    prepare(call, stack, std::move(wanted),
            [this, stack, manner = std::move(manner),
             done = std::move(done)](aws::Reply<Prepared> prepared) mutable {
                if (!prepared) return done(std::move(prepared.error()));
                auto ready = std::make_shared<Prepared>(std::move(prepared.value()));
                plan(stack, *ready, {},
                     [this, stack, ready, manner = std::move(manner),
                      done = std::move(done)](aws::Reply<Plan> planned) mutable {
                         if (!planned) return done(std::move(planned.error()));
                         const std::string& failure = planned.value().failure;
                         if (!failure.empty()) return done(faults::validation(failure));
                         done(finish_create(stack, *ready, manner));
                     });
            });
}

aws::Reply<std::string> CloudFormation::finish_create(StackRow stack, const Prepared& prepared,
                                                      const Manner& manner) {
    const StackKey key = key_of(stack.id);
    const std::string id = stack.id;
    base::MutexLock lock(changing_);
    meta_store::Changes changes;
    if (auto inserted = insert_stack(stack, changes); !inserted) {
        return std::move(inserted.error());
    }
    OperationRow operation;
    operation.kind = "CREATE";
    operation.phase = "forward";
    operation.target = prepared.configuration;
    operation.target.template_id = new_template_id();
    operation.client_token = manner.client_token;
    operation.on_failure = on_failure_of(manner);
    operation.retain_except_on_create = manner.retain_except_on_create;
    ground_.tables.templates.put(changes, Tables::at(key, operation.target.template_id),
                                 {prepared.text});
    TRY_VOID(launch(std::move(stack), std::move(operation), "CREATE_IN_PROGRESS",
                    imports_of(prepared), std::move(changes)));
    return id;
}

// ---- update ----

void CloudFormation::update_stack(const aws::Call& call, const std::string& name, Wanted wanted,
                                  Manner manner, Answer<std::string> done) {
    auto found = find_stack(call, name);
    if (!found) return done(std::move(found.error()));
    const StackRow stack = std::move(found.value());
    if (!manner.client_token.empty() && stack.last_token == manner.client_token) {
        if (stack.last_operation != "UPDATE") return done(faults::token_used(manner.client_token));
        return done(stack.id);
    }
    if (!is_updatable(stack.status)) {
        return done(faults::wrong_state(stack.id, stack.status, "updated"));
    }
    prepare(call, stack, std::move(wanted),
            [this, stack, manner = std::move(manner),
             done = std::move(done)](aws::Reply<Prepared> prepared) mutable {
                if (!prepared) return done(std::move(prepared.error()));
                auto ready = std::make_shared<Prepared>(std::move(prepared.value()));
                plan(stack, *ready, {},
                     [this, stack, ready, manner = std::move(manner),
                      done = std::move(done)](aws::Reply<Plan> planned) mutable {
                         if (!planned) return done(std::move(planned.error()));
                         const Plan& what = planned.value();
                         if (!what.failure.empty()) return done(faults::validation(what.failure));
                         if (what.is_empty() && !is_failed(stack.status)) {
                             return done(faults::no_updates());
                         }
                         done(finish_update(stack, *ready, manner));
                     });
            });
}

aws::Reply<std::string> CloudFormation::finish_update(const StackRow& planned,
                                                      const Prepared& prepared,
                                                      const Manner& manner) {
    const StackKey key = key_of(planned.id);
    base::MutexLock lock(changing_);
    meta_store::Changes changes;
    TRY(operation, next_operation(planned, "UPDATE"));
    operation.target = prepared.configuration;
    operation.target.template_id = new_template_id();
    operation.client_token = manner.client_token;
    operation.on_failure = manner.disable_rollback ? "DO_NOTHING" : "ROLLBACK";
    operation.retain_except_on_create = manner.retain_except_on_create;
    ground_.tables.templates.put(changes, Tables::at(key, operation.target.template_id),
                                 {prepared.text});
    StackRow stack = planned;
    const std::string status = operation.kind + "_IN_PROGRESS";
    TRY_VOID(begin_update(stack, std::move(operation), status, imports_of(prepared),
                          std::move(changes)));
    return stack.id;
}

// The row of an operation that follows on what `planned` says, if that still holds. An operation
// that has failed and was not rolled back is gone on with: a rollback leads to before it.
aws::Reply<OperationRow> CloudFormation::next_operation(const StackRow& planned,
                                                        const std::string& kind) const {
    const StackKey key = key_of(planned.id);
    auto row = ground_.tables.stacks.get(Tables::at(key));
    if (!row) return faults::from(row.error());
    if (!row.value() || row.value()->status != planned.status ||
        row.value()->deployed.template_id != planned.deployed.template_id) {
        const std::string now = row.value() ? row.value()->status : "DELETE_COMPLETE";
        return faults::wrong_state(planned.id, now, "updated");
    }
    OperationRow operation;
    operation.kind = kind;
    if (planned.status == "UPDATE_FAILED" || planned.status == "CREATE_FAILED") {
        auto failed = ground_.tables.operations.get(Tables::at(key));
        if (!failed) return faults::from(failed.error());
        if (failed.value()) {
            operation.id = failed.value()->id;
            operation.kind = failed.value()->kind;
            operation.attempt = failed.value()->attempt + 1;
        }
    }
    operation.phase = "forward";
    return operation;
}

aws::Reply<void> CloudFormation::begin_update(StackRow stack, OperationRow operation,
                                              const std::string& status,
                                              const std::set<std::string>& imports,
                                              meta_store::Changes changes) {
    const StackKey key = key_of(stack.id);
    stack.updated = ground_.environment.clock.now();
    // Change sets were made for the stack as it was.
    auto sets = ground_.tables.change_sets_of(key);
    if (!sets) return faults::from(sets.error());
    for (ChangeSetRow& set : sets.value()) {
        if (set.id == operation.change_set_id) continue;
        ground_.tables.change_sets.erase(changes, Tables::at(key, set.name));
        if (set.target.template_id != operation.target.template_id) {
            ground_.tables.templates.erase(changes, Tables::at(key, set.target.template_id));
        }
    }
    return launch(std::move(stack), std::move(operation), status, imports, std::move(changes));
}

// ---- delete ----

void CloudFormation::delete_stack(const aws::Call& call, const std::string& name, Deletion deletion,
                                  Answer<void> done) {
    std::shared_ptr<Deployment> creating;
    aws::Reply<void> reply = [&]() -> aws::Reply<void> {
        base::MutexLock lock(changing_);
        auto found = find_stack(call, name);
        if (!found) {
            if (found.error().http_status >= 500) return std::move(found.error());
            return base::ok();  // as AWS: what is not there is deleted
        }
        const StackRow& stack = found.value();
        if (stack.status == "DELETE_COMPLETE" || stack.status == "DELETE_IN_PROGRESS") {
            return base::ok();
        }
        if (stack.termination_protection && !deletion.by_parent) {
            return faults::termination_protected(stack.name);
        }
        if ((!deletion.retain.empty() || deletion.force) && stack.status != "DELETE_FAILED") {
            return faults::validation("Invalid operation on stack [" + stack.id +
                                      "]. When you delete a stack, specify which resources to "
                                      "retain only when the stack is in the DELETE_FAILED state.");
        }
        if (stack.status == "CREATE_IN_PROGRESS") {
            base::MutexLock running(mutex_);
            const auto at = deployments_.find(key_of(stack.id));
            if (at != deployments_.end()) creating = at->second;
            return base::ok();
        }
        if (is_in_progress(stack.status)) {
            return faults::validation("Stack [" + stack.name +
                                      "] cannot be deleted while in status " + stack.status);
        }
        TRY_VOID(ground_.exports.check_unused(stack));
        OperationRow operation;
        operation.kind = "DELETE";
        operation.phase = "removal";
        operation.target = stack.deployed;
        operation.client_token = deletion.client_token;
        operation.retain = deletion.retain;
        operation.force = deletion.force;
        return launch(stack, std::move(operation), "DELETE_IN_PROGRESS", {}, {});
    }();
    if (!creating) return done(std::move(reply));
    creating->cancel("User Initiated", true,
                     [done = std::move(done)]() mutable { done(base::ok()); });
}

// ---- the others ----

void CloudFormation::cancel_update(const aws::Call& call, const std::string& name,
                                   Answer<void> done) {
    auto found = find_stack(call, name);
    if (!found) return done(std::move(found.error()));
    if (found.value().status != "UPDATE_IN_PROGRESS") {
        return done(
            faults::validation("CancelUpdateStack cannot be called from current stack status"));
    }
    std::shared_ptr<Deployment> updating;
    {
        base::MutexLock lock(mutex_);
        const auto at = deployments_.find(key_of(found.value().id));
        if (at != deployments_.end()) updating = at->second;
    }
    if (!updating) return done(base::ok());
    updating->cancel("User Initiated", false,
                     [done = std::move(done)]() mutable { done(base::ok()); });
}

aws::Reply<std::string> CloudFormation::roll_back(const aws::Call& call, const std::string& name,
                                                  const std::string& client_token,
                                                  const Names& skip, bool continued) {
    base::MutexLock lock(changing_);
    TRY(stack, find_stack(call, name));
    const bool creation = stack.status == "CREATE_FAILED";
    const bool fits = continued ? stack.status == "UPDATE_ROLLBACK_FAILED"
                                : creation || stack.status == "UPDATE_FAILED";
    if (!fits) return faults::wrong_state(stack.id, stack.status, "rolled back");
    const StackKey key = key_of(stack.id);
    auto row = ground_.tables.operations.get(Tables::at(key));
    if (!row) return faults::from(row.error());
    if (!row.value()) return faults::wrong_state(stack.id, stack.status, "rolled back");
    for (const std::string& id : skip) {
        auto resource = ground_.tables.resources.get(Tables::at(key, id));
        if (!resource) return faults::from(resource.error());
        if (!resource.value() || resource.value()->status != "UPDATE_FAILED") {
            return faults::validation(
                "ResourcesToSkip must be resources whose rollback has "
                "failed: [" +
                id + "]");
        }
    }
    OperationRow operation = std::move(*row.value());
    operation.phase = "rollback";
    operation.skip = skip;
    operation.client_token = client_token;
    const std::string id = stack.id;
    TRY_VOID(launch(std::move(stack), std::move(operation),
                    creation ? "ROLLBACK_IN_PROGRESS" : "UPDATE_ROLLBACK_IN_PROGRESS", {}, {}));
    return id;
}

aws::Reply<std::string> CloudFormation::protect(const aws::Call& call, const std::string& name,
                                                bool enabled) {
    base::MutexLock lock(changing_);
    TRY(stack, find_stack(call, name));
    if (stack.status == "DELETE_COMPLETE") return faults::stack_not_found(name);
    if (!stack.parent_id.empty()) {
        return faults::validation("Termination protection cannot be changed on nested stacks");
    }
    if (is_in_progress(stack.status)) {
        // A running deployment holds the row, and would write it back as it was.
        return faults::wrong_state(stack.id, stack.status, "changed");
    }
    stack.termination_protection = enabled;
    meta_store::Changes changes;
    ground_.tables.stacks.put(changes, Tables::at(key_of(stack.id)), stack);
    if (auto stored = ground_.environment.store.commit(std::move(changes)); !stored) {
        return faults::from(stored.error());
    }
    return stack.id;
}

}  // namespace cloudformation

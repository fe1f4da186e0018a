// Change sets: planned when they are created, so that the first look at one finds it complete.
#include <algorithm>

#include "base/ids.h"
#include "services/cloudformation/cloudformation.h"
#include "services/cloudformation/faults.h"
#include "services/cloudformation/statuses.h"
#include "wire/json.h"

namespace cloudformation {

namespace {

// The CDK looks for the beginning of this sentence.
constexpr const char* no_changes =
    "The submitted information didn't contain changes. Submit different information to create a "
    "change set.";

// Why an import cannot be done; "" when it can.
std::string import_problem(const Plan& plan) {
    for (const Change& change : plan.changes) {
        if (change.resource_change.action == "Import") continue;
        return "You have modified resources [" + change.resource_change.logical_resource_id +
               "] in your template that are not being imported. Update, create or delete "
               "operations cannot be executed during import operations.";
    }
    return "";
}

// All but what is made up on the way: ids and the time.
ChangeSetRow make_row(const Prepared& prepared, const Plan& plan, const ChangeSetWanted& wanted) {
    ChangeSetRow row;
    row.name = wanted.name;
    row.type = wanted.type;
    row.description = wanted.description;
    row.target = prepared.configuration;
    row.client_token = wanted.client_token;
    row.on_stack_failure = wanted.on_stack_failure;
    row.include_nested_stacks = wanted.include_nested_stacks;
    row.import_existing = wanted.import_existing;
    for (const ResourceToImport& resource : wanted.to_import) {
        if (resource.resource_identifier.empty()) continue;
        row.to_import[resource.logical_resource_id] = resource.resource_identifier.begin()->second;
    }
    row.status = plan.failure.empty() ? "CREATE_COMPLETE" : "FAILED";
    row.status_reason = plan.failure;
    row.execution_status = plan.failure.empty() ? "AVAILABLE" : "UNAVAILABLE";
    wire::append_json(row.changes, shape::type_of<std::vector<Change>>(), &plan.changes);
    return row;
}

}  // namespace

aws::Reply<StackRow> CloudFormation::stack_for_change_set(const aws::Call& call,
                                                          const std::string& name,
                                                          const ChangeSetWanted& wanted,
                                                          bool* is_new) {
    auto found = find_stack(call, name);
    *is_new = false;
    if (found && found.value().status == "DELETE_COMPLETE") return faults::stack_not_found(name);
    if (wanted.type == "CREATE" || (wanted.type == "IMPORT" && !found)) {
        if (!found) {
            if (found.error().http_status >= 500) return std::move(found.error());
            *is_new = true;
            return new_stack(call, name, {});
        }
        if (found.value().status != "REVIEW_IN_PROGRESS") {
            return faults::validation("Stack [" + found.value().name +
                                      "] already exists and cannot be created again with the "
                                      "changeSet [" +
                                      wanted.name + "].");
        }
        return found;
    }
    if (!found) return found;
    if (!is_updatable(found.value().status)) {
        return faults::wrong_state(found.value().id, found.value().status, "updated");
    }
    return found;
}

void CloudFormation::create_change_set(const aws::Call& call, const std::string& name,
                                       Wanted wanted, ChangeSetWanted change_set,
                                       Answer<ChangeSetIds> done) {
    bool is_new = false;
    auto found = stack_for_change_set(call, name, change_set, &is_new);
    if (!found) return done(std::move(found.error()));
    const StackRow stack = std::move(found.value());
    if (!is_new) {
        auto existing =
            ground_.tables.change_sets.get(Tables::at(key_of(stack.id), change_set.name));
        if (!existing) return done(faults::from(existing.error()));
        if (existing.value()) {
            if (!change_set.client_token.empty() &&
                existing.value()->client_token == change_set.client_token) {
                return done(ChangeSetIds{existing.value()->id, stack.id});
            }
            return done(faults::change_set_already_exists(change_set.name));
        }
    }
    prepare(call, stack, std::move(wanted),
            [this, stack, is_new, change_set = std::move(change_set),
             done = std::move(done)](aws::Reply<Prepared> prepared) mutable {
                if (!prepared) return done(std::move(prepared.error()));
                auto ready = std::make_shared<Prepared>(std::move(prepared.value()));
                const ChangeSetWanted wishes = change_set;
                plan(stack, *ready, wishes,
                     [this, stack, is_new, ready, change_set = std::move(change_set),
                      done = std::move(done)](aws::Reply<Plan> planned) mutable {
                         if (!planned) return done(std::move(planned.error()));
                         done(finish_change_set(stack, is_new, *ready, std::move(planned.value()),
                                                change_set));
                     });
            });
}

// A stack that is there so that its first change set can be looked at.
aws::Reply<void> CloudFormation::insert_for_review(const StackRow& stack,
                                                   meta_store::Changes& changes) {
    const StackKey key = key_of(stack.id);
    TRY_VOID(insert_stack(stack, changes));
    StackRow review = stack;
    review.status = "REVIEW_IN_PROGRESS";
    review.status_reason = "User Initiated";
    ground_.tables.stacks.put(changes, Tables::at(key), review);
    auto events = EventWriter::open(ground_.tables, key, ground_.environment.clock,
                                    ground_.environment.random);
    if (!events) return faults::from(events.error());
    EventRow event;
    event.logical_id = stack.name;
    event.physical_id = stack.id;
    event.type = stack_type;
    event.status = review.status;
    event.reason = review.status_reason;
    events.value().add(changes, std::move(event));
    return base::ok();
}

// The stack is as it was when the plan was made, and has room for another change set.
aws::Reply<void> CloudFormation::check_for_change_set(const StackRow& stack,
                                                      const std::string& name) const {
    const StackKey key = key_of(stack.id);
    auto others = ground_.tables.change_sets_of(key);
    if (!others) return faults::from(others.error());
    if (others.value().size() >= change_sets_max) return faults::limit_exceeded("change sets");
    if (std::ranges::find(others.value(), name, &ChangeSetRow::name) != others.value().end()) {
        return faults::change_set_already_exists(name);
    }
    auto now = ground_.tables.stacks.get(Tables::at(key));
    if (!now) return faults::from(now.error());
    if (!now.value() || now.value()->status != stack.status) {
        const std::string status = now.value() ? now.value()->status : "DELETE_COMPLETE";
        return faults::wrong_state(stack.id, status, "updated");
    }
    return base::ok();
}

aws::Reply<CloudFormation::ChangeSetIds> CloudFormation::finish_change_set(
    const StackRow& stack, bool is_new, const Prepared& prepared, Plan plan,
    const ChangeSetWanted& wanted) {
    const StackKey key = key_of(stack.id);
    const Tables& tables = ground_.tables;
    if (plan.failure.empty() && plan.is_empty() && !is_failed(stack.status)) {
        plan.failure = no_changes;
    }
    if (plan.failure.empty() && wanted.type == "IMPORT") plan.failure = import_problem(plan);
    ChangeSetRow row = make_row(prepared, plan, wanted);
    row.id = make_change_set_arn(key, wanted.name, ground_.environment.random);
    row.created = ground_.environment.clock.now();
    row.target.template_id = new_template_id();

    base::MutexLock lock(changing_);
    if (ground_.stopping->load()) return faults::stopping();
    meta_store::Changes changes;
    TRY_VOID(is_new ? insert_for_review(stack, changes) : check_for_change_set(stack, wanted.name));
    tables.templates.put(changes, Tables::at(key, row.target.template_id), {prepared.text});
    tables.change_sets.put(changes, Tables::at(key, row.name), row);
    if (auto stored = ground_.environment.store.commit(std::move(changes)); !stored) {
        return faults::from(stored.error());
    }
    return ChangeSetIds{row.id, stack.id};
}

aws::Reply<void> CloudFormation::execute_change_set(const aws::Call& call,
                                                    const std::string& name_or_id,
                                                    const std::optional<std::string>& stack_name,
                                                    Manner manner) {
    base::MutexLock lock(changing_);
    TRY(found, find_change_set(call, name_or_id, stack_name));
    StackRow& stack = found.stack;
    ChangeSetRow& row = found.row;
    const StackKey key = key_of(stack.id);
    if (!manner.client_token.empty() && stack.last_token == manner.client_token &&
        stack.change_set_id == row.id) {
        return base::ok();
    }
    if (row.status != "CREATE_COMPLETE") return faults::change_set_status(row.id, row.status);
    if (row.execution_status != "AVAILABLE") {
        return faults::change_set_status(row.id, row.execution_status);
    }
    const bool creates = stack.status == "REVIEW_IN_PROGRESS";
    if (!creates && !is_updatable(stack.status)) {
        return faults::wrong_state(stack.id, stack.status, "updated");
    }
    OperationRow operation;
    if (creates) {
        operation.kind = row.type == "IMPORT" ? "IMPORT" : "CREATE";
        operation.phase = "forward";
    } else {
        TRY(next, next_operation(stack, row.type == "IMPORT" ? "IMPORT" : "UPDATE"));
        operation = std::move(next);
    }
    operation.target = row.target;
    operation.client_token = manner.client_token;
    operation.change_set_id = row.id;
    operation.on_failure = manner.disable_rollback        ? "DO_NOTHING"
                           : row.on_stack_failure.empty() ? "ROLLBACK"
                                                          : row.on_stack_failure;
    operation.retain_except_on_create = manner.retain_except_on_create;
    operation.import_existing = row.import_existing;
    operation.to_import = row.to_import;
    row.execution_status = "EXECUTE_IN_PROGRESS";
    meta_store::Changes changes;
    ground_.tables.change_sets.put(changes, Tables::at(key, row.name), row);
    stack.disable_rollback = manner.disable_rollback;
    std::set<std::string> imports;
    TRY(text, template_of(key, row.target));
    if (auto blueprint = Blueprint::make(text, row.target, stack.id, stack.name)) {
        if (auto named = blueprint.value()->evaluator().imports()) {
            imports = std::move(named.value());
        }
    }
    const std::string status = operation.kind + "_IN_PROGRESS";
    if (creates) {
        stack.created = ground_.environment.clock.now();
    }
    return begin_update(stack, std::move(operation), status, imports, std::move(changes));
}

aws::Reply<std::string> CloudFormation::template_of(const StackKey& key,
                                                    const ConfigurationRow& configuration) const {
    auto text = ground_.tables.template_text(key, configuration.template_id);
    if (!text) return faults::from(text.error());
    return std::move(text.value());
}

// What is not there is deleted: the CDK deletes before it creates.
aws::Reply<void> CloudFormation::delete_change_set(const aws::Call& call,
                                                   const std::string& name_or_id,
                                                   const std::optional<std::string>& stack_name) {
    base::MutexLock lock(changing_);
    auto found = find_change_set(call, name_or_id, stack_name);
    if (!found) {
        if (found.error().code == "ChangeSetNotFound") return base::ok();
        return std::move(found.error());
    }
    const ChangeSetRow& row = found.value().row;
    if (row.execution_status == "EXECUTE_IN_PROGRESS") {
        return faults::change_set_not_deletable(row.id);
    }
    const StackKey key = key_of(found.value().stack.id);
    meta_store::Changes changes;
    ground_.tables.change_sets.erase(changes, Tables::at(key, row.name));
    const std::string& template_id = row.target.template_id;
    const StackRow& stack = found.value().stack;
    if (template_id != stack.deployed.template_id && template_id != stack.last_template_id) {
        ground_.tables.templates.erase(changes, Tables::at(key, template_id));
    }
    if (auto stored = ground_.environment.store.commit(std::move(changes)); !stored) {
        return faults::from(stored.error());
    }
    return base::ok();
}

}  // namespace cloudformation

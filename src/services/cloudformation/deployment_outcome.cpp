// The end of the way forward: outputs and exports of what has been made, or why it is taken back.
#include "services/cloudformation/deploy_resolver.h"
#include "services/cloudformation/deployment.h"
#include "services/cloudformation/statuses.h"

namespace cloudformation {

void Deployment::forward_done() {
    if (is_stopped()) return;
    bool failed = false;
    {
        base::MutexLock lock(mutex_);
        if (timeout_ != 0) ground_.environment.executor.cancel(timeout_);
        timeout_ = 0;
        failed = !cancelled_.empty();
        for (const auto& [id, row] : rows_)
            failed |= is_touched(row) && is_failed(row.status);
    }
    if (failed) return failed_forward();
    finish_forward();
}

base::Result<std::vector<OutputRow>> Deployment::evaluate_outputs() {
    DeployResolver resolver(*this);
    base::MutexLock lock(mutex_);
    TRY(values, blueprint_->evaluator().outputs(resolver));
    TRY(named, blueprint_->evaluator().imports());
    imports_.insert(named.begin(), named.end());
    std::vector<OutputRow> outputs;
    for (stack_template::OutputValue& value : values) {
        OutputRow row{value.name, std::move(value.value), {}, std::move(value.export_name)};
        if (!value.description.empty()) row.description = std::move(value.description);
        outputs.push_back(std::move(row));
    }
    return outputs;
}

void Deployment::finish_forward() {
    auto outputs = evaluate_outputs();
    if (!outputs && outputs.error().kind == base::ErrorKind::unavailable) {
        return fetch_ssm([self = shared_from_this()] { self->finish_forward(); });
    }
    if (!outputs) return fail_forward(outputs.error().message);
    meta_store::Changes changes;
    StackRow before;
    std::set<std::string> imports;
    bool created = false;
    {
        base::MutexLock lock(mutex_);
        before = stack_;
        imports = imports_;
        created = operation_.kind != "UPDATE";
        put_deployed(changes, outputs.value());
    }
    auto committed = ground_.exports.commit(before, outputs.value(), imports, std::move(changes));
    if (!committed) {
        {
            base::MutexLock lock(mutex_);
            stack_ = before;
            operation_.phase = "forward";
        }
        if (committed.error().code == "ValidationError") {
            return fail_forward(committed.error().message);
        }
        // A full disk passes; a store that was stopped stays so until the next start.
        ground_.environment.executor.after(journal_retry_ms, [self = shared_from_this()] {
            if (!self->is_stopped()) self->finish_forward();
        });
        return;
    }
    if (!created) return run_phase();
    auto ended = std::exchange(ended_, {});
    if (ended) ended();
}

// All resources are there, but the stack as a whole cannot be what the template says.
void Deployment::fail_forward(const std::string& why) {
    {
        base::MutexLock lock(mutex_);
        cancelled_ = why;
    }
    failed_forward();
}

// The target is what is deployed; an update still has to clean up.
void Deployment::put_deployed(meta_store::Changes& changes, const std::vector<OutputRow>& outputs) {
    const std::string old_template = stack_.deployed.template_id;
    if (!old_template.empty() && old_template != operation_.target.template_id) {
        ground_.tables.templates.erase(changes, Tables::at(key_, old_template));
    }
    stack_.outputs = outputs;
    stack_.imports.assign(imports_.begin(), imports_.end());
    stack_.deployed = operation_.target;
    if (operation_.kind != "UPDATE") {
        finish_change_set(changes, true);
        ground_.tables.operations.erase(changes, Tables::at(key_));
        return set_status(changes, is_create() ? "CREATE_COMPLETE" : "IMPORT_COMPLETE", "");
    }
    operation_.phase = "cleanup";
    ground_.tables.operations.put(changes, Tables::at(key_), operation_);
    set_status(changes, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "");
}

std::string Deployment::failure_text() {
    std::string created;
    std::string updated;
    for (const auto& [id, row] : rows_) {
        if (!is_touched(row) || !is_failed(row.status)) continue;
        std::string& list = row.status.starts_with("CREATE") ? created : updated;
        list += (list.empty() ? "" : ", ") + id;
    }
    std::string text;
    if (!created.empty()) {
        text += "The following resource(s) failed to create: [" + created + "]. ";
    }
    if (!updated.empty()) {
        text += "The following resource(s) failed to update: [" + updated + "]. ";
    }
    if (!cancelled_.empty()) text = cancelled_ + (text.empty() ? "" : " " + text);
    return text;
}

void Deployment::failed_forward() {
    std::string kind;
    std::string on_failure;
    std::string reason;
    {
        base::MutexLock lock(mutex_);
        kind = operation_.kind;
        on_failure = operation_.on_failure;
        reason = failure_text();
        operation_.failure = reason;
    }
    if (kind == "CREATE") {
        if (on_failure == "DO_NOTHING") return end_halted("CREATE_FAILED", reason);
        if (on_failure == "DELETE") return enter_phase("removal", "DELETE_IN_PROGRESS", reason);
        return enter_phase(
            "rollback", "ROLLBACK_IN_PROGRESS",
            reason + (reason.ends_with(' ') ? "" : ". ") + "Rollback requested by user.");
    }
    if (on_failure == "DO_NOTHING") return end_halted("UPDATE_FAILED", reason);
    enter_phase("rollback",
                kind == "IMPORT" ? "IMPORT_ROLLBACK_IN_PROGRESS" : "UPDATE_ROLLBACK_IN_PROGRESS",
                reason);
}

}  // namespace cloudformation

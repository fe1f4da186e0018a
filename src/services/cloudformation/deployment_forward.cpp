// Forward: each resource as the template wants it, once all that it refers to is there.
#include "base/bytes.h"
#include "services/cloudformation/deploy_resolver.h"
#include "services/cloudformation/deployment.h"
#include "services/cloudformation/parse.h"
#include "services/cloudformation/statuses.h"
#include "stack_template/compare.h"

namespace cloudformation {

void Deployment::forward() {
    GraphRun::Plan plan;
    plan.waits_for = blueprint_->graph().dependencies;
    plan.order = blueprint_->graph().order;
    plan.parallel_max = parallel_resources_max;
    base::MutexLock lock(mutex_);
    if (!cancelled_.empty()) {
        ground_.environment.executor.post([self = shared_from_this()] { self->forward_done(); });
        return;
    }
    if (is_create() && stack_.timeout_minutes) {
        const std::int64_t passed = ground_.environment.clock.now().ms - operation_.started.ms;
        const std::int64_t left = std::int64_t{*stack_.timeout_minutes} * 60'000 - passed;
        timeout_ = ground_.environment.executor.after(
            std::max<std::int64_t>(left, 0), [self = shared_from_this()] {
                self->cancel("Stack creation time exceeded the specified timeout. ", false, [] {});
            });
    }
    run_ = GraphRun::start(
        ground_.environment.executor, std::move(plan),
        [self = shared_from_this()](const std::string& id, NodeDone done) {
            self->forward_node(id, std::move(done));
        },
        [self = shared_from_this()](const GraphRun::Outcome&) { self->forward_done(); });
}

base::Result<json::object> Deployment::evaluate(const std::string& id) {
    const stack_template::Resource* resource = blueprint_->parsed().find_resource(id);
    DeployResolver resolver(*this);
    base::MutexLock lock(mutex_);
    return blueprint_->evaluator().properties(*resource, resolver);
}

void Deployment::forward_node(const std::string& id, NodeDone done) {
    if (is_stopped()) return;
    enum class Next { decide, complete, failed, create, update } next = Next::decide;
    {
        base::MutexLock lock(mutex_);
        const auto found = rows_.find(id);
        if (found != rows_.end() && is_touched(found->second)) {
            const ResourceRow& row = found->second;
            const bool same = row.previous && row.current &&
                              row.previous->token == row.current->token && !row.created_here;
            next = is_complete(row.status) ? Next::complete
                   : is_failed(row.status) ? Next::failed
                   : same                  ? Next::update
                                           : Next::create;
        }
    }
    if (next == Next::complete) return done(true);
    if (next == Next::failed) return done(false);
    if (next == Next::create) return run_create(id, true, std::move(done));
    if (next == Next::update) return run_update(id, true, std::move(done));

    const stack_template::Resource& resource = *blueprint_->parsed().find_resource(id);
    Wish wish;
    wish.logical_id = id;
    wish.instance.type = resource.type;
    wish.instance.deletion_policy = to_text(resource.deletion_policy);
    wish.instance.replace_policy = to_text(resource.update_replace_policy);
    if (!resource.metadata.is_null()) {
        wish.instance.metadata = stack_template::serialize(resource.metadata);
    }
    const auto& dependencies = blueprint_->graph().dependencies.at(id);
    wish.instance.dependencies.assign(dependencies.begin(), dependencies.end());
    auto properties = evaluate(id);
    if (!properties && properties.error().kind == base::ErrorKind::unavailable) {
        return fetch_ssm([self = shared_from_this(), id, done = std::move(done)]() mutable {
            self->forward_node(id, std::move(done));
        });
    }
    {
        base::MutexLock lock(mutex_);
        wish.instance.stack_tags = operation_.target.tags;
    }
    if (!properties) return refuse(wish, properties.error().message, std::move(done));
    wish.instance.properties = stack_template::serialize(properties.value());
    wish.properties = std::move(properties.value());
    decide(std::move(wish), std::move(done));
}

void Deployment::fetch_ssm(base::Task then) {
    std::set<std::string> wanted;
    aws::Call call;
    {
        base::MutexLock lock(mutex_);
        wanted = ssm_.wanted();
        call.request_id = operation_.id;
    }
    call.region = key_.region;
    call.caller.account = key_.account;
    call.caller.arn = "arn:aws:iam::" + key_.account + ":root";
    call.received = ground_.environment.clock.now();
    call.endpoint = ground_.steps.endpoint;
    fetch_ssm_parameters(ground_.environment.client, call, wanted,
                         [self = shared_from_this(), wanted,
                          then = std::move(then)](SsmLookup::Found found) mutable {
                             {
                                 base::MutexLock lock(self->mutex_);
                                 // A service that fails is like a parameter that is not there: the
                                 // resource fails.
                                 if (found.fault)
                                     found.missing.insert(wanted.begin(), wanted.end());
                                 self->ssm_.add(std::move(found));
                             }
                             self->ground_.environment.executor.post(std::move(then));
                         });
}

void Deployment::decide(Wish wish, NodeDone done) {
    ResourceWorker* worker = ground_.types->find_worker(wish.instance.type);
    if (worker == nullptr) {
        return refuse(wish, "Unrecognized resource type: " + wish.instance.type, std::move(done));
    }
    std::optional<InstanceRow> current;
    bool half_made = false;
    {
        base::MutexLock lock(mutex_);
        const auto found = rows_.find(wish.logical_id);
        if (found != rows_.end() && !is_gone(found->second) && found->second.current->made) {
            current = found->second.current;
            half_made = !current->whole;
        }
    }
    if (!current) return begin_create(std::move(wish), std::move(done));
    if (current->type != wish.instance.type) {
        return refuse(wish,
                      "Update of resource type is not permitted. The new template modifies "
                      "resource type of the following resources: [" +
                          wish.logical_id + "]",
                      std::move(done));
    }
    const json::object before = parse_object(current->properties);
    const bool same_properties = stack_template::same_value(before, wish.properties);
    const bool same_tags = current->stack_tags == wish.instance.stack_tags ||
                           !ground_.types->takes_tags(wish.instance.type);
    wish.instance.token = current->token;
    wish.instance.physical_id = current->physical_id;
    wish.instance.attributes = current->attributes;
    wish.instance.no_echo = current->no_echo;
    if (same_properties && same_tags && !half_made) return keep(std::move(wish), std::move(done));
    if (!same_properties && worker->replaces(wish.instance.type, before, wish.properties)) {
        return begin_create(std::move(wish), std::move(done));
    }
    write_update(std::move(wish), std::move(done));
}

// Nothing to do, but what a removal has to know may have changed.
void Deployment::keep(Wish wish, NodeDone done) {
    meta_store::Changes changes;
    {
        base::MutexLock lock(mutex_);
        ResourceRow& row = rows_[wish.logical_id];
        InstanceRow& current = *row.current;
        if (current.deletion_policy == wish.instance.deletion_policy &&
            current.replace_policy == wish.instance.replace_policy &&
            current.dependencies == wish.instance.dependencies &&
            current.metadata == wish.instance.metadata) {
            lock.unlock();
            return done(true);
        }
        if (row.operation_id != operation_.id) {
            row.previous = current;
            row.created_here = false;
        }
        row.operation_id = operation_.id;
        row.attempt = operation_.attempt;
        row.restored = false;
        row.obsolete.clear();
        wish.instance.made = true;
        wish.instance.whole = true;
        wish.instance.stack_tags = current.stack_tags;
        current = std::move(wish.instance);
        const std::string status = is_complete(row.status) ? row.status : "UPDATE_COMPLETE";
        put(changes, row, status, "");
    }
    write(std::move(changes), [done = std::move(done)]() mutable { done(true); });
}

// ---- making ----

// For a new resource, and for the one that replaces another.
void Deployment::begin_create(Wish wish, NodeDone done) {
    ResourceWorker& worker = *ground_.types->find_worker(wish.instance.type);
    const std::string replaced = wish.instance.physical_id;
    wish.instance.token = base::to_hex(ground_.environment.random.bytes(16));
    wish.instance.physical_id.clear();
    wish.instance.attributes.clear();
    Work work;
    std::string imported;
    {
        base::MutexLock lock(mutex_);
        work = work_of(wish.logical_id, wish.instance, wish.properties);
        const auto found = operation_.to_import.find(wish.logical_id);
        if (found != operation_.to_import.end()) imported = found->second;
    }
    if (imported.empty()) {
        auto identified = worker.identify(work);
        if (!identified) return refuse(wish, identified.error().reason, std::move(done));
        wish.instance.physical_id = std::move(identified.value());
    } else {
        wish.instance.physical_id = imported;
    }
    if (!replaced.empty() && replaced == wish.instance.physical_id) {
        return refuse(wish,
                      "CloudFormation cannot update a stack when a custom-named resource "
                      "requires replacing. Rename " +
                          replaced + " and update the stack again.",
                      std::move(done));
    }
    check_and_create(std::move(wish), std::move(done));
}

// A name is taken by whoever was there first.
void Deployment::check_and_create(Wish wish, NodeDone done) {
    auto owner = ground_.tables.owners.get(
        Tables::owner_at(key_, wish.instance.type, wish.instance.physical_id));
    if (!owner) return fail_stored(owner.error());
    if (owner.value()) {
        return refuse(
            wish, wish.instance.physical_id + " already exists in stack " + owner.value()->stack_id,
            std::move(done));
    }
    Work work;
    bool may_adopt = false;
    bool must_exist = false;
    {
        base::MutexLock lock(mutex_);
        work = work_of(wish.logical_id, wish.instance, wish.properties);
        must_exist = operation_.to_import.contains(wish.logical_id);
        const auto row = rows_.find(wish.logical_id);
        const bool replaces = row != rows_.end() && !is_gone(row->second);
        may_adopt = must_exist || (operation_.import_existing && !replaces);
    }
    ResourceWorker& worker = *ground_.types->find_worker(wish.instance.type);
    worker.exists(
        std::move(work), [self = shared_from_this(), wish = std::move(wish), may_adopt, must_exist,
                          done = std::move(done)](Outcome<bool> outcome) mutable {
            const std::string name = wish.instance.physical_id;
            if (!outcome) return self->refuse(wish, outcome.error().reason, std::move(done));
            if (outcome.value() && may_adopt) return self->adopt(std::move(wish), std::move(done));
            if (outcome.value())
                return self->refuse(wish, name + " already exists", std::move(done));
            if (must_exist) {
                return self->refuse(wish, "Resource " + name + " to import does not exist",
                                    std::move(done));
            }
            self->write_create(std::move(wish), std::move(done));
        });
}

void Deployment::adopt(Wish wish, NodeDone done) {
    Work work;
    {
        base::MutexLock lock(mutex_);
        work = work_of(wish.logical_id, wish.instance, wish.properties);
    }
    ResourceWorker& worker = *ground_.types->find_worker(wish.instance.type);
    worker.adopt(std::move(work), [self = shared_from_this(), wish = std::move(wish),
                                   done = std::move(done)](Outcome<Made> outcome) mutable {
        if (!outcome) return self->refuse(wish, outcome.error().reason, std::move(done));
        meta_store::Changes changes;
        {
            base::MutexLock lock(self->mutex_);
            ResourceRow& row = self->rows_[wish.logical_id];
            row = ResourceRow{};
            row.logical_id = wish.logical_id;
            row.operation_id = self->operation_.id;
            row.attempt = self->operation_.attempt;
            row.created_here = true;
            row.adopted = true;
            wish.instance.made = true;
            wish.instance.whole = true;
            wish.instance.attributes = stack_template::serialize(outcome.value().attributes);
            row.current = std::move(wish.instance);
            const std::string& physical_id = row.current->physical_id;
            self->add_event(changes, row.logical_id, *row.current, physical_id,
                            "IMPORT_IN_PROGRESS", "Resource import started.");
            self->add_event(changes, row.logical_id, *row.current, physical_id, "IMPORT_COMPLETE",
                            "Resource import completed.");
            self->own(changes, row.logical_id, *row.current);
            self->put(changes, row, "IMPORT_COMPLETE", "Resource import completed.");
        }
        self->write(std::move(changes), [done = std::move(done)]() mutable { done(true); });
    });
}

// Durable before the first call: what is being made, and that it was not there before.
void Deployment::write_create(Wish wish, NodeDone done) {
    meta_store::Changes changes;
    const std::string id = wish.logical_id;
    {
        base::MutexLock lock(mutex_);
        ResourceRow& row = rows_[id];
        const bool replaces = !is_gone(row) && row.current->made;
        if (row.operation_id != operation_.id || is_gone(row)) {
            row.previous.reset();
            if (replaces) row.previous = row.current;
            row.created_here = !replaces;
        } else if (replaces && row.current->token != wish.instance.token &&
                   (!row.previous || row.previous->token != row.current->token)) {
            row.obsolete.push_back(*row.current);  // made by an attempt before this one
        }
        const std::string verb = replaces ? "UPDATE" : "CREATE";
        if (replaces) {
            add_event(changes, id, wish.instance, row.current->physical_id, "UPDATE_IN_PROGRESS",
                      "Requested update requires the creation of a new physical resource; hence "
                      "creating one.");
        } else {
            add_event(changes, id, wish.instance, "", "CREATE_IN_PROGRESS", "");
        }
        row.logical_id = id;
        row.operation_id = operation_.id;
        row.attempt = operation_.attempt;
        row.adopted = false;
        row.restored = false;
        wish.instance.made = true;
        wish.instance.whole = false;
        row.current = std::move(wish.instance);
        own(changes, id, *row.current);
        add_event(changes, id, *row.current, row.current->physical_id, verb + "_IN_PROGRESS",
                  "Resource creation Initiated");
        put(changes, row, verb + "_IN_PROGRESS", "Resource creation Initiated");
    }
    write(std::move(changes), [self = shared_from_this(), id, done = std::move(done)]() mutable {
        self->run_create(id, false, std::move(done));
    });
}

void Deployment::run_create(const std::string& id, bool again, NodeDone done) {
    if (is_stopped()) return;
    Work work;
    {
        base::MutexLock lock(mutex_);
        const InstanceRow& current = *rows_[id].current;
        work = work_of(id, current, parse_object(current.properties));
        work.abandoned = abandoned_;
    }
    ResourceWorker& worker = *ground_.types->find_worker(work.type);
    worker.create(
        std::move(work), again,
        [self = shared_from_this(), id, done = std::move(done)](Outcome<Made> outcome) mutable {
            self->made(id, std::move(outcome), std::move(done));
        });
}

void Deployment::write_update(Wish wish, NodeDone done) {
    meta_store::Changes changes;
    const std::string id = wish.logical_id;
    bool again = false;
    {
        base::MutexLock lock(mutex_);
        ResourceRow& row = rows_[id];
        again = !row.current->whole;
        if (row.operation_id != operation_.id) {
            row.previous = row.current;
            row.created_here = false;
            row.obsolete.clear();
        }
        row.operation_id = operation_.id;
        row.attempt = operation_.attempt;
        row.adopted = false;
        row.restored = false;
        wish.instance.made = true;
        wish.instance.whole = false;
        row.current = std::move(wish.instance);
        add_event(changes, id, *row.current, row.current->physical_id, "UPDATE_IN_PROGRESS", "");
        put(changes, row, "UPDATE_IN_PROGRESS", "");
    }
    write(std::move(changes),
          [self = shared_from_this(), id, again, done = std::move(done)]() mutable {
              self->run_update(id, again, std::move(done));
          });
}

void Deployment::run_update(const std::string& id, bool again, NodeDone done) {
    if (is_stopped()) return;
    Work work;
    std::optional<json::object> before;
    {
        base::MutexLock lock(mutex_);
        const ResourceRow& row = rows_[id];
        work = work_of(id, *row.current, parse_object(row.current->properties));
        work.abandoned = abandoned_;
        if (row.previous && !row.created_here) {
            work.context.tags_before = row.previous->stack_tags;
            before = parse_object(row.previous->properties);
        }
    }
    ResourceWorker& worker = *ground_.types->find_worker(work.type);
    auto finish = [self = shared_from_this(), id,
                   done = std::move(done)](Outcome<Made> outcome) mutable {
        self->made(id, std::move(outcome), std::move(done));
    };
    // Half made by an attempt before this one: made again.
    if (!before) return worker.create(std::move(work), true, std::move(finish));
    worker.update(std::move(work), std::move(*before), again, std::move(finish));
}

void Deployment::made(const std::string& id, Outcome<Made> outcome, NodeDone done) {
    if (is_stopped()) return;
    meta_store::Changes changes;
    const bool succeeded = outcome.has_value();
    if (!succeeded) abandoned_->store(true);  // what others wait for is in vain
    {
        base::MutexLock lock(mutex_);
        ResourceRow& row = rows_[id];
        InstanceRow& current = *row.current;
        const std::string verb = row.status.starts_with("CREATE") ? "CREATE" : "UPDATE";
        std::string reason;
        if (succeeded) {
            Made& made = outcome.value();
            if (made.physical_id != current.physical_id) {
                // A custom resource has chosen another name than we proposed.
                if (!row.previous || row.previous->physical_id != current.physical_id) {
                    disown(changes, id, current);
                }
                current.physical_id = made.physical_id;
                own(changes, id, current);
            }
            current.attributes = stack_template::serialize(made.attributes);
            current.no_echo = made.no_echo;
            current.whole = true;
        } else {
            reason = outcome.error().reason;
            if (outcome.error().untouched) {
                current.made = false;
                disown(changes, id, current);
            }
        }
        const std::string status = verb + (succeeded ? "_COMPLETE" : "_FAILED");
        add_event(changes, id, current, current.physical_id, status, reason);
        put(changes, row, status, reason);
    }
    write(std::move(changes), [succeeded, done = std::move(done)]() mutable { done(succeeded); });
}

// It failed before anything of it was made or changed.
void Deployment::refuse(const Wish& wish, const std::string& reason, NodeDone done) {
    meta_store::Changes changes;
    abandoned_->store(true);
    {
        base::MutexLock lock(mutex_);
        ResourceRow& row = rows_[wish.logical_id];
        const bool exists = !is_gone(row) && row.current->made;
        if (row.operation_id != operation_.id) {
            row.previous.reset();
            if (exists) row.previous = row.current;
            row.created_here = !exists;
        }
        row.logical_id = wish.logical_id;
        row.operation_id = operation_.id;
        row.attempt = operation_.attempt;
        row.restored = false;
        if (!exists) {
            row.current = wish.instance;
            row.current->made = false;
            row.current->whole = false;
        }
        const std::string verb = exists ? "UPDATE" : "CREATE";
        add_event(changes, row.logical_id, *row.current, exists ? row.current->physical_id : "",
                  verb + "_IN_PROGRESS", "");
        add_event(changes, row.logical_id, *row.current, row.current->physical_id, verb + "_FAILED",
                  reason);
        put(changes, row, verb + "_FAILED", reason);
    }
    write(std::move(changes), [done = std::move(done)]() mutable { done(false); });
}

}  // namespace cloudformation

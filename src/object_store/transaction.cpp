#include "object_store/transaction.h"

#include "object_store/collector.h"

namespace object_store {

namespace {

void after_commit(Core& core, Plan& plan) {
    for (const std::uint64_t id : plan.settled)
        core.ids.settle(id);
    if (plan.dead_bytes > 0) core.count_dead_bytes(plan.dead_bytes);
    core.collector->add(std::move(plan.garbage));
}

// A precondition names its key; a store that is full or stopped does not.
bool is_refused_precondition(const base::Error& error) {
    switch (error.kind) {
        case base::ErrorKind::already_exists:
        case base::ErrorKind::not_found:
            return true;
        case base::ErrorKind::unavailable:
            return error.os_error == 0 && !error.context.empty();
        default:
            return false;
    }
}

// Whether the commit was refused because somebody else changed what the plan had read, rather than
// for a precondition of the caller's.
base::Result<bool> lost_race(const meta_store::MetaStore& store, const Plan& plan,
                             const meta_store::Changes& more) {
    using What = meta_store::Changes::Entry::What;
    for (const Plan::Seen& seen : plan.seen) {
        TRY(now, store.get(seen.key));
        if (now != seen.value) return true;
    }
    for (const meta_store::Changes::Entry& entry : more.entries()) {
        if (entry.what == What::put || entry.what == What::erase) continue;
        TRY(now, store.get(entry.key));
        const bool holds = entry.what == What::absent    ? !now
                           : entry.what == What::present ? now.has_value()
                                                         : now == entry.value;
        if (!holds) return false;
    }
    // Everything is as it was read: it was changed, and changed back, meanwhile.
    return true;
}

base::Error too_many_conflicts() {
    return {base::ErrorKind::unavailable, "too many writers change the same object", "conflict"};
}

class Transaction : public std::enable_shared_from_this<Transaction> {
  public:
    Transaction(std::shared_ptr<Core> core, Planner planner, meta_store::Changes more,
                base::UniqueFunction<void(base::Result<void>)> done)
        : core_(std::move(core)),
          planner_(std::move(planner)),
          more_(std::move(more)),
          done_(std::move(done)) {}

    // `on_executor`: the answer may be given from here.
    void attempt(bool on_executor) {
        plan_ = Plan();
        auto planned = planner_(plan_);
        if (!planned) return answer(planned, on_executor);
        if (!more_.empty()) plan_.changes.append(more_);
        if (plan_.changes.empty()) return answer(base::ok(), on_executor);
        core_->environment.store.commit(
            std::move(plan_.changes),
            [self = shared_from_this()](base::Result<void> result) { self->committed(result); });
    }

  private:
    void committed(const base::Result<void>& result) {
        if (!result && is_refused_precondition(result.error())) {
            auto lost = lost_race(core_->environment.store, plan_, more_);
            if (!lost) return answer(lost.error(), true);
            if (lost.value()) {
                if (++conflicts_ >= conflicts_max) return answer(too_many_conflicts(), true);
                return attempt(true);
            }
        }
        if (result) after_commit(*core_, plan_);
        answer(result, true);
    }

    void answer(base::Result<void> result, bool on_executor) {
        if (on_executor) return done_(std::move(result));
        core_->environment.executor.post(
            [self = shared_from_this(), result = std::move(result)]() mutable {
                self->done_(std::move(result));
            });
    }

    std::shared_ptr<Core> core_;
    Planner planner_;
    meta_store::Changes more_;
    base::UniqueFunction<void(base::Result<void>)> done_;
    Plan plan_;
    int conflicts_ = 0;
};

}  // namespace

base::Result<std::optional<std::string>> Plan::read(const meta_store::MetaStore& store,
                                                    std::string key) {
    TRY(value, store.get(key));
    if (value) {
        changes.require_value(key, *value);
    } else {
        changes.require_absent(key);
    }
    seen.push_back({std::move(key), value});
    return value;
}

void Plan::require_absent(std::string key) {
    changes.require_absent(key);
    seen.push_back({std::move(key), std::nullopt});
}

void run_transaction(const std::shared_ptr<Core>& core, Planner planner, meta_store::Changes more,
                     base::UniqueFunction<void(base::Result<void>)> done) {
    std::make_shared<Transaction>(core, std::move(planner), std::move(more), std::move(done))
        ->attempt(false);
}

base::Result<void> run_transaction_waiting(Core& core, Planner& planner) {
    for (int conflicts = 0; conflicts < conflicts_max; ++conflicts) {
        Plan plan;
        TRY_VOID(planner(plan));
        if (plan.changes.empty()) return base::ok();
        auto result = core.environment.store.commit(std::move(plan.changes));
        if (result) {
            after_commit(core, plan);
            return base::ok();
        }
        if (!is_refused_precondition(result.error())) return result.error();
    }
    return too_many_conflicts();
}

}  // namespace object_store

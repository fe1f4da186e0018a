// Storing, queueing, finding and forgetting executions.
#include "services/athena/athena.h"

#include <charconv>

#include "base/ids.h"
#include "services/athena/faults.h"

namespace athena {

namespace {

constexpr const aws::Operation* operations[] = {AWS_LIST_OPERATIONS(ATHENA_OPERATIONS)};
constexpr const aws::ResourceType* resources[] = {AWS_LIST_RESOURCES(ATHENA_RESOURCES)};

constexpr const char* restarted =
    "SERVER_RESTARTED: The server was restarted before the query had ended. Run it again.";

std::uint64_t time_number(base::Timestamp time) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(time.ms, 0));
}

// Primary's executions have a table of their own, whose keys need no group.
meta_store::Key group_key(const Scope& scope, const std::string& group_id) {
    meta_store::Key key{scope.account, scope.region};
    if (group_id != primary_work_group) key.add(group_id);
    return key;
}

meta_store::Key newest_first(const Scope& scope, const std::string& group_id, base::Timestamp time,
                             const std::string& id) {
    return group_key(scope, group_id).add_number(~time_number(time)).add(id);
}

meta_store::Key oldest_first(base::Timestamp time, const std::string& id) {
    return meta_store::Key().add_number(time_number(time)).add(id);
}

std::string replace_all(std::string text, std::string_view from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}

}  // namespace

const aws::ServiceModel model = {.id = "athena",
                                 .signing_name = "athena",
                                 .target_prefix = "AmazonAthena",
                                 .api_version = "2017-05-18",
                                 .protocol = aws::Protocol::json_1_1,
                                 .operations = operations,
                                 .resources = resources};

Athena::Athena(Options options, Environment environment)
    : options_(std::move(options)),
      environment_(environment),
      executions_(environment.store, "athena.executions"),
      by_time_(environment.store, "athena.executions_by_time"),
      by_group_(environment.store, "athena.executions_by_group"),
      history_(environment.store, "athena.history"),
      tokens_(environment.store, "athena.tokens"),
      unfinished_(environment.store, "athena.unfinished"),
      groups_(environment.store, environment.clock, environment.random, [this](const Scope& scope) {
          return replace_all(replace_all(options_.output_location, "{account}", scope.account),
                             "{region}", scope.region);
      }) {}

Athena::~Athena() {
    stop();
}

base::Result<void> Athena::start() {
    meta_store::Changes changes;
    std::optional<base::Error> failed;
    const auto fail_row = [&](std::string_view, const ReferenceRow& reference) {
        auto row = executions_.get({reference.account, reference.region, reference.id});
        if (!row) {
            failed = row.error();
            return false;
        }
        if (!row.value()) return true;
        ExecutionRow& execution = *row.value();
        execution.state = state_failed;
        execution.reason = restarted;
        execution.failure = FailureRow{category_system, type_engine, true, restarted};
        set_end_times(execution);
        put_state(changes, {reference.account, reference.region}, execution);
        return true;
    };
    TRY_VOID(unfinished_.scan({}, fail_row));
    if (failed) return *failed;
    if (!changes.empty()) {
        TRY_VOID(environment_.store.commit(std::move(changes)));
    }
    sweep_history();
    return base::ok();
}

void Athena::stop() {
    base::MutexLock lock(mutex_);
    if (!stopping_) {
        stopping_ = true;
        environment_.executor.cancel(sweep_timer_);
        queue_.clear();  // their rows are failed at the next start
    }
    std::vector<ExecutionPtr> running;
    for (const auto& [id, execution] : live_)
        running.push_back(execution);
    lock.unlock();
    for (const ExecutionPtr& execution : running) {
        base::MutexLock row_lock(execution->mutex);
        if (execution->query != 0) environment_.engine.cancel(execution->query);
    }
    lock.lock();
    while (running_ > 0 || starting_ > 0)
        all_ended_.wait(mutex_);
}

std::size_t Athena::unfinished_count() const {
    base::MutexLock lock(mutex_);
    return live_.size();
}

const meta_store::Table<ReferenceRow>& Athena::listed(const std::string& group_id) const {
    return group_id == primary_work_group ? by_time_ : by_group_;
}

void Athena::put_state(meta_store::Changes& changes, const Scope& scope,
                       const ExecutionRow& row) const {
    executions_.put(changes, {scope.account, scope.region, row.id}, row);
    if (row.finished()) unfinished_.erase(changes, {row.id});
}

meta_store::Changes Athena::new_rows(const Scope& scope, const ExecutionRow& row,
                                     const std::string& fingerprint) const {
    meta_store::Changes changes;
    const ReferenceRow reference{scope.account, scope.region, row.id, fingerprint};
    if (!row.token.empty()) {
        const meta_store::Key token{scope.account, scope.region, row.token};
        changes.require_absent(tokens_.key(token));
        tokens_.put(changes, token, reference);
    }
    executions_.put(changes, {scope.account, scope.region, row.id}, row);
    listed(row.group_id)
        .put(changes, newest_first(scope, row.group_id, row.submitted, row.id), reference);
    history_.put(changes, oldest_first(row.submitted, row.id), reference);
    unfinished_.put(changes, {row.id}, reference);
    return changes;
}

std::optional<aws::Reply<std::string>> Athena::repeated(const Scope& scope,
                                                        const std::string& token,
                                                        const std::string& fingerprint) const {
    const auto known = tokens_.get({scope.account, scope.region, token});
    if (!known) return faults::internal(known.error());
    if (!known.value()) return std::nullopt;
    if (known.value()->fingerprint != fingerprint) {
        return faults::invalid_request("Idempotent parameters do not match");
    }
    return aws::Reply<std::string>(known.value()->id);
}

void Athena::begin(const Scope& scope, ExecutionRow row, std::string fingerprint, Parsed parsed,
                   Started done) {
    if (!row.token.empty()) {
        if (auto answer = repeated(scope, row.token, fingerprint)) {
            done(std::move(*answer));
            return;
        }
    }
    {
        base::MutexLock lock(mutex_);
        if (stopping_ || queue_.size() + starting_ >= options_.queued_max) {
            lock.unlock();
            done(faults::too_many_queries());
            return;
        }
        ++starting_;
    }
    row.id = base::make_uuid(environment_.random);
    row.submitted = environment_.clock.now();
    row.state = state_queued;
    row.output_key += row.id + (row.header ? ".csv" : ".txt");
    auto execution = std::make_shared<Execution>();
    execution->scope = scope;
    execution->id = row.id;
    execution->text = std::move(parsed.text);
    execution->statement = std::move(parsed.statement);
    meta_store::Changes changes = new_rows(scope, row, fingerprint);
    {
        base::MutexLock lock(execution->mutex);
        execution->row = std::move(row);
    }
    environment_.store.commit(
        std::move(changes), [this, execution, fingerprint = std::move(fingerprint),
                             done = std::move(done)](base::Result<void> stored) mutable {
            // Once it no longer counts as starting, stop() may return: answer first.
            const auto leave = [&] {
                base::MutexLock lock(mutex_);
                --starting_;
                post_ready();
                all_ended_.notify_all();
            };
            if (stored) {
                {
                    base::MutexLock lock(mutex_);
                    if (!stopping_) {
                        live_[execution->id] = execution;
                        queue_.push_back(execution);
                    }
                }
                done(execution->id);
                leave();
                return;
            }
            const std::string token = row_of(execution).token;
            if (stored.error().kind == base::ErrorKind::already_exists) {
                if (auto answer = repeated(execution->scope, token, fingerprint)) {
                    done(std::move(*answer));
                    leave();
                    return;
                }
            }
            done(faults::internal(stored.error()));
            leave();
        });
}

void Athena::post_ready() {
    while (!stopping_ && running_ < options_.running_max && !queue_.empty()) {
        ExecutionPtr execution = std::move(queue_.front());
        queue_.pop_front();
        ++running_;
        environment_.executor.post([this, execution] { run(execution); });
    }
}

ExecutionRow Athena::row_of(const ExecutionPtr& execution) {
    base::MutexLock lock(execution->mutex);
    return execution->row;
}

base::Result<std::optional<ExecutionRow>> Athena::find(const Scope& scope,
                                                       const std::string& id) const {
    ExecutionPtr execution;
    {
        base::MutexLock lock(mutex_);
        const auto found = live_.find(id);
        if (found != live_.end()) execution = found->second;
    }
    if (execution != nullptr && execution->scope.account == scope.account &&
        execution->scope.region == scope.region) {
        return std::optional<ExecutionRow>(row_of(execution));
    }
    TRY(row, executions_.get({scope.account, scope.region, id}));
    if (row) {
        // With its work group an execution went too; its row goes with the history.
        TRY(there, groups_.is_there(scope, row->work_group, row->group_id));
        if (!there) row.reset();
    }
    return row;
}

base::Result<bool> Athena::cancel(const Scope& scope, const std::string& id) {
    ExecutionPtr execution;
    bool was_queued = false;
    {
        base::MutexLock lock(mutex_);
        const auto found = live_.find(id);
        if (found != live_.end() && found->second->scope.account == scope.account &&
            found->second->scope.region == scope.region) {
            execution = found->second;
            execution->cancelled = true;
            was_queued = std::erase(queue_, execution) > 0;
            if (was_queued) ++running_;  // until it is stored
        }
    }
    if (execution == nullptr) {
        TRY(row, find(scope, id));
        return row.has_value();
    }
    if (was_queued) {
        fail(execution, cancelled_failure());
        return true;
    }
    base::MutexLock lock(execution->mutex);
    if (execution->query != 0) environment_.engine.cancel(execution->query);
    return true;
}

aws::Reply<void> Athena::remove_group(const Scope& scope, const std::string& name, bool recursive) {
    TRY(group_id, groups_.remove(scope, name, recursive,
                                 [&](const WorkGroupRow& group) -> base::Result<bool> {
                                     TRY(page, list(scope, group.id, std::nullopt, 1));
                                     return !page.ids.empty();
                                 }));
    std::vector<ExecutionPtr> live;
    {
        base::MutexLock lock(mutex_);
        for (const auto& [id, execution] : live_)
            live.push_back(execution);
    }
    for (const ExecutionPtr& execution : live) {
        if (row_of(execution).group_id != group_id) continue;
        TRY_VOID(faults::reply(cancel(scope, execution->id)));
    }
    return base::ok();
}

base::Result<ExecutionPage> Athena::list(const Scope& scope, const std::string& group_id,
                                         const std::optional<std::string>& token,
                                         std::size_t ids_max) const {
    ExecutionPage page;
    meta_store::Key from;
    std::string last;
    if (token) {
        std::int64_t ms = 0;
        const auto dot = token->find('.');
        const auto [end, error] =
            std::from_chars(token->data(), token->data() + std::min(dot, token->size()), ms);
        if (dot == std::string::npos || error != std::errc{} || end != token->data() + dot) {
            return base::Error{base::ErrorKind::invalid, "The next token is not valid", *token};
        }
        last = token->substr(dot + 1);
        from = newest_first(scope, group_id, {ms}, last);
    }
    std::string next;
    const auto visit = [&](std::string_view, const ReferenceRow& reference) {
        if (reference.id == last) return true;
        if (page.ids.size() == ids_max) {
            page.next_token = next;
            return false;
        }
        page.ids.push_back(reference.id);
        return true;
    };
    TRY_VOID(listed(group_id).scan(group_key(scope, group_id), visit, token ? &from : nullptr));
    if (page.next_token) {
        TRY(row, executions_.get({scope.account, scope.region, page.ids.back()}));
        const std::int64_t ms = row ? row->submitted.ms : 0;
        page.next_token = std::to_string(ms) + "." + page.ids.back();
    }
    return page;
}

void Athena::forget(meta_store::Changes& changes, const ReferenceRow& reference) const {
    const meta_store::Key key{reference.account, reference.region, reference.id};
    const auto row = executions_.get(key);
    if (!row || !row.value()) return;
    executions_.erase(changes, key);
    const std::string& group_id = row.value()->group_id;
    listed(group_id).erase(changes, newest_first({reference.account, reference.region}, group_id,
                                                 row.value()->submitted, reference.id));
    if (!row.value()->token.empty()) {
        tokens_.erase(changes, {reference.account, reference.region, row.value()->token});
    }
}

// Executions older than AWS keeps them vanish, some at a time; their result objects stay.
void Athena::sweep_history() {
    const std::int64_t oldest_ms = environment_.clock.now().ms - history_ms_max;
    meta_store::Changes changes;
    std::size_t count = 0;
    if (oldest_ms > 0) {
        const std::string until = oldest_first({oldest_ms}, "").encoded();
        const auto visit = [&](std::string_view key, const ReferenceRow& reference) {
            if (key >= until || ++count > history_sweep_rows_max) return false;
            forget(changes, reference);
            changes.erase(history_.key({}) + std::string(key));
            return true;
        };
        const auto scanned = history_.scan({}, visit);
        if (!scanned) {
            environment_.log.warn("athena: old executions could not be read",
                                  {{"error", scanned.error().describe()}});
        }
    }
    if (!changes.empty()) {
        environment_.store.commit(std::move(changes),
                                  [&log = environment_.log](base::Result<void> stored) {
                                      if (stored) return;
                                      log.warn("athena: old executions could not be removed",
                                               {{"error", stored.error().describe()}});
                                  });
    }
    base::MutexLock lock(mutex_);
    if (stopping_) return;
    const std::int64_t delay_ms = count > history_sweep_rows_max ? 1000 : history_sweep_ms;
    sweep_timer_ = environment_.executor.after(delay_ms, [this] { sweep_history(); });
}

}  // namespace athena

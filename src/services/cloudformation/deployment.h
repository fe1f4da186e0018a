// One operation on one stack, from its first resource to its last event: create, update, delete,
// and their rollbacks. Every step is durable before the next one that needs it; open() goes on
// where the rows say that an earlier run, perhaps ended by a crash, has come to.
//
//   create  forward ─▶ CREATE_COMPLETE
//              └─ failed ─▶ rollback: remove all ─▶ ROLLBACK_COMPLETE
//   update  forward ─▶ cleanup: remove what was replaced or has left ─▶ UPDATE_COMPLETE
//              └─ failed ─▶ rollback: put back ─▶ rollback_cleanup ─▶ UPDATE_ROLLBACK_COMPLETE
//   delete  removal ─▶ DELETE_COMPLETE
//
// A resource's row says all that is needed to go on with it (rows.h): `current` is what is there or
// being made, `previous` what was there before this operation, `obsolete` what a rollback has put
// aside for removal.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "services/cloudformation/blueprint.h"
#include "services/cloudformation/exports.h"
#include "services/cloudformation/graph_run.h"
#include "services/cloudformation/ground.h"
#include "services/cloudformation/journal.h"
#include "services/cloudformation/ssm.h"
#include "services/cloudformation/tables.h"
#include "services/cloudformation/worker.h"

namespace cloudformation {

// Resources of one stack that are worked on at the same time.
inline constexpr std::size_t parallel_resources_max = 16;
// Larger properties are left out of events.
inline constexpr std::size_t event_properties_bytes_max = 4 * 1024;

class Deployment final : public std::enable_shared_from_this<Deployment> {
  public:
    // Called once, on the executor, when the operation is over; not when the engine stops.
    using Ended = base::UniqueFunction<void()>;

    // From the rows of a stack with an operation.
    static base::Result<std::shared_ptr<Deployment>> open(Ground& ground, const StackKey& key,
                                                          Ended ended);
    // Go on in the operation's phase. Once.
    void start();
    // Give up going forward: CancelUpdateStack, or DeleteStack while it is being created
    // (`and_delete`). The answer is durable when `done` runs.
    void cancel(const std::string& reason, bool and_delete, base::Task done);
    // Nothing is begun and nothing is written any more.
    void stop();

  private:
    friend class DeployResolver;

    // What becomes of one resource of the template.
    struct Wish {
        std::string logical_id;
        InstanceRow instance;
        json::object properties;
    };
    using NodeDone = GraphRun::Done;

    Deployment(Ground& ground, StackKey key, EventWriter events, Ended ended)
        : ground_(ground),
          key_(std::move(key)),
          events_(std::move(events)),
          ended_(std::move(ended)) {}

    // ---- deployment.cpp: the stack as a whole ----
    void run_phase();
    void enter_phase(const std::string& phase, const std::string& status, const std::string& reason,
                     meta_store::Changes more = {});
    void end(const std::string& status, const std::string& reason);
    void end_halted(const std::string& status, const std::string& reason);
    void fail_stored(const base::Error& error);
    void set_status(meta_store::Changes& changes, const std::string& status,
                    const std::string& reason) REQUIRES(mutex_);
    void finish_change_set(meta_store::Changes& changes, bool succeeded) REQUIRES(mutex_);
    bool is_stopped() const { return ground_.stopping->load(); }
    bool is_create() const REQUIRES(mutex_) { return operation_.kind == "CREATE"; }

    // ---- deployment_forward.cpp: resources as the template wants them ----
    void forward();
    void forward_node(const std::string& id, NodeDone done);
    void decide(Wish wish, NodeDone done);
    void begin_create(Wish wish, NodeDone done);
    void check_and_create(Wish wish, NodeDone done);
    void adopt(Wish wish, NodeDone done);
    void write_create(Wish wish, NodeDone done);
    void write_update(Wish wish, NodeDone done);
    void run_create(const std::string& id, bool again, NodeDone done);
    void run_update(const std::string& id, bool again, NodeDone done);
    void keep(Wish wish, NodeDone done);
    void made(const std::string& id, Outcome<Made> outcome, NodeDone done);
    void refuse(const Wish& wish, const std::string& reason, NodeDone done);
    void forward_done();
    base::Result<std::vector<OutputRow>> evaluate_outputs();
    void finish_forward();
    void fail_forward(const std::string& why);
    void put_deployed(meta_store::Changes& changes, const std::vector<OutputRow>& outputs)
        REQUIRES(mutex_);
    void failed_forward();
    std::string failure_text() REQUIRES(mutex_);
    base::Result<json::object> evaluate(const std::string& id);
    void fetch_ssm(base::Task then);

    // ---- deployment_rollback.cpp: an update taken back ----
    void restore();
    void restore_node(const std::string& id, NodeDone done);
    void restored(const std::string& id, Outcome<Made> outcome, NodeDone done);
    void restore_done(const GraphRun::Outcome& outcome);

    // ---- deployment_removal.cpp: what has to go ----
    // One thing to remove: the whole resource, or one of its instances that is in use no more.
    struct Removal {
        InstanceRow instance;
        enum class What : std::uint8_t { resource, previous, obsolete } what = What::resource;
    };
    void remove_all();
    void remove_round(bool in_order);
    std::vector<std::string> removals() REQUIRES(mutex_);
    std::optional<Removal> next_removal(const std::string& id) REQUIRES(mutex_);
    GraphRun::Edges removal_edges(const std::vector<std::string>& ids) REQUIRES(mutex_);
    void remove_node(const std::string& id, NodeDone done);
    void run_removal(const std::string& id, Removal removal, NodeDone done);
    void removed(const std::string& id, const Removal& removal, const std::string& status,
                 const std::string& reason, NodeDone done);
    void round_done(const GraphRun::Outcome& outcome, bool in_order);
    void remove_done(const std::vector<std::string>& left);
    void finish_removal(const std::string& status);
    bool is_retained(const std::string& id, const Removal& removal) REQUIRES(mutex_);
    bool is_cleanup() const REQUIRES(mutex_) {
        return operation_.phase == "cleanup" || operation_.phase == "rollback_cleanup";
    }

    // ---- rows and events ----
    Work work_of(const std::string& id, const InstanceRow& instance, json::object properties)
        REQUIRES(mutex_);
    void put(meta_store::Changes& changes, ResourceRow& row, const std::string& status,
             const std::string& reason) REQUIRES(mutex_);
    void add_event(meta_store::Changes& changes, const std::string& id, const InstanceRow& instance,
                   const std::string& physical_id, const std::string& status,
                   const std::string& reason) REQUIRES(mutex_);
    std::string shown_properties(const std::string& id, const InstanceRow& instance) const;
    void own(meta_store::Changes& changes, const std::string& id, const InstanceRow& instance)
        REQUIRES(mutex_);
    void disown(meta_store::Changes& changes, const std::string& id, const InstanceRow& instance);
    void write(meta_store::Changes changes, base::Task then);
    bool is_touched(const ResourceRow& row) const REQUIRES(mutex_);

    Ground& ground_;
    const StackKey key_;
    mutable base::Mutex mutex_;
    EventWriter events_ GUARDED_BY(mutex_);
    StackRow stack_ GUARDED_BY(mutex_);
    OperationRow operation_ GUARDED_BY(mutex_);
    ResourceRows rows_ GUARDED_BY(mutex_);
    SsmLookup ssm_ GUARDED_BY(mutex_);
    std::set<std::string> imports_ GUARDED_BY(mutex_);  // that were resolved
    std::string cancelled_ GUARDED_BY(mutex_);          // why, "" when not
    std::shared_ptr<GraphRun> run_ GUARDED_BY(mutex_);
    std::size_t left_before_round_ GUARDED_BY(mutex_) = 0;
    std::shared_ptr<std::atomic<bool>> abandoned_ = std::make_shared<std::atomic<bool>>(false);
    std::shared_ptr<const Blueprint> blueprint_;  // set by open(), null for deletions
    std::shared_ptr<Journal> journal_;
    base::TimerId timeout_ GUARDED_BY(mutex_) = 0;
    Ended ended_;
};

// A row whose resource is gone or was let go of.
bool is_gone(const ResourceRow& row);

}  // namespace cloudformation

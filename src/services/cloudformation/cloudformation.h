// CloudFormation: stacks made from templates, by calling our own services' operations in process.
// Operations plan and decide here (stacks.cpp, change_sets.cpp); a Deployment does the work in the
// background. What is stored is in rows.h, how a stack lives in deployment.h.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "aws/service.h"
#include "base/mutex.h"
#include "services/cloudformation/deployment.h"
#include "services/cloudformation/ground.h"
#include "services/cloudformation/plan.h"
#include "services/cloudformation/shapes.h"
#include "services/cloudformation/tables.h"

// One word for each file in operations/.
#define CLOUDFORMATION_OPERATIONS(X) \
    X(cancel_update_stack)           \
    X(continue_update_rollback)      \
    X(create_change_set)             \
    X(create_stack)                  \
    X(delete_change_set)             \
    X(delete_stack)                  \
    X(describe_change_set)           \
    X(describe_events)               \
    X(describe_stack_events)         \
    X(describe_stack_resource)       \
    X(describe_stack_resources)      \
    X(describe_stacks)               \
    X(execute_change_set)            \
    X(get_template)                  \
    X(get_template_summary)          \
    X(list_change_sets)              \
    X(list_exports)                  \
    X(list_hook_results)             \
    X(list_imports)                  \
    X(list_stack_resources)          \
    X(list_stacks)                   \
    X(rollback_stack)                \
    X(update_stack)                  \
    X(update_termination_protection) \
    X(validate_template)

// One word for each type in resources/ that is made of steps.
#define CLOUDFORMATION_RESOURCES(X) X(cdk_metadata)

namespace cloudformation {

AWS_DECLARE_OPERATIONS(CLOUDFORMATION_OPERATIONS)
AWS_DECLARE_RESOURCES(CLOUDFORMATION_RESOURCES)
extern const aws::ServiceModel model;

inline constexpr std::size_t stacks_max = 2'000;        // of an account and region, live ones
inline constexpr std::size_t deleted_stacks_max = 500;  // remembered; the oldest are forgotten
inline constexpr std::size_t change_sets_max = 100;     // of a stack
inline constexpr std::size_t template_body_bytes_max = 51'200;  // given in the request itself
inline constexpr int nesting_max = 10;                          // stacks within stacks

// What a request wants a stack to be.
struct Wanted {
    std::optional<std::string> template_body;
    std::optional<std::string> template_url;
    bool use_previous_template = false;
    std::vector<Parameter> parameters;
    Names capabilities;
    Names resource_types;
    std::optional<std::vector<Tag>> tags;  // absent: as they were
    std::optional<std::string> role_arn;
};

// How an operation on a stack shall go.
struct Manner {
    std::string client_token;
    std::string on_failure = "ROLLBACK";
    bool disable_rollback = false;
    bool retain_except_on_create = false;
    bool termination_protection = false;
    std::optional<std::int32_t> timeout_minutes;
    // Nested stacks: their place, and the uuid that their parent has chosen.
    std::string parent_id;
    std::string root_id;
    std::string uuid;
    bool nested() const { return !parent_id.empty(); }
};

struct ChangeSetWanted {
    std::string name;
    std::string type = "UPDATE";
    std::string description;
    std::string client_token;
    std::string on_stack_failure;
    bool include_nested_stacks = false;
    bool import_existing = false;
    std::vector<ResourceToImport> to_import;
};

// A template that may be deployed: parsed, its parameters bound, its rules checked.
struct Prepared {
    std::shared_ptr<const Blueprint> blueprint;
    std::string text;
    ConfigurationRow configuration;  // but for the template's id
};

template <class T>
using Answer = base::UniqueFunction<void(aws::Reply<T>)>;

// Any thread. Destroy after the executor ended.
class CloudFormation final {
  public:
    explicit CloudFormation(Environment environment);
    ~CloudFormation();

    // Before start(): "http://127.0.0.1:4566", for the URLs that custom resources answer to.
    void set_endpoint(const std::string& endpoint);
    // Go on with every stack that an earlier run left unfinished.
    base::Result<void> start();
    // Nothing is begun or stored any more when it returns; what is under way in other services
    // ends there. Idempotent. The next start() goes on.
    void stop();

    // ---- finding ----
    // How the fault for a stack that is not there is worded.
    enum class Wording { with_id, bracketed, of_resources };
    // By name the stack that has it now, by ARN any that is remembered.
    aws::Reply<StackRow> find_stack(const aws::Call& call, const std::string& name_or_id,
                                    Wording wording = Wording::bracketed) const;
    struct FoundChangeSet {
        StackRow stack;
        ChangeSetRow row;
    };
    // By ARN, or by name together with a stack.
    aws::Reply<FoundChangeSet> find_change_set(const aws::Call& call, const std::string& name_or_id,
                                               const std::optional<std::string>& stack) const;
    aws::Reply<std::string> fetch_template(const std::string& account,
                                           const std::optional<std::string>& body,
                                           const std::optional<std::string>& url) const;
    // Parsed, and its resource types known.
    aws::Reply<std::shared_ptr<const stack_template::Template>> parse_template(
        const std::string& text, bool unknown_types_allowed = false) const;

    // ---- changing (stacks.cpp, change_sets.cpp) ----
    void create_stack(const aws::Call& call, const std::string& name, Wanted wanted, Manner manner,
                      Answer<std::string> done);
    void update_stack(const aws::Call& call, const std::string& name, Wanted wanted, Manner manner,
                      Answer<std::string> done);
    struct Deletion {
        Names retain;
        std::string client_token;
        bool force = false;
        bool by_parent = false;  // a nested stack goes when its parent says so
    };
    void delete_stack(const aws::Call& call, const std::string& name, Deletion deletion,
                      Answer<void> done);
    void cancel_update(const aws::Call& call, const std::string& name, Answer<void> done);
    // ContinueUpdateRollback and RollbackStack.
    aws::Reply<std::string> roll_back(const aws::Call& call, const std::string& name,
                                      const std::string& client_token, const Names& skip,
                                      bool continued);
    aws::Reply<std::string> protect(const aws::Call& call, const std::string& name, bool enabled);

    struct ChangeSetIds {
        std::string id;
        std::string stack_id;
    };
    void create_change_set(const aws::Call& call, const std::string& stack, Wanted wanted,
                           ChangeSetWanted change_set, Answer<ChangeSetIds> done);
    aws::Reply<void> execute_change_set(const aws::Call& call, const std::string& name_or_id,
                                        const std::optional<std::string>& stack, Manner manner);
    aws::Reply<void> delete_change_set(const aws::Call& call, const std::string& name_or_id,
                                       const std::optional<std::string>& stack);

    // `done` runs on the executor once no operation runs on the stack, with its row; nullopt when
    // it is forgotten. At once when none runs.
    void when_settled(const StackKey& stack,
                      base::UniqueFunction<void(std::optional<StackRow>)> done);

    // `answer` runs once no operation runs on the stack, or after the patience that we were given.
    // Clients look at a stack every few seconds: the CDK finds one that took less done at once.
    void answer_in_time(const StackKey& stack, base::Task answer);

    const Tables& tables() const { return ground_.tables; }
    Ground& ground() { return ground_; }

  private:
    void prepare(const aws::Call& call, const StackRow& stack, Wanted wanted,
                 Answer<Prepared> done);
    void plan(const StackRow& stack, const Prepared& prepared, const ChangeSetWanted& change_set,
              Answer<Plan> done);
    aws::Reply<void> check_capabilities(const stack_template::Template& parsed,
                                        const Wanted& wanted) const;
    aws::Reply<StackRow> new_stack(const aws::Call& call, const std::string& name,
                                   const Manner& manner);
    aws::Reply<void> insert_stack(const StackRow& row, meta_store::Changes& changes)
        REQUIRES(changing_);
    aws::Reply<void> launch(StackRow stack, OperationRow operation, const std::string& status,
                            const std::set<std::string>& imports, meta_store::Changes changes)
        REQUIRES(changing_);
    aws::Reply<OperationRow> next_operation(const StackRow& planned, const std::string& kind) const
        REQUIRES(changing_);
    aws::Reply<void> begin_update(StackRow stack, OperationRow operation, const std::string& status,
                                  const std::set<std::string>& imports, meta_store::Changes changes)
        REQUIRES(changing_);
    aws::Reply<std::string> finish_create(StackRow stack, const Prepared& prepared,
                                          const Manner& manner);
    aws::Reply<std::string> finish_update(const StackRow& planned, const Prepared& prepared,
                                          const Manner& manner);
    aws::Reply<StackRow> stack_for_change_set(const aws::Call& call, const std::string& name,
                                              const ChangeSetWanted& wanted, bool* is_new);
    aws::Reply<void> insert_for_review(const StackRow& stack, meta_store::Changes& changes)
        REQUIRES(changing_);
    aws::Reply<void> check_for_change_set(const StackRow& stack, const std::string& name) const
        REQUIRES(changing_);
    aws::Reply<ChangeSetIds> finish_change_set(const StackRow& stack, bool is_new,
                                               const Prepared& prepared, Plan plan,
                                               const ChangeSetWanted& wanted);
    aws::Reply<std::string> template_of(const StackKey& key,
                                        const ConfigurationRow& configuration) const;
    void run(const StackKey& key);
    void ended(const StackKey& key);
    void forget_deleted(const StackKey& like);
    std::string new_template_id() const;

    Ground ground_;
    std::unique_ptr<Types> types_;
    base::Mutex changing_;  // over every decision that begins an operation, with its commit
    base::Mutex mutex_;
    std::map<StackKey, std::shared_ptr<Deployment>> deployments_ GUARDED_BY(mutex_);
    std::multimap<StackKey, base::UniqueFunction<void(std::optional<StackRow>)>> waiting_
        GUARDED_BY(mutex_);
};

// Events, answers: helpers of the operations.
std::vector<Tag> to_tags(const Tags& tags);
Tags to_map(const std::vector<Tag>& tags);
std::vector<Parameter> to_parameters(const std::vector<ParameterRow>& rows);

}  // namespace cloudformation

// EventBridge: rules that run on a schedule and invoke Lambda functions. Rules are rows in
// meta_store and live in memory; scheduler.h ticks them.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "aws/service.h"
#include "base/clock.h"
#include "base/executor.h"
#include "base/logging.h"
#include "base/metrics.h"
#include "base/mutex.h"
#include "base/random.h"
#include "meta_store/meta_store.h"
#include "services/events/rows.h"
#include "services/events/scheduler.h"
#include "services/ports/ports.h"

// One word for each file in operations/.
#define EVENTS_OPERATIONS(X)     \
    X(delete_rule)               \
    X(describe_rule)             \
    X(disable_rule)              \
    X(enable_rule)               \
    X(list_rule_names_by_target) \
    X(list_rules)                \
    X(list_tags_for_resource)    \
    X(list_targets_by_rule)      \
    X(put_rule)                  \
    X(put_targets)               \
    X(remove_targets)            \
    X(tag_resource)              \
    X(untag_resource)

// One word for each file in resources/.
#define EVENTS_RESOURCES(X) X(rule)

namespace events {

AWS_DECLARE_OPERATIONS(EVENTS_OPERATIONS)
AWS_DECLARE_RESOURCES(EVENTS_RESOURCES)
extern const aws::ServiceModel model;

inline constexpr std::size_t rules_max = 300;       // an account and region
inline constexpr std::size_t rule_targets_max = 5;  // a rule
inline constexpr std::size_t tags_max = 50;
inline constexpr std::size_t page_max = 100;
inline constexpr const char* default_bus = "default";

inline constexpr shape::Constraints rule_name_rule{
    .required = true, .min = 1, .max = 64, .pattern = "[\\.\\-_A-Za-z0-9]+"};
inline constexpr shape::Constraints optional_rule_name_rule{
    .min = 1, .max = 64, .pattern = "[\\.\\-_A-Za-z0-9]+"};
inline constexpr shape::Constraints bus_rule{
    .min = 1,
    .max = 1600,
    .pattern =
        "(arn:aws[\\w-]*:events:[a-z]+-[a-z]+-[\\w-]+:[0-9]{12}:event-bus\\/)?"
        "[/\\.\\-_A-Za-z0-9]+"};
inline constexpr shape::Constraints arn_rule{.required = true, .min = 1, .max = 1600};
inline constexpr shape::Constraints optional_arn_rule{.min = 1, .max = 1600};
inline constexpr shape::Constraints token_rule{.min = 1, .max = 2048};
inline constexpr shape::Constraints page_rule{.min = 1, .max = page_max};

struct Tag {
    std::string key;
    std::string value;
    static constexpr auto members() {
        return std::tuple{
            shape::member("Key", &Tag::key, {.required = true, .min = 1, .max = 128}),
            shape::member("Value", &Tag::value, {.required = true, .min = 0, .max = 256})};
    }
};

struct Environment {
    base::Clock& clock;
    base::Random& random;
    base::Executor& executor;
    base::Log& log;
    base::Metrics& metrics;
    meta_store::MetaStore& store;
    ports::FunctionInvoker& functions;
    ports::MetricPublisher* publisher = nullptr;  // null: nothing is measured for CloudWatch
};

// Any thread. Destroy after the executor ended.
class Events final {
  public:
    explicit Events(Environment environment);
    ~Events();

    // Restore the rules and begin to tick. Ticks that were missed are not made up.
    base::Result<void> start();
    // No tick begins any more when it returns.
    void stop();

    // ---- for the operations ----
    aws::Reply<RuleRow> find(const aws::Call& call, const std::string& name) const;
    // Of the caller's account and region, by name.
    std::vector<RuleRow> list(const aws::Call& call) const;
    // Change a rule durably, or make it: `change` gets the row there is and returns the new one.
    using Change = std::function<aws::Reply<RuleRow>(const std::optional<RuleRow>& row)>;
    aws::Reply<void> update(const aws::Call& call, const std::string& name, const Change& change);
    // The same for a rule that must be there.
    aws::Reply<void> change(const aws::Call& call, const std::string& name,
                            const std::function<aws::Reply<void>(RuleRow&)>& edit);
    aws::Reply<void> remove(const aws::Call& call, const std::string& name);
    base::Timestamp now() const { return environment_.clock.now(); }

  private:
    meta_store::Key row_key(const RuleKey& key) const;

    const Environment environment_;
    meta_store::Table<RuleRow> table_;
    Scheduler scheduler_;
    base::Mutex changing_;  // over changes, with their commit; taken before mutex_
    mutable base::Mutex mutex_;
    std::map<RuleKey, RuleRow> rules_ GUARDED_BY(mutex_);
};

std::string rule_arn(const aws::Call& call, const std::string& name);
// Only the default bus is there, by name or ARN.
aws::Reply<void> check_bus(const aws::Call& call, const std::optional<std::string>& bus);
// The rule that an ARN of the caller's account and region names.
aws::Reply<std::string> rule_of_arn(const aws::Call& call, const std::string& arn);

// A page of `items` that are sorted by name_of: those behind the token, at most `limit`, and the
// token of the next.
template <class Item, class NameOf>
struct Pager {
    std::vector<Item> page;
    std::optional<std::string> next_token;

    Pager(std::vector<Item> items, const std::optional<std::string>& token,
          std::optional<std::int32_t> limit, NameOf name_of) {
        const auto most = static_cast<std::size_t>(limit.value_or(page_max));
        for (Item& item : items) {
            if (token && name_of(item) <= *token) continue;
            if (page.size() == most) {
                next_token = name_of(page.back());
                return;
            }
            page.push_back(std::move(item));
        }
    }
};

}  // namespace events

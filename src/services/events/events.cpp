#include "services/events/events.h"

#include "services/events/faults.h"

namespace events {
namespace {

constexpr const aws::Operation* operations[] = {AWS_LIST_OPERATIONS(EVENTS_OPERATIONS)};
constexpr const aws::ResourceType* resources[] = {AWS_LIST_RESOURCES(EVENTS_RESOURCES)};

}  // namespace

const aws::ServiceModel model = {.id = "events",
                                 .signing_name = "events",
                                 .target_prefix = "AWSEvents",
                                 .api_version = "2015-10-07",
                                 .protocol = aws::Protocol::json_1_1,
                                 .operations = operations,
                                 .resources = resources};

Events::Events(Environment environment)
    : environment_(environment),
      table_(environment.store, "events.rules"),
      scheduler_(environment.clock, environment.random, environment.executor, environment.log,
                 environment.metrics, environment.functions, environment.publisher) {}

Events::~Events() {
    stop();
}

base::Result<void> Events::start() {
    std::map<RuleKey, RuleRow> rules;
    TRY_VOID(table_.scan({}, [&](std::string_view key, RuleRow& row) {
        const auto parts = meta_store::Key::split(key);
        rules[{parts[0], parts[1], parts[3]}] = std::move(row);
        return true;
    }));
    for (const auto& [key, row] : rules)
        scheduler_.set(key, row);
    {
        base::MutexLock lock(mutex_);
        rules_ = std::move(rules);
    }
    scheduler_.start();
    return base::ok();
}

void Events::stop() {
    scheduler_.stop();
}

meta_store::Key Events::row_key(const RuleKey& key) const {
    return {std::get<0>(key), std::get<1>(key), default_bus, std::get<2>(key)};
}

aws::Reply<RuleRow> Events::find(const aws::Call& call, const std::string& name) const {
    base::MutexLock lock(mutex_);
    const auto at = rules_.find({call.account(), call.region, name});
    if (at == rules_.end()) return faults::rule_not_found(name);
    return at->second;
}

std::vector<RuleRow> Events::list(const aws::Call& call) const {
    std::vector<RuleRow> found;
    base::MutexLock lock(mutex_);
    for (auto at = rules_.lower_bound({call.account(), call.region, ""});
         at != rules_.end() && std::get<0>(at->first) == call.account() &&
         std::get<1>(at->first) == call.region;
         ++at) {
        found.push_back(at->second);
    }
    return found;
}

aws::Reply<void> Events::update(const aws::Call& call, const std::string& name,
                                const Change& change) {
    base::MutexLock changing(changing_);
    const RuleKey key{call.account(), call.region, name};
    std::optional<RuleRow> row;
    if (auto found = find(call, name)) row = std::move(found.value());
    if (!row && list(call).size() >= rules_max) return faults::limit_exceeded();
    TRY(changed, change(row));
    meta_store::Changes changes;
    table_.put(changes, row_key(key), changed);
    if (auto done = environment_.store.commit(std::move(changes)); !done) {
        return faults::from(done.error());
    }
    {
        base::MutexLock lock(mutex_);
        rules_[key] = changed;
    }
    scheduler_.set(key, changed);
    return base::ok();
}

aws::Reply<void> Events::change(const aws::Call& call, const std::string& name,
                                const std::function<aws::Reply<void>(RuleRow&)>& edit) {
    return update(call, name, [&](const std::optional<RuleRow>& row) -> aws::Reply<RuleRow> {
        if (!row) return faults::rule_not_found(name);
        RuleRow edited = *row;
        TRY_VOID(edit(edited));
        return edited;
    });
}

aws::Reply<void> Events::remove(const aws::Call& call, const std::string& name) {
    base::MutexLock changing(changing_);
    auto found = find(call, name);
    if (!found) return base::ok();  // as AWS: deleting what is not there is done
    if (!found.value().targets.empty()) {
        return faults::validation("Rule can't be deleted since it has targets.");
    }
    const RuleKey key{call.account(), call.region, name};
    meta_store::Changes changes;
    table_.erase(changes, row_key(key));
    if (auto done = environment_.store.commit(std::move(changes)); !done) {
        return faults::from(done.error());
    }
    scheduler_.remove(key);
    base::MutexLock lock(mutex_);
    rules_.erase(key);
    return base::ok();
}

std::string rule_arn(const aws::Call& call, const std::string& name) {
    return aws::make_arn("events", call.region, call.account(), "rule/" + name);
}

aws::Reply<void> check_bus(const aws::Call& call, const std::optional<std::string>& bus) {
    if (!bus || *bus == default_bus) return base::ok();
    if (*bus == aws::make_arn("events", call.region, call.account(), "event-bus/default")) {
        return base::ok();
    }
    return faults::bus_not_found(*bus);
}

aws::Reply<std::string> rule_of_arn(const aws::Call& call, const std::string& arn) {
    for (const char* prefix : {"default/", ""}) {
        const std::string begin = rule_arn(call, prefix);
        if (arn.starts_with(begin)) return arn.substr(begin.size());
    }
    return faults::validation("Parameter " + arn +
                              " is not valid. Reason: Provided Arn is not in correct format.");
}

}  // namespace events

#include "services/cloudformation/cloudformation.h"

#include <algorithm>

#include "base/ids.h"
#include "services/cloudformation/faults.h"
#include "services/cloudformation/statuses.h"
#include "services/cloudformation/template_url.h"
#include "services/cloudformation/types.h"

namespace cloudformation {

namespace {

constexpr const aws::Operation* operations[] = {AWS_LIST_OPERATIONS(CLOUDFORMATION_OPERATIONS)};
constexpr const aws::ResourceType* resources[] = {AWS_LIST_RESOURCES(CLOUDFORMATION_RESOURCES)};

}  // namespace

const aws::ServiceModel model = {
    .id = "cloudformation",
    .signing_name = "cloudformation",
    .target_prefix = "",
    .api_version = "2010-05-15",
    .xml_namespace = "http://cloudformation.amazonaws.com/doc/2010-05-15/",
    .protocol = aws::Protocol::query,
    .operations = operations,
    .validation_code = "ValidationError",
    .resources = resources};

CloudFormation::CloudFormation(Environment environment)
    : ground_(std::move(environment)), types_(make_types(ground_, *this)) {
    ground_.types = types_.get();
}

CloudFormation::~CloudFormation() {
    stop();
}

void CloudFormation::set_endpoint(const std::string& endpoint) {
    ground_.steps.endpoint = endpoint;
}

base::Result<void> CloudFormation::start() {
    std::vector<StackKey> unfinished;
    TRY_VOID(ground_.tables.operations.scan({}, [&](std::string_view key, OperationRow& row) {
        const auto parts = meta_store::Key::split(key);
        if (!row.halted) unfinished.push_back({parts[0], parts[1], parts[2]});
        return true;
    }));
    for (const StackKey& key : unfinished)
        run(key);
    return base::ok();
}

void CloudFormation::stop() {
    ground_.stopping->store(true);
    std::map<StackKey, std::shared_ptr<Deployment>> deployments;
    std::multimap<StackKey, base::UniqueFunction<void(std::optional<StackRow>)>> waiting;
    {
        base::MutexLock changing(changing_);
        base::MutexLock lock(mutex_);
        deployments.swap(deployments_);
        waiting.swap(waiting_);
    }
    for (const auto& [key, deployment] : deployments)
        deployment->stop();
}

void CloudFormation::run(const StackKey& key) {
    auto opened = Deployment::open(ground_, key, [this, key] { ended(key); });
    if (!opened) {
        // The rows cannot be read, or an older program's template is refused by this one.
        ground_.environment.log.error("a stack's operation cannot go on",
                                      {{"stack", key.uuid}, {"error", opened.error().describe()}});
        return;
    }
    {
        base::MutexLock lock(mutex_);
        deployments_[key] = opened.value();
    }
    opened.value()->start();
}

void CloudFormation::ended(const StackKey& key) {
    std::vector<base::UniqueFunction<void(std::optional<StackRow>)>> waiting;
    {
        base::MutexLock lock(mutex_);
        deployments_.erase(key);
        const auto [begin, end] = waiting_.equal_range(key);
        for (auto at = begin; at != end; ++at)
            waiting.push_back(std::move(at->second));
        waiting_.erase(begin, end);
    }
    auto row = ground_.tables.stacks.get(Tables::at(key));
    if (row && row.value() && row.value()->status == "DELETE_COMPLETE") forget_deleted(key);
    for (auto& done : waiting)
        done(row ? row.value() : std::nullopt);
}

void CloudFormation::when_settled(const StackKey& stack,
                                  base::UniqueFunction<void(std::optional<StackRow>)> done) {
    {
        base::MutexLock lock(mutex_);
        if (deployments_.contains(stack)) {
            waiting_.emplace(stack, std::move(done));
            return;
        }
    }
    ground_.environment.executor.post([this, stack, done = std::move(done)]() mutable {
        if (ground_.stopping->load()) return;
        auto row = ground_.tables.stacks.get(Tables::at(stack));
        done(row ? row.value() : std::nullopt);
    });
}

void CloudFormation::answer_in_time(const StackKey& stack, base::Task answer) {
    base::Executor& executor = ground_.environment.executor;
    const std::int64_t patience_ms = ground_.environment.patience_ms;
    if (patience_ms <= 0) return answer();
    struct Once {
        base::Mutex mutex;
        base::Task answer GUARDED_BY(mutex);
    };
    auto once = std::make_shared<Once>();
    {
        base::MutexLock lock(once->mutex);
        once->answer = std::move(answer);
    }
    const auto run = [once] {
        base::Task task;
        {
            base::MutexLock lock(once->mutex);
            task = std::exchange(once->answer, base::Task{});
        }
        if (task) task();
    };
    const base::TimerId timer = executor.after(patience_ms, run);
    when_settled(stack, [&executor, timer, run](const std::optional<StackRow>&) {
        executor.cancel(timer);
        run();
    });
}

// Deleted stacks are remembered for a while, so that whoever waits for the end by ARN sees it.
void CloudFormation::forget_deleted(const StackKey& like) {
    auto rows = ground_.tables.stacks_of(like.account, like.region);
    if (!rows) return;
    std::vector<StackRow> deleted;
    for (StackRow& row : rows.value()) {
        if (row.status == "DELETE_COMPLETE") deleted.push_back(std::move(row));
    }
    if (deleted.size() <= deleted_stacks_max) return;
    std::ranges::sort(deleted, [](const StackRow& a, const StackRow& b) {
        return a.deleted.value_or(a.created) > b.deleted.value_or(b.created);
    });
    meta_store::Changes changes;
    for (std::size_t i = deleted_stacks_max; i < deleted.size(); ++i) {
        if (auto done = ground_.tables.erase_stack(changes, key_of(deleted[i].id)); !done) return;
    }
    ground_.environment.store.commit(std::move(changes), [](base::Result<void>) {});
}

aws::Reply<StackRow> CloudFormation::find_stack(const aws::Call& call,
                                                const std::string& name_or_id,
                                                Wording wording) const {
    const auto missing = [&] {
        return wording == Wording::with_id     ? faults::stack_with_id_not_found(name_or_id)
               : wording == Wording::bracketed ? faults::stack_not_found(name_or_id)
                                               : faults::stack_of_resources_not_found(name_or_id);
    };
    StackKey key{call.account(), call.region, ""};
    const auto arn = parse_stack_arn(name_or_id);
    if (arn) {
        if (arn->key.account != key.account || arn->key.region != key.region) return missing();
        key.uuid = arn->key.uuid;
    } else {
        auto name = ground_.tables.names.get(Tables::at(key.account, key.region, name_or_id));
        if (!name) return faults::from(name.error());
        if (!name.value()) return missing();
        key.uuid = name.value()->uuid;
    }
    auto row = ground_.tables.stacks.get(Tables::at(key));
    if (!row) return faults::from(row.error());
    if (!row.value() || (arn && row.value()->name != arn->name)) return missing();
    return std::move(*row.value());
}

aws::Reply<CloudFormation::FoundChangeSet> CloudFormation::find_change_set(
    const aws::Call& call, const std::string& name_or_id,
    const std::optional<std::string>& stack) const {
    const auto named = change_set_name_of(name_or_id);
    if (!named && !stack) {
        return faults::validation(
            "StackName must be specified if ChangeSetName is not specified as an ARN.");
    }
    std::vector<StackRow> candidates;
    if (stack) {
        auto found = find_stack(call, *stack);
        if (!found) return std::move(found.error());
        candidates.push_back(std::move(found.value()));
    } else {
        auto all = ground_.tables.stacks_of(call.account(), call.region);
        if (!all) return faults::from(all.error());
        candidates = std::move(all.value());
    }
    for (StackRow& candidate : candidates) {
        auto row = ground_.tables.change_sets.get(
            Tables::at(key_of(candidate.id), named ? *named : name_or_id));
        if (!row) return faults::from(row.error());
        if (!row.value() || (named && row.value()->id != name_or_id)) continue;
        return FoundChangeSet{std::move(candidate), std::move(*row.value())};
    }
    return faults::change_set_not_found(name_or_id);
}

aws::Reply<std::string> CloudFormation::fetch_template(
    const std::string& account, const std::optional<std::string>& body,
    const std::optional<std::string>& url) const {
    if (body && url) {
        return faults::validation("You cannot specify both Template Body and Template URL");
    }
    if (body) {
        if (body->size() > template_body_bytes_max) {
            return faults::validation(
                "1 validation error detected: Value at 'templateBody' failed to satisfy "
                "constraint: Member must have length less than or equal to 51200");
        }
        return *body;
    }
    if (!url) return faults::validation("Either Template URL or Template Body must be specified.");
    return read_template_url(ground_.environment.objects, account, *url, ground_.steps.endpoint);
}

aws::Reply<std::shared_ptr<const stack_template::Template>> CloudFormation::parse_template(
    const std::string& text, bool unknown_types_allowed) const {
    auto parsed = stack_template::parse(text);
    if (!parsed) return faults::from(parsed.error());
    if (!unknown_types_allowed) {
        auto known = stack_template::check_types(parsed.value(), *types_);
        if (!known) return faults::from(known.error());
    }
    return std::shared_ptr<const stack_template::Template>(
        std::make_shared<const stack_template::Template>(std::move(parsed.value())));
}

std::string CloudFormation::new_template_id() const {
    return base::make_hex_id(ground_.environment.random, 16);
}

std::vector<Tag> to_tags(const Tags& tags) {
    std::vector<Tag> list;
    for (const auto& [key, value] : tags)
        list.push_back({key, value});
    return list;
}

Tags to_map(const std::vector<Tag>& tags) {
    Tags map;
    for (const Tag& tag : tags)
        map[tag.key] = tag.value;
    return map;
}

std::vector<Parameter> to_parameters(const std::vector<ParameterRow>& rows) {
    std::vector<Parameter> parameters;
    for (const ParameterRow& row : rows) {
        Parameter parameter;
        parameter.parameter_key = row.key;
        parameter.parameter_value = row.no_echo ? "****" : row.value;
        if (row.resolved) parameter.resolved_value = row.no_echo ? "****" : *row.resolved;
        parameters.push_back(std::move(parameter));
    }
    return parameters;
}

}  // namespace cloudformation

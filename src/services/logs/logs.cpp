#include "services/logs/logs.h"

#include <charconv>

#include "base/ids.h"
#include "services/logs/faults.h"

namespace logs {
namespace {

constexpr const aws::Operation* operations[] = {AWS_LIST_OPERATIONS(LOGS_OPERATIONS)};
constexpr const aws::ResourceType* resources[] = {AWS_LIST_RESOURCES(LOGS_RESOURCES)};

using base::Error;
using base::ErrorKind;

// Later than this is not taken, as PutLogEvents does.
constexpr std::int64_t future_ms_max = 2 * 3600 * 1000;

}  // namespace

const aws::ServiceModel model = {.id = "logs",
                                 .signing_name = "logs",
                                 .target_prefix = "Logs_20140328",
                                 .api_version = "2014-03-28",
                                 .protocol = aws::Protocol::json_1_1,
                                 .operations = operations,
                                 .resources = resources};

struct Logs::Background {
    base::Mutex mutex;
    base::ConditionVariable changed;
    bool stopped GUARDED_BY(mutex) = false;
    int running GUARDED_BY(mutex) = 0;

    bool enter() {
        base::MutexLock lock(mutex);
        if (stopped) return false;
        ++running;
        return true;
    }
    void leave() {
        base::MutexLock lock(mutex);
        --running;
        changed.notify_all();
    }
    void stop() {
        base::MutexLock lock(mutex);
        stopped = true;
        while (running > 0)
            changed.wait(lock);
    }
};

Logs::Logs(Options options, Environment environment)
    : options_(std::move(options)),
      environment_(environment),
      tables_(environment.store),
      written_lines_(environment.metrics.counter("datastack_log_lines_total", "",
                                                 "Lines of functions and deliveries logged.")),
      dropped_lines_(environment.metrics.counter(
          "datastack_log_lines_dropped_total", "",
          "Lines of functions and deliveries that could not be logged.")),
      background_(std::make_shared<Background>()) {}

Logs::~Logs() {
    stop();
}

base::Result<void> Logs::start() {
    TRY_VOID(base::make_directories(environment_.files, options_.directory));
    std::map<GroupKey, std::shared_ptr<Group>> groups;
    TRY_VOID(tables_.groups.scan({}, [&](std::string_view key, GroupRow& row) {
        const auto parts = meta_store::Key::split(key);
        groups[{parts[0], parts[1], parts[2]}] = std::make_shared<Group>(
            parts[0], parts[1], std::move(row), options_, environment_, tables_);
        return true;
    }));
    {
        base::MutexLock lock(mutex_);
        groups_ = std::move(groups);
    }
    TRY_VOID(remove_leftovers());
    schedule_sweep();
    return base::ok();
}

// Directories of groups whose deletion was committed but not finished.
base::Result<void> Logs::remove_leftovers() {
    std::set<std::string> ids;
    {
        base::MutexLock lock(mutex_);
        for (const auto& [key, group] : groups_)
            ids.insert(group->row().id);
    }
    TRY(names, environment_.files.list(options_.directory));
    for (const std::string& name : names) {
        if (ids.contains(name)) continue;
        auto removed = segment_log::destroy(environment_.files, options_.directory + "/" + name);
        if (!removed) {
            environment_.log.warn("files of a deleted log group cannot be removed",
                                  {{"directory", name}, {"error", removed.error().describe()}});
        }
    }
    return base::ok();
}

void Logs::stop() {
    base::TimerId timer = 0;
    {
        base::MutexLock lock(mutex_);
        std::swap(timer, sweep_timer_);
    }
    if (timer != 0) environment_.executor.cancel(timer);
    background_->stop();
    pump();  // what still waits
    std::vector<std::shared_ptr<Group>> groups;
    {
        base::MutexLock lock(mutex_);
        for (const auto& [key, group] : groups_)
            groups.push_back(group);
    }
    for (const auto& group : groups)
        group->stop();
}

// ---- groups ----

std::shared_ptr<Group> Logs::find_group(const GroupKey& key) const {
    base::MutexLock lock(mutex_);
    const auto at = groups_.find(key);
    return at == groups_.end() ? nullptr : at->second;
}

aws::Reply<std::shared_ptr<Group>> Logs::find(const aws::Call& call,
                                              const std::string& name) const {
    auto group = find_group({call.account(), call.region, name});
    if (group == nullptr) return faults::group_not_found();
    return group;
}

aws::Reply<std::shared_ptr<Group>> Logs::find(const aws::Call& call,
                                              const std::optional<std::string>& name,
                                              const std::optional<std::string>& identifier) const {
    if (name.has_value() == identifier.has_value()) {
        return faults::invalid_parameter(
            "Exactly one of logGroupName and logGroupIdentifier must be given.");
    }
    if (name) return find(call, *name);
    return identifier->starts_with("arn:") ? find_arn(call, *identifier) : find(call, *identifier);
}

std::string group_arn(const aws::Call& call, const std::string& group) {
    return aws::make_arn("logs", call.region, call.account(), "log-group:" + group);
}

aws::Reply<std::shared_ptr<Group>> Logs::find_arn(const aws::Call& call,
                                                  const std::string& arn) const {
    const std::string prefix = group_arn(call, "");
    if (!arn.starts_with(prefix)) return faults::resource_not_found();
    std::string name = arn.substr(prefix.size());
    if (name.ends_with(":*")) name.resize(name.size() - 2);
    return find(call, name);
}

std::vector<std::shared_ptr<Group>> Logs::list(const aws::Call& call,
                                               const std::string& after) const {
    std::vector<std::shared_ptr<Group>> found;
    base::MutexLock lock(mutex_);
    for (auto at = groups_.upper_bound({call.account(), call.region, after});
         at != groups_.end() && std::get<0>(at->first) == call.account() &&
         std::get<1>(at->first) == call.region;
         ++at) {
        found.push_back(at->second);
    }
    return found;
}

base::Result<std::shared_ptr<Group>> Logs::create(const std::string& account,
                                                  const std::string& region, GroupRow row) {
    base::MutexLock creating(creating_);
    const GroupKey key{account, region, row.name};
    {
        base::MutexLock lock(mutex_);
        if (groups_.contains(key)) {
            return Error{ErrorKind::already_exists, "the group exists", row.name};
        }
        if (groups_.size() >= groups_max) {
            return Error{ErrorKind::limit, "too many log groups", row.name};
        }
    }
    row.id = base::make_hex_id(environment_.random, 24);
    row.created = environment_.clock.now();
    const meta_store::Key stored{account, region, row.name};
    meta_store::Changes changes;
    changes.require_absent(tables_.groups.key(stored));
    tables_.groups.put(changes, stored, row);
    TRY_VOID(environment_.store.commit(std::move(changes)));
    auto group =
        std::make_shared<Group>(account, region, std::move(row), options_, environment_, tables_);
    base::MutexLock lock(mutex_);
    groups_[key] = group;
    return group;
}

base::Result<void> Logs::remove(const std::shared_ptr<Group>& group) {
    base::MutexLock creating(creating_);
    TRY_VOID(group->remove());
    base::MutexLock lock(mutex_);
    groups_.erase({group->account(), group->region(), group->row().name});
    return base::ok();
}

// ---- retention ----

void Logs::schedule_sweep() {
    base::MutexLock lock(mutex_);
    sweep_timer_ =
        environment_.executor.after(retention_sweep_interval_ms, [this, background = background_] {
            if (!background->enter()) return;
            sweep();
            schedule_sweep();
            background->leave();
        });
}

void Logs::sweep() {
    std::vector<std::shared_ptr<Group>> groups;
    {
        base::MutexLock lock(mutex_);
        for (const auto& [key, group] : groups_)
            groups.push_back(group);
    }
    for (const auto& group : groups)
        group->expire();
}

// ---- ports::LogWriter ----

void Logs::write(const std::string& account, const std::string& region, const std::string& group,
                 const std::string& stream, std::vector<ports::LogLine> lines) {
    Waiting waiting{account, region, group, stream, std::move(lines)};
    std::erase_if(waiting.lines, [](const auto& line) { return line.message.empty(); });
    for (auto& line : waiting.lines) {
        if (line.message.size() > event_bytes_max) line.message.resize(event_bytes_max);
        waiting.bytes += line.message.size() + event_overhead_bytes;
    }
    if (waiting.lines.empty()) return;
    base::MutexLock lock(mutex_);
    if (waiting_bytes_ + waiting.bytes > writer_bytes_max) {
        lock.unlock();
        return count_dropped(waiting, "too many lines wait");
    }
    waiting_bytes_ += waiting.bytes;
    waiting_.push_back(std::move(waiting));
    if (pumping_) return;
    pumping_ = true;
    lock.unlock();
    environment_.executor.post([this, background = background_] {
        if (!background->enter()) return;
        pump();
        background->leave();
    });
}

void Logs::pump() {
    while (true) {
        Waiting next;
        {
            base::MutexLock lock(mutex_);
            if (waiting_.empty()) {
                pumping_ = false;
                return;
            }
            next = std::move(waiting_.front());
            waiting_.pop_front();
        }
        append(std::move(next));
    }
}

base::Result<std::shared_ptr<Group>> Logs::find_or_create(const Waiting& waiting) {
    auto group = find_group({waiting.account, waiting.region, waiting.group});
    if (group == nullptr) {
        GroupRow row;
        row.name = waiting.group;
        auto made = create(waiting.account, waiting.region, std::move(row));
        if (made) {
            group = std::move(made.value());
        } else if (made.error().kind == ErrorKind::already_exists) {
            group = find_group({waiting.account, waiting.region, waiting.group});
        } else {
            return made.error();
        }
    }
    if (group == nullptr) return Error{ErrorKind::unavailable, "the group goes away", {}};
    TRY(stream, group->find_stream(waiting.stream));
    if (!stream) {
        auto made = group->create_stream(waiting.stream);
        if (!made && made.error().kind != ErrorKind::already_exists) return made.error();
    }
    return group;
}

void Logs::append(Waiting waiting) {
    const std::size_t bytes = waiting.bytes;
    const auto settle = [this, bytes] {
        base::MutexLock lock(mutex_);
        waiting_bytes_ -= bytes;
    };
    auto group = find_or_create(waiting);
    if (!group) {
        settle();
        return count_dropped(waiting, group.error().describe());
    }
    // Batches as large as one PutLogEvents; what is settled with the last.
    const std::int64_t latest_ms = environment_.clock.now().ms + future_ms_max;
    auto shared = std::make_shared<Waiting>(std::move(waiting));
    std::size_t from = 0;
    while (from < shared->lines.size()) {
        std::vector<NewEvent> events;
        std::size_t batch_bytes = 0;
        std::size_t until = from;
        for (; until < shared->lines.size() && events.size() < put_events_max; ++until) {
            const auto& line = shared->lines[until];
            batch_bytes += line.message.size() + event_overhead_bytes;
            if (!events.empty() && batch_bytes > put_bytes_max) break;
            events.push_back({std::min(line.time.ms, latest_ms), line.message});
        }
        const bool last = until == shared->lines.size();
        group.value()->append(shared->stream, events,
                              [this, shared, settle, last, count = events.size()](auto first) {
                                  if (last) settle();
                                  if (first) return written_lines_.add(count);
                                  count_dropped(*shared, first.error().describe());
                              });
        from = until;
    }
}

void Logs::count_dropped(const Waiting& waiting, const std::string& why) {
    dropped_lines_.add(waiting.lines.size());
    environment_.log.warn(
        "log lines were dropped",
        {{"group", waiting.group}, {"lines", std::to_string(waiting.lines.size())}, {"why", why}});
}

// ---- tokens ----

namespace {

constexpr std::size_t token_digits = 56;

std::string padded(std::uint64_t number, std::size_t digits) {
    const std::string text = std::to_string(number);
    return std::string(digits - std::min(digits, text.size()), '0') + text;
}

}  // namespace

std::string event_id(const Event& event) {
    return padded(static_cast<std::uint64_t>(std::max<std::int64_t>(event.timestamp_ms, 0)), 20) +
           padded(event.position, token_digits - 20);
}

std::string position_token(const std::string& prefix, segment_log::Position position) {
    return prefix + padded(position, token_digits);
}

std::optional<segment_log::Position> parse_position_token(const std::string& prefix,
                                                          const std::string& token) {
    if (!token.starts_with(prefix) || token.size() != prefix.size() + token_digits) {
        return std::nullopt;
    }
    segment_log::Position position = 0;
    const char* end = token.data() + token.size();
    const auto read = std::from_chars(token.data() + prefix.size(), end, position);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return position;
}

}  // namespace logs

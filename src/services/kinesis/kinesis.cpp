#include "services/kinesis/kinesis.h"

#include "base/ids.h"
#include "services/kinesis/describe.h"
#include "services/kinesis/faults.h"
#include "services/kinesis/stored_record.h"

namespace kinesis {
namespace {

constexpr const aws::Operation* operations[] = {AWS_LIST_OPERATIONS(KINESIS_OPERATIONS)};
constexpr const aws::ResourceType* resources[] = {AWS_LIST_RESOURCES(KINESIS_RESOURCES)};

struct ArnParts {
    std::string region;
    std::string account;
    std::string name;
};

// "arn:aws:kinesis:REGION:ACCOUNT:stream/NAME"; the pattern of the model is checked before.
std::optional<ArnParts> split_arn(const std::string& arn) {
    std::vector<std::string> parts;
    std::size_t at = 0;
    for (int i = 0; i < 5; ++i) {
        const std::size_t colon = arn.find(':', at);
        if (colon == std::string::npos) return std::nullopt;
        parts.push_back(arn.substr(at, colon - at));
        at = colon + 1;
    }
    constexpr std::string_view resource = "stream/";
    if (parts[2] != "kinesis" || arn.compare(at, resource.size(), resource) != 0) {
        return std::nullopt;
    }
    return ArnParts{parts[3], parts[4], arn.substr(at + resource.size())};
}

}  // namespace

const aws::ServiceModel model = {.id = "kinesis",
                                 .signing_name = "kinesis",
                                 .target_prefix = "Kinesis_20131202",
                                 .api_version = "2013-12-02",
                                 .protocol = aws::Protocol::json_1_1,
                                 .operations = operations,
                                 .resources = resources};

Kinesis::Kinesis(Options options, Environment environment)
    : options_(std::move(options)),
      environment_(environment),
      rows_(environment.store, "kinesis.streams"),
      tokens_(environment.master_key.bytes, environment.random),
      records_put_(environment.metrics.counter("datastack_kinesis_records_put_total", "",
                                               "Records made durable.")),
      bytes_put_(environment.metrics.counter("datastack_kinesis_bytes_put_total", "",
                                             "Bytes of those, data and partition keys.")),
      records_refused_(environment.metrics.counter("datastack_kinesis_records_refused_total", "",
                                                   "Records over a shard's limit.")),
      records_read_(environment.metrics.counter("datastack_kinesis_records_read_total", "",
                                                "Records given by GetRecords.")),
      bytes_read_(environment.metrics.counter("datastack_kinesis_bytes_read_total", "",
                                              "Bytes of those, data and partition keys.")) {}

Kinesis::~Kinesis() {
    stop();
}

base::Result<void> Kinesis::start() {
    TRY_VOID(base::make_directories(environment_.files, options_.directory));
    std::vector<StreamRow> found;
    TRY_VOID(rows_.scan({}, [&](std::string_view, StreamRow& row) {
        found.push_back(std::move(row));
        return true;
    }));
    for (auto& row : found) {
        const bool deleting = row.deleting;
        const std::string key = key_of(row.account, row.region, row.name);
        const std::string name = row.name;
        auto stream =
            make_stream(std::move(row), deleting ? StreamStatus::deleting : StreamStatus::active);
        if (!deleting) {
            auto log = open_log(stream->id());
            if (log) {
                stream->open(std::move(log.value()));
            } else {
                environment_.log.error("a stream's log cannot be opened; its records are refused",
                                       {{"stream", name}, {"error", log.error().describe()}});
            }
        }
        {
            base::MutexLock lock(mutex_);
            by_key_[key] = stream;
            by_id_[stream->id()] = stream;
        }
        if (deleting) destroy_later(stream, 0);
    }
    sweep_later();
    return base::ok();
}

void Kinesis::stop() {
    {
        base::MutexLock lock(life_->mutex);
        if (life_->stopped) return;
        life_->stopped = true;
    }
    std::vector<std::shared_ptr<Stream>> streams;
    {
        base::MutexLock lock(mutex_);
        if (sweep_timer_ != 0) environment_.executor.cancel(sweep_timer_);
        for (const auto& [id, stream] : by_id_)
            streams.push_back(stream);
    }
    for (const auto& stream : streams) {
        if (auto* log = stream->log()) log->stop();
    }
}

std::string Kinesis::key_of(std::string_view account, std::string_view region,
                            std::string_view name) {
    std::string key;
    key.reserve(account.size() + region.size() + name.size() + 2);
    key.append(account).push_back('\0');
    key.append(region).push_back('\0');
    key.append(name);
    return key;
}

meta_store::Key Kinesis::row_key(const StreamRow& row) {
    return {row.account, row.region, row.name};
}

std::shared_ptr<Stream> Kinesis::make_stream(StreamRow row, StreamStatus status) {
    std::shared_ptr<ports::Meter> meter;
    if (environment_.publisher != nullptr) {
        meter = environment_.publisher->meter(
            {row.account, row.region, "AWS/Kinesis", "StreamName", row.name}, measures);
    }
    auto stream = std::make_shared<Stream>(std::move(row), status, options_.aws_limits);
    stream->measure_with(std::move(meter));
    return stream;
}

std::string Kinesis::directory_of(const std::string& id) const {
    return options_.directory + "/" + id;
}

base::Result<std::unique_ptr<segment_log::SegmentLog>> Kinesis::open_log(const std::string& id) {
    segment_log::Options options;
    options.directory = directory_of(id);
    options.relaxed_durability = options_.relaxed_durability;
    return segment_log::SegmentLog::open(
        std::move(options), {environment_.files, environment_.clock, environment_.random,
                             environment_.executor, environment_.log, environment_.master_key});
}

aws::Reply<std::shared_ptr<Stream>> Kinesis::find(const aws::Call& call,
                                                  const StreamTarget& target) {
    if (target.stream_arn) {
        TRY(stream, find_arn(call, *target.stream_arn));
        if (target.stream_name && stream->state()->row.name != *target.stream_name) {
            return faults::invalid_argument("StreamARN and StreamName name different streams.");
        }
        return stream;
    }
    if (!target.stream_name) {
        return faults::invalid_argument("Either StreamARN or StreamName should be provided.");
    }
    base::MutexLock lock(mutex_);
    const auto at = by_key_.find(key_of(call.account(), call.region, *target.stream_name));
    if (at == by_key_.end()) return faults::stream_not_found(*target.stream_name, call.account());
    return at->second;
}

aws::Reply<std::shared_ptr<Stream>> Kinesis::find_arn(const aws::Call& call,
                                                      const std::string& arn) {
    const auto parts = split_arn(arn);
    if (!parts) return faults::invalid_argument("The ARN " + arn + " is not a stream's.");
    // Nothing of another account or region is reachable from here.
    if (parts->account != call.account() || parts->region != call.region) {
        return faults::stream_not_found(parts->name, parts->account);
    }
    StreamTarget target;
    target.stream_name = parts->name;
    return find(call, target);
}

aws::Reply<std::shared_ptr<Stream>> Kinesis::find_active(const aws::Call& call,
                                                         const StreamTarget& target) {
    TRY(stream, find(call, target));
    const auto state = stream->state();
    if (state->status != StreamStatus::active) {
        return faults::stream_not_found(state->row.name, state->row.account);
    }
    return stream;
}

std::shared_ptr<Stream> Kinesis::by_id(const std::string& id) const {
    base::MutexLock lock(mutex_);
    const auto at = by_id_.find(id);
    return at == by_id_.end() ? nullptr : at->second;
}

std::shared_ptr<Stream> Kinesis::find_id(const aws::Call& call, const std::string& id) {
    auto stream = by_id(id);
    if (!stream) return nullptr;
    const auto state = stream->state();
    if (state->row.account != call.account() || state->row.region != call.region) return nullptr;
    return stream;
}

std::vector<std::shared_ptr<Stream>> Kinesis::list(const aws::Call& call) {
    const std::string prefix = key_of(call.account(), call.region, "");
    std::vector<std::shared_ptr<Stream>> streams;
    base::MutexLock lock(mutex_);
    for (auto at = by_key_.lower_bound(prefix);
         at != by_key_.end() && at->first.starts_with(prefix); ++at) {
        streams.push_back(at->second);
    }
    return streams;
}

aws::Reply<void> Kinesis::reserve(const StreamRow& row, std::int64_t shard_count,
                                  std::shared_ptr<Stream> stream) {
    const std::string key = key_of(row.account, row.region, row.name);
    const std::string scope = key_of(row.account, row.region, "");
    base::MutexLock lock(mutex_);
    if (by_key_.contains(key)) return faults::stream_exists(row.name, row.account);
    std::int64_t shards = 0;
    std::int64_t on_demand = 0;
    for (auto at = by_key_.lower_bound(scope); at != by_key_.end() && at->first.starts_with(scope);
         ++at) {
        const auto state = at->second->state();
        if (state->row.on_demand) {
            ++on_demand;
        } else {
            shards += static_cast<std::int64_t>(state->row.shards.size());
        }
    }
    if (row.on_demand && on_demand >= on_demand_streams_max) {
        return faults::limit_exceeded(
            "This request would exceed the on-demand stream limit for the account " + row.account +
            " in " + row.region + ". Current on-demand stream count for the account: " +
            std::to_string(on_demand) + ". Limit: " + std::to_string(on_demand_streams_max) + ".");
    }
    if (!row.on_demand && shards + shard_count > shards_max) {
        return faults::limit_exceeded(
            "This request would exceed the shard limit for the account " + row.account + " in " +
            row.region + ". Current shard count for the account: " + std::to_string(shards) +
            ". Limit: " + std::to_string(shards_max) +
            ". Number of additional shards that would have resulted from this request: " +
            std::to_string(shard_count) +
            ". Refer to the AWS Service Limits page "
            "(https://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current "
            "limits and how to request higher limits.");
    }
    by_key_[key] = stream;
    by_id_[stream->id()] = stream;
    return base::ok();
}

void Kinesis::forget(const Stream& stream) {
    const auto state = stream.state();
    base::MutexLock lock(mutex_);
    by_key_.erase(key_of(state->row.account, state->row.region, state->row.name));
    by_id_.erase(stream.id());
}

void Kinesis::create(StreamRow row, std::int64_t shard_count, Done done) {
    // A count beyond the limit makes no shards: reserve refuses it.
    if (shard_count <= shards_max) row.shards = make_shards(shard_count, row.created);
    row.id = base::make_hex_id(environment_.random, 24);
    auto stream = make_stream(row, StreamStatus::creating);
    auto reserved = reserve(row, shard_count, stream);
    if (!reserved) return done(std::move(reserved));
    auto log = open_log(row.id);  // writes nothing before the first record
    if (!log) {
        forget(*stream);
        return done(faults::from(log.error()));
    }
    stream->open(std::move(log.value()));
    meta_store::Changes changes;
    changes.require_absent(rows_.key(row_key(row)));
    rows_.put(changes, row_key(row), row);
    environment_.store.commit(std::move(changes),
                              [this, stream, row = std::move(row),
                               done = std::move(done)](base::Result<void> committed) mutable {
                                  if (!committed) {
                                      stream->log()->stop();
                                      forget(*stream);
                                      done(faults::from(committed.error()));
                                      return;
                                  }
                                  stream->publish(std::move(row), StreamStatus::active);
                                  done(base::ok());
                              });
}

void Kinesis::update(std::shared_ptr<Stream> stream, Mutate mutate, Done done) {
    Stream::Update queued{std::move(mutate), std::move(done)};
    switch (stream->enqueue(queued)) {
        case Stream::Enqueued::run:
            run_updates(std::move(stream));
            break;
        case Stream::Enqueued::queued:
            break;
        case Stream::Enqueued::full:
            queued.done(faults::limit_exceeded("Too many changes of this stream are waiting."));
            break;
    }
}

// Runs queued updates until one has to wait for the disk, whose completion goes on here.
void Kinesis::run_updates(std::shared_ptr<Stream> stream) {
    while (auto update = stream->next_update()) {
        const auto state = stream->state();
        if (state->status != StreamStatus::active) {
            update->done(faults::stream_not_active(state->row.name, state->row.account,
                                                   to_string(state->status)));
            continue;
        }
        StreamRow row = state->row;
        auto changed = update->mutate(row);
        if (!changed) {
            update->done(std::move(changed.error()));
            continue;
        }
        if (!changed.value()) {
            update->done(base::ok());
            continue;
        }
        meta_store::Changes changes;
        rows_.put(changes, row_key(row), row);
        environment_.store.commit(std::move(changes), [this, stream, row = std::move(row),
                                                       done = std::move(update->done)](
                                                          base::Result<void> committed) mutable {
            if (committed) {
                const auto status = row.deleting ? StreamStatus::deleting : StreamStatus::active;
                stream->publish(std::move(row), status);
                done(base::ok());
            } else {
                done(faults::from(committed.error()));
            }
            run_updates(std::move(stream));
        });
        return;
    }
}

void Kinesis::remove(std::shared_ptr<Stream> stream, Done done) {
    update(
        stream,
        [](StreamRow& row) -> aws::Reply<bool> {
            row.deleting = true;
            return true;
        },
        [this, stream, done = std::move(done)](aws::Reply<void> marked) mutable {
            if (marked) destroy_later(stream, 0);
            done(std::move(marked));
        });
}

void Kinesis::count_put(std::size_t records, std::size_t bytes, std::size_t refused) {
    records_put_.add(records);
    bytes_put_.add(bytes);
    if (refused != 0) records_refused_.add(refused);
}

void Kinesis::count_read(std::size_t records, std::size_t bytes) {
    records_read_.add(records);
    bytes_read_.add(bytes);
}

}  // namespace kinesis

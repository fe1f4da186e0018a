#include "services/firehose/firehose.h"

#include "base/ids.h"
#include "services/firehose/faults.h"

namespace firehose {
namespace {

constexpr const aws::Operation* operations[] = {AWS_LIST_OPERATIONS(FIREHOSE_OPERATIONS)};
constexpr const aws::ResourceType* resources[] = {AWS_LIST_RESOURCES(FIREHOSE_RESOURCES)};

}  // namespace

const aws::ServiceModel model = {.id = "firehose",
                                 .signing_name = "firehose",
                                 .target_prefix = "Firehose_20150804",
                                 .api_version = "2015-08-04",
                                 .protocol = aws::Protocol::json_1_1,
                                 .operations = operations,
                                 .resources = resources};

const char* to_string(Status status) {
    switch (status) {
        case Status::creating:
            return "CREATING";
        case Status::active:
            return "ACTIVE";
        case Status::deleting:
            return "DELETING";
    }
    return "";
}

Firehose::Firehose(Options options, Environment environment)
    : options_(std::move(options)),
      environment_(environment),
      rows_(environment.store, "firehose.streams"),
      checkpoints_(Delivery::checkpoints(environment.store)) {}

Firehose::~Firehose() {
    stop();
}

std::string Firehose::key_of(std::string_view account, std::string_view region,
                             std::string_view name) {
    std::string key;
    key.append(account).push_back('\0');
    key.append(region).push_back('\0');
    key.append(name);
    return key;
}

meta_store::Key Firehose::row_key(const DeliveryStreamRow& row) {
    return {row.account, row.region, row.name};
}

std::string Firehose::directory_of(const std::string& id) const {
    return options_.directory + "/" + id;
}

DeliveryEnvironment Firehose::delivery_environment() {
    auto& metrics = environment_.metrics;
    return {environment_.clock,
            environment_.random,
            environment_.executor,
            environment_.log,
            environment_.store,
            environment_.objects,
            environment_.logs,
            metrics.counter("datastack_firehose_records_delivered_total", "",
                            "Records in delivered objects."),
            metrics.counter("datastack_firehose_bytes_delivered_total", "",
                            "Bytes of those before compression."),
            metrics.counter("datastack_firehose_objects_delivered_total", "", "Objects delivered."),
            metrics.counter("datastack_firehose_delivery_failures_total", "",
                            "Deliveries that failed and are retried."),
            nullptr};
}

base::Result<void> Firehose::start() {
    TRY_VOID(base::make_directories(environment_.files, options_.directory));
    std::vector<DeliveryStreamRow> found;
    TRY_VOID(rows_.scan({}, [&](std::string_view, DeliveryStreamRow& row) {
        found.push_back(std::move(row));
        return true;
    }));
    for (auto& row : found) {
        const std::string name = row.name;
        const auto restored = restore(std::move(row));
        if (!restored) {
            environment_.log.error(
                "a delivery stream cannot be restored; it does not deliver",
                {{"delivery_stream", name}, {"error", restored.error().describe()}});
        }
    }
    return base::ok();
}

base::Result<void> Firehose::restore(DeliveryStreamRow row) {
    const bool deleting = row.deleting;
    TRY(plan, DeliveryPlan::make(std::move(row), environment_.files));
    auto stream =
        std::make_shared<DeliveryStream>(plan, deleting ? Status::deleting : Status::active);
    {
        base::MutexLock lock(mutex_);
        by_key_[key_of(plan->row.account, plan->row.region, plan->row.name)] = stream;
    }
    if (deleting) {
        destroy_later(stream, 0);
        return base::ok();
    }
    TRY(checkpoint, checkpoints_.get({plan->row.id}));
    if (!checkpoint) {
        return base::Error{base::ErrorKind::corrupt, "the checkpoint is missing", plan->row.id};
    }
    TRY_VOID(open(*stream, static_cast<Position>(checkpoint->position)));
    stream->delivery->start();
    return base::ok();
}

// Make the log and the delivery; nothing is written and nothing begins yet.
base::Result<void> Firehose::open(DeliveryStream& stream, Position checkpoint) {
    const auto plan = stream.plan();
    if (environment_.publisher != nullptr) {
        stream.meter =
            environment_.publisher->meter({plan->row.account, plan->row.region, "AWS/Firehose",
                                           "DeliveryStreamName", plan->row.name},
                                          measures);
    }
    std::unique_ptr<Source> source;
    if (plan->row.source_stream_arn.empty()) {
        segment_log::Options options;
        options.directory = directory_of(plan->row.id);
        options.relaxed_durability = options_.relaxed_durability;
        TRY(log, segment_log::SegmentLog::open(
                     std::move(options),
                     {environment_.files, environment_.clock, environment_.random,
                      environment_.executor, environment_.log, environment_.master_key}));
        stream.log = std::move(log);
        source = make_direct_source(stream.log);
    } else {
        source = make_stream_source(environment_.streams, plan->row.source_stream_arn,
                                    plan->row.source_stream_id, "firehose/" + plan->row.id);
    }
    DeliveryEnvironment environment = delivery_environment();
    environment.meter = stream.meter;
    stream.delivery =
        std::make_shared<Delivery>(std::move(environment), plan, std::move(source), checkpoint);
    return base::ok();
}

void Firehose::stop() {
    {
        base::MutexLock lock(life_->mutex);
        if (life_->stopped) return;
        life_->stopped = true;
    }
    std::vector<std::shared_ptr<DeliveryStream>> streams;
    {
        base::MutexLock lock(mutex_);
        for (const auto& [key, stream] : by_key_)
            streams.push_back(stream);
    }
    for (const auto& stream : streams) {
        if (stream->delivery) stream->delivery->stop();
        if (stream->log) stream->log->stop();
    }
}

aws::Reply<std::shared_ptr<DeliveryStream>> Firehose::find(const aws::Call& call,
                                                           const std::string& name) const {
    base::MutexLock lock(mutex_);
    const auto at = by_key_.find(key_of(call.account(), call.region, name));
    if (at == by_key_.end()) return faults::not_found(name, call.account());
    return at->second;
}

aws::Reply<std::shared_ptr<DeliveryStream>> Firehose::find_direct(const aws::Call& call,
                                                                  const std::string& name) const {
    TRY(stream, find(call, name));
    if (!stream->plan()->row.source_stream_arn.empty()) {
        return faults::invalid_argument(
            "This operation is not permitted on KinesisStreamAsSource delivery stream type.");
    }
    if (stream->status() != Status::active) return faults::not_found(name, call.account());
    if (!stream->log) {
        return faults::from(
            {base::ErrorKind::internal, "the delivery stream's log could not be opened", name});
    }
    return stream;
}

std::vector<std::shared_ptr<DeliveryStream>> Firehose::list(const aws::Call& call) const {
    const std::string prefix = key_of(call.account(), call.region, "");
    std::vector<std::shared_ptr<DeliveryStream>> streams;
    base::MutexLock lock(mutex_);
    for (auto at = by_key_.lower_bound(prefix);
         at != by_key_.end() && at->first.starts_with(prefix); ++at) {
        streams.push_back(at->second);
    }
    return streams;
}

aws::Reply<void> Firehose::reserve(std::shared_ptr<DeliveryStream> stream) {
    const auto plan = stream->plan();
    const std::string key = key_of(plan->row.account, plan->row.region, plan->row.name);
    const std::string scope = key_of(plan->row.account, plan->row.region, "");
    base::MutexLock lock(mutex_);
    if (by_key_.contains(key)) return faults::exists(plan->row.name, plan->row.account);
    std::size_t count = 0;
    for (auto at = by_key_.lower_bound(scope); at != by_key_.end() && at->first.starts_with(scope);
         ++at) {
        ++count;
    }
    if (count >= delivery_streams_max) {
        return faults::limit_exceeded("You have already consumed your Firehose quota of " +
                                      std::to_string(delivery_streams_max) +
                                      " streams. Stream names: none more can be made.");
    }
    by_key_[key] = std::move(stream);
    return base::ok();
}

void Firehose::forget(const DeliveryStream& stream) {
    const auto plan = stream.plan();
    base::MutexLock lock(mutex_);
    by_key_.erase(key_of(plan->row.account, plan->row.region, plan->row.name));
}

void Firehose::create(DeliveryStreamRow row, Done done) {
    row.id = base::make_hex_id(environment_.random, 24);
    row.created = now();
    Position begin = 0;
    if (!row.source_stream_arn.empty()) {
        // The end of the stream now: fixed here, so that nothing after this call is missed.
        const auto source = environment_.streams.find_stream(row.source_stream_arn);
        if (!source) return done(faults::source_not_found(row.source_stream_arn));
        row.source_stream_id = source.value().id;
        begin = source.value().end;
    }
    auto plan = DeliveryPlan::make(std::move(row), environment_.files);
    if (!plan) return done(faults::invalid_argument(plan.error().message));
    auto stream = std::make_shared<DeliveryStream>(plan.value(), Status::creating);
    auto reserved = reserve(stream);
    if (!reserved) return done(std::move(reserved));
    const auto opened = open(*stream, begin);
    if (!opened) {
        forget(*stream);
        return done(faults::from(opened.error()));
    }
    const auto& made = plan.value()->row;
    meta_store::Changes changes;
    changes.require_absent(rows_.key(row_key(made)));
    rows_.put(changes, row_key(made), made);
    checkpoints_.put(changes, {made.id}, {static_cast<std::int64_t>(begin)});
    environment_.store.commit(std::move(changes),
                              [this, stream, plan = plan.value(),
                               done = std::move(done)](base::Result<void> committed) mutable {
                                  if (!committed) {
                                      if (stream->log) stream->log->stop();
                                      forget(*stream);
                                      done(faults::from(committed.error()));
                                      return;
                                  }
                                  stream->delivery->start();
                                  stream->publish(std::move(plan), Status::active);
                                  done(base::ok());
                              });
}

void Firehose::update(std::shared_ptr<DeliveryStream> stream,
                      std::shared_ptr<const DeliveryPlan> before, DeliveryStreamRow after,
                      Done done) {
    if (stream->status() != Status::active) {
        return done(
            faults::not_active(before->row.name, before->row.account, to_string(stream->status())));
    }
    auto plan = DeliveryPlan::make(std::move(after), environment_.files);
    if (!plan) return done(faults::invalid_argument(plan.error().message));
    const auto& row = plan.value()->row;
    meta_store::Changes changes;
    changes.require_value(
        rows_.key(row_key(row)),
        meta_store::encode_row(shape::type_of<DeliveryStreamRow>(), &before->row));
    rows_.put(changes, row_key(row), row);
    environment_.store.commit(
        std::move(changes), [stream, plan = plan.value(),
                             done = std::move(done)](base::Result<void> committed) mutable {
            if (!committed) {
                const bool changed = committed.error().kind == base::ErrorKind::unavailable;
                return done(changed ? faults::changed_meanwhile(plan->row.name)
                                    : faults::from(committed.error()));
            }
            stream->publish(plan, plan->row.deleting ? Status::deleting : Status::active);
            if (stream->delivery && !plan->row.deleting) stream->delivery->change(plan);
            done(base::ok());
        });
}

void Firehose::remove(std::shared_ptr<DeliveryStream> stream, Done done) {
    const auto plan = stream->plan();
    DeliveryStreamRow row = plan->row;
    row.deleting = true;
    update(stream, plan, std::move(row),
           [this, stream, done = std::move(done)](aws::Reply<void> marked) mutable {
               if (!marked) return done(std::move(marked));
               if (stream->delivery) {
                   // What was acknowledged gets a last chance; a missing bucket does not hold up.
                   stream->delivery->flush(
                       [this, stream](base::Result<FlushReport>) { destroy_later(stream, 0); });
               } else {
                   destroy_later(stream, 0);
               }
               done(base::ok());
           });
}

void Firehose::put(DeliveryStream& stream, const std::vector<std::string_view>& records,
                   segment_log::AppendDone done) {
    segment_log::PackedBatch batch;
    std::size_t bytes = 0;
    for (const auto record : records)
        bytes += record.size();
    batch.payloads.reserve(bytes);
    batch.heads.reserve(records.size());
    const base::Timestamp arrived = now();
    for (const auto record : records) {
        batch.heads.push_back({0, static_cast<std::uint32_t>(record.size()), arrived});
        batch.payloads.append(record);
    }
    stream.log->append_packed(std::move(batch), std::move(done));
}

}  // namespace firehose

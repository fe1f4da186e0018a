// What a delivery does with records: into a draft object, and its name with the checkpoint.
#include "services/firehose/delivery.h"
#include "wire/json.h"

namespace firehose {
namespace {

constexpr std::size_t write_bytes = 128 * 1024;  // to the object at once

// A line in the delivery stream's log, as AWS writes them for errors.
struct LogEntry {
    std::string delivery_stream_arn;
    std::string destination;
    std::int64_t version = 1;
    std::string message;
    std::optional<std::string> error_code;
    static constexpr auto members() {
        using S = LogEntry;
        return std::tuple{shape::member("deliveryStreamARN", &S::delivery_stream_arn),
                          shape::member("destination", &S::destination),
                          shape::member("deliveryStreamVersionId", &S::version),
                          shape::member("message", &S::message),
                          shape::member("errorCode", &S::error_code)};
    }
};

}  // namespace

// One piece from the source into the draft.
base::Result<Delivery::Filled> Delivery::fill() {
    auto read = source_->read(buffer_.until(), piece_records_max, piece_bytes_max);
    if (!read && read.error().kind == base::ErrorKind::not_found) {
        // The stream was deleted: what was read of it is delivered, then this delivery rests.
        environment_.log.warn("the source stream was deleted",
                              {{"delivery_stream", plan_->row.name}});
        source_gone_ = true;
        return Filled::at_end;
    }
    TRY(batch, std::move(read));
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;
    for (const auto& record : batch.records) {
        TRY_VOID(add(record));
        ++records;
        bytes += record.data.size();
        if (!buffer_.full(plan_->hints)) continue;
        measure_read(records, bytes, record.arrived, false);
        return Filled::due;
    }
    if (records != 0) measure_read(records, bytes, batch.records.back().arrived, batch.at_end);
    buffer_.skip_to(batch.next);
    return batch.at_end ? Filled::at_end : Filled::more;
}

base::Result<void> Delivery::add(const SourceRecord& record) {
    if (!draft_.writer) {
        draft_.writer = environment_.objects.writer();
        if (plan_->gzip()) draft_.gzip.emplace();
    }
    const bool delimiter = plan_->row.destination.append_delimiter;
    if (draft_.gzip) {
        draft_.gzip->write(record.data, draft_.ready);
        if (delimiter) draft_.gzip->write("\n", draft_.ready);
    } else {
        draft_.ready.append(record.data);
        if (delimiter) draft_.ready.push_back('\n');
    }
    buffer_.add(record, record.data.size() + (delimiter ? 1 : 0), environment_.clock.now());
    if (draft_.ready.size() < write_bytes) return base::ok();
    TRY_VOID(draft_.writer->write(draft_.ready));
    draft_.ready.clear();
    return base::ok();
}

// End the draft; the bytes become durable, then get their name.
void Delivery::commit() {
    {
        base::MutexLock lock(mutex_);
        phase_ = Phase::committing;
        phase_changed_.notify_all();
    }
    if (draft_.gzip) draft_.gzip->finish(draft_.ready);
    if (!draft_.ready.empty()) {
        const auto written = draft_.writer->write(draft_.ready);
        if (!written) return put_failed(written.error());
    }
    // The writer ends here; it lives until its answer came.
    auto writer =
        std::make_shared<std::unique_ptr<object_store::ObjectWriter>>(std::move(draft_.writer));
    (*writer)->finish([self = shared_from_this(), writer](auto prepared) {
        if (!prepared) return self->put_failed(prepared.error());
        self->name_object(std::move(prepared.value()));
    });
}

void Delivery::name_object(std::unique_ptr<object_store::PreparedObject> prepared) {
    const auto bucket = environment_.objects.find_bucket(plan_->bucket);
    if (!bucket) return put_failed(bucket.error());
    if (bucket.value().account != plan_->row.account) {
        return put_failed(
            {base::ErrorKind::invalid, "the bucket belongs to another account", plan_->bucket});
    }
    const std::string key = plan_->object_key(buffer_.oldest(), environment_.random);
    // The checkpoint moves from where we think it is, or nothing happens.
    const auto signed_position = [](Position position) {
        return CheckpointRow{static_cast<std::int64_t>(position)};
    };
    const meta_store::Key at{plan_->row.id};
    const CheckpointRow before = signed_position(checkpoint_);
    meta_store::Changes changes;
    changes.require_value(checkpoints_.key(at),
                          meta_store::encode_row(shape::type_of<CheckpointRow>(), &before));
    checkpoints_.put(changes, at, signed_position(buffer_.until()));
    object_store::ObjectProperties properties;
    properties.content_type = "application/octet-stream";
    environment_.objects.commit(
        plan_->bucket, key, std::move(prepared), std::move(properties), {}, std::move(changes),
        [self = shared_from_this(), key](auto info) { self->committed(key, std::move(info)); });
}

void Delivery::committed(const std::string& key, base::Result<object_store::ObjectInfo> info) {
    if (!info) return put_failed(info.error());
    attempts_ = 0;
    const Buffer delivered = buffer_;
    checkpoint_ = delivered.until();
    reset(checkpoint_);
    bool stopping = false;
    {
        base::MutexLock lock(mutex_);
        stopping = stopping_;
        if (!stopping) source_->keep_from(checkpoint_);
    }
    if (!stopping) source_->trim(checkpoint_);
    environment_.records.add(delivered.records());
    environment_.bytes.add(delivered.bytes());
    environment_.delivered_objects.add();
    measure({measured(Measure::delivered_bytes, info.value().size_bytes),
             measured(Measure::delivered_freshness, age_s(delivered)),
             measured(Measure::delivered_objects, std::uint64_t{1}),
             measured(Measure::delivered_records, delivered.records()),
             measured(Measure::delivered_success, std::uint64_t{1})});
    write_log_line("Delivered " + std::to_string(delivered.records()) + " records, " +
                       std::to_string(delivered.bytes()) + " bytes, as " +
                       std::to_string(info.value().size_bytes) + " bytes to s3://" + plan_->bucket +
                       "/" + key,
                   {});
    for (auto& waiter : waiters_) {
        waiter.report.objects += 1;
        waiter.report.records += delivered.records();
        waiter.report.bytes += delivered.bytes();
    }
    answer_reached_flushes();
    next_turn();
}

// Of its oldest record: everything older is delivered.
double Delivery::age_s(const Buffer& buffer) const {
    const std::int64_t age_ms = environment_.clock.now().ms - buffer.oldest().ms;
    return static_cast<double>(std::max<std::int64_t>(age_ms, 0)) / 1000;
}

void Delivery::put_failed(const base::Error& error) {
    measure({measured(Measure::delivered_success, std::uint64_t{0}),
             measured(Measure::delivered_freshness, age_s(buffer_))});
    failed(error);
}

void Delivery::measure(std::initializer_list<ports::Observation> observations) const {
    if (!environment_.meter) return;
    environment_.meter->observe(environment_.clock.now(),
                                {observations.begin(), observations.size()});
}

// Of a Kinesis stream; what is behind its last record is not known, but not older than it.
void Delivery::measure_read(std::uint64_t records, std::uint64_t bytes, base::Timestamp newest,
                            bool at_end) const {
    if (plan_->row.source_stream_arn.empty()) return;
    const std::int64_t behind_ms = at_end ? 0 : environment_.clock.now().ms - newest.ms;
    measure({measured(Measure::read_bytes, bytes), measured(Measure::read_records, records),
             measured(Measure::behind_latest,
                      static_cast<double>(std::max<std::int64_t>(behind_ms, 0)))});
}

void Delivery::write_failure_line(const base::Error& error) {
    switch (error.kind) {
        case base::ErrorKind::not_found:
            write_log_line(
                "The specified bucket does not exist. Modify the configuration of your "
                "Firehose stream to specify the correct bucket.",
                "S3.NoSuchBucket");
            break;
        case base::ErrorKind::invalid:
            write_log_line("Access was denied: " + error.message + ".", "S3.AccessDenied");
            break;
        default:
            write_log_line("The delivery failed and is retried: " + error.message + ".",
                           "S3.InternalServerError");
    }
}

void Delivery::write_log_line(const std::string& message, std::optional<std::string> error_code) {
    const DestinationRow& to = plan_->row.destination;
    if (!to.logging || to.log_group.empty() || to.log_stream.empty()) return;
    const LogEntry entry{plan_->arn, to.bucket_arn, plan_->row.version, message,
                         std::move(error_code)};
    environment_.logs.write(plan_->row.account, plan_->row.region, to.log_group, to.log_stream,
                            {{environment_.clock.now(), wire::encode_json(entry)}});
}

}  // namespace firehose

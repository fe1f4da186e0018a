// Running one execution, from QUEUED to its end.
#include "services/athena/athena.h"
#include "services/athena/plan.h"
#include "services/athena/result_file.h"
#include "services/athena/statements.h"

namespace athena {

namespace {

constexpr std::size_t buffer_bytes_target = 256 * 1024;

std::vector<ColumnRow> column_rows(const std::vector<sql_engine::ResultColumn>& columns) {
    std::vector<ColumnRow> out;
    for (const sql_engine::ResultColumn& column : columns) {
        auto info = athena_sql::column_type_info(column.type);
        out.push_back(
            {column.name, std::move(info.name), info.precision, info.scale, info.case_sensitive});
    }
    return out;
}

// What the engine would read: all of each object on its lists.
std::uint64_t listed_bytes(const sql_engine::QueryPlan& plan) {
    std::uint64_t bytes = 0;
    for (const sql_engine::Scan& scan : plan.scans) {
        for (const sql_engine::ScanObject& object : scan.objects)
            bytes += object.size_bytes;
    }
    return bytes;
}

object_store::ObjectProperties properties_of(const char* content_type) {
    object_store::ObjectProperties properties;
    properties.content_type = content_type;
    return properties;
}

}  // namespace

// Rows of one query, into its result object.
class Athena::Sink final : public sql_engine::ResultSink {
  public:
    Sink(Athena& athena, ExecutionPtr execution, std::unique_ptr<object_store::ObjectWriter> writer,
         std::string header)
        : athena_(athena),
          execution_(std::move(execution)),
          writer_(std::move(writer)),
          buffer_(std::move(header)) {}

    base::Result<void> rows(const sql_engine::ResultBatch& batch) override {
        for (std::size_t row = 0; row < batch.row_count(); ++row) {
            append_csv_row(buffer_, batch, row);
            if (buffer_.size() >= buffer_bytes_target) {
                TRY_VOID(flush());
            }
        }
        return base::ok();
    }

    void finish(const sql_engine::QueryEnd& end) override {
        {
            base::MutexLock lock(execution_->mutex);
            StatisticsRow& statistics = execution_->row.statistics;
            statistics.scanned_bytes = static_cast<std::int64_t>(end.statistics.bytes_scanned);
            statistics.engine_ms = end.statistics.engine_ms;
            statistics.queue_ms += end.statistics.queued_ms;
        }
        if (write_error_) {
            athena_.fail(execution_, result_failure(*write_error_));
            return;
        }
        if (end.failure) {
            athena_.fail(execution_, failure_of(*end.failure));
            return;
        }
        if (const auto flushed = flush(); !flushed) {
            athena_.fail(execution_, result_failure(flushed.error()));
            return;
        }
        writer_->finish([&athena = athena_, execution = execution_](
                            base::Result<std::unique_ptr<object_store::PreparedObject>> result) {
            if (!result) {
                athena.fail(execution, result_failure(result.error()));
                return;
            }
            athena.finish_with_object(execution, std::move(result.value()));
        });
    }

  private:
    base::Result<void> flush() {
        auto written = writer_->write(buffer_);
        buffer_.clear();
        if (!written) write_error_ = written.error();
        return written;
    }

    Athena& athena_;
    ExecutionPtr execution_;
    std::unique_ptr<object_store::ObjectWriter> writer_;
    std::string buffer_;
    std::optional<base::Error> write_error_;
};

void Athena::run(const ExecutionPtr& execution) {
    if (execution->cancelled.load()) {
        fail(execution, cancelled_failure());
        return;
    }
    meta_store::Changes changes;
    {
        base::MutexLock lock(execution->mutex);
        ExecutionRow& row = execution->row;
        row.state = state_running;
        row.statistics.queue_ms =
            std::max<std::int64_t>(environment_.clock.now().ms - row.submitted.ms, 0);
        put_state(changes, execution->scope, row);
    }
    environment_.store.commit(
        std::move(changes), [&log = environment_.log](base::Result<void> stored) {
            if (stored) return;
            log.warn("athena: a state could not be stored", {{"error", stored.error().describe()}});
        });
    if (std::holds_alternative<athena_sql::QueryPtr>(execution->statement)) {
        run_query(execution);
    } else {
        run_ddl(execution);
    }
}

void Athena::run_query(const ExecutionPtr& execution) {
    const base::Timestamp now = environment_.clock.now();
    const ExecutionRow asked = row_of(execution);
    const PlanRequest request{*std::get<athena_sql::QueryPtr>(execution->statement),
                              execution->text,
                              execution->scope,
                              asked.database,
                              now,
                              execution->cancelled};
    auto planned = plan_query(request, environment_.catalog, environment_.objects);
    if (!planned) {
        fail(execution, planned.error());
        return;
    }
    sql_engine::QueryPlan& plan = planned.value();
    plan.limits = options_.limits;
    if (asked.scanned_bytes_max &&
        listed_bytes(plan) > static_cast<std::uint64_t>(*asked.scanned_bytes_max)) {
        fail(execution, cut_off_failure());
        return;
    }
    std::string header;
    {
        base::MutexLock lock(execution->mutex);
        execution->row.columns = column_rows(plan.result_columns);
        execution->row.statistics.planning_ms =
            std::max<std::int64_t>(environment_.clock.now().ms - now.ms, 0);
        append_csv_header(header, execution->row.columns);
    }
    auto sink =
        std::make_shared<Sink>(*this, execution, environment_.objects.writer(), std::move(header));
    const sql_engine::QueryId id = environment_.engine.run(std::move(plan), std::move(sink));
    base::MutexLock lock(execution->mutex);
    execution->query = id;
    // Cancelled before the id was known to whoever cancelled.
    if (execution->cancelled.load()) environment_.engine.cancel(id);
}

void Athena::run_ddl(const ExecutionPtr& execution) {
    const base::Timestamp now = environment_.clock.now();
    const StatementContext context{environment_.catalog,
                                   environment_.objects,
                                   execution->scope,
                                   row_of(execution).database,
                                   now,
                                   execution->cancelled};
    auto output = run_statement(context, execution->statement);
    if (!output) {
        fail(execution, output.error());
        return;
    }
    {
        base::MutexLock lock(execution->mutex);
        execution->row.columns = std::move(output.value().columns);
        execution->row.statistics.engine_ms =
            std::max<std::int64_t>(environment_.clock.now().ms - now.ms, 0);
    }
    auto writer = std::shared_ptr<object_store::ObjectWriter>(environment_.objects.writer());
    if (const auto written = writer->write(output.value().text); !written) {
        fail(execution, result_failure(written.error()));
        return;
    }
    writer->finish([this, execution,
                    writer](base::Result<std::unique_ptr<object_store::PreparedObject>> result) {
        if (!result) {
            fail(execution, result_failure(result.error()));
            return;
        }
        finish_with_object(execution, std::move(result.value()));
    });
}

void Athena::finish_with_object(const ExecutionPtr& execution,
                                std::unique_ptr<object_store::PreparedObject> result) {
    const ExecutionRow row = row_of(execution);
    auto writer = std::shared_ptr<object_store::ObjectWriter>(environment_.objects.writer());
    if (const auto written = writer->write(result_metadata(row)); !written) {
        fail(execution, result_failure(written.error()));
        return;
    }
    writer->finish(
        [this, execution, writer, result = std::move(result), bucket = row.output_bucket,
         key = row.output_key + ".metadata"](
            base::Result<std::unique_ptr<object_store::PreparedObject>> metadata) mutable {
            if (!metadata) {
                fail(execution, result_failure(metadata.error()));
                return;
            }
            environment_.objects.commit(bucket, key, std::move(metadata.value()),
                                        properties_of("application/json"), {}, {},
                                        [this, execution, result = std::move(result)](
                                            base::Result<object_store::ObjectInfo> stored) mutable {
                                            if (!stored) {
                                                fail(execution, result_failure(stored.error()));
                                                return;
                                            }
                                            commit_result(execution, std::move(result));
                                        });
        });
}

void Athena::commit_result(const ExecutionPtr& execution,
                           std::unique_ptr<object_store::PreparedObject> result) {
    ExecutionRow row = row_of(execution);
    row.state = state_succeeded;
    set_end_times(row);
    meta_store::Changes changes;
    put_state(changes, execution->scope, row);
    const std::string bucket = row.output_bucket;
    const std::string key = row.output_key;
    const char* content_type = row.header ? "text/csv" : "text/plain";
    environment_.objects.commit(
        bucket, key, std::move(result), properties_of(content_type), {}, std::move(changes),
        [this, execution,
         row = std::move(row)](base::Result<object_store::ObjectInfo> stored) mutable {
            if (!stored) {
                fail(execution, result_failure(stored.error()));
                return;
            }
            {
                base::MutexLock lock(execution->mutex);
                execution->row = std::move(row);
            }
            ended(execution);
        });
}

void Athena::fail(const ExecutionPtr& execution, const Failure& failure) {
    const bool by_user = failure.cancelled && execution->cancelled.load();
    const Failure shown =
        failure.cancelled && !by_user
            ? Failure{"SERVER_SHUTTING_DOWN: The server was stopped before the query had ended",
                      category_system, type_engine, true}
            : failure;
    ExecutionRow row = row_of(execution);
    row.state = by_user || shown.cut_off ? state_cancelled : state_failed;
    row.reason = shown.reason;
    if (row.state == state_failed) row.failure = shown.row();
    set_end_times(row);
    meta_store::Changes changes;
    put_state(changes, execution->scope, row);
    environment_.store.commit(std::move(changes), [this, execution, row = std::move(row)](
                                                      base::Result<void> stored) mutable {
        if (!stored) {
            environment_.log.error(
                "athena: the end of an execution could not be stored",
                {{"execution", execution->id}, {"error", stored.error().describe()}});
        }
        {
            base::MutexLock lock(execution->mutex);
            execution->row = std::move(row);
        }
        ended(execution);
    });
}

void Athena::set_end_times(ExecutionRow& row) const {
    const base::Timestamp now = environment_.clock.now();
    row.completed = now;
    StatisticsRow& statistics = row.statistics;
    statistics.total_ms = std::max<std::int64_t>(now.ms - row.submitted.ms, 0);
    statistics.service_ms = std::max<std::int64_t>(
        statistics.total_ms - statistics.queue_ms - statistics.planning_ms - statistics.engine_ms,
        0);
}

void Athena::publish_metrics(const ExecutionRow& row) {
    if (!row.publishes_metrics) return;
    std::string group = row.work_group;
    {
        base::MutexLock lock(metrics_mutex_);
        if (!groups_with_metrics_.contains(group)) {
            if (groups_with_metrics_.size() < groups_with_metrics_max) {
                groups_with_metrics_.insert(group);
            } else {
                group = "others";
            }
        }
    }
    const std::string labels = "work_group=\"" + group + "\",state=\"" + row.state + "\"";
    base::Metrics& metrics = environment_.metrics;
    metrics
        .counter("datastack_athena_processed_bytes_total", labels,
                 "Bytes that executions of work groups with metrics scanned.")
        .add(static_cast<std::uint64_t>(row.statistics.scanned_bytes));
    metrics
        .histogram("datastack_athena_execution_seconds", labels,
                   "Executions of work groups with metrics, from submission to end.")
        .observe_us(static_cast<std::uint64_t>(row.statistics.total_ms) * 1000);
}

// Nothing may touch this object after the lock is gone: stop() waits for the last one to come here.
void Athena::ended(const ExecutionPtr& execution) {
    publish_metrics(row_of(execution));
    base::MutexLock lock(mutex_);
    live_.erase(execution->id);
    --running_;
    post_ready();
    all_ended_.notify_all();
}

}  // namespace athena

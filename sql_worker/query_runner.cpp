#include "query_runner.h"

#include <optional>

#include "functions.h"
#include "text.h"

namespace sql_worker {

namespace {

namespace protocol = sql_engine::protocol;
using base::ErrorKind;

// "HIVE_BAD_DATA: Error parsing …" -> code and message; false when the text has no code.
bool split_code(const std::string& text, protocol::End& end) {
    const auto colon = text.find(": ");
    if (colon == std::string::npos || colon < 3) return false;
    for (std::size_t i = 0; i < colon; ++i) {
        const char c = text[i];
        if (!(c >= 'A' && c <= 'Z') && c != '_') return false;
    }
    end.code = text.substr(0, colon);
    end.message = text.substr(colon + 2);
    return true;
}

void set_end(protocol::End& end, ErrorKind kind, const char* code, const std::string& message) {
    end.kind = static_cast<std::int64_t>(kind);
    end.code = code;
    end.message = message;
}

// DuckDB's exception types as Athena's codes (sql_engine.h, QueryPlan).
void describe_failure(const duckdb::ErrorData& error, const protocol::Query& query,
                      protocol::End& end) {
    const std::string& text = error.RawMessage();
    end.kind = static_cast<std::int64_t>(ErrorKind::invalid);
    if (split_code(text, end)) return;
    if (text.find("More than one row returned by a subquery") != std::string::npos) {
        return set_end(end, ErrorKind::invalid, "SUBQUERY_MULTIPLE_ROWS",
                       "Scalar sub-query has returned multiple rows");
    }
    switch (error.Type()) {
        case duckdb::ExceptionType::CONVERSION:
            return set_end(end, ErrorKind::invalid, "INVALID_CAST_ARGUMENT", text);
        case duckdb::ExceptionType::OUT_OF_RANGE:
            return set_end(end, ErrorKind::invalid, "NUMERIC_VALUE_OUT_OF_RANGE", text);
        case duckdb::ExceptionType::OUT_OF_MEMORY:
            return set_end(end, ErrorKind::limit, "EXCEEDED_LOCAL_MEMORY_LIMIT",
                           "Query exceeded per-node memory limit of " +
                               std::to_string(query.memory_bytes_max >> 20) + "MB");
        case duckdb::ExceptionType::INVALID_INPUT:
            return set_end(end, ErrorKind::invalid, "INVALID_FUNCTION_ARGUMENT", text);
        case duckdb::ExceptionType::INTERRUPT:
            return set_end(end, ErrorKind::unavailable, "USER_CANCELED", "Query cancelled by user");
        default:
            return set_end(end, ErrorKind::internal, "GENERIC_INTERNAL_ERROR", text);
    }
}

void append_rows(sql_engine::ResultBatch& batch, duckdb::DataChunk& chunk,
                 const std::vector<athena_sql::Type>& types, duckdb::idx_t from,
                 duckdb::idx_t count) {
    std::vector<CellFormatter> formatters;
    formatters.reserve(types.size());
    for (std::size_t i = 0; i < types.size(); ++i) {
        formatters.emplace_back(types[i], chunk.data[i], chunk.size());
    }
    for (duckdb::idx_t row = from; row < from + count; ++row) {
        for (const CellFormatter& formatter : formatters) {
            const bool null = formatter.is_null(row);
            if (!null) formatter.append(batch.text, row);
            batch.ends.push_back(static_cast<std::uint64_t>(batch.text.size()) << 1 |
                                 (null ? 1 : 0));
        }
    }
}

}  // namespace

QueryRunner::QueryRunner(os::MessageSocket& socket, std::string temporary_directory, int threads)
    : socket_(socket),
      temporary_directory_(std::move(temporary_directory)),
      threads_(threads),
      objects_(socket) {
    context_.objects = &objects_;
}

void QueryRunner::open_database(const protocol::Query& query) {
    if (database_ != nullptr && memory_bytes_max_ == query.memory_bytes_max &&
        temporary_bytes_max_ == query.temporary_bytes_max) {
        return;
    }
    database_.reset();
    duckdb::DBConfig config;
    const auto set = [&](const char* name, duckdb::Value value) {
        config.SetOptionByName(name, value);
    };
    set("threads", duckdb::Value::BIGINT(threads_));
    set("memory_limit", duckdb::Value(std::to_string(query.memory_bytes_max) + "B"));
    set("temp_directory", duckdb::Value(temporary_directory_));
    set("max_temp_directory_size", duckdb::Value(std::to_string(query.temporary_bytes_max) + "B"));
    set("autoload_known_extensions", duckdb::Value::BOOLEAN(false));
    set("autoinstall_known_extensions", duckdb::Value::BOOLEAN(false));
    set("allow_community_extensions", duckdb::Value::BOOLEAN(false));
    set("allow_unsigned_extensions", duckdb::Value::BOOLEAN(false));
    auto database = std::make_unique<duckdb::DuckDB>(nullptr, &config);
    register_scan(*database->instance, context_);
    register_functions(*database->instance);
    duckdb::Connection connection(*database);
    for (const char* setting :
         {"SET GLOBAL ieee_floating_point_ops = true", "SET GLOBAL integer_division = false",
          "SET GLOBAL scalar_subquery_error_on_multiple_rows = true",
          "SET GLOBAL preserve_insertion_order = true", "SET GLOBAL enable_external_access = false",
          "SET GLOBAL lock_configuration = true"}) {
        auto result = connection.Query(setting);
        if (result->HasError()) result->ThrowError();
    }
    memory_bytes_max_ = query.memory_bytes_max;
    temporary_bytes_max_ = query.temporary_bytes_max;
    database_ = std::move(database);
}

void QueryRunner::run(const protocol::Query& query) {
    protocol::End end;
    context_.query = &query;
    context_.bytes_scanned = 0;
    context_.rows_scanned = 0;
    context_.objects_scanned = 0;
    objects_.reset();
    try {
        execute(query, end);
    } catch (const std::bad_alloc&) {
        set_end(end, ErrorKind::limit, "EXCEEDED_LOCAL_MEMORY_LIMIT",
                "The query needs more memory than there is");
    } catch (const std::exception& problem) {
        describe_failure(duckdb::ErrorData(problem), query, end);
    }
    {
        const std::lock_guard lock(mutex_);
        running_ = nullptr;
        interrupted_ = false;
    }
    end.bytes_scanned = context_.bytes_scanned;
    end.rows_scanned = context_.rows_scanned;
    end.objects_scanned = context_.objects_scanned;
    static_cast<void>(socket_.send(protocol::pack(protocol::Message::end, end)));
}

void QueryRunner::interrupt() {
    objects_.interrupt();
    const std::lock_guard lock(mutex_);
    interrupted_ = true;
    if (running_ != nullptr) running_->Interrupt();
}

void QueryRunner::execute(const protocol::Query& query, protocol::End& end) {
    std::vector<athena_sql::Type> types;
    for (const protocol::Type& type : query.result_types) {
        auto decoded = protocol::decode_type(type);
        if (!decoded) return set_end(end, ErrorKind::internal, "GENERIC_INTERNAL_ERROR", "type");
        types.push_back(std::move(decoded.value()));
    }
    open_database(query);
    duckdb::Connection connection(*database_);
    {
        const std::lock_guard lock(mutex_);
        running_ = &connection;
        if (interrupted_) connection.Interrupt();
    }
    auto result = connection.SendQuery(query.sql);
    if (result->HasError()) return describe_failure(result->GetErrorObject(), query, end);

    sql_engine::ResultBatch batch;
    batch.column_count = types.size();
    const auto flush = [&] {
        if (batch.ends.empty()) return;
        static_cast<void>(socket_.send(
            protocol::pack(protocol::Message::batch, shape::Empty{}, protocol::pack_batch(batch))));
        batch.ends.clear();
        batch.text.clear();
    };
    while (auto chunk = result->Fetch()) {
        if (chunk->size() == 0) break;
        for (duckdb::idx_t row = 0; row < chunk->size(); ++row) {
            if (end.rows_returned == query.rows_max) {
                flush();
                return set_end(
                    end, ErrorKind::limit, "EXCEEDED_RESULT_ROWS_LIMIT",
                    "The result has more than " + std::to_string(query.rows_max) + " rows");
            }
            append_rows(batch, *chunk, types, row, 1);
            ++end.rows_returned;
            if (batch.row_count() >= sql_engine::batch_rows_max ||
                batch.text.size() >= sql_engine::batch_bytes_target) {
                flush();
            }
        }
    }
    if (result->HasError()) return describe_failure(result->GetErrorObject(), query, end);
    flush();
}

}  // namespace sql_worker

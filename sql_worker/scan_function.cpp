#include "scan_function.h"

#include <duckdb/main/extension/extension_loader.hpp>

#include "athena_sql/types.h"
#include "json_rows.h"
#include "line_reader.h"

namespace sql_worker {

namespace {

namespace protocol = sql_engine::protocol;
using sql_engine::ColumnSource;

struct FunctionInfo final : duckdb::TableFunctionInfo {
    explicit FunctionInfo(QueryContext& c) : context(c) {}
    QueryContext& context;
};

struct BindData final : duckdb::TableFunctionData {
    QueryContext* context = nullptr;
    std::size_t index = 0;
    const protocol::TableScan* scan = nullptr;
    duckdb::vector<duckdb::LogicalType> types;
};

struct GlobalState final : duckdb::GlobalTableFunctionState {
    std::atomic<std::size_t> next_object{0};
    std::size_t objects = 0;
    duckdb::vector<duckdb::column_t> columns;  // of the scan, per output
    duckdb::idx_t MaxThreads() const override { return std::max<std::size_t>(objects, 1); }
};

// A column that has one value for a whole object.
struct ConstantColumn {
    std::size_t output = 0;
    std::size_t column = 0;
    duckdb::Value value;
};

struct LocalState final : duckdb::LocalTableFunctionState {
    std::unique_ptr<JsonRows> rows;
    std::vector<ConstantColumn> constants;
    std::size_t object = 0;
    std::unique_ptr<OpenObject> open;
    std::unique_ptr<LineReader> lines;
};

duckdb::LogicalType logical_type(const protocol::Type& type) {
    auto decoded = protocol::decode_type(type);
    if (!decoded) throw duckdb::InternalException("a column of an unknown type");
    return duckdb::TransformStringToLogicalType(athena_sql::duckdb_name(decoded.value()));
}

duckdb::unique_ptr<duckdb::FunctionData> bind(duckdb::ClientContext&,
                                              duckdb::TableFunctionBindInput& input,
                                              duckdb::vector<duckdb::LogicalType>& types,
                                              duckdb::vector<std::string>& names) {
    auto data = duckdb::make_uniq<BindData>();
    data->context = &input.info->Cast<FunctionInfo>().context;
    data->index = static_cast<std::size_t>(input.inputs[0].GetValue<std::int64_t>());
    const auto& scans = data->context->query->scans;
    if (data->index >= scans.size()) throw duckdb::BinderException("no such scan");
    data->scan = &scans[data->index];
    if (data->scan->format != static_cast<std::int64_t>(sql_engine::Format::json)) {
        throw duckdb::InvalidInputException(
            "NOT_SUPPORTED: Only tables of JSON lines can be read so far");
    }
    for (std::size_t i = 0; i < data->scan->columns.size(); ++i) {
        names.push_back("c" + std::to_string(i));
        types.push_back(logical_type(data->scan->columns[i].type));
    }
    if (types.empty()) {
        names.push_back("c0");
        types.push_back(duckdb::LogicalType::BOOLEAN);
    }
    data->types = types;
    return data;
}

duckdb::unique_ptr<duckdb::GlobalTableFunctionState> init_global(
    duckdb::ClientContext&, duckdb::TableFunctionInitInput& input) {
    auto state = duckdb::make_uniq<GlobalState>();
    state->objects = input.bind_data->Cast<BindData>().scan->objects.size();
    state->columns = input.column_ids;
    return state;
}

duckdb::unique_ptr<duckdb::LocalTableFunctionState> init_local(
    duckdb::ExecutionContext&, duckdb::TableFunctionInitInput& input,
    duckdb::GlobalTableFunctionState*) {
    const auto& bound = input.bind_data->Cast<BindData>();
    auto state = duckdb::make_uniq<LocalState>();
    std::vector<FieldColumn> fields;
    for (std::size_t output = 0; output < input.column_ids.size(); ++output) {
        const auto column = input.column_ids[output];
        if (column >= bound.scan->columns.size()) {  // c0 of a scan without columns, row ids
            const auto& type =
                column < bound.types.size() ? bound.types[column] : duckdb::LogicalType::BIGINT;
            state->constants.push_back({output, column, duckdb::Value(type)});
            continue;
        }
        const protocol::Column& described = bound.scan->columns[column];
        if (described.source == static_cast<std::int64_t>(ColumnSource::field)) {
            fields.push_back({output, described.name, described.field, bound.types[column]});
        } else {
            state->constants.push_back({output, column, duckdb::Value(bound.types[column])});
        }
    }
    state->rows = std::make_unique<JsonRows>(*bound.scan, std::move(fields));
    return state;
}

duckdb::Value constant_value(const protocol::TableScan& scan, const protocol::Column& column,
                             const protocol::Object& object, const duckdb::LogicalType& type) {
    switch (static_cast<ColumnSource>(column.source)) {
        case ColumnSource::partition: {
            const auto& values =
                scan.partitions.at(static_cast<std::size_t>(object.partition)).values;
            const auto& text = values.at(static_cast<std::size_t>(column.position));
            if (!text) return duckdb::Value(type);
            duckdb::Value value(*text);
            if (!value.DefaultTryCastAs(type, true)) {
                throw duckdb::InvalidInputException(
                    "HIVE_INVALID_PARTITION_VALUE: Invalid partition value '" + *text +
                    "' for partition key " + column.name);
            }
            return value;
        }
        case ColumnSource::path:
            return duckdb::Value(object.name);
        case ColumnSource::file_size:
            return duckdb::Value::BIGINT(object.size_bytes);
        case ColumnSource::file_modified_time:
            return duckdb::Value::TIMESTAMP(duckdb::timestamp_t(object.modified_ms * 1000));
        case ColumnSource::field:
            break;
    }
    return duckdb::Value(type);
}

// Begin the next object; false when none is left.
bool open_next(const BindData& bound, GlobalState& global, LocalState& local) {
    local.lines.reset();
    local.open.reset();
    local.object = global.next_object.fetch_add(1);
    if (local.object >= global.objects) return false;
    const protocol::Object& object = bound.scan->objects[local.object];
    for (ConstantColumn& constant : local.constants) {
        if (constant.column >= bound.scan->columns.size()) continue;
        constant.value = constant_value(*bound.scan, bound.scan->columns[constant.column], object,
                                        bound.types[constant.column]);
    }
    local.open = bound.context->objects->open(bound.index, local.object);
    local.lines = std::make_unique<LineReader>(make_byte_source(
        *local.open, object.codec == static_cast<std::int64_t>(sql_engine::Codec::gzip)));
    bound.context->bytes_scanned += static_cast<std::int64_t>(local.open->size_bytes());
    bound.context->objects_scanned += 1;
    return true;
}

duckdb::idx_t fill_chunk(LocalState& local, duckdb::DataChunk& output) {
    local.rows->clear(output, STANDARD_VECTOR_SIZE);
    duckdb::idx_t count = 0;
    while (count < STANDARD_VECTOR_SIZE) {
        const auto line = local.lines->next();
        if (!line) break;
        local.rows->fill(output, count, *line);
        ++count;
    }
    return count;
}

void run(duckdb::ClientContext& client, duckdb::TableFunctionInput& input,
         duckdb::DataChunk& output) {
    const auto& bound = input.bind_data->Cast<BindData>();
    auto& global = input.global_state->Cast<GlobalState>();
    auto& local = input.local_state->Cast<LocalState>();
    try {
        for (;;) {
            if (client.interrupted) throw duckdb::InterruptException();
            if (local.lines == nullptr && !open_next(bound, global, local)) return;
            const duckdb::idx_t count = fill_chunk(local, output);
            if (count == 0) {
                local.lines.reset();
                continue;
            }
            for (const ConstantColumn& constant : local.constants) {
                output.data[constant.output].Reference(constant.value);
            }
            output.SetCardinality(count);
            bound.context->rows_scanned += static_cast<std::int64_t>(count);
            return;
        }
    } catch (const ObjectError& error) {
        const bool known = local.object < bound.scan->objects.size();
        throw duckdb::InvalidInputException(
            error.text + (known ? " [" + bound.scan->objects[local.object].name + "]" : ""));
    } catch (const RowError& error) {
        throw duckdb::InvalidInputException(error.text + " [" +
                                            bound.scan->objects[local.object].name + "]");
    }
}

}  // namespace

void register_scan(duckdb::DatabaseInstance& database, QueryContext& context) {
    duckdb::TableFunction function("datastack_scan", {duckdb::LogicalType::BIGINT}, run, bind,
                                   init_global, init_local);
    function.projection_pushdown = true;
    function.function_info = duckdb::make_shared_ptr<FunctionInfo>(context);
    duckdb::ExtensionLoader loader(database, "datastack");
    loader.RegisterFunction(function);
}

}  // namespace sql_worker

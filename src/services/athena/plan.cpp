#include "services/athena/plan.h"

#include <unordered_map>

#include "athena_sql/lexer.h"
#include "services/athena/s3_location.h"
#include "services/athena/table_format.h"

namespace athena {

namespace {

constexpr std::string_view null_partition = "__HIVE_DEFAULT_PARTITION__";

// The catalog as the compiler asks for it; keeps the tables it gave out.
class Reader final : public athena_sql::CatalogReader {
  public:
    Reader(const ports::Catalog& catalog, ports::Catalog::Scope scope)
        : catalog_(catalog), scope_(std::move(scope)) {}

    base::Result<bool> database_exists(const std::string& database) override {
        return catalog_.database_exists(scope_, database);
    }

    base::Result<std::optional<athena_sql::TableInfo>> find_table(
        const std::string& database, const std::string& table) override {
        auto found = catalog_.find_table(scope_, database, table);
        if (!found && found.error().kind == base::ErrorKind::not_found) {
            return std::optional<athena_sql::TableInfo>();
        }
        if (!found) return found.error();
        athena_sql::TableInfo info;
        info.database = database;
        info.name = table;
        for (const bool keys : {false, true}) {
            const auto& columns = keys ? found.value().partition_keys : found.value().columns;
            for (const ports::Column& column : columns) {
                auto type = athena_sql::parse_hive_type(column.type);
                if (!type) {
                    return base::Error{type.error().kind, type.error().message,
                                       "column " + column.name + " of " + database + "." + table};
                }
                info.columns.push_back(
                    {athena_sql::to_lower(column.name), std::move(type.value()), keys});
            }
        }
        tables_[database + "." + table] = std::move(found.value());
        return std::optional<athena_sql::TableInfo>(std::move(info));
    }

    const ports::Table& table(const athena_sql::TableInfo& info) const {
        return tables_.at(info.database + "." + info.name);
    }

  private:
    const ports::Catalog& catalog_;
    ports::Catalog::Scope scope_;
    std::unordered_map<std::string, ports::Table> tables_;
};

// Opens the version that was listed.
class Opener final : public sql_engine::ObjectOpener {
  public:
    explicit Opener(const object_store::ObjectStore& objects) : objects_(objects) {}

    base::Result<std::shared_ptr<const sql_engine::ObjectBytes>> open(
        const sql_engine::ScanObject& object) override {
        TRY(reader, objects_.open_object(object.bucket, object.key));
        const object_store::ObjectInfo& info = reader->info();
        if (info.size_bytes != object.size_bytes || info.modified.ms != object.modified_ms ||
            !object.identity.ends_with(info.etag)) {
            return base::Error{base::ErrorKind::unavailable,
                               "The object was replaced while the query ran", "changed"};
        }
        return std::shared_ptr<const sql_engine::ObjectBytes>(
            std::make_shared<Bytes>(std::move(reader)));
    }

  private:
    class Bytes final : public sql_engine::ObjectBytes {
      public:
        explicit Bytes(std::unique_ptr<object_store::ObjectReader> reader)
            : reader_(std::move(reader)) {}
        std::uint64_t size_bytes() const override { return reader_->info().size_bytes; }
        base::Result<std::size_t> read_at(std::uint64_t offset,
                                          std::span<char> out) const override {
            return reader_->read_at(offset, out);
        }
        std::optional<wire::FileRange> file_range() const override { return reader_->file_range(); }

      private:
        std::unique_ptr<object_store::ObjectReader> reader_;
    };

    const object_store::ObjectStore& objects_;
};

Failure split_failure(std::string message, bool internal = false) {
    if (internal) return internal_failure(std::move(message));
    return {"HIVE_CANNOT_OPEN_SPLIT: " + std::move(message), category_user, type_data};
}

template <class T>
using Planned =
    BOOST_OUTCOME_V2_NAMESPACE::basic_result<T, Failure,
                                             BOOST_OUTCOME_V2_NAMESPACE::policy::terminate>;

// Lists the objects of the scans of one query.
class Lister {
  public:
    Lister(const PlanRequest& request, const object_store::ObjectStore& objects)
        : request_(request), objects_(objects) {}

    // Appends the objects below `location`.
    Planned<void> list(const std::string& location, std::uint32_t partition,
                       std::vector<sql_engine::ScanObject>& out) {
        const auto where = parse_location(location);
        if (!where) {
            return Failure{
                "HIVE_METASTORE_ERROR: Table location is not an S3 path: '" + location + "'",
                category_user, type_data};
        }
        TRY(bucket, bucket_of(where->bucket));
        object_store::ListRequest page{.prefix = where->prefix};
        while (true) {
            if (request_.cancelled.load()) return cancelled_failure();
            const auto answer = objects_.list(where->bucket, page);
            if (!answer) return split_failure(answer.error().describe(), true);
            for (const object_store::ObjectInfo& info : answer.value().objects) {
                if (hidden_object(std::string_view(info.key).substr(where->prefix.size())))
                    continue;
                if (info.size_bytes == 0) continue;
                if (++count_ > objects_max) {
                    return Failure{"EXCEEDED_OBJECT_LIMIT: The query would read more than " +
                                       std::to_string(objects_max) + " objects",
                                   category_user, type_exhausted};
                }
                out.push_back(scan_object(bucket, info, partition));
            }
            if (!answer.value().truncated) return base::ok();
            page.start_after = answer.value().next_start_after;
        }
    }

  private:
    Planned<object_store::Bucket> bucket_of(const std::string& name) {
        const auto known = buckets_.find(name);
        if (known != buckets_.end()) return known->second;
        auto found = objects_.find_bucket(name);
        if (!found && found.error().kind != base::ErrorKind::not_found) {
            return split_failure(found.error().describe(), true);
        }
        if (!found) return split_failure("The specified bucket does not exist: " + name);
        if (found.value().account != request_.scope.account) {
            return Failure{"PERMISSION_DENIED: Access Denied to the bucket " + name, category_user,
                           type_data};
        }
        buckets_[name] = found.value();
        return std::move(found.value());
    }

    static sql_engine::ScanObject scan_object(const object_store::Bucket& bucket,
                                              const object_store::ObjectInfo& info,
                                              std::uint32_t partition) {
        sql_engine::ScanObject object;
        object.bucket = bucket.name;
        object.key = info.key;
        object.size_bytes = info.size_bytes;
        object.modified_ms = info.modified.ms;
        object.identity =
            bucket.id + "/" + info.key + "@" + std::to_string(info.modified.ms) + "/" + info.etag;
        object.codec =
            info.key.ends_with(".gz") ? sql_engine::Codec::gzip : sql_engine::Codec::none;
        object.partition = partition;
        return object;
    }

    const PlanRequest& request_;
    const object_store::ObjectStore& objects_;
    std::unordered_map<std::string, object_store::Bucket> buckets_;
    std::size_t count_ = 0;
};

std::vector<sql_engine::ScanColumn> scan_columns(const athena_sql::TableScan& from,
                                                 const TableFormat& format) {
    std::vector<sql_engine::ScanColumn> out;
    for (const athena_sql::UsedColumn& used : from.columns) {
        sql_engine::ScanColumn column;
        switch (used.role) {
            case athena_sql::ColumnRole::path:
                column = {"$path", athena_sql::make_varchar(), sql_engine::ColumnSource::path};
                break;
            case athena_sql::ColumnRole::file_size:
                column = {"$file_size", athena_sql::make_type(athena_sql::TypeKind::bigint),
                          sql_engine::ColumnSource::file_size};
                break;
            case athena_sql::ColumnRole::file_modified_time:
                column = {"$file_modified_time",
                          athena_sql::make_type(athena_sql::TypeKind::timestamp_with_zone),
                          sql_engine::ColumnSource::file_modified_time};
                break;
            case athena_sql::ColumnRole::table_column: {
                const athena_sql::TableColumn& source = from.table.columns[used.index];
                column.name = source.name;
                column.type = source.type;
                std::uint32_t keys_before = 0;
                for (std::uint32_t i = 0; i < used.index; ++i) {
                    keys_before += from.table.columns[i].partition_key ? 1 : 0;
                }
                if (source.partition_key) {
                    column.source = sql_engine::ColumnSource::partition;
                    column.position = keys_before;
                    break;
                }
                column.position = used.index;
                const auto mapped = format.mapping.find(source.name);
                column.field = mapped == format.mapping.end() ? source.name : mapped->second;
                break;
            }
        }
        out.push_back(std::move(column));
    }
    return out;
}

}  // namespace

bool hidden_object(std::string_view key) {
    if (key.empty() || key.back() == '/') return true;
    for (std::size_t begin = 0; begin < key.size();) {
        if (key[begin] == '_' || key[begin] == '.') return true;
        const auto slash = key.find('/', begin);
        if (slash == std::string_view::npos) return false;
        begin = slash + 1;
    }
    return false;
}

Outcome plan_query(const PlanRequest& request, const ports::Catalog& catalog,
                   const object_store::ObjectStore& objects) {
    Reader reader(catalog, request.scope);
    const athena_sql::CompileOptions options{request.database, request.now};
    auto compiled = athena_sql::compile(request.query, request.text, reader, options);
    if (!compiled) return failure_of(compiled.error());
    sql_engine::QueryPlan plan;
    plan.sql = std::move(compiled.value().sql);
    for (athena_sql::OutputColumn& column : compiled.value().columns) {
        plan.result_columns.push_back({std::move(column.name), std::move(column.type)});
    }
    Lister lister(request, objects);
    for (const athena_sql::TableScan& from : compiled.value().scans) {
        const ports::Table& table = reader.table(from.table);
        if (table.table_type == "VIRTUAL_VIEW") {
            return Failure{"NOT_SUPPORTED: Views are not supported: " + table.name, category_user,
                           type_user};
        }
        auto format = table_format(table);
        if (!format) {
            return Failure{"HIVE_UNSUPPORTED_FORMAT: " + format.error().message + " (" +
                               format.error().context + ")",
                           category_user, type_data};
        }
        if (format.value().format != sql_engine::Format::json) {
            return Failure{
                "HIVE_UNSUPPORTED_FORMAT: The engine reads JSON lines only so far, not "
                "tables of SerDe " +
                    table.serde_library + " (" + table.name + ")",
                category_user, type_data};
        }
        sql_engine::Scan scan;
        scan.columns = scan_columns(from, format.value());
        scan.format = format.value().format;
        scan.json = format.value().json;
        scan.csv = format.value().csv;
        if (table.partition_keys.empty()) {
            scan.partitions.emplace_back();
            TRY_VOID(lister.list(table.location, 0, scan.objects));
            plan.scans.push_back(std::move(scan));
            continue;
        }
        std::vector<athena_sql::Type> key_types;
        for (const athena_sql::TableColumn& column : from.table.columns) {
            if (column.partition_key) key_types.push_back(column.type);
        }
        auto partitions =
            catalog.list_partitions(request.scope, from.table.database, from.table.name);
        if (!partitions) return internal_failure(partitions.error().describe());
        for (const ports::Partition& partition : partitions.value()) {
            std::vector<std::optional<std::string>> values;
            for (const std::string& value : partition.values) {
                values.push_back(value == null_partition ? std::nullopt
                                                         : std::optional<std::string>(value));
            }
            if (!from.filter.may_match(key_types, values)) continue;
            const auto index = static_cast<std::uint32_t>(scan.partitions.size());
            scan.partitions.push_back(std::move(values));
            TRY_VOID(lister.list(partition.location, index, scan.objects));
        }
        plan.scans.push_back(std::move(scan));
    }
    plan.opener = std::make_shared<Opener>(objects);
    return plan;
}

}  // namespace athena

#include "mcp/tools/estimate.h"

#include <algorithm>
#include <map>

#include "athena_sql/compile.h"
#include "athena_sql/functions.h"
#include "athena_sql/lexer.h"

namespace mcp::tools {

namespace json = boost::json;

namespace {

using TableKey = std::pair<std::string, std::string>;

athena_sql::TableInfo info_of(const std::string& database, const CatalogTable& table,
                              std::string& problem) {
    athena_sql::TableInfo info{database, table.name, {}};
    const auto add = [&](const std::vector<ColumnInfo>& columns, bool key) {
        for (const ColumnInfo& column : columns) {
            auto type = athena_sql::parse_hive_type(column.catalog_type);
            if (!type) {
                problem = "The type of " + column.name + " cannot be read: " + column.type;
                continue;
            }
            info.columns.push_back({column.name, std::move(type).value(), key});
        }
    };
    add(table.columns, false);
    add(table.partition_keys, true);
    return info;
}

// What stands in the first single quotes.
std::string quoted_in(const std::string& message) {
    const auto from = message.find('\'');
    const auto to = from == std::string::npos ? from : message.find('\'', from + 1);
    return to == std::string::npos ? "" : message.substr(from + 1, to - from - 1);
}

std::vector<std::string> function_names() {
    std::vector<std::string> names;
    const auto add = [&names](std::string_view name) {
        if (names.empty() || names.back() != name) names.emplace_back(name);
    };
    for (const auto& function : athena_sql::scalar_functions())
        add(function.name);
    for (const auto& function : athena_sql::aggregate_functions())
        add(function.name);
    for (const auto& function : athena_sql::window_functions())
        add(function.name);
    for (const auto name : athena_sql::special_functions())
        add(name);
    return names;
}

// What to do about errors that models make often.
std::string advice(const athena_sql::SqlError& error) {
    if (error.code == "MISSING_SCHEMA_NAME") {
        return ". Give the argument database, or write database.table.";
    }
    if (error.code == "FUNCTION_NOT_FOUND" && error.message.ends_with("not registered")) {
        const auto near = near_misses(quoted_in(error.message), function_names());
        std::string text = ".";
        if (!near.empty()) text += did_you_mean(quoted_in(error.message), near);
        return text + " docs://sql-dialect has all functions.";
    }
    const bool text_and_number = error.message.find("varchar") != std::string::npos &&
                                 error.message.find("integer") != std::string::npos;
    if (error.code == "TYPE_MISMATCH" && text_and_number) {
        return ". A text is compared with a text in single quotes: '2026', not 2026.";
    }
    return "";
}

// Compiles again and again: each time the translator asks for a table that is not there yet, it is
// fetched. Then the tables are measured, one after the other.
class Estimator final : public std::enable_shared_from_this<Estimator>,
                        public athena_sql::CatalogReader {
  public:
    Estimator(Context& context, std::string sql, std::string database,
              std::vector<std::string> parameters, EstimateDone done)
        : context_(context),
          sql_(std::move(sql)),
          database_(std::move(database)),
          parameters_(std::move(parameters)),
          done_(std::move(done)) {}

    void next() {
        Readable readable = read_only(sql_, parameters_);
        if (!readable.statement) return fail(std::move(readable.problem), false);
        if (!readable.is_query()) return finish();  // reads the catalog only
        missing_.reset();
        auto compiled =
            athena_sql::compile(*std::get<athena_sql::QueryPtr>(*readable.statement), sql_, *this,
                                {athena_sql::to_lower(database_), context_.clock().now()});
        if (missing_) return fetch(*missing_);
        if (!unreadable_.empty()) return fail(unreadable_, true);
        if (!compiled) return explain(compiled.error());
        query_ = std::move(compiled).value();
        for (const auto& column : query_.columns)
            result_.columns.push_back({column.name, athena_sql::trino_name(column.type)});
        measure(0);
    }

    // ---- athena_sql::CatalogReader ----

    base::Result<bool> database_exists(const std::string& database) override {
        const auto known = databases_.find(database);
        if (known != databases_.end()) return known->second;
        return missing({database, ""});
    }
    base::Result<std::optional<athena_sql::TableInfo>> find_table(
        const std::string& database, const std::string& table) override {
        const auto known = tables_.find({database, table});
        if (known == tables_.end()) return missing({database, table});
        if (!known->second) return std::optional<athena_sql::TableInfo>();
        return std::optional(info_of(database, *known->second, unreadable_));
    }

  private:
    void finish() {
        auto done = std::move(done_);
        done(std::move(result_));
    }
    void fail(std::string problem, bool unknown) {
        result_.problem = std::move(problem);
        result_.unknown = unknown;
        finish();
    }
    base::Error missing(TableKey key) {
        if (!missing_) missing_ = std::move(key);
        return base::Error{base::ErrorKind::unavailable, "not fetched yet", "", 0};
    }

    void fetch(TableKey key) {
        if (databases_.size() + tables_.size() > 2 * estimated_tables_max) {
            return fail("The statement names too many tables to be estimated.", true);
        }
        const bool is_database = key.second.empty();
        json::object input = is_database
                                 ? json::object{{"Name", key.first}}
                                 : json::object{{"DatabaseName", key.first}, {"Name", key.second}};
        context_.backend().call("glue", is_database ? "GetDatabase" : "GetTable", std::move(input),
                                [self = shared_from_this(), key](aws::Reply<json::object> reply) {
                                    self->fetched(key, std::move(reply));
                                });
    }
    void fetched(const TableKey& key, aws::Reply<json::object> reply) {
        if (!reply && !is_not_found(reply.error())) return fail(describe(reply.error()), true);
        if (key.second.empty()) {
            databases_[key.first] = reply.has_value();
        } else if (!reply) {
            tables_[key] = std::nullopt;
        } else {
            const json::object* row = object_at(reply.value(), "Table");
            tables_[key] = row != nullptr ? std::optional(read_table(*row)) : std::nullopt;
        }
        next();
    }

    // The error with names that are near.
    void explain(const athena_sql::SqlError& error) {
        std::string text = cut(error.describe(), 2'000);
        // A construct may be known to another engine. A function that is not in our lists is not
        // run anywhere: what it does is not known.
        if (error.code == "NOT_SUPPORTED") {
            result_.warnings.push_back(
                "The check knows the local dialect: another engine may know more.");
        }
        if (error.code == "SCHEMA_NOT_FOUND") {
            for (const auto& [name, exists] : databases_) {
                if (!exists) return explain_database(std::move(text), name);
            }
        }
        if (error.code == "COLUMN_NOT_FOUND") text += "." + near_columns(error.message);
        text += advice(error);
        for (const auto& [key, table] : tables_) {
            if (error.code == "TABLE_NOT_FOUND" && !table) {
                return explain_table(std::move(text), key);
            }
        }
        fail(std::move(text), false);
    }
    std::string near_columns(const std::string& message) const {
        std::string wanted = quoted_in(message);
        wanted = wanted.substr(wanted.rfind('.') + 1);
        std::vector<std::string> names;
        for (const auto& [key, table] : tables_) {
            if (!table) continue;
            for (const ColumnInfo& column : table->columns)
                names.push_back(column.name);
            for (const ColumnInfo& column : table->partition_keys)
                names.push_back(column.name);
        }
        return did_you_mean(wanted, names);
    }
    void explain_table(std::string text, const TableKey& key) {
        tools::find_table(context_.backend(), key.first, key.second,
                          [self = shared_from_this(), text](std::optional<CatalogTable>,
                                                            const std::string& problem) {
                              self->fail(text + "\n" + problem, false);
                          });
    }
    void explain_database(std::string text, const std::string& name) {
        explain_missing_database(context_.backend(), name,
                                 [self = shared_from_this(), text](const std::string& problem) {
                                     self->fail(text + "\n" + problem, false);
                                 });
    }

    // Each table once, however often the statement reads it.
    void measure(std::size_t index) {
        for (; index < query_.scans.size() && !context_.is_cancelled(); ++index) {
            const auto& scan = query_.scans[index];
            const TableKey key{scan.table.database, scan.table.name};
            const auto table = tables_.find(key);
            if (table == tables_.end() || !table->second) {
                return fail("A table is gone: " + scan.table.name, true);
            }
            const auto known = sizes_.find(key);
            if (known == sizes_.end()) return measure_table_of(key, *table->second, index);
            add(scan, *table->second, known->second);
        }
        finish();
    }
    void measure_table_of(const TableKey& key, const CatalogTable& table, std::size_t index) {
        measure_wanted(context_, key.first, table, wanted_of(key, table),
                       [self = shared_from_this(), key, index](TableSize size) {
                           self->sizes_[key] = std::move(size);
                           step(self->context_, self->sizes_.size(),
                                [self, index] { self->measure(index); });
                       });
    }
    // A partition is wanted that any reference to the table wants.
    PartitionWanted wanted_of(const TableKey& key, const CatalogTable& table) {
        std::vector<const athena_sql::TableScan*> scans;
        bool all = false;
        for (const auto& scan : query_.scans) {
            if (TableKey{scan.table.database, scan.table.name} != key) continue;
            scans.push_back(&scan);
            all = all || scan.filter.empty();
        }
        // Without a catalog to ask there is nothing to leave out then.
        if (all && table.is_projected()) return {};
        return [self = shared_from_this(),
                scans = std::move(scans)](const std::vector<std::optional<std::string>>& values) {
            return std::any_of(scans.begin(), scans.end(), [&](const auto* scan) {
                return scan->filter.may_match(key_types_of(*scan), values);
            });
        };
    }
    static std::vector<athena_sql::Type> key_types_of(const athena_sql::TableScan& scan) {
        std::vector<athena_sql::Type> types;
        for (const auto& column : scan.table.columns) {
            if (column.partition_key) types.push_back(column.type);
        }
        return types;
    }
    void add(const athena_sql::TableScan& scan, const CatalogTable& table, const TableSize& size) {
        ScannedTable out{scan.table.database, scan.table.name};
        const auto key_types = key_types_of(scan);
        std::int64_t seen = 0;
        for (const auto& used : scan.columns) {
            if (used.role == athena_sql::ColumnRole::table_column) {
                out.columns.push_back(scan.table.columns[used.index].name);
            }
        }
        out.partition_filter = !scan.filter.empty();
        out.complete = size.complete;
        for (const PartitionBytes& partition : size.partitions) {
            const bool known = partition.values.size() == key_types.size();
            if (known && !key_types.empty()) ++seen;
            const auto values = filter_values(partition.values);
            if (known && !scan.filter.may_match(key_types, values)) continue;
            if (known && !key_types.empty()) ++out.partitions_read;
            out.bytes += partition.bytes;
            out.objects += partition.objects;
        }
        out.partitions = size.complete && !size.pruned ? seen : size.registered;
        warn(out, table, size);
        result_.bytes += out.bytes;
        result_.complete = result_.complete && out.complete;
        result_.tables.push_back(std::move(out));
    }
    void warn(const ScannedTable& scan, const CatalogTable& table, const TableSize& size) {
        const std::string name = scan.database + "." + scan.table;
        if (!table.partition_keys.empty() && !scan.partition_filter) {
            result_.warnings.push_back("No partition filter on " + name + ": add a condition on " +
                                       table.partition_keys.front().name + ".");
        }
        if (!size.problem.empty()) {
            result_.warnings.push_back("The size of " + name + " is not known: " + size.problem);
        } else if (!size.complete) {
            result_.warnings.push_back(name +
                                       " has more partitions or objects than are listed here: "
                                       "the estimate is a lower bound.");
        }
        const bool has_more = size.objects > 0 || size.pruned;
        if (size.complete && has_more && scan.objects == 0) {
            result_.warnings.push_back("The filter leaves nothing of " + name + ".");
        }
    }

    Context& context_;
    const std::string sql_;
    const std::string database_;
    const std::vector<std::string> parameters_;
    EstimateDone done_;
    std::map<std::string, bool> databases_;
    std::map<TableKey, std::optional<CatalogTable>> tables_;
    std::map<TableKey, TableSize> sizes_;
    std::optional<TableKey> missing_;
    std::string unreadable_;
    athena_sql::CompiledQuery query_;
    Estimate result_;
};

}  // namespace

void estimate(Context& context, std::string sql, std::string database,
              std::vector<std::string> parameters, EstimateDone done) {
    std::make_shared<Estimator>(context, std::move(sql), std::move(database), std::move(parameters),
                                std::move(done))
        ->next();
}

}  // namespace mcp::tools

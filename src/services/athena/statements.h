// HiveQL statements, run in process against the catalog. What they print is the result's text.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "athena_sql/syntax.h"
#include "base/clock.h"
#include "object_store/object_store.h"
#include "services/athena/failure.h"
#include "services/athena/rows.h"
#include "services/ports/ports.h"

namespace athena {

inline constexpr std::size_t repair_folders_max = 1'000'000;
inline constexpr std::size_t repair_batch_partitions = 100;

struct StatementContext {
    ports::Catalog& catalog;
    const object_store::ObjectStore& objects;
    ports::Catalog::Scope scope;
    std::string database;  // of names without one
    base::Timestamp now;
    const std::atomic<bool>& cancelled;
};

struct StatementOutput {
    std::vector<ColumnRow> columns;
    std::string text;  // lines, each ended with '\n'
};

template <class T>
using Done =
    BOOST_OUTCOME_V2_NAMESPACE::basic_result<T, Failure,
                                             BOOST_OUTCOME_V2_NAMESPACE::policy::terminate>;

// Waits for disk only. A statement that is cancelled half-way leaves what it has done.
Done<StatementOutput> run_statement(const StatementContext& context,
                                    const athena_sql::Statement& statement);

// What kind a statement is to GetQueryExecution.
struct StatementKind {
    const char* type;     // DDL, DML, UTILITY
    const char* subtype;  // SELECT, MSCK_REPAIR, …
};
StatementKind statement_kind(const athena_sql::Statement& statement);

// ---- the parts, by file ----

Done<StatementOutput> repair_table(const StatementContext& context,
                                   const athena_sql::RepairTable& statement);  // repair.cpp
Done<StatementOutput> create_table(const StatementContext& context,
                                   const athena_sql::CreateTable& statement);  // create_table.cpp
Done<StatementOutput> add_partitions(const StatementContext& context,
                                     const athena_sql::AddPartitions& statement);  // partitions.cpp
Done<StatementOutput> drop_partitions(const StatementContext& context,
                                      const athena_sql::DropPartitions& statement);
std::string create_table_text(const ports::Table& table);  // show.cpp
std::string describe_text(const ports::Table& table, bool formatted);

// The table a statement names, or Hive's words for its absence.
Done<ports::Table> require_table(const StatementContext& context,
                                 const athena_sql::TableName& name);
std::string database_of(const StatementContext& context, const athena_sql::TableName& name);
Failure catalog_failure(const base::Error& error);

// "year=2024/month=01", with Hive's escapes of characters that paths cannot hold.
std::string partition_path(const std::vector<ports::Column>& keys,
                           const std::vector<std::string>& values);
std::string escape_path(std::string_view value);
std::string unescape_path(std::string_view value);

}  // namespace athena

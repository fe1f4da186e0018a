// The Glue data catalog: databases, tables, partitions. Rows in meta_store; each call is one
// durable batch. Names of databases and tables are lower-cased, as AWS does.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/service.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/random.h"
#include "meta_store/meta_store.h"
#include "services/glue/rows.h"
#include "services/glue/shapes.h"
#include "services/ports/ports.h"

// One word for each file in operations/.
#define GLUE_OPERATIONS(X)    \
    X(batch_create_partition) \
    X(batch_delete_partition) \
    X(batch_delete_table)     \
    X(batch_get_partition)    \
    X(batch_update_partition) \
    X(create_database)        \
    X(create_partition)       \
    X(create_table)           \
    X(delete_database)        \
    X(delete_partition)       \
    X(delete_table)           \
    X(get_database)           \
    X(get_databases)          \
    X(get_partition)          \
    X(get_partitions)         \
    X(get_table)              \
    X(get_tables)             \
    X(get_tags)               \
    X(tag_resource)           \
    X(untag_resource)         \
    X(update_database)        \
    X(update_partition)       \
    X(update_table)

// One word for each file in resources/.
#define GLUE_RESOURCES(X) \
    X(database)           \
    X(table)

namespace glue {

AWS_DECLARE_OPERATIONS(GLUE_OPERATIONS)
AWS_DECLARE_RESOURCES(GLUE_RESOURCES)
extern const aws::ServiceModel model;

inline constexpr std::size_t page_bytes_max = 4 * 1024 * 1024;  // of stored rows, a page
inline constexpr std::size_t partitions_page_max = 1000;
inline constexpr std::size_t tables_page_max = 100;
inline constexpr std::size_t databases_page_max = 100;
inline constexpr std::size_t tags_max = 50;

using Scope = ports::Catalog::Scope;

struct Partition {
    Values values;
    PartitionRow row;
};

template <class Item>
struct Page {
    std::vector<Item> items;
    std::optional<std::string> next_token;  // opaque
};

// A table with the database it is in.
struct FoundTable {
    DatabaseRow database;
    TableRow row;
};

// Whether a partition with these values is wanted.
using PartitionFilter = std::function<bool(const Values&)>;

std::string lower_case(std::string_view name);

// Any thread. Errors of the catalog carry AWS's words as their message.
class Glue final : public ports::Catalog {
  public:
    Glue(meta_store::MetaStore& store, base::Clock& clock, base::Random& random);

    // ---- for the operations ----
    base::Result<DatabaseRow> database(const Scope& scope, const std::string& name) const;
    base::Result<void> create(const Scope& scope, DatabaseRow row);
    // `change` edits the row; a changed name moves the database.
    base::Result<void> update_database(const Scope& scope, const std::string& name,
                                       const std::function<void(DatabaseRow&)>& change);
    base::Result<void> remove_database(const Scope& scope, const std::string& name, bool cascade);
    base::Result<Page<DatabaseRow>> databases(const Scope& scope,
                                              const std::optional<std::string>& token,
                                              std::size_t items_max) const;

    base::Result<FoundTable> table(const Scope& scope, const std::string& database,
                                   const std::string& name) const;
    base::Result<void> create(const Scope& scope, const std::string& database, TableRow row);
    // `change` edits the row, or refuses.
    base::Result<void> update_table(const Scope& scope, const std::string& database,
                                    const std::string& name,
                                    const std::function<base::Result<void>(TableRow&)>& change);
    // One batch. Returns those of `names` that are not there.
    base::Result<std::vector<std::string>> remove_tables(const Scope& scope,
                                                         const std::string& database,
                                                         const std::vector<std::string>& names);
    base::Result<Page<TableRow>> tables(const DatabaseRow& database,
                                        const std::function<bool(const std::string&)>& wanted,
                                        const std::optional<std::string>& token,
                                        std::size_t items_max) const;

    base::Result<PartitionRow> partition(const TableRow& table, const Values& values) const;
    // One durable batch of all that can be added; the outcome of each, in order.
    base::Result<std::vector<base::Result<void>>> add(const Scope& scope,
                                                      const std::string& database,
                                                      const std::string& table,
                                                      std::vector<Partition> partitions);
    struct PartitionUpdate {
        Values old_values;
        Partition partition;  // its `created` is kept
    };
    base::Result<std::vector<base::Result<void>>> update(const Scope& scope,
                                                         const std::string& database,
                                                         const std::string& table,
                                                         std::vector<PartitionUpdate> updates);
    base::Result<std::vector<base::Result<void>>> remove(const Scope& scope,
                                                         const std::string& database,
                                                         const std::string& table,
                                                         const std::vector<Values>& values);
    // In the order of their values.
    base::Result<Page<Partition>> partitions(const TableRow& table, const PartitionFilter& wanted,
                                             const std::optional<std::string>& token,
                                             std::size_t items_max) const;

    base::Timestamp now() const { return clock_.now(); }
    std::string new_id();

    // ---- ports::Catalog ----
    base::Result<std::vector<std::string>> list_databases(const Scope& scope) const override;
    base::Result<void> create_database(const Scope& scope, const std::string& name,
                                       const std::string& comment,
                                       const std::string& location) override;
    base::Result<void> drop_database(const Scope& scope, const std::string& name,
                                     bool cascade) override;
    base::Result<bool> database_exists(const Scope& scope, const std::string& name) const override;
    base::Result<std::vector<std::string>> list_tables(const Scope& scope,
                                                       const std::string& database) const override;
    base::Result<ports::Table> find_table(const Scope& scope, const std::string& database,
                                          const std::string& table) const override;
    base::Result<void> create_table(const Scope& scope, const ports::Table& table) override;
    base::Result<void> drop_table(const Scope& scope, const std::string& database,
                                  const std::string& table) override;
    base::Result<std::vector<ports::Partition>> list_partitions(
        const Scope& scope, const std::string& database, const std::string& table) const override;
    base::Result<std::size_t> add_partitions(
        const Scope& scope, const std::string& database, const std::string& table,
        const std::vector<ports::Partition>& partitions) override;
    base::Result<void> drop_partition(const Scope& scope, const std::string& database,
                                      const std::string& table,
                                      const std::vector<std::string>& values) override;

  private:
    base::Result<void> erase_table(meta_store::Changes& changes, const std::string& database_id,
                                   const TableRow& row) const;

    meta_store::MetaStore& store_;
    base::Clock& clock_;
    base::Random& random_;
    meta_store::Table<DatabaseRow> databases_;
    meta_store::Table<TableRow> tables_;
    meta_store::Table<PartitionRow> partitions_;
    // Held by whoever reads rows to change them, over the commit: changes of the catalog are rare,
    // and one at a time needs no preconditions.
    base::Mutex changing_;
};

// The caller's account and region; refuses a CatalogId of somebody else.
aws::Reply<Scope> scope_of(const aws::Call& call, const std::optional<std::string>& catalog_id);

// What the wire shows of a row.
DatabaseOutput to_output(const Scope& scope, DatabaseRow row);
TableOutput to_output(const Scope& scope, const std::string& database, TableRow row);
PartitionOutput to_output(const Scope& scope, const FoundTable& table, Partition partition);

// From the wire; refuses members that we do not have.
aws::Reply<DatabaseRow> to_row(DatabaseInput input);
aws::Reply<TableRow> to_row(TableInput input);
aws::Reply<Partition> to_row(PartitionInput input);

// InvalidInputException when `values` are not as many as the table has keys, or empty texts.
base::Result<void> check_values(const TableRow& table, const Values& values);

}  // namespace glue

// The catalog's rows and their changes. What AWS says when something is not there is said here.
#include "services/glue/glue.h"

#include <unordered_map>
#include <unordered_set>

#include "base/ids.h"
#include "services/glue/faults.h"
#include "services/glue/page_token.h"

namespace glue {
namespace {

constexpr const aws::Operation* operations[] = {AWS_LIST_OPERATIONS(GLUE_OPERATIONS)};
constexpr const aws::ResourceType* resources[] = {AWS_LIST_RESOURCES(GLUE_RESOURCES)};

using base::Error;
using base::ErrorKind;
using meta_store::Changes;
using meta_store::Key;

Error database_missing(const std::string& name) {
    return {ErrorKind::not_found, "Database " + name + " not found.", name};
}
Error table_missing(const std::string& name) {
    return {ErrorKind::not_found, "Table " + name + " not found.", name};
}
Error partition_missing() {
    return {ErrorKind::not_found, "Cannot find partition.", {}};
}
Error partition_exists() {
    return {ErrorKind::already_exists, "Partition already exists.", {}};
}

Key scope_key(const Scope& scope) {
    return Key({scope.account, scope.region});
}

Key partition_key(const std::string& table_id, const Values& values) {
    Key key({table_id});
    for (const auto& value : values)
        key.add(value);
    return key;
}

}  // namespace

const aws::ServiceModel model = {.id = "glue",
                                 .signing_name = "glue",
                                 .target_prefix = "AWSGlue",
                                 .api_version = "2017-03-31",
                                 .protocol = aws::Protocol::json_1_1,
                                 .operations = operations,
                                 .resources = resources};

std::string lower_case(std::string_view name) {
    std::string lower(name);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

Glue::Glue(meta_store::MetaStore& store, base::Clock& clock, base::Random& random)
    : store_(store),
      clock_(clock),
      random_(random),
      databases_(store, "glue.databases"),
      tables_(store, "glue.tables"),
      partitions_(store, "glue.partitions") {}

std::string Glue::new_id() {
    return base::make_hex_id(random_, 24);
}

// ---- databases ----

base::Result<DatabaseRow> Glue::database(const Scope& scope, const std::string& name) const {
    const std::string lower = lower_case(name);
    TRY(row, databases_.get(scope_key(scope).add(lower)));
    if (!row) return database_missing(lower);
    return std::move(*row);
}

base::Result<void> Glue::create(const Scope& scope, DatabaseRow row) {
    base::MutexLock lock(changing_);
    row.id = new_id();
    row.name = lower_case(row.name);
    row.created = clock_.now();
    const Key key = scope_key(scope).add(row.name);
    Changes changes;
    changes.require_absent(databases_.key(key));
    databases_.put(changes, key, row);
    auto done = store_.commit(std::move(changes));
    if (!done && done.error().kind == ErrorKind::already_exists) {
        return Error{ErrorKind::already_exists, "Database already exists.", row.name};
    }
    return done;
}

base::Result<void> Glue::update_database(const Scope& scope, const std::string& name,
                                         const std::function<void(DatabaseRow&)>& change) {
    base::MutexLock lock(changing_);
    TRY(row, database(scope, name));
    const std::string old_name = row.name;
    change(row);
    row.name = lower_case(row.name);
    Changes changes;
    if (row.name != old_name) {
        changes.require_absent(databases_.key(scope_key(scope).add(row.name)));
        databases_.erase(changes, scope_key(scope).add(old_name));
    }
    databases_.put(changes, scope_key(scope).add(row.name), row);
    auto done = store_.commit(std::move(changes));
    if (!done && done.error().kind == ErrorKind::already_exists) {
        return Error{ErrorKind::already_exists, "Database already exists.", row.name};
    }
    return done;
}

base::Result<void> Glue::remove_database(const Scope& scope, const std::string& name,
                                         bool cascade) {
    base::MutexLock lock(changing_);
    TRY(row, database(scope, name));
    Changes changes;
    databases_.erase(changes, scope_key(scope).add(row.name));
    std::vector<TableRow> inside;
    TRY_VOID(tables_.scan({row.id}, [&](auto, TableRow& table) {
        inside.push_back(std::move(table));
        return cascade;
    }));
    if (!inside.empty() && !cascade) {
        return Error{ErrorKind::invalid, "Database " + row.name + " is not empty.", row.name};
    }
    for (const auto& table : inside) {
        TRY_VOID(erase_table(changes, row.id, table));
    }
    return store_.commit(std::move(changes));
}

base::Result<Page<DatabaseRow>> Glue::databases(const Scope& scope,
                                                const std::optional<std::string>& token,
                                                std::size_t items_max) const {
    return read_page<DatabaseRow>(
        databases_, scope_key(scope), token, items_max, [](std::string_view) { return true; },
        [](std::string_view, DatabaseRow& row) { return std::move(row); });
}

// ---- tables ----

base::Result<FoundTable> Glue::table(const Scope& scope, const std::string& database_name,
                                     const std::string& name) const {
    TRY(in, database(scope, database_name));
    const std::string lower = lower_case(name);
    TRY(row, tables_.get({in.id, lower}));
    if (!row) return table_missing(lower);
    return FoundTable{std::move(in), std::move(*row)};
}

base::Result<void> Glue::create(const Scope& scope, const std::string& database_name,
                                TableRow row) {
    base::MutexLock lock(changing_);
    TRY(in, database(scope, database_name));
    row.id = new_id();
    row.name = lower_case(row.name);
    row.created = row.updated = clock_.now();
    Changes changes;
    changes.require_absent(tables_.key({in.id, row.name}));
    tables_.put(changes, {in.id, row.name}, row);
    auto done = store_.commit(std::move(changes));
    if (!done && done.error().kind == ErrorKind::already_exists) {
        return Error{ErrorKind::already_exists, "Table already exists.", row.name};
    }
    return done;
}

base::Result<void> Glue::update_table(const Scope& scope, const std::string& database_name,
                                      const std::string& name,
                                      const std::function<base::Result<void>(TableRow&)>& change) {
    base::MutexLock lock(changing_);
    TRY(found, table(scope, database_name, name));
    TRY_VOID(change(found.row));
    found.row.updated = clock_.now();
    ++found.row.version;
    Changes changes;
    tables_.put(changes, {found.database.id, found.row.name}, found.row);
    return store_.commit(std::move(changes));
}

base::Result<void> Glue::erase_table(Changes& changes, const std::string& database_id,
                                     const TableRow& row) const {
    tables_.erase(changes, {database_id, row.name});
    const std::string low = partitions_.key({row.id});
    return store_.scan(low, meta_store::after_prefix(low), [&](std::string_view key, auto) {
        changes.erase(std::string(key));
        return true;
    });
}

base::Result<std::vector<std::string>> Glue::remove_tables(const Scope& scope,
                                                           const std::string& database_name,
                                                           const std::vector<std::string>& names) {
    base::MutexLock lock(changing_);
    TRY(in, database(scope, database_name));
    Changes changes;
    std::vector<std::string> missing;
    for (const auto& name : names) {
        TRY(row, tables_.get({in.id, lower_case(name)}));
        if (row) {
            TRY_VOID(erase_table(changes, in.id, *row));
        } else {
            missing.push_back(name);
        }
    }
    TRY_VOID(store_.commit(std::move(changes)));
    return missing;
}

base::Result<Page<TableRow>> Glue::tables(const DatabaseRow& in,
                                          const std::function<bool(const std::string&)>& wanted,
                                          const std::optional<std::string>& token,
                                          std::size_t items_max) const {
    return read_page<TableRow>(
        tables_, Key({in.id}), token, items_max,
        [&](std::string_view key) { return wanted(Key::split(key).back()); },
        [](std::string_view, TableRow& row) { return std::move(row); });
}

// ---- partitions ----

base::Result<void> check_values(const TableRow& table, const Values& values) {
    if (values.size() != table.partition_keys.size()) {
        return Error{ErrorKind::invalid,
                     "The number of partition keys do not match the number of partition values",
                     table.name};
    }
    for (const auto& value : values) {
        if (value.empty() || value.size() > 4096) {
            return Error{ErrorKind::invalid, "A partition value must have 1 to 1024 characters.",
                         table.name};
        }
    }
    return base::ok();
}

base::Result<PartitionRow> Glue::partition(const TableRow& in, const Values& values) const {
    TRY_VOID(check_values(in, values));
    TRY(row, partitions_.get(partition_key(in.id, values)));
    if (!row) return partition_missing();
    return std::move(*row);
}

base::Result<std::vector<base::Result<void>>> Glue::add(const Scope& scope,
                                                        const std::string& database_name,
                                                        const std::string& table_name,
                                                        std::vector<Partition> partitions) {
    base::MutexLock lock(changing_);
    TRY(found, table(scope, database_name, table_name));
    std::vector<base::Result<void>> outcomes;
    std::unordered_set<std::string> added;
    Changes changes;
    for (Partition& one : partitions) {
        outcomes.emplace_back(check_values(found.row, one.values));
        if (!outcomes.back()) continue;
        const Key key = partition_key(found.row.id, one.values);
        TRY(there, store_.get(partitions_.key(key)));
        if (there || !added.insert(key.encoded()).second) {
            outcomes.back() = partition_exists();
            continue;
        }
        one.row.created = clock_.now();
        partitions_.put(changes, key, one.row);
    }
    TRY_VOID(store_.commit(std::move(changes)));
    return outcomes;
}

base::Result<std::vector<base::Result<void>>> Glue::update(const Scope& scope,
                                                           const std::string& database_name,
                                                           const std::string& table_name,
                                                           std::vector<PartitionUpdate> updates) {
    base::MutexLock lock(changing_);
    TRY(found, table(scope, database_name, table_name));
    std::vector<base::Result<void>> outcomes;
    // What this call made of keys it touched already: their row, or gone.
    std::unordered_map<std::string, std::optional<PartitionRow>> touched;
    const auto read = [&](const Key& key) -> base::Result<std::optional<PartitionRow>> {
        const auto at = touched.find(key.encoded());
        if (at != touched.end()) return at->second;
        return partitions_.get(key);
    };
    Changes changes;
    for (PartitionUpdate& one : updates) {
        const auto apply = [&]() -> base::Result<void> {
            TRY_VOID(check_values(found.row, one.old_values));
            if (one.partition.values.empty()) one.partition.values = one.old_values;
            TRY_VOID(check_values(found.row, one.partition.values));
            const Key old_key = partition_key(found.row.id, one.old_values);
            const Key new_key = partition_key(found.row.id, one.partition.values);
            TRY(row, read(old_key));
            if (!row) return partition_missing();
            if (old_key.encoded() != new_key.encoded()) {
                TRY(taken, read(new_key));
                if (taken) return partition_exists();
                partitions_.erase(changes, old_key);
                touched[old_key.encoded()] = std::nullopt;
            }
            one.partition.row.created = row->created;
            partitions_.put(changes, new_key, one.partition.row);
            touched[new_key.encoded()] = std::move(one.partition.row);
            return base::ok();
        };
        outcomes.push_back(apply());
    }
    TRY_VOID(store_.commit(std::move(changes)));
    return outcomes;
}

base::Result<std::vector<base::Result<void>>> Glue::remove(const Scope& scope,
                                                           const std::string& database_name,
                                                           const std::string& table_name,
                                                           const std::vector<Values>& values) {
    base::MutexLock lock(changing_);
    TRY(found, table(scope, database_name, table_name));
    std::vector<base::Result<void>> outcomes;
    Changes changes;
    for (const Values& one : values) {
        outcomes.emplace_back(check_values(found.row, one));
        if (!outcomes.back()) continue;
        const std::string key = partitions_.key(partition_key(found.row.id, one));
        TRY(there, store_.get(key));
        if (there) {
            changes.erase(key);
        } else {
            outcomes.back() = partition_missing();
        }
    }
    TRY_VOID(store_.commit(std::move(changes)));
    return outcomes;
}

base::Result<Page<Partition>> Glue::partitions(const TableRow& in, const PartitionFilter& wanted,
                                               const std::optional<std::string>& token,
                                               std::size_t items_max) const {
    const auto values_of = [](std::string_view key) {
        Values values = Key::split(key);
        values.erase(values.begin());  // the table's id
        return values;
    };
    return read_page<Partition>(
        partitions_, Key({in.id}), token, items_max,
        [&](std::string_view key) { return wanted(values_of(key)); },
        [&](std::string_view key, PartitionRow& row) {
            return Partition{values_of(key), std::move(row)};
        });
}

}  // namespace glue

// The catalog as Athena asks for it: ports::Catalog over the same rows.
#include "services/glue/glue.h"

namespace glue {
namespace {

constexpr std::size_t everything = std::numeric_limits<std::size_t>::max();

std::vector<ports::Column> to_port(const std::vector<Column>& columns) {
    std::vector<ports::Column> out;
    for (const auto& column : columns) {
        out.push_back({column.name, column.type.value_or("string"), column.comment.value_or("")});
    }
    return out;
}

std::vector<Column> from_port(const std::vector<ports::Column>& columns) {
    std::vector<Column> out;
    for (const auto& column : columns) {
        Column one;
        one.name = column.name;
        one.type = column.type;
        if (!column.comment.empty()) one.comment = column.comment;
        out.push_back(std::move(one));
    }
    return out;
}

std::optional<std::string> unless_empty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

ports::Table to_port(const std::string& database, const TableRow& row) {
    ports::Table table;
    table.database = database;
    table.name = row.name;
    table.table_type = row.table_type.value_or("");
    table.partition_keys = to_port(row.partition_keys);
    table.parameters = row.parameters.value_or(Parameters());
    table.comment = row.description.value_or("");
    table.created = row.created;
    if (!row.storage) return table;
    table.columns = to_port(row.storage->columns);
    table.location = row.storage->location.value_or("");
    table.input_format = row.storage->input_format.value_or("");
    table.output_format = row.storage->output_format.value_or("");
    if (row.storage->serde) {
        table.serde_library = row.storage->serde->library.value_or("");
        table.serde_parameters = row.storage->serde->parameters.value_or(Parameters());
    }
    return table;
}

TableRow from_port(const ports::Table& table) {
    TableRow row;
    row.name = table.name;
    row.table_type = unless_empty(table.table_type);
    row.partition_keys = from_port(table.partition_keys);
    if (!table.parameters.empty()) row.parameters = table.parameters;
    row.description = unless_empty(table.comment);
    row.owner = "hadoop";  // as tables that Athena makes have at AWS
    StorageDescriptor& storage = row.storage.emplace();
    storage.columns = from_port(table.columns);
    storage.location = unless_empty(table.location);
    storage.input_format = unless_empty(table.input_format);
    storage.output_format = unless_empty(table.output_format);
    SerdeInfo& serde = storage.serde.emplace();
    serde.library = unless_empty(table.serde_library);
    if (!table.serde_parameters.empty()) serde.parameters = table.serde_parameters;
    return row;
}

// A partition as Athena makes it: the table's storage at a place of its own.
Partition from_port(const TableRow& table, const ports::Partition& partition) {
    Partition one;
    one.values = partition.values;
    one.row.storage = table.storage.value_or(StorageDescriptor());
    one.row.storage->location = unless_empty(partition.location);
    return one;
}

template <class Item>
base::Result<void> all_pages(
    const std::function<base::Result<Page<Item>>(const std::optional<std::string>&)>& read,
    const std::function<void(Item&)>& each) {
    std::optional<std::string> token;
    do {
        TRY(page, read(token));
        for (Item& item : page.items)
            each(item);
        token = page.next_token;
    } while (token);
    return base::ok();
}

}  // namespace

base::Result<std::vector<std::string>> Glue::list_databases(const Scope& scope) const {
    std::vector<std::string> names;
    TRY_VOID(all_pages<DatabaseRow>(
        [&](const auto& token) { return databases(scope, token, everything); },
        [&](DatabaseRow& row) { names.push_back(std::move(row.name)); }));
    return names;
}

base::Result<void> Glue::create_database(const Scope& scope, const std::string& name,
                                         const std::string& comment, const std::string& location) {
    DatabaseRow row;
    row.name = name;
    row.description = unless_empty(comment);
    row.location = unless_empty(location);
    PrincipalPermissions everybody;
    everybody.principal = Principal{"IAM_ALLOWED_PRINCIPALS"};
    everybody.permissions = Values{"ALL"};
    row.permissions = {everybody};
    return create(scope, std::move(row));
}

base::Result<void> Glue::drop_database(const Scope& scope, const std::string& name, bool cascade) {
    return remove_database(scope, name, cascade);
}

base::Result<bool> Glue::database_exists(const Scope& scope, const std::string& name) const {
    auto row = database(scope, name);
    if (row) return true;
    if (row.error().kind == base::ErrorKind::not_found) return false;
    return row.error();
}

base::Result<std::vector<std::string>> Glue::list_tables(const Scope& scope,
                                                         const std::string& database_name) const {
    TRY(in, database(scope, database_name));
    std::vector<std::string> names;
    TRY_VOID(all_pages<TableRow>(
        [&](const auto& token) {
            return tables(
                in, [](const std::string&) { return true; }, token, everything);
        },
        [&](TableRow& row) { names.push_back(std::move(row.name)); }));
    return names;
}

base::Result<ports::Table> Glue::find_table(const Scope& scope, const std::string& database_name,
                                            const std::string& name) const {
    TRY(found, table(scope, database_name, name));
    return to_port(found.database.name, found.row);
}

base::Result<void> Glue::create_table(const Scope& scope, const ports::Table& table) {
    return create(scope, table.database, from_port(table));
}

base::Result<void> Glue::drop_table(const Scope& scope, const std::string& database_name,
                                    const std::string& name) {
    TRY(missing, remove_tables(scope, database_name, {name}));
    if (missing.empty()) return base::ok();
    return base::Error{base::ErrorKind::not_found, "Table " + name + " not found.", name};
}

base::Result<std::vector<ports::Partition>> Glue::list_partitions(const Scope& scope,
                                                                  const std::string& database_name,
                                                                  const std::string& name) const {
    TRY(found, table(scope, database_name, name));
    std::vector<ports::Partition> all;
    TRY_VOID(all_pages<Partition>(
        [&](const auto& token) {
            return partitions(
                found.row, [](const Values&) { return true; }, token, everything);
        },
        [&](Partition& one) {
            std::string location = one.row.storage ? one.row.storage->location.value_or("") : "";
            all.push_back({std::move(one.values), std::move(location)});
        }));
    return all;
}

base::Result<std::size_t> Glue::add_partitions(const Scope& scope, const std::string& database_name,
                                               const std::string& name,
                                               const std::vector<ports::Partition>& partitions) {
    TRY(found, table(scope, database_name, name));
    std::vector<Partition> rows;
    for (const auto& one : partitions) {
        TRY_VOID(check_values(found.row, one.values));
        rows.push_back(from_port(found.row, one));
    }
    TRY(outcomes, add(scope, database_name, name, std::move(rows)));
    std::size_t added = 0;
    for (const auto& outcome : outcomes) {
        if (outcome) {
            ++added;
        } else if (outcome.error().kind != base::ErrorKind::already_exists) {
            return outcome.error();
        }
    }
    return added;
}

base::Result<void> Glue::drop_partition(const Scope& scope, const std::string& database_name,
                                        const std::string& name,
                                        const std::vector<std::string>& values) {
    TRY(outcomes, remove(scope, database_name, name, {values}));
    return outcomes.front();
}

}  // namespace glue

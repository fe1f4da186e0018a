// Between what the wire shows and what is stored.
#include "services/glue/faults.h"
#include "services/glue/glue.h"

namespace glue {
namespace {

// New tables are open to everybody whom IAM lets in, as at AWS without Lake Formation.
std::vector<PrincipalPermissions> default_permissions() {
    PrincipalPermissions everybody;
    everybody.principal = Principal{"IAM_ALLOWED_PRINCIPALS"};
    everybody.permissions = Values{"ALL"};
    return {everybody};
}

aws::Reply<void> refuse_unsupported(const std::optional<StorageDescriptor>& storage) {
    return faults::refuse({{"SchemaReference", storage && storage->schema_reference.has_value()}});
}

}  // namespace

aws::Reply<Scope> scope_of(const aws::Call& call, const std::optional<std::string>& catalog_id) {
    if (catalog_id && *catalog_id != call.account()) {
        return faults::from(
            {base::ErrorKind::not_found, "Catalog " + *catalog_id + " not found.", {}});
    }
    return Scope{call.account(), call.region};
}

DatabaseOutput to_output(const Scope& scope, DatabaseRow row) {
    DatabaseOutput out;
    out.name = std::move(row.name);
    out.description = std::move(row.description);
    out.location = std::move(row.location);
    out.parameters = std::move(row.parameters);
    out.created = row.created;
    out.permissions = std::move(row.permissions);
    out.catalog_id = scope.account;
    return out;
}

TableOutput to_output(const Scope& scope, const std::string& database, TableRow row) {
    TableOutput out;
    out.name = std::move(row.name);
    out.database = database;
    out.description = std::move(row.description);
    out.owner = std::move(row.owner);
    out.created = row.created;
    out.updated = row.updated;
    out.last_access = row.last_access;
    out.last_analyzed = row.last_analyzed;
    out.retention = row.retention;
    out.storage = std::move(row.storage);
    out.partition_keys = std::move(row.partition_keys);
    out.view_original_text = std::move(row.view_original_text);
    out.view_expanded_text = std::move(row.view_expanded_text);
    out.table_type = std::move(row.table_type);
    out.parameters = std::move(row.parameters);
    out.created_by = std::move(row.created_by);
    out.catalog_id = scope.account;
    out.version_id = std::to_string(row.version);
    return out;
}

PartitionOutput to_output(const Scope& scope, const FoundTable& table, Partition partition) {
    PartitionOutput out;
    out.values = std::move(partition.values);
    out.database = table.database.name;
    out.table = table.row.name;
    out.created = partition.row.created;
    out.last_access = partition.row.last_access;
    out.storage = std::move(partition.row.storage);
    out.parameters = std::move(partition.row.parameters);
    out.last_analyzed = partition.row.last_analyzed;
    out.catalog_id = scope.account;
    return out;
}

aws::Reply<DatabaseRow> to_row(DatabaseInput input) {
    TRY_VOID(faults::refuse({{"TargetDatabase", input.target_database.has_value()},
                             {"FederatedDatabase", input.federated_database.has_value()}}));
    DatabaseRow row;
    row.name = std::move(input.name);
    row.description = std::move(input.description);
    row.location = std::move(input.location);
    row.parameters = std::move(input.parameters);
    row.permissions = input.permissions ? std::move(*input.permissions) : default_permissions();
    return row;
}

aws::Reply<TableRow> to_row(TableInput input) {
    TRY_VOID(faults::refuse({{"TargetTable", input.target_table.has_value()},
                             {"ViewDefinition", input.view_definition.has_value()}}));
    TRY_VOID(refuse_unsupported(input.storage));
    TableRow row;
    row.name = std::move(input.name);
    row.description = std::move(input.description);
    row.owner = std::move(input.owner);
    row.last_access = input.last_access;
    row.last_analyzed = input.last_analyzed;
    row.retention = input.retention.value_or(0);
    row.storage = std::move(input.storage);
    row.partition_keys = std::move(input.partition_keys).value_or(std::vector<Column>());
    row.view_original_text = std::move(input.view_original_text);
    row.view_expanded_text = std::move(input.view_expanded_text);
    row.table_type = std::move(input.table_type);
    row.parameters = std::move(input.parameters);
    return row;
}

aws::Reply<Partition> to_row(PartitionInput input) {
    TRY_VOID(refuse_unsupported(input.storage));
    Partition partition;
    partition.values = std::move(input.values).value_or(Values());
    partition.row.last_access = input.last_access;
    partition.row.last_analyzed = input.last_analyzed;
    partition.row.storage = std::move(input.storage);
    partition.row.parameters = std::move(input.parameters);
    return partition;
}

}  // namespace glue

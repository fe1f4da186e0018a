// What is stored. A database and a table have an internal id: what hangs on one that was deleted
// never shows under a new one of the same name.
//
//   glue.databases    account, region, name             DatabaseRow
//   glue.tables       database id, name                 TableRow
//   glue.partitions   table id, value, value, …         PartitionRow (its values are in the key)
#pragma once

#include "services/glue/shapes.h"

namespace glue {

struct DatabaseRow {
    std::string id;
    std::string name;
    std::optional<std::string> description;
    std::optional<std::string> location;
    std::optional<Parameters> parameters;
    std::vector<PrincipalPermissions> permissions;
    base::Timestamp created;
    Parameters tags;
    static constexpr auto members() {
        using D = DatabaseRow;
        return std::tuple{shape::member("id", &D::id),
                          shape::member("name", &D::name),
                          shape::member("description", &D::description),
                          shape::member("location", &D::location),
                          shape::member("parameters", &D::parameters),
                          shape::member("permissions", &D::permissions),
                          shape::member("created", &D::created),
                          shape::member("tags", &D::tags)};
    }
};

struct TableRow {
    std::string id;
    std::string name;
    std::optional<std::string> description;
    std::optional<std::string> owner;
    base::Timestamp created;
    base::Timestamp updated;
    std::optional<base::Timestamp> last_access;
    std::optional<base::Timestamp> last_analyzed;
    std::int32_t retention = 0;
    std::optional<StorageDescriptor> storage;
    std::vector<Column> partition_keys;
    std::optional<std::string> view_original_text;
    std::optional<std::string> view_expanded_text;
    std::optional<std::string> table_type;
    std::optional<Parameters> parameters;
    std::string created_by;
    std::int64_t version = 0;
    static constexpr auto members() {
        using T = TableRow;
        return std::tuple{shape::member("id", &T::id),
                          shape::member("name", &T::name),
                          shape::member("description", &T::description),
                          shape::member("owner", &T::owner),
                          shape::member("created", &T::created),
                          shape::member("updated", &T::updated),
                          shape::member("last_access", &T::last_access),
                          shape::member("last_analyzed", &T::last_analyzed),
                          shape::member("retention", &T::retention),
                          shape::member("storage", &T::storage),
                          shape::member("partition_keys", &T::partition_keys),
                          shape::member("view_original_text", &T::view_original_text),
                          shape::member("view_expanded_text", &T::view_expanded_text),
                          shape::member("table_type", &T::table_type),
                          shape::member("parameters", &T::parameters),
                          shape::member("created_by", &T::created_by),
                          shape::member("version", &T::version)};
    }
};

struct PartitionRow {
    base::Timestamp created;
    std::optional<base::Timestamp> last_access;
    std::optional<base::Timestamp> last_analyzed;
    std::optional<StorageDescriptor> storage;
    std::optional<Parameters> parameters;
    static constexpr auto members() {
        using P = PartitionRow;
        return std::tuple{
            shape::member("created", &P::created), shape::member("last_access", &P::last_access),
            shape::member("last_analyzed", &P::last_analyzed),
            shape::member("storage", &P::storage), shape::member("parameters", &P::parameters)};
    }
};

}  // namespace glue

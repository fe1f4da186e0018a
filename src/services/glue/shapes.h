// The values of the catalog: columns, storage, partitions. They are ours, and the wire shows them
// as they are stored: members here keep AWS's names for ever, or say wire_name.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/shape.h"

namespace glue {

// The model's string classes: one line, and with line breaks.
inline constexpr const char* one_line =
    R"([\x{20}-\x{D7FF}\x{E000}-\x{FFFD}\x{10000}-\x{10FFFF}\t]*)";
inline constexpr const char* many_lines =
    R"([\x{20}-\x{D7FF}\x{E000}-\x{FFFD}\x{10000}-\x{10FFFF}\r\n\t]*)";

inline constexpr shape::Constraints name_rule{
    .required = true, .min = 1, .max = 255, .pattern = one_line};
inline constexpr shape::Constraints optional_name_rule{.min = 1, .max = 255, .pattern = one_line};
inline constexpr shape::Constraints description_rule{.min = 0, .max = 2048, .pattern = many_lines};
inline constexpr shape::Constraints uri_rule{.min = 1, .max = 1024, .pattern = many_lines};
inline constexpr shape::Constraints location_rule{.max = 2056, .pattern = many_lines};
inline constexpr shape::Constraints format_rule{.max = 128, .pattern = one_line};
inline constexpr shape::Constraints arn_rule{
    .required = true,
    .min = 1,
    .max = 10'240,
    .pattern = "arn:aws(-(cn|us-gov|iso(-[bef])?))?:glue:.*"};
inline constexpr shape::Constraints required_rule{.required = true};

using Parameters = std::map<std::string, std::string>;
using Values = std::vector<std::string>;

struct Column {
    std::string name;
    std::optional<std::string> type;
    std::optional<std::string> comment;
    std::optional<Parameters> parameters;
    static constexpr auto members() {
        return std::tuple{
            shape::member("Name", &Column::name, name_rule),
            shape::member("Type", &Column::type, {.min = 0, .max = 131'072, .pattern = one_line}),
            shape::member("Comment", &Column::comment, {.min = 0, .max = 255, .pattern = one_line}),
            shape::member("Parameters", &Column::parameters)};
    }
};

struct SerdeInfo {
    std::optional<std::string> name;
    std::optional<std::string> library;
    std::optional<Parameters> parameters;
    static constexpr auto members() {
        return std::tuple{
            shape::member("Name", &SerdeInfo::name, optional_name_rule),
            shape::member("SerializationLibrary", &SerdeInfo::library, optional_name_rule),
            shape::member("Parameters", &SerdeInfo::parameters)};
    }
};

struct Order {
    std::string column;
    std::int32_t sort_order = 0;
    static constexpr auto members() {
        return std::tuple{
            shape::member("Column", &Order::column, name_rule),
            shape::member("SortOrder", &Order::sort_order, {.required = true, .min = 0, .max = 1})};
    }
};

struct SkewedInfo {
    std::optional<Values> column_names;
    std::optional<Values> column_values;
    std::optional<Parameters> value_locations;
    static constexpr auto members() {
        return std::tuple{
            shape::member("SkewedColumnNames", &SkewedInfo::column_names),
            shape::member("SkewedColumnValues", &SkewedInfo::column_values),
            shape::member("SkewedColumnValueLocationMaps", &SkewedInfo::value_locations)};
    }
};

struct StorageDescriptor {
    std::vector<Column> columns;
    std::optional<std::string> location;
    std::optional<Values> additional_locations;
    std::optional<std::string> input_format;
    std::optional<std::string> output_format;
    bool compressed = false;
    std::int32_t number_of_buckets = 0;
    std::optional<SerdeInfo> serde;
    std::optional<Values> bucket_columns;
    std::vector<Order> sort_columns;
    std::optional<Parameters> parameters;
    std::optional<SkewedInfo> skewed;
    bool stored_as_sub_directories = false;
    std::optional<shape::Document> schema_reference;  // refused: there is no schema registry
    static constexpr auto members() {
        using S = StorageDescriptor;
        return std::tuple{shape::member("Columns", &S::columns),
                          shape::member("Location", &S::location, location_rule),
                          shape::member("AdditionalLocations", &S::additional_locations),
                          shape::member("InputFormat", &S::input_format, format_rule),
                          shape::member("OutputFormat", &S::output_format, format_rule),
                          shape::member("Compressed", &S::compressed),
                          shape::member("NumberOfBuckets", &S::number_of_buckets),
                          shape::member("SerdeInfo", &S::serde),
                          shape::member("BucketColumns", &S::bucket_columns),
                          shape::member("SortColumns", &S::sort_columns),
                          shape::member("Parameters", &S::parameters),
                          shape::member("SkewedInfo", &S::skewed),
                          shape::member("StoredAsSubDirectories", &S::stored_as_sub_directories),
                          shape::member("SchemaReference", &S::schema_reference)};
    }
};

struct Principal {
    std::optional<std::string> identifier;
    static constexpr auto members() {
        return std::tuple{shape::member("DataLakePrincipalIdentifier", &Principal::identifier,
                                        {.min = 1, .max = 255})};
    }
};

struct PrincipalPermissions {
    std::optional<Principal> principal;
    std::optional<Values> permissions;
    static constexpr auto members() {
        return std::tuple{
            shape::member("Principal", &PrincipalPermissions::principal),
            shape::member("Permissions", &PrincipalPermissions::permissions,
                          {.values = "ALL, SELECT, ALTER, DROP, DELETE, INSERT, CREATE_DATABASE, "
                                     "CREATE_TABLE, DATA_LOCATION_ACCESS"})};
    }
};

// ---- what only the wire has ----

struct DatabaseInput {
    std::string name;
    std::optional<std::string> description;
    std::optional<std::string> location;
    std::optional<Parameters> parameters;
    std::optional<std::vector<PrincipalPermissions>> permissions;
    std::optional<shape::Document> target_database;
    std::optional<shape::Document> federated_database;
    static constexpr auto members() {
        using D = DatabaseInput;
        return std::tuple{shape::member("Name", &D::name, name_rule),
                          shape::member("Description", &D::description, description_rule),
                          shape::member("LocationUri", &D::location, uri_rule),
                          shape::member("Parameters", &D::parameters),
                          shape::member("CreateTableDefaultPermissions", &D::permissions),
                          shape::member("TargetDatabase", &D::target_database),
                          shape::member("FederatedDatabase", &D::federated_database)};
    }
};

struct TableInput {
    std::string name;
    std::optional<std::string> description;
    std::optional<std::string> owner;
    std::optional<base::Timestamp> last_access;
    std::optional<base::Timestamp> last_analyzed;
    std::optional<std::int32_t> retention;
    std::optional<StorageDescriptor> storage;
    std::optional<std::vector<Column>> partition_keys;
    std::optional<std::string> view_original_text;
    std::optional<std::string> view_expanded_text;
    std::optional<std::string> table_type;
    std::optional<Parameters> parameters;
    std::optional<shape::Document> target_table;
    std::optional<shape::Document> view_definition;
    static constexpr auto members() {
        using T = TableInput;
        return std::tuple{
            shape::member("Name", &T::name, name_rule),
            shape::member("Description", &T::description, description_rule),
            shape::member("Owner", &T::owner, optional_name_rule),
            shape::member("LastAccessTime", &T::last_access),
            shape::member("LastAnalyzedTime", &T::last_analyzed),
            shape::member("Retention", &T::retention, {.min = 0}),
            shape::member("StorageDescriptor", &T::storage),
            shape::member("PartitionKeys", &T::partition_keys),
            shape::member("ViewOriginalText", &T::view_original_text, {.max = 409'600}),
            shape::member("ViewExpandedText", &T::view_expanded_text, {.max = 409'600}),
            shape::member("TableType", &T::table_type, {.max = 255}),
            shape::member("Parameters", &T::parameters),
            shape::member("TargetTable", &T::target_table),
            shape::member("ViewDefinition", &T::view_definition)};
    }
};

struct PartitionInput {
    std::optional<Values> values;
    std::optional<base::Timestamp> last_access;
    std::optional<StorageDescriptor> storage;
    std::optional<Parameters> parameters;
    std::optional<base::Timestamp> last_analyzed;
    static constexpr auto members() {
        using P = PartitionInput;
        return std::tuple{shape::member("Values", &P::values),
                          shape::member("LastAccessTime", &P::last_access),
                          shape::member("StorageDescriptor", &P::storage),
                          shape::member("Parameters", &P::parameters),
                          shape::member("LastAnalyzedTime", &P::last_analyzed)};
    }
};

struct PartitionValueList {
    Values values;
    static constexpr auto members() {
        return std::tuple{shape::member("Values", &PartitionValueList::values, required_rule)};
    }
};

struct ErrorDetail {
    std::string code;
    std::string message;
    static constexpr auto members() {
        return std::tuple{shape::member("ErrorCode", &ErrorDetail::code),
                          shape::member("ErrorMessage", &ErrorDetail::message)};
    }
};

struct PartitionError {
    Values values;
    ErrorDetail detail;
    static constexpr auto members() {
        return std::tuple{shape::member("PartitionValues", &PartitionError::values),
                          shape::member("ErrorDetail", &PartitionError::detail)};
    }
};

struct DatabaseOutput {
    std::string name;
    std::optional<std::string> description;
    std::optional<std::string> location;
    std::optional<Parameters> parameters;
    base::Timestamp created;
    std::vector<PrincipalPermissions> permissions;
    std::string catalog_id;
    static constexpr auto members() {
        using D = DatabaseOutput;
        return std::tuple{shape::member("Name", &D::name, required_rule),
                          shape::member("Description", &D::description),
                          shape::member("LocationUri", &D::location),
                          shape::member("Parameters", &D::parameters),
                          shape::member("CreateTime", &D::created),
                          shape::member("CreateTableDefaultPermissions", &D::permissions),
                          shape::member("CatalogId", &D::catalog_id)};
    }
};

struct TableOutput {
    std::string name;
    std::string database;
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
    bool registered_with_lake_formation = false;
    std::string catalog_id;
    std::string version_id;
    static constexpr auto members() {
        using T = TableOutput;
        return std::tuple{
            shape::member("Name", &T::name, required_rule),
            shape::member("DatabaseName", &T::database),
            shape::member("Description", &T::description),
            shape::member("Owner", &T::owner),
            shape::member("CreateTime", &T::created),
            shape::member("UpdateTime", &T::updated),
            shape::member("LastAccessTime", &T::last_access),
            shape::member("LastAnalyzedTime", &T::last_analyzed),
            shape::member("Retention", &T::retention),
            shape::member("StorageDescriptor", &T::storage),
            shape::member("PartitionKeys", &T::partition_keys),
            shape::member("ViewOriginalText", &T::view_original_text),
            shape::member("ViewExpandedText", &T::view_expanded_text),
            shape::member("TableType", &T::table_type),
            shape::member("Parameters", &T::parameters),
            shape::member("CreatedBy", &T::created_by),
            shape::member("IsRegisteredWithLakeFormation", &T::registered_with_lake_formation),
            shape::member("CatalogId", &T::catalog_id),
            shape::member("VersionId", &T::version_id)};
    }
};

struct PartitionOutput {
    Values values;
    std::string database;
    std::string table;
    base::Timestamp created;
    std::optional<base::Timestamp> last_access;
    std::optional<StorageDescriptor> storage;
    std::optional<Parameters> parameters;
    std::optional<base::Timestamp> last_analyzed;
    std::string catalog_id;
    static constexpr auto members() {
        using P = PartitionOutput;
        return std::tuple{shape::member("Values", &P::values),
                          shape::member("DatabaseName", &P::database),
                          shape::member("TableName", &P::table),
                          shape::member("CreationTime", &P::created),
                          shape::member("LastAccessTime", &P::last_access),
                          shape::member("StorageDescriptor", &P::storage),
                          shape::member("Parameters", &P::parameters),
                          shape::member("LastAnalyzedTime", &P::last_analyzed),
                          shape::member("CatalogId", &P::catalog_id)};
    }
};

}  // namespace glue

// AWS::Glue::Table. Source: CloudFormation's resource reference. Not here: Iceberg tables, resource
// links, multi-dialect views and schema references, which the catalog has not. Partitions that were
// added to a table stay when it is updated.
#include "aws/json_values.h"
#include "aws/resource_type.h"
#include "services/glue/glue.h"

namespace glue {
namespace {

namespace json = boost::json;

struct ColumnProperties {
    std::string name;
    std::optional<std::string> type;
    std::optional<std::string> comment;
    static constexpr auto members() {
        using C = ColumnProperties;
        return std::tuple{aws::member("Name", &C::name, {.required = true}),
                          aws::member("Type", &C::type), aws::member("Comment", &C::comment)};
    }
};

struct StorageProperties {
    std::optional<std::vector<ColumnProperties>> columns;
    std::optional<std::string> location;
    std::optional<std::string> input_format;
    std::optional<std::string> output_format;
    std::optional<bool> compressed;
    std::optional<std::int32_t> number_of_buckets;
    std::optional<SerdeInfo> serde;
    std::optional<Values> bucket_columns;
    std::optional<std::vector<Order>> sort_columns;
    std::optional<Parameters> parameters;
    std::optional<SkewedInfo> skewed;
    std::optional<bool> stored_as_sub_directories;
    static constexpr auto members() {
        using S = StorageProperties;
        return std::tuple{aws::member("Columns", &S::columns),
                          aws::member("Location", &S::location),
                          aws::member("InputFormat", &S::input_format),
                          aws::member("OutputFormat", &S::output_format),
                          aws::member("Compressed", &S::compressed),
                          aws::member("NumberOfBuckets", &S::number_of_buckets),
                          aws::member("SerdeInfo", &S::serde),
                          aws::member("BucketColumns", &S::bucket_columns),
                          aws::member("SortColumns", &S::sort_columns),
                          aws::member("Parameters", &S::parameters),
                          aws::member("SkewedInfo", &S::skewed),
                          aws::member("StoredAsSubDirectories", &S::stored_as_sub_directories)};
    }
};

struct TableProperties {
    std::optional<std::string> name;
    std::optional<std::string> description;
    std::optional<std::string> owner;
    std::optional<std::int32_t> retention;
    std::optional<StorageProperties> storage;
    std::optional<std::vector<ColumnProperties>> partition_keys;
    std::optional<std::string> view_original_text;
    std::optional<std::string> view_expanded_text;
    std::optional<std::string> table_type;
    std::optional<Parameters> parameters;
    static constexpr auto members() {
        using T = TableProperties;
        return std::tuple{aws::member("Name", &T::name, {.replaces = true}),
                          aws::member("Description", &T::description),
                          aws::member("Owner", &T::owner),
                          aws::member("Retention", &T::retention),
                          aws::member("StorageDescriptor", &T::storage),
                          aws::member("PartitionKeys", &T::partition_keys),
                          aws::member("ViewOriginalText", &T::view_original_text),
                          aws::member("ViewExpandedText", &T::view_expanded_text),
                          aws::member("TableType", &T::table_type),
                          aws::member("Parameters", &T::parameters)};
    }
};

struct TableResource {
    struct Properties {
        std::string catalog_id;
        std::string database;
        std::optional<std::string> name;
        TableProperties table;
        static constexpr auto members() {
            using P = Properties;
            return std::tuple{
                aws::member("CatalogId", &P::catalog_id, {.required = true, .replaces = true}),
                aws::member("DatabaseName", &P::database, {.required = true, .replaces = true}),
                aws::member("Name", &P::name, {.replaces = true}),
                aws::member("TableInput", &P::table, {.required = true})};
        }
    };
    static constexpr auto attributes = aws::no_attributes;

    // The catalog keeps names in lower case.
    static std::string identify(const aws::ResourceContext& context, const Properties& properties) {
        if (properties.name) return lower_case(*properties.name);
        if (properties.table.name) return lower_case(*properties.table.name);
        return aws::generated_lower_name(context, 255);
    }
    static json::object input(const aws::ResourceContext& context, const Properties& properties) {
        json::object table = aws::to_json(properties.table);
        table["Name"] = context.physical_id;
        return {{"CatalogId", properties.catalog_id},
                {"DatabaseName", properties.database},
                {"TableInput", std::move(table)}};
    }
    static json::object named(const aws::ResourceContext& context, const Properties& properties) {
        return {{"CatalogId", properties.catalog_id},
                {"DatabaseName", properties.database},
                {"Name", context.physical_id}};
    }
    static aws::Reply<aws::ResourceSteps> create(const aws::ResourceContext& context,
                                                 const Properties& properties) {
        return aws::ResourceSteps{
            {"glue", "CreateTable", input(context, properties), {"AlreadyExistsException"}}};
    }
    static aws::Reply<aws::ResourceSteps> update(const aws::ResourceContext& context,
                                                 const Properties&, const Properties& after) {
        return aws::ResourceSteps{{"glue", "UpdateTable", input(context, after)}};
    }
    static aws::ResourceSteps remove(const aws::ResourceContext& context,
                                     const Properties& properties) {
        return {{"glue", "DeleteTable", named(context, properties), {"EntityNotFoundException"}}};
    }
    static aws::ResourceSteps read(const aws::ResourceContext& context,
                                   const Properties& properties) {
        return {{"glue", "GetTable", named(context, properties), {"EntityNotFoundException"}}};
    }
    static json::object describe(const aws::ResourceContext&, const Properties&,
                                 const aws::ResourceOutputs&) {
        return {};
    }
};

}  // namespace

constinit const aws::ResourceType table_resource =
    aws::resource_type<TableResource>("AWS::Glue::Table");

}  // namespace glue

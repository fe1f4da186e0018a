// AWS::Glue::Database. Source: CloudFormation's resource reference. Not here: resource links and
// federated databases, which the catalog has not. Deleting one deletes its tables, as at AWS.
#include "aws/json_values.h"
#include "aws/resource_type.h"
#include "services/glue/glue.h"

namespace glue {
namespace {

namespace json = boost::json;

struct DatabaseProperties {
    std::optional<std::string> name;
    std::optional<std::string> description;
    std::optional<std::string> location;
    std::optional<Parameters> parameters;
    std::optional<std::vector<PrincipalPermissions>> permissions;
    static constexpr auto members() {
        using D = DatabaseProperties;
        return std::tuple{aws::member("Name", &D::name, {.replaces = true}),
                          aws::member("Description", &D::description),
                          aws::member("LocationUri", &D::location),
                          aws::member("Parameters", &D::parameters),
                          aws::member("CreateTableDefaultPermissions", &D::permissions)};
    }
};

struct DatabaseResource {
    struct Properties {
        std::string catalog_id;
        std::optional<std::string> database_name;
        DatabaseProperties database;
        static constexpr auto members() {
            using P = Properties;
            return std::tuple{
                aws::member("CatalogId", &P::catalog_id, {.required = true, .replaces = true}),
                aws::member("DatabaseName", &P::database_name, {.replaces = true}),
                aws::member("DatabaseInput", &P::database, {.required = true})};
        }
    };
    static constexpr auto attributes = aws::no_attributes;

    // The catalog keeps names in lower case.
    static std::string identify(const aws::ResourceContext& context, const Properties& properties) {
        if (properties.database_name) return lower_case(*properties.database_name);
        if (properties.database.name) return lower_case(*properties.database.name);
        return aws::generated_lower_name(context, 255);
    }
    static json::object input(const aws::ResourceContext& context, const Properties& properties) {
        json::object database = aws::to_json(properties.database);
        database["Name"] = context.physical_id;
        return {{"CatalogId", properties.catalog_id}, {"DatabaseInput", std::move(database)}};
    }
    static json::object named(const aws::ResourceContext& context, const Properties& properties) {
        return {{"CatalogId", properties.catalog_id}, {"Name", context.physical_id}};
    }
    static aws::Reply<aws::ResourceSteps> create(const aws::ResourceContext& context,
                                                 const Properties& properties) {
        return aws::ResourceSteps{
            {"glue", "CreateDatabase", input(context, properties), {"AlreadyExistsException"}}};
    }
    static aws::Reply<aws::ResourceSteps> update(const aws::ResourceContext& context,
                                                 const Properties&, const Properties& after) {
        json::object changed = input(context, after);
        changed["Name"] = context.physical_id;
        return aws::ResourceSteps{{"glue", "UpdateDatabase", std::move(changed)}};
    }
    static aws::ResourceSteps remove(const aws::ResourceContext& context,
                                     const Properties& properties) {
        return {
            {"glue", "DeleteDatabase", named(context, properties), {"EntityNotFoundException"}}};
    }
    static aws::ResourceSteps read(const aws::ResourceContext& context,
                                   const Properties& properties) {
        return {{"glue", "GetDatabase", named(context, properties), {"EntityNotFoundException"}}};
    }
    static json::object describe(const aws::ResourceContext&, const Properties&,
                                 const aws::ResourceOutputs&) {
        return {};
    }
};

}  // namespace

constinit const aws::ResourceType database_resource =
    aws::resource_type<DatabaseResource>("AWS::Glue::Database");

}  // namespace glue

// AWS::Athena::NamedQuery. Source: CloudFormation's resource reference: every change replaces. Ref
// is the query's id, which follows from the token that the request carries.
#include "aws/json_values.h"
#include "aws/resource_type.h"
#include "services/athena/athena.h"
#include "services/athena/faults.h"

namespace athena {
namespace {

namespace json = boost::json;

struct NamedQueryResource {
    struct Properties {
        std::optional<std::string> name;
        std::optional<std::string> description;
        std::string database;
        std::string query;
        std::optional<std::string> work_group;
        static constexpr auto members() {
            using P = Properties;
            return std::tuple{
                aws::member("Name", &P::name, {.replaces = true}),
                aws::member("Description", &P::description, {.replaces = true}),
                aws::member("Database", &P::database, {.required = true, .replaces = true}),
                aws::member("QueryString", &P::query, {.required = true, .replaces = true}),
                aws::member("WorkGroup", &P::work_group, {.replaces = true})};
        }
    };
    static constexpr std::string_view attributes[] = {"NamedQueryId"};

    static std::string identify(const aws::ResourceContext& context, const Properties&) {
        return aws::uuid_of_token(context.token);
    }
    static aws::Reply<aws::ResourceSteps> create(const aws::ResourceContext& context,
                                                 const Properties& properties) {
        json::object input = aws::to_json(properties);
        if (!properties.name) input["Name"] = aws::generated_name(context, 128);
        input["ClientRequestToken"] = context.token;
        // The token makes a repeated request the same one: there is no code for "is there".
        return aws::ResourceSteps{{"athena", "CreateNamedQuery", std::move(input)}};
    }
    static aws::ResourceSteps remove(const aws::ResourceContext& context, const Properties&) {
        return {{"athena",
                 "DeleteNamedQuery",
                 {{"NamedQueryId", context.physical_id}},
                 {faults::query_not_found}}};
    }
    static aws::ResourceSteps read(const aws::ResourceContext& context, const Properties&) {
        return {{"athena",
                 "GetNamedQuery",
                 {{"NamedQueryId", context.physical_id}},
                 {faults::query_not_found}}};
    }
    static json::object describe(const aws::ResourceContext& context, const Properties&,
                                 const aws::ResourceOutputs&) {
        return {{"NamedQueryId", context.physical_id}};
    }
};

}  // namespace

constinit const aws::ResourceType named_query_resource =
    aws::resource_type<NamedQueryResource>("AWS::Athena::NamedQuery");

}  // namespace athena

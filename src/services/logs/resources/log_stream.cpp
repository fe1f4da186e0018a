// AWS::Logs::LogStream. Source: CloudFormation's resource reference: every change replaces.
#include <boost/json/array.hpp>

#include "aws/resource_type.h"
#include "services/logs/logs.h"

namespace logs {
namespace {

namespace json = boost::json;

struct LogStreamResource {
    struct Properties {
        std::string group;
        std::optional<std::string> name;
        static constexpr auto members() {
            using P = Properties;
            return std::tuple{
                aws::member("LogGroupName", &P::group, {.required = true, .replaces = true}),
                aws::member("LogStreamName", &P::name, {.replaces = true})};
        }
    };
    static constexpr auto attributes = aws::no_attributes;

    static std::string identify(const aws::ResourceContext& context, const Properties& properties) {
        return properties.name ? *properties.name : aws::generated_name(context, 512);
    }
    static json::object named(const aws::ResourceContext& context, const Properties& properties) {
        return {{"logGroupName", properties.group}, {"logStreamName", context.physical_id}};
    }
    static aws::Reply<aws::ResourceSteps> create(const aws::ResourceContext& context,
                                                 const Properties& properties) {
        return aws::ResourceSteps{{"logs",
                                   "CreateLogStream",
                                   named(context, properties),
                                   {"ResourceAlreadyExistsException"}}};
    }
    static aws::ResourceSteps remove(const aws::ResourceContext& context,
                                     const Properties& properties) {
        return {
            {"logs", "DeleteLogStream", named(context, properties), {"ResourceNotFoundException"}}};
    }
    // Of the streams whose names begin with this one's, it is the first. Without its group it is
    // not there either.
    static aws::ResourceSteps read(const aws::ResourceContext& context,
                                   const Properties& properties) {
        return {{"logs",
                 "DescribeLogStreams",
                 {{"logGroupName", properties.group},
                  {"logStreamNamePrefix", context.physical_id},
                  {"limit", 1}},
                 {"ResourceNotFoundException"}}};
    }
    static bool present(const aws::ResourceContext& context, const Properties&,
                        const json::object& output) {
        const json::array& streams = output.at("logStreams").as_array();
        return !streams.empty() &&
               streams[0].at("logStreamName") == json::string(context.physical_id);
    }
    static json::object describe(const aws::ResourceContext&, const Properties&,
                                 const aws::ResourceOutputs&) {
        return {};
    }
};

}  // namespace

constinit const aws::ResourceType log_stream_resource =
    aws::resource_type<LogStreamResource>("AWS::Logs::LogStream");

}  // namespace logs

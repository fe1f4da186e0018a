// A CloudFormation resource type is a type-erased constant, as an operation is: one file in its
// service's resources/ and one word in the service's list. It is pure: it says which operations,
// with which inputs, make, change, remove and read a resource; the engine (services/cloudformation)
// runs them in process, through the same validation as a client's calls. So whatever a resource can
// do, a client can do too.
//
//   struct Stream {
//       struct Properties { …; static constexpr auto members() {…} };
//       static constexpr std::string_view attributes[] = {"Arn"};
//       static std::string identify(const aws::ResourceContext&, const Properties&);
//       static aws::Reply<aws::ResourceSteps> create(const aws::ResourceContext&,
//                                                    const Properties&);
//       static aws::Reply<aws::ResourceSteps> update(const aws::ResourceContext&,
//                                                    const Properties& before,
//                                                    const Properties& after);   // optional
//       static aws::ResourceSteps remove(const aws::ResourceContext&, const Properties&);
//       static aws::ResourceSteps read(const aws::ResourceContext&, const Properties&);
//       static boost::json::object describe(const aws::ResourceContext&, const Properties&,
//                                           const aws::ResourceOutputs&);
//       static bool present(const aws::ResourceContext&, const Properties&,
//                           const boost::json::object& output);   // optional
//   };
//   constinit const aws::ResourceType stream_resource =
//       aws::resource_type<Stream>("AWS::Kinesis::Stream");
//
// Properties
//   What CloudFormation's reference lists and this server really does; a template's property that
//   is not here fails the stack by name. `.replaces = true`: "Update requires: Replacement".
//   Scalars are coerced as CloudFormation does ("5" for 5, true for "true").
// identify
//   The physical id, which Ref gives. Decided before the first call and stored durably, so that a
//   crash leaves nothing that nobody knows of. Services that choose ids choose uuid_of_token().
// create
//   The engine has read the resource before: it was not there. After a crash the same steps run
//   again from the first, with the same context: a step whose fault is one of its done_codes is
//   done then. On a first run done_codes are not looked at: a name taken meanwhile is an error.
// update
//   Only properties without `replaces` differ. Absent: every change replaces. May be run again.
// remove
//   done_codes tell that it is gone already. May be run again.
// read
//   One step or more; a fault among the first step's done_codes means that the resource is not
//   there. Where that call succeeds without it too (a list, a policy with other statements),
//   `present` looks into its output. `describe` makes the values of `attributes` (Fn::GetAtt) from
//   their outputs.
#pragma once

#include <algorithm>
#include <boost/json/object.hpp>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aws/fault.h"
#include "base/shape.h"

namespace aws {

struct ResourceContext {
    std::string account;
    std::string region;
    std::string stack_name;
    std::string stack_id;  // arn
    std::string logical_id;
    std::string physical_id;  // "" in identify only
    // 32 hex digits; the same for every attempt at this resource, another for its replacement.
    std::string token;
    std::map<std::string, std::string> tags;         // of the stack, for resources that have tags
    std::map<std::string, std::string> tags_before;  // update: of the last deployment
};

enum class Settled : std::uint8_t { yes, not_yet };

// One call of one operation, by the names that clients use, whatever its protocol: members of
// headers, paths and bodies alike are keys of `input`.
struct ResourceStep {
    std::string service;    // ServiceModel::id, "kinesis"
    std::string operation;  // "CreateStream"
    boost::json::object input;
    // Fault codes, or causes, that say that what this step wants is so already
    // ("ResourceInUseException").
    std::vector<std::string> done_codes = {};
    // Set: the step is repeated until its output settles, or is a Fault: the resource has failed.
    Reply<Settled> (*settled)(const boost::json::object& output) = nullptr;
    // Set: completes `input` with what the outputs of the steps before tell, as a version that the
    // operation asks for.
    void (*complete)(std::span<const boost::json::object> outputs,
                     boost::json::object& input) = nullptr;

    // Is `fault` one of done_codes?
    bool is_done_by(const Fault& fault) const {
        return std::find_if(done_codes.begin(), done_codes.end(), [&](const std::string& code) {
                   return code == fault.code || code == fault.cause;
               }) != done_codes.end();
    }
};

using ResourceSteps = std::vector<ResourceStep>;
using ResourceOutputs = std::span<const boost::json::object>;  // one per step, same order

struct ResourceType {
    std::string_view name;  // "AWS::Kinesis::Stream"
    shape::TypeRef properties = nullptr;
    std::span<const std::string_view> attributes = {};
    std::shared_ptr<void> (*make_properties)() = nullptr;
    // `properties` arguments point to objects of the type's Properties.
    std::string (*identify)(const ResourceContext&, const void* properties) = nullptr;
    Reply<ResourceSteps> (*create)(const ResourceContext&, const void* properties) = nullptr;
    Reply<ResourceSteps> (*update)(const ResourceContext&, const void* before,
                                   const void* after) = nullptr;  // null: replaces
    ResourceSteps (*remove)(const ResourceContext&, const void* properties) = nullptr;
    ResourceSteps (*read)(const ResourceContext&, const void* properties) = nullptr;
    boost::json::object (*describe)(const ResourceContext&, const void* properties,
                                    ResourceOutputs outputs) = nullptr;
    // Given the output of read's first step, is the resource there? Null: it is.
    bool (*present)(const ResourceContext&, const void* properties,
                    const boost::json::object& output) = nullptr;
};

template <class T>
constexpr ResourceType resource_type(std::string_view name) {
    using Properties = typename T::Properties;
    ResourceType type;
    type.name = name;
    type.properties = &shape::type_of<Properties>;
    type.attributes = T::attributes;
    type.make_properties = [] { return std::shared_ptr<void>(std::make_shared<Properties>()); };
    type.identify = [](const ResourceContext& context, const void* properties) {
        return T::identify(context, *static_cast<const Properties*>(properties));
    };
    type.create = [](const ResourceContext& context, const void* properties) {
        return T::create(context, *static_cast<const Properties*>(properties));
    };
    if constexpr (requires { &T::update; }) {
        type.update = [](const ResourceContext& context, const void* before, const void* after) {
            return T::update(context, *static_cast<const Properties*>(before),
                             *static_cast<const Properties*>(after));
        };
    }
    type.remove = [](const ResourceContext& context, const void* properties) {
        return T::remove(context, *static_cast<const Properties*>(properties));
    };
    type.read = [](const ResourceContext& context, const void* properties) {
        return T::read(context, *static_cast<const Properties*>(properties));
    };
    type.describe = [](const ResourceContext& context, const void* properties,
                       ResourceOutputs outputs) {
        return T::describe(context, *static_cast<const Properties*>(properties), outputs);
    };
    if constexpr (requires { &T::present; }) {
        type.present = [](const ResourceContext& context, const void* properties,
                          const boost::json::object& output) {
            return T::present(context, *static_cast<const Properties*>(properties), output);
        };
    }
    return type;
}

// For types without attributes: static constexpr auto attributes = aws::no_attributes;
inline constexpr std::span<const std::string_view> no_attributes = {};

// "AcmeStack-Stream-1A2B3C4D5E6F": the name CloudFormation makes when the template gives none. The
// stack's and the logical id's parts are cut alike to fit `length_max` (≥ 20).
std::string generated_name(const ResourceContext& context, std::size_t length_max);
// The same in lower case, for buckets and work that wants such names.
std::string generated_lower_name(const ResourceContext& context, std::size_t length_max);
// The token in the form of a UUID: "6f1c…-….".
std::string uuid_of_token(std::string_view token);

// CloudFormation's Tags property: [{Key, Value}].
struct Tag {
    std::string key;
    std::string value;
    bool operator==(const Tag&) const = default;
    static constexpr auto members() {
        return std::tuple{shape::member("Key", &Tag::key, {.required = true, .min = 1, .max = 128}),
                          shape::member("Value", &Tag::value, {.required = true, .max = 256})};
    }
};
// The stack's tags and the resource's own, which win.
std::map<std::string, std::string> merge_tags(const ResourceContext& context,
                                              const std::vector<Tag>& tags);
std::map<std::string, std::string> merge_tags(const ResourceContext& context,
                                              const std::map<std::string, std::string>& tags);

// What an update has to do: from tags_before and `before` to tags and `after`.
struct TagChanges {
    std::map<std::string, std::string> set;
    std::vector<std::string> removed;
};
TagChanges change_tags(const ResourceContext& context, const std::vector<Tag>& before,
                       const std::vector<Tag>& after);
TagChanges change_tags(const ResourceContext& context,
                       const std::map<std::string, std::string>& before,
                       const std::map<std::string, std::string>& after);

// Properties from a template's resolved JSON: scalars coerced, unknown and missing ones refused by
// name in CloudFormation's words, constraints not checked (the operations do that).
//   errors  ValidationError, "Properties validation failed for resource <logical id> with message:
//           #: extraneous key [Foo] is not permitted"
Reply<std::shared_ptr<void>> decode_properties(const ResourceType& type,
                                               const std::string& logical_id,
                                               const boost::json::value& json);

}  // namespace aws

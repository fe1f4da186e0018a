// A service is a constant too: how clients find it, which protocol it speaks, its operations.
//
//   // kinesis.h
//   #define KINESIS_OPERATIONS(X) X(create_stream) X(delete_stream) …
//   AWS_DECLARE_OPERATIONS(KINESIS_OPERATIONS)
//   extern const aws::ServiceModel model;
//
//   // kinesis.cpp
//   constexpr const aws::Operation* operations[] = {AWS_LIST_OPERATIONS(KINESIS_OPERATIONS)};
//   const aws::ServiceModel model = {.id = "kinesis", .target_prefix = "Kinesis_20131202",
//                                    .protocol = aws::Protocol::json_1_1, .operations =
//                                    operations};
//
// Adding an operation to a service takes its file, its test, and one word in the list. Resource
// types of CloudFormation are listed the same way (KINESIS_RESOURCES, AWS_DECLARE_RESOURCES, …).
#pragma once

#include <span>
#include <string_view>

#include "aws/operation.h"

namespace aws {

struct ResourceType;  // resource_type.h

enum class Protocol : std::uint8_t { json_1_0, json_1_1, query, rest_xml, rest_json };

struct ServiceModel {
    std::string_view id;                  // "kinesis": our folder, metrics and log label
    std::string_view signing_name;        // in the credential scope: "kinesis", "monitoring", …
    std::string_view target_prefix;       // before the dot of X-Amz-Target; "" where not JSON
    std::string_view api_version;         // "2013-12-02"
    std::string_view xml_namespace = "";  // of Query and REST-XML answers
    Protocol protocol = Protocol::json_1_1;
    std::span<const Operation* const> operations = {};
    // The code of faults of the constraints in members(). "InvalidParameterException" for Logs,
    // "InvalidRequestException" for Athena, "ValidationError" for Query services.
    std::string_view validation_code = "ValidationException";
    std::span<const ResourceType* const> resources = {};
};

}  // namespace aws

#define AWS_DECLARE_OPERATION(name) extern const aws::Operation name;
#define AWS_DECLARE_OPERATIONS(LIST) LIST(AWS_DECLARE_OPERATION)
#define AWS_LIST_OPERATION(name) &name,
#define AWS_LIST_OPERATIONS(LIST) LIST(AWS_LIST_OPERATION)

#define AWS_DECLARE_RESOURCE(name) extern const aws::ResourceType name##_resource;
#define AWS_DECLARE_RESOURCES(LIST) LIST(AWS_DECLARE_RESOURCE)
#define AWS_LIST_RESOURCE(name) &name##_resource,
#define AWS_LIST_RESOURCES(LIST) LIST(AWS_LIST_RESOURCE)

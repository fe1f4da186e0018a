// REST-JSON over a toy of Lambda's shapes.
#include <gtest/gtest.h>

#include "aws/testing.h"

namespace {

struct Toy {
    std::string last;
};

struct CreateInput {
    std::string name;
    std::optional<std::int64_t> memory;
    static constexpr auto members() {
        return std::tuple{
            aws::member("FunctionName", &CreateInput::name, {.required = true, .min = 1}),
            aws::member("MemorySize", &CreateInput::memory, {.min = 128})};
    }
};
struct Created {
    std::string arn;
    static constexpr auto members() {
        return std::tuple{aws::member("FunctionArn", &Created::arn)};
    }
};
aws::Reply<Created> create(Toy&, const aws::Call&, CreateInput& input) {
    if (input.name == "there") {
        return aws::Fault("ResourceConflictException", "Function already exist: there", 409);
    }
    return Created{"arn:" + input.name};
}
constinit const aws::Operation create_operation =
    aws::operation<&create>("CreateFunction", {.http = {"POST", "/2015-03-31/functions", 201}});

struct ListInput {
    std::optional<std::string> marker;
    std::optional<std::int64_t> items_max;
    std::vector<std::string> keys;
    static constexpr auto members() {
        return std::tuple{
            aws::member("Marker", &ListInput::marker, {.location = shape::Location::query}),
            aws::member("MaxItems", &ListInput::items_max,
                        {.min = 1, .max = 50, .location = shape::Location::query}),
            aws::member("Keys", &ListInput::keys,
                        {.wire_name = "tagKeys", .location = shape::Location::query})};
    }
};
aws::Reply<Created> list(Toy& toy, const aws::Call&, ListInput& input) {
    toy.last = "list " + input.marker.value_or("-") + " " + std::to_string(input.keys.size());
    return Created{};
}
constinit const aws::Operation list_operation =
    aws::operation<&list>("ListFunctions", {.http = {"GET", "/2015-03-31/functions/"}});

struct NameInput {
    std::string name;
    std::optional<std::string> qualifier;
    static constexpr auto members() {
        return std::tuple{
            aws::member("FunctionName", &NameInput::name,
                        {.required = true, .max = 20, .location = shape::Location::path}),
            aws::member("Qualifier", &NameInput::qualifier, {.location = shape::Location::query})};
    }
};
aws::Reply<shape::Empty> remove(Toy& toy, const aws::Call&, NameInput& input) {
    toy.last = "remove " + input.name + " " + input.qualifier.value_or("-");
    return shape::Empty{};
}
constinit const aws::Operation remove_operation = aws::operation<&remove>(
    "DeleteFunction", {.http = {"DELETE", "/2015-03-31/functions/{FunctionName}", 204}});

struct InvokeInput {
    std::string name;
    std::string type = "RequestResponse";
    base::Blob payload;
    static constexpr auto members() {
        return std::tuple{
            aws::member("FunctionName", &InvokeInput::name,
                        {.required = true, .location = shape::Location::path}),
            aws::member("InvocationType", &InvokeInput::type,
                        {.values = "Event, RequestResponse, DryRun",
                         .wire_name = "X-Amz-Invocation-Type",
                         .location = shape::Location::header}),
            aws::member("Payload", &InvokeInput::payload, {.location = shape::Location::payload})};
    }
};
struct InvokeOutput {
    std::int32_t status = 200;
    std::optional<std::string> error;
    base::Blob payload;
    static constexpr auto members() {
        return std::tuple{
            aws::member("StatusCode", &InvokeOutput::status, {.location = shape::Location::status}),
            aws::member("FunctionError", &InvokeOutput::error,
                        {.wire_name = "X-Amz-Function-Error", .location = shape::Location::header}),
            aws::member("Payload", &InvokeOutput::payload, {.location = shape::Location::payload})};
    }
};
aws::Reply<InvokeOutput> invoke(Toy&, const aws::Call&, InvokeInput& input) {
    if (input.type == "Event") return InvokeOutput{202, std::nullopt, {}};
    return InvokeOutput{200, "Unhandled", {input.name + ":" + input.payload.bytes}};
}
constinit const aws::Operation invoke_operation = aws::operation<&invoke>(
    "Invoke", {.http = {"POST", "/2015-03-31/functions/{FunctionName}/invocations"}});

constexpr const aws::Operation* operations[] = {&create_operation, &list_operation,
                                                &remove_operation, &invoke_operation};
const aws::ServiceModel model = {.id = "lambda",
                                 .signing_name = "lambda",
                                 .protocol = aws::Protocol::rest_json,
                                 .operations = operations};

class RestJson : public testing::Test {
  protected:
    Toy toy_;
    aws::testing::Harness harness_{model, &toy_};
};

TEST_F(RestJson, Documents) {
    const auto answer = harness_.rest("POST", "/2015-03-31/functions", R"({"FunctionName": "f"})");
    EXPECT_EQ(answer.status, 201);
    EXPECT_EQ(answer.body, R"({"FunctionArn":"arn:f"})");
    EXPECT_EQ(answer.headers.get("content-type"), "application/json");
}

TEST_F(RestJson, Faults) {
    auto answer = harness_.rest("POST", "/2015-03-31/functions", R"({"FunctionName": "there"})");
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(answer.headers.get("x-amzn-ErrorType"), "ResourceConflictException");
    EXPECT_EQ(answer.body, R"({"message":"Function already exist: there","Type":"User"})");
    answer = harness_.rest("POST", "/2015-03-31/functions", "");
    EXPECT_EQ(answer.error_code(), "ValidationException");
    EXPECT_NE(answer.body.find("Value null at 'functionName'"), std::string::npos);
    answer = harness_.rest("POST", "/2015-03-31/functions", "{");
    EXPECT_EQ(answer.error_code(), "InvalidRequestContentException");
    answer = harness_.rest("PUT", "/2015-03-31/functions", "{}");
    EXPECT_EQ(answer.status, 501);
    EXPECT_EQ(answer.at("message"),
              "Data Stack does not have the operation PUT /2015-03-31/functions of lambda.");
}

TEST_F(RestJson, QueryAndPath) {
    EXPECT_EQ(
        harness_.rest("GET", "/2015-03-31/functions/?Marker=a%26b&tagKeys=x&tagKeys=y").status,
        200);
    EXPECT_EQ(toy_.last, "list a&b 2");
    EXPECT_EQ(harness_.rest("GET", "/2015-03-31/functions?MaxItems=51").error_code(),
              "ValidationException");
    const auto gone = harness_.rest("DELETE", "/2015-03-31/functions/a%3Ab%2Fc?Qualifier=1");
    EXPECT_EQ(gone.status, 204);
    EXPECT_EQ(gone.body, "");
    EXPECT_EQ(toy_.last, "remove a:b/c 1");
    EXPECT_EQ(harness_.rest("DELETE", "/2015-03-31/functions/123456789012345678901").error_code(),
              "ValidationException");
    EXPECT_EQ(harness_.rest("DELETE", "/2015-03-31/functions/%zz").status, 501);
}

TEST_F(RestJson, PayloadBytes) {
    auto answer = harness_.rest("POST", "/2015-03-31/functions/f/invocations", "{\"a\": 1}");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "f:{\"a\": 1}");
    EXPECT_EQ(answer.headers.get("X-Amz-Function-Error"), "Unhandled");
    answer = harness_.rest("POST", "/2015-03-31/functions/f/invocations", "",
                           {{"X-Amz-Invocation-Type", "Event"}});
    EXPECT_EQ(answer.status, 202);
    EXPECT_EQ(answer.body, "");
    answer = harness_.rest("POST", "/2015-03-31/functions/f/invocations", "",
                           {{"X-Amz-Invocation-Type", "Never"}});
    EXPECT_EQ(answer.error_code(), "ValidationException");
}

}  // namespace

// The Query protocol over a toy service.
#include <gtest/gtest.h>

#include "aws/dispatcher.h"
#include "aws/protocol_query.h"
#include "aws/testing.h"

namespace {

struct Toy {};

struct Input {
    std::string name;
    std::vector<std::string> values;
    static constexpr auto members() {
        return std::tuple{aws::member("Name", &Input::name, {.required = true, .max = 5}),
                          aws::member("Values", &Input::values)};
    }
};
struct Output {
    std::string name;
    std::vector<std::string> values;
    static constexpr auto members() {
        return std::tuple{aws::member("Name", &Output::name),
                          aws::member("Values", &Output::values)};
    }
};
aws::Reply<Output> echo(Toy&, const aws::Call&, Input& input) {
    if (input.name == "fault") return aws::Fault("NoSuchEntity", "a < b", 404);
    return Output{input.name, input.values};
}
constinit const aws::Operation echo_operation = aws::operation<&echo>("Echo");
aws::Reply<shape::Empty> nothing(Toy&, const aws::Call&, shape::Empty&) {
    return shape::Empty{};
}
constinit const aws::Operation nothing_operation = aws::operation<&nothing>("Nothing");

constexpr const aws::Operation* operations[] = {&echo_operation, &nothing_operation};
const aws::ServiceModel model = {.id = "toy",
                                 .signing_name = "toy",
                                 .api_version = "2026-03-01",
                                 .xml_namespace = "urn:toy",
                                 .protocol = aws::Protocol::query,
                                 .operations = operations,
                                 .validation_code = "ValidationError"};

class Query : public testing::Test {
  protected:
    Toy toy_;
    aws::testing::Harness harness_{model, &toy_};
};

TEST_F(Query, Answers) {
    const auto answer = harness_.query(
        "Action=Echo&Version=2026-03-01&Name=a%26b&Values.member.1=x+y&Values.member.2=%3C");
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.body.starts_with(
        "<EchoResponse xmlns=\"urn:toy\"><EchoResult><Name>a&amp;b</Name><Values><member>x y"
        "</member><member>&lt;</member></Values></EchoResult><ResponseMetadata><RequestId>"))
        << answer.body;
    EXPECT_EQ(answer.headers.get("content-type"), "text/xml");
    EXPECT_TRUE(harness_.query("Action=Nothing&Version=2026-03-01")
                    .body.starts_with("<NothingResponse xmlns=\"urn:toy\"><ResponseMetadata>"));
}

TEST_F(Query, Faults) {
    const auto answer = harness_.query("Action=Echo&Name=fault");
    EXPECT_EQ(answer.status, 404);
    EXPECT_TRUE(answer.body.starts_with(
        "<ErrorResponse xmlns=\"urn:toy\"><Error><Type>Sender</Type><Code>NoSuchEntity</Code>"
        "<Message>a &lt; b</Message></Error><RequestId>"))
        << answer.body;
    EXPECT_EQ(harness_.query("Action=Echo").error_code(), "ValidationError");
    EXPECT_EQ(harness_.query("Action=Echo&Name=123456").error_code(), "ValidationError");
    EXPECT_EQ(harness_.query("Action=Echo&Name=a&Version=2020-01-01").error_code(),
              "NoSuchVersion");
    EXPECT_EQ(harness_.query("Name=a").error_code(), "MissingAction");
    EXPECT_EQ(harness_.query("").error_code(), "MissingAction");
    const auto unknown = harness_.query("Action=Other");
    EXPECT_EQ(unknown.status, 501);
    EXPECT_EQ(unknown.error_code(), "NotImplemented");
    EXPECT_EQ(harness_.query("Action=Echo&Name=%zz").status, 400);
    EXPECT_EQ(harness_.query("Action=Echo&Name=a&Values.member=x&Values=%").status, 400);
}

TEST_F(Query, FormsHaveALimit) {
    std::string form = "Action=Echo&Name=a";
    for (std::size_t i = 2; i < aws::form_parameters_max; ++i)
        form += "&x=1";
    EXPECT_EQ(harness_.query(form).status, 200);
    EXPECT_EQ(harness_.query(form + "&x=1").status, 400);
    EXPECT_EQ(
        harness_.query("Action=Nothing&x=" + std::string(aws::query_body_bytes_max, 'x')).status,
        200)
        << "the operation's own limit counts once it is known";
}

TEST_F(Query, GetRequestsCarryTheActionInTheTarget) {
    const auto answer = harness_.rest("GET", "/?Action=Echo&Version=2026-03-01&Name=n");
    EXPECT_EQ(answer.status, 200);
    EXPECT_NE(answer.body.find("<Name>n</Name>"), std::string::npos);
    EXPECT_EQ(harness_.rest("GET", "/").error_code(), "MissingAction");
}

}  // namespace

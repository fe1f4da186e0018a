// The dispatcher over JSON, through the harness that the services' tests use too.
#include "aws/dispatcher.h"

#include <gtest/gtest.h>

#include <thread>

#include "aws/testing.h"

namespace {

struct Toy {
    std::vector<std::thread> threads;
    std::size_t hook_calls = 0;
    ~Toy() {
        for (auto& thread : threads)
            thread.join();
    }
};

struct EchoInput {
    std::string text;
    std::optional<std::int64_t> count;
    static constexpr auto members() {
        return std::tuple{aws::member("Text", &EchoInput::text, {.required = true, .min = 1}),
                          aws::member("Count", &EchoInput::count, {.max = 3})};
    }
};
struct EchoOutput {
    std::string text;
    std::vector<std::int64_t> list;
    std::string account;
    static constexpr auto members() {
        return std::tuple{aws::member("Text", &EchoOutput::text),
                          aws::member("List", &EchoOutput::list),
                          aws::member("Account", &EchoOutput::account)};
    }
};

aws::Reply<EchoOutput> echo(Toy&, const aws::Call& call, EchoInput& input) {
    if (input.text == "fault") {
        aws::Fault fault("ToyException", "No \"toys\".", 409);
        fault.members.emplace_back("resource", "r");
        fault.headers.emplace_back("x-toy", "yes");
        return fault;
    }
    if (input.text == "error") {
        return base::Error{base::ErrorKind::io, "secret path", "/data/x"};
    }
    return EchoOutput{input.text, {1, 2}, call.account() + "/" + call.region};
}
constinit const aws::Operation echo_operation = aws::operation<&echo>("Echo");

void later(Toy& toy, const aws::Call& call, EchoInput& input, aws::Responder<EchoOutput> respond) {
    if (input.text == "drop") return;
    toy.threads.emplace_back([&call, &input, responder = std::move(respond)]() mutable {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        responder(EchoOutput{input.text, {}, call.request_id});
    });
}
constinit const aws::Operation later_operation = aws::operation<&later>("Later");

aws::Reply<void> decode_hook(std::string_view body, void* input) {
    static_cast<EchoInput*>(input)->text = "half";
    if (body != "{\"Text\":\"hook\"}") return aws::Fault("Any", "not the straight path");
    static_cast<EchoInput*>(input)->text = "hook";
    return base::ok();
}
void encode_hook(const void* output, std::string& body) {
    body = "{\"Text\":\"" + static_cast<const EchoOutput*>(output)->text + " encoded\"}";
}
constinit const aws::Operation hooked_operation = aws::operation<&echo>(
    "Hooked", {.decode_json = &decode_hook, .encode_json = &encode_hook, .body_bytes_max = 40});

constexpr const aws::Operation* operations[] = {&echo_operation, &later_operation,
                                                &hooked_operation};
const aws::ServiceModel model = {.id = "toy",
                                 .signing_name = "toybox",
                                 .target_prefix = "Toy_20260301",
                                 .protocol = aws::Protocol::json_1_1,
                                 .operations = operations};

class Dispatch : public testing::Test {
  protected:
    Toy toy_;
    aws::testing::Harness harness_{model, &toy_};
};

TEST_F(Dispatch, AnswersJson) {
    const auto answer = harness_.json("Echo", R"({"Text": "hi", "Unknown": 1})");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, R"({"Text":"hi","List":[1,2],"Account":"000000000000/us-west-2"})");
    EXPECT_EQ(answer.headers.get("content-type"), "application/x-amz-json-1.1");
    EXPECT_FALSE(answer.headers.get("x-amzn-RequestId").empty());
    EXPECT_EQ(answer.at("List.1"), "2");
    EXPECT_EQ(answer.at("Text"), "hi");
    EXPECT_EQ(answer.at("List.2"), "");
    EXPECT_EQ(answer.at("Text.x"), "");
}

TEST_F(Dispatch, AnswersFaults) {
    const auto answer = harness_.json("Echo", R"({"Text": "fault"})");
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(answer.body, R"({"__type":"ToyException","message":"No \"toys\".","resource":"r"})");
    EXPECT_EQ(answer.error_code(), "ToyException");
    EXPECT_EQ(answer.headers.get("x-toy"), "yes");
}

TEST_F(Dispatch, RefusesWhatDoesNotDecode) {
    const auto answer = harness_.json("Echo", R"({"Text": 1})");
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.error_code(), "SerializationException");
    EXPECT_EQ(answer.at("message"), "NUMBER_VALUE can not be converted to a String");
}

TEST_F(Dispatch, ValidatesBeforeTheHandlerRuns) {
    const auto answer = harness_.json("Echo", R"({"Count": 4})");
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.error_code(), "ValidationException");
    EXPECT_EQ(answer.at("message"),
              "2 validation errors detected: Value null at 'text' failed to satisfy constraint: "
              "Member must not be null; Value '4' at 'count' failed to satisfy constraint: Member "
              "must have value less than or equal to 3");
}

TEST_F(Dispatch, UntranslatedErrorsStayInside) {
    harness_.expect_internal_failure();
    const auto answer = harness_.json("Echo", R"({"Text": "error"})");
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.error_code(), "InternalFailure");
    EXPECT_EQ(answer.body.find("secret"), std::string::npos);
}

TEST_F(Dispatch, ParkedHandlersAnswerLater) {
    aws::testing::Answer first;
    harness_.start_json("Later", R"({"Text": "one"})", &first);
    const auto second = harness_.json("Later", R"({"Text": "two"})");
    EXPECT_EQ(second.at("Text"), "two");
    for (auto& thread : toy_.threads)
        thread.join();
    toy_.threads.clear();
    EXPECT_EQ(first.at("Text"), "one");
    EXPECT_NE(first.at("Account"), second.at("Account"));
}

TEST_F(Dispatch, ADroppedResponderAnswers) {
    const auto answer = harness_.json("Later", R"({"Text": "drop"})");
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.error_code(), "InternalFailure");
}

TEST_F(Dispatch, HooksDecodeTheStraightPathOnly) {
    EXPECT_EQ(harness_.json("Hooked", R"({"Text":"hook"})").at("Text"), "hook encoded");
    EXPECT_EQ(harness_.json("Hooked", R"({"Text": "generic"})").at("Text"), "generic encoded");
    // What the hook had written before it refused is gone.
    EXPECT_EQ(harness_.json("Hooked", R"({})").error_code(), "ValidationException");
}

TEST_F(Dispatch, BodiesHaveALimit) {
    const std::string text = R"({"Text":"12345678901234567890123456789"})";
    ASSERT_EQ(text.size(), 40U);
    EXPECT_EQ(harness_.json("Hooked", text).status, 200);
    const auto answer = harness_.json("Hooked", text + " ");
    EXPECT_EQ(answer.status, 413);
    EXPECT_EQ(answer.error_code(), "RequestEntityTooLarge");
}

TEST_F(Dispatch, WhatWeDoNotHaveIsNamed) {
    const auto answer = harness_.json("MergeToys", "{}");
    EXPECT_EQ(answer.status, 501);
    EXPECT_EQ(answer.error_code(), "NotImplemented");
    EXPECT_EQ(answer.at("message"), "Data Stack does not have the operation MergeToys of toy.");
}

TEST(Router, FindsServices) {
    aws::Router router;
    Toy toy;
    router.add(model, &toy);
    wire::RequestHead head;
    head.method = "POST";
    head.target = "/";
    head.headers.add("X-Amz-Target", "Toy_20260301.Echo");
    EXPECT_EQ(router.route(head).operation, &echo_operation);
    head.headers.set("X-Amz-Target", "Toy_20250101.Echo");
    auto route = router.route(head);
    ASSERT_TRUE(route.refusal.has_value());
    EXPECT_EQ(route.refusal->message, "Data Stack does not have the service Toy_20250101.");
    EXPECT_EQ(route.refusal->http_status, 501);
    // The scope says which service, the target none of its operations.
    head.headers.add("Authorization",
                     "AWS4-HMAC-SHA256 Credential=AKID/20260301/us-west-2/toybox/aws4_request, "
                     "SignedHeaders=host, Signature=00");
    EXPECT_EQ(aws::scope_service(head), "toybox");
    route = router.route(head);
    EXPECT_EQ(route.model, &model);
    ASSERT_TRUE(route.refusal.has_value());
    EXPECT_EQ(route.refusal->code, "UnknownOperationException");
    head.headers.set("X-Amz-Target", "nodot");
    EXPECT_EQ(router.route(head).refusal->code, "UnknownOperationException");
}

TEST(Router, CborIsRefusedWithTheWayOut) {
    aws::Router router;
    Toy toy;
    router.add(model, &toy);
    wire::RequestHead head;
    head.method = "POST";
    head.target = "/";
    head.headers.add("X-Amz-Target", "Toy_20260301.Echo");
    head.headers.add("Content-Type", "application/x-amz-cbor-1.1");
    const auto route = router.route(head);
    ASSERT_TRUE(route.refusal.has_value());
    EXPECT_EQ(route.refusal->http_status, 501);
    EXPECT_NE(route.refusal->message.find("AWS_CBOR_DISABLE"), std::string::npos);
}

TEST(Router, ReadsScopesOfHostileText) {
    for (const std::string_view text :
         {"", "Credential=", "Credential=/aws4_request", "Credential=a/aws4_request",
          "AWS4-HMAC-SHA256 Credential=a/b/c/d", "Credential=//aws4_request"}) {
        wire::RequestHead head;
        head.headers.add("Authorization", std::string(text));
        EXPECT_EQ(aws::scope_service(head), "") << text;
    }
}

TEST(DispatcherMetrics, CountByOperationAndCode) {
    class NoLog final : public base::Log {
        void write(base::LogLevel, std::string_view,
                   std::initializer_list<base::LogField>) override {}
    } log;
    class NoClock final : public base::Clock {
        base::Timestamp now() const override { return {}; }
        std::int64_t monotonic_ns() const override { return 0; }
    } clock;
    base::Metrics metrics;
    aws::Dispatcher dispatcher(clock, log, metrics);
    Toy toy;
    dispatcher.add(model, &toy);
    for (const char* body : {"{\"Text\":\"a\"}", "{}"}) {
        auto head = std::make_unique<wire::RequestHead>();
        head->method = "POST";
        head->target = "/";
        head->headers.add("X-Amz-Target", "Toy_20260301.Echo");
        auto route = dispatcher.route(*head);
        aws::Request request;
        request.head = std::move(head);
        int answers = 0;
        dispatcher.run(std::move(route), std::move(request), body,
                       [&](wire::Response) { ++answers; });
        EXPECT_EQ(answers, 1);
    }
    const std::string text = metrics.render();
    EXPECT_NE(text.find(R"(datastack_requests_total{service="toy",operation="Echo"} 2)"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find(R"(datastack_request_errors_total{service="toy",operation="Echo",)"
                        R"(code="ValidationException"} 1)"),
              std::string::npos)
        << text;
}

}  // namespace

// A service that speaks Query, JSON 1.0 and CBOR, each with bodies that may be compressed.
#include <gtest/gtest.h>

#include "aws/routing.h"
#include "aws/testing.h"
#include "wire/cbor.h"
#include "wire/gzip.h"

namespace {

struct Toy {};

struct Input {
    std::string name;
    std::vector<double> values;
    std::optional<base::Timestamp> time;
    static constexpr auto members() {
        return std::tuple{aws::member("Name", &Input::name, {.required = true, .min = 1}),
                          aws::member("Values", &Input::values), aws::member("Time", &Input::time)};
    }
};
struct Output {
    std::int64_t size = 0;
    double sum = 0;
    std::optional<base::Timestamp> time;
    static constexpr auto members() {
        return std::tuple{aws::member("Size", &Output::size), aws::member("Sum", &Output::sum),
                          aws::member("Time", &Output::time)};
    }
};
aws::Reply<Output> add(Toy&, const aws::Call&, Input& input) {
    if (input.name == "fault") {
        aws::Fault fault("InvalidNameException", "no");
        fault.headers.emplace_back("x-amzn-query-error", "InvalidName;Sender");
        return fault;
    }
    Output output{static_cast<std::int64_t>(input.name.size()), 0, input.time};
    for (const double value : input.values)
        output.sum += value;
    return output;
}
constinit const aws::Operation add_operation =
    aws::operation<&add>("Add", {.body_bytes_max = 64 * 1024});

constinit const aws::Operation add_more_operation =
    aws::operation<&add>("AddMore", {.body_bytes_max = 32 * 1024 * 1024});
constinit const aws::Operation add_any_operation = aws::operation<&add>("AddAny");

constexpr const aws::Operation* operations[] = {&add_operation, &add_more_operation,
                                                &add_any_operation};
const aws::ServiceModel model = {.id = "toy",
                                 .signing_name = "toy",
                                 .target_prefix = "Toy20260301",
                                 .api_version = "2026-03-01",
                                 .xml_namespace = "urn:toy",
                                 .protocol = aws::Protocol::query,
                                 .operations = operations,
                                 .validation_code = "ValidationError"};

struct CborFault {
    std::string type;
    std::string message;
    static constexpr auto members() {
        return std::tuple{shape::member("__type", &CborFault::type),
                          shape::member("message", &CborFault::message)};
    }
};

class ThreeProtocols : public testing::Test {
  protected:
    aws::testing::Answer cbor(const std::string& target, const std::string& body,
                              const aws::testing::HeaderList& more = {}) {
        aws::testing::HeaderList headers = {{"smithy-protocol", "rpc-v2-cbor"},
                                            {"Content-Type", "application/cbor"}};
        headers.insert(headers.end(), more.begin(), more.end());
        return harness_.rest("POST", target, body, headers);
    }
    static std::string input(const std::string& name) {
        const Input made{name, {1, 2.5}, base::Timestamp{1'500}};
        return wire::encode_cbor(shape::type_of<Input>(), &made);
    }
    template <class T>
    static T decoded(const aws::testing::Answer& answer) {
        T value;
        EXPECT_TRUE(
            wire::decode_cbor(shape::type_of<T>(), answer.body, &value, {.check_text = true}))
            << answer.body;
        return value;
    }
    aws::testing::Answer gzip_form(const std::string& form) {
        return harness_.rest(
            "POST", "/", wire::gzip_compress(form),
            {{"Content-Type", "application/x-www-form-urlencoded"}, {"Content-Encoding", "gzip"}});
    }

    Toy toy_;
    aws::testing::Harness harness_{model, &toy_};
    const std::string path_ = "/service/Toy20260301/operation/Add";
};

TEST_F(ThreeProtocols, Cbor) {
    const auto answer = cbor(path_, input("abc"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.get("smithy-protocol"), "rpc-v2-cbor");
    EXPECT_EQ(answer.headers.get("content-type"), "application/cbor");
    const auto output = decoded<Output>(answer);
    EXPECT_EQ(output.size, 3);
    EXPECT_EQ(output.sum, 3.5);
    EXPECT_EQ(output.time, base::Timestamp{1'500});
}

TEST_F(ThreeProtocols, CborFaults) {
    const auto fault = cbor(path_, input("fault"));
    EXPECT_EQ(fault.status, 400);
    EXPECT_EQ(fault.headers.get("smithy-protocol"), "rpc-v2-cbor");
    EXPECT_EQ(fault.headers.get("x-amzn-query-error"), "InvalidName;Sender");
    EXPECT_EQ(decoded<CborFault>(fault).type, "InvalidNameException");
    EXPECT_EQ(decoded<CborFault>(fault).message, "no");
    const auto missing = decoded<CborFault>(cbor(path_, ""));
    EXPECT_EQ(missing.type, "ValidationError");
    EXPECT_EQ(missing.message,
              "1 validation error detected: Value null at 'name' failed to satisfy constraint: "
              "Member must not be null");
    EXPECT_EQ(decoded<CborFault>(cbor(path_, "\xff")).type, "SerializationException");
    EXPECT_EQ(cbor("/service/Toy20260301/operation/Other", input("a")).status, 501);
    for (const char* wrong : {"/", "/service/Toy/operation/Add", "/service/Toy20260301/Add",
                              "/service/Toy20260301/operation/"}) {
        EXPECT_EQ(decoded<CborFault>(cbor(wrong, input("a"))).type, "UnknownOperationException")
            << wrong;
    }
}

TEST_F(ThreeProtocols, Json) {
    const auto answer = harness_.json("Add", R"({"Name":"abc","Values":[1,2],"Time":1.5})");
    EXPECT_EQ(answer.body, R"({"Size":3,"Sum":3,"Time":1.5})");
    EXPECT_EQ(answer.headers.get("content-type"), "application/x-amz-json-1.0");
    const auto fault = harness_.json("Add", R"({"Name":"fault"})");
    EXPECT_EQ(fault.error_code(), "InvalidNameException");
    EXPECT_EQ(fault.headers.get("x-amzn-query-error"), "InvalidName;Sender");
    EXPECT_EQ(harness_.json("Other", "{}").status, 501);
}

TEST_F(ThreeProtocols, QueryHasItsOwnNamesOfFaults) {
    const auto fault = harness_.query("Action=Add&Name=fault");
    EXPECT_EQ(fault.error_code(), "InvalidName");
    EXPECT_EQ(fault.headers.find("x-amzn-query-error"), nullptr);
}

TEST_F(ThreeProtocols, CompressedBodies) {
    const auto form = gzip_form("Action=Add&Name=abc&Values.member.1=7");
    EXPECT_NE(form.body.find("<Sum>7</Sum>"), std::string::npos) << form.body;
    const auto packed =
        cbor(path_, wire::gzip_compress(input("abc")), {{"Content-Encoding", "gzip"}});
    EXPECT_EQ(decoded<Output>(packed).size, 3);
    const auto broken = harness_.rest(
        "POST", "/", "Action=Add&Name=abc",
        {{"Content-Type", "application/x-www-form-urlencoded"}, {"Content-Encoding", "gzip"}});
    EXPECT_EQ(broken.status, 400);
    EXPECT_EQ(broken.error_code(), "MalformedInput");
}

// Compressed bodies are bounded by what the operation takes plain, and by 8 MiB.
TEST_F(ThreeProtocols, ExpandedBodiesAreBounded) {
    const auto form = [&](const std::string& operation, std::size_t size) {
        const std::string head = "Action=" + operation + "&Name=";
        return gzip_form(head + std::string(size - head.size(), 'x')).status;
    };
    const auto json = [&](const std::string& operation, std::size_t size) {
        const std::string body = R"({"Name":"x"})";
        return harness_
            .rest("POST", "/", wire::gzip_compress(body + std::string(size - body.size(), ' ')),
                  {{"X-Amz-Target", "Toy20260301." + operation},
                   {"Content-Type", "application/x-amz-json-1.0"},
                   {"Content-Encoding", "gzip"}})
            .status;
    };
    const std::size_t expanded_most = 8 * 1024 * 1024;
    EXPECT_EQ(form("Add", 64 * 1024), 200);
    EXPECT_EQ(form("Add", 64 * 1024 + 1), 413);
    EXPECT_EQ(json("Add", 64 * 1024), 200);
    EXPECT_EQ(json("Add", 64 * 1024 + 1), 413);
    EXPECT_EQ(form("AddMore", expanded_most), 200);
    EXPECT_EQ(form("AddMore", expanded_most + 1), 413);
    EXPECT_EQ(json("AddMore", expanded_most), 200);
    EXPECT_EQ(json("AddMore", expanded_most + 1), 413);
    // Without a limit of their own, forms have that of forms.
    EXPECT_EQ(form("AddAny", aws::query_body_bytes_max), 200);
    EXPECT_EQ(form("AddAny", aws::query_body_bytes_max + 1), 413);
    EXPECT_EQ(json("AddAny", expanded_most), 200);
    EXPECT_EQ(json("AddAny", expanded_most + 1), 413);
}

TEST_F(ThreeProtocols, BombsAreRefused) {
    const std::string zeros(64 << 20, '0');
    const std::string name = "Name=" + zeros;
    for (const std::string& form : {name, "Action=Add&" + name, "Action=AddMore&" + name,
                                    "Action=Other&" + name, name + "&Action=AddMore"}) {
        const auto answer = gzip_form(form);
        EXPECT_EQ(answer.status, 413) << form.substr(0, 20);
        EXPECT_EQ(answer.error_code(), "RequestEntityTooLarge");
    }
    EXPECT_EQ(cbor(path_, wire::gzip_compress(zeros), {{"Content-Encoding", "gzip"}}).status, 413);
}

}  // namespace

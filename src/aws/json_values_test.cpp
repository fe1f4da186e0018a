// Boost.JSON values to shapes and back, and operations called by name inside the process.
#include "aws/json_values.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "aws/internal_client.h"
#include "aws/resource_type.h"

namespace aws {
namespace {

namespace json = boost::json;

struct Inner {
    std::string name;
    std::optional<std::int32_t> count;
    static constexpr auto members() {
        return std::tuple{member("Name", &Inner::name, {.required = true, .min = 1, .max = 8}),
                          member("Count", &Inner::count, {.min = 1})};
    }
};
struct Outer {
    std::string in_header;
    bool flag = false;
    std::int64_t number = 0;
    double real = 0;
    base::Blob blob;
    std::optional<base::Timestamp> time;
    std::vector<Inner> list;
    std::map<std::string, std::string> map;
    std::optional<shape::Document> document;
    static constexpr auto members() {
        return std::tuple{member("InHeader", &Outer::in_header,
                                 {.wire_name = "x-amz-in", .location = shape::Location::header}),
                          member("Flag", &Outer::flag),
                          member("Number", &Outer::number),
                          member("Real", &Outer::real),
                          member("Blob", &Outer::blob),
                          member("Time", &Outer::time),
                          member("List", &Outer::list),
                          member("Map", &Outer::map),
                          member("Document", &Outer::document)};
    }
};

std::string problems_of(const std::string& text, JsonOptions options, Outer* out = nullptr) {
    Outer own;
    std::string all;
    for (const auto& problem : from_json(json::parse(text), shape::type_of<Outer>(),
                                         out != nullptr ? out : &own, options)) {
        all += (all.empty() ? "" : "; ") + problem.path + ": " + problem.message;
    }
    return all;
}

constexpr const char* whole = R"({"InHeader":"h","Flag":true,"Number":5,"Real":0.5,"Blob":"AAE=",
    "Time":1700000000.25,"List":[{"Name":"a"},{"Name":"b","Count":2}],"Map":{"k":"v"},
    "Document":{"any":[1,null]}})";

TEST(JsonValues, GoThereAndBackWhereverMembersTravel) {
    Outer value;
    ASSERT_EQ(problems_of(whole, {}, &value), "");
    EXPECT_EQ(value.in_header, "h");
    EXPECT_EQ(value.blob.bytes, std::string("\0\1", 2));
    EXPECT_EQ(value.time->ms, 1'700'000'000'250);
    ASSERT_EQ(value.list.size(), 2U);
    EXPECT_EQ(value.list[1].count, 2);
    EXPECT_EQ(json::value(to_json(value)), json::parse(whole));
}

TEST(JsonValues, NullIsAbsence) {
    Outer value;
    EXPECT_EQ(problems_of(R"({"Time":null,"Map":null,"Number":null})", {}, &value), "");
    EXPECT_FALSE(value.time.has_value());
}

TEST(JsonValues, AreStrictUnlessAskedToCoerce) {
    EXPECT_EQ(problems_of(R"({"Number":"5"})", {}),
              "#/Number: expected type: Integer, found: String");
    EXPECT_EQ(problems_of(R"({"Flag":"true","InHeader":7})", {}),
              "#/Flag: expected type: Boolean, found: String; "
              "#/InHeader: expected type: String, found: Integer");
    Outer value;
    const JsonOptions coerce{.coerce_scalars = true};
    EXPECT_EQ(problems_of(R"({"Number":"5","Flag":"true","Real":"0.25","InHeader":7,
        "Map":{"k":true}})",
                          coerce, &value),
              "");
    EXPECT_EQ(value.number, 5);
    EXPECT_TRUE(value.flag);
    EXPECT_EQ(value.real, 0.25);
    EXPECT_EQ(value.in_header, "7");
    EXPECT_EQ(value.map["k"], "true");
}

TEST(JsonValues, SayWhatIsWrongAndWhere) {
    EXPECT_EQ(problems_of("[]", {}), "#: expected type: JSONObject, found: JSONArray");
    EXPECT_EQ(problems_of(R"({"Foo":1,"List":[{"Nome":"x"}]})", {.require_members = true}),
              "#: extraneous key [Foo] is not permitted; "
              "#/List/0: extraneous key [Nome] is not permitted; "
              "#/List/0: required key [Name] not found");
    EXPECT_EQ(problems_of(R"({"Number":1.5,"Blob":"*","List":{}})", {}),
              "#/Number: expected type: Integer, found: Number; "
              "#/Blob: expected type: String, found: String; "
              "#/List: expected type: JSONArray, found: JSONObject");
    EXPECT_EQ(problems_of(R"({"Number":1e300})", {}),
              "#/Number: expected type: Integer, found: Number");
    EXPECT_EQ(problems_of(R"({"Number":2.0})", {}), "");
    std::string many = "{";
    for (std::size_t i = 0; i < json_problems_max + 5; ++i) {
        many += (i > 0 ? ",\"x" : "\"x") + std::to_string(i) + "\":1";
    }
    Outer value;
    EXPECT_EQ(from_json(json::parse(many + "}"), shape::type_of<Outer>(), &value, {}).size(),
              json_problems_max);
}

// ---- operations by name ----

struct Service {
    std::string seen;
};
struct Input {
    Inner inner;
    static constexpr auto members() {
        return std::tuple{member("Inner", &Input::inner, {.required = true})};
    }
};
struct Output {
    std::string said;
    static constexpr auto members() { return std::tuple{member("Said", &Output::said)}; }
};
Reply<Output> run(Service& service, const Call& call, Input& input) {
    service.seen = call.header("host");
    if (input.inner.name == "bad") return Fault("BadName", "no");
    return Output{call.region + " " + call.client_token + " " + input.inner.name};
}
constinit const Operation say = operation<&run>("Say");
constexpr const Operation* operations[] = {&say};
const ServiceModel model = {.id = "talk",
                            .signing_name = "talk",
                            .target_prefix = "Talk",
                            .api_version = "1",
                            .operations = operations};

class QuietLog final : public base::Log {
    void write(base::LogLevel, std::string_view, std::initializer_list<base::LogField>) override {}
};

struct InternalClientTest : ::testing::Test {
    QuietLog log;
    Service service;
    InternalClient client{log};
    InternalClientTest() { client.add(model, &service); }
    std::string call(const std::string& operation, const std::string& input) {
        Call call;
        call.region = "us-west-2";
        call.client_token = "token";
        std::string said = "nothing";
        client.call("talk", operation, json::parse(input).as_object(), call,
                    [&said](Reply<json::object> reply) {
                        said = reply ? json::serialize(reply.value())
                                     : reply.error().code + ": " + reply.error().message;
                    });
        return said;
    }
};

TEST_F(InternalClientTest, RunsOperationsByName) {
    EXPECT_EQ(call("Say", R"({"Inner":{"Name":"x"}})"), R"({"Said":"us-west-2 token x"})");
}

TEST_F(InternalClientTest, ValidatesAsForClients) {
    EXPECT_EQ(call("Say", "{}"),
              "ValidationException: 1 validation error detected: Value null at 'inner' failed to "
              "satisfy constraint: Member must not be null");
    EXPECT_EQ(call("Say", R"({"Inner":{"Name":"much too long"}})"),
              "ValidationException: 1 validation error detected: Value 'much too long' at "
              "'inner.name' failed to satisfy constraint: Member must have length less than or "
              "equal to 8");
}

TEST_F(InternalClientTest, GivesFaultsAndRefusesMistakesByName) {
    EXPECT_EQ(call("Say", R"({"Inner":{"Name":"bad"}})"), "BadName: no");
    EXPECT_EQ(call("Shout", "{}"), "InternalFailure: there is no operation talk Shout");
    EXPECT_EQ(call("Say", R"({"Inner":{"Name":"x"},"More":1})"),
              "InternalFailure: talk Say: #: extraneous key [More] is not permitted");
}

// ---- names ----

ResourceContext context_of(const std::string& stack, const std::string& logical) {
    ResourceContext context;
    context.stack_name = stack;
    context.logical_id = logical;
    context.token = "0123456789abcdef0123456789abcdef";
    return context;
}

TEST(GeneratedNames, FitAndKeepBothParts) {
    EXPECT_EQ(generated_name(context_of("Stack", "Thing"), 128), "Stack-Thing-0123456789AB");
    EXPECT_EQ(generated_lower_name(context_of("Stack", "Thing"), 63), "stack-thing-0123456789ab");
    const std::string long_name(100, 's');
    EXPECT_EQ(generated_name(context_of(long_name, "Thing"), 64).size(), 64U);
    EXPECT_NE(generated_name(context_of(long_name, "Thing"), 64).find("-Thing-"),
              std::string::npos);
    EXPECT_EQ(generated_name(context_of(long_name, long_name), 64).size(), 64U);
    EXPECT_EQ(uuid_of_token("0123456789abcdef0123456789abcdef"),
              "01234567-89ab-4def-8123-456789abcdef");
}

TEST(TagChanges, AreWhatDiffers) {
    ResourceContext context;
    context.tags_before = {{"stack", "1"}, {"gone", "x"}};
    context.tags = {{"stack", "2"}};
    const auto changes = change_tags(context, std::vector<Tag>{{"own", "a"}, {"same", "s"}},
                                     std::vector<Tag>{{"same", "s"}, {"new", "n"}});
    EXPECT_EQ(changes.set, (std::map<std::string, std::string>{{"new", "n"}, {"stack", "2"}}));
    EXPECT_EQ(changes.removed, (std::vector<std::string>{"gone", "own"}));
}

}  // namespace
}  // namespace aws

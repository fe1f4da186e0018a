// Messages, eras, schemas, addresses: the pure parts.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "mcp/era.h"
#include "mcp/schema.h"
#include "mcp/uri_template.h"

namespace mcp {
namespace {

namespace json = boost::json;

int parse_code(std::string_view text) {
    const Parsed parsed = parse_message(text);
    return parsed.error ? parsed.error->code : 0;
}

TEST(JsonRpc, TellsKindsApart) {
    EXPECT_EQ(parse_message(R"({"jsonrpc":"2.0","id":"a","method":"ping"})").message.kind,
              Message::Kind::request);
    EXPECT_EQ(parse_message(R"({"jsonrpc":"2.0","method":"notifications/x"})").message.kind,
              Message::Kind::notification);
    const Parsed answer = parse_message(R"({"jsonrpc":"2.0","id":"a","result":{"b":1}})");
    EXPECT_EQ(answer.message.kind, Message::Kind::response);
    EXPECT_TRUE(answer.message.result.has_value());
    EXPECT_FALSE(parse_message(R"({"jsonrpc":"2.0","id":1,"error":{}})").message.result);
}

TEST(JsonRpc, RefusesWhatIsNoMessage) {
    EXPECT_EQ(parse_code("{"), error_code::parse_error);
    EXPECT_EQ(parse_code("{} {}"), error_code::parse_error);
    EXPECT_EQ(parse_code("\"\xff\""), error_code::parse_error);
    EXPECT_EQ(parse_code("[]"), error_code::invalid_request);
    EXPECT_EQ(parse_code("null"), error_code::invalid_request);
    EXPECT_EQ(parse_code(R"({"jsonrpc":"2.0"})"), error_code::invalid_request);
    EXPECT_EQ(parse_code(R"({"jsonrpc":"2.0","id":[],"method":"a"})"), error_code::invalid_request);
    EXPECT_EQ(parse_code(R"({"jsonrpc":"2.0","id":1,"result":{},"error":{}})"),
              error_code::invalid_request);
    EXPECT_EQ(parse_code(R"({"jsonrpc":"2.0","id":1,"method":"a","params":"b"})"),
              error_code::invalid_params);
    EXPECT_EQ(parse_code(R"({"jsonrpc":"2.0","id":1,"method":"a","params":null})"), 0);
}

TEST(JsonRpc, HasLimits) {
    const std::string before = R"({"jsonrpc":"2.0","id":1,"method":")";
    const auto message = [&](std::size_t bytes) {
        return before + std::string(bytes - before.size() - 2, 'x') + "\"}";
    };
    EXPECT_EQ(parse_code(message(message_bytes_max)), 0);
    EXPECT_EQ(parse_code(message(message_bytes_max + 1)), error_code::invalid_request);
    const auto nested = [](std::size_t depth) {
        return R"({"jsonrpc":"2.0","id":1,"method":"a","params":{"b":)" + std::string(depth, '[') +
               std::string(depth, ']') + "}}";
    };
    EXPECT_EQ(parse_code(nested(message_depth_max - 2)), 0);
    EXPECT_EQ(parse_code(nested(message_depth_max - 1)), error_code::parse_error);
}

TEST(JsonRpc, IdsThatDifferAreNotTakenForEachOther) {
    EXPECT_NE(id_text(json::value("1")), id_text(json::value(1)));
    EXPECT_NE(id_text(json::value("a\"")), id_text(json::value("a")));
}

Message request(std::string_view text) {
    return parse_message(text).message;
}

wire::RequestHead head_with(std::initializer_list<std::pair<const char*, const char*>> headers) {
    wire::RequestHead head;
    for (const auto& [name, value] : headers)
        head.headers.add(name, value);
    return head;
}

constexpr const char* modern_list =
    R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{
    "io.modelcontextprotocol/protocolVersion":"2026-07-28",
    "io.modelcontextprotocol/clientCapabilities":{}}}})";
constexpr const char* old_list =
    R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"progressToken":1}}})";

TEST(Era, IsTold) {
    EXPECT_EQ(classify(request(modern_list), nullptr), Era::stateless);
    EXPECT_EQ(classify(request(old_list), nullptr), Era::session);
    const auto era = [](std::initializer_list<std::pair<const char*, const char*>> headers) {
        const wire::RequestHead head = head_with(headers);
        return classify(request(old_list), &head);
    };
    EXPECT_EQ(era({}), Era::session);
    EXPECT_EQ(era({{"MCP-Protocol-Version", "2025-06-18"}}), Era::session);
    EXPECT_EQ(era({{"MCP-Protocol-Version", "2026-07-28"}}), Era::stateless);
    EXPECT_EQ(era({{"MCP-Protocol-Version", "2027-01-01"}}), Era::stateless);
    EXPECT_EQ(era({{"mcp-method", "tools/list"}}), Era::stateless);
    // an old version that is named outweighs a header that should not be there
    EXPECT_EQ(era({{"MCP-Protocol-Version", "2025-11-25"}, {"Mcp-Method", "initialize"}}),
              Era::session);
}

int refusal(std::string_view text,
            std::initializer_list<std::pair<const char*, const char*>> headers,
            bool require = true) {
    const wire::RequestHead head = head_with(headers);
    const auto wrong = check_stateless(request(text), &head, {.require = require});
    return wrong ? wrong->error.code : 0;
}

TEST(Era, ChecksInOrder) {
    const std::pair<const char*, const char*> version = {"MCP-Protocol-Version", "2026-07-28"};
    const std::pair<const char*, const char*> method = {"Mcp-Method", "tools/list"};
    EXPECT_EQ(refusal(modern_list, {version, method}), 0);
    // the version header comes before _meta
    EXPECT_EQ(refusal(old_list, {method}), error_code::header_mismatch);
    // _meta before the method's header
    EXPECT_EQ(refusal(old_list, {version}), error_code::invalid_params);
    // a difference before what is not supported
    EXPECT_EQ(refusal(modern_list, {{"MCP-Protocol-Version", "2099-01-01"}, method}),
              error_code::header_mismatch);
    const std::string future = [] {
        std::string text = modern_list;
        return text.replace(text.find("2026-07-28"), 10, "2099-01-01");
    }();
    // what is not supported before the method's header
    EXPECT_EQ(refusal(future, {{"MCP-Protocol-Version", "2099-01-01"}}),
              error_code::unsupported_version);
    EXPECT_EQ(refusal(modern_list, {version}), error_code::header_mismatch);
    EXPECT_EQ(refusal(modern_list, {version, {"Mcp-Method", "tools/call"}}),
              error_code::header_mismatch);
    // hosted: absent is accepted, different is not
    EXPECT_EQ(refusal(modern_list, {}, false), 0);
    EXPECT_EQ(refusal(modern_list, {{"Mcp-Method", "tools/call"}}, false),
              error_code::header_mismatch);
}

TEST(Era, DecodesHeaderValues) {
    EXPECT_EQ(decode_header_value("plain"), "plain");
    EXPECT_EQ(decode_header_value("=?base64?SGVsbG8=?="), "Hello");
    EXPECT_EQ(decode_header_value("=?base64?SGVsbG8?="), std::nullopt);
    EXPECT_EQ(decode_header_value("=?base64?SGVs!!!bG8=?="), std::nullopt);
    EXPECT_EQ(decode_header_value("=?base64?SGVsbG8="), "=?base64?SGVsbG8=");
    EXPECT_EQ(decode_header_value("=?base64?="), "=?base64?=");
}

TEST(UriTemplate, Matches) {
    const auto table = match_template("catalog://{database}/{table}", "catalog://a%2Fb/c");
    ASSERT_TRUE(table.has_value());
    EXPECT_EQ(table->at("database"), "a/b");
    EXPECT_EQ(table->at("table"), "c");
    EXPECT_FALSE(match_template("catalog://{database}/{table}", "catalog://a"));
    EXPECT_FALSE(match_template("catalog://{database}/{table}", "catalog://a/"));
    EXPECT_FALSE(match_template("catalog://{database}/{table}", "catalog://a/b/c"));
    EXPECT_FALSE(match_template("catalog://{database}/{table}", "catalog://a/%zz"));
    EXPECT_EQ(match_template("f://{+path}", "f://a/b/c")->at("path"), "a/b/c");
    EXPECT_FALSE(match_template("broken://{name", "broken://x"));
    EXPECT_TRUE(match_template("docs://x", "docs://x"));
}

struct Inner {
    std::string name;
    std::optional<std::int64_t> size;
    static constexpr auto members() {
        return std::tuple{member("name", &Inner::name), member("size", &Inner::size)};
    }
};
struct Everything {
    std::string database;
    std::int64_t limit = 50;
    std::string format = "markdown";
    std::optional<double> share;
    std::vector<Inner> parts;
    std::vector<std::vector<shape::Document>> rows;
    static constexpr auto members() {
        return std::tuple{
            member("database", &Everything::database, {.required = true, .help = "which"}),
            member("limit", &Everything::limit, {.min = 1, .max = 100}),
            member("format", &Everything::format, {.values = "markdown, csv"}),
            member("share", &Everything::share),
            member("parts", &Everything::parts),
            member("rows", &Everything::rows)};
    }
};

TEST(Schema, OfInputs) {
    const Everything defaults;
    const json::object schema = input_schema(shape::type_of<Everything>(), &defaults);
    const json::object& properties = schema.at("properties").as_object();
    EXPECT_EQ(json::serialize(schema.at("required")), R"(["database"])");
    EXPECT_EQ(schema.at("additionalProperties"), json::value(false));
    EXPECT_EQ(properties.at("database").at("description"), "which");
    EXPECT_EQ(json::serialize(properties.at("limit")),
              R"({"type":"integer","minimum":1,"maximum":100,"default":50})");
    EXPECT_EQ(json::serialize(properties.at("format")),
              R"({"type":"string","enum":["markdown","csv"],"default":"markdown"})");
    EXPECT_EQ(json::serialize(properties.at("share")), R"({"type":"number"})");
}

TEST(Schema, OfOutputsMatchesWhatIsWritten) {
    const json::object schema = output_schema(shape::type_of<Everything>());
    EXPECT_EQ(schema.at("required").as_array().size(), 6U);
    EXPECT_EQ(json::serialize(schema.at("properties").at("share")),
              R"({"type":["number","null"]})");
    Everything value;
    value.database = "a\xff";
    value.parts.push_back({"p", std::nullopt});
    value.rows.push_back({shape::Document{"1"}, shape::Document{"broken"}});
    EXPECT_EQ(json::serialize(structured(shape::type_of<Everything>(), &value)),
              "{\"database\":\"a\xEF\xBF\xBD\",\"limit\":50,\"format\":\"markdown\",\"share\":null,"
              "\"parts\":[{\"name\":\"p\",\"size\":null}],\"rows\":[[1,null]]}");
}

TEST(Schema, ArgumentsAreRefusedInWords) {
    const aws::Validator validator;
    const auto decode = [&](const char* text) {
        Everything out;
        return decode_arguments(json::parse(text).as_object(), shape::type_of<Everything>(), &out,
                                validator)
            .value_or("");
    };
    EXPECT_EQ(decode(R"({"database":"a"})"), "");
    EXPECT_EQ(decode(R"({"database":"a","limit":"7"})"), "");
    EXPECT_NE(decode(R"({})").find("database"), std::string::npos);
    EXPECT_NE(decode(R"({"database":"a","limit":0})").find("limit"), std::string::npos);
    EXPECT_NE(decode(R"({"database":"a","limit":101})").find("limit"), std::string::npos);
    EXPECT_NE(decode(R"({"database":"a","format":"xml"})").find("format"), std::string::npos);
    EXPECT_NE(decode(R"({"database":"a","other":1})").find("other"), std::string::npos);
    EXPECT_NE(decode(R"({"database":{}})").find("database"), std::string::npos);
}

}  // namespace
}  // namespace mcp
